package iso9660_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"pgregory.net/rapid"

	"baitai/formats/iso9660"
)

const folder = "abcd-efgh-jkmn-pqrs"

func day() time.Time {
	return time.Date(2026, 11, 27, 15, 4, 5, 0, time.FixedZone("JST", 9*60*60))
}

func file(name string, content []byte) iso9660.File {
	return iso9660.File{Name: name, Size: int64(len(content)), Open: func() (io.ReadCloser, error) {
		return io.NopCloser(bytes.NewReader(content)), nil
	}}
}

// result are the files of a result: of no bytes, of one, of a sector, of many.
func result() map[string][]byte {
	many := make([]byte, 100_000)
	for i := range many {
		many[i] = byte(i * i >> 3)
	}
	return map[string][]byte{
		"result-001.csv.zst.age": many, "result-002.csv.zst.age": many[:2048], "notes.txt.age": many[:1],
		"manifest.json.sig": many[:2049], "manifest.json": nil, "結果.xlsx": many[:5000],
	}
}

func image(t testing.TB, files map[string][]byte, extent int64) []byte {
	t.Helper()
	var all []iso9660.File
	for _, name := range slices.Sorted(maps.Keys(files)) {
		all = append(all, file(name, files[name]))
	}
	m, err := iso9660.NewWithExtent(folder, all, day(), extent)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	n, err := m.WriteTo(&out)
	if err != nil || n != m.Size() || int64(out.Len()) != n {
		t.Fatalf("%d bytes of %d, %v", n, m.Size(), err)
	}
	return out.Bytes()
}

// read is a reader of the one folder, by the standard alone: of the primary tree, or
// of Joliet.
func read(t fataler, disc []byte, joliet bool) (folderName string, files map[string][]byte) {
	t.Helper()
	descriptor := disc[16*2048:]
	if joliet {
		descriptor = disc[17*2048:]
	}
	root := entries(t, disc, descriptor[156:190])
	if len(root) != 3 {
		t.Fatalf("%d entries in the root", len(root))
	}
	files = make(map[string][]byte)
	for _, r := range entries(t, disc, root[2])[2:] {
		at, size := number(t, r[2:]), number(t, r[10:])
		name := text(r[33:33+int(r[32])], joliet)
		files[name] = append(files[name], disc[at*2048:at*2048+size]...)
	}
	return text(root[2][33:33+int(root[2][32])], joliet), files
}

type fataler interface {
	Helper()
	Fatalf(string, ...any)
}

func entries(t fataler, disc, dir []byte) [][]byte {
	t.Helper()
	at, size := number(t, dir[2:]), number(t, dir[10:])
	area := disc[at*2048 : at*2048+size]
	var out [][]byte
	for pos := 0; pos < len(area); {
		length := int(area[pos])
		if length == 0 {
			pos = (pos/2048 + 1) * 2048
			continue
		}
		if pos/2048 != (pos+length-1)/2048 {
			t.Fatalf("a record crosses the border of a sector")
		}
		out = append(out, area[pos:pos+length])
		pos += length
	}
	return out
}

// number reads a number that stands in both orders.
func number(t fataler, b []byte) int64 {
	t.Helper()
	little, big := binary.LittleEndian.Uint32(b), binary.BigEndian.Uint32(b[4:])
	if little != big {
		t.Fatalf("%d and %d", little, big)
	}
	return int64(little)
}

func text(b []byte, joliet bool) string {
	if !joliet {
		return string(b)
	}
	var units []uint16
	for ; len(b) > 1; b = b[2:] {
		units = append(units, binary.BigEndian.Uint16(b))
	}
	return string(utf16.Decode(units))
}

func TestADiscHoldsWhatWasPutOnIt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		names := rapid.SliceOfNDistinct(rapid.StringMatching(`[a-zA-Z0-9名簿結果._-]{1,60}x`), 0, 40, strings.ToLower).Draw(t, "names")
		files := make(map[string][]byte)
		var all []iso9660.File
		for _, name := range names {
			files[name] = rapid.SliceOfN(rapid.Byte(), 0, 5000).Draw(t, "content")
			all = append(all, file(name, files[name]))
		}
		extent := rapid.SampledFrom([]int64{2048, 4096, 1<<32 - 2048}).Draw(t, "extent")
		m, err := iso9660.NewWithExtent(folder, all, day(), extent)
		if err != nil {
			t.Fatalf("%v", err)
		}
		var out bytes.Buffer
		if _, err := m.WriteTo(&out); err != nil || int64(out.Len()) != m.Size() {
			t.Fatalf("%d bytes of %d: %v", out.Len(), m.Size(), err)
		}
		name, got := read(t, out.Bytes(), true)
		if name != folder || !maps.EqualFunc(got, files, bytes.Equal) {
			t.Fatalf("not what was put on it: %d files of %d", len(got), len(files))
		}
		// Every file has a plain name of its own, too.
		if _, got := read(t, out.Bytes(), false); len(got) != len(files) {
			t.Fatalf("%d plain names for %d files", len(got), len(files))
		}
	})
}

func TestTheSameFilesGiveTheSameDisc(t *testing.T) {
	if !bytes.Equal(image(t, result(), 1<<32-2048), image(t, result(), 1<<32-2048)) {
		t.Error("two images differ")
	}
}

func TestWhatCannotBeOnADisc(t *testing.T) {
	for _, name := range []string{"", ".", "..", "a/b", "a:b", "a;1", "a*", "a?", `a\b`, "\x01", "\xff", "𠮷.csv", strings.Repeat("名", 65)} {
		if _, err := iso9660.New(folder, []iso9660.File{file(name, nil)}, day()); !errors.Is(err, iso9660.ErrName) {
			t.Errorf("%q: %v", name, err)
		}
		if _, err := iso9660.New(name, nil, day()); !errors.Is(err, iso9660.ErrName) {
			t.Errorf("folder %q: %v", name, err)
		}
	}
	if _, err := iso9660.New(folder, []iso9660.File{file("a", nil), file("A", nil)}, day()); !errors.Is(err, iso9660.ErrSameName) {
		t.Errorf("got %v", err)
	}
	if _, err := iso9660.New(folder, []iso9660.File{{Name: "a", Size: 1 << 44}}, day()); !errors.Is(err, iso9660.ErrTooLarge) {
		t.Errorf("got %v", err)
	}
}

func TestAFileThatChangesIsNoticed(t *testing.T) {
	broken := errors.New("broken")
	for name, c := range map[string]struct {
		size int64
		open func() (io.ReadCloser, error)
		want error
	}{
		"shorter": {10, func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader("123456789")), nil }, iso9660.ErrChanged},
		"longer":  {8, func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader("123456789")), nil }, iso9660.ErrChanged},
		"gone":    {8, func() (io.ReadCloser, error) { return nil, broken }, broken},
	} {
		m, err := iso9660.New(folder, []iso9660.File{{Name: "a", Size: c.size, Open: c.open}}, day())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := m.WriteTo(io.Discard); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	m, err := iso9660.New(folder, []iso9660.File{file("a", make([]byte, 5<<20))}, day())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := m.WriteTo(failing{broken}); !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }

// TestOtherProgramsReadADisc that has files of one extent and of several.
func TestOtherProgramsReadADisc(t *testing.T) {
	for _, extent := range []int64{1<<32 - 2048, 4096} {
		path := filepath.Join(t.TempDir(), "disc.iso")
		if err := os.WriteFile(path, image(t, result(), extent), 0o600); err != nil {
			t.Fatal(err)
		}
		out := t.TempDir()
		tool(t, "bsdtar", "-xf", path, "-C", out)
		compare(t, "bsdtar", filepath.Join(out, folder))
		out = t.TempDir()
		tool(t, "7zz", "x", "-y", "-o"+out, path)
		compare(t, "7-Zip", filepath.Join(out, folder))
		if list := tool(t, "isoinfo", "-J", "-f", "-i", path); strings.Count(list, folder+"/") < len(result()) {
			t.Errorf("isoinfo lists %s", list)
		}
		for name, content := range result() {
			if extent < int64(len(content)) || name == "結果.xlsx" {
				continue // isoinfo takes each extent for a file, and names in ASCII only
			}
			if got := tool(t, "isoinfo", "-J", "-x", "/"+folder+"/"+name, "-i", path); got != string(content) {
				t.Errorf("isoinfo: %s has %d bytes", name, len(got))
			}
		}
		if said := tool(t, "isovfy", path); extent > 1<<30 && !strings.Contains(said, "No errors found") {
			t.Errorf("isovfy: %s", said)
		}
		if list := tool(t, "isoinfo", "-l", "-i", path); !strings.Contains(list, "RESULT_001_CSV_ZST.AGE;1") || !strings.Contains(list, "Nov 27 2026") {
			t.Errorf("isoinfo without Joliet lists %s", list)
		}
	}
}

// TestAFileOfMoreThanFourGiB is in two extents, one behind the other; only the
// directory is looked at.
func TestAFileOfMoreThanFourGiB(t *testing.T) {
	const size = 5 << 30
	zeros := func() (io.ReadCloser, error) { return io.NopCloser(io.LimitReader(zero{}, size)), nil }
	m, err := iso9660.New(folder, []iso9660.File{{Name: "big", Size: size, Open: zeros}}, day())
	if err != nil || m.Size() < size {
		t.Fatalf("%d, %v", m.Size(), err)
	}
	stop := errors.New("enough")
	head := &first{most: 2 << 20, stop: stop}
	if _, err := m.WriteTo(head); !errors.Is(err, stop) {
		t.Fatal(err)
	}
	disc := head.Bytes()
	root := entries(t, disc, disc[17*2048+156:])
	records := entries(t, disc, root[2])[2:]
	if len(records) != 2 || records[0][25] != 0x80 || records[1][25] != 0 {
		t.Fatalf("%d records", len(records))
	}
	one, two := number(t, records[0][10:]), number(t, records[1][10:])
	if one+two != size || number(t, records[0][2:])+one/2048 != number(t, records[1][2:]) || one%2048 != 0 {
		t.Errorf("extents of %d and %d", one, two)
	}
}

type zero struct{}

func (zero) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// first keeps what comes first and then stops.
type first struct {
	bytes.Buffer
	most int
	stop error
}

func (f *first) Write(p []byte) (int, error) {
	if f.Len() >= f.most {
		return 0, f.stop
	}
	return f.Buffer.Write(p)
}

func compare(t *testing.T, who, dir string) {
	t.Helper()
	got := make(map[string][]byte)
	there, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range there {
		if got[e.Name()], err = os.ReadFile(filepath.Join(dir, e.Name())); err != nil {
			t.Fatal(err)
		}
	}
	if !maps.EqualFunc(got, result(), bytes.Equal) {
		t.Errorf("%s reads %v", who, slices.Sorted(maps.Keys(got)))
	}
}

// tool runs a program that was not written here.
func tool(t *testing.T, name string, args ...string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("%s is not installed", name)
		}
		t.Skipf("%s is not installed", name)
	}
	cmd := exec.Command(path, args...)
	cmd.Env = append(os.Environ(), "LC_ALL=C.UTF-8")
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(fmt.Errorf("%s: %w", name, err))
	}
	return string(out)
}
