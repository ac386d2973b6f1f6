package invent

import (
	"strconv"
	"strings"
)

// notation is a way to write an address.
type notation struct {
	noPref, noCounty bool
	great            int    // 0 as registered, 1 never 大字, 2 with 大字 where there is a 番地 alone
	dash             string // between the numbers; empty: 丁目, 番, 号
	kanji            bool
	half             bool
	room             int // 0 as registered, 1 left out, 2 after a dash, 3 name and bare number
	ga               rune
}

// spoilAddress writes the address in other ways that mean the same.
func spoilAddress(l *lister, d *draft) bool {
	if d.Address == "" || d.v.home.city == nil {
		return false
	}
	_, registered := d.v.home.at(l.asOf)
	if registered != d.v.Where() {
		return false // written before the municipality got its name
	}
	for range 20 {
		n := l.notation()
		if town := []rune(d.v.home.town); strings.ContainsRune("一二三四五六七八九十百千", town[len(town)-1]) {
			n.kanji = false // nobody could read that
		}
		if a := n.write(d.v.home); a != d.Address {
			d.Address = a
			return d.ok()
		}
	}
	return false
}

func (l *lister) notation() notation {
	r := l.r
	n := notation{noPref: r.IntN(2) == 0, noCounty: r.IntN(2) == 0, great: r.IntN(3), half: r.IntN(2) == 0,
		room: r.IntN(4), kanji: r.IntN(8) == 0}
	if !n.kanji && r.IntN(3) > 0 {
		dashes := []string{"-", "－", "ー", "―", "‐", "の"}
		if l.spec.Format.Charset == charsetUTF8 || l.spec.Format.Charset == charsetUTF8BOM {
			dashes = append(dashes, "−", "–", "—")
		}
		n.dash = dashes[r.IntN(len(dashes))]
	}
	n.ga = []rune{0, 0, 'ケ', 'ヶ', 'が'}[r.IntN(5)]
	return n
}

func (n notation) write(h home) string {
	var b strings.Builder
	if !n.noPref {
		b.WriteString(h.city.pref)
	}
	if n.noCounty {
		b.WriteString(h.city.bare())
	} else {
		b.WriteString(h.city.name)
	}
	if h.style == greatLot && n.great != 1 || h.style == lot && n.great == 2 {
		b.WriteString("大字")
	}
	b.WriteString(n.townName(h.town))
	b.WriteString(n.numbers(h))
	if h.building != "" {
		b.WriteString(n.flat(h))
	}
	return b.String()
}

// townName swaps ケ, ヶ and が between two kanji (香椎ケ丘, 美鈴が丘).
func (n notation) townName(town string) string {
	if n.ga == 0 {
		return town
	}
	runes := []rune(town)
	for i := 1; i < len(runes)-1; i++ {
		if strings.ContainsRune("ケヶが", runes[i]) && runes[i-1] >= '一' && runes[i+1] >= '一' {
			runes[i] = n.ga
		}
	}
	return string(runes)
}

func (n notation) numbers(h home) string {
	parts := make([]int, 0, 3)
	for _, v := range []int{h.chome, h.number, h.branch} {
		if v > 0 {
			parts = append(parts, v)
		}
	}
	if n.dash != "" {
		written := make([]string, len(parts))
		for i, v := range parts {
			written[i] = n.digits(v)
		}
		return strings.Join(written, n.dash)
	}
	var b strings.Builder
	if h.chome > 0 {
		b.WriteString(n.digits(h.chome) + "丁目")
	}
	b.WriteString(n.digits(h.number))
	switch {
	case h.style == blockNumber:
		b.WriteString("番" + n.digits(h.branch) + "号")
	case h.branch > 0:
		b.WriteString("番地の" + n.digits(h.branch))
	default:
		b.WriteString("番地")
	}
	return b.String()
}

func (n notation) digits(v int) string {
	switch {
	case n.kanji:
		return kanjiNumber(v)
	case n.half:
		return strconv.Itoa(v)
	}
	return wide(strconv.Itoa(v))
}

func (n notation) flat(h home) string {
	room := strconv.Itoa(h.room)
	if !n.half {
		room = wide(room)
	}
	switch {
	case n.room == 1:
		return ""
	case n.room == 2 && n.dash != "" && n.dash != "の" && h.style == blockNumber:
		return n.dash + room
	case n.room == 3:
		return "　" + h.building + room
	}
	return "　" + h.building + room + "号室"
}

// spoilMerged gives the address with the municipality's old name.
func spoilMerged(l *lister, d *draft) bool {
	old, ok := d.v.home.before()
	if !ok || d.Address == "" {
		return false
	}
	d.Address = d.v.home.city.pref + old.name + d.v.home.local()
	if l.r.IntN(2) == 0 {
		_, bare, counted := strings.Cut(old.name, "郡")
		if counted {
			d.Address = d.v.home.city.pref + bare + d.v.home.local()
		}
	}
	d.ok()
	if d.Code == "" { // whether an old name counts as notation or as another address is the table's matter
		d.accept = append(d.accept, review)
	}
	return true
}
