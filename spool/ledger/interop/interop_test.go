package interop

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/transparency-dev/formats/log"
	"github.com/transparency-dev/formats/proof"
	"github.com/transparency-dev/merkle/compact"
	merkle "github.com/transparency-dev/merkle/proof"
	"github.com/transparency-dev/merkle/rfc6962"
	"golang.org/x/mod/sumdb/note"

	"baitai/spool"
	"baitai/spool/ledger"
)

const origin = "pref.example.lg.jp/ledger"

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func write(t *testing.T, n int) (l *ledger.Ledger, dir string) {
	t.Helper()
	seed := sha256.Sum256([]byte("a key for tests"))
	dir = filepath.Join(t.TempDir(), "ledger")
	l, err := ledger.Create(dir, origin, ed25519.NewKeyFromSeed(seed[:]), ledger.Options{
		Disk: spool.NewDisk(nil),
		Now:  func() time.Time { return time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC) },
		Rand: rand.NewChaCha8([32]byte{'i'}),
	})
	ok(t, err)
	t.Cleanup(func() { l.Close() })
	entries := make([]ledger.Entry, n)
	for i := range entries {
		entries[i] = ledger.Entry{Act: ledger.Received, Job: fmt.Sprintf("job-%d", i), Attempt: 1}
	}
	_, err = l.Append(entries...)
	ok(t, err)
	ok(t, l.Publish())
	return l, dir
}

// checkpoint opens a checkpoint with the library for it.
func checkpoint(t *testing.T, vkey string, text []byte) *log.Checkpoint {
	t.Helper()
	v, err := note.NewVerifier(vkey)
	ok(t, err)
	c, other, _, err := log.ParseCheckpoint(text, origin, v)
	ok(t, err)
	if len(other) > 0 {
		t.Errorf("extension lines %q", other)
	}
	return c
}

// bundles reads the entries from the files, as tlog-tiles describes them.
func bundles(t *testing.T, dir string, size uint64) (entries [][]byte) {
	t.Helper()
	for n := uint64(0); n*256 < size; n++ {
		name := fmt.Sprintf("tile/entries/%03d", n)
		if w := size - n*256; w < 256 {
			name += fmt.Sprintf(".p/%d", w)
		}
		data, err := os.ReadFile(filepath.Join(dir, name))
		ok(t, err)
		for len(data) > 0 {
			end := 2 + int(binary.BigEndian.Uint16(data))
			entries = append(entries, data[2:end])
			data = data[end:]
		}
	}
	return entries
}

func TestMerkleComputesTheRootFromTheBundles(t *testing.T) {
	for _, n := range []int{1, 2, 3, 255, 256, 257, 700} {
		l, dir := write(t, n)
		text, err := os.ReadFile(filepath.Join(dir, "checkpoint"))
		ok(t, err)
		c := checkpoint(t, l.VerifierKey(), text)
		r := (&compact.RangeFactory{Hash: rfc6962.DefaultHasher.HashChildren}).NewEmptyRange(0)
		for _, entry := range bundles(t, dir, c.Size) {
			ok(t, r.Append(rfc6962.DefaultHasher.HashLeaf(entry), nil))
		}
		root, err := r.GetRootHash(nil)
		ok(t, err)
		if c.Size != uint64(n) || !bytes.Equal(root, c.Hash) {
			t.Errorf("%d entries: size %d or another root", n, c.Size)
		}
	}
}

func TestMerkleProvesThatEveryEntryIsIn(t *testing.T) {
	l, dir := write(t, 700)
	for i, entry := range bundles(t, dir, 700) {
		text, err := l.Prove(int64(i))
		ok(t, err)
		if err := verify(t, l, text, entry); err != nil {
			t.Fatalf("entry %d: %v", i, err)
		}
		if err := verify(t, l, text, append([]byte{' '}, entry...)); err == nil {
			t.Fatalf("another entry than %d is proven", i)
		}
	}
}

func TestEntriesThatAreNotPublishedYetAreProvenToo(t *testing.T) {
	l, _ := write(t, 300)
	first, err := l.Append(ledger.Entry{Act: ledger.Published, Job: "job-1", Attempt: 1})
	ok(t, err)
	text, err := l.Prove(first)
	ok(t, err)
	stored, err := l.Entry(first)
	ok(t, err)
	ok(t, verify(t, l, text, stored.Raw))
}

// verify checks a tlog-proof with the libraries.
func verify(t *testing.T, l *ledger.Ledger, text, entry []byte) error {
	t.Helper()
	var p proof.TLogProof
	ok(t, p.Unmarshal(text))
	c := checkpoint(t, l.VerifierKey(), p.Checkpoint)
	hashes := make([][]byte, len(p.Hashes))
	for i := range p.Hashes {
		hashes[i] = p.Hashes[i][:]
	}
	leaf := rfc6962.DefaultHasher.HashLeaf(entry)
	if !bytes.Equal(p.Marshal(), text) {
		t.Error("the library writes the proof in another form")
	}
	return merkle.VerifyInclusion(rfc6962.DefaultHasher, p.Index, c.Size, leaf, hashes, c.Hash)
}

func TestTheLibrarysProofIsAcceptedHere(t *testing.T) {
	l, dir := write(t, 9)
	text, err := l.Prove(4)
	ok(t, err)
	var p proof.TLogProof
	ok(t, p.Unmarshal(text))
	ok(t, ledger.VerifyProof(p.Marshal(), l.VerifierKey(), bundles(t, dir, 9)[4]))
}

func TestTheGoldenLedgerVerifies(t *testing.T) {
	const dir = "../testdata/v0"
	vkey, err := os.ReadFile(filepath.Join(dir, "verifier"))
	ok(t, err)
	text, err := os.ReadFile(filepath.Join(dir, "checkpoint"))
	ok(t, err)
	c := checkpoint(t, string(bytes.TrimSpace(vkey)), text)
	r := (&compact.RangeFactory{Hash: rfc6962.DefaultHasher.HashChildren}).NewEmptyRange(0)
	for _, entry := range bundles(t, dir, c.Size) {
		ok(t, r.Append(rfc6962.DefaultHasher.HashLeaf(entry), nil))
	}
	root, err := r.GetRootHash(nil)
	ok(t, err)
	if c.Size != 300 || !bytes.Equal(root, c.Hash) {
		t.Errorf("size %d or another root", c.Size)
	}
}
