package identity

import (
	"cmp"
	"encoding/binary"
	"slices"
)

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
	for ; len(packed) >= wordBytes; packed = packed[wordBytes:] {
		no := int(packed[0]) | int(packed[1])<<8
		if no >= len(text) {
			return dst, errCorrupt
		}
		*(*word)(room[n:]) = text[no] // sixteen bytes are copied faster than some
		n += int(size[no])
	}
	return room[:n], nil
}

// A wordFinder finds the longest word that a text begins with, to pack records. Of
// the words in the order of their bytes, those with the same three bytes in front
// stand together.
type wordFinder struct {
	*lexicon
	order  []placed
	before []uint16        // by place in order: the longest other word that this one begins with
	fronts []front         // a power of two, found by their hash
	short  [1 << 16]uint16 // by the first two bytes: the longest word of at most two
}

// A placed word has its bytes as two numbers, which compare as they do.
type placed struct {
	high, low uint64
	no        uint16
	size      uint8
}

// A front is the words that begin with three bytes: from up to end in order.
type front struct{ key, from, end uint32 }

func (l *lexicon) finder() *wordFinder {
	f := &wordFinder{lexicon: l}
	for i := range f.short {
		f.short[i] = uint16(i & 0xff) // the single byte
	}
	for no := singles; no < len(l.text); no++ {
		w := &l.text[no]
		if l.size[no] == 2 {
			f.short[binary.LittleEndian.Uint16(w[:])] = uint16(no)
			continue
		}
		f.order = append(f.order, placed{binary.BigEndian.Uint64(w[:]), binary.BigEndian.Uint64(w[8:]), uint16(no), l.size[no]})
	}
	slices.SortFunc(f.order, func(a, b placed) int {
		return cmp.Or(cmp.Compare(a.high, b.high), cmp.Compare(a.low, b.low), cmp.Compare(a.size, b.size))
	})
	f.findFronts()
	f.findBefore()
	return f
}

func (f *wordFinder) findFronts() {
	var all []front
	for from := 0; from < len(f.order); {
		key := f.order[from].high >> 40
		end := from + 1
		for end < len(f.order) && f.order[end].high>>40 == key {
			end++
		}
		all = append(all, front{uint32(key), uint32(from), uint32(end)})
		from = end
	}
	slots := 1
	for slots < 4*(len(all)+1) {
		slots *= 2
	}
	f.fronts = make([]front, slots)
	for _, a := range all {
		*f.front(a.key) = a
	}
}

// front is the slot of the words that begin with a key, or a free one: its end is 0.
func (f *wordFinder) front(key uint32) *front {
	mask := uint32(len(f.fronts) - 1)
	for i := key * 0x9E3779B1 >> 12 & mask; ; i = (i + 1) & mask {
		if at := &f.fronts[i]; at.key == key || at.end == 0 {
			return at
		}
	}
}

// findBefore walks the words in order; a word stands behind all that it begins with,
// and those that the next one can begin with are the one before and its own.
func (f *wordFinder) findBefore() {
	f.before = make([]uint16, len(f.order))
	var open []int // places in order, each begins with the one before
	for i, p := range f.order {
		for len(open) > 0 && !f.order[open[len(open)-1]].begins(p.high, p.low, int(p.size)) {
			open = open[:len(open)-1]
		}
		if f.before[i] = noPlace; len(open) > 0 {
			f.before[i] = uint16(open[len(open)-1])
		}
		open = append(open, i)
	}
}

const noPlace = 1<<16 - 1 // there are fewer places than words, and some of these are single bytes

// begins reports whether a text of n bytes that begins with these sixteen begins with
// the word.
func (p *placed) begins(high, low uint64, n int) bool {
	if n < int(p.size) {
		return false
	}
	if p.size <= 8 {
		return (high^p.high)>>(64-8*p.size) == 0
	}
	return high == p.high && (low^p.low)>>(128-8*uint(p.size)) == 0
}

// longest is the longest word that s, which is not empty, begins with.
func (f *wordFinder) longest(s []byte) (no uint16) {
	if len(s) < 3 {
		if len(s) < 2 {
			return uint16(s[0])
		}
		return f.short[binary.LittleEndian.Uint16(s)]
	}
	var text word
	if len(s) >= wordMost {
		text = word(s)
	} else {
		copy(text[:], s)
	}
	high, low := binary.BigEndian.Uint64(text[:]), binary.BigEndian.Uint64(text[8:])
	in := f.front(uint32(high >> 40))
	from, end := int(in.from), int(in.end)
	for from < end { // to the first word that is greater
		middle := int(uint(from+end) / 2)
		if p := &f.order[middle]; p.high < high || p.high == high && p.low <= low {
			from = middle + 1
		} else {
			end = middle
		}
	}
	if from > int(in.from) {
		for at := from - 1; at != noPlace; at = int(f.before[at]) {
			if p := &f.order[at]; p.begins(high, low, len(s)) {
				return p.no
			}
		}
	}
	return f.short[binary.LittleEndian.Uint16(s)]
}

// pack appends a record to dst in words, the longest first.
func (f *wordFinder) pack(dst, record []byte) []byte {
	for len(record) > 0 {
		no := f.longest(record)
		dst = append(dst, byte(no), byte(no>>8))
		record = record[f.size[no]:]
	}
	return dst
}
