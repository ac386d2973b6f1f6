package normal

import (
	"hash/maphash"
	"slices"
	"strings"
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
type front struct {
	text  string // as received
	code  string // 市町村コード beside it
	parts AddressParts
	lead  []rune // 丁目 in kanji behind the town, folded
	chome string // its number, where lead is nothing else
	plain bool   // no town of the municipality has a figure in its name
}

// fronts remembers as many as a prefecture has towns, several times over: a slot
// for each hash, the last one met holds it. What is found never depends on what is
// remembered.
type fronts struct {
	seed  maphash.Seed
	slots [frontSlots]atomic.Pointer[front]
	long  [frontSlots]atomic.Uint64 // hashes of texts that go the long way
}

const (
	frontSlots    = 1 << 16
	frontBytesMax = 160 // 都道府県, 郡, 市区町村 and 町域 at their longest are some forty characters
)

// foldFront folds an address whose front is a usual one into an empty box; it
// reports false, and leaves the box as it is, for any other.
func (t *Tables) foldFront(a *addressBox, s, code string) bool {
	at := firstFigure(s)
	if at <= 0 {
		return false
	}
	f := t.front(s[:at], code)
	if f == nil {
		return false
	}
	rest := s[at:]
	a.parts = f.parts
	p := &a.parts
	p.Numbers = a.numbers[:0]
	from, usual := 0, false // what has still to be folded
	if f.plain && (len(f.lead) == 0 || f.chome != "") {
		from, usual = p.usualNumbers(f.chome, rest)
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
	case len(f.lead) > 0:
		var joined [112]rune
		p.setBuilding(p.cutNumbers(append(append(joined[:0], f.lead...), r...)))
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
// does within the bytes that a front may have.
func firstFigure(s string) int {
	for i := range min(len(s), frontBytesMax) {
		switch c := s[i]; {
		case c >= '0' && c <= '9':
			return i
		case c == 0xEF && i+2 < len(s) && s[i+1] == 0xBC && s[i+2] >= 0x90 && s[i+2] <= 0x99:
			return i
		}
	}
	return -1
}

// front finds the front, or makes it; nil where the address has to go the long way.
func (t *Tables) front(text, code string) *front {
	h := maphash.String(t.fronts.seed, text)
	if code != "" {
		h ^= maphash.String(t.fronts.seed, code)
	}
	slot := &t.fronts.slots[h%frontSlots]
	if f := slot.Load(); f != nil && f.text == text && f.code == code {
		return f
	}
	long := &t.fronts.long[h%frontSlots]
	if long.Load() == h {
		return nil
	}
	f := &front{text: strings.Clone(text), code: strings.Clone(code)}
	if !t.makeFront(f) {
		long.Store(h)
		return nil
	}
	slot.Store(f)
	return f
}

// makeFront takes the front apart; it reports false where what follows the first
// figure, or what nobody knows, could have a part in it.
func (t *Tables) makeFront(f *front) bool {
	var buf [96]rune
	r, ok := foldUsualText(buf[:0], f.text+"1")
	r = skipSpaces(r)
	if !ok || len(r) < 2 || t.places.figures {
		return false
	}
	p := &f.parts
	found, r := p.place(t.places, r, f.code)
	if len(found) != 1 || len(p.Municipalities) != 1 || strings.HasPrefix(p.Municipalities[0], kyotoCity) || len(r) > townEndMax {
		return false
	}
	f.plain = !townsWithFigures(found[0])
	counted := false
	for i := 0; i < len(r); i++ {
		if end := figuresEnd(r, i); end > i && !isFigure(r[i]) {
			if numberUnit(r[end:]) {
				if !hasWord(r[end:], "丁目") || !f.plain {
					return false
				}
				counted = true
			}
			i = end - 1
		}
	}
	town, rest := cutTown(r, found)
	if len(rest) == 0 || len(rest) > 1 && !counted {
		return false
	}
	f.lead = slices.Clone(rest[:len(rest)-1])
	if end := figuresEnd(f.lead, 0); string(f.lead[end:]) == "丁目" {
		f.chome, _ = figures(f.lead[:end])
	}
	p.setTown(town)
	if found[0].former != "" {
		p.setToday(found[0])
	}
	known, ward := knownTown(found, p.Town)
	if !known {
		return false
	}
	if p.Ward == "" && len(found[0].wards) > 0 {
		p.Ward = ward
	}
	return true
}
