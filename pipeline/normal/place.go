package normal

import (
	_ "embed"
	"strings"
	"sync"
	"unicode/utf8"
)

//go:embed tables/municipalities.tsv
var municipalityTable string

//go:embed tables/merged.tsv
var mergedTable string

//go:embed tables/towns.txt
var townTable string

// A place is what a name at the front of an address may mean.
type place struct {
	code    string   // of the city or town; of the 政令市 for a ward
	ward    string   // code of the ward, or empty
	implied bool     // a ward without its city: 中央区
	only    []string // code alone, made once
}

// places are the municipalities of Japan by the ways in which their names are
// written, all folded.
type places struct {
	prefectures map[string]string  // 福岡県 → 40
	names       map[string][]place // 福岡市中央区, 糟屋郡久山町, 久山町, 中央区
	byCode      map[string]place   // by the first five digits, which hold no check digit
	wards       map[string][]string
}

var allPlaces = sync.OnceValue(func() *places { return newPlaces(mergedTable) })

func newPlaces(merged string) *places {
	p := &places{
		prefectures: make(map[string]string, 47),
		names:       make(map[string][]place, 6_000),
		byCode:      make(map[string]place, 2_000),
		wards:       map[string][]string{},
	}
	cities := map[string]string{}
	for line := range lines(municipalityTable) {
		f := strings.Split(line, "\t")
		code, kind, name, city, gun := f[0], f[1], foldPlace(f[2]), f[3], foldPlace(f[4])
		switch kind {
		case "prefecture":
			p.prefectures[name] = code[:2]
		case "ward":
			pl := place{code: city, ward: code, only: []string{city}}
			p.byCode[code[:5]] = pl
			p.add(cities[city]+name, pl)
			p.add(name, place{code: city, ward: code, implied: true, only: []string{city}})
			p.wards[city] = append(p.wards[city], code)
		default:
			cities[code] = name
			pl := place{code: code, only: []string{code}}
			p.byCode[code[:5]] = pl
			p.add(name, pl)
			if gun != "" {
				p.add(gun+name, pl)
			}
		}
	}
	for line := range lines(merged) {
		f := strings.Split(line, "\t")
		pl, name := p.byCode[f[2][:5]], foldPlace(f[1])
		p.byCode[f[0][:5]] = pl
		p.add(name, pl)
		if _, short, ok := strings.Cut(name, "郡"); ok {
			p.add(short, pl)
		}
	}
	return p
}

func (p *places) add(name string, pl place) { p.names[name] = append(p.names[name], pl) }

// foldPlace folds a name of the tables as an address is folded.
func foldPlace(s string) string { return string(foldAddressText(nil, toNFC(s))) }

// cut takes the prefecture and the municipality off the front of a folded
// address; with a code, only a municipality of that code.
func (p *places) cut(r []rune, code string) (prefecture string, found []place, rest []rune) {
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
func within(ps []place, prefecture, code string) []place {
	if prefecture == "" && code == "" {
		return ps
	}
	if len(ps) == 1 {
		if strings.HasPrefix(ps[0].code, prefecture) && (code == "" || ps[0].code == code) {
			return ps
		}
		return nil
	}
	var keep []place
	for _, pl := range ps {
		if (prefecture == "" || strings.HasPrefix(pl.code, prefecture)) && (code == "" || pl.code == code) {
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

// A townSet is the towns (町域) of one municipality or ward, read when first asked.
type townSet struct {
	once sync.Once
	raw  string
	m    map[string]struct{}
}

var townSets = sync.OnceValue(func() map[string]*townSet {
	m := make(map[string]*townSet, 2_000)
	for line := range lines(townTable) {
		code, raw, _ := strings.Cut(line, "\t")
		m[code] = &townSet{raw: raw}
	}
	return m
})

func (t *townSet) has(town string) bool {
	if t == nil {
		return false
	}
	t.once.Do(func() {
		t.m = make(map[string]struct{}, strings.Count(t.raw, "|")+1)
		for name := range strings.SplitSeq(t.raw, "|") {
			t.m[foldFigures(strings.Trim(strings.ReplaceAll(foldPlace(name), "/", ""), " "))] = struct{}{}
		}
	})
	_, ok := t.m[town]
	return ok
}

// knownTown reports whether one of the places has the town, and, for a place
// without a ward, the one ward that has it.
func knownTown(ps []place, town string) (known bool, ward string) {
	sets, p := townSets(), allPlaces()
	town = foldFigures(town)
	wards := 0
	for _, pl := range ps {
		if pl.ward != "" {
			known = known || sets[pl.ward].has(town)
			continue
		}
		known = known || sets[pl.code].has(town)
		for _, w := range p.wards[pl.code] {
			if sets[w].has(town) {
				known, ward = true, w
				wards++
			}
		}
	}
	if wards != 1 || len(ps) != 1 {
		ward = ""
	}
	return known, ward
}
