package ledger

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"golang.org/x/mod/sumdb/tlog"
	"pgregory.net/rapid"
)

// smallLedger has published entries and two frames in the write-ahead log, of
// which the last begins at byte last.
func smallLedger(t testing.TB, published int) (m fstest.MapFS, last int) {
	t.Helper()
	l := create(t, filepath.Join(t.TempDir(), "ledger"))
	must[int64](t)(l.Append(testEntries(0, published)...))
	ok(t, l.Publish())
	must[int64](t)(l.Append(testEntries(published, 2)...))
	last = len(snapshot(t, l.dir)["wal"].Data)
	must[int64](t)(l.Append(testEntry(published + 2)))
	l.Close()
	return snapshot(t, l.dir), last
}

// openCopy opens a copy of m for writing.
func openCopy(t testing.TB, m fstest.MapFS, known ...string) error {
	t.Helper()
	dir, err := os.MkdirTemp(t.TempDir(), "c")
	ok(t, err)
	restore(t, dir, m)
	o := testOptions(nil)
	o.Known = known
	l, err := Open(dir, testKey(), o)
	if err == nil {
		l.Close()
	}
	return err
}

// judge checks what Verify says of a ledger in which byte at of a file was
// changed: an error, or, in the last frame of the write-ahead log only, a crash.
func judge(t testing.TB, m fstest.MapFS, name string, at, last int, size int64) {
	t.Helper()
	r, err := Verify(m, testVKey(t))
	switch {
	case errors.Is(err, ErrTampered):
	case err != nil:
		t.Fatalf("%s byte %d: %v", name, at, err)
	case name != "wal" || at < last:
		t.Fatalf("%s byte %d was changed and nobody sees it", name, at)
	case r.TornBytes == 0 || r.Size != size-1:
		t.Fatalf("%s byte %d: %d entries, %d bytes torn", name, at, r.Size, r.TornBytes)
	}
}

func TestEveryChangedByteIsSeen(t *testing.T) {
	m, last := smallLedger(t, 5)
	random := rand.New(rand.NewPCG(1, 2))
	for name, f := range m {
		for at := range f.Data {
			c := clone(m)
			c[name].Data[at] ^= 1 << random.IntN(8)
			judge(t, c, name, at, last, 8)
		}
	}
}

func TestAnyChangedBitOfALargerLedgerIsSeen(t *testing.T) {
	m, last := smallLedger(t, 600)
	var names []string
	for name := range m {
		names = append(names, name)
	}
	rapid.Check(t, func(rt *rapid.T) {
		name := rapid.SampledFrom(names).Draw(rt, "file")
		bit := rapid.IntRange(0, len(m[name].Data)*8-1).Draw(rt, "bit")
		c := clone(m)
		c[name].Data[bit/8] ^= 1 << (bit % 8)
		judge(t, c, name, bit/8, last, 603)
	})
}

func TestEveryBaseBitOfTheCheckpointIsSeen(t *testing.T) {
	m, last := smallLedger(t, 2)
	for at := range len(m["checkpoint"].Data) * 8 {
		c := clone(m)
		c["checkpoint"].Data[at/8] ^= 1 << (at % 8)
		judge(t, c, "checkpoint", at/8, last, 5)
	}
}

// bundleOf builds a bundle again from entries.
func bundleOf(entries [][]byte) (b []byte) {
	for _, raw := range entries {
		b = binary.BigEndian.AppendUint16(b, uint16(len(raw)))
		b = append(b, raw...)
	}
	return b
}

func TestTheFirstBadEntryIsNamed(t *testing.T) {
	m, _ := smallLedger(t, 600)
	const name, first = "tile/entries/001", 256
	entries := must[[][]byte](t)(splitBundle(m[name].Data, 256))
	other := bytes.Replace(entries[9], []byte(`"00":`), []byte(`"00":9`), 1)
	cases := map[string]struct {
		entries [][]byte
		index   int64
	}{
		"changed":   {append(append(append([][]byte{}, entries[:9]...), other), entries[10:]...), first + 9},
		"dropped":   {append(append([][]byte{}, entries[:30]...), entries[31:]...), first + 255},
		"swapped":   {append(append(append([][]byte{}, entries[:40]...), entries[41], entries[40]), entries[42:]...), first + 40},
		"put in":    {append(append(append([][]byte{}, entries[:50]...), other), entries[50:]...), first + 256},
		"replaced":  {append(append(append([][]byte{}, entries[:50]...), other), entries[50:255]...), first + 50},
		"truncated": {entries[:100], first + 100},
	}
	for what, c := range cases {
		changed := clone(m)
		changed[name].Data = bundleOf(c.entries)
		_, err := Verify(changed, testVKey(t))
		tampered, is := errors.AsType[*TamperedError](err)
		if !is || tampered.Index != c.index {
			t.Errorf("%s: %v, want entry %d", what, err, c.index)
		}
		if err := openCopy(t, changed); !errors.Is(err, ErrTampered) {
			t.Errorf("%s: Open says %v", what, err)
		}
	}
}

func TestAChangedEntryIsToldFromAChangedTile(t *testing.T) {
	m, _ := smallLedger(t, 600)
	for name, want := range map[string]string{
		"tile/entries/000": "an entry was changed (entry 0)", "tile/0/000": "a tile was changed (entry 0)",
		"tile/0/002.p/88": "a tile was changed (entry 512)", "tile/entries/002.p/88": "an entry was changed (entry 512)",
		"tile/1/000.p/2": "a tile differs from the entries below it (entry 0)",
	} {
		c := clone(m)
		c[name].Data[5] ^= 4
		if _, err := Verify(c, testVKey(t)); err == nil || !strings.HasSuffix(err.Error(), want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestAReplacedTileThatWasChangedAccusesNoEntry changes what an earlier Publish
// left, which a wider partial tile has replaced.
func TestAReplacedTileThatWasChangedAccusesNoEntry(t *testing.T) {
	l := create(t, filepath.Join(t.TempDir(), "ledger"))
	for at := range 3 {
		must[int64](t)(l.Append(testEntry(at)))
		ok(t, l.Publish())
	}
	l.Close()
	for name, want := range map[string]string{
		"tile/0/000.p/1": "a tile was changed (entry 0)", "tile/0/000.p/2": "a tile was changed (entry 0)", "tile/0/000.p/3": "a tile was changed (entry 0)",
	} {
		m := snapshot(t, l.dir)
		m[name].Data[0] ^= 1
		if _, err := Verify(m, testVKey(t)); err == nil || !strings.HasSuffix(err.Error(), want) {
			t.Errorf("%s: %v, want %s", name, err, want)
		}
	}
}

func TestMissingAndStrangeFilesAreSeen(t *testing.T) {
	m, _ := smallLedger(t, 600)
	for name := range m {
		c := clone(m)
		delete(c, name)
		want := ErrTampered
		if name == "checkpoint" {
			want = ErrNone
		}
		if _, err := Verify(c, testVKey(t)); !errors.Is(err, want) {
			t.Errorf("without %s: %v", name, err)
		}
		if err := openCopy(t, c); !errors.Is(err, want) {
			t.Errorf("Open without %s: %v", name, err)
		}
		c = clone(m)
		c[name].Data = c[name].Data[:len(c[name].Data)/2]
		if _, err := Verify(c, testVKey(t)); name != "wal" && !errors.Is(err, ErrTampered) {
			t.Errorf("half of %s: %v", name, err)
		}
	}
	for _, name := range []string{
		"tile/0/003", "tile/entries/003", "tile/2/000.p/1", "tile/0/000.p/300", "tile/0/0", "tile/x", "tile/entries/002",
		"tile/entries/002.p/92", "tile/0/002.p/92", "tile/8/000", "tile/-1/000",
	} {
		c := clone(m)
		c[name] = &fstest.MapFile{Data: make([]byte, 8192)}
		if _, err := Verify(c, testVKey(t)); !errors.Is(err, ErrTampered) {
			t.Errorf("with %s: %v", name, err)
		}
	}
	c := clone(m)
	c["tile/0/.tmp-abc"] = &fstest.MapFile{Data: []byte("half")}
	if _, err := Verify(c, testVKey(t)); err != nil {
		t.Errorf("an unfinished file of a crash: %v", err)
	}
}

func TestAWholeHistoryWrittenAnewIsSeen(t *testing.T) {
	// Somebody without the key changes an entry and makes every tile fit.
	m, _ := smallLedger(t, 600)
	changed := fstest.MapFS{"checkpoint": m["checkpoint"], "wal": m["wal"], "verifier": m["verifier"]}
	put := func(at coord, data []byte) error {
		changed[at.path()] = &fstest.MapFile{Data: bytes.Clone(data)}
		return nil
	}
	b := &builder{}
	for n, w := range []int{256, 256, 88} {
		for i, raw := range must[[][]byte](t)(splitBundle(m[coord{-1, int64(n), w}.path()].Data, w)) {
			if n == 0 && i == 3 {
				raw = bytes.Replace(raw, []byte(`"zeimu"`), []byte(`"kouen"`), 1)
			}
			ok(t, b.add(raw, tlog.RecordHash(raw), put))
		}
	}
	ok(t, b.partial(put))
	if _, err := Verify(changed, testVKey(t)); err == nil || !strings.Contains(err.Error(), "root hash") {
		t.Errorf("Verify: %v", err)
	}
	if err := openCopy(t, changed); !errors.Is(err, ErrTampered) {
		t.Errorf("Open: %v", err)
	}
	if _, err := openReader(changed, testVKey(t)); !errors.Is(err, ErrTampered) {
		t.Errorf("reader: %v", err)
	}
}

func testSigner(t testing.TB) *signer {
	t.Helper()
	s, _, err := newSigner(testOrigin, testKey())
	ok(t, err)
	return s
}

func TestAFrameWithAFreshCheckSumIsSeen(t *testing.T) {
	m, last := smallLedger(t, 5)
	for _, at := range []int{last, len(walHeader(5))} {
		c := clone(m)
		data := c["wal"].Data
		f, used, err := parseFrame(data[at:])
		ok(t, err)
		i := bytes.Index(data[at:], []byte(`"zeimu"`))
		copy(data[at+i:], `"kouen"`)
		binary.BigEndian.PutUint32(data[at+used-4:], crc32.Checksum(data[at:at+used-4], castagnoli()))
		want := int64(8 - len(f.entries))
		if at != last {
			want = 5
		}
		_, err = Verify(c, testVKey(t))
		if tampered, is := errors.AsType[*TamperedError](err); !is || tampered.Index != want {
			t.Errorf("frame at %d: %v", at, err)
		}
		if _, err := openReader(c, testVKey(t)); !errors.Is(err, ErrTampered) {
			t.Errorf("reader: %v", err)
		}
	}
}

func TestALedgerThatWasSetBackContradictsWhatIsKeptElsewhere(t *testing.T) {
	l := create(t, filepath.Join(t.TempDir(), "ledger"))
	must[int64](t)(l.Append(testEntries(0, 300)...))
	ok(t, l.Publish())
	must[int64](t)(l.Append(testEntry(300)))
	old, oldCheckpoint := snapshot(t, l.dir), string(l.Checkpoint())
	must[int64](t)(l.Append(testEntry(301)))
	proof := string(must[[]byte](t)(l.Prove(301)))
	newCheckpoint := string(l.Checkpoint())
	now := clone(snapshot(t, l.dir))

	for _, kept := range []string{proof, newCheckpoint} {
		err := openCopy(t, old, oldCheckpoint, kept)
		known, is := errors.AsType[*KnownError](err)
		if !is || known.No != 1 || known.Size != 302 || !errors.Is(err, ErrTampered) {
			t.Errorf("set back: %v", err)
		}
		if _, err := Verify(old, testVKey(t), []byte(oldCheckpoint), []byte(kept)); !errors.Is(err, ErrTampered) {
			t.Errorf("set back: Verify: %v", err)
		}
	}
	ok(t, openCopy(t, now, oldCheckpoint, newCheckpoint, proof))

	// A fork: the old state, continued with other entries.
	l.Close()
	restore(t, l.dir, old)
	l = reopen(t, l)
	must[int64](t)(l.Append(testEntries(400, 20)...))
	ok(t, l.Publish())
	err := openCopy(t, snapshot(t, l.dir), newCheckpoint)
	if _, is := errors.AsType[*KnownError](err); !is {
		t.Errorf("fork: %v", err)
	}
	ok(t, openCopy(t, snapshot(t, l.dir), oldCheckpoint))
	for _, junk := range []string{"", "junk", "c2sp.org/tlog-proof@v1\njunk", oldCheckpoint[:50]} {
		if err := openCopy(t, now, junk); !errors.Is(err, ErrTampered) {
			t.Errorf("known %q: %v", junk, err)
		}
	}
}

func TestPartsOfALedgerThatWereSetBackAreSeen(t *testing.T) {
	l := create(t, filepath.Join(t.TempDir(), "ledger"))
	must[int64](t)(l.Append(testEntries(0, 300)...))
	ok(t, l.Publish())
	old := snapshot(t, l.dir)
	must[int64](t)(l.Append(testEntries(300, 300)...))
	ok(t, l.Publish())
	must[int64](t)(l.Append(testEntry(600)))
	now := snapshot(t, l.dir)
	for _, part := range []string{"checkpoint", "wal"} {
		c := clone(now)
		c[part] = old[part]
		if _, err := Verify(c, testVKey(t)); !errors.Is(err, ErrTampered) {
			t.Errorf("an older %s: %v", part, err)
		}
	}
	c := clone(old)
	c["checkpoint"] = now["checkpoint"]
	if _, err := Verify(c, testVKey(t)); !errors.Is(err, ErrTampered) {
		t.Errorf("older tiles: %v", err)
	}
}

func TestACheckpointOfAnotherLedgerIsRefused(t *testing.T) {
	m, _ := smallLedger(t, 5)
	tree := must[tlog.Tree](t)(parseCheckpoint(m["checkpoint"].Data, testSigner(t)))
	other, otherKey, err := newSigner("other.example/ledger", testKey())
	ok(t, err)
	c := clone(m)
	c["checkpoint"].Data = must[[]byte](t)(other.sign(tree))
	if _, err := Verify(c, testVKey(t)); !errors.Is(err, ErrTampered) {
		t.Errorf("%v", err)
	}
	if _, err := Verify(m, otherKey); !errors.Is(err, ErrTampered) {
		t.Errorf("another verifier key: %v", err)
	}
	if _, err := Verify(m, "no key"); !errors.Is(err, ErrOrigin) {
		t.Errorf("no verifier key: %v", err)
	}
}

func TestCosignaturesDoNotDisturb(t *testing.T) {
	m, _ := smallLedger(t, 5)
	m["checkpoint"].Data = append(m["checkpoint"].Data, "— audit.example/witness AAAAAAEBAQEB\n"...)
	must[*Report](t)(Verify(m, testVKey(t)))
	m["checkpoint"].Data = append(m["checkpoint"].Data, "— audit.example/witness AAAAAAEBAQE\n"...)
	if _, err := Verify(m, testVKey(t)); !errors.Is(err, ErrTampered) {
		t.Errorf("%v", err)
	}
}

func TestReadersShowNothingThatWasNotSigned(t *testing.T) {
	m, _ := smallLedger(t, 600)
	c := clone(m)
	i := bytes.Index(c["tile/entries/001"].Data, []byte(`"zeimu"`))
	copy(c["tile/entries/001"].Data[i:], `"kouen"`)
	r := must[*Reader](t)(openReader(c, testVKey(t)))
	n := int64(0)
	for s, err := range r.All(0) {
		if err != nil {
			tampered, is := errors.AsType[*TamperedError](err)
			if !is || tampered.Index != 256 || n != 256 {
				t.Errorf("after %d entries: %v", n, err)
			}
			return
		}
		n = s.Index + 1
	}
	t.Error("the changed entry was shown")
}

func TestNoErrorHoldsAPathOfTheMachine(t *testing.T) {
	err := openCopy(t, fstest.MapFS{"x": &fstest.MapFile{}})
	if !errors.Is(err, ErrNone) || strings.Contains(fmt.Sprint(err), string(os.PathSeparator)+"tmp") || errors.Is(err, fs.ErrExist) {
		t.Errorf("%v", err)
	}
}
