package sheet

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"baitai/formats"

	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"
)

type page struct {
	name    string
	columns []string
	rows    [][]string
}

func workbook(dir string, o WriterOptions, pages ...page) ([]byte, error) {
	o.TmpDir = dir
	w, err := NewWriter(o)
	if err != nil {
		return nil, err
	}
	defer w.Close()
	for _, p := range pages {
		var columns []Column
		for _, c := range p.columns {
			columns = append(columns, Column{Header: c})
		}
		if err := w.AddSheet(p.name, columns); err != nil {
			return nil, err
		}
		for _, r := range p.rows {
			if err := w.Write(r); err != nil {
				return nil, err
			}
		}
	}
	var b bytes.Buffer
	_, err = w.WriteTo(&b)
	return b.Bytes(), err
}

// private makes a folder as the caller has to.
func private(t testing.TB) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "tmp")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	return dir
}

func open(t testing.TB, raw []byte) *Book {
	t.Helper()
	b, err := OpenAt(bytes.NewReader(raw), int64(len(raw)), Options{})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func collect(records formats.Records) (out [][]string, err error) {
	for rec, e := range records {
		if e != nil {
			return out, e
		}
		var cells []string
		for _, c := range rec.Cells {
			cells = append(cells, c.Text)
		}
		out = append(out, cells)
	}
	return out, nil
}

var awkward = []string{
	"=1+1", "@x", "+81", "-", "0123", "12345678901", "1.23E+10", "TRUE", "#N/A", "2020-01-02", " 前後 ", "改\n行", "改\r\n行", "\r", "タブ\tも",
	"<&>\"'", "_x0041_", "_x005F_x0041_", "_x005F_", "__x000D_", "_x", "&#10;", "𠮷野", "邉\U000E0102", "\ue000", "\u2028", "\u00a0", "]]>", "'", "\ufeffx",
}

func TestWhatIsWrittenIsRead(t *testing.T) {
	var rows [][]string
	for i, s := range awkward {
		rows = append(rows, []string{fmt.Sprint(i), s, ""})
	}
	raw, err := workbook(private(t), WriterOptions{}, page{"結果", []string{"整理番号", "値", "備考"}, rows}, page{"別紙 2", []string{"x"}, [][]string{{"y"}}})
	if err != nil {
		t.Fatal(err)
	}
	b := open(t, raw)
	if got := b.Sheets(); !reflect.DeepEqual(got, []Sheet{{"結果", true}, {"別紙 2", true}}) {
		t.Errorf("%v", got)
	}
	got, err := collect(b.Rows("結果"))
	if err != nil || len(got) != len(awkward)+1 {
		t.Fatalf("%d rows, %v", len(got), err)
	}
	for i, s := range awkward {
		if !reflect.DeepEqual(got[i+1], []string{fmt.Sprint(i), s, ""}) {
			t.Errorf("%q came back as %q", s, got[i+1])
		}
	}
	if got, err := collect(b.Rows("別紙 2")); err != nil || !reflect.DeepEqual(got, [][]string{{"x"}, {"y"}}) {
		t.Errorf("%v, %v", got, err)
	}
}

func TestWhateverIsWrittenIsRead(t *testing.T) {
	dir := private(t)
	cell := rapid.OneOf(rapid.StringOf(rapid.RuneFrom([]rune("a_x005F41D<>&'\"\r\n\t 　=山髙"))), rapid.String())
	rapid.Check(t, func(t *rapid.T) {
		s := cell.Draw(t, "cell")
		lost := 0
		raw, err := workbook(dir, WriterOptions{OnLost: func(int, int, rune) { lost++ }}, page{"s", []string{"h", "i"}, [][]string{{"1", s}}})
		if err != nil {
			t.Fatal(err)
		}
		want := strings.Map(func(r rune) rune {
			if unwritable(r) {
				return '〓'
			}
			return r
		}, s)
		b, err := OpenAt(bytes.NewReader(raw), int64(len(raw)), Options{})
		if err != nil {
			t.Fatal(err)
		}
		got, err := collect(b.Rows("s"))
		if err != nil || !reflect.DeepEqual(got, [][]string{{"h", "i"}, {"1", want}}) {
			t.Fatalf("%q: %q, %v", s, got, err)
		}
		if lost != strings.Count(want, "〓")-strings.Count(s, "〓") {
			t.Fatalf("%d lost", lost)
		}
	})
}

func TestTheSameSheetsGiveTheSameBytesAndNameNobody(t *testing.T) {
	pages := []page{{"一", []string{"a"}, [][]string{{"1"}}}, {"二", []string{"b"}, [][]string{{"2"}}}, {"三", []string{"c"}, nil}}
	first, err := workbook(private(t), WriterOptions{}, pages...)
	if err != nil {
		t.Fatal(err)
	}
	for range 5 {
		again, err := workbook(private(t), WriterOptions{}, pages...)
		if err != nil || !bytes.Equal(first, again) {
			t.Fatalf("other bytes, %v", err)
		}
	}
	b := open(t, first)
	core, err := b.part("docProps/core.xml")
	if err != nil {
		t.Fatal(err)
	}
	var text bytes.Buffer
	if _, err := text.ReadFrom(core); err != nil || strings.Contains(text.String(), "xuri") || !strings.Contains(text.String(), "1980-01-01") {
		t.Errorf("%s, %v", text.String(), err)
	}
}

// TestNothingWrittenIsAFormula asks the library that spreadsheets are compared
// with, and looks at the header's style, panes and filter.
func TestNothingWrittenIsAFormula(t *testing.T) {
	raw, err := workbook(private(t), WriterOptions{}, page{"結果", []string{"整理番号", "とても長い見出しの列"}, [][]string{{"=1+1", "12345678901"}, {"+1", "-1"}}})
	if err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for _, cell := range []string{"A2", "B2", "A3", "B3"} {
		kind, err1 := f.GetCellType("結果", cell)
		formula, err2 := f.GetCellFormula("結果", cell)
		if kind != excelize.CellTypeInlineString || formula != "" || err1 != nil || err2 != nil {
			t.Errorf("%s: %v, %q, %v, %v", cell, kind, formula, err1, err2)
		}
	}
	id, _ := f.GetCellStyle("結果", "A1")
	style, err := f.GetStyle(id)
	if err != nil || style.Font == nil || !style.Font.Bold {
		t.Errorf("the header is not bold: %v", err)
	}
	panes, err := f.GetPanes("結果")
	if err != nil || !panes.Freeze || panes.YSplit != 1 {
		t.Errorf("the header does not stay: %+v, %v", panes, err)
	}
	if w, err := f.GetColWidth("結果", "B"); err != nil || w != 22 {
		t.Errorf("ten full-width characters are %v wide, %v", w, err)
	}
	names := f.GetDefinedName()
	if len(names) != 2 || !strings.HasSuffix(names[0].RefersTo, "$A$1:$B$3") || names[1].Name != "_xlnm.Print_Titles" || names[1].RefersTo != "'結果'!$1:$1" {
		t.Errorf("filter and titles of print: %+v", names)
	}
}

func TestWriterRefusesWhatItCannotHold(t *testing.T) {
	for _, c := range []struct {
		name string
		p    page
		want error
	}{
		{"control character", page{"s", []string{"h"}, [][]string{{"a\x01"}}}, ErrControl},
		{"too long", page{"s", []string{"h"}, [][]string{{strings.Repeat("あ", 32768)}}}, formats.ErrCellTooLong},
		{"too long in pairs", page{"s", []string{"h"}, [][]string{{strings.Repeat("𠮷", 16384)}}}, formats.ErrCellTooLong},
		{"not UTF-8", page{"s", []string{"h"}, [][]string{{"\xff"}}}, formats.ErrDamaged},
		{"too few", page{"s", []string{"h", "i"}, [][]string{{"a"}}}, formats.ErrFieldCount},
		{"no columns", page{"s", nil, nil}, formats.ErrFieldCount},
		{"name", page{"a/b", []string{"h"}, nil}, formats.ErrNoSheet},
		{"long name", page{strings.Repeat("あ", 32), []string{"h"}, nil}, formats.ErrNoSheet},
	} {
		if _, err := workbook(private(t), WriterOptions{}, c.p); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
	}
	if _, err := workbook(private(t), WriterOptions{}); !errors.Is(err, formats.ErrNoSheet) {
		t.Errorf("no sheet: %v", err)
	}
	long := strings.Repeat("𠮷", 16383)
	raw, err := workbook(private(t), WriterOptions{}, page{"s", []string{"h"}, [][]string{{long}}})
	if err != nil {
		t.Fatal(err)
	}
	if got, err := collect(open(t, raw).Rows("s")); err != nil || got[1][0] != long {
		t.Errorf("the longest cell does not come back: %v", err)
	}
}

func TestTmpDirMustBePrivate(t *testing.T) {
	dir := private(t)
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, d := range []string{dir, "", filepath.Join(dir, "none")} {
		if _, err := NewWriter(WriterOptions{TmpDir: d}); err == nil {
			t.Errorf("%q was accepted", d)
		}
	}
}

// TestNothingIsLeftInTmpDir writes enough that excelize uses a file, and looks
// while it is there and afterwards.
func TestNothingIsLeftInTmpDir(t *testing.T) {
	dir := private(t)
	fill := func() *Writer {
		w, err := NewWriter(WriterOptions{TmpDir: dir})
		if err != nil {
			t.Fatal(err)
		}
		if err := w.AddSheet("s", []Column{{Header: "h"}}); err != nil {
			t.Fatal(err)
		}
		row := []string{strings.Repeat("あ", 10_000)}
		for range 800 {
			if err := w.Write(row); err != nil {
				t.Fatal(err)
			}
		}
		return w
	}
	left := func() int {
		entries, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		return len(entries)
	}
	w := fill()
	if left() == 0 {
		t.Fatal("the test is too small to say anything")
	}
	if _, err := w.WriteTo(failing{}); !errors.Is(err, errFull) {
		t.Errorf("disk full: %v", err)
	}
	if err := w.Close(); err != nil || left() != 0 {
		t.Errorf("%d files are left, %v", left(), err)
	}
	w = fill() // killed: never closed
	n, err := Sweep(dir)
	if err != nil || n != 1 || left() != 0 {
		t.Errorf("swept %d, left %d, %v", n, left(), err)
	}
	_ = w.Close()
	if n, err := Sweep(dir); n != 0 || err != nil {
		t.Errorf("nothing to sweep: %d, %v", n, err)
	}
}

var errFull = errors.New("no space")

type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, errFull }

func BenchmarkWrite(b *testing.B) {
	const n = 20_000
	dir := private(b)
	row := strings.Split(benchLine, ",")
	for b.Loop() {
		w, err := NewWriter(WriterOptions{TmpDir: dir})
		if err != nil {
			b.Fatal(err)
		}
		if err := w.AddSheet("s", make([]Column, len(row))); err != nil {
			b.Fatal(err)
		}
		for range n {
			if err := w.Write(row); err != nil {
				b.Fatal(err)
			}
		}
		if _, err := w.WriteTo(new(bytes.Buffer)); err != nil {
			b.Fatal(err)
		}
		w.Close()
	}
	b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}
