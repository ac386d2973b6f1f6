package invent

import (
	"math/rand/v2"
	"strconv"
	"strings"
)

// city is a municipality or a ward of one.
type city struct {
	code   string // 全国地方公共団体コード
	pref   string
	name   string // with 郡 and with the city before a ward
	towns  []string
	people int // in thousands, for the drawing only
	urban  bool
}

// bare returns the name without its 郡, as most people write it.
func (c *city) bare() string {
	if i := strings.Index(c.name, "郡"); i > 0 && i+len("郡") < len(c.name) && !strings.HasSuffix(c.name, "市") {
		return c.name[i+len("郡"):]
	}
	return c.name
}

// district is municipalities with the running total of their people.
type district struct {
	cities []*city
	sum    []int
}

func (d *district) read(text string) error {
	rows, err := lines(text, 5)
	if err != nil {
		return err
	}
	sum := 0
	for _, f := range rows {
		n, err := strconv.Atoi(f[3])
		if err != nil || n < 1 {
			return errTable
		}
		sum += n
		d.cities = append(d.cities, &city{code: f[0], pref: f[1], name: f[2], people: n,
			towns: strings.Split(f[4], ","), urban: n >= 90 || strings.HasSuffix(f[2], "区")})
		d.sum = append(d.sum, sum)
	}
	return nil
}

func (d *district) draw(r *rand.Rand) *city {
	return d.cities[pick(d.sum, r.IntN(d.sum[len(d.sum)-1]))]
}

// numbering is how houses of a town are numbered.
type numbering uint8

const (
	blockNumber numbering = iota // 住居表示: 丁目, 番, 号
	chomeLot                     // 丁目 and 番地
	lot                          // 番地 alone
	greatLot                     // 大字 and 番地
)

// home is a dwelling: what a 住所 is written from.
type home struct {
	city     *city
	town     string
	style    numbering
	kanji    bool // 丁目 is written in 漢数字
	chome    int  // 0: none
	number   int  // 番 or 番地
	branch   int  // 号 or 枝番; 0: none
	building string
	room     int
}

// townStyle is a property of the town, the same in every world.
func townStyle(c *city, town string) (style numbering, kanji bool, chomes int) {
	h := mix(streamTowns)
	for _, b := range []byte(c.code + town) {
		h = mix(h ^ uint64(b))
	}
	roll := h % 10
	switch {
	case c.urban && roll < 7:
		style = blockNumber
	case c.urban && roll < 8, roll < 2:
		style = chomeLot
	case roll < 6 && !strings.HasSuffix(town, "町"):
		style = greatLot
	default:
		style = lot
	}
	return style, h>>8%5 == 0, 1 + int(h>>16%7)
}

func (t *tables) home(r *rand.Rand, d *district) home {
	c := d.draw(r)
	h := home{city: c, town: c.towns[r.IntN(len(c.towns))]}
	var chomes int
	h.style, h.kanji, chomes = townStyle(c, h.town)
	flats := 0
	switch h.style {
	case blockNumber:
		h.chome, h.number, h.branch, flats = 1+r.IntN(chomes), 1+r.IntN(40), 1+r.IntN(35), 38
	case chomeLot:
		h.chome, h.number, h.branch, flats = 1+r.IntN(chomes), 1+r.IntN(900), r.IntN(20), 15
	default:
		h.number, h.branch, flats = 1+r.IntN(2400), max(0, r.IntN(24)-8), 6
	}
	if r.IntN(100) < flats {
		h.building = t.buildingFirst[r.IntN(len(t.buildingFirst))] + t.buildingLast[r.IntN(len(t.buildingLast))]
		h.room = 100*(1+r.IntN(9)) + 1 + r.IntN(12)
	}
	return h
}

// next is the house beside: one number on, without the flat.
func (h home) next() home {
	if h.branch > 0 {
		h.branch++
	} else {
		h.number++
	}
	h.building, h.room = "", 0
	return h
}

// address writes the home as registers do: full width, the 方書 after U+3000.
func (h home) address() string { return h.city.pref + h.city.name + h.local() }

func (h home) local() string {
	var b strings.Builder
	if h.style == greatLot {
		b.WriteString("大字")
	}
	b.WriteString(h.town)
	if h.chome > 0 {
		if h.kanji {
			b.WriteString(kanjiNumber(h.chome))
		} else {
			b.WriteString(wide(strconv.Itoa(h.chome)))
		}
		b.WriteString("丁目")
	}
	b.WriteString(wide(strconv.Itoa(h.number)))
	switch {
	case h.style == blockNumber:
		b.WriteString("番" + wide(strconv.Itoa(h.branch)) + "号")
	case h.branch > 0:
		b.WriteString("番地" + wide(strconv.Itoa(h.branch)))
	default:
		b.WriteString("番地")
	}
	if h.building != "" {
		b.WriteString("　" + h.building + wide(strconv.Itoa(h.room)) + "号室")
	}
	return b.String()
}

// kanjiNumber writes 1 to 9999 in 漢数字.
func kanjiNumber(n int) string {
	digits := []string{"", "一", "二", "三", "四", "五", "六", "七", "八", "九"}
	var b strings.Builder
	for _, u := range []struct {
		value int
		name  string
	}{{1000, "千"}, {100, "百"}, {10, "十"}} {
		if d := n / u.value % 10; d > 0 {
			if d > 1 {
				b.WriteString(digits[d])
			}
			b.WriteString(u.name)
		}
	}
	return b.String() + digits[n%10]
}

// merger is a municipality that bears another name since a day.
type merger struct {
	code, name string // before
	since      Date
}

// before tells what the municipality of a home was called earlier: 那珂川市 was
// 筑紫郡那珂川町 until 2018, and most of 糸島市 was 前原市 until 2010.
func (h home) before() (merger, bool) {
	switch {
	case h.city.code == "402311":
		return merger{"403059", "筑紫郡那珂川町", Date{2018, 10, 1}}, true
	case h.city.code == "402303" && !strings.HasPrefix(h.town, "志摩") && !strings.HasPrefix(h.town, "二丈"):
		return merger{"402222", "前原市", Date{2010, 1, 1}}, true
	}
	return merger{}, false
}

// at returns 市町村コード and 住所 as they stood on a day.
func (h home) at(day Date) (code, address string) {
	if m, ok := h.before(); ok && day.number() < m.since.number() {
		return m.code, h.city.pref + m.name + h.local()
	}
	return h.city.code, h.address()
}
