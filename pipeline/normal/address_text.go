package normal

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// foldAddressText appends the characters of an address in NFC to dst: width, variants,
// kana and dashes folded, 大字 gone, 字 as '/', one space for a run of them. ー
// stays inside a word and is a hyphen after a number.
func foldAddressText(dst []rune, s string) []rune {
	c := placeClasses()
	for _, r := range s {
		dst = appendFolded(dst, c, r)
	}
	return foldBetween(dst)
}

// foldUsualText is foldAddressText for a text that is in NFC and names no 住基ネット
// 統一文字; ok is false for any other. It reads the characters of three bytes, which
// most are, by itself.
func foldUsualText(dst []rune, s string) (_ []rune, ok bool) {
	c := placeClasses()
	for i := 0; i < len(s); {
		r, size := rune(s[i]), 1
		switch {
		case r >= 0xE3 && r <= 0xEF && len(s)-i >= 3 && s[i+1]&0xC0 == 0x80 && s[i+2]&0xC0 == 0x80:
			r, size = r&0x0F<<12|rune(s[i+1]&0x3F)<<6|rune(s[i+2]&0x3F), 3
		case r >= utf8.RuneSelf:
			r, size = utf8.DecodeRuneInString(s[i:])
		}
		i += size
		switch {
		case r >= '０' && r <= '９':
			dst = append(dst, r-'０'+'0')
		case !composed(r), r == '+', r == '＋':
			return nil, false
		default:
			dst = appendFolded(dst, c, r)
		}
	}
	return foldBetween(dst), true
}

// appendFolded appends one character of an address, folded without its neighbours.
func appendFolded(dst []rune, c *classes, r rune) []rune {
	switch {
	case r >= 0x4E00 && r <= 0x9FFF:
		return append(dst, c.of(r))
	case r >= 'ァ' && r <= 'ヴ':
		return append(dst, bigKana(r))
	case r >= '0' && r <= '9':
		return append(dst, r)
	}
	r = foldAddressRune(c, widen(r))
	n := len(dst)
	switch {
	case r == 0, r == ' ' && (n == 0 || dst[n-1] == ' '):
		return dst
	case r == '゛' || r == '゜':
		if n > 0 {
			if v, ok := sounded(dst[n-1], r); ok {
				dst[n-1] = v
			}
		}
		return dst
	case (r == '々' || r == '〻') && n > 0 && isKanji(dst[n-1]):
		r = dst[n-1]
	}
	return append(dst, r)
}

// foldAddressRune folds what is not a common kanji; 0 for what is dropped.
func foldAddressRune(c *classes, r rune) rune {
	switch {
	case isSpace(r), r == '(', r == ')', r == '「', r == '」', r == ',', r == '、', r == '，', r == '〔', r == '〕', r == '【', r == '】':
		return ' '
	case isSelector(r):
		return 0
	case isDash(r):
		return '-'
	case r < 0x80:
		return unicode.ToUpper(r)
	case isKana(r):
		return bigKana(toKatakana(r))
	}
	return c.of(r)
}

// foldBetween folds what depends on the neighbours: ヶ ケ が ガ ヵ and の ノ 之 乃
// between kanji, ー after a number, 大字 and 字.
func foldBetween(r []rune) []rune {
	out := r[:0]
	for i := 0; i < len(r); i++ {
		c := r[i]
		var prev, next rune
		if len(out) > 0 {
			prev = out[len(out)-1]
		}
		if i+1 < len(r) {
			next = r[i+1]
		}
		switch c {
		case 'ケ', 'ガ', 'カ':
			if isKanji(prev) && isKanji(next) {
				c = 'ケ'
			}
		case '之', '乃':
			if isKanji(prev) && isKanji(next) {
				c = 'ノ'
			}
		case 'ー', '-':
			if prev == ' ' && len(out) > 1 && isFigure(out[len(out)-2]) && isFigure(skipMarks(r[i+1:])) { // 1 - 2
				out = out[:len(out)-1]
				prev = out[len(out)-1]
			}
			if isFigure(prev) && next == ' ' && isFigure(skipMarks(r[i+1:])) {
				r[i+1] = '-'
				continue
			}
			switch {
			case prev == '-':
				continue
			case c == 'ー' && afterNumber(prev):
				c = '-'
			case c == '-' && isKana(prev) && (next < '0' || next > '9'):
				c = 'ー'
			}
		case '大':
			if next == '字' && prev != '字' && !textOfName(prev, r, i+2) {
				i++
				c = '/'
			}
		case '小':
			if next == '字' && !textOfName(prev, r, i+2) {
				i++
				c = '/'
			}
		case '字':
			if prev != '文' && len(out) > 0 && !textOfName(prev, r, i+1) {
				c = '/'
			} else if len(out) == 0 {
				c = '/'
			}
		}
		out = append(out, c)
	}
	return out
}

// textOfName keeps 字 where it can only be part of a name: at the end of the text
// or before 町.
func textOfName(_ rune, r []rune, next int) bool {
	return next >= len(r) || r[next] == '町' || r[next] == ' '
}

// afterNumber reports the characters after which ー is a hyphen.
func afterNumber(prev rune) bool {
	return prev >= '0' && prev <= '9' || prev >= 'A' && prev <= 'Z' || kanjiFigure(prev) >= 0 || strings.ContainsRune("目番地号", prev) && prev != 0
}
