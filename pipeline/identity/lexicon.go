package identity

import "slices"

// A lexicon is the words (語) that the records of a layer are written in: a record
// packed is the numbers of its words, two bytes each, and each record can be unpacked
// by itself. Blocks packed whole (zstd) had to be unpacked whole, which was a seventh of a
// bulk match, for the quarter of their people whom somebody asked for.
//
// It follows FSST (Boncz, Neumann, Leis: «FSST: Fast Random Access String Compression»,
// VLDB 2020), with numbers of two bytes in place of one, because two thousand kanji of
// three bytes each have no room among 255 symbols: so whole towns and surnames are words.
//
// The first 256 words are the single bytes, so that any record can be written.
type lexicon struct {
	text []word  // by number
	size []uint8 // of each, in bytes
}

const (
	wordMost  = 16
	wordsMost = 1 << 16
	wordBytes = 2   // of a number
	singles   = 256 // the words of one byte
)

// A word is up to sixteen bytes; what is behind them is zero.
type word [wordMost]byte

// newLexicon makes one of the single bytes.
func newLexicon() *lexicon {
	l := new(lexicon)
	for i := range singles {
		l.add(word{byte(i)}, 1)
	}
	return l
}

func (l *lexicon) add(w word, size uint8) { l.text, l.size = append(l.text, w), append(l.size, size) }

func (l *lexicon) bytes(no int) []byte { return l.text[no][:l.size[no]] }

// unpack appends a record to dst.
func (l *lexicon) unpack(dst []byte, packed string) ([]byte, error) {
	if len(packed)%wordBytes != 0 {
		return dst, errCorrupt
	}
	n := len(dst)
	dst = slices.Grow(dst, len(packed)/wordBytes*wordMost)
	room, text, size := dst[:cap(dst)], l.text, l.size[:len(l.text)]
	for i := 0; i < len(packed)-1; i += wordBytes {
		no := int(packed[i]) | int(packed[i+1])<<8
		if no >= len(text) {
			return dst, errCorrupt
		}
		*(*word)(room[n : n+wordMost]) = text[no] // sixteen bytes are copied faster than some
		n += int(size[no])
	}
	return room[:n], nil
}
