package intake

import (
	"errors"
	"strings"
	"unicode"
	"unicode/utf8"

	"baitai/formats"
	"baitai/pipeline/issue"
	"baitai/pipeline/normal"
	"baitai/pipeline/person"
)

// raw is one row of the list before it is parsed, by field.
type raw [fieldCount]formats.Cell

// parser turns the cells of a row into a query. It is a pure function of the
// row and of what the columns mean.
type parser struct {
	columns columns
}

// row reads every particular, or names it as faulty; the query is the zero value
// where something is wrong.
func (p *parser) row(cells *raw, pos issue.Pos, texts *person.Slab) (q person.Query, wrong issue.List) {
	for _, f := range p.columns.fields {
		if fit(f, &cells[f]) {
			continue
		}
		if code, args := unfit(f, cells[f]); code != "" {
			wrong = p.failCell(wrong, pos, f, code, args...)
		}
	}
	if len(wrong) > 0 {
		return person.Query{}, wrong
	}
	if len(p.columns.joins) > 0 {
		whole := *cells
		if wrong = p.join(&whole, pos); len(wrong) > 0 {
			return person.Query{}, wrong
		}
		cells = &whole
	}
	if s := trimSpace(cells[fieldCode].Text); s != "" {
		code, err := normal.ParseResidentCode(s)
		if err != nil {
			wrong = p.fail(wrong, pos, fieldCode, codeIssue(s, err), err)
		}
		q.Code = code
	}
	if s := trimSpace(cells[fieldBirth].Text); s != "" {
		birth, respelled, code, err := parseBirth(cells[fieldBirth], s)
		if err != nil {
			wrong = p.fail(wrong, pos, fieldBirth, code, err)
		}
		q.Birth, q.BirthRespelled = birth, respelled
	}
	if s := trimSpace(cells[fieldSex].Text); s != "" {
		sex, err := normal.ParseSex(s)
		if err != nil {
			wrong = p.fail(wrong, pos, fieldSex, issue.BadSex, err)
		}
		q.Sex = sex
	}
	address := trimSpace(cells[fieldAddress].Text)
	if abbreviated(address) {
		wrong = p.fail(wrong, pos, fieldAddress, issue.Abbreviated, nil)
	}
	if len(wrong) > 0 {
		return person.Query{}, wrong
	}
	q.Name, q.Kana = texts.Text(trimSpace(cells[fieldName].Text)), texts.Text(trimSpace(cells[fieldKana].Text))
	q.Address = texts.Text(address)
	q.FormerSurname, q.Consent = texts.Text(trimSpace(cells[fieldFormerSurname].Text)), texts.Text(trimSpace(cells[fieldConsent].Text))
	return q, nil
}

func (p *parser) fail(wrong issue.List, row issue.Pos, f field, code issue.Code, cause error, args ...any) issue.List {
	return append(wrong, issue.New(code, p.pos(row, f), args...).Because(cause))
}

// failCell says what is wrong with one cell, though others may belong to it.
func (p *parser) failCell(wrong issue.List, row issue.Pos, f field, code issue.Code, args ...any) issue.List {
	i := p.columns.at[f]
	row.Column, row.Name = i+1, p.columns.headers[i]
	return append(wrong, issue.New(code, row, args...))
}

// pos is where a particular stands; where it was joined, the first of its columns
// with the names of all.
func (p *parser) pos(row issue.Pos, f field) issue.Pos {
	row.Column, row.Name = p.columns.spots[f].column, p.columns.spots[f].name
	return row
}

// fit reports a cell that unfit finds nothing wrong with, at one look over its
// bytes; it may say false of one that is fit.
func fit(f field, c *formats.Cell) bool {
	s := c.Text
	if s == "" {
		return c.Kind != formats.CellError
	}
	if c.Kind == formats.CellError || c.Kind == formats.CellDate && f != fieldBirth || s[0] == '#' || len(s) > cellCharactersMax {
		return false
	}
	return !mayHoldControl(s) && (f != fieldReference || s[0] >= '0' && s[0] <= '9' || s[0] >= 'A' && s[0] <= 'z')
}

// mayHoldControl reports whether a byte is one with which a control character
// begins: below 0x20, 0x7F, or 0xC2 before 0x80 to 0x9F. It looks at eight bytes at once
// (Bit Twiddling Hacks: «determine if a word has a byte less than n»).
func mayHoldControl(s string) bool {
	const ones, tops = 0x0101010101010101, 0x8080808080808080
	if len(s) < 8 {
		for i := range len(s) {
			if b := s[i]; b < 0x20 || b == 0x7F || b == 0xC2 {
				return true
			}
		}
		return false
	}
	for i := 0; ; i = min(i+8, len(s)-8) { // the last eight overlap those before
		t := s[i : i+8]
		w := uint64(t[0]) | uint64(t[1])<<8 | uint64(t[2])<<16 | uint64(t[3])<<24 | uint64(t[4])<<32 | uint64(t[5])<<40 | uint64(t[6])<<48 | uint64(t[7])<<56
		del, lead := w^ones*0x7F, w^ones*0xC2
		if ((w-ones*0x20)&^w|(del-ones)&^del|(lead-ones)&^lead)&tops != 0 {
			return true
		}
		if i == len(s)-8 {
			return false
		}
	}
}

// trimSpace is strings.TrimFunc with unicode.IsSpace after a look at both ends:
// no space is a visible letter of ASCII or, but for U+3000, three bytes from 0xE3 on.
func trimSpace(s string) string {
	n := len(s)
	if n == 0 || visible(s[0]) && visible(s[n-1]) ||
		n >= 3 && solid(s[0], s[1]) && (visible(s[n-1]) || s[n-3] >= 0xE3 && solid(s[n-3], s[n-2])) {
		return s
	}
	return strings.TrimFunc(s, unicode.IsSpace)
}

// visible reports a letter, figure or sign of ASCII.
func visible(b byte) bool { return b > ' ' && b < 0x7F }

// solid reports a character that is no space, by its first two bytes.
func solid(a, b byte) bool { return visible(a) || a >= 0xE4 || a == 0xE3 && b != 0x80 }

// unfit finds what is wrong with a cell whatever it means.
func unfit(f field, c formats.Cell) (issue.Code, []any) {
	switch {
	case c.Kind == formats.CellError, spreadsheetError(c.Text):
		return issue.SpreadsheetError, nil
	case utf8.RuneCountInString(c.Text) > cellCharactersMax:
		return issue.CellTooLong, []any{cellCharactersMax}
	case c.Kind == formats.CellDate && f != fieldBirth:
		return issue.BecameDate, nil // a spreadsheet takes the 番地 «1-2» for a day
	case strings.IndexFunc(strings.TrimFunc(c.Text, unicode.IsSpace), unicode.IsControl) >= 0:
		return issue.ControlCharacter, nil
	case f == fieldReference && formulaLike(c.Text):
		return issue.UnsafeReference, nil
	}
	return "", nil
}

// formulaLike reports a 整理番号 that a spreadsheet which opens the answer would take
// for a formula: some skip a tab, a line break or spaces before it.
func formulaLike(s string) bool {
	const breaks, signs = "\t\r\n", "=+-@＝＋－＠"
	return startsWith(s, breaks) || startsWith(strings.TrimLeftFunc(s, unicode.IsSpace), signs)
}

func startsWith(s, any string) bool { return s != "" && strings.ContainsRune(any, firstRune(s)) }

// spreadsheetError finds what a spreadsheet leaves in a CSV where a formula had
// failed or a column was too narrow (####).
func spreadsheetError(s string) bool {
	if !strings.HasPrefix(s, "#") {
		return false
	}
	switch s = strings.TrimSpace(s); s {
	case "#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!":
		return true
	}
	return len(s) > 1 && strings.Trim(s, "#") == ""
}

func firstRune(s string) rune {
	r, _ := utf8.DecodeRuneInString(s)
	return r
}

func codeIssue(s string, err error) issue.Code {
	switch {
	case errors.Is(err, person.ErrCheckDigit):
		return issue.ResidentCodeCheckDigit
	case strings.ContainsAny(s, "Ee."), errors.Is(err, person.ErrLength) && utf8.RuneCountInString(s) < person.ResidentCodeDigits:
		return issue.LostDigits
	}
	return issue.BadResidentCode
}

// parseBirth reads a date of birth. A cell that a workbook calls a date is one;
// a number in a text cell or without a date format is a serial that nobody
// should have to guess at.
func parseBirth(c formats.Cell, s string) (b person.Birth, respelled bool, code issue.Code, err error) {
	if c.Kind == formats.CellDate {
		day, clock, timed := strings.Cut(s, " ")
		if timed && clock != "00:00:00" {
			return b, false, issue.BadBirth, normal.ErrNotDate
		}
		b, err = person.ParseBirth(day)
		return b, true, issue.BadBirth, err
	}
	b, respelled, err = normal.ParseBirth(s)
	switch {
	case err == nil:
		return b, respelled, "", nil
	case errors.Is(err, normal.ErrSerial):
		return b, false, issue.DateSerial, err
	case errors.Is(err, normal.ErrEraOverflow), errors.Is(err, normal.ErrWrongEra):
		return b, false, issue.EraNeverHadYear, err
	case errors.Is(err, normal.ErrImpossible):
		return b, false, issue.ImpossibleDate, err
	}
	return b, false, issue.BadBirth, err
}

// abbreviated finds the ways in which lists leave an address to the row above.
func abbreviated(s string) bool {
	switch s {
	case "同上", "〃", "々", "\"", "”", "″", "同じ", "上に同じ", "同右", "同左":
		return true
	}
	if strings.HasPrefix(s, "同上") || strings.HasPrefix(s, "〃") {
		return true
	}
	// The last byte of 略 is rare, and one byte is found sooner than four characters.
	return strings.IndexByte(s, "略"[2]) >= 0 && (strings.Contains(s, "以下省略") || strings.HasSuffix(s, "以下略"))
}
