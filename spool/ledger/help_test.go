package ledger

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"baitai/spool"
)

const testOrigin = "pref.example.lg.jp/ledger"

func testKey() ed25519.PrivateKey {
	seed := sha256.Sum256([]byte("a key for tests"))
	return ed25519.NewKeyFromSeed(seed[:])
}

func testVKey(t testing.TB) string {
	t.Helper()
	vkey, err := VerifierKey(testOrigin, testKey().Public().(ed25519.PublicKey))
	if err != nil {
		t.Fatal(err)
	}
	return vkey
}

// testClock ticks a second at each look.
func testClock() func() time.Time {
	at := time.Date(2026, 11, 23, 9, 0, 0, 0, time.FixedZone("JST", 9*3600))
	return func() time.Time {
		at = at.Add(time.Second)
		return at
	}
}

func testRand() io.Reader { return rand.NewChaCha8([32]byte{'b'}) }

func testOptions(disk *spool.Disk) Options {
	if disk == nil {
		disk = spool.NewDisk(nil)
	}
	return Options{Disk: disk, Now: testClock(), Rand: testRand()}
}

// testEntry is the i-th of a row of plausible entries.
func testEntry(i int) Entry {
	acts := []Act{Received, Opened, Granted, Matched, Sealed, Published}
	return Entry{
		Act: acts[i%len(acts)], Result: OK, Job: fmt.Sprintf("job-%06d", i/len(acts)), Attempt: 1,
		Operator: "op-7", Host: "tosho01", Office: "zeimu", Purpose: "P012", Basis: "30-15-1-2", Function: Bulk,
		Counts: map[string]int64{"00": int64(i), "10": 3, "rows": int64(i) + 3},
		Codes:  map[string]int64{"R203": 1},
	}
}

func testEntries(from, n int) []Entry {
	all := make([]Entry, n)
	for i := range all {
		all[i] = testEntry(from + i)
	}
	return all
}

func create(t testing.TB, dir string) *Ledger {
	t.Helper()
	l, err := Create(dir, testOrigin, testKey(), testOptions(nil))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l
}

func reopen(t testing.TB, l *Ledger, known ...string) *Ledger {
	t.Helper()
	l.Close()
	o := testOptions(nil)
	o.Known = known
	n, err := Open(l.dir, testKey(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { n.Close() })
	return n
}

func must[T any](t testing.TB) func(T, error) T {
	t.Helper()
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func ok(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// snapshot copies a folder into memory.
func snapshot(t testing.TB, dir string) fstest.MapFS {
	t.Helper()
	m := fstest.MapFS{}
	ok(t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		name, _ := filepath.Rel(dir, path)
		m[filepath.ToSlash(name)] = &fstest.MapFile{Data: data, Mode: 0o644}
		return err
	}))
	return m
}

// restore makes dir what the snapshot was.
func restore(t testing.TB, dir string, m fstest.MapFS) {
	t.Helper()
	ok(t, os.RemoveAll(dir))
	ok(t, os.CopyFS(dir, m))
}

func clone(m fstest.MapFS) fstest.MapFS {
	c := fstest.MapFS{}
	for name, f := range m {
		c[name] = &fstest.MapFile{Data: bytes.Clone(f.Data), Mode: f.Mode}
	}
	return c
}

// naiveRoot is RFC 6962 section 2.1, written down as it stands there.
func naiveRoot(leaves [][]byte) [32]byte {
	switch n := len(leaves); n {
	case 0:
		return sha256.Sum256(nil)
	case 1:
		return sha256.Sum256(append([]byte{0}, leaves[0]...))
	default:
		k := 1
		for k*2 < n {
			k *= 2
		}
		left, right := naiveRoot(leaves[:k]), naiveRoot(leaves[k:])
		return sha256.Sum256(append(append([]byte{1}, left[:]...), right[:]...))
	}
}

func collect(t testing.TB, seq func(func(Stored, error) bool)) (raw [][]byte) {
	t.Helper()
	for s, err := range seq {
		ok(t, err)
		if s.Index != int64(len(raw)) {
			t.Fatalf("entry %d came as no. %d", s.Index, len(raw))
		}
		raw = append(raw, s.Raw)
	}
	return raw
}

func files(t testing.TB, dir string) string {
	t.Helper()
	var b strings.Builder
	for name := range snapshot(t, dir) {
		b.WriteString(name + " ")
	}
	return b.String()
}
