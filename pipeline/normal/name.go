package normal

import (
	"math"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A Level says how far a name or kana has been folded.
type Level uint8

// The levels, from what was received on.
const (
	AsReceived Level = iota // NFC
	AsForm                  // width, spaces, size of kana, 々 and ゝ
	AsVariant               // and IVS, and the variant classes of tiers 1–2; names only
)

// A Name is a folded 氏名. Use it as a pointer, and only as FoldName made it.
type Name struct{ p *nameParts }

// nameParts stand behind a second pointer, because fmt prints what a first one
// points at when a verb does not fit.
type nameParts struct {
	self     Name // allocated with its parts
	received string
	// form is the text without spaces. Where nothing but one space is folded it is
	// left out, and gap says where that is: most names are only ever compared as
	// received, and would pay for a copy. The same holds for variant.
	form        string // "" where it is received without the gap
	variant     string // "" where it is form
	gap, gapEnd uint32 // bytes in received; equal where there is none
	split       uint32 // bytes of the surname in variant; 0 where the text has no one separator
	runes       uint16 // characters of variant, at most its greatest value
	kanji       bool
	selected    bool // form has variation selectors
}

// formText is the form.
func (n *nameParts) formText() string {
	switch {
	case n.form != "":
		return n.form
	case n.gap == n.gapEnd:
		return n.received
	}
	return n.received[:n.gap] + n.received[n.gapEnd:]
}

// variantText is the form with its variants folded.
func (n *nameParts) variantText() string {
	if n.variant != "" {
		return n.variant
	}
	return n.formText()
}

// variantPieces is variantText in up to two pieces, without a copy.
func (n *nameParts) variantPieces() pieces {
	if n.variant != "" {
		return pieces{n.variant, ""}
	}
	return n.formPieces()
}

// formPieces is formText in up to two pieces.
func (n *nameParts) formPieces() pieces {
	if n.form != "" {
		return pieces{n.form, ""}
	}
	return pieces{n.received[:n.gap], n.received[n.gapEnd:]}
}

// base is the form without variation selectors: as many characters as variant.
func (n *nameParts) base() pieces {
	if !n.selected {
		return n.formPieces()
	}
	return pieces{dropSelectors(n.formText()), ""}
}

// parts are surname and given name, variants folded; both empty where the text does
// not separate them.
func (n *nameParts) parts() pieces {
	if n.split == 0 {
		return pieces{}
	}
	if p := n.variantPieces(); len(p.a) == int(n.split) {
		return p
	}
	v := n.variantText()
	return pieces{v[:n.split], v[n.split:]}
}

func (n *nameParts) surname() string { return n.parts().a }

// given is the given name; empty where the text does not separate it.
func (n *nameParts) given() string { return n.parts().b }

// pieces is a text in two pieces, which most names are: what stands before the gap
// and what stands behind it.
type pieces struct{ a, b string }

func (p pieces) equal(q pieces) bool {
	if len(p.a) > len(q.a) {
		p, q = q, p
	}
	n := len(p.a)
	return len(p.a)+len(p.b) == len(q.a)+len(q.b) && p.a == q.a[:n] && q.a[n:] == p.b[:len(q.a)-n] && p.b[len(q.a)-n:] == q.b
}

// next takes one character off the front; ok is false at the end.
func (p *pieces) next() (r rune, ok bool) {
	if p.a == "" {
		if p.a, p.b = p.b, ""; p.a == "" {
			return 0, false
		}
	}
	r, n := utf8.DecodeRuneInString(p.a)
	p.a = p.a[n:]
	return r, true
}

// ends are the first and the last character.
func (p pieces) ends() (first, last rune) {
	q := p
	first, _ = q.next()
	if p.b == "" {
		p.b = p.a
	}
	last, _ = utf8.DecodeLastRuneInString(p.b)
	return first, last
}

// FoldName folds a 氏名; nil for a text that holds nothing but spaces.
func FoldName(s string) *Name {
	if s == "" {
		return nil
	}
	return new(nameParts).fold(s)
}

// fold is FoldName into parts that are empty.
func (n *nameParts) fold(s string) *Name {
	n.self.p = n
	if n.foldUsual(s) {
		return &n.self
	}
	n.received = toNFC(s)
	s = toNFC(ExpandJuki(n.received))
	n.kanji = HasKanji(s)
	var split int
	n.form, split = foldForm(s)
	base := dropSelectors(n.form)
	n.selected = len(base) != len(n.form)
	if base == "" {
		return nil
	}
	n.variant = foldVariants(base)
	n.split = splitOf(n.variant, dropSelectors(n.form[:split]))
	n.runes = uint16(min(utf8.RuneCountInString(n.variant), math.MaxUint16))
	return &n.self
}

// foldUsual folds in one pass the names that nearly all are: kanji and kana that
// only the variant classes change, with at most one space inside. It reports
// false, and changes nothing, for any other.
func (n *nameParts) foldUsual(s string) bool {
	c := variantClasses()
	gap, gapEnd := 0, 0
	same, kanji := true, false
	runes := 0
	for i, size := 0, 0; i < len(s); i += size {
		var r rune
		if size = 3; len(s)-i >= 3 && isThree(s[i], s[i+1], s[i+2]) {
			r = rune(s[i]&0x0F)<<12 | rune(s[i+1]&0x3F)<<6 | rune(s[i+2]&0x3F)
		} else if r, size = rune(s[i]), 1; r >= utf8.RuneSelf {
			return false
		}
		runes++
		switch {
		case r >= 0x4E00 && r <= 0x9FFF:
			same = same && c.of(r) == r
			kanji = true
		case r >= 'ぁ' && r <= 'ん', r >= 'ァ' && r <= 'ヴ':
			if bigKana(r) != r {
				return false
			}
		case (r == 0x3000 || r == ' ') && gap == 0 && i > 0:
			gap, gapEnd = i, i+size
		default:
			return false
		}
	}
	if s == "" || gapEnd == len(s) {
		return false
	}
	n.received, n.kanji, n.gap, n.gapEnd, n.split = s, kanji, uint32(gap), uint32(gapEnd), uint32(gap)
	if gap > 0 {
		runes--
	}
	if !same {
		var mem [96]byte
		v := c.append(mem[:0], s[:gap])
		n.split = uint32(len(v))
		n.variant = string(c.append(v, s[gapEnd:]))
	}
	n.runes = uint16(min(runes, math.MaxUint16))
	return true
}

// isThree reports a character of three bytes from U+3000 on, as kana and kanji are, by
// its bytes.
func isThree(a, b, c byte) bool { return a >= 0xE3 && a <= 0xEF && b&0xC0 == 0x80 && c&0xC0 == 0x80 }

// splitOf is the length of the surname in variant, which is as many characters
// as the surname is in another form.
func splitOf(variant, surname string) uint32 {
	at := 0
	for range surname {
		_, size := utf8.DecodeRuneInString(variant[at:])
		at += size
	}
	return uint32(at)
}

// Reveal returns the name at a level of folding.
func (n *Name) Reveal(l Level) string {
	switch l {
	case AsReceived:
		return n.p.received
	case AsForm:
		return n.p.formText()
	}
	return n.p.variantText()
}

// RevealParts returns surname and given name, variants folded; ok is false where
// the text does not separate them.
func (n *Name) RevealParts() (surname, given string, ok bool) {
	return n.p.surname(), n.p.given(), n.p.split > 0
}

// SameForm reports whether the two are the same [AsForm].
func (n *Name) SameForm(m *Name) bool { return n.p.formPieces().equal(m.p.formPieces()) }

// SameVariant reports whether the two are the same [AsVariant].
func (n *Name) SameVariant(m *Name) bool { return n.p.variantPieces().equal(m.p.variantPieces()) }

// TurnedTo reports whether m is n with given name and surname in the other order;
// n must separate the two.
func (n *Name) TurnedTo(m *Name) bool {
	if n.p.split == 0 {
		return false
	}
	own := n.p.parts()
	return pieces{own.b, own.a}.equal(m.p.variantPieces())
}

// Usual reports a name that is kanji and kana alone, with at most one space inside, as
// nearly all are: it is neither [Latin] nor [HasUnreadable]. It may say false of one.
func (n *Name) Usual() bool { return n.p.form == "" }

// KanaOnly reports whether the name is written in kana alone.
func (n *Name) KanaOnly() bool { return !n.p.kanji && KanaOnly(n.p.formText()) }

// HasKanji reports whether the name is more than kana.
func (n *Name) HasKanji() bool { return n.p.kanji }

// foldForm folds width, spaces, letter case, the size of kana and the marks of
// repetition. split is the byte offset in form at which the one separator of the
// text stood; 0 if there was none or more than one.
func foldForm(s string) (form string, split int) {
	if plain(s) {
		return s, 0
	}
	var b strings.Builder
	b.Grow(len(s))
	var last, waiting rune // waiting: written only when no sound mark follows
	gaps, gap := 0, false
	flush := func() {
		if waiting != 0 {
			b.WriteRune(waiting)
			last, waiting = waiting, 0
		}
	}
	for _, r := range s {
		if isSpace(r) {
			gap = true
			continue
		}
		if isSelector(r) && isKana(waiting) {
			continue // kana have no glyphs to select (UTS #37), and か with one is か to a 濁点 behind it
		}
		r = widen(r)
		if r == '゛' || r == '゜' {
			if v, ok := sounded(waiting, r); ok {
				waiting = v
				continue
			}
		}
		flush()
		if gap && b.Len() > 0 {
			gaps++
			split = b.Len()
		}
		gap = false
		switch {
		case isSelector(r):
			b.WriteRune(r)
			continue
		case isDash(r) && isKana(last):
			r = 'ー'
		case isDash(r):
			r = '-'
		}
		waiting = unicode.ToUpper(bigKana(repeated(last, r)))
	}
	flush()
	if gaps != 1 {
		split = 0
	}
	return b.String(), split
}

// plain reports a text that foldForm would return as it is.
func plain(s string) bool {
	for _, r := range s {
		switch {
		case r >= 0x4E00 && r <= 0x9FFF:
		case r >= 'ぁ' && r <= 'ん', r >= 'ァ' && r <= 'ヴ':
			if bigKana(r) != r {
				return false
			}
		default:
			return false
		}
	}
	return true
}

// repeated resolves a mark of repetition (々 〻 ゝ ゞ ヽ ヾ) after last.
func repeated(last, r rune) rune {
	switch {
	case (r == '々' || r == '〻') && isKanji(last) && last != '々':
		return last
	case (r == 'ゝ' || r == 'ヽ') && isKana(last):
		return unsounded(last)
	case (r == 'ゞ' || r == 'ヾ') && isKana(last):
		v, _ := sounded(unsounded(last), '゛')
		return v
	case r == 'ゔ':
		return 'ゔ'
	}
	return r
}

// unsounded takes 濁点 and 半濁点 off one kana.
func unsounded(r rune) rune {
	base := r
	if r >= 'ぁ' && r <= 'ゖ' {
		base = toKatakana(r)
	}
	out := base
	switch {
	case base == 'ヴ':
		out = 'ウ'
	case base >= 'ガ' && base <= 'ヂ' && base%2 == 0, base == 'ヅ', base == 'デ', base == 'ド':
		out = base - 1
	case base >= 'ハ' && base <= 'ポ':
		out = base - (base-'ハ')%3
	}
	return r - (base - out)
}

// dropSelectors takes variation selectors out.
func dropSelectors(s string) string {
	if strings.IndexFunc(s, isSelector) < 0 {
		return s
	}
	return strings.Map(func(r rune) rune {
		if isSelector(r) {
			return -1
		}
		return r
	}, s)
}

// foldVariants replaces every character by the representative of its class.
func foldVariants(s string) string {
	c := variantClasses()
	for _, r := range s {
		if c.of(r) != r {
			return strings.Map(c.of, s)
		}
	}
	return s
}
