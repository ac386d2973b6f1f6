package intake

import (
	"errors"
	"strings"
	"unicode"
	"unicode/utf8"

	"baitai/formats"
	"baitai/pipeline"
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

// row is the Step of intake: every particular is read, or named as faulty.
func (p *parser) row(r pipeline.Row[raw]) (person.Query, issue.List) {
	var q person.Query
	var wrong issue.List
	fail := func(f field, code issue.Code, cause error, args ...any) {
		wrong = append(wrong, issue.New(code, p.pos(r.Pos, f), args...).Because(cause))
	}
	for f := fieldReference; f < fieldMyNumber; f++ {
		if code, args := unfit(f, r.Value[f]); code != "" {
			fail(f, code, nil, args...)
		}
	}
	if len(wrong) > 0 {
		return person.Query{}, wrong
	}
	text := func(f field) string { return strings.TrimFunc(r.Value[f].Text, unicode.IsSpace) }
	if s := text(fieldCode); s != "" {
		code, err := normal.ParseResidentCode(s)
		if err != nil {
			fail(fieldCode, codeIssue(s, err), err)
		}
		q.Code = code
	}
	if s := text(fieldBirth); s != "" {
		birth, respelled, code, err := parseBirth(r.Value[fieldBirth], s)
		if err != nil {
			fail(fieldBirth, code, err)
		}
		q.Birth, q.BirthRespelled = birth, respelled
	}
	if s := text(fieldSex); s != "" {
		sex, err := normal.ParseSex(s)
		if err != nil {
			fail(fieldSex, issue.BadSex, err)
		}
		q.Sex = sex
	}
	if s := text(fieldAddress); abbreviated(s) {
		fail(fieldAddress, issue.Abbreviated, nil)
	}
	if len(wrong) > 0 {
		return person.Query{}, wrong
	}
	q.Name, q.Kana = person.NewText(text(fieldName)), person.NewText(text(fieldKana))
	q.Address = person.NewText(text(fieldAddress))
	q.FormerSurname, q.Consent = person.NewText(text(fieldFormerSurname)), person.NewText(text(fieldConsent))
	return q, nil
}

func (p *parser) pos(row issue.Pos, f field) issue.Pos {
	row.Column, row.Name = p.columns.at[f]+1, p.columns.header(f)
	return row
}

// unfit finds what is wrong with a cell whatever it means.
func unfit(f field, c formats.Cell) (issue.Code, []any) {
	switch {
	case c.Kind == formats.CellError, spreadsheetError(c.Text):
		return issue.SpreadsheetError, nil
	case utf8.RuneCountInString(c.Text) > cellCharactersMax:
		return issue.CellTooLong, []any{cellCharactersMax}
	case strings.IndexFunc(strings.TrimFunc(c.Text, unicode.IsSpace), unicode.IsControl) >= 0:
		return issue.ControlCharacter, nil
	case f == fieldReference && c.Text != "" && strings.ContainsRune("=+-@＝＋－＠", firstRune(c.Text)):
		// A spreadsheet that opens the answer would take it for a formula.
		return issue.UnsafeReference, nil
	}
	return "", nil
}

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
	return strings.HasPrefix(s, "同上") || strings.HasPrefix(s, "〃") || strings.Contains(s, "以下省略") || strings.HasSuffix(s, "以下略")
}
