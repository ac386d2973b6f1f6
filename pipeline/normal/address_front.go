package normal

import (
	"hash/maphash"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
)

// A front is what becomes of an address up to its first figure: municipality and
// town. A list has few of them, and nearly every address begins with one that was
// met before, so that only its numbers and 方書 have to be taken apart.
//
// A front is made by the same code that takes a whole address apart, with the
// figure 1 behind it, and only where that code looks at nothing behind it but
// whether there is a figure: 京都市, towns with figures in their names and numbers in
// kanji but for 丁目 go the long way. Only places that the tables know are
// remembered, so that no address of a person stays in memory.
//
// A large list has more fronts than fit into the memory next to a processor, and
// most of what it costs to find one is to wait for that. So a front is two lines of a
// cache, text and all; the town is cut out of the address that it is asked for, and
// the rest of the parts is shared by all towns of a municipality.
type front struct {
	text           [frontBytesMax]byte // as received, and behind it the 市町村コード beside it
	size, end      uint8               // where the two end
	townAt, townTo uint8               // where the town stands in the text
	plain          bool                // no town of the municipality has a figure in its name
	town           string              // the town, where its text is folded
	parts          *AddressParts       // without the town
	lead           *lead               // nil for most
}

// A lead is a 丁目 in kanji behind the town.
type lead struct {
	text  []rune // folded
	chome string // its number, where it is nothing else; empty if it is
}

// fronts remembers as many as a prefecture has towns, several times over. What is
// found never depends on what is remembered.
type fronts struct {
	seed    maphash.Seed
	buckets [frontBuckets]frontBucket
	parts   sync.Map // of fronts, by partsKey
}

// A frontBucket holds the fronts whose hashes lead to it, on one line of a cache. Two
// goroutines that write at once may leave a front beside the hash of another, which is
// then not found.
type frontBucket [frontWays]struct {
	hash  atomic.Uint64         // 0: nothing is here yet
	front atomic.Pointer[front] // nil: the text goes the long way
}

const (
	frontBuckets  = 1 << 14
	frontWays     = 4
	frontBytesMax = 90 // 都道府県, 郡, 市区町村 and 町域 at their longest are some twenty-five characters
)

// A seek is where the front of an address is looked for.
type seek struct {
	at    int // of the first figure; 0 where the address goes the long way
	hash  uint64
	found *front // remembered under the hash; nil for none
	end   uint8  // of the front that was found
}

// seek begins to look for the front of an address, and so asks for the memory that
// foldFront reads: whatever is done in between does not wait for it.
func (s *fronts) seek(address, code string) (k seek) {
	if k.at = firstFigure(address); k.at <= 0 || k.at+len(code) > frontBytesMax {
		return seek{}
	}
	k.hash = s.hash(address[:k.at], code)
	bucket := &s.buckets[k.hash%frontBuckets]
	for i := range bucket {
		if slot := &bucket[i]; slot.hash.Load() == k.hash {
			if k.found = slot.front.Load(); k.found == nil {
				return seek{}
			}
			k.end = k.found.end
			break
		}
	}
	return k
}

// foldFront folds an address whose front is a usual one into an empty box; it
// reports false, and leaves the box as it is, for any other.
func (t *Tables) foldFront(a *addressBox, s, code string, k seek) bool {
	if k.at == 0 {
		return false
	}
	f := k.found
	if f == nil || int(k.end) != k.at+len(code) || !f.is(s[:k.at], code) {
		f = t.makeFront(s[:k.at], code)
		if t.fronts.buckets[k.hash%frontBuckets].put(k.hash, f); f == nil {
			return false
		}
	}
	rest := s[k.at:]
	p := &a.parts
	p.set(f.parts)
	p.Town, p.Numbers = f.townOf(s), a.numbers[:0]
	from, usual := 0, false // what has still to be folded
	switch {
	case !f.plain:
	case f.lead == nil:
		from, usual = p.usualNumbers("", rest)
	case f.lead.chome != "":
		from, usual = p.usualNumbers(f.lead.chome, rest)
	}
	var buf [96]rune
	r := buf[:0]
	if from < len(rest) {
		var ok bool
		if r, ok = foldUsualText(r, rest[from:]); !ok || !usual && !f.endsBefore(r) {
			*a = addressBox{}
			return false
		}
	}
	a.self.p, p.Received = p, s
	switch {
	case usual && len(r) > 0:
		p.setBuilding(r[1:])
	case usual:
	case f.lead != nil:
		var joined [112]rune
		p.setBuilding(p.cutNumbers(append(append(joined[:0], f.lead.text...), r...)))
	default:
		p.setBuilding(p.cutNumbers(r))
	}
	return true
}

// endsBefore reports whether the town ends where the front does, given what
// follows it, folded: 北 is not the town of 北1条西.
func (f *front) endsBefore(r []rune) bool {
	after := r[figuresEnd(r, 0):]
	return ordinary(after) || f.plain && !townUnit(after)
}

// firstFigure is where the first figure of either width begins; −1 where none
// does behind as many bytes as a front may have.
func firstFigure(s string) int {
	for i, end := 0, min(len(s), frontBytesMax+1); i < end; i++ {
		switch c := s[i]; {
		case c >= '0' && c <= '9':
			return i
		case c < 0xE3 || i+2 >= len(s) || s[i+1]&0xC0 != 0x80 || s[i+2]&0xC0 != 0x80:
		case c < 0xEF: // kana and kanji
			i += 2
		case c == 0xEF && s[i+1] == 0xBC && s[i+2] >= 0x90 && s[i+2] <= 0x99:
			return i
		}
	}
	return -1
}

// set sets what a front may set, in parts that are empty.
func (p *AddressParts) set(of *AddressParts) {
	p.Prefecture, p.Municipalities, p.Ward, p.Former, p.Section = of.Prefecture, of.Municipalities, of.Ward, of.Former, of.Section
	p.Implied, p.FormerOpen = of.Implied, of.FormerOpen
}

// hash is never 0.
func (s *fronts) hash(text, code string) uint64 {
	h := maphash.String(s.seed, text)
	if code != "" {
		h ^= maphash.String(s.seed, code)
	}
	return max(h, 1)
}

// is reports whether f is the front of the text and the code.
func (f *front) is(text, code string) bool {
	return string(f.text[:f.size]) == text && string(f.text[f.size:f.end]) == code
}

// townOf is the town of an address that has the front.
func (f *front) townOf(s string) string {
	if f.townTo > 0 {
		return s[f.townAt:f.townTo]
	}
	return f.town
}

// put remembers a front in the place of its hash or the first one that is free, or in
// place of another one.
func (b *frontBucket) put(h uint64, f *front) {
	at := int(h / frontBuckets % frontWays)
	for i := range b {
		if old := b[i].hash.Load(); old == h || old == 0 {
			at = i
			break
		}
	}
	b[at].hash.Store(h)
	b[at].front.Store(f)
}

// makeFront takes the front apart; nil where what follows the first figure, or what
// nobody knows, could have a part in it.
func (t *Tables) makeFront(text, code string) *front {
	var buf [96]rune
	r, ok := foldUsualText(buf[:0], text+"1")
	r = skipSpaces(r)
	if !ok || len(r) < 2 || t.places.figures {
		return nil
	}
	p := new(AddressParts)
	found, r := p.place(t.places, r, code)
	if len(found) != 1 || len(p.Municipalities) != 1 || strings.HasPrefix(p.Municipalities[0], kyotoCity) || len(r) > townEndMax {
		return nil
	}
	f := &front{plain: !townsWithFigures(found[0])}
	counted := false
	for i := 0; i < len(r); i++ {
		if end := figuresEnd(r, i); end > i && !isFigure(r[i]) {
			if numberUnit(r[end:]) {
				if !hasWord(r[end:], "丁目") || !f.plain {
					return nil
				}
				counted = true
			}
			i = end - 1
		}
	}
	town, rest := cutTown(r, found)
	if len(rest) == 0 || len(rest) > 1 && !counted {
		return nil
	}
	if r = rest[:len(rest)-1]; len(r) > 0 {
		f.lead = &lead{text: slices.Clone(r)}
		if end := figuresEnd(r, 0); string(r[end:]) == "丁目" {
			f.lead.chome, _ = figures(r[:end])
		}
	}
	p.setTown(town)
	if found[0].former != "" {
		p.setToday(found[0])
	}
	known, ward := knownTown(found, p.Town)
	if !known {
		return nil
	}
	if p.Ward == "" && len(found[0].wards) > 0 {
		p.Ward = ward
	}
	f.keep(text, code, p.Town)
	p.Town = ""
	f.parts = t.fronts.shared(p)
	return f
}

// keep keeps a front that is not too long.
func (f *front) keep(text, code, town string) {
	f.size = uint8(copy(f.text[:], text))
	f.end = f.size + uint8(copy(f.text[f.size:], code))
	if at := strings.LastIndex(text, town); at >= 0 && town != "" {
		f.townAt, f.townTo = uint8(at), uint8(at+len(town))
	} else {
		f.town = town
	}
}

// A partsKey is all that a front may set of an address but for the town.
type partsKey struct {
	prefecture, municipality, ward, former string
	implied, formerOpen                    bool
}

// shared is p, or the same parts of another front. A 小字 is the front's own: the tables
// have none.
func (s *fronts) shared(p *AddressParts) *AddressParts {
	if p.Section != "" {
		return p
	}
	key := partsKey{p.Prefecture, p.Municipalities[0], p.Ward, p.Former, p.Implied, p.FormerOpen}
	same, _ := s.parts.LoadOrStore(key, p)
	return same.(*AddressParts)
}
