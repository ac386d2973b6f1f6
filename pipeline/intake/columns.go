package intake

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"baitai/formats"
	"baitai/pipeline/issue"
	"baitai/pipeline/normal"
)

// columns says what each column of a list means.
type columns struct {
	of      []field         // by column, from 0
	at      [fieldCount]int // column of a field, from 0; -1 if there is none
	fields  []field         // that have a column, in their order
	joins   []join          // particulars that stand in several columns
	spots   [fieldCount]spot
	headers []string // as the sender wrote them; empty unless the line is a header line
	ignored []string // headers of columns that nobody knows
}

// A spot is where the sender finds a field: its first column, from 1, and the names
// of all of its columns.
type spot struct {
	column int
	name   string
}

// mapColumns reads the header line. Where it is not beyond doubt that the line is
// one, no word of it is quoted in any message: it may be a person.
func mapColumns(rec formats.Record, pos issue.Pos, registered map[string]field) (columns, issue.List) {
	c, unsafe := nameColumns(rec.Cells, registered)
	pos.Row = rec.Row
	if len(c.fields) == 0 {
		return c, issue.List{issue.New(issue.NoHeader, pos)}
	}
	// Somebody may be called カナ; nobody is called 整理番号, 氏名 and 生年月日.
	sure := c.at[fieldReference] >= 0 && c.searchable()
	var wrong issue.List
	at := func(i int, code issue.Code, args ...any) {
		p := pos
		p.Column = i + 1
		if sure && code != issue.MultilineHeader && code != issue.MyNumberCell {
			p.Name = rec.Cells[i].Text
		}
		wrong = append(wrong, issue.New(code, p, args...))
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
		case c.again(f) != fieldNone:
			at(i, issue.WholeAndPart, standardHeader[c.again(f)])
		case c.lacks(f) != "":
			at(i, issue.PartHeaderMissing, c.lacks(f))
		}
	}
	if c.at[fieldReference] < 0 {
		wrong = append(wrong, issue.New(issue.NoReferenceColumn, pos))
	}
	if len(wrong) == 0 && !c.searchable() {
		wrong = append(wrong, issue.New(issue.NoSearchKey, pos))
	}
	c.joins = c.findJoins()
	for f := fieldReference; f < fieldCount; f++ {
		c.spots[f] = c.spot(f)
	}
	return c, wrong
}

// nameColumns finds what each header means; unsafe are those that nobody knows and
// that could be search keys.
func nameColumns(cells []formats.Cell, registered map[string]field) (c columns, unsafe []bool) {
	c.of, unsafe = make([]field, len(cells)), make([]bool, len(cells))
	for i, cell := range cells {
		c.of[i], unsafe[i] = meaning(cell.Text, registered)
	}
	c.tellBirthDay(cells)
	for f := range c.at {
		c.at[f] = slices.Index(c.of, field(f))
		if c.at[f] >= 0 && field(f) != fieldNone {
			c.fields = append(c.fields, field(f))
		}
	}
	return c, unsafe
}

// tellBirthDay takes «Birth Day» beside a year and a month for the day; by itself it
// is the birthday.
func (c columns) tellBirthDay(cells []formats.Cell) {
	if !slices.Contains(c.of, fieldYear) || !slices.Contains(c.of, fieldMonth) || slices.Contains(c.of, fieldDay) {
		return
	}
	for i, cell := range cells {
		if c.of[i] == fieldBirth && normal.FoldHeader(cell.Text) == "birthday" {
			c.of[i] = fieldDay
		}
	}
}

// headerCharactersMax bounds a header, which messages and results quote.
const headerCharactersMax = 200

// legible reports whether a header can be quoted: it says something, on however
// many lines, and holds nothing that only a machine reads.
func legible(header string) bool {
	return normal.FoldHeader(header) != "" && utf8.RuneCountInString(header) <= headerCharactersMax &&
		!strings.ContainsFunc(header, func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\r' && r != '\t' })
}

// searchable applies the least keys of spec §3.2 to the columns as a whole.
func (c columns) searchable() bool {
	has := c.has
	return has(fieldCode) && (has(fieldName) || has(fieldBirth)) ||
		has(fieldName) && (has(fieldBirth) || has(fieldAddress)) ||
		has(fieldKana) && has(fieldBirth)
}

// has reports whether the list has a particular, in one column or in several.
func (c columns) has(f field) bool { return len(c.from(f)) > 0 }

// from are the columns, from 0 and ascending, that a field comes from.
func (c columns) from(f field) []int {
	var all []int
	for _, part := range append([]field{f}, partsOf(f)...) {
		if i := c.at[part]; i >= 0 {
			all = append(all, i)
		}
	}
	slices.Sort(all)
	return all
}

// spot finds where a field stands; where it comes from several columns it has the
// names of all of them: «年・月・日».
func (c columns) spot(f field) spot {
	from := c.from(f)
	if len(from) == 0 {
		return spot{0, standardHeader[f]}
	}
	var names []string
	for _, i := range from {
		names = append(names, c.headers[i])
	}
	return spot{from[0] + 1, strings.Join(names, "・")}
}
