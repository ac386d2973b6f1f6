package intake

import (
	"slices"
	"strings"
	"unicode/utf8"

	"baitai/formats"
	"baitai/pipeline/issue"
	"baitai/pipeline/normal"
)

// A list may keep a particular in several columns: 氏 and 名, 年 and 月 and 日 with or
// without an 元号, 都道府県 down to 部屋番号. They are joined into the text that a list
// with one column would have, and that is read as such a list is.

// partsOf are the parts that a particular may stand in, in the order in which they
// are joined.
func partsOf(whole field) []field {
	switch whole {
	case fieldName:
		return []field{fieldSurname, fieldGivenName}
	case fieldKana:
		return []field{fieldSurnameKana, fieldGivenNameKana}
	case fieldBirth:
		return []field{fieldEra, fieldYear, fieldMonth, fieldDay}
	case fieldAddress:
		return []field{fieldPrefecture, fieldCity, fieldTown, fieldSection, fieldChome, fieldBlock, fieldHouse,
			fieldAddress2, fieldAddress3, fieldBuilding, fieldRoom}
	}
	return nil
}

// behind reports a part that may stand behind a whole address.
func behind(f field) bool {
	return f == fieldAddress2 || f == fieldAddress3 || f == fieldBuilding || f == fieldRoom
}

// companions are the parts without which a part means nothing: a 名 without 氏 may be
// anything's, and «月, 日» alone is no date of birth.
func companions(part field) []field {
	switch part {
	case fieldSurname:
		return []field{fieldGivenName}
	case fieldGivenName:
		return []field{fieldSurname}
	case fieldSurnameKana:
		return []field{fieldGivenNameKana}
	case fieldGivenNameKana:
		return []field{fieldSurnameKana}
	case fieldEra, fieldYear, fieldMonth, fieldDay:
		return []field{fieldYear, fieldMonth, fieldDay}
	case fieldPrefecture, fieldTown, fieldSection, fieldBlock, fieldBuilding, fieldRoom:
		return []field{fieldCity}
	case fieldCity:
		return []field{fieldTown}
	case fieldChome:
		return []field{fieldCity, fieldTown}
	case fieldHouse:
		return []field{fieldCity, fieldBlock}
	case fieldAddress2:
		return []field{fieldAddress}
	case fieldAddress3:
		return []field{fieldAddress, fieldAddress2}
	}
	return nil
}

// wholeOf is the particular that a part belongs to.
func wholeOf(part field) field {
	for _, whole := range []field{fieldName, fieldKana, fieldBirth, fieldAddress} {
		if slices.Contains(partsOf(whole), part) {
			return whole
		}
	}
	return fieldNone
}

// again is the particular that a part states a second time, because the list has
// it whole as well; nobody knows then which of the two counts.
func (c columns) again(part field) field {
	if whole := wholeOf(part); whole != fieldNone && c.at[whole] >= 0 && !behind(part) {
		return whole
	}
	return fieldNone
}

// lacks names the columns without which a part means nothing and that the list
// does not have.
func (c columns) lacks(part field) string {
	var names []string
	for _, f := range companions(part) {
		switch {
		case f == fieldCity && c.at[fieldAddress] >= 0: // a 方書 beside an address in one column
		case f == fieldTown && c.at[fieldBlock] >= 0: // «番地以降»
		case c.at[f] < 0:
			names = append(names, standardHeader[f])
		}
	}
	return strings.Join(names, "、")
}

// A join says how one particular is made of several columns.
type join struct {
	whole field
	parts []field // that have a column, in the order of joining
	text  func(j join, cells *raw) (s string, missing field)
}

func (c columns) findJoins() []join {
	var joins []join
	for _, j := range []join{
		{whole: fieldName, text: joinName}, {whole: fieldKana, text: joinName},
		{whole: fieldBirth, text: joinBirth}, {whole: fieldAddress, text: joinAddress},
	} {
		if from := c.from(j.whole); len(from) == 0 || len(from) == 1 && from[0] == c.at[j.whole] {
			continue
		}
		for _, f := range append([]field{j.whole}, partsOf(j.whole)...) {
			if c.at[f] >= 0 {
				j.parts = append(j.parts, f)
			}
		}
		joins = append(joins, j)
	}
	return joins
}

// join writes the particulars that stand in several columns, and finds what can
// only be said of a part.
func (p *parser) join(cells *raw, pos issue.Pos) (wrong issue.List) {
	for _, j := range p.columns.joins {
		for _, f := range j.parts {
			if j.whole == fieldAddress && abbreviated(trimSpace(cells[f].Text)) {
				wrong = p.failCell(wrong, pos, f, issue.Abbreviated)
			}
		}
		s, missing := j.text(j, cells)
		switch {
		case len(wrong) > 0:
		case missing != fieldNone:
			wrong = p.failCell(wrong, pos, missing, issue.PartEmpty, p.columns.spots[j.whole].name)
		case utf8.RuneCountInString(s) > cellCharactersMax:
			wrong = p.fail(wrong, pos, j.whole, issue.CellTooLong, nil, cellCharactersMax)
		}
		cells[j.whole] = formats.Cell{Text: s}
	}
	return wrong
}

// joinName writes 氏 and 名 with a space between. One of them alone is no name: it
// would be looked for as a whole one.
func joinName(j join, cells *raw) (string, field) {
	surname, given := trimSpace(cells[j.parts[0]].Text), trimSpace(cells[j.parts[1]].Text)
	switch {
	case surname == "" && given == "":
		return "", fieldNone
	case surname == "":
		return "", j.parts[0]
	case given == "":
		return "", j.parts[1]
	}
	return surname + "　" + given, fieldNone
}

// joinBirth writes the phrase «昭和55年1月2日». What is not known has to be said (00,
// 不明): an empty cell may be a slip. An 元号 alone, which forms fill in beforehand,
// is no date.
func joinBirth(_ join, cells *raw) (string, field) {
	var b strings.Builder
	empty, missing := 0, fieldNone
	for _, part := range []struct {
		f    field
		unit string
	}{{fieldYear, "年"}, {fieldMonth, "月"}, {fieldDay, "日"}} {
		s := strings.TrimSuffix(trimSpace(cells[part.f].Text), part.unit)
		if s == "" {
			if empty++; missing == fieldNone {
				missing = part.f
			}
		}
		b.WriteString(s + part.unit)
	}
	switch empty {
	case 0:
		return eraName(cells[fieldEra].Text) + b.String(), fieldNone
	case 3:
		return "", fieldNone
	}
	return "", missing
}

// eraName gives the era that a figure stands for, as in the seven digits of a date
// (住民記録システム標準仕様書 j280); a word or a letter stays what it is.
func eraName(s string) string {
	s = trimSpace(s)
	switch normal.FoldWidth(s) {
	case "1":
		return "明治"
	case "2":
		return "大正"
	case "3":
		return "昭和"
	case "4":
		return "平成"
	case "5":
		return "令和"
	}
	return s
}

// joinAddress writes the parts one after the other as an address in one cell has
// them. A hyphen goes between figures that would run into one number («天神1», «2-3»),
// a space before a 方書, 丁目 behind a figure that stands for one. A 方書 that the
// address ends in already is not written twice.
func joinAddress(j join, cells *raw) (string, field) {
	var head, tail string
	for _, f := range j.parts {
		s := trimSpace(cells[f].Text)
		switch {
		case s == "":
		case behind(f):
			if !strings.HasSuffix(unspaced(head+tail), unspaced(s)) {
				tail += "　" + s
			}
		case f == fieldChome && isNumeral(s):
			head += s + "丁目"
		case (f == fieldBlock || f == fieldHouse) && endsInNumeral(head, f) && startsInNumeral(s):
			head += "-" + s
		default:
			head += s
		}
	}
	if head == "" && tail != "" {
		return "", j.parts[0]
	}
	return head + tail, fieldNone
}

func unspaced(s string) string {
	return strings.ReplaceAll(normal.FoldWidth(s), " ", "")
}

const kanjiNumerals = "〇一二三四五六七八九十百千"

func isNumeral(s string) bool {
	return strings.Trim(normal.FoldWidth(s), "0123456789"+kanjiNumerals) == ""
}

func startsInNumeral(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return isNumeral(string(r))
}

// endsInNumeral reports whether the address so far ends in a figure. The name of a
// town may end in a kanji numeral; a 番地 that does is a number.
func endsInNumeral(head string, next field) bool {
	r, n := utf8.DecodeLastRuneInString(head)
	return n > 0 && isNumeral(string(r)) && (next == fieldHouse || !strings.ContainsRune(kanjiNumerals, r))
}
