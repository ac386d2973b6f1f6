package charset

import "encoding/binary"

// A mixedCheck looks for text in UTF-8 inside a file that reads as CP932 all the
// same: most of UTF-8 is CP932 too, of other characters («縺ゅ＞»), so a file that
// was put together from two would be read wrongly without a word.
//
// What it takes for UTF-8 is a cell, or a part of one after an ASCII character,
// that begins with four characters of UTF-8 in a row. In CP932 those twelve bytes
// are six characters beginning with a rare kanji, with all six in just that
// pattern; chance does not make that in lists of any size. Shorter texts are left
// alone, because of those it might.
type mixedCheck struct {
	skip  bool // not at such a place, until the next byte that cannot end a character
	run   int  // bytes of UTF-8 seen so far
	found place
}

const (
	mixedBytes = 12   // four characters of three bytes
	border     = 0x40 // lower bytes never stand inside a character of CP932
)

func (m *mixedCheck) add(p *Probe, b []byte) {
	if m.found.found {
		return
	}
	for i := 0; i < len(b); i++ {
		if m.run == 0 { // nearly all bytes pass here
			i = m.pass(b, i)
			if i == len(b) {
				return
			}
		}
		switch {
		case b[i] < border:
			m.skip, m.run = false, 0
		case m.skip || !continuesUTF8(b[i], m.run):
			m.skip, m.run = true, 0
		default:
			if m.run++; m.run == mixedBytes {
				m.found = p.at(b, i+1-mixedBytes)
				return
			}
		}
	}
}

// pass goes on from b[i], eight bytes at a step, where no text in UTF-8 begins: where
// no byte of 0xe0 or more comes behind one that cannot end a character.
func (m *mixedCheck) pass(b []byte, i int) int {
	for ; len(b)-i >= 8; i += 8 {
		w := binary.LittleEndian.Uint64(b[i:])
		low := ^(w | w<<1) & highBits // below 0x40: neither of the two top bits
		behind := low << 8
		if !m.skip {
			behind |= 0x80
		}
		if w&(w<<1)&(w<<2)&behind != 0 {
			return i
		}
		m.skip = low>>63 == 0
	}
	return i
}

// continuesUTF8 reports whether c may be the n-th byte of kana, kanji and
// full-width characters in UTF-8.
func continuesUTF8(c byte, n int) bool {
	if n%3 == 0 {
		return c >= 0xe3 && c <= 0xe9 || c == 0xef
	}
	return c >= 0x80 && c <= 0xbf
}
