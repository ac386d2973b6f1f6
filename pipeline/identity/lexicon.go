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

// A wordFinder finds the longest word that a text begins with, to pack records.
type wordFinder struct {
	*lexicon
	tiers []tier          // of long words first
	short [1 << 16]uint16 // by the first two bytes: the longest word of at most two
}

// A tier is the words of so many bytes and more, up to the next tier, in their order:
// those with the same bytes in front stand together and are found by a hash of these.
type tier struct {
	least  uint8 // bytes
	order  []placed
	before []uint16 // by place in order: the longest other word of the tier that this one begins with
	fronts []front  // a power of two
}

// tierBytes are the least bytes of the words of each tier. Two kanji are six bytes; with
// one tier alone, hundreds of words would stand together behind the first kanji of a
// city.
var tierBytes = [...]uint8{6, 3}

// A placed word has its bytes as two numbers, which compare as they do.
type placed struct {
	high, low uint64
	no        uint16
	size      uint8
}

// A front is the words that begin with the same bytes: from up to end in order.
type front struct {
	key       uint64
	from, end uint32
}

func (l *lexicon) finder() *wordFinder {
	f := &wordFinder{lexicon: l}
	for i := range f.short {
		f.short[i] = uint16(i & 0xff) // the single byte
	}
	for no := singles; no < len(l.text); no++ {
		if l.size[no] == 2 {
			f.short[binary.LittleEndian.Uint16(l.text[no][:])] = uint16(no)
		}
	}
	most := uint8(wordMost)
	for _, least := range tierBytes {
		f.tiers = append(f.tiers, l.tier(least, most))
		most = least - 1
	}
	return f
}

func (l *lexicon) tier(least, most uint8) tier {
	t := tier{least: least}
	for no := singles; no < len(l.text); no++ {
		if w := &l.text[no]; l.size[no] >= least && l.size[no] <= most {
			t.order = append(t.order, placed{binary.BigEndian.Uint64(w[:]), binary.BigEndian.Uint64(w[8:]), uint16(no), l.size[no]})
		}
	}
	slices.SortFunc(t.order, func(a, b placed) int {
		return cmp.Or(cmp.Compare(a.high, b.high), cmp.Compare(a.low, b.low), cmp.Compare(a.size, b.size))
	})
	t.findFronts()
	t.findBefore()
	return t
}

// key is the bytes in front of a text, which are that many at least.
func (t *tier) key(high uint64) uint64 { return high >> (64 - 8*t.least) }

func (t *tier) findFronts() {
	var all []front
	for from := 0; from < len(t.order); {
		key := t.key(t.order[from].high)
		end := from + 1
		for end < len(t.order) && t.key(t.order[end].high) == key {
			end++
		}
		all = append(all, front{key, uint32(from), uint32(end)})
		from = end
	}
	slots := 1
	for slots < 2*(len(all)+1) {
		slots *= 2
	}
	t.fronts = make([]front, slots)
	for _, a := range all {
		*t.front(a.key) = a
	}
}

// front is the slot of the words that begin with a key, or a free one: its end is 0.
func (t *tier) front(key uint64) *front {
	mask := uint64(len(t.fronts) - 1)
	for i := key * 0x9E3779B97F4A7C15 >> 40 & mask; ; i = (i + 1) & mask {
		if at := &t.fronts[i]; at.key == key || at.end == 0 {
			return at
		}
	}
}

// findBefore walks the words in order; a word stands behind all that it begins with,
// and those that the next one can begin with are the one before and its own.
func (t *tier) findBefore() {
	t.before = make([]uint16, len(t.order))
	var open []int // places in order, each begins with the one before
	for i, p := range t.order {
		for len(open) > 0 && !t.order[open[len(open)-1]].begins(p.high, p.low, int(p.size)) {
			open = open[:len(open)-1]
		}
		if t.before[i] = noPlace; len(open) > 0 {
			t.before[i] = uint16(open[len(open)-1])
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

// longest is the longest word of the tier that a text of n bytes begins with.
func (t *tier) longest(high, low uint64, n int) (no uint16, ok bool) {
	in := t.front(t.key(high))
	from, end := int(in.from), int(in.end)
	for from < end { // to the first word that is greater
		middle := int(uint(from+end) / 2)
		if p := &t.order[middle]; p.high < high || p.high == high && p.low <= low {
			from = middle + 1
		} else {
			end = middle
		}
	}
	if from == int(in.from) {
		return 0, false
	}
	for at := from - 1; at != noPlace; at = int(t.before[at]) {
		if p := &t.order[at]; p.begins(high, low, n) {
			return p.no, true
		}
	}
	return 0, false
}

// longest is the longest word that s, which is not empty, begins with.
func (f *wordFinder) longest(s []byte) (no uint16) {
	if len(s) < 2 {
		return uint16(s[0])
	}
	var text word
	if len(s) >= wordMost {
		text = word(s)
	} else {
		copy(text[:], s)
	}
	high, low := binary.BigEndian.Uint64(text[:]), binary.BigEndian.Uint64(text[8:])
	for i := range f.tiers {
		if t := &f.tiers[i]; len(s) >= int(t.least) {
			if no, ok := t.longest(high, low, len(s)); ok {
				return no
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
