package normal

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// An Address is a 住所 taken apart. Use it as a pointer, and only as FoldAddress
// made it.
type Address struct{ p *AddressParts }

type addressBox struct {
	self  Address
	parts AddressParts
	// Room for what nearly every address has.
	numbers        [4]string
	municipalities [1]string
}

// AddressParts are the parts of an address, folded. They are as sensitive as the
// address itself.
type AddressParts struct {
	Received       string   // NFC
	Prefecture     string   // two digits, or empty
	Municipalities []string // 団体コード that it may lie in, of the city for a ward; usually one, none if unknown
	Implied        bool     // the municipality follows only from a ward's name: 中央区
	Ward           string   // code of the ward, or empty
	Former         string   // the municipality's name where it is one of the past: 糸島郡二丈町
	FormerOpen     bool     // what the town of Former is called today is not known
	Street         string   // 通り名 of 京都市 before the town
	Town           string   // of today, without 大字 and 字
	Section        string   // 小字: what followed 字 inside the town; part of Town too
	Numbers        []string // 丁目, 番 or 番地, 号, 枝番, as written in figures
	RoomMayBeLast  bool     // the last of Numbers may be a room's
	Ended          bool     // the last of Numbers is a 号 after a 番: only 方書 can follow
	NoNumber       bool     // 無番地
	Outside        bool     // 番外地
	Building       string   // 方書 without the room
	Room           string   // last number of the 方書
}

// Reveal returns the parts. The caller MUST NOT change them.
func (a *Address) Reveal() *AddressParts { return a.p }

// FoldAddress takes a 住所 apart by the embedded tables; see [Tables.FoldAddress].
func FoldAddress(s, municipality string) *Address {
	return embeddedTables().FoldAddress(s, municipality)
}

// FoldAddress takes a 住所 apart; nil for a text that holds nothing but spaces.
// municipality is the 市町村コード that stands beside it, five or six digits, or
// empty: where it is given it decides.
func (t *Tables) FoldAddress(s, municipality string) *Address {
	if s == "" {
		return nil
	}
	a := new(addressBox)
	if !t.foldAddress(a, s, municipality, t.fronts.seek(s, municipality)) {
		return nil
	}
	return &a.self
}

// foldAddress is FoldAddress into an empty box; it reports false for a text that
// holds nothing but spaces.
func (t *Tables) foldAddress(a *addressBox, s, municipality string, k seek) bool {
	return t.foldFront(a, s, municipality, k) || t.foldWhole(a, s, municipality)
}

// foldWhole takes any address apart, from its first character on.
func (t *Tables) foldWhole(a *addressBox, s, municipality string) bool {
	s = toNFC(s)
	var buf [96]rune
	r := foldAddressText(buf[:0], toNFC(ExpandJuki(s)))
	r = skipSpaces(r)
	if len(r) == 0 {
		return false
	}
	p := &a.parts
	a.self.p, p.Received, p.Numbers = p, s, a.numbers[:0]
	found, r := p.place(t.places, r, municipality)
	if len(p.Municipalities) == 1 && strings.HasPrefix(p.Municipalities[0], kyotoCity) {
		r = p.cutStreet(r)
	}
	town, rest := cutTown(r, found)
	p.setTown(town)
	if len(found) == 1 && found[0].former != "" {
		p.setToday(found[0])
	}
	rest = p.cutNumbers(rest)
	p.setBuilding(rest)
	if p.Ward == "" && len(found) == 1 && len(found[0].wards) > 0 && p.Town != "" {
		_, p.Ward = knownTown(found, p.Town)
	}
	return true
}

// kyotoCity is the front of the 団体コード of 京都市.
const kyotoCity = "26100"

// place takes prefecture and municipality off the front of r and reconciles them
// with the code that stands beside the address.
func (p *AddressParts) place(all *places, r []rune, code string) (found []*place, rest []rune) {
	var given *place
	givenCode := ""
	if len(code) >= 5 {
		if given = all.byCode[code[:5]]; given == nil && !all.namesFormer(r, code) {
			given = &place{code: code, only: []string{code}}
		}
	}
	if given != nil {
		givenCode = given.code
	}
	p.Prefecture, found, rest = all.cut(r, givenCode)
	switch {
	case given == nil:
	case len(found) == 0, given.ward != "" && given.ward != found[0].ward:
		found = []*place{given}
	default:
		found = found[:1]
	}
	if len(found) == 1 {
		pl := found[0]
		p.Municipalities, p.Ward, p.Implied, p.Former = pl.only, pl.ward, pl.implied && given == nil, pl.former
		return found, rest
	}
	for _, pl := range found {
		if !slices.Contains(p.Municipalities, pl.code) {
			p.Municipalities = append(p.Municipalities, pl.code)
		}
		p.Implied = p.Implied || pl.implied
	}
	return found, rest
}

// namesFormer reports whether the address names one municipality of the past in
// the prefecture of the code. A code that no table has went with its municipality;
// a row of a list gives the name alone, and both must be read alike.
func (p *places) namesFormer(r []rune, code string) bool {
	_, found, _ := p.cut(r, "")
	return len(found) == 1 && found[0].former != "" && strings.HasPrefix(found[0].code, code[:2])
}

// setToday gives the town of a municipality of the past its name of today, where
// the tables know it.
func (p *AddressParts) setToday(pl *place) {
	town, section := strings.TrimSuffix(p.Town, p.Section), p.Section
	today, known := pl.today(town)
	if !known && len(pl.wards) > 0 {
		known, _ = knownTown([]*place{pl}, town)
	}
	p.Town, p.FormerOpen = today+section, !known
}

// cutStreet takes a 通り名 off the front: all up to the last 上る, 下る, 東入, 西入.
func (p *AddressParts) cutStreet(r []rune) []rune {
	s := string(r)
	end := -1
	for _, w := range []string{"上ル", "下ル", "東入ル", "西入ル", "東入", "西入", "上ガル", "下ガル"} {
		if at := strings.LastIndex(s, w); at >= 0 {
			end = max(end, at+len(w))
		}
	}
	if end <= 0 || strings.ContainsAny(s[:end], "0123456789") {
		return r
	}
	// 上る and 上がる, 東入 and 東入る are one.
	p.Street = strings.ReplaceAll(strings.ReplaceAll(s[:end], "ガル", "ル"), "入ル", "入")
	return skipSpaces([]rune(strings.TrimPrefix(s[end:], "ル")))
}

// setTown keeps the town and its 小字.
func (p *AddressParts) setTown(r []rune) {
	for len(r) > 0 && isTownMark(r[0]) {
		r = r[1:]
	}
	for len(r) > 0 && isTownMark(r[len(r)-1]) {
		r = r[:len(r)-1]
	}
	var buf [128]byte
	town, section, counted := buf[:0], -1, false
	for _, c := range r {
		switch c {
		case ' ':
			continue
		case '/':
			section = len(town)
			continue
		case '条', '線':
			counted = true
		}
		town = utf8.AppendRune(town, c)
	}
	p.Town = string(town)
	if section >= 0 {
		p.Section = p.Town[section:]
	}
	if counted {
		p.Town, p.Section = foldFigures(p.Town), foldFigures(p.Section)
	}
}

func isTownMark(r rune) bool { return r == ' ' || r == '/' || r == '-' }

func isFigure(r rune) bool { return r >= '0' && r <= '9' }

func trimZeros(s string) string {
	if t := strings.TrimLeft(s, "0"); t != "" {
		return t
	}
	return "0"
}
