package normal

import (
	_ "embed"
	"strconv"
	"strings"
	"sync"
)

//go:embed tables/juki.tsv
var jukiTable string

// jukiCodes are the 住基ネット統一文字 that are kanji. Most codes are those of
// Unicode; 5,605 are not, and many of these lie where Unicode has other scripts,
// so that text of the 住基ネット MUST NOT be read as UTF-16.
type jukiCodes struct {
	same  map[uint16]struct{} // the code is that of Unicode
	other map[uint16]string
}

var jukiTexts = sync.OnceValue(func() *jukiCodes {
	j := &jukiCodes{same: make(map[uint16]struct{}, 14_000), other: make(map[uint16]string, 6_000)}
	for line := range lines(jukiTable) {
		code, text, isOther := strings.Cut(line, "\t")
		if isOther {
			first, _ := strconv.ParseUint(code, 16, 16) // a test reads every line
			j.other[uint16(first)] = text
			continue
		}
		from, to, isRange := strings.Cut(code, "-")
		if !isRange {
			to = from
		}
		first, _ := strconv.ParseUint(from, 16, 16)
		last, _ := strconv.ParseUint(to, 16, 16)
		for c := first; c <= last; c++ {
			j.same[uint16(c)] = struct{}{}
		}
	}
	return j
})

// JukiText gives the characters that a code of 住基ネット統一文字 means: one character,
// or one and a variation selector (IVS) where Unicode has the glyph only so. ok is
// false for a code that is no kanji of the table.
func JukiText(code uint16) (text string, ok bool) {
	j := jukiTexts()
	if text, ok = j.other[code]; ok {
		return text, true
	}
	if _, ok = j.same[code]; ok {
		return string(rune(code)), true
	}
	return "", false
}

// ExpandJuki writes the characters for every J+XXXX of the text, which is how a
// list names a 住基ネット統一文字 that its character set lacks; of any width. A code
// that the table does not hold stays as it is.
func ExpandJuki(s string) string {
	if !strings.Contains(s, "+") && !strings.Contains(s, "＋") {
		return s
	}
	r := []rune(s)
	var b strings.Builder
	for i := 0; i < len(r); {
		if text, ok := jukiAt(r[i:]); ok {
			b.WriteString(text)
			i += jukiRunes
			continue
		}
		b.WriteRune(r[i])
		i++
	}
	return b.String()
}

// jukiRunes is the length of J+XXXX.
const jukiRunes = 6

func jukiAt(r []rune) (text string, ok bool) {
	if len(r) < jukiRunes || widen(r[0])|0x20 != 'j' || widen(r[1]) != '+' {
		return "", false
	}
	var digits [4]byte
	for i, c := range r[2:jukiRunes] {
		if c = widen(c); c >= 0x80 {
			return "", false
		}
		digits[i] = byte(c)
	}
	code, err := strconv.ParseUint(string(digits[:]), 16, 16)
	if err != nil {
		return "", false
	}
	return JukiText(uint16(code))
}
