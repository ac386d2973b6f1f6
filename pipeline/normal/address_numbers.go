package normal

import (
	"strconv"
	"strings"
	"sync"
)

// cutTown finds where the town ends and the numbers begin. Towns hold kanji
// numerals themselves (千代, 二日市, 十三): the table of towns decides there, and
// where it does not know the town, the unit after the number.
func cutTown(r []rune, found []*place) (town, rest []rune) {
	for i := 0; i < len(r) && i < townEndMax; {
		end := figuresEnd(r, i)
		switch {
		case end == i:
			if (r[i] == '無' || r[i] == '番' || r[i] == '官') && (hasWord(r[i:], "無番地") || hasWord(r[i:], "番外地") || hasWord(r[i:], "官有無番地")) {
				return r[:i], r[i:]
			}
			if i > 0 && stemAt(r, i) {
				if !hasTown(found, r[:i+1]) { // 新丁, 三郷甲 are towns
					return r[:i], r[i:]
				}
			}
			i++
		case isFigure(r[i]):
			if ordinary(r[end:]) {
				return r[:i], r[i:]
			}
			if to := longestTown(r, i, found); to > 0 {
				return r[:to], r[to:]
			}
			if !townUnit(r[end:]) {
				return r[:i], r[i:]
			}
			i = end
		default:
			if cut, ok := kanjiCut(r, i, end, found); ok {
				return r[:cut], r[cut:]
			}
			i = end
		}
	}
	return r, nil
}

// townEndMax is how far into an address its numbers are looked for, so that a
// text that is no address costs no more than its length.
const townEndMax = 100

// figuresEnd is the end of the run of Arabic or kanji figures at i; i if there is
// none.
func figuresEnd(r []rune, i int) int {
	end := i
	arabic := i < len(r) && isFigure(r[i])
	for end < len(r) && (arabic && isFigure(r[end]) || !arabic && kanjiFigure(r[end]) >= 0) {
		end++
	}
	return end
}

// ordinary reports what follows a number in nearly every address: nothing, a
// hyphen, or a unit before another number.
func ordinary(after []rune) bool {
	if len(after) == 0 || after[0] == '-' || after[0] == ' ' {
		return true
	}
	if after[0] == 'ノ' {
		return figuresEnd(after, 1) > 1
	}
	u, size := unitAt(after)
	if u == go_ {
		return false // no address begins with 号; a town may: 10号北
	}
	after = skipSpaces(after[size:])
	return size > 0 && (len(after) == 0 || after[0] == '-' || after[0] == 'ノ' || figuresEnd(after, 0) > 0)
}

// townUnit reports the words that make a number part of a town's name: 北1条西.
func townUnit(after []rune) bool {
	for _, w := range [...]string{"条", "線", "号線", "町", "区"} {
		if hasWord(after, w) {
			return true
		}
	}
	return false
}

// longestTown is the end of the longest known town that reaches beyond from and
// before which the numbers can begin; 0 if there is none.
func longestTown(r []rune, from int, found []*place) int {
	for to := min(townsReach(found, r), from+townRunesMax); to > from; to-- {
		if to < len(r) && isFigure(r[to]) && isFigure(r[to-1]) {
			continue
		}
		if hasTown(found, r[:to]) {
			return to
		}
	}
	return 0
}

// townRunesMax is how far beyond its first figure a town's name is looked for.
const townRunesMax = 12

// numberUnit reports the words that make kanji figures a number of the address.
func numberUnit(after []rune) bool {
	switch {
	case len(after) == 0, after[0] == ' ', after[0] == '-', hasWord(after, "丁目"), hasWord(after, "番地"), hasWord(after, "地割"):
		return true
	case after[0] == '番':
		return ordinary(after)
	case after[0] == '号':
		return !hasWord(after, "号線")
	case after[0] == 'ノ':
		return len(after) > 1 && (isFigure(after[1]) || kanjiFigure(after[1]) >= 0)
	}
	return false
}

// kanjiCut decides where in a run of kanji figures the numbers begin.
func kanjiCut(r []rune, i, end int, found []*place) (cut int, ok bool) {
	if !numberUnit(r[end:]) {
		return 0, false
	}
	if to := longestTown(r, end, found); to > 0 {
		return to, true
	}
	_, valid := kanjiNumber(string(r[i:end]))
	if i > 0 && valid && !bareEnd(r, end) {
		if hasTown(found, r[:i]) {
			return i, true
		}
	}
	for to := min(end, townsReach(found, r)); to > i; to-- { // no town is longer
		if hasTown(found, r[:to]) {
			return to, true
		}
	}
	return i, valid && !(i == 0 && bareEnd(r, end))
}

func bareEnd(r []rune, end int) bool { return end == len(r) || r[end] == ' ' }

// hasWord reports whether r begins with w.
func hasWord(r []rune, w string) bool {
	i := 0
	for _, c := range w {
		if i >= len(r) || r[i] != c {
			return false
		}
		i++
	}
	return true
}

// isStem reports the stems that go before or after a 地番: 甲123.
func isStem(r rune) bool {
	switch r {
	case '甲', '乙', '丙', '丁', '戊', '己', '庚', '辛', '壬', '癸':
		return true
	}
	return false
}

// stemAt reports a stem at i with its number behind it.
func stemAt(r []rune, i int) bool {
	if !isStem(r[i]) {
		return false
	}
	end := figuresEnd(r, i+1)
	return end > i+1 && (isFigure(r[i+1]) || numberUnit(r[end:]))
}

// isBranch reports what may follow a 地番 as a 枝番 of its own: 123番地イ.
func isBranch(r rune) bool {
	switch r {
	case 'イ', 'ロ', 'ハ', 'ニ', 'ホ', 'ヘ', 'ト':
		return true
	}
	return isStem(r)
}

// unit is the word after a number.
type unit uint8

const (
	noUnit   unit = iota
	chome         // 丁目
	ban           // 番, 番地
	go_           // 号
	roomUnit      // 号室, 階 …: the number belongs to the 方書
)

func unitAt(r []rune) (u unit, size int) {
	if len(r) == 0 {
		return noUnit, 0
	}
	var next rune
	if len(r) > 1 {
		next = r[1]
	}
	switch r[0] {
	case '丁':
		if next == '目' {
			return chome, 2
		}
	case '地':
		if next == '割' {
			return chome, 2
		}
	case '番':
		switch next {
		case '地':
			return ban, 2
		case '館':
			return roomUnit, 0
		case '外':
			if hasWord(r, "番外地") {
				return noUnit, 0
			}
		}
		return ban, 1
	case '号':
		if next == '室' || next == '棟' || next == '館' || next == '舎' || hasWord(r[1:], " 室") {
			return roomUnit, 0
		}
		return go_, 1
	case '階', '棟', '室':
		return roomUnit, 0
	case 'F':
		if next == 0 || next == ' ' {
			return roomUnit, 0
		}
	}
	return noUnit, 0
}

// cutNumbers reads the numbers and returns what is left: the 方書.
func (p *AddressParts) cutNumbers(r []rune) []rune {
	last := noUnit
	for {
		r = p.cutWords(r)
		stem := ""
		at := 0
		if len(r) > 1 && isStem(r[0]) && figuresEnd(r, 1) > 1 {
			stem, at = string(r[:1]), 1
		}
		end := figuresEnd(r, at)
		value, ok := figures(r[at:end])
		if !ok {
			return r
		}
		u, size := unitAt(r[end:])
		if u == roomUnit {
			return r
		}
		p.Numbers = append(p.Numbers, stem+value)
		p.RoomMayBeLast = (u == noUnit || u == go_) && (last == noUnit || last == go_)
		p.Ended = u == go_ && last == ban
		r = r[end+size:]
		if branch := branchAt(r); branch > 0 {
			p.Numbers = append(p.Numbers, string(r[:1]))
			p.RoomMayBeLast = false
			r = r[branch:]
		}
		next, more := continues(r, u)
		if !more {
			return r
		}
		r, last = next, u
	}
}

// cutWords takes 無番地 and 番外地 off the front.
func (p *AddressParts) cutWords(r []rune) []rune {
	if len(r) == 0 || r[0] != '無' && r[0] != '番' && r[0] != '官' {
		return r
	}
	for _, w := range []string{"官有無番地", "無番地", "番外地"} {
		if hasWord(r, w) {
			p.NoNumber = p.NoNumber || w != "番外地"
			p.Outside = p.Outside || w == "番外地"
			return skipSpaces(r[len([]rune(w)):])
		}
	}
	return r
}

// figures is the value of a run of figures, without leading zeros.
func figures(r []rune) (string, bool) {
	if len(r) == 0 {
		return "", false
	}
	if isFigure(r[0]) && len(r) <= 4 {
		n := 0
		for _, c := range r {
			n = n*10 + int(c-'0')
		}
		return smallNumbers()[n], true
	}
	s := string(r)
	if isFigure(r[0]) {
		return trimZeros(s), true
	}
	n, ok := kanjiNumber(s)
	return strconv.Itoa(n), ok
}

// smallNumbers are the texts of 0 to 9999, which nearly all numbers of an address
// are, all in one piece of memory.
var smallNumbers = sync.OnceValue(func() *[10_000]string {
	var all []byte
	var ends [10_000]int
	for i := range ends {
		all = strconv.AppendInt(all, int64(i), 10)
		ends[i] = len(all)
	}
	var t [10_000]string
	text, from := string(all), 0
	for i, to := range ends {
		t[i], from = text[from:to], to
	}
	return &t
})

// branchAt is the length of a 枝番 of one letter and the hyphen after it.
func branchAt(r []rune) int {
	at := 0
	if len(r) > 1 && (r[0] == 'ノ' || r[0] == '-') && isBranch(r[1]) {
		return 0
	}
	if len(r) == 0 || !isBranch(r[at]) {
		return 0
	}
	if len(r) == 1 || r[1] == ' ' || r[1] == '-' || isFigure(r[1]) || r[1] == '番' {
		return 1
	}
	return 0
}

// continues reports whether another number follows, after a separator, a unit, or a space that can only stand inside the numbers.
func continues(r []rune, u unit) (next []rune, more bool) {
	rest, sep := r, false
	if len(rest) > 0 && (rest[0] == 'ノ' || rest[0] == '-') {
		rest, sep = rest[1:], true
		if len(rest) > 0 && rest[0] == '-' {
			rest = rest[1:]
		}
	}
	spaced := len(rest) > 0 && rest[0] == ' '
	rest = skipSpaces(rest)
	end := figuresEnd(rest, 0)
	if end == 0 {
		return r, hasWord(rest, "番外地") || u == chome && (len(rest) > 0 && isStem(rest[0]) && figuresEnd(rest, 1) > 1 || hasWord(rest, "無番地"))
	}
	after, _ := unitAt(rest[end:])
	switch {
	case after == roomUnit:
		return r, false
	case !isFigure(rest[0]) && !numberUnit(rest[end:]):
		return r, false // 三菱ビル
	case sep && !spaced, u == chome:
		return rest, true
	case u == ban:
		return rest, !spaced || after == go_
	}
	return r, false
}

// foldFigures writes the kanji figures before 条 and 線 as Arabic ones: 北十一条西
// and 北11条西 are one town.
func foldFigures(town string) string {
	if !strings.ContainsAny(town, "条線") {
		return town
	}
	r := []rune(town)
	var b strings.Builder
	for i := 0; i < len(r); {
		end := figuresEnd(r, i)
		if end == i {
			b.WriteRune(r[i])
			i++
			continue
		}
		value, ok := figures(r[i:end])
		if !ok || end == len(r) || r[end] != '条' && r[end] != '線' {
			value = string(r[i:end])
		}
		b.WriteString(value)
		i = end
	}
	return b.String()
}
