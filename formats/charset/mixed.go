package charset

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
		if m.skip { // nearly all bytes pass here
			for i < len(b) && b[i] >= border {
				i++
			}
			if i == len(b) {
				return
			}
		}
		switch {
		case b[i] < border:
			m.skip, m.run = false, 0
		case !continuesUTF8(b[i], m.run):
			m.skip = true
		default:
			if m.run++; m.run == mixedBytes {
				m.found = p.at(b, i+1-mixedBytes)
				return
			}
		}
	}
}

// continuesUTF8 reports whether c may be the n-th byte of kana, kanji and
// full-width characters in UTF-8.
func continuesUTF8(c byte, n int) bool {
	if n%3 == 0 {
		return c >= 0xe3 && c <= 0xe9 || c == 0xef
	}
	return c >= 0x80 && c <= 0xbf
}
