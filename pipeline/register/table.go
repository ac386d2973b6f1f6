package register

import (
	"bytes"
	"errors"
	"io"
	"strings"

	"github.com/gocarina/gocsv"

	"baitai/formats"
	"baitai/formats/charset"
	"baitai/formats/csvlist"
	"baitai/pipeline/issue"
)

// note is the one header that a file may lack.
const note = "備考"

// A table is one file of the register as text, each row with its place.
type table struct {
	file    string
	headers []string       // of the format, in its order
	columns map[string]int // header → index of its column in the file
	line    int            // of the header
	rows    [][]string     // as gocsv reads them: headers first, cells trimmed, blank rows left out
	lines   []int          // physical line of each of rows
	issues  issue.List
}

// readTable decodes one file. Rows are read even where headers are at fault, but
// then they are not to be used.
func readTable(file string, data []byte, headers []string) *table {
	t := &table{file: file, headers: headers, columns: map[string]int{}}
	text := charset.NewReader(bytes.NewReader(data), charsetOf(data, headers))
	for rec, err := range csvlist.Read(text, csvlist.Options{Comma: ','}) {
		if err != nil {
			t.unreadable(err)
			return t
		}
		cells := make([]string, len(rec.Cells))
		for i, c := range rec.Cells {
			cells[i] = trim(c.Text)
		}
		// A spreadsheet saves rows that were emptied as rows of commas.
		if len(t.rows) > 0 && strings.Join(cells, "") == "" {
			continue
		}
		t.rows = append(t.rows, cells)
		t.lines = append(t.lines, rec.Row)
	}
	if len(t.rows) == 0 {
		t.unreadable(formats.ErrEmpty)
		return t
	}
	t.checkHeaders()
	return t
}

// charsetOf tells UTF-8 and CP932 apart by the header line, whose words are known:
// none of them reads as itself in the other character set, so this is no guess.
// Where no header is known the choice does not matter, because the headers will be
// reported.
func charsetOf(data []byte, headers []string) charset.Charset {
	first := data
	if i := bytes.IndexAny(data, "\r\n"); i >= 0 {
		first = data[:i]
	}
	for _, c := range []charset.Charset{charset.UTF8, charset.CP932} {
		line, err := io.ReadAll(charset.NewReader(bytes.NewReader(first), c))
		if err != nil {
			continue
		}
		for _, h := range headers {
			if strings.Contains(string(line), h) {
				return c
			}
		}
	}
	return charset.UTF8
}

func (t *table) unreadable(err error) {
	pos := issue.Pos{File: t.file}
	if e, ok := errors.AsType[*formats.Error](err); ok {
		pos.Row, pos.Column = e.Row, e.Column
	}
	if e, ok := errors.AsType[*charset.DecodeError](err); ok {
		pos.Row, pos.Column, pos.Offset = e.Line, 0, e.Offset
	}
	t.issues = append(t.issues, issue.New(issue.RegisterUnreadable, pos).Because(err))
}

// checkHeaders holds the headers against those of the format, because gocsv
// accepts missing, unknown and doubled ones without a word.
func (t *table) checkHeaders() {
	t.line = t.lines[0]
	for i, h := range t.rows[0] {
		pos := issue.Pos{File: t.file, Row: t.line, Column: i + 1}
		h = canonical(t.headers, h)
		_, seen := t.columns[h]
		switch {
		case t.rows[0][i] == "" && t.blankColumn(i): // a spreadsheet saves emptied columns too
		case h == "":
			t.issues = append(t.issues, issue.New(issue.RegisterHeaderUnknown, pos))
		case seen:
			pos.Name = h
			t.issues = append(t.issues, issue.New(issue.RegisterHeaderDoubled, pos))
		default:
			t.columns[h] = i
		}
		t.rows[0][i] = h
	}
	for _, h := range t.headers {
		if _, ok := t.columns[h]; !ok && h != note {
			t.issues = append(t.issues, issue.New(issue.RegisterHeaderMissing, issue.Pos{File: t.file, Row: t.line}, h))
		}
	}
}

// canonical gives the header of the format that h is another spelling of (width,
// spaces, case), "" if there is none.
func canonical(headers []string, h string) string {
	for _, k := range headers {
		if Fold(k) == Fold(h) {
			return k
		}
	}
	return ""
}

func (t *table) blankColumn(i int) bool {
	for _, row := range t.rows[1:] {
		if row[i] != "" {
			return false
		}
	}
	return true
}

// dropNotes drops the rows whose code begins with # (注記): a file that may be missing
// keeps its examples as such rows, since there is no day on which a layout or a header
// ends. No code begins so.
func (t *table) dropNotes() {
	at, ok := t.columns[t.headers[0]]
	if !ok {
		return
	}
	rows, lines := t.rows[:1], t.lines[:1]
	for i, cells := range t.rows[1:] {
		if at < len(cells) && strings.HasPrefix(Fold(cells[at]), "#") {
			continue
		}
		rows, lines = append(rows, cells), append(lines, t.lines[i+1])
	}
	t.rows, t.lines = rows, lines
}

// decode fills a slice of structs of strings, one for each row below the header.
func decode[T any](t *table) []T {
	var rows []T
	if len(t.issues) > 0 {
		return nil
	}
	if err := gocsv.UnmarshalCSV(&rowReader{t.rows}, &rows); err != nil {
		t.unreadable(err)
		return nil
	}
	return rows
}

// A rowReader hands rows that are already read to gocsv.
type rowReader struct{ rows [][]string }

// Read gives the next row.
func (r *rowReader) Read() ([]string, error) {
	if len(r.rows) == 0 {
		return nil, io.EOF
	}
	row := r.rows[0]
	r.rows = r.rows[1:]
	return row, nil
}

// ReadAll gives the rest.
func (r *rowReader) ReadAll() ([][]string, error) {
	rows := r.rows
	r.rows = nil
	return rows, nil
}

// A row is the place of one row of a file, and where its faults are collected.
type row struct {
	t    *table
	line int
}

// row gives the place of the i-th decoded row.
func (t *table) row(i int) row { return row{t, t.lines[i+1]} }

// pos is the place of a cell, or of the row where the header is "".
func (r row) pos(header string) issue.Pos {
	p := issue.Pos{File: r.t.file, Row: r.line}
	if i, ok := r.t.columns[header]; ok {
		p.Column, p.Name = i+1, header
	}
	return p
}

func (r row) fail(code issue.Code, header string, args ...any) *issue.Issue {
	i := issue.New(code, r.pos(header), args...)
	r.t.issues = append(r.t.issues, i)
	return i
}

// trim takes spaces of every kind off both ends.
func trim(s string) string {
	return strings.Trim(s, " \t\r\n\u3000\u00a0\ufeff")
}
