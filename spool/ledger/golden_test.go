package ledger

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

const goldenDir = "testdata/v0"

// goldenProof is a tlog-proof of entry 299, kept beside the golden ledger.
const goldenProof = "testdata/v0-299.tlog-proof"

// golden writes the ledger whose files are kept in testdata/v0. Every clock, key
// and random number is fixed, so that each version writes the same bytes.
func golden(t *testing.T) *Ledger {
	t.Helper()
	l := create(t, filepath.Join(t.TempDir(), "ledger"))
	for at := 0; at < 300; at += 100 {
		must[int64](t)(l.Append(testEntries(at, 100)...))
	}
	ok(t, l.Publish())
	must[int64](t)(l.Append(testEntry(300)))
	must[int64](t)(l.Append(wholeEntry(), testEntry(301)))
	return l
}

// TestTheFormatIsTheOneThatWasWrittenBefore fails when the bytes change. Until
// the first release they may: UPDATE_GOLDEN=1 writes testdata anew.
func TestTheFormatIsTheOneThatWasWrittenBefore(t *testing.T) {
	l := golden(t)
	proof := must[[]byte](t)(l.Prove(299))
	if os.Getenv("UPDATE_GOLDEN") == "1" {
		restore(t, goldenDir, snapshot(t, l.dir))
		ok(t, os.WriteFile(goldenProof, proof, 0o644))
	}
	is, want := snapshot(t, l.dir), snapshot(t, goldenDir)
	if len(is) != len(want) {
		t.Errorf("%d files, want %d", len(is), len(want))
	}
	for name, f := range want {
		if is[name] == nil || !bytes.Equal(is[name].Data, f.Data) {
			t.Errorf("%s is another one", name)
		}
	}
	if kept := must[[]byte](t)(os.ReadFile(goldenProof)); !bytes.Equal(kept, proof) {
		t.Error("the proof is another one")
	}
}

func TestALedgerThatWasWrittenBeforeVerifies(t *testing.T) {
	proof := must[[]byte](t)(os.ReadFile(goldenProof))
	r := must[*Report](t)(Verify(os.DirFS(goldenDir), testVKey(t), proof))
	if r.Size != 303 || r.Unpublished != 3 || r.Acts[Received] != 51 || r.Known != 1 {
		t.Errorf("%+v", r)
	}
	reader := must[*Reader](t)(OpenReader(goldenDir, testVKey(t)))
	s := must[Stored](t)(reader.Entry(299))
	ok(t, VerifyProof(proof, testVKey(t), s.Raw))
}
