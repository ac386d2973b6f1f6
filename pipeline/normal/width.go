package normal

import (
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// toNFC is norm.NFC.String, which costs 0.9 µs on an address, after a look at
// whether the text can hold anything that NFC changes at all.
func toNFC(s string) string {
	for _, r := range s {
		if !composed(r) {
			return norm.NFC.String(s)
		}
	}
	return s
}

// composed reports a character that NFC leaves alone, whatever stands beside it.
func composed(r rune) bool {
	return r >= 0x3400 && r <= 0x9FFF || r < 0x300 || r >= 0x3000 && r <= 0x3029 || r >= 0x3030 && r <= 0x3098 || r >= 0x309B && r <= 0x30FF ||
		r >= 0xFF00 && r <= 0xFFEF || r >= 0x2010 && r <= 0x2027 || r == 0x2212 || r == utf8.RuneError
}

// isSpace reports every character that separates words, the ideographic space
// among them.
func isSpace(r rune) bool {
	if r < 0x80 {
		return r == ' ' || r >= '\t' && r <= '\r'
	}
	return r == 0x3000 || r == 0xA0 || r == 0x200B || r == 0xFEFF || r >= 0x2000 && r <= 0x200A || r == 0x202F || r == 0x205F
}

// isDash reports the characters that are written for a hyphen, minus or dash.
// ー, which is a letter inside a word, and ｰ are not among them.
func isDash(r rune) bool {
	switch r {
	case '-', 0xFF0D, 0xFE63, 0x2212, 0x2010, 0x2011, 0x2012, 0x2013, 0x2014, 0x2015, 0x2043, 0xFE58, 0x23AF, 0x23E4, 0x2500, 0x2501, 0xAD:
		return true
	}
	return false
}

// isSelector reports the variation selectors: of Unicode, and those of an IVS
// (異体字セレクタ).
func isSelector(r rune) bool {
	return r >= 0xFE00 && r <= 0xFE0F || r >= 0xE0100 && r <= 0xE01EF
}

const halfKana = "ヲァィゥェォャュョッーアイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワン゛゜"

// widen turns one character of another width into its usual one: letters and
// digits become half-width, kana full-width, radicals of the 康熙 block the
// characters that they look like, and of the pairs that makers of tables for CP932
// took differently (〜/～, ‖/∥ …) both become one. The sound marks ﾞ and ﾟ become ゛ and ゜.
func widen(r rune) rune {
	switch {
	case r < 0x2F00:
		if r == '‖' {
			return '∥'
		}
		return r
	case r <= 0x2FD5:
		return []rune(norm.NFKC.String(string(r)))[0]
	case r == 0x301C: // 〜, which is ～ where CP932 was read as Windows reads it
		return '~'
	case r == 0x3099:
		return '゛'
	case r == 0x309A:
		return '゜'
	case r < 0xFF01:
		return r
	case r <= 0xFF5E:
		return r - 0xFEE0
	case r == 0xFF64:
		return '、'
	case r == 0xFF65:
		return '・'
	case r >= 0xFF66 && r <= 0xFF9F:
		return rune(halfKanaTable()[r-0xFF66])
	case r == 0xFFE0:
		return '¢'
	case r == 0xFFE1:
		return '£'
	case r == 0xFFE2:
		return '¬'
	case r == 0xFFE5:
		return '¥'
	}
	return r
}

// sounded puts a 濁点 (゛) or 半濁点 (゜) on a kana; ok is false where it can bear
// none.
func sounded(kana, mark rune) (rune, bool) {
	base := kana
	hiragana := kana >= 'ぁ' && kana <= 'ゖ'
	if hiragana {
		base += 'ア' - 'あ'
	}
	var out rune
	switch {
	case mark == '゛' && base == 'ウ':
		out = 'ヴ'
	case mark == '゛' && (base >= 'カ' && base <= 'ヂ' && base%2 == 1 || base == 'ツ' || base == 'テ' || base == 'ト'):
		out = base + 1
	case base >= 'ハ' && base <= 'ホ' && (base-'ハ')%3 == 0:
		out = base + 1
		if mark == '゜' {
			out++
		}
	default:
		return kana, false
	}
	if hiragana {
		out -= 'ア' - 'あ'
	}
	return out, true
}

// bigKana is the large form of a small kana, in either script.
func bigKana(r rune) rune {
	switch r {
	case 'ぁ', 'ぃ', 'ぅ', 'ぇ', 'ぉ', 'っ', 'ゃ', 'ゅ', 'ょ', 'ゎ', 'ァ', 'ィ', 'ゥ', 'ェ', 'ォ', 'ッ', 'ャ', 'ュ', 'ョ', 'ヮ':
		return r + 1
	case 'ヵ':
		return 'カ'
	case 'ヶ':
		return 'ケ'
	case 'ゕ':
		return 'か'
	case 'ゖ':
		return 'け'
	}
	return r
}

// toKatakana folds one hiragana.
func toKatakana(r rune) rune {
	if r >= 'ぁ' && r <= 'ゖ' {
		return r + ('ァ' - 'ぁ')
	}
	return r
}

// isKana reports hiragana, katakana and the prolonged sound mark.
func isKana(r rune) bool {
	return r >= 'ぁ' && r <= 'ゖ' || r >= 'ァ' && r <= 'ヺ' || r == 'ー'
}

// isKanji reports ideographs, with 々 and 〇.
func isKanji(r rune) bool {
	return r >= 0x4E00 && r <= 0x9FFF || r >= 0x3400 && r <= 0x4DBF || r >= 0xF900 && r <= 0xFAFF ||
		r >= 0x20000 && r <= 0x3FFFF || r == '々' || r == '〇' || r == '〻' || r >= 0x2F00 && r <= 0x2FD5
}

// HasKanji reports whether s holds a character that is no kana and no letter: a
// kanji, 々, 〆, or a 外字 that stands for one.
func HasKanji(s string) bool {
	for _, r := range s {
		if isKanji(r) || unicode.Is(unicode.Co, r) || r == '〓' || r == '〆' {
			return true
		}
	}
	return false
}

// commonKanji reports the block of which nearly every name is written.
func commonKanji(r rune) bool { return r >= 0x4E00 && r <= 0x9FFF }

// Latin reports whether s is a name in Latin letters: foreign residents (外国人住民)
// are written so, and they have no 附票.
func Latin(s string) bool {
	letters := 0
	for _, r := range s {
		r = widen(r)
		switch {
		case commonKanji(r): // nearly all, and soon: Unicode's tables are long
			return false
		case unicode.Is(unicode.Latin, r):
			letters++
		case isSpace(r), isDash(r), r == '\'', r == '’', r == '.', r == ',', r == '・', r == '(', r == ')', r == '/', unicode.Is(unicode.Mn, r):
		default:
			return false
		}
	}
	return letters > 0
}

// Unreadable reports whether r stands for a character that could not be written:
// 〓 ● ■ □ ?, the replacement character, or a 外字 of the private use areas.
func Unreadable(r rune) bool {
	switch r {
	case '〓', '●', '■', '□', '?', '？', '＊', '*', '◆', '▲', 0xFFFD:
		return true
	}
	return r >= 0xE000 && r <= 0xF8FF || r >= 0xF0000
}
