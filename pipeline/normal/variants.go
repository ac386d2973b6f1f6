package normal

import (
	_ "embed"
	"strings"
	"sync"
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
	pages [256]*[256]rune // BMP: the representative, or 0
	other map[rune]rune   // beyond it
	tier1 map[[2]rune]bool
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
	c := &classes{other: map[rune]rune{}, tier1: map[[2]rune]bool{}}
	for i, table := range tables {
		for line := range lines(table) {
			from, rest, _ := strings.Cut(line, "\t")
			to, _, _ := strings.Cut(rest, "\t")
			a, b := []rune(from)[0], []rune(to)[0]
			if i == 0 {
				c.tier1[[2]rune{a, b}] = true
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
		c.set(r, find(r))
	}
	return c
}

func (c *classes) set(r, rep rune) {
	if r > 0xFFFF {
		c.other[r] = rep
		return
	}
	page := c.pages[r>>8]
	if page == nil {
		page = new([256]rune)
		c.pages[r>>8] = page
	}
	page[r&0xFF] = rep
}

// of is the representative of r's class; r itself where it has no variants.
func (c *classes) of(r rune) rune {
	if r > 0xFFFF {
		if rep, ok := c.other[r]; ok {
			return rep
		}
		return r
	}
	if page := c.pages[r>>8]; page != nil && page[r&0xFF] != 0 {
		return page[r&0xFF]
	}
	return r
}

// koseki is tier 3: from a character one directed hop to its 正字 in 戸籍統一文字.
type koseki struct {
	to   map[rune]string
	stop map[[2]rune]bool // of representatives, in order
}

var kosekiHops = sync.OnceValue(func() *koseki {
	k := &koseki{to: make(map[rune]string, 12_000), stop: pairs(stopTable, variantClasses().of)}
	for line := range lines(kosekiTable) {
		from, to, _ := strings.Cut(line, "\t")
		k.to[[]rune(from)[0]] = to
	}
	return k
})

var lookAlikes = sync.OnceValue(func() map[[2]rune]bool {
	return pairs(lookAlikeTable, func(r rune) rune { return r })
})

func pairs(table string, fold func(rune) rune) map[[2]rune]bool {
	m := map[[2]rune]bool{}
	for line := range lines(table) {
		r := []rune(line)
		a, b := fold(r[0]), fold(r[1])
		m[[2]rune{min(a, b), max(a, b)}] = true
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
	ta, tb := k.to[a], k.to[b]
	if ta == "" && tb == "" || k.stop[[2]rune{min(va, vb), max(va, vb)}] {
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
