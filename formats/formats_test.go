package formats_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"testing/iotest"

	"baitai/formats"
	"baitai/formats/charset"
	"baitai/formats/csvlist"
	"baitai/formats/sheet"

	"pgregory.net/rapid"
)

func zipOf(t *testing.T, names ...string) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, n := range names {
		name, text, _ := strings.Cut(n, "=")
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, text); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func ole(stream string) string {
	b := make([]byte, 2048)
	copy(b, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
	b[30], b[48] = 9, 2 // 512-byte sectors; the directory is sector 2, at 1536
	for i := range len(stream) {
		b[1536+2*i] = stream[i]
	}
	return string(b)
}

func TestDetectJudgesByContent(t *testing.T) {
	for _, c := range []struct {
		raw  string
		want formats.Kind
	}{
		{"", formats.Empty},
		{"整理番号,氏名\r\n", formats.Text},
		{"\xef\xbb\xbf整理番号", formats.Text},
		{"\x90\xae\x97\x9d\x94\xd4\x8d\x86,\x8e\x81\x96\xbc\r\n", formats.Text},
		{"\xff\xfea\x00\x01\x30", formats.Text},
		{"\xfe\xff\x00a\x30\x01", formats.Text},
		{"a,b\x00\n", formats.Text}, // its reader says where
		{"\x1b$B@0M}\x1b(B,a", formats.Text},
		{"a,b\r\n\x1a", formats.Text},
		{"MZ,番号\n", formats.Text},
		{"BZh,番号\n", formats.Text},
		{"PK,番号\n", formats.Text},
		{"a\x01b", formats.Unknown},
		{"\x7f", formats.Unknown},
		{"a\x00\x01\x30", formats.Unknown}, // UTF-16 without a mark
		{zipOf(t, "list.csv=a,b"), formats.Zip},
		{zipOf(t), formats.Zip},
		{zipOf(t, "[Content_Types].xml", "xl/workbook.xml"), formats.XLSX},
		{zipOf(t, "xl\\workbook.xml"), formats.XLSX},
		{zipOf(t, "xl/workbook.xml", "xl/vbaProject.bin"), formats.XLSM},
		{zipOf(t, "xl/macrosheets/sheet1.xml", "xl/workbook.xml"), formats.XLSM},
		{zipOf(t, "xl/workbook.bin"), formats.XLSB},
		{zipOf(t, "mimetype=application/vnd.oasis.opendocument.spreadsheet"), formats.ODS},
		{zipOf(t, "mimetype=application/vnd.oasis.opendocument.text"), formats.OtherOffice},
		{zipOf(t, "mimetype=application/epub+zip"), formats.Zip},
		{zipOf(t, "word/document.xml"), formats.OtherOffice},
		{"PK\x03\x04 cut", formats.Zip},
		{ole("Workbook"), formats.XLS},
		{ole("EncryptedPackage"), formats.EncryptedOffice},
		{ole("WordDocument"), formats.OLE},
		{"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", formats.OLE},
		{"\x1f\x8b\x08", formats.Gzip},
		{"\x28\xb5\x2f\xfd\x04", formats.Zstd},
		{"age-encryption.org/v1\n", formats.Age},
		{"-----BEGIN AGE ENCRYPTED FILE-----\n", formats.Age},
		{"%PDF-1.7", formats.PDF},
		{"\x7fELF\x02", formats.Executable},
		{"MZ\x90\x00\x03", formats.Executable},
		{"MZ\x01\x02", formats.Executable},
		{"\xcf\xfa\xed\xfe\x07", formats.Executable},
		{"\xca\xfe\xba\xbe\x00", formats.Executable},
		{"#!/bin/sh\n", formats.Executable},
		{"\x89PNG\r\n\x1a\n", formats.Image},
		{"\xff\xd8\xff\xe0", formats.Image},
		{"RIFF\x00\x00\x00\x00WEBPVP8 ", formats.Image},
		{"7z\xbc\xaf\x27\x1c", formats.OtherArchive},
		{"BZh91AY&SY\x01", formats.OtherArchive},
		{"\x20\x00-lh5-", formats.OtherArchive},
		{strings.Repeat("\x00", 257) + "ustar", formats.OtherArchive},
		{" <HTML><body>", formats.Markup},
		{"\xef\xbb\xbf<?xml version='1.0'?>", formats.Markup},
		{"{\\rtf1", formats.Markup},
	} {
		got, err := formats.DetectAt(strings.NewReader(c.raw), int64(len(c.raw)))
		if got != c.want || err != nil {
			t.Errorf("%.12q: %s, %v; want %s", c.raw, string(got), err, string(c.want))
		}
	}
}

func TestDetectPassesOnReadErrors(t *testing.T) {
	if _, err := formats.DetectAt(brokenAt{}, 10); !errors.Is(err, errBroken) {
		t.Error(err)
	}
	// A file that became shorter since its size was taken.
	if _, err := formats.DetectAt(strings.NewReader("a"), 10); err == nil {
		t.Error("no error")
	}
}

var errBroken = errors.New("cable pulled")

type brokenAt struct{}

func (brokenAt) ReadAt([]byte, int64) (int, error) { return 0, errBroken }

func FuzzDetectAt(f *testing.F) {
	f.Add("a,b\n")
	f.Add(ole("Workbook"))
	f.Add("PK\x05\x06" + strings.Repeat("\x00", 18))
	f.Fuzz(func(t *testing.T, raw string) {
		got, err := formats.DetectAt(strings.NewReader(raw), int64(len(raw)))
		if err != nil || got == "" || (got == formats.Empty) != (raw == "") {
			t.Fatalf("%s, %v", string(got), err)
		}
	})
}

func TestErrorsSayWhereAndNotWhat(t *testing.T) {
	for want, e := range map[string]*formats.Error{
		"row 4, column 2: broken quoting":                      {Row: 4, Column: 2, Err: formats.ErrQuote},
		"row 4: not as many fields as the header has":          {Row: 4, Offset: 9, Err: formats.ErrFieldCount},
		"not supported: pdf":                                   {Err: formats.ErrNotSupported{Kind: formats.PDF}},
		"row 1, column 1: formula in a cell":                   {Sheet: "山田太郎", Row: 1, Column: 1, Err: formats.ErrFormula},
		"not clear whether commas or tabs separate the fields": {Err: formats.ErrDelimiter},
	} {
		if got := e.Error(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
		if !errors.Is(e, e.Err) {
			t.Errorf("%q does not unwrap", want)
		}
	}
}

func TestZeroLimitsAreTheDefaultsAndOthersStay(t *testing.T) {
	if got := (formats.Limits{}).WithDefaults(); got != formats.DefaultLimits() {
		t.Errorf("%+v", got)
	}
	v := reflect.ValueOf(formats.DefaultLimits())
	for i := range v.NumField() {
		if v.Field(i).Int() <= 0 {
			t.Errorf("%s has no default", v.Type().Field(i).Name)
		}
	}
	all := formats.Limits{RowsMax: 1, ColumnsMax: 2, CellCharactersMax: 3, UnpackedBytesMax: 4, UnpackedRatioMax: 5, PartsMax: 6, SharedStringsBytes: 7}
	if got := all.WithDefaults(); got != all {
		t.Errorf("%+v", got)
	}
}

// TestTheSameListInEveryFormGivesTheSameRecords writes one table as CSV and TSV in
// five character sets and as a workbook, and reads them all.
func TestTheSameListInEveryFormGivesTheSameRecords(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "tmp")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	cell := rapid.StringOfN(rapid.RuneFrom([]rune("山髙﨑あｱア①,\"\n\t =+-0123　 ")), 0, 12, -1)
	rapid.Check(t, func(t *rapid.T) {
		table := [][]string{{"整理番号", "氏名", "住所"}}
		for i := range rapid.IntRange(0, 6).Draw(t, "rows") {
			table = append(table, []string{fmt.Sprint(i + 1), cell.Draw(t, "name"), cell.Draw(t, "address")})
		}
		for _, c := range []charset.Charset{charset.CP932, charset.UTF8, charset.UTF8BOM, charset.UTF16LE, charset.UTF16BE} {
			for _, comma := range []byte{',', '\t'} {
				if got, err := throughCSV(table, c, comma); err != nil || !reflect.DeepEqual(got, table) {
					t.Fatalf("%s: %q, %v; want %q", string(c), got, err, table)
				}
			}
		}
		if got, err := throughSheet(dir, table); err != nil || !reflect.DeepEqual(got, table) {
			t.Fatalf("workbook: %q, %v; want %q", got, err, table)
		}
	})
}

func throughCSV(table [][]string, c charset.Charset, comma byte) ([][]string, error) {
	var b bytes.Buffer
	w := csvlist.NewWriter(&b, csvlist.WriteOptions{Charset: c, Comma: comma})
	for _, r := range table {
		if err := w.Write(r); err != nil {
			return nil, err
		}
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	if kind := formats.Detect(b.Bytes(), int64(b.Len())); kind != formats.Text {
		return nil, fmt.Errorf("detected as %s", string(kind))
	}
	var p charset.Probe
	p.Write(b.Bytes())
	found, err := p.Decide(c)
	if err != nil {
		return nil, err
	}
	return collect(csvlist.Read(charset.NewReader(iotest.HalfReader(&b), found), csvlist.Options{}))
}

func throughSheet(dir string, table [][]string) ([][]string, error) {
	w, err := sheet.NewWriter(sheet.WriterOptions{TmpDir: dir})
	if err != nil {
		return nil, err
	}
	defer w.Close()
	var columns []sheet.Column
	for _, h := range table[0] {
		columns = append(columns, sheet.Column{Header: h})
	}
	if err := w.AddSheet("名簿", columns); err != nil {
		return nil, err
	}
	for _, r := range table[1:] {
		if err := w.Write(r); err != nil {
			return nil, err
		}
	}
	var b bytes.Buffer
	if _, err := w.WriteTo(&b); err != nil {
		return nil, err
	}
	book, err := sheet.OpenAt(bytes.NewReader(b.Bytes()), int64(b.Len()), sheet.Options{})
	if err != nil {
		return nil, err
	}
	return collect(book.Rows("名簿"))
}

func collect(records formats.Records) (out [][]string, err error) {
	for rec, err := range records {
		if err != nil {
			return out, err
		}
		var cells []string
		for _, c := range rec.Cells {
			cells = append(cells, c.Text)
		}
		out = append(out, cells)
	}
	return out, nil
}
