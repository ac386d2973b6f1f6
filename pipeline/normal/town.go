package normal

import (
	"strings"
	"sync"
)

// A townSet is the towns (町域) of one municipality or ward, read when first asked.
type townSet struct {
	once sync.Once
	raw  string // with a bar between
	m    map[string]struct{}
}

// newTownSets reads tables of lines of a code and its towns; the towns of two
// lines of one code are joined.
func newTownSets(tables ...string) map[string]*townSet {
	m := make(map[string]*townSet, 2_000)
	for _, table := range tables {
		for line := range lines(table) {
			code, raw, _ := strings.Cut(line, "\t")
			if t := m[code]; t != nil {
				raw = t.raw + "|" + raw
			}
			m[code] = &townSet{raw: raw}
		}
	}
	return m
}

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

// today is the name that a town bears today: its own, or for a town of a
// municipality of the past the one that it got. A town without a name of its own
// may be called after the municipality that was: 星野村1 is 星野村1 of 八女市.
func (pl *place) today(town string) (string, bool) {
	for _, prefix := range pl.prefixes {
		if name := prefix + town; pl.towns.has(name) {
			return name, true
		}
	}
	return town, town != "" && pl.towns.has(town)
}

// knownTown reports whether one of the places has the town, and, for a place
// without a ward, the one ward that has it.
func knownTown(ps []*place, town string) (known bool, ward string) {
	town = foldFigures(town)
	wards := 0
	for _, pl := range ps {
		if !known {
			_, known = pl.today(town)
		}
		if pl.ward != "" {
			continue
		}
		for _, w := range pl.wards {
			if w.towns.has(town) {
				known, ward = true, w.ward
				wards++
			}
		}
	}
	if wards != 1 || len(ps) != 1 {
		ward = ""
	}
	return known, ward
}
