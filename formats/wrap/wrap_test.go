package wrap

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"baitai/crypto"
	"baitai/formats/charset"
)

// testKeys open what is sealed to one key.
type testKeys struct{ key *crypto.Identity }

func (k testKeys) Open(r io.Reader) (io.Reader, error) { return crypto.Open(r, k.key) }
func (k testKeys) OpenAt(r io.ReaderAt, size int64) (io.ReaderAt, int64, error) {
	return crypto.OpenAt(r, size, k.key)
}

func newTestKeys(t testing.TB) testKeys {
	key, err := crypto.NewIdentity()
	if err != nil {
		t.Fatal(err)
	}
	return testKeys{key}
}

func (k testKeys) seal(t testing.TB, content []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := crypto.Seal(&b, k.key.Recipient())
	if err != nil {
		t.Fatal(err)
	}
	_, err = w.Write(content)
	if err := errors.Join(err, w.Close()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// opened is what came out of a container.
type opened struct {
	name, side, text string
}

func openAll(t testing.TB, raw []byte, o Options) []opened {
	t.Helper()
	if o.Aside == nil {
		o.Aside = inMemory
	}
	c, err := Open(bytes.NewReader(raw), int64(len(raw)), o)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	var out []opened
	for _, l := range c.Lists() {
		var b bytes.Buffer
		if err := l.Write(&b); err != nil {
			t.Fatal(err)
		}
		if (l.Side == nil) != (l.SideName == "") {
			t.Error("a request and its name come together")
		}
		out = append(out, opened{l.Name, string(l.Side), b.String()})
	}
	return out
}

func TestEveryContainerGivesTheSameList(t *testing.T) {
	keys := newTestKeys(t)
	want := list(5000)
	bookZip := handZip(entryOf("[Content_Types].xml", []byte("<Types/>")), entryOf("xl/workbook.xml", []byte("<workbook/>")))
	for name, c := range map[string]struct {
		raw  []byte
		want []byte
	}{
		"list.csv":         {want, want},
		"list.csv.gz":      {gzipped(want), want},
		"list.csv.GZ":      {gzipped(want), want},
		"list.csv.zst":     {zstded(want), want},
		"list.csv.age":     {keys.seal(t, want), want},
		"list.zip":         {handZip(entryOf("list.csv", want)), want},
		"stored.zip":       {handZip(storedEntry("list.csv", want)), want},
		"list.csv.gz.age":  {keys.seal(t, gzipped(want)), want},
		"list.csv.zst.age": {keys.seal(t, zstded(want)), want},
		"list.csv.age.gz":  {gzipped(keys.seal(t, want)), want},
		"zip.age":          {keys.seal(t, handZip(entryOf("list.csv", want))), want},
		"gz.zip":           {handZip(entryOf("list.csv.gz", gzipped(want))), want},
		"age.zip":          {handZip(storedEntry("list.csv.age", keys.seal(t, want))), want},
		"zip.zip":          {handZip(entryOf("a.zip", handZip(entryOf("list.csv", want)))), want},
		"zip.gz":           {gzipped(handZip(entryOf("list.csv", want))), want},
		"list.csv.age.age": {keys.seal(t, keys.seal(t, want)), want},
		"list.csv.gz.gz":   {gzipped(gzipped(want)), want},
		"empty.gz":         {gzipped(nil), nil},
		"book.xlsx":        {bookZip, bookZip},
		"book.xlsx.gz":     {gzipped(bookZip), bookZip},
		"book.zip":         {handZip(entryOf("book.xlsx", bookZip)), bookZip},
		"book.xlsx.age":    {keys.seal(t, bookZip), bookZip},
		"pdf.zip":          {handZip(entryOf("a.pdf", []byte("%PDF-1.4"))), []byte("%PDF-1.4")}, // for others to refuse by name
	} {
		got := openAll(t, c.raw, Options{Name: name, Keys: keys})
		if len(got) != 1 || got[0].text != string(c.want) {
			t.Errorf("%s: %d lists", name, len(got))
			continue
		}
		if inner := strings.ToLower(name); strings.HasPrefix(inner, "list.csv") && got[0].name != "list.csv" {
			t.Errorf("%s: the list is called %s", name, got[0].name)
		}
	}
}

func TestABareFileIsNoContainer(t *testing.T) {
	for raw, want := range map[string]bool{"a,b\r\n": true, "": true, string(gzipped(nil)): false} {
		c, err := Open(strings.NewReader(raw), int64(len(raw)), Options{Name: "a.csv"})
		if err != nil || c.Bare() != want {
			t.Errorf("%.5q: bare is not %v, %v", raw, want, err)
		}
	}
}

func TestSeveralListsKeepTheirRequests(t *testing.T) {
	sub := handZip(entryOf("inner.csv", []byte("i")))
	raw := handZip(
		entryOf("b.csv.request.toml", []byte("side of b")),
		entryOf("a.csv", []byte("a")), entryOf("b.csv", []byte("b")),
		storedEntry("c/", nil), entryOf("c/a.csv", []byte("c")), entryOf("c/a.request.toml", []byte("side of c")),
		entryOf("d.zip", sub), entryOf("d.zip.request.toml", []byte("side of d")),
		entryOf("__MACOSX/._a.csv", []byte("x")), entryOf("c/.DS_Store", []byte("x")), entryOf("Thumbs.db", []byte("x")), entryOf("~$b.csv", []byte("x")),
	)
	want := []opened{{"a.csv", "", "a"}, {"b.csv", "side of b", "b"}, {"a.csv", "side of c", "c"}, {"inner.csv", "side of d", "i"}}
	if got := openAll(t, raw, Options{}); !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}

func TestARequestBesideTheContainerIsOfTheOneList(t *testing.T) {
	open := func(raw []byte) *Container {
		c, err := Open(bytes.NewReader(raw), int64(len(raw)), Options{})
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	a, side := entryOf("a.csv", []byte("a")), entryOf("a.csv.request.toml", []byte("s"))
	one := open(handZip(a))
	if err := one.Attach("x", []byte("s")); err != nil || string(one.Lists()[0].Side) != "s" {
		t.Error(err)
	}
	for _, raw := range [][]byte{handZip(a, side), handZip(a, entryOf("b.csv", []byte("b")))} {
		if err := open(raw).Attach("x", []byte("s")); !errors.Is(err, ErrSide) {
			t.Error(err)
		}
	}
}

func TestNamesInShiftJISAndUTF8(t *testing.T) {
	cp932, _ := charset.AppendCP932(nil, "照会リスト")
	for raw, want := range map[string]string{
		string(cp932): "照会リスト", "abc": "abc", "ｱ": "ｱ", "照会": "照会", "名簿": "", "\x81": "", "\x83\x5c\x95\x5c": "ソ表", // second bytes that are a backslash
	} {
		got, err := decodeName([]byte(raw), false)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("%q: %q, %v", raw, got, err)
		}
	}
	if got, err := decodeName([]byte("名簿"), true); got != "名簿" || err != nil {
		t.Error(got, err)
	}
	// The Unicode path of Info-ZIP stands above what the name could be.
	e := changed(entryOf("\x96\xbc\x95\xeb.csv", []byte("a")), func(e *handEntry) { e.extra = unicodePath(e.name, "名簿.csv") })
	if got := openAll(t, handZip(e), Options{}); got[0].name != "名簿.csv" {
		t.Error(got)
	}
}

func TestSafeNamesPass(t *testing.T) {
	for _, name := range []string{"list.csv", "照会 リスト(1).csv", "a/b/c.csv", "CONTROL.csv", "nullable.csv", "COM.csv", "COM10.csv", "a..b.csv", "髙橋㈱.csv"} {
		if err := checkPath(name); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, name := range []string{"", "/", "a//b", ".", "..", "a/./b", "a/..", "com1", "Lpt9.txt", "COM².csv", "aux .csv", "CONIN$", "a\x00b", "a|b", "~/\u200fa"} {
		if checkPath(name) == nil {
			t.Errorf("%q passes", name)
		}
	}
}

// TestSealsCutAtEachBorder: a seal that is not whole is refused, whatever was read.
func TestSealsCutAtEachBorder(t *testing.T) {
	keys := newTestKeys(t)
	const chunk = 64<<10 + 16
	for name, content := range map[string][]byte{"list": list(9000), "zip": handZip(storedEntry("list.csv", list(9000)))} {
		whole := keys.seal(t, content)
		header := bytes.Index(whole, []byte("\n--- ")) + 49 // the checksum of a header has 43 characters
		cut := []int{header, header + 1, header + 16, len(whole) - 1, len(whole) - 16, len(whole) - 17}
		for at := header + 16; at < len(whole); at += chunk {
			cut = append(cut, at-1, at, at+1, at+16)
		}
		if len(cut) < 15 {
			t.Fatal("too few chunks")
		}
		for _, n := range cut {
			if n >= len(whole) {
				continue
			}
			if err := readAll(whole[:n], Options{Keys: keys}); !errors.Is(err, ErrSeal) {
				t.Errorf("%s cut at %d of %d: %v", name, n, len(whole), err)
			}
		}
		if err := readAll(whole, Options{Keys: newTestKeys(t)}); !errors.Is(err, ErrOtherKey) {
			t.Error(err)
		}
		if err := readAll(append(bytes.Clone(whole), 'x'), Options{Keys: keys}); !errors.Is(err, ErrSeal) {
			t.Error(err)
		}
	}
}

// TestACutContainerIsNeverAShorterList cuts everywhere.
func TestACutContainerIsNeverAShorterList(t *testing.T) {
	keys := newTestKeys(t)
	for name, whole := range map[string][]byte{
		"zip": handZip(entryOf("list.csv", list(3)), storedEntry("b.csv", list(2))), "gz": gzipped(list(3)), "zst": zstded(list(3)), "age": keys.seal(t, list(3)),
	} {
		for n := range whole[4:] {
			c := whole[:4+n]
			err := readAll(c, Options{Keys: keys})
			if err == nil && (name != "age" || n > 20) { // «age-encryption.org/» cut is a text
				t.Errorf("%s cut at %d: no error", name, 4+n)
			}
		}
	}
}

// TestAFlippedBitIsAnErrorOrChangesNothing: checksums and seals hold.
func TestAFlippedBitIsAnErrorOrChangesNothing(t *testing.T) {
	want := list(3)
	for name, whole := range map[string][]byte{"zip": handZip(entryOf("list.csv", want)), "gz": gzipped(want), "zst": zstded(want)} {
		for i := range whole {
			for bit := range 8 {
				raw := bytes.Clone(whole)
				raw[i] ^= 1 << bit
				c, err := Open(bytes.NewReader(raw), int64(len(raw)), Options{Aside: inMemory})
				if err != nil || c.Bare() {
					continue
				}
				for _, l := range c.Lists() {
					var b bytes.Buffer
					if err := l.Write(&b); err == nil && !bytes.Equal(b.Bytes(), want) {
						t.Errorf("%s, byte %d, bit %d: another list", name, i, bit)
					}
				}
			}
		}
	}
}

// A medium that cannot be read is a fault, never the container's.
type failing struct {
	io.ReaderAt
	from int64
}

var errDisk = errors.New("the disk fails")

func (f failing) ReadAt(p []byte, off int64) (int, error) {
	if off+int64(len(p)) > f.from {
		return 0, errDisk
	}
	return f.ReaderAt.ReadAt(p, off)
}

func TestAFaultOfTheDiskIsNoRefusal(t *testing.T) {
	keys := newTestKeys(t)
	for name, raw := range map[string][]byte{
		"zip": handZip(entryOf("list.csv", list(3)), entryOf("b.gz", gzipped(list(3)))), "gz": gzipped(list(3000)), "zst": zstded(list(3000)),
		"age": keys.seal(t, list(9000)), "zip.age": keys.seal(t, handZip(entryOf("list.csv", list(3)))), "zip.gz": gzipped(handZip(entryOf("list.csv", list(3)))),
	} {
		for from := 0; from < len(raw); from += 1 + len(raw)/50 {
			c, err := Open(failing{bytes.NewReader(raw), int64(from)}, int64(len(raw)), Options{Keys: keys, Aside: inMemory})
			for i := 0; err == nil && i < len(c.Lists()); i++ {
				err = c.Lists()[i].Write(io.Discard)
			}
			if _, typed := errors.AsType[*Error](err); typed || !errors.Is(err, errDisk) {
				t.Errorf("%s from %d: %v", name, from, err)
			}
		}
	}
}

func TestWhatIsWrittenToMayFail(t *testing.T) {
	raw := gzipped(list(3000))
	c, err := Open(bytes.NewReader(raw), int64(len(raw)), Options{})
	if err != nil {
		t.Fatal(err)
	}
	r, w := io.Pipe()
	_ = r.CloseWithError(errDisk)
	if err := c.Lists()[0].Write(w); !errors.Is(err, errDisk) {
		t.Error(err)
	}
}

func TestLimitsAreThoseThatAreGiven(t *testing.T) {
	two := handZip(entryOf("a.csv", list(900)), entryOf("b.csv", list(900)))
	for _, c := range []struct {
		raw  []byte
		l    Limits
		want error
	}{
		{two, Limits{EntriesMax: 1}, ErrTooMany},
		{two, Limits{UnpackedBytesMax: 40_000}, ErrTooLarge},
		{two, Limits{NameBytesMax: 4}, ErrNameLong},
		{gzipped(list(900)), Limits{UnpackedBytesMax: 10_000}, ErrTooLarge},
		{gzipped(noise(2 << 20)), Limits{RatioMax: 1}, ErrRatio},
		{handZip(entryOf("a.csv", noise(2<<20))), Limits{RatioMax: 1}, ErrRatio},
		{gzipped(gzipped(list(3))), Limits{DepthMax: 1}, ErrTooDeep},
		{zstded(noise(2 << 20)), Limits{WindowBytesMax: 1 << 20}, ErrWindow},
		{handZip(entryOf("a.csv", list(3)), entryOf("a.csv.request.toml", list(9))), Limits{SideBytesMax: 99}, ErrSideLarge},
	} {
		if err := readAll(c.raw, Options{Limits: c.l}); !errors.Is(err, c.want) {
			t.Errorf("%+v: %v", c.l, err)
		}
		if err := readAll(c.raw, Options{}); err != nil {
			t.Error(err)
		}
	}
}

// TestErrorsHoldNoName: the name of a file may be that of a person.
func TestErrorsHoldNoName(t *testing.T) {
	for _, name := range []string{"../ヒミツ.csv", "ヒミツ.csv:", "ヒミツ/con", "ヒミツ.request.toml"} {
		e := entryOf(name, list(3))
		e.flags = flagUTF8
		err := readAll(handZip(e), Options{Name: "ヒミツ"})
		if err == nil || strings.Contains(err.Error(), "ヒミツ") {
			t.Errorf("%v", err)
		}
		if found, ok := errors.AsType[*Error](err); !ok || found.Entry != 1 {
			t.Error("without a place")
		}
	}
}
