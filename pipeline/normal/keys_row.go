package normal

import "slices"

// rowKeys appends the keys of a row with 氏名 in two parts, a whole 生年月日 and a 住所 in
// one municipality, and nothing else to be found by, as nearly all rows of a large list
// have; ok is false, and nothing is appended, for any other. They are those of
// [PersonKeys], in the same order.
//
// A hash waits for each of its bytes, so that a processor computes four of them at once
// in the time of one: those of the name in both orders for two kinds, and then those of
// three kinds over one address.
func (f *Folded) rowKeys(dst []Key) (_ []Key, ok bool) {
	birth, dated := keyBirth(f.Birth)
	if f.version || f.Name == nil || f.Address == nil || f.Kana != nil || f.Former != nil || !dated || !f.Code.IsZero() || !f.OldCode.IsZero() {
		return dst, false
	}
	a, own := f.Address.p, f.Name.p.parts()
	var text [96]byte // surname, given name, surname
	n, turn := len(own.a)+len(own.b), len(own.a)
	if len(a.Municipalities) != 1 || own.b == "" || own.a == "" || n+turn > len(text) {
		return dst, false
	}
	copy(text[:], own.a)
	copy(text[turn:], own.b)
	copy(text[n:], own.a)
	straight, turned := text[:n], text[turn:][:n]
	if string(straight) == string(turned) { // 林　林, 林　林林: one key, not two
		return dst, false
	}
	birth1, birth2 := newHash(KeyNameBirth), newHash(KeyNameBirth)
	place1, place2 := newHash(KeyNameAddress), newHash(KeyNameAddress)
	for i, c := range straight {
		d := turned[i]
		birth1, place1 = birth1.byte(c), place1.byte(c)
		birth2, place2 = birth2.byte(d), place2.byte(d)
	}
	names := [...]hash{birth1.byte(0xFF).date(birth), birth2.byte(0xFF).date(birth)}
	at := [...]hash{place1.byte(0xFF), place2.byte(0xFF), newHash(KeyBirthAddress).date(birth)}
	first, second := "", ""
	if len(a.Numbers) > 0 {
		first = a.Numbers[0]
	}
	if len(a.Numbers) > 1 {
		second = a.Numbers[1]
	}
	for _, s := range [...]string{a.Municipalities[0], a.Ward, first} {
		x, y, z := at[0], at[1], at[2]
		for i := range len(s) {
			c := s[i]
			x, y, z = x.byte(c), y.byte(c), z.byte(c)
		}
		at = [...]hash{x.byte(0xFF), y.byte(0xFF), z.byte(0xFF)}
	}
	dst = slices.Grow(dst, keysUsual)
	for i, kind := range [...]KeyKind{KeyNameAddress, KeyNameAddress, KeyBirthAddress} {
		if i < len(names) {
			dst = append(dst, Key{KeyNameBirth, uint64(names[i])})
		}
		dst = append(dst, Key{kind, uint64(at[i].text(second))})
		if second != "" {
			dst = append(dst, Key{kind, uint64(at[i].text(""))})
		}
	}
	return dst, true
}
