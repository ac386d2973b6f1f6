package normal

import (
	_ "embed"
	"slices"
	"strings"
	"unicode/utf8"
)

//go:embed tables/municipalities.tsv
var municipalityTable string

// A place is what a name at the front of an address may mean.
type place struct {
	code    string   // of the city or town; of the 政令市 for a ward
	ward    string   // code of the ward, or empty
	only    []string // code alone, made once
	implied bool     // a ward without its city: 中央区
	former  string   // the name by which it went, with its 郡 or city; empty for a name of today
	// prefixes are what the towns of a former municipality may bear before them
	// today: 二丈町深江 is 二丈深江 of 糸島市.
	prefixes []string
	towns    *townSet
	wards    []*place
}

// places are the municipalities of Japan by the ways in which their names are
// written, all folded.
type places struct {
	prefectures map[string]string   // 福岡県 → 40
	names       map[string][]*place // 福岡市中央区, 糟屋郡久山町, 久山町, 中央区
	byCode      map[string]*place   // by the first five digits, which hold no check digit
	fullNames   map[string]string   // code → name with its city
	figures     bool                // some name has a figure in it
}

// newPlaces reads the municipalities of today.
func newPlaces(towns map[string]*townSet) *places {
	p := &places{
		prefectures: make(map[string]string, 47),
		names:       make(map[string][]*place, 6_000),
		byCode:      make(map[string]*place, 2_000),
		fullNames:   make(map[string]string, 2_000),
	}
	for line := range lines(municipalityTable) {
		f := strings.Split(line, "\t")
		code, kind, name, city, gun := f[0], f[1], foldPlace(f[2]), f[3], foldPlace(f[4])
		switch kind {
		case "prefecture":
			p.prefectures[name] = code[:2]
		case "ward":
			of := p.byCode[city[:5]]
			pl := &place{code: city, ward: code, only: of.only, towns: towns[code]}
			of.wards = append(of.wards, pl)
			p.byCode[code[:5]] = pl
			p.fullNames[code] = p.fullNames[city] + name
			p.add(p.fullNames[code], pl)
			implied := *pl
			implied.implied = true
			p.add(name, &implied)
		default:
			pl := &place{code: code, only: []string{code}, towns: towns[code]}
			p.byCode[code[:5]] = pl
			p.fullNames[code] = name
			p.add(name, pl)
			if gun != "" {
				p.add(gun+name, pl)
			}
		}
	}
	return p
}

func (p *places) add(name string, pl *place) {
	p.names[name] = append(p.names[name], pl)
	p.figures = p.figures || strings.ContainsAny(name, "0123456789")
}

// addFormer adds a municipality or ward of the past, which lies in the one of
// today that has the code.
func (p *places) addFormer(m merged) {
	today := p.byCode[m.today[:5]]
	pl := *today
	pl.former = foldPlace(m.within + m.name)
	if town := foldPlace(m.name); strings.HasSuffix(town, "町") || strings.HasSuffix(town, "村") {
		pl.prefixes = []string{town, strings.TrimRight(town, "町村")}
	}
	if slices.Contains(p.names[pl.former], today) { // the name stayed, its code did not
		p.byCode[m.code[:5]] = today
		return
	}
	if m.code != "" {
		p.byCode[m.code[:5]] = &pl
	}
	p.add(pl.former, &pl)
	if m.within != "" {
		bare := pl
		bare.implied = strings.HasSuffix(m.within, "市")
		p.add(foldPlace(m.name), &bare)
	}
}

// foldPlace folds a name of the tables as an address is folded.
func foldPlace(s string) string { return string(foldAddressText(nil, toNFC(s))) }

// cut takes the prefecture and the municipality off the front of a folded
// address; with a code, only a municipality of that code.
func (p *places) cut(r []rune, code string) (prefecture string, found []*place, rest []rune) {
	var buf [4 * municipalityRunesMax]byte
	for _, n := range [...]int{3, 4} {
		if len(r) >= n && strings.ContainsRune("都道府県", r[n-1]) {
			if code, ok := p.prefectures[string(utf8Of(buf[:0], r[:n]))]; ok {
				prefecture, r = code, skipSpaces(r[n:])
				break
			}
		}
	}
	rest = r
	name, k := buf[:0], 0
	for i, c := range r {
		if c == ' ' {
			continue
		}
		if k == municipalityRunesMax {
			break
		}
		name = utf8.AppendRune(name, c)
		k++
		if c != '市' && c != '区' && c != '町' && c != '村' {
			continue
		}
		if hit := within(p.names[string(name)], prefecture, code); len(hit) > 0 {
			found, rest = hit, r[i+1:]
		}
	}
	return prefecture, found, skipSpaces(rest)
}

func utf8Of(dst []byte, r []rune) []byte {
	for _, c := range r {
		dst = utf8.AppendRune(dst, c)
	}
	return dst
}

// municipalityRunesMax is more than the longest name with its 郡 or city has.
const municipalityRunesMax = 14

// within keeps the places of one prefecture and of one code, where they are given.
func within(ps []*place, prefecture, code string) []*place {
	if prefecture == "" && code == "" {
		return ps
	}
	fits := func(pl *place) bool {
		return strings.HasPrefix(pl.code, prefecture) && (code == "" || pl.code == code)
	}
	unfit := 0
	for _, pl := range ps {
		if !fits(pl) {
			unfit++
		}
	}
	switch unfit {
	case 0:
		return ps
	case len(ps):
		return nil
	}
	keep := make([]*place, 0, len(ps)-unfit)
	for _, pl := range ps {
		if fits(pl) {
			keep = append(keep, pl)
		}
	}
	return keep
}

func skipSpaces(r []rune) []rune {
	for len(r) > 0 && (r[0] == ' ' || r[0] == '/') {
		r = r[1:]
	}
	return r
}
