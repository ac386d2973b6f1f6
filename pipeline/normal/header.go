package normal

import (
	"strings"

	"golang.org/x/text/unicode/norm"
	"golang.org/x/text/width"
)

// FoldWidth brings a word, such as the header of a column, to one width:
// full-width Latin letters and figures become half-width, half-width kana
// full-width and composed.
func FoldWidth(s string) string { return norm.NFC.String(width.Fold.String(s)) }

// FoldHeader brings the header of a column to the form in which headers are
// compared: one width, lower case, without spaces, full stops and the like.
// Brackets of every kind become round ones; «(必須)» and «(任意)», which forms add,
// fall away.
func FoldHeader(s string) string {
	s = strings.Map(func(r rune) rune {
		switch r {
		case ' ', '　', '\t', '\n', '\r', '.', ':', '：', '*', '※', '_', '-', '"', '\u00a0', '\ufeff':
			return -1
		case '（', '[', '［', '【', '〔', '〈', '<':
			return '('
		case '）', ']', '］', '】', '〕', '〉', '>':
			return ')'
		}
		return r
	}, strings.ToLower(FoldWidth(s)))
	return strings.NewReplacer("(必須)", "", "(任意)", "").Replace(s)
}

// NamesMyNumber reports whether the header of a column names a 個人番号, whatever
// else it says. No list may have such a column (番号法20条).
func NamesMyNumber(header string) bool {
	h := FoldHeader(header)
	if h == "個人no" {
		return true
	}
	for _, part := range []string{"個人番号", "マイナンバー", "マイナ番号", "個番", "mynumber", "individualnumber"} {
		if strings.Contains(h, part) {
			return true
		}
	}
	return false
}

// KanaOnly reports whether s is written in kana alone, of any width, with or
// without spaces: only such a name may be compared by its ふりがな.
func KanaOnly(s string) bool {
	any := false
	for _, r := range s {
		r = widen(r)
		switch {
		case isKana(r), r == 'ゝ', r == 'ゞ', r == 'ヽ', r == 'ヾ':
			any = true
		case (r == '゛' || r == '゜') && any: // of a half-width kana
		case !isSpace(r) && r != '・':
			return false
		}
	}
	return any
}

// HasUnreadable reports whether s holds a character that stands for one that
// could not be written (〓, 外字 …).
func HasUnreadable(s string) bool {
	for _, r := range s {
		if !commonKanji(r) && Unreadable(r) {
			return true
		}
	}
	return false
}
