package normal

import (
	_ "embed"
	"strings"
	"sync"
	"unicode/utf8"
)

//go:embed tables/variants_jis.tsv
var jisTable string

//go:embed tables/variants_joyo.tsv
var joyoTable string

//go:embed tables/variants_koseki.tsv
var kosekiTable string

//go:embed tables/variants_place.tsv
var placeTable string

//go:embed tables/variants_stop.txt
var stopTable string

//go:embed tables/lookalike.txt
var lookAlikeTable string

var halfKanaTable = sync.OnceValue(func() []rune { return []rune(halfKana) })

// lines yields the lines of a table that are not comments.
func lines(table string) func(func(string) bool) {
	return func(yield func(string) bool) {
		for line := range strings.Lines(table) {
			line = strings.TrimRight(line, "\r\n")
			if line == "" || line[0] == '#' {
				continue
			}
			if !yield(line) {
				return
			}
		}
	}
}

// classes are the variant classes of tiers 1 and 2: characters that are forms of
// one and the same (JIS 包摂規準・UCS 統合, 常用漢字表, 人名用漢字別表).
type classes struct {
	reps  *runeTable
	tier1 map[uint64]bool // by pair
}

var variantClasses = sync.OnceValue(func() *classes { return newClasses(jisTable, joyoTable) })

// placeClasses are wider: the names of places within one municipality are few, so
// that a wrong joining shows (a test folds every town of Japan).
var placeClasses = sync.OnceValue(func() *classes { return newClasses(jisTable, joyoTable, placeTable) })

// newClasses joins the pairs of tables; those of the first are tier 1.
func newClasses(tables ...string) *classes {
	parent := map[rune]rune{}
	find := func(r rune) rune {
		for parent[r] != 0 && parent[r] != r {
			r = parent[r]
		}
		return r
	}
	c := &classes{reps: newRuneTable(), tier1: map[uint64]bool{}}
	for i, table := range tables {
		for line := range lines(table) {
			from, rest, _ := strings.Cut(line, "\t")
			to, _, _ := strings.Cut(rest, "\t")
			a, b := []rune(from)[0], []rune(to)[0]
			if i == 0 {
				c.tier1[pair(a, b)] = true
			}
			// The right column is the usual form; it stays the representative.
			ra, rb := find(a), find(b)
			parent[rb] = rb
			if ra != rb {
				parent[ra] = rb
			}
		}
	}
	for r := range parent {
		c.reps.set(r, find(r))
	}
	return c
}

// of is the representative of r's class; r itself where it has no variants.
func (c *classes) of(r rune) rune {
	if rep := c.reps.get(r); rep != 0 {
		return rep
	}
	return r
}

// append appends the representatives of the characters of s.
func (c *classes) append(dst []byte, s string) []byte {
	for _, r := range s {
		dst = utf8.AppendRune(dst, c.of(r))
	}
	return dst
}

// koseki is tier 3: from a character one directed hop to its 正字 in 戸籍統一文字.
type koseki struct {
	hops *runeTable
	to   []string
	stop map[uint64]bool // of representatives, by pair
}

var kosekiHops = sync.OnceValue(func() *koseki {
	k := &koseki{hops: newRuneTable(), to: []string{""}, stop: pairs(stopTable, variantClasses().of)}
	for line := range lines(kosekiTable) {
		from, to, _ := strings.Cut(line, "\t")
		k.hops.set([]rune(from)[0], rune(len(k.to)))
		k.to = append(k.to, to)
	}
	return k
})

// lookAlikes are the pairs of characters that look alike, and the characters that
// are in some pair.
var lookAlikes = sync.OnceValue(func() *looks {
	l := &looks{pairs: pairs(lookAlikeTable, func(r rune) rune { return r }), in: newRuneTable()}
	for p := range l.pairs {
		l.in.set(rune(p>>32), 1)
		l.in.set(rune(uint32(p)), 1)
	}
	return l
})

type looks struct {
	pairs map[uint64]bool
	in    *runeTable
}

func alike(a, b rune) bool {
	l := lookAlikes()
	return l.in.get(a) != 0 && l.in.get(b) != 0 && l.pairs[pair(a, b)]
}

// pair is two characters in either order.
func pair(a, b rune) uint64 { return uint64(min(a, b))<<32 | uint64(max(a, b)) }

func pairs(table string, fold func(rune) rune) map[uint64]bool {
	m := map[uint64]bool{}
	for line := range lines(table) {
		r := []rune(line)
		m[pair(fold(r[0]), fold(r[1]))] = true
	}
	return m
}

// broadEqual reports whether a and b meet when each may take one tier-3 hop and
// then tiers 1–2, and no line of the stop-list keeps them apart.
func broadEqual(a, b rune) bool {
	c, k := variantClasses(), kosekiHops()
	va, vb := c.of(a), c.of(b)
	if va == vb {
		return true
	}
	ta, tb := k.to[k.hops.get(a)], k.to[k.hops.get(b)]
	if ta == "" && tb == "" || k.stop[pair(va, vb)] {
		return false
	}
	for _, x := range ta {
		if c.of(x) == vb {
			return true
		}
		for _, y := range tb {
			if c.of(x) == c.of(y) {
				return true
			}
		}
	}
	for _, y := range tb {
		if c.of(y) == va {
			return true
		}
	}
	return false
}

// A runeTable gives a value for a character; 0 for one that was not set. It holds
// a page for each 256 characters of the BMP, which costs less than a map.
type runeTable struct {
	pages [256]*[256]rune
	other map[rune]rune // beyond the BMP
}

func newRuneTable() *runeTable { return &runeTable{other: map[rune]rune{}} }

func (t *runeTable) set(r, value rune) {
	if r > 0xFFFF {
		t.other[r] = value
		return
	}
	page := t.pages[r>>8]
	if page == nil {
		page = new([256]rune)
		t.pages[r>>8] = page
	}
	page[r&0xFF] = value
}

func (t *runeTable) get(r rune) rune {
	if r > 0xFFFF {
		return t.other[r]
	}
	if page := t.pages[r>>8&0xFF]; page != nil {
		return page[r&0xFF]
	}
	return 0
}
