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

// HasUnreadable reports whether s holds a character that stands for one that
// could not be written (〓, 外字 …).
func HasUnreadable(s string) bool { return strings.ContainsFunc(s, Unreadable) }
