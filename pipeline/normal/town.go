package normal

import (
	"slices"
	"strings"
	"sync"
	"unicode/utf8"
)

// A townSet is the towns (町域) of one municipality or ward, read when first asked.
type townSet struct {
	once sync.Once
	raw  string // with a bar between
	m    map[string]struct{}
	most int // characters of the longest town
	// figures says that some town has an Arabic figure in its name, folded.
	figures bool
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

// read makes the set; it is called before each use of m and most.
func (t *townSet) read() {
	t.once.Do(func() {
		t.m = make(map[string]struct{}, strings.Count(t.raw, "|")+1)
		for name := range strings.SplitSeq(t.raw, "|") {
			name = tableTown(name)
			t.most = max(t.most, utf8.RuneCountInString(name))
			name = foldFigures(name)
			t.figures = t.figures || strings.ContainsAny(name, "0123456789")
			t.m[name] = struct{}{}
		}
	})
}

func (t *townSet) has(town string) bool {
	if t == nil {
		return false
	}
	t.read()
	_, ok := t.m[town]
	return ok
}

// longest is the number of characters of the longest town.
func (t *townSet) longest() int {
	if t == nil {
		return 0
	}
	t.read()
	return t.most
}

// townsWithFigures reports whether a town of the place has an Arabic figure in its name.
func townsWithFigures(pl *place) bool {
	for _, w := range pl.wards {
		if w.towns.hasFigures() {
			return true
		}
	}
	return pl.towns.hasFigures() || slices.ContainsFunc(pl.prefixes, func(p string) bool { return strings.ContainsAny(p, "0123456789") })
}

func (t *townSet) hasFigures() bool {
	if t == nil {
		return false
	}
	t.read()
	return t.figures
}

// hasBytes is has without a string made of the name.
func (t *townSet) hasBytes(prefix string, town []byte) bool {
	if t == nil {
		return false
	}
	t.read()
	if prefix == "" {
		_, ok := t.m[string(town)]
		return ok
	}
	var buf [256]byte
	_, ok := t.m[string(append(append(buf[:0], prefix...), town...))]
	return ok
}

// hasTown reports whether one of the places has the town that the text names,
// marks within it ignored.
func hasTown(ps []*place, r []rune) bool {
	var buf [256]byte
	name := buf[:0]
	figures := false
	for _, c := range r {
		switch c {
		case '/', ' ':
			continue
		case '条', '線':
			figures = true
		}
		name = utf8.AppendRune(name, c)
	}
	if figures {
		name = []byte(foldFigures(string(name)))
	}
	for _, pl := range ps {
		if pl.towns.hasBytes("", name) && len(name) > 0 {
			return true
		}
		for _, prefix := range pl.prefixes {
			if pl.towns.hasBytes(prefix, name) {
				return true
			}
		}
		if pl.ward != "" {
			continue
		}
		for _, w := range pl.wards {
			if w.towns.hasBytes("", name) {
				return true
			}
		}
	}
	return false
}

// townsReach is where in the text the longest town of the places would end.
func townsReach(ps []*place, r []rune) int {
	most := 0
	for _, pl := range ps {
		most = max(most, pl.towns.longest())
		for _, w := range pl.wards {
			most = max(most, w.towns.longest())
		}
	}
	for i, c := range r {
		if c == '/' || c == ' ' {
			continue
		}
		if most--; most < 0 {
			return i
		}
	}
	return len(r)
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
