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
func HasUnreadable(s string) bool { return strings.ContainsFunc(s, Unreadable) }
