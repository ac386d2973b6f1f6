package invent

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"baitai/formats/charset"
	"baitai/pipeline/person"
)

func clean(_ *lister, d *draft) bool { return d.ok() }

// spoilWidth writes the same in other widths, spaces and marks.
func spoilWidth(l *lister, d *draft) bool {
	before := d.Row
	space := []string{"", " ", "　", "  ", "　　"}[l.r.IntN(5)]
	d.Name = strings.ReplaceAll(d.Name, "　", space)
	switch l.r.IntN(4) {
	case 0:
		d.Kana = halfKana(katakana(d.Kana))
	case 1:
		d.Kana = katakana(d.Kana)
	case 2:
		d.Kana = strings.ReplaceAll(d.Kana, "　", space)
	case 3:
		d.Kana = largeKana(d.Kana)
	}
	if l.r.IntN(2) == 0 {
		d.Address = narrow(d.Address)
	}
	if l.r.IntN(3) == 0 {
		d.Code, d.Birth, d.Sex = wide(d.Code), wide(d.Birth), wide(d.Sex)
	}
	if l.r.IntN(4) == 0 && d.Name != "" {
		d.Name = " " + d.Name + "　"
	}
	return d.Row != before && d.ok()
}

func spoilNear(l *lister, d *draft) bool { return l.otherShape(d, l.tables.near) && d.ok() }

func spoilFar(l *lister, d *draft) bool {
	if !l.otherShape(d, l.tables.far) {
		return false
	}
	d.ok()
	if d.Code == "" {
		d.accept = []string{review, stateAnswer(d.v.State)}
	}
	return true
}

// otherShape writes one kanji of the name in another shape.
func (l *lister) otherShape(d *draft, pairs map[rune][]kanjiPair) bool {
	name := []rune(d.Name)
	for _, i := range l.r.Perm(len(name)) {
		if p := pairs[name[i]]; len(p) > 0 {
			name[i] = p[l.r.IntN(len(p))].other
			d.Name = string(name)
			return true
		}
	}
	return false
}

// spoilUnreadable puts a mark where a character was.
func spoilUnreadable(l *lister, d *draft) bool {
	if d.Name == "" {
		return false
	}
	l.mark(d, []rune("〓●■？?")[l.r.IntN(5)])
	return d.doubtful(badChar)
}

func (l *lister) mark(d *draft, mark rune) {
	name := []rune(d.Name)
	i := l.r.IntN(len(name))
	for name[i] == '　' {
		i = l.r.IntN(len(name))
	}
	name[i] = mark
	d.Name = string(name)
}

// spoilPast takes an address, a name or a 旧氏 from an earlier version.
func spoilPast(l *lister, d *draft) bool {
	var earlier []*Version
	for i := range d.p.Versions {
		v := &d.p.Versions[i]
		if v.Where() != "" && v.Where() != d.v.Where() || v.Name != d.v.Name {
			earlier = append(earlier, v)
		}
	}
	if len(earlier) == 0 {
		return false
	}
	v := earlier[l.r.IntN(len(earlier))]
	d.Name, d.Address = v.Name, v.Where()
	if v.Name != d.v.Name && l.r.IntN(3) == 0 {
		surname, _ := split(v.Name)
		d.Name, d.Former, d.Address = d.v.Name, surname, d.v.Where()
	}
	if d.Name != d.v.Name {
		d.Kana = ""
	}
	return d.ok()
}

// spoilEra writes the date of birth as people do.
func spoilEra(l *lister, d *draft) bool {
	b := d.v.born
	if !b.complete() || b.Month == 2 && b.Day > daysIn(b.Year, 2) {
		return false
	}
	e, y := b.era()
	first := strconv.Itoa(y)
	if y == 1 && l.r.IntN(2) == 0 {
		first = "元"
	}
	forms := []string{
		fmt.Sprintf("%s%d.%d.%d", e.letter, y, b.Month, b.Day),
		fmt.Sprintf("%s%02d.%02d.%02d", e.letter, y, b.Month, b.Day),
		fmt.Sprintf("%s%s年%d月%d日", e.kanji, first, b.Month, b.Day),
		wide(fmt.Sprintf("%s%s年%d月%d日", e.kanji, first, b.Month, b.Day)),
		fmt.Sprintf("%s%d.%d.%d", e.short, y, b.Month, b.Day),
		fmt.Sprintf("%s%02d%02d%02d", e.code, y, b.Month, b.Day),
		fmt.Sprintf("%d/%d/%d", b.Year, b.Month, b.Day),
		wide(fmt.Sprintf("%d/%02d/%02d", b.Year, b.Month, b.Day)),
		fmt.Sprintf("%04d%02d%02d", b.Year, b.Month, b.Day),
		fmt.Sprintf("%d年%d月%d日", b.Year, b.Month, b.Day),
		fmt.Sprintf("%d.%d.%d", b.Year, b.Month, b.Day),
		fmt.Sprintf("%s%s年%s月%s日", e.kanji, kanjiNumber(y), kanjiNumber(b.Month), kanjiNumber(b.Day)),
	}
	d.Birth = forms[l.r.IntN(len(forms))]
	return d.ok()
}

// spoilWrongEra writes a year that its era never had.
func spoilWrongEra(l *lister, d *draft) bool {
	b := d.v.born
	if !b.complete() || b.Year < 1990 {
		return false
	}
	d.Birth = fmt.Sprintf("昭和%d年%d月%d日", b.Year-1925, b.Month, b.Day)
	if l.r.IntN(2) == 0 {
		d.Birth = fmt.Sprintf("T%d.%d.%d", b.Year-1911, b.Month, b.Day)
	}
	return d.never(badInput)
}

// spoilBirth gives a date that is nearly right.
func spoilBirth(l *lister, d *draft) bool {
	b := d.v.born
	if !b.complete() {
		return false
	}
	switch l.r.IntN(4) {
	case 0:
		if b.Day > 12 || b.Day == b.Month {
			return false
		}
		b.Month, b.Day = b.Day, b.Month
	case 1:
		b.Year += []int{-1, 1}[l.r.IntN(2)]
		if b.Year/10 != d.v.born.Year/10 || b.Year > l.asOf.Year || b.Day > daysIn(b.Year, b.Month) {
			return false
		}
	case 2:
		b.Day = b.Day/10*10 + (b.Day+1+l.r.IntN(8))%10
		if b.Day == 0 || b.Day == d.v.born.Day || b.Day > daysIn(b.Year, b.Month) {
			return false
		}
	case 3:
		b.Day = 0
	}
	d.Birth = b.String()
	return d.doubtful()
}

// spoilSex leaves the sex out, writes it otherwise, or gets it wrong.
func spoilSex(l *lister, d *draft) bool {
	switch n := l.r.IntN(6); n {
	case 0, 1, 2:
		d.Sex = []string{"", "0", "9"}[n]
	case 3:
		d.Sex = map[string]string{"1": "男", "2": "女"}[d.v.Sex]
	case 4:
		d.Sex = map[string]string{"1": "M", "2": "F"}[d.v.Sex]
	case 5:
		d.Sex = map[string]string{"1": "2", "2": "1"}[d.v.Sex]
		d.ok()
		if d.Code == "" {
			d.accept = []string{nobody, review}
		}
		return true
	}
	return d.ok()
}

func spoilOrder(l *lister, d *draft) bool {
	surname, given := split(d.Name)
	if l.r.IntN(2) == 0 {
		d.Name = surname + given
		return d.ok()
	}
	d.Name = given + []string{"　", " "}[l.r.IntN(2)] + surname
	kanaSurname, kanaGiven := split(d.Kana)
	d.Kana = kanaGiven + "　" + kanaSurname
	return d.doubtful(stateAnswer(d.v.State))
}

func spoilKanaOnly(_ *lister, d *draft) bool {
	d.Name = ""
	d.ok()
	if d.v.Kana == "" && d.Code == "" {
		d.accept = []string{review, stateAnswer(d.v.State)}
	}
	return true
}

// spoilTypo puts a kanji for another that looks or sounds like it.
func spoilTypo(l *lister, d *draft) bool {
	name := []rune(d.Name)
	for _, i := range l.r.Perm(len(name)) {
		if s := l.tables.slips[name[i]]; len(s) > 0 {
			name[i] = s[l.r.IntN(len(s))]
			d.Name = string(name)
			return d.doubtful()
		}
	}
	return false
}

// spoilLossy sends the name through a character set that lacks some of it.
func spoilLossy(l *lister, d *draft) bool {
	name := []rune(d.Name)
	for i, c := range name {
		if c == ivsSelector {
			continue
		}
		if !charset.Encodable(c) || strings.ContainsRune("髙﨑德瀨濵", c) {
			name[i] = []rune("?？〓")[l.r.IntN(3)]
		}
	}
	if string(name) == d.Name {
		return false
	}
	d.Name = strings.ReplaceAll(string(name), string(ivsSelector), "")
	return d.doubtful(badChar)
}

// spoilSheet does to a row what opening it in a spreadsheet does.
func spoilSheet(l *lister, d *draft) bool {
	switch l.r.IntN(3) {
	case 0:
		if d.v.Code[0] != '0' {
			return false
		}
		d.Code = d.v.Code[1:]
		return d.never(badInput, badDigit)
	case 1:
		n, err := strconv.ParseFloat(d.v.Code, 64)
		if err != nil {
			return false
		}
		d.Code = strings.Replace(strconv.FormatFloat(n, 'E', 5, 64), "E+0", "E+", 1)
		return d.never(badInput, badDigit)
	}
	if !d.v.born.complete() || d.v.born.Year < 1928 {
		return false
	}
	d.Birth = strconv.Itoa(serial(d.v.born))
	return d.never(badInput)
}

// serial counts days as a spreadsheet does (1900-01-01 is 1, and 1900 is taken
// for a leap year).
func serial(d Date) int {
	y, m := d.Year, d.Month
	if m <= 2 {
		y, m = y-1, m+12
	}
	return 365*y + y/4 - y/100 + y/400 + (153*(m-3)+2)/5 + d.Day - 693900
}

// spoilState takes people whose record has moved on.
func spoilState(_ *lister, d *draft) bool {
	if d.v.OldCode != "" {
		d.Code = d.v.OldCode
		return d.ok()
	}
	return d.v.State != person.Present && d.ok()
}

func katakana(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'ぁ' && r <= 'ゖ' {
			return r + 'ァ' - 'ぁ'
		}
		return r
	}, s)
}

// halfKana writes katakana in half width; marks of voice become characters.
func halfKana(s string) string {
	const wideKana = "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲンァィゥェォャュョッー　ヴ"
	half := []rune("ｱｲｳｴｵｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾅﾆﾇﾈﾉﾊﾋﾌﾍﾎﾏﾐﾑﾒﾓﾔﾕﾖﾗﾘﾙﾚﾛﾜｦﾝｧｨｩｪｫｬｭｮｯｰ ")
	all := []rune(wideKana)
	const voiced, plain = "ガギグゲゴザジズゼゾダヂヅデドバビブベボ", "カキクケコサシスセソタチツテトハヒフヘホ"
	const puffed, plainPuffed = "パピプペポ", "ハヒフヘホ"
	var b strings.Builder
	for _, r := range s {
		mark := ""
		if i := slices.Index([]rune(voiced), r); i >= 0 {
			r, mark = []rune(plain)[i], "ﾞ"
		} else if i := slices.Index([]rune(puffed), r); i >= 0 {
			r, mark = []rune(plainPuffed)[i], "ﾟ"
		} else if r == 'ヴ' {
			r, mark = 'ウ', "ﾞ"
		}
		if i := slices.Index(all, r); i >= 0 && i < len(half) {
			r = half[i]
		}
		b.WriteRune(r)
		b.WriteString(mark)
	}
	return b.String()
}

// narrow writes full-width digits, letters and the space in half width.
func narrow(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '！' && r <= '～':
			return r - 0xFEE0
		case r == '　':
			return ' '
		}
		return r
	}, s)
}
