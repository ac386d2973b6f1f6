package identity

import (
	"context"
	"iter"
	"strings"
	"unicode/utf8"

	"baitai/formats"
	"baitai/pipeline/issue"
	"baitai/pipeline/normal"
	"baitai/pipeline/person"
)

// An Extracted is one row of an extract (抽出ファイル).
type Extracted struct {
	Pos     issue.Pos
	Version *person.Version // what could be read; complete only where Issues is empty
	Issues  issue.List
}

// Headers returns the seventeen headers of an extract (spec §2.1), in the order
// in which this program writes them.
func Headers() []string {
	hs := make([]string, len(columns()))
	for i, c := range columns() {
		hs[i] = c.header
	}
	return hs
}

// A column says how a cell is read and what is wrong where it cannot be.
type column struct {
	header string
	chars  int                                    // most characters; 0 where read checks the length
	read   func(v *person.Version, s string) bool // false: wrong
	code   issue.Code
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
		{"住民票コード", 0, readCode, issue.ExtractBadCode, issue.ExtractNoCode},
		{"履歴番号", 0, readHistory, issue.ExtractBadHistory, issue.ExtractBadHistory},
		{"状態", 0, readState, issue.ExtractBadState, issue.ExtractBadState},
		{"氏名", nameChars, func(v *person.Version, s string) bool { v.Name = person.NewText(s); return true }, "", issue.ExtractNoName},
		{"氏名ふりがな", kanaChars, func(v *person.Version, s string) bool { v.Kana = person.NewText(s); return true }, "", ""},
		{"旧氏", nameChars, func(v *person.Version, s string) bool { v.FormerSurname = person.NewText(s); return true }, "", ""},
		{"生年月日", 0, readBirth, issue.ExtractBadBirth, issue.ExtractBadBirth},
		{"性別", 0, readSex, issue.ExtractBadSex, issue.ExtractBadSex},
		{"市町村コード", 0, func(v *person.Version, s string) bool { v.Municipality = s; return person.ValidMunicipality(s) }, issue.ExtractBadMunicipality, ""},
		{"住所", addressChars, func(v *person.Version, s string) bool { v.Address = person.NewText(s); return true }, "", ""},
		{"最終住所", addressChars, func(v *person.Version, s string) bool { v.LastAddress = person.NewText(s); return true }, "", ""},
		{"附票管理市町村コード", 0, func(v *person.Version, s string) bool { v.Registrar = s; return person.ValidMunicipality(s) }, issue.ExtractBadRegistrar, issue.ExtractBadRegistrar},
		{"異動事由", 0, readReason, issue.ExtractBadReason, issue.ExtractBadReason},
		{"異動年月日", 0, func(v *person.Version, s string) bool { v.ChangeDate = s; return isDate(s) }, issue.ExtractBadDate, issue.ExtractBadDate},
		{"通知年月日", 0, func(v *person.Version, s string) bool { v.NoticeDate = s; return isDate(s) }, issue.ExtractBadDate, ""},
		{"旧住民票コード", 0, readOldCode, issue.ExtractBadOldCode, ""},
		{"支援措置", 0, readSupport, issue.ExtractBadSupport, ""},
	}
}

func readCode(v *person.Version, s string) (ok bool) {
	code, err := person.ParseResidentCode(s)
	v.Code = code
	return err == nil
}

func readOldCode(v *person.Version, s string) (ok bool) {
	code, err := person.ParseResidentCode(s)
	v.OldCode = code
	return err == nil
}

// maxHistory keeps code and history number together in 64 bits.
const maxHistory = 9_999_999

func readHistory(v *person.Version, s string) bool {
	if len(s) > 9 {
		return false
	}
	for _, r := range []byte(s) {
		if r < '0' || r > '9' {
			return false
		}
		v.History = v.History*10 + int(r-'0')
	}
	return v.History >= 1 && v.History <= maxHistory
}

func readState(v *person.Version, s string) bool {
	if len(s) == 1 && s[0] >= '1' && s[0] <= '3' {
		v.State = person.State(s[0] - '0')
		return true
	}
	return false
}

func readSupport(v *person.Version, s string) bool {
	if len(s) == 1 && s[0] >= '1' && s[0] <= '3' {
		v.Support = person.Support(s[0] - '0')
		return true
	}
	return false
}

func readBirth(v *person.Version, s string) (ok bool) {
	birth, err := person.ParseBirth(s)
	v.Birth = birth
	return err == nil
}

func readSex(v *person.Version, s string) (ok bool) {
	v.Sex, ok = person.ParseSex(s)
	return ok
}

// readReason takes any code of the site's own table: which ones there are is not
// public, how one is written is (two digits in the standard).
func readReason(v *person.Version, s string) bool {
	v.Reason = s
	for _, r := range []byte(s) {
		if (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z') {
			return false
		}
	}
	return len(s) <= 8
}

func isDate(s string) bool {
	_, err := person.ParseBirth(s)
	return err == nil
}

// ReadExtract reads an extract: its first record must be the seventeen headers,
// in any order and nothing else. Rows of blank cells are passed over. name is
// the base name of the file, for positions.
//
// What is wrong with a row is in the row. The stream ends with an error, an
// [*issue.Issue] (F117, F118, F140) or what records gave, where the whole
// extract is refused: a 個人番号 must never come in (番号法20条: nobody collects or
// keeps one without a ground of 19条).
func ReadExtract(ctx context.Context, records formats.Records, name string) iter.Seq2[Extracted, error] {
	return func(yield func(Extracted, error) bool) {
		var x *extract
		for rec, err := range records {
			if err == nil && rec.Row&1023 == 0 {
				err = ctx.Err()
			}
			if err == nil && x == nil {
				if x, err = newExtract(rec, name); err == nil {
					continue
				}
			}
			if err != nil {
				yield(Extracted{}, err)
				return
			}
			row, blank, err := x.row(rec)
			if blank {
				continue
			}
			if !yield(row, err) || err != nil {
				return
			}
		}
		if err := ctx.Err(); err != nil {
			yield(Extracted{}, err)
		}
	}
}

// An extract knows which column is where.
type extract struct {
	file    string
	columns []column // in the order of the file
}

func newExtract(header formats.Record, file string) (*extract, error) {
	known := make(map[string]column)
	for _, c := range columns() {
		known[c.header] = c
	}
	x := &extract{file: file}
	pos := issue.Pos{File: file, Row: header.Row}
	var unknown *issue.Issue
	for i, cell := range header.Cells {
		h := strings.TrimPrefix(strings.TrimSpace(cell.Text), "\ufeff")
		pos.Column = i + 1
		if isMyNumberHeader(h) {
			return nil, issue.New(issue.MyNumberColumn, pos)
		}
		c, ok := known[h]
		if !ok && unknown == nil {
			unknown = issue.New(issue.UnknownHeaderInExtract, pos)
		}
		delete(known, h) // a second one is unknown
		x.columns = append(x.columns, c)
	}
	if unknown != nil {
		return nil, unknown
	}
	if len(known) > 0 {
		return nil, issue.New(issue.UnknownHeaderInExtract, issue.Pos{File: file, Row: header.Row})
	}
	return x, nil
}

func isMyNumberHeader(h string) bool {
	for _, s := range []string{"個人番号", "マイナンバー", "ﾏｲﾅﾝﾊﾞｰ"} {
		if strings.Contains(h, s) {
			return true
		}
	}
	h = strings.NewReplacer(" ", "", "_", "", "-", "").Replace(strings.ToLower(h))
	return strings.Contains(h, "mynumber") || strings.Contains(h, "individualnumber")
}

// row reads one record. An error refuses the whole extract.
func (x *extract) row(rec formats.Record) (row Extracted, blank bool, err error) {
	pos := issue.Pos{File: x.file, Row: rec.Row}
	if len(rec.Cells) > len(x.columns) {
		return row, false, &formats.Error{Row: rec.Row, Err: formats.ErrFieldCount}
	}
	row = Extracted{Pos: pos, Version: new(person.Version)}
	blank = true
	for i, c := range x.columns {
		text := "" // a workbook leaves out the empty cells at the end of a row
		if i < len(rec.Cells) {
			text = rec.Cells[i].Text
		}
		blank = blank && text == ""
		pos.Column, pos.Name = i+1, c.header
		if normal.LooksLikeMyNumber(text) {
			return Extracted{}, false, issue.New(issue.MyNumberCell, pos)
		}
		if code := c.readInto(row.Version, text); code != "" {
			row.Issues = append(row.Issues, issue.New(code, pos, c.args(code)...))
		}
	}
	if !blank {
		x.checkAddress(&row)
	}
	return row, blank, nil
}

// readInto returns what is wrong with the cell, "" if nothing.
func (c *column) readInto(v *person.Version, text string) issue.Code {
	switch {
	case text == "":
		return c.empty
	case !readable(text):
		return issue.ExtractUnreadable
	case c.chars > 0 && len(text) > c.chars && utf8.RuneCountInString(text) > c.chars:
		return issue.ExtractTooLong
	case !c.read(v, text):
		return c.code
	}
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
	for _, r := range s {
		if r < ' ' || r >= 0x7f && r < 0xa0 || r == utf8.RuneError || r&0xfffe == 0xfffe {
			return false
		}
	}
	return true
}

// checkAddress holds 状態 and 住所 together: somebody who left the country
// (国外転出者, 住基法17条) has no 住所, somebody present has one and its 市町村コード.
func (x *extract) checkAddress(row *Extracted) {
	v := row.Version
	bad := func(header string, code issue.Code) {
		pos := row.Pos
		pos.Name = header
		for i, c := range x.columns {
			if c.header == header {
				pos.Column = i + 1
			}
		}
		for _, other := range row.Issues {
			if other.Pos.Column == pos.Column {
				return // already said
			}
		}
		row.Issues = append(row.Issues, issue.New(code, pos))
	}
	switch {
	case v.State == person.Abroad && !v.Address.Empty():
		bad("住所", issue.ExtractAddressNotAllowed)
	case v.State == person.Present && v.Address.Empty():
		bad("住所", issue.ExtractNoAddress)
	case v.State == person.Present && v.Municipality == "":
		bad("市町村コード", issue.ExtractBadMunicipality)
	}
}
