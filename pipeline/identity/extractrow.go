package identity

import (
	"unicode/utf8"

	"baitai/formats"
	"baitai/pipeline/issue"
	"baitai/pipeline/normal"
	"baitai/pipeline/person"
)

// A columnKind says what a column holds: one of the texts of a version, or one of
// the others.
type columnKind uint8

const (
	columnHistory columnKind = iota + texts
	columnState
	columnBirth
	columnSex
	columnSupport
)

// A column says how a cell is read and what is wrong where it cannot be.
type column struct {
	header string
	kind   columnKind
	chars  int        // most characters of a text that may be anything; 0 for others
	code   issue.Code // for a cell that cannot be read
	empty  issue.Code // "" where the cell may be empty
}

// Most characters of a cell (標準化基本データリスト: 氏名 100; 住所 is 都道府県 4,
// 市区郡町村 12, 町字 120, 番地 50 and 方書 300 together).
const (
	nameChars    = 100
	kanaChars    = 200
	addressChars = 500
)

func columns() []column {
	return []column{
		{"住民票コード", textCode, 0, issue.ExtractBadCode, issue.ExtractNoCode},
		{"履歴番号", columnHistory, 0, issue.ExtractBadHistory, issue.ExtractBadHistory},
		{"状態", columnState, 0, issue.ExtractBadState, issue.ExtractBadState},
		{"氏名", textName, nameChars, "", issue.ExtractNoName},
		{"氏名ふりがな", textKana, kanaChars, "", ""},
		{"旧氏", textFormerSurname, nameChars, "", ""},
		{"生年月日", columnBirth, 0, issue.ExtractBadBirth, issue.ExtractBadBirth},
		{"性別", columnSex, 0, issue.ExtractBadSex, issue.ExtractBadSex},
		{"市町村コード", textMunicipality, 0, issue.ExtractBadMunicipality, ""},
		{"住所", textAddress, addressChars, "", ""},
		{"最終住所", textLastAddress, addressChars, "", ""},
		{"附票管理市町村コード", textRegistrar, 0, issue.ExtractBadRegistrar, issue.ExtractBadRegistrar},
		{"異動事由", textReason, 0, issue.ExtractBadReason, issue.ExtractBadReason},
		{"異動年月日", textChangeDate, 0, issue.ExtractBadDate, issue.ExtractBadDate},
		{"通知年月日", textNoticeDate, 0, issue.ExtractBadDate, ""},
		{"旧住民票コード", textOldCode, 0, issue.ExtractBadOldCode, ""},
		{"支援措置", columnSupport, 0, issue.ExtractBadSupport, ""},
	}
}

// read takes a cell in, and reports whether it could.
func (f *fields) read(kind columnKind, s string) (ok bool) {
	switch kind {
	case textCode, textOldCode:
		ok = person.CheckResidentCode(s) == nil
	case textMunicipality, textRegistrar:
		ok = person.ValidMunicipality(s)
	case textReason:
		ok = isReason(s)
	case textChangeDate, textNoticeDate:
		_, err := person.ParseDate(s)
		ok = err == nil
	case columnBirth:
		birth, err := person.ParseDate(s)
		f.birth, f.born = birth, err == nil
		return f.born
	case columnHistory:
		f.history, ok = readHistory(s)
		return ok
	case columnSex:
		sex, ok := person.ParseSex(s)
		f.sex = sexBits(sex)
		return ok
	case columnState:
		f.state = person.State(oneToThree(s))
		return f.state != 0
	case columnSupport:
		f.support = person.Support(oneToThree(s))
		return f.support != 0
	default:
		ok = true
	}
	if ok {
		f.texts[kind] = s
	}
	return ok
}

// maxHistory keeps code and history number together in 64 bits.
const maxHistory = 9_999_999

func readHistory(s string) (n int, ok bool) {
	if len(s) > 9 {
		return 0, false
	}
	for _, r := range []byte(s) {
		if r < '0' || r > '9' {
			return 0, false
		}
		n = n*10 + int(r-'0')
	}
	return n, n >= 1 && n <= maxHistory
}

func oneToThree(s string) byte {
	if len(s) == 1 && s[0] >= '1' && s[0] <= '3' {
		return s[0] - '0'
	}
	return 0
}

// isReason takes any code of the site's own table: which ones there are is not
// public, how one is written is (two digits in the standard).
func isReason(s string) bool {
	for _, r := range []byte(s) {
		if (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z') {
			return false
		}
	}
	return len(s) <= 8
}

// look reads the records of a sheaf.
func (x *extract) look(s *sheaf) looked {
	l := lookedAt{extract: x, rows: make([]Extracted, 0, len(s.rows)), lines: newLines(len(s.rows))}
	from := 0
	for i, end := range s.ends {
		if err := l.row(s.rows[i], s.cells[from:end]); err != nil {
			return looked{l.rows, err}
		}
		from = end
	}
	x.spent.Put(s)
	return looked{l.rows, nil}
}

// lookedAt is a sheaf at work.
type lookedAt struct {
	*extract
	rows   []Extracted
	lines  *lines
	fields fields
}

// row reads one record. An error refuses the whole extract.
func (l *lookedAt) row(row int, cells []string) error {
	pos := issue.Pos{File: l.file, Row: row}
	if len(cells) > len(l.columns) {
		return &formats.Error{Row: row, Err: formats.ErrFieldCount}
	}
	l.fields = fields{}
	var wrong issue.List
	blank := true
	for i := range l.columns {
		c := &l.columns[i]
		text := "" // a workbook leaves out the empty cells at the end of a row
		if i < len(cells) {
			text = cells[i]
		}
		blank = blank && text == ""
		if len(text) >= person.MyNumberDigits && normal.LooksLikeMyNumber(text) {
			return issue.New(issue.MyNumberCell, l.pos(pos, i))
		}
		if code := l.fields.cell(c, text); code != "" {
			wrong = append(wrong, issue.New(code, l.pos(pos, i), c.args(code)...))
		}
	}
	if blank {
		return nil
	}
	l.rows = append(l.rows, l.lines.add(pos, &l.fields, l.checkAddress(pos, wrong)))
	return nil
}

// pos is the place of a cell.
func (x *extract) pos(row issue.Pos, i int) issue.Pos {
	row.Column, row.Name = i+1, x.columns[i].header
	return row
}

// cell returns what is wrong with the cell, "" if nothing.
func (f *fields) cell(c *column, text string) issue.Code {
	switch {
	case text == "":
		return c.empty
	case c.chars == 0 && f.read(c.kind, text): // of a form that allows for nothing else
		return ""
	case !readable(text):
		return issue.ExtractUnreadable
	case c.chars > 0 && len(text) > c.chars && utf8.RuneCountInString(text) > c.chars:
		return issue.ExtractTooLong
	case c.chars == 0:
		return c.code
	}
	f.texts[c.kind] = text
	return ""
}

func (c *column) args(code issue.Code) []any {
	if code == issue.ExtractTooLong {
		return []any{c.chars}
	}
	return nil
}

// readable reports that the text has no control character and nothing that is
// no character at all. 外字 and 〓 stay: the file keeps what it receives.
func readable(s string) bool {
	for len(s) > 0 {
		if c := s[0]; c >= ' ' && c < 0x7f {
			s = s[1:]
			continue
		} else if c >= 0xe3 && c <= 0xe9 && len(s) > 2 && s[1]&0xc0 == 0x80 && s[2]&0xc0 == 0x80 {
			s = s[3:] // U+3000 to U+9FFF: kana, kanji and the signs beside them
			continue
		}
		r, n := utf8.DecodeRuneInString(s)
		if r < ' ' || r >= 0x7f && r < 0xa0 || r == utf8.RuneError || r&0xfffe == 0xfffe {
			return false
		}
		s = s[n:]
	}
	return true
}

// checkAddress holds 状態 and 住所 together: somebody who left the country
// (国外転出者, 住基法17条) has no 住所, somebody present has one and its 市町村コード.
func (l *lookedAt) checkAddress(row issue.Pos, wrong issue.List) issue.List {
	var kind columnKind
	var code issue.Code
	f := &l.fields
	switch {
	case f.state == person.Abroad && f.texts[textAddress] != "":
		kind, code = textAddress, issue.ExtractAddressNotAllowed
	case f.state == person.Present && f.texts[textAddress] == "":
		kind, code = textAddress, issue.ExtractNoAddress
	case f.state == person.Present && f.texts[textMunicipality] == "":
		kind, code = textMunicipality, issue.ExtractBadMunicipality
	default:
		return wrong
	}
	for i := range l.columns {
		if l.columns[i].kind == kind {
			row = l.pos(row, i)
		}
	}
	for _, other := range wrong {
		if other.Pos.Column == row.Column {
			return wrong // already said
		}
	}
	return append(wrong, issue.New(code, row))
}
