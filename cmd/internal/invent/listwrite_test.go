package invent

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/encoding/japanese"

	"baitai/formats/charset"
)

// Every form holds the same cells. The CP932 one is read with a decoder that is
// not the project's.
func TestEveryFormatHoldsTheSameCells(t *testing.T) {
	w := newWorld(t, 6, 4*BlockPeople)
	for _, name := range []string{"csv-cp932", "csv-cp932-lf-quoted", "csv-utf8", "csv-utf8-bom-lf", "csv-utf8-cr", "tsv-utf8", "csv-utf16le", "tsv-utf16be-quoted"} {
		l := newList(t, w, name, "even", 310)
		var b bytes.Buffer
		if err := l.Write(&b); err != nil {
			t.Fatal(err)
		}
		var text string
		if l.spec.Format.Charset == charset.CP932 {
			s, err := japanese.ShiftJIS.NewDecoder().String(b.String())
			if err != nil {
				t.Fatal(err)
			}
			text = s
		} else {
			raw, err := io.ReadAll(charset.NewReader(&b, l.spec.Format.Charset))
			if err != nil {
				t.Fatal(err)
			}
			text = string(raw)
		}
		if nl := l.spec.Format.Newline; strings.Count(text, nl) != 311 || nl == "\n" && strings.Contains(text, "\r") {
			t.Errorf("%s: the line ends are not %q", name, nl)
		}
		r := csv.NewReader(strings.NewReader(strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n")))
		if l.spec.Format.Kind == TSV {
			r.Comma = '\t'
		}
		rows, err := r.ReadAll()
		if err != nil {
			t.Fatal(name, err)
		}
		for i, e := range l.Entries {
			if want := e.Row.in(l.spec.Columns); !slices.Equal(rows[i+1], want) {
				t.Fatalf("%s: row %d differs", name, i+1)
			}
		}
	}
}

// LibreOffice reads the workbooks: cells come out as they were meant.
func TestWorkbookIsReadByLibreOffice(t *testing.T) {
	office, err := exec.LookPath("soffice")
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("soffice is not installed")
		}
		t.Skip("soffice is not installed")
	}
	w := newWorld(t, 6, 2*BlockPeople)
	l := newList(t, w, "xlsx", "clean", 60)
	l.spec.Request = &Request{Office: "welfare", Rows: 60}
	dir := t.TempDir()
	var b bytes.Buffer
	if err := l.Write(&b); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "l.xlsx"), b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(office, "-env:UserInstallation=file://"+dir+"/profile", "--headless",
		"--convert-to", "csv:Text - txt - csv (StarCalc):44,34,76", "--outdir", dir, filepath.Join(dir, "l.xlsx")).CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	f, err := os.Open(filepath.Join(dir, "l.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil || len(rows) != 61 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	for i, e := range l.Entries {
		if !slices.Equal(rows[i+1], e.Row.in(l.spec.Columns)) {
			t.Fatalf("row %d differs", i+1)
		}
	}
}

// Whatever a format is called, it is refused or it can be written.
func FuzzParseFormat(f *testing.F) {
	for _, name := range []string{"xlsx", "csv-cp932", "csv-utf8-bom-lf", "tsv-utf16le-quoted", "csv-utf8-cr", "csv-", "-", ""} {
		f.Add(name)
	}
	f.Fuzz(func(t *testing.T, name string) {
		format, err := ParseFormat(name)
		if err != nil {
			if !errors.Is(err, ErrFormat) {
				t.Errorf("%v, want ErrFormat", err)
			}
			return
		}
		l := &List{spec: ListSpec{Format: format, Columns: []string{ColumnRef, ColumnName}},
			Entries: []Entry{{Row: Row{Ref: "1", Name: "山田　\"花子\",\n"}}}}
		var b bytes.Buffer
		if err := l.Write(&b); err != nil || b.Len() == 0 {
			t.Errorf("%q: %d bytes, %v", name, b.Len(), err)
		}
	})
}
