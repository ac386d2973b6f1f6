package ledger

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"pgregory.net/rapid"
)

func TestLedgerKeepsEveryEntryThroughPublishingAndReopening(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		dir, err := os.MkdirTemp(t.TempDir(), "l")
		ok(t, err)
		l := create(t, filepath.Join(dir, "ledger"))
		defer func() { l.Close() }()
		written := 0
		for range rapid.IntRange(1, 12).Draw(rt, "actions") {
			switch rapid.SampledFrom([]string{"append", "many", "publish", "reopen"}).Draw(rt, "action") {
			case "append":
				if first := must[int64](t)(l.Append(testEntry(written))); first != int64(written) {
					rt.Fatalf("index %d, want %d", first, written)
				}
				written++
			case "many":
				n := rapid.SampledFrom([]int{0, 1, 2, 3, 200, 255, 256, 300}).Draw(rt, "n")
				must[int64](t)(l.Append(testEntries(written, n)...))
				written += n
			case "publish":
				ok(t, l.Publish())
			case "reopen":
				l = reopen(t, l, string(l.Checkpoint()))
				if l.Recovered() != nil {
					rt.Fatal("something was recovered though nothing was torn")
				}
			}
		}
		raw := collect(t, l.All(0))
		if len(raw) != written || l.Size() != int64(written) || l.Root() != naiveRoot(raw) {
			rt.Fatalf("%d entries, size %d, want %d, or another root", len(raw), l.Size(), written)
		}
		r := must[*Report](t)(Verify(os.DirFS(l.dir), l.VerifierKey(), l.Checkpoint()))
		if r.Size != int64(written) || r.Root != l.Root() || !bytes.Equal(r.Checkpoint, l.Checkpoint()) {
			rt.Fatalf("Verify sees another ledger: %+v", r)
		}
		reader := must[*Reader](t)(OpenReader(l.dir, l.VerifierKey()))
		if reader.Size() != l.Size() || reader.Root() != l.Root() || len(collect(t, reader.All(0))) != written {
			rt.Fatal("a reader sees another ledger")
		}
		if written > 0 {
			i := int64(rapid.IntRange(0, written-1).Draw(rt, "index"))
			proof := must[[]byte](t)(reader.Prove(i))
			ok(t, VerifyProof(proof, l.VerifierKey(), raw[i]))
			if err := VerifyProof(proof, l.VerifierKey(), raw[i][1:]); !errors.Is(err, ErrProof) {
				rt.Fatalf("a proof of another entry: %v", err)
			}
			if s := must[Stored](t)(l.Entry(i)); !bytes.Equal(s.Raw, raw[i]) {
				rt.Fatal("Entry gives another one")
			}
		}
	})
}

func TestPartialTilesGoWhenTheFullOneIsThere(t *testing.T) {
	l := create(t, filepath.Join(t.TempDir(), "ledger"))
	for i := range 260 {
		must[int64](t)(l.Append(testEntry(i)))
		if i%40 == 0 || i == 259 {
			ok(t, l.Publish())
		}
	}
	want := map[string]bool{
		"checkpoint": true, "wal": true, "verifier": true, "tile/entries/000": true, "tile/entries/001.p/4": true,
		"tile/0/000": true, "tile/0/001.p/4": true, "tile/1/000.p/1": true,
	}
	have := snapshot(t, l.dir)
	for name := range want {
		if have[name] == nil {
			t.Errorf("%s is missing", name)
		}
	}
	if len(have) != len(want) {
		t.Errorf("files: %s", files(t, l.dir))
	}
	// What a crash left beside a full tile goes when the ledger is opened.
	tile := have["tile/0/000"].Data
	ok(t, os.Mkdir(filepath.Join(l.dir, "tile/0/000.p"), 0o750))
	ok(t, os.WriteFile(filepath.Join(l.dir, "tile/0/000.p/9"), tile[:9*32], 0o640))
	reopen(t, l)
	if _, err := os.Stat(filepath.Join(l.dir, "tile/0/000.p")); err == nil {
		t.Error("a stale partial tile is still there")
	}
}

func TestCreateRefusesAFolderThatIsInUse(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "ledger")
	l := create(t, dir)
	if _, err := Create(dir, testOrigin, testKey(), testOptions(nil)); !errors.Is(err, ErrHeld) {
		t.Errorf("held: %v", err)
	}
	l.Close()
	if _, err := Create(dir, testOrigin, testKey(), testOptions(nil)); !errors.Is(err, ErrExists) {
		t.Errorf("exists: %v", err)
	}
	// Removing the checkpoint does not make a ledger a new one.
	l = reopen(t, l)
	must[int64](t)(l.Append(testEntry(0)))
	l.Close()
	ok(t, os.Remove(filepath.Join(dir, "checkpoint")))
	if _, err := Create(dir, testOrigin, testKey(), testOptions(nil)); !errors.Is(err, ErrExists) {
		t.Errorf("without checkpoint: %v", err)
	}
	if _, err := Open(dir, testKey(), testOptions(nil)); !errors.Is(err, ErrNone) {
		t.Errorf("open without checkpoint: %v", err)
	}
}

func TestOpenRefusesWhatItMust(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "ledger")
	if _, err := Open(dir, testKey(), testOptions(nil)); !errors.Is(err, ErrNone) {
		t.Errorf("no folder: %v", err)
	}
	for _, origin := range []string{"", "a b", "a+b", "全国", "A.example", "x\ny"} {
		if _, err := Create(dir, origin, testKey(), testOptions(nil)); !errors.Is(err, ErrOrigin) {
			t.Errorf("origin %q: %v", origin, err)
		}
	}
	if _, err := Create(dir, testOrigin, testKey(), Options{}); !errors.Is(err, ErrOptions) {
		t.Errorf("no options: %v", err)
	}
	l := create(t, dir)
	if _, err := Open(dir, testKey(), testOptions(nil)); !errors.Is(err, ErrHeld) {
		t.Errorf("held: %v", err)
	}
	l.Close()
	other := sha256.Sum256([]byte("another key"))
	if _, err := Open(dir, ed25519.NewKeyFromSeed(other[:]), testOptions(nil)); !errors.Is(err, ErrTampered) {
		t.Errorf("another key: %v", err)
	}
	if _, err := l.Append(testEntry(0)); !errors.Is(err, ErrClosed) {
		t.Errorf("append after close: %v", err)
	}
	if err := l.Publish(); !errors.Is(err, ErrClosed) {
		t.Errorf("publish after close: %v", err)
	}
	ok(t, l.Close())
}

func TestAnEntryThatIsRefusedLeavesTheLedgerAsItWas(t *testing.T) {
	l := create(t, filepath.Join(t.TempDir(), "ledger"))
	must[int64](t)(l.Append(testEntry(0)))
	before := snapshot(t, l.dir)
	bad := testEntry(1)
	bad.Office = "山田 太郎"
	_, err := l.Append(testEntry(2), bad)
	field, isField := errors.AsType[*FieldError](err)
	if !isField || field.Field != "office" || bytes.Contains([]byte(err.Error()), []byte("山田")) {
		t.Errorf("error %v", err)
	}
	if after := snapshot(t, l.dir); !bytes.Equal(after["wal"].Data, before["wal"].Data) || l.Size() != 1 {
		t.Error("something was written")
	}
	must[int64](t)(l.Append(testEntry(1)))
}

func TestReadersFollowAWriterThatPublishes(t *testing.T) {
	l := create(t, filepath.Join(t.TempDir(), "ledger"))
	var wait sync.WaitGroup
	stop := make(chan struct{})
	wait.Go(func() {
		defer close(stop)
		for i := range 300 {
			if _, err := l.Append(testEntry(i)); err != nil {
				t.Error(err)
				return
			}
			if i%3 == 0 {
				if err := l.Publish(); err != nil {
					t.Error(err)
					return
				}
			}
		}
	})
	last := int64(0)
	for running := true; running; {
		select {
		case <-stop:
			running = false
		default:
		}
		r, err := OpenReader(l.dir, l.VerifierKey())
		if err != nil {
			t.Errorf("reader: %v", err)
			break
		}
		if r.Size() < last {
			t.Errorf("a reader went back from %d to %d", last, r.Size())
		}
		last = r.Size()
		if n := len(collect(t, r.All(0))); int64(n) != last {
			t.Errorf("%d entries of %d", n, last)
		}
		if report, err := Verify(os.DirFS(l.dir), l.VerifierKey(), r.Checkpoint()); err != nil || report.Size < last {
			t.Errorf("Verify beside a writer: %v", err)
		}
	}
	wait.Wait()
	if last != 300 {
		t.Errorf("the last reader saw %d entries", last)
	}
}

func TestAReaderWritesNothing(t *testing.T) {
	l := create(t, filepath.Join(t.TempDir(), "ledger"))
	must[int64](t)(l.Append(testEntries(0, 5)...))
	before := snapshot(t, l.dir)
	r := must[*Reader](t)(OpenReader(l.dir, l.VerifierKey()))
	collect(t, r.All(0))
	must[*Report](t)(Verify(os.DirFS(l.dir), l.VerifierKey()))
	after := snapshot(t, l.dir)
	if len(before) != len(after) {
		t.Fatal("files came or went")
	}
	for name, f := range before {
		if !bytes.Equal(f.Data, after[name].Data) {
			t.Errorf("%s changed", name)
		}
	}
	if r.Origin() != testOrigin {
		t.Errorf("origin %s", r.Origin())
	}
	if _, err := r.Entry(5); !errors.Is(err, ErrNoEntry) {
		t.Errorf("entry past the end: %v", err)
	}
	if _, err := r.Prove(-1); !errors.Is(err, ErrNoEntry) {
		t.Errorf("proof before the start: %v", err)
	}
}
