package intake

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"baitai/formats/charset"
	"baitai/formats/csvlist"
	"baitai/formats/sheet"
	"baitai/pipeline"
	"baitai/pipeline/authority"
	"baitai/pipeline/issue"
	"baitai/pipeline/person"
)

// All people in these tests are invented.

// marker stands in cells whose content must not come out anywhere.
const marker = "秘密太郎"

// memory is a list that lies in memory.
type memory struct{ *bytes.Reader }

func (memory) Close() error { return nil }

func source(name string, list []byte, side string) Source {
	s := Source{Name: name, Size: int64(len(list)), SideName: name + ".request.toml"}
	s.List = func() (ReadAtCloser, error) { return memory{bytes.NewReader(list)}, nil }
	if side != "" {
		s.Side = func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(side)), nil }
	}
	return s
}

// byDefault is what is stated about a list that brings no request.
func byDefault() Stated {
	d := authority.NewRequest(authority.Default)
	d.Office, d.Purpose = "welfare", "P001"
	return Stated{Office: "welfare", Default: d}
}

func openList(t testing.TB, src Source, stated Stated, o Options) (*List, error) {
	t.Helper()
	l, err := Open(context.Background(), src, stated, o)
	if err == nil {
		t.Cleanup(l.Close)
	}
	return l, err
}

func mustOpen(t testing.TB, list []byte) *List {
	t.Helper()
	l, err := openList(t, source("list.csv", list, ""), byDefault(), Options{})
	if err != nil {
		t.Fatalf("refused: %v", err)
	}
	return l
}

// refusalOf is the refusal that the list must have.
func refusalOf(t testing.TB, src Source, stated Stated, o Options) *Refusal {
	t.Helper()
	_, err := openList(t, src, stated, o)
	var r *Refusal
	if !errors.As(err, &r) {
		t.Fatalf("want a refusal, got %v", err)
	}
	checkSilent(t, r)
	return r
}

// checkSilent looks for the marker in everything that an error can say.
func checkSilent(t testing.TB, err error) {
	t.Helper()
	text := fmt.Sprintf("%v %+v %#v", err, err, err)
	var r *Refusal
	if errors.As(err, &r) {
		for _, i := range r.Issues {
			text += fmt.Sprintf("%+v %q %v %v %v", i.Pos, i.Args, i.Err, i.In(issue.Japanese), i.In(issue.English))
		}
	}
	if strings.Contains(text, marker) {
		t.Errorf("a cell is quoted: %s", text)
	}
}

// places writes issues as «F104@3:2(No.)», with the sheet before the row.
func places(list issue.List) string {
	var out []string
	for _, i := range list {
		s := string(i.Code) + "@"
		if i.Pos.Sheet != "" {
			s += i.Pos.Sheet + "!"
		}
		s += fmt.Sprintf("%d:%d", i.Pos.Row, i.Pos.Column)
		if i.Pos.Name != "" {
			s += "(" + i.Pos.Name + ")"
		}
		out = append(out, s)
	}
	return strings.Join(out, " ")
}

func collect(t testing.TB, l *List) []pipeline.Row[person.Query] {
	t.Helper()
	var rows []pipeline.Row[person.Query]
	for row, err := range pipeline.Conserve("intake", l.Rows(context.Background())) {
		if err != nil {
			t.Fatal(err)
		}
		rows = append(rows, row)
	}
	return rows
}

// say writes a row for comparison, with all that it reveals.
func say(r pipeline.Row[person.Query]) string {
	q := r.Value
	codes := make([]string, 0, len(r.Issues))
	for _, i := range r.Issues {
		codes = append(codes, string(i.Code)+" "+i.Pos.Name)
	}
	return fmt.Sprintf("%d %s|%s|%s|%s|%s %v|%s|%s|%s|%s|%v", r.No, r.Ref.Reveal(), q.Code.Reveal(), q.Name.Reveal(), q.Kana.Reveal(),
		q.Birth.Reveal(), q.BirthRespelled, q.Sex.Reveal(), q.Address.Reveal(), q.FormerSurname.Reveal(), q.Consent.Reveal(), codes)
}

func encode(t testing.TB, c charset.Charset, text string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := charset.NewWriter(&b, c, nil)
	if _, err := io.WriteString(w, text); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func csvOf(t testing.TB, c charset.Charset, table [][]string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := csvlist.NewWriter(&b, csvlist.WriteOptions{Charset: c})
	for _, line := range table {
		if err := w.Write(line); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// part is one sheet of a workbook written by hand: rows of raw <c> elements, so
// that cells can be of every kind.
type part struct {
	name   string
	hidden bool
	rows   [][]string
}

// text, number, date, failed are cells of a workbook.
func text(s string) string {
	return `t="inlineStr"><is><t xml:space="preserve">` + escape(s) + `</t></is>`
}
func number(s string) string { return `><v>` + s + `</v>` }
func date(s string) string   { return `s="1"><v>` + s + `</v>` }
func failed(s string) string { return `t="e"><v>` + s + `</v>` }

func escape(s string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "\n", "&#10;").Replace(s)
}

func texts(table [][]string) [][]string {
	var out [][]string
	for _, line := range table {
		var cells []string
		for _, s := range line {
			cells = append(cells, text(s))
		}
		out = append(out, cells)
	}
	return out
}

func bookOf(t testing.TB, parts ...part) []byte {
	t.Helper()
	const ns = `xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"`
	const rel = `http://schemas.openxmlformats.org/officeDocument/2006/relationships/`
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	put := func(name, body string) {
		w, err := z.Create(name)
		if err == nil {
			_, err = io.WriteString(w, `<?xml version="1.0" encoding="UTF-8"?>`+body)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	sheets, rels := "", `<Relationship Id="s" Type="`+rel+`styles" Target="styles.xml"/>`
	for i, p := range parts {
		state := ""
		if p.hidden {
			state = ` state="hidden"`
		}
		sheets += fmt.Sprintf(`<sheet name="%s" sheetId="%d"%s r:id="r%d"/>`, escape(p.name), i+1, state, i)
		rels += fmt.Sprintf(`<Relationship Id="r%d" Type="%sworksheet" Target="worksheets/sheet%d.xml"/>`, i, rel, i)
		data := ""
		for r, cells := range p.rows {
			data += fmt.Sprintf(`<row r="%d">`, r+1)
			for c, cell := range cells {
				data += fmt.Sprintf(`<c r="%s" %s</c>`, sheet.CellName(r+1, c+1), cell)
			}
			data += `</row>`
		}
		put(fmt.Sprintf("xl/worksheets/sheet%d.xml", i), `<worksheet `+ns+`><sheetData>`+data+`</sheetData></worksheet>`)
	}
	put("xl/styles.xml", `<styleSheet `+ns+`><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14" applyNumberFormat="1"/></cellXfs></styleSheet>`)
	put("xl/_rels/workbook.xml.rels", `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">`+rels+`</Relationships>`)
	put("xl/workbook.xml", `<workbook `+ns+`><sheets>`+sheets+`</sheets></workbook>`)
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
