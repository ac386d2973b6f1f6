package normal

import "unicode/utf8"

// A Relation says how one character of a name relates to the one in its place in
// another name.
type Relation uint8

// The relations, strongest first.
const (
	Selected  Relation = iota // the same character, another glyph (IVS)
	JISClass                  // JIS 包摂規準・UCS 統合 (tier 1)
	JoyoClass                 // 常用漢字表・人名用漢字別表 (tier 2)
	Koseki                    // 戸籍統一文字, one hop (tier 3)
	Unread                    // one of the two cannot be read
	Alike                     // the two look alike
	Other                     // different characters
)

// A Difference is one place at which two names are not written alike.
type Difference struct {
	Row, File rune
	Relation  Relation
}

// Differences appends to ds the places at which two names differ, compared
// character by character with spaces and width folded. ok is false where they do
// not have the same number of characters, or where two characters or more are
// other ones: then they are different names and nobody asks for more.
func (n *Name) Differences(ds []Difference, m *Name) (_ []Difference, ok bool) {
	others := 0
	if utf8.RuneCountInString(n.p.base) != utf8.RuneCountInString(m.p.base) {
		return ds, false
	}
	j := 0
	for _, a := range n.p.base {
		b, size := utf8.DecodeRuneInString(m.p.base[j:])
		j += size
		if a != b {
			rel := relate(a, b)
			if rel == Other {
				if others++; others > 1 {
					return ds, false
				}
			}
			ds = append(ds, Difference{a, b, rel})
		}
	}
	if len(ds) == 0 && n.p.form != m.p.form {
		ds = append(ds, Difference{0, 0, Selected})
	}
	return ds, true
}

func relate(a, b rune) Relation {
	c := variantClasses()
	switch {
	case c.of(a) == c.of(b):
		if c.tier1[[2]rune{a, b}] || c.tier1[[2]rune{b, a}] {
			return JISClass
		}
		return JoyoClass
	case Unreadable(a) || Unreadable(b):
		return Unread
	case broadEqual(a, b):
		return Koseki
	case lookAlikes()[[2]rune{min(a, b), max(a, b)}]:
		return Alike
	}
	return Other
}
