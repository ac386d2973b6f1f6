package intake

import (
	"archive/zip"
	"bytes"
	"errors"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"baitai/formats/charset"
	"baitai/pipeline"
	"baitai/pipeline/person"
)

var update = flag.Bool("update", false, "write what becomes of the shapes of workbooks anew")

const shapesFolder = "../../testdata/shapes"

// shapeParts reads a shape of testdata/shapes; what it does not say, it has from
// the one called excel.
func shapeParts(t testing.TB, name string) map[string]string {
	t.Helper()
	all := make(map[string]string)
	for _, n := range []string{"excel", name} {
		a, err := txtar.ParseFile(filepath.Join(shapesFolder, n+".txtar"))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range a.Files {
			all[f.Name] = strings.TrimSuffix(string(f.Data), "\n")
		}
	}
	return all
}

// shapeBook packs a shape. The parts called before, rows, after and header are put
// into those that have room for them; an empty part is left out.
func shapeBook(t testing.TB, parts map[string]string) []byte {
	t.Helper()
	at := func(row string) string { return strings.ReplaceAll(parts["header"], `1"`, row+`"`) }
	fill := strings.NewReplacer("{before}", parts["before"], "{after}", parts["after"], "{rows}", parts["rows"])
	fill2 := strings.NewReplacer("{header}", parts["header"], "{header2}", at("2"), "{header4}", at("4"), "{32768}", strings.Repeat("見", 32_768))
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, name := range slices.Sorted(maps.Keys(parts)) {
		if !strings.Contains(name, "/") && name != "[Content_Types].xml" || parts[name] == "" {
			continue
		}
		raw := []byte(fill2.Replace(fill.Replace(parts[name])))
		if slices.Contains(strings.Fields(parts["utf-16"]), name) {
			raw = encode(t, charset.UTF16LE, string(raw))
		}
		w, err := z.Create(name)
		if err == nil {
			_, err = w.Write(raw)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// outcome says what becomes of a workbook: the code and place of each fault that
// refuses it, or its rows, each with what is asked and what is wrong with it.
func outcome(t testing.TB, book []byte) string {
	t.Helper()
	l, err := openList(t, source("list.xlsx", book, ""), byDefault(), Options{})
	var r *Refusal
	switch {
	case errors.As(err, &r):
		return "refused " + places(r.Issues) + "\n"
	case err != nil:
		t.Fatal(err)
	}
	var b strings.Builder
	if len(l.Ignored) > 0 {
		fmt.Fprintf(&b, "ignored %s\n", strings.Join(l.Ignored, " "))
	}
	for _, row := range collect(t, l) {
		b.WriteString(sayShort(row) + "\n")
	}
	return b.String()
}

// sayShort writes a row: 整理番号, then what is asked, then what is wrong.
func sayShort(r pipeline.Row[person.Query]) string {
	q := r.Value
	out := []string{fmt.Sprintf("%q", r.Ref.Reveal())}
	for _, s := range []string{q.Code.Reveal(), q.Name.Reveal(), q.Birth.Reveal(), q.Sex.Reveal(), q.Address.Reveal()} {
		if s != "" {
			out = append(out, fmt.Sprintf("%q", s))
		}
	}
	for _, i := range r.Issues {
		out = append(out, fmt.Sprintf("%s(%s)", i.Code, i.Pos.Name))
	}
	return strings.Join(out, " ")
}

// Every shape in which Excel, Google Sheets and other writers keep a list, rebuilt by
// hand from ECMA-376, becomes what its file says.
func TestShapesOfWorkbooks(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(shapesFolder, "*.txtar"))
	if err != nil || len(files) < 90 {
		t.Fatal(len(files), err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".txtar")
		parts := shapeParts(t, name)
		got := outcome(t, shapeBook(t, parts))
		if *update {
			a, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			last := &a.Files[len(a.Files)-1]
			if last.Name != "want" {
				t.Fatalf("%s: want is not the last", name)
			}
			last.Data = []byte(got)
			if err := os.WriteFile(file, txtar.Format(a), 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		if want := parts["want"] + "\n"; got != want {
			t.Errorf("%s:\n got %swant %s", name, got, want)
		}
	}
}

// Every kind of file that somebody may take for a list is told from the others,
// whatever its name is.
func TestKindsOfFilesAreToldFromEachOther(t *testing.T) {
	zipped := func(name, text string) string {
		return string(shapeBook(t, map[string]string{"x/y": "z", name: text}))
	}
	ole := func(stream string) string {
		b := make([]byte, 1024)
		copy(b, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
		b[30] = 9
		for i := range len(stream) {
			b[512+2*i] = stream[i]
		}
		return string(b)
	}
	for _, c := range []struct{ name, raw, want string }{
		{"an .xls", ole("Workbook"), "F335"}, {"a workbook with a password", ole("EncryptedPackage"), "F124"}, {"another OLE document", ole("WordDocument"), "F125"},
		{"an .xlsm", zipped("xl/vbaProject.bin", "x"), "F123"}, {"an .xlsb", zipped("xl/workbook.bin", "x"), "F336"},
		{"an .xlsb by its types", zipped("[Content_Types].xml", `<Types><Default Extension="bin" ContentType="application/vnd.ms-excel.sheet.binary.macroEnabled.main"/></Types>`), "F336"},
		{"a .docx", zipped("word/document.xml", "x"), "F340"}, {"a .numbers", zipped("Index/Document.iwa", "x"), "F338"},
		{"a PDF", "%PDF-1.7\n", "F339"}, {"HTML under .xls", "<html><table></table></html>", "F341"}, {"SpreadsheetML 2003", "<?xml version=\"1.0\"?><Workbook/>", "F341"},
		{"RTF", "{\\rtf1}", "F341"}, {"7z", "7z\xbc\xaf\x27\x1c", "F342"}, {"a picture", "\x89PNG\r\n\x1a\n", "F122"},
	} {
		for _, name := range []string{"list.xlsx", "list.csv"} {
			r := refusalOf(t, source(name, []byte(c.raw), ""), byDefault(), Options{})
			if got := places(r.Issues); got != c.want+"@0:0" {
				t.Errorf("%s as %s: %s", c.name, name, got)
			}
		}
	}
	ods := func() []byte {
		var b bytes.Buffer
		z := zip.NewWriter(&b)
		w, err := z.Create("mimetype")
		if err == nil {
			_, err = w.Write([]byte("application/vnd.oasis.opendocument.spreadsheet"))
		}
		if err := errors.Join(err, z.Close()); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	if got := places(refusalOf(t, source("list.xlsx", ods(), ""), byDefault(), Options{}).Issues); got != "F337@0:0" {
		t.Errorf("an .ods: %s", got)
	}
}
