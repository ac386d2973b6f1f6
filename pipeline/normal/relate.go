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
	if n.p.runes != m.p.runes {
		return ds, false
	}
	rest, other := n.p.base(), m.p.base()
	var lastA, lastB rune
	for {
		a, ok := rest.next()
		b, also := other.next()
		if !ok || !also {
			if ok != also {
				return ds, false // names longer than runes can count
			}
			break
		}
		// 〓々木 of 佐々木: what is repeated could not be read.
		again := a == '々' && b == lastB && Unreadable(lastA) || b == '々' && a == lastA && Unreadable(lastB)
		lastA, lastB = a, b
		if a != b && !again {
			rel := relate(a, b)
			if rel == Other {
				if others++; others > 1 {
					return ds, false
				}
			}
			ds = append(ds, Difference{a, b, rel})
		}
	}
	if len(ds) == 0 && !n.SameForm(m) {
		ds = append(ds, Difference{0, 0, Selected})
	}
	return ds, true
}

func relate(a, b rune) Relation {
	c := variantClasses()
	switch {
	case c.of(a) == c.of(b):
		if c.tier1[pair(a, b)] {
			return JISClass
		}
		return JoyoClass
	case Unreadable(a) || Unreadable(b):
		return Unread
	case broadEqual(a, b):
		return Koseki
	case alike(a, b):
		return Alike
	}
	return Other
}

// A Slip is how one name becomes another by one stroke of the hand that is not
// the change of a character.
type Slip uint8

// The slips.
const (
	NoSlip  Slip = iota
	Dropped      // a character of the file's name is not in the row's
	Added        // a character of the row's name is not in the file's
	Turned       // two neighbours stand in the other order
)

// SlipTo says by what slip the row's name n comes from the file's name m, variants
// folded, and which character it concerns: of Turned, the one that stands first
// in m. Names of one character are never a slip of each other.
func (n *Name) SlipTo(m *Name) (Slip, rune) {
	if n.p.far(m.p) {
		return NoSlip, 0
	}
	a, b := n.p.variantText(), m.p.variantText()
	same := 0
	for same < len(a) && same < len(b) && a[same] == b[same] {
		same++
	}
	for same > 0 && (same < len(a) && !utf8.RuneStart(a[same]) || same < len(b) && !utf8.RuneStart(b[same])) {
		same--
	}
	restA, restB := a[same:], b[same:]
	x, sizeX := utf8.DecodeRuneInString(restA)
	y, sizeY := utf8.DecodeRuneInString(restB)
	switch {
	case sizeY > 0 && restA == restB[sizeY:] && utf8.RuneCountInString(a) > 1:
		return Dropped, y
	case sizeX > 0 && restB == restA[sizeX:] && utf8.RuneCountInString(b) > 1:
		return Added, x
	case sizeX > 0 && sizeY > 0 && x != y && len(a) == len(b):
		x2, sizeX2 := utf8.DecodeRuneInString(restA[sizeX:])
		y2, sizeY2 := utf8.DecodeRuneInString(restB[sizeY:])
		if x == y2 && y == x2 && restA[sizeX+sizeX2:] == restB[sizeY+sizeY2:] {
			return Turned, y
		}
	}
	return NoSlip, 0
}

// far rules most pairs out that are no slip of each other: a character more or less
// leaves the first or the last as it is, and two that are turned leave both but in
// the shortest names.
func (n *nameParts) far(m *nameParts) bool {
	if d := int(n.runes) - int(m.runes); d < -1 || d > 1 {
		return true
	}
	if n.runes <= 3 && m.runes <= 3 {
		return false
	}
	first, last := n.variantPieces().ends()
	first2, last2 := m.variantPieces().ends()
	return first != first2 && last != last2
}
