package charset

import (
	"math/bits"
	"unicode/utf8"
)

// Plain reports whether s is UTF-8 of which no form of text asks for care: it has no
// character below the space, no quotation mark, comma or backslash. Nearly all that is
// written is plain, and one look tells it, at eight bytes or two characters a step.
func Plain[T string | []byte](s T) bool {
	for len(s) >= 8 {
		w := word(s)
		if w&twoThrees == twoThreesAre && isThree(w) && isThree(w>>24) {
			s = s[6:]
			continue
		}
		ascii := bits.TrailingZeros64(w&highBits) / 8 // so many bytes of it come next
		if ascii == 0 {
			n, ok := plainOne(s)
			if !ok {
				return false
			}
			s = s[n:]
			continue
		}
		// Only flags behind the first one of a kind may be wrong.
		flags := below(w, ' ') | equal(w, '"') | equal(w, ',') | equal(w, '\\')
		if flags<<(64-8*ascii) != 0 {
			return false
		}
		s = s[ascii:]
	}
	for len(s) > 0 {
		n, ok := plainOne(s)
		if !ok {
			return false
		}
		s = s[n:]
	}
	return true
}

// plainOne looks at the first character and tells how many bytes it has.
func plainOne[T string | []byte](s T) (n int, ok bool) {
	c := s[0]
	if c < utf8.RuneSelf {
		return 1, c >= ' ' && c != '"' && c != ',' && c != '\\'
	}
	if len(s) >= 3 {
		if w := uint64(c) | uint64(s[1])<<8 | uint64(s[2])<<16; w&oneThree == oneThreeIs && isThree(w) {
			return 3, true
		}
	}
	r, n := utf8.DecodeRuneInString(string(s[:min(len(s), utf8.UTFMax)]))
	return n, r != utf8.RuneError || n > 1
}

// The bits that tell characters of three bytes, 1110xxxx 10xxxxxx 10xxxxxx, the first
// byte lowest; kana and kanji are such characters.
const (
	oneThree     = 0xc0c0f0
	oneThreeIs   = 0x8080e0
	twoThrees    = oneThree | oneThree<<24
	twoThreesAre = oneThreeIs | oneThreeIs<<24
)

// isThree reports whether three bytes with these bits are a character: U+0800 at
// least, which has other bits than zero at the top, and no half of a pair (U+D800 to
// U+DFFF).
func isThree(w uint64) bool {
	const top, half = 0x200f, 0x200d
	return w&top != 0 && w&top != half
}

// word is the first eight bytes, the first one lowest. The compiler makes one load
// of it.
func word[T string | []byte](s T) uint64 {
	_ = s[7]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}

const lowBits = 0x0101010101010101

// below flags the bytes of w that are below c, which is at most 0x80. A byte behind
// one that is flagged may be flagged too.
func below(w uint64, c byte) uint64 { return (w - lowBits*uint64(c)) &^ w & highBits }

// equal flags the bytes of w that are c, and maybe some behind them.
func equal(w uint64, c byte) uint64 { return below(w^lowBits*uint64(c), 1) }
