package intake

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"baitai/formats"
	"baitai/pipeline/issue"
)

// columns says what each column of a list means.
type columns struct {
	of      []field         // by column, from 0
	at      [fieldCount]int // column of a field, from 0; -1 if there is none
	headers []string        // as the sender wrote them; empty unless the line is a header line
	ignored []string        // headers of columns that nobody knows
}

// mapColumns reads the header line. Where it is not beyond doubt that the line is
// one, no word of it is quoted in any message: it may be a person.
func mapColumns(rec formats.Record, pos issue.Pos, registered map[string]field) (columns, issue.List) {
	c := columns{of: make([]field, len(rec.Cells))}
	for i := range c.at {
		c.at[i] = -1
	}
	known := 0
	unsafe := make([]bool, len(rec.Cells))
	for i, cell := range rec.Cells {
		c.of[i], unsafe[i] = meaning(cell.Text, registered)
		if f := c.of[i]; f != fieldNone {
			known++
			if c.at[f] < 0 {
				c.at[f] = i
			}
		}
	}
	pos.Row = rec.Row
	if known == 0 {
		return c, issue.List{issue.New(issue.NoHeader, pos)}
	}
	// Somebody may be called カナ; nobody is called 整理番号, 氏名 and 生年月日.
	sure := c.at[fieldReference] >= 0 && c.searchable()
	var wrong issue.List
	at := func(i int, code issue.Code) {
		p := pos
		p.Column = i + 1
		if sure && code != issue.MultilineHeader && code != issue.MyNumberCell {
			p.Name = rec.Cells[i].Text
		}
		wrong = append(wrong, issue.New(code, p))
	}
	for i, cell := range rec.Cells {
		c.headers = append(c.headers, cell.Text)
		f := c.of[i]
		switch {
		case !legible(cell.Text):
			at(i, issue.MultilineHeader)
		case f == fieldMyNumber:
			at(i, issue.MyNumberColumn)
		case holdsMyNumber(cell): // an ignored header is named in the result
			at(i, issue.MyNumberCell)
		case unsafe[i]:
			at(i, issue.UnknownSearchColumn)
		case f == fieldNone:
			c.ignored = append(c.ignored, cell.Text)
		case c.at[f] != i:
			at(i, issue.DoubledHeader)
		}
	}
	if c.at[fieldReference] < 0 {
		wrong = append(wrong, issue.New(issue.NoReferenceColumn, pos))
	}
	if len(wrong) == 0 && !c.searchable() {
		wrong = append(wrong, issue.New(issue.NoSearchKey, pos))
	}
	return c, wrong
}

// headerCharactersMax bounds a header, which messages and results quote.
const headerCharactersMax = 200

// legible reports whether a header can be quoted: it says something, on however
// many lines, and holds nothing that only a machine reads.
func legible(header string) bool {
	return foldHeader(header) != "" && utf8.RuneCountInString(header) <= headerCharactersMax &&
		!strings.ContainsFunc(header, func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\r' && r != '\t' })
}

// searchable applies the least keys of spec §3.2 to the columns as a whole.
func (c columns) searchable() bool {
	has := func(f field) bool { return c.at[f] >= 0 }
	return has(fieldCode) && (has(fieldName) || has(fieldBirth)) ||
		has(fieldName) && (has(fieldBirth) || has(fieldAddress)) ||
		has(fieldKana) && has(fieldBirth)
}

// header gives the sender's name of the column of a field.
func (c columns) header(f field) string {
	if i := c.at[f]; i >= 0 && i < len(c.headers) {
		return c.headers[i]
	}
	return standardHeader[f]
}
