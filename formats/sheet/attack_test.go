package sheet

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"baitai/formats"
)

// What a spreadsheet does not look at is not read, and what two readers would read
// as two things is damage.
func TestWhatReadersWouldReadDifferently(t *testing.T) {
	const rels = "xl/_rels/workbook.xml.rels"
	const rel = `http://schemas.openxmlformats.org/officeDocument/2006/relationships/`
	for _, c := range []struct{ name, part, from, to, want string }{
		{"two ids", rels, "</Relationships>", `<Relationship Id="rId1" Type="` + rel + `worksheet" Target="other.xml"/></Relationships>`, "damaged"},
		{"two styles", rels, "</Relationships>", `<Relationship Id="rId8" Type="` + rel + `styles" Target="other.xml"/></Relationships>`, "damaged"},
		{"somebody else's relationship", rels, rel + "sharedStrings", "http://example.invalid/sharedStrings", "!名簿 A1 damaged"},
		{"backslashes", rels, "worksheets/sheet1.xml", `.\worksheets\sheet1.xml`, "1:T[氏名]T[b]"},
		{"two relationships of a sheet", "xl/workbook.xml", `r:id="rId1"`, `r:id="rId1" z:id="rId2"`, "damaged"},
		{"a foreign sheet", "xl/workbook.xml", "</sheets>", `<z:sheet name="x" r:id="rId7"/></sheets>`, "1:T[氏名]T[b]"},
		{"an attribute twice", "xl/workbook.xml", `name="名簿"`, `name="名簿" name="別"`, "damaged"},
		{"two sheets in one", "xl/worksheets/sheet1.xml", "</sheetData>", "</sheetData><sheetData/>", "1:T[氏名]T[b] !名簿  damaged"},
		{"data somewhere else", "xl/worksheets/sheet1.xml", "<sheetData>", "<x><sheetData/></x><sheetData>", "!名簿  damaged"},
		{"text in a text", "xl/sharedStrings.xml", "<t>氏名</t>", "<t>氏<t>名</t></t>", "!名簿  damaged"},
		{"furigana in furigana", "xl/sharedStrings.xml", "<t>氏名</t>", "<t>氏名</t><rPh><rPh/><t>シメイ</t></rPh>", "1:T[氏名]T[b]"},
		{"a pair of escapes", "xl/sharedStrings.xml", "<t>氏名</t>", "<t>_xD842__xDFB7_野_xD842_</t>", "1:T[𠮷野_xD842_]T[b]"},
		{"no quotes", "xl/worksheets/sheet1.xml", `<row r="1">`, `<row r=1 hidden="1">`, "!名簿 1 damaged"},
		{"hidden in somebody else's words", "xl/worksheets/sheet1.xml", `<row r="1">`, `<row r="1" z:hidden="1">`, "1:T[氏名]T[b]"},
		{"of no height", "xl/worksheets/sheet1.xml", `<row r="1">`, `<row r="1" ht="0.0">`, "!名簿 1 hidden row with something in it"},
		{"a cell's extension", "xl/worksheets/sheet1.xml", `<v>0</v>`, `<v>0</v><extLst><ext><v>1</v></ext></extLst>`, "1:T[氏名]T[b]"},
		{"a negative style", "xl/worksheets/sheet1.xml", `<c r="A1"`, `<c s="-1" r="A1"`, "!名簿 A1 damaged"},
		{"a type twice", "xl/worksheets/sheet1.xml", `<c r="A1"`, `<c t="n" r="A1"`, "!名簿 A1 damaged"},
		{"Shift_JIS by its own words", "xl/workbook.xml", `encoding="UTF-8"`, `encoding="Shift_JIS"`, "damaged"},
	} {
		p := byHand(header)
		if !strings.Contains(p[c.part], c.from) {
			t.Fatalf("%s: no %s", c.name, c.from)
		}
		p[c.part] = strings.Replace(p[c.part], c.from, c.to, 1)
		got := ""
		if b, err := openParts(t, p, formats.Limits{}); err != nil {
			got = err.Error()
		} else {
			got = show(b.Rows("名簿"))
		}
		if got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.name, got, c.want)
		}
	}
}

func TestHiddenColumns(t *testing.T) {
	for cols, want := range map[string][]Span{
		``: nil,
		`<cols><col min="1" max="2" width="9"/><col min="3" max="3" hidden="true"/><col min="5" max="6" width="0"/></cols>`: {{3, 3}, {5, 6}},
		`<sheetFormatPr defaultColWidth="0"/><cols><col min="4" max="5" width="9"/><col min="2" max="2" width="9"/></cols>`: {{1, 1}, {3, 3}, {6, 16384}},
		`<z:col min="1" max="2" hidden="1"/>`: nil,
	} {
		p := byHand(header)
		p["xl/worksheets/sheet1.xml"] = strings.Replace(p["xl/worksheets/sheet1.xml"], "<sheetData>", cols+"<sheetData>", 1)
		b, err := openParts(t, p, formats.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		if got, err := b.HiddenColumns("名簿"); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %v, %v", cols, got, err)
		}
	}
	p := byHand(header)
	p["xl/worksheets/sheet1.xml"] = strings.Replace(p["xl/worksheets/sheet1.xml"], "<sheetData>", `<cols><col min="2" max="1"/></cols><sheetData>`, 1)
	b, err := openParts(t, p, formats.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.HiddenColumns("名簿"); !errors.Is(err, formats.ErrDamaged) {
		t.Error(err)
	}
	if _, err := b.HiddenColumns("none"); !errors.Is(err, formats.ErrNoSheet) {
		t.Error(err)
	}
}

// A text of nothing but escapes took minutes where each of them moved what follows,
// and runs without an end had no bound of their own.
func TestTextsThatWouldTakeLong(t *testing.T) {
	began := time.Now()
	if got := unescapeString([]byte(strings.Repeat("_x0041_", 1<<20))); len(got) != 1<<20 {
		t.Errorf("%d bytes", len(got))
	}
	if took := time.Since(began); took > 10*time.Second {
		t.Errorf("%v", took)
	}
	runs := strings.Repeat("<r><t>"+strings.Repeat("ア", 10_000)+"</t></r>", 100)
	b, err := openParts(t, byHand(`<row><c t="inlineStr"><is>`+runs+`</is></c></row>`), formats.Limits{UnpackedRatioMax: 10_000})
	if err != nil {
		t.Fatal(err)
	}
	if got := show(b.Rows("名簿")); got != "!名簿 A1 cell too long" {
		t.Error(got)
	}
	p := byHand(header)
	p["xl/sharedStrings.xml"] = `<sst><si>` + runs + `</si></sst>`
	if b, err = openParts(t, p, formats.Limits{UnpackedRatioMax: 10_000}); err != nil {
		t.Fatal(err)
	}
	if got := show(b.Rows("名簿")); got != "!名簿  cell too long" {
		t.Error(got)
	}
}
