package invent

import (
	"strconv"

	"baitai/pipeline/person"
)

// 異動事由 of the standard (住民記録システム標準仕様書) that a life here can have.
const (
	reasonMovedIn    = "01" // 国内転入
	reasonBirth      = "03" // 出生
	reasonEntered    = "06" // 職権記載
	reasonAbroad     = "22" // 国外転出
	reasonDeath      = "23" // 死亡
	reasonMovedNear  = "41" // 転居
	reasonSmall      = "42" // 軽微な修正: the municipality got another name
	reasonOfficial   = "43" // 職権修正
	reasonNewCode    = "48" // 住民票コードの変更請求
	reasonFormerName = "54" // 旧氏の記載
)

// networkStart is when the 附票 network began (令和6年5月27日): changes before came
// with the first load, many without a 通知年月日.
func networkStart() Date { return Date{2024, 5, 27} }

// life is a history while it is being written.
type life struct {
	*maker
	p   *Person
	now Version // the next version to be filed
	day Date    // of the last change
}

// live writes the history of a member.
func (m *maker) live(p *Person, c *member, h *household) {
	l := &life{maker: m, p: p}
	l.alike(c, h)
	l.now = Version{Code: m.codes.code(p.Number, 0), State: person.Present, Sex: strconv.Itoa(c.sex),
		born: l.birth(c), Registrar: l.registrar(h)}
	l.now.Birth = l.now.born.String()
	p.codes = 1
	p.Reading = full(c.surname, c.name).kana

	homes := l.homes(h)
	maiden := c.maiden.kanji != "" && c.maiden.kanji != c.surname.kanji && m.r.IntN(3) == 0
	name := full(c.surname, c.name)
	if maiden {
		name = full(c.maiden, c.name)
	}
	l.enter(c, name, homes[0])
	if maiden {
		l.marry(c)
	}
	for _, to := range homes[1:] {
		l.move(to)
	}
	l.merge(m.asOf)
	l.end(c)
	l.support()
	l.newCode()
}

// alike makes one in two thousand a stranger with the name, birth and sex of
// somebody before: the hardest negative there is. Only who lives alone: a family
// would lose its surname.
func (l *life) alike(c *member, h *household) {
	if len(l.people) < 50 || len(h.members) > 1 || l.r.IntN(700) != 0 {
		return
	}
	other := l.people[l.r.IntN(len(l.people)-40)]
	v := other.Current()
	if other.Likeness >= 0 || !v.born.complete() {
		return
	}
	surname, given := split(v.Name)
	kanaSurname, kanaGiven := split(other.Reading)
	c.surname, c.name = written{surname, kanaSurname}, written{given, kanaGiven}
	h.surname, c.born = c.surname, v.born
	c.sex, _ = strconv.Atoi(v.Sex)
	l.p.Likeness, other.Likeness = other.Number, l.p.Number
}

// birth spoils a few dates as old registers have them.
func (l *life) birth(c *member) Date {
	d := c.born
	if c.twinOf >= 0 || l.p.Likeness >= 0 || d.Year > 1950 {
		return d
	}
	switch n := l.r.IntN(2000); {
	case n < 6:
		d.Day = 0
	case n < 9:
		d.Month, d.Day = 0, 0
	case n < 10:
		d = Date{}
	case n < 11 && d.Year%4 != 0: // a day that the year did not have (j80: 暦上日でない日)
		d.Month, d.Day = 2, 29
	}
	return d
}

// registrar is where the 本籍 is: always in Fukuoka, mostly where one lives.
func (l *life) registrar(h *household) string {
	if c := h.home.city; c.pref == "福岡県" && l.r.IntN(100) < 85 {
		return c.code
	}
	return l.tables.fukuoka.draw(l.r).code
}

// homes draws where the person lived, oldest first; one in five has moved, one in
// fifty twice.
func (l *life) homes(h *household) []home {
	if l.r.IntN(5) != 0 {
		return []home{h.home}
	}
	earlier := func() home {
		if l.r.IntN(3) == 0 {
			return l.tables.home(l.r, &l.tables.elsewhere)
		}
		return l.tables.home(l.r, &l.tables.fukuoka)
	}
	if l.r.IntN(10) == 0 {
		return []home{earlier(), earlier(), h.home}
	}
	return []home{earlier(), h.home}
}

// enter files the first version.
func (l *life) enter(c *member, name written, at home) {
	from := Date{1990, 1, 1}
	l.day, l.now.Reason = between(l.r, from, l.asOf), reasonEntered
	if c.born.number() > from.number() {
		l.day, l.now.Reason = c.born.plus(l.r.IntN(14)), reasonBirth
		if l.day.number() > l.asOf.number() {
			l.day = l.asOf
		}
	}
	// Room for what comes after: the first third of the time that there was.
	if l.now.Reason == reasonEntered {
		third := Date{1990 + (l.asOf.Year-1990)/3, 12, 28}
		l.day = between(l.r, from, third)
	}
	l.now.Name, l.now.home = name.kanji, at
	l.now.Kana = l.furigana(name.kana)
	l.file(l.day)
}

// furigana leaves three of ten empty: municipalities enter them over years
// (令和5年法律48号). Small kana may stand large.
func (l *life) furigana(kana string) string {
	switch n := l.r.IntN(100); {
	case n < 30:
		return ""
	case n < 33:
		return largeKana(kana)
	}
	return kana
}

// file adds the version as it is on a day.
func (l *life) file(day Date) {
	l.day = day
	v := l.now
	v.History = len(l.p.Versions) + 1
	if v.State == person.Abroad {
		v.Municipality, v.Address = "", ""
	} else {
		v.Municipality, v.Address = v.home.at(day)
	}
	v.ChangeDate = day.String()
	v.NoticeDate = ""
	if day.number() >= networkStart().number() || l.r.IntN(3) > 0 {
		notice := day.plus(l.r.IntN(9))
		if notice.number() > l.asOf.number() {
			notice = l.asOf
		}
		v.NoticeDate = notice.String()
	}
	l.p.Versions = append(l.p.Versions, v)
}

// later draws a day for the next change.
func (l *life) later() Date { return between(l.r, l.day, l.asOf) }

func (l *life) marry(c *member) {
	day := l.later()
	l.merge(day)
	name := full(c.surname, c.name)
	l.now.Name, l.now.Reason = name.kanji, reasonOfficial
	if l.now.Kana != "" {
		l.now.Kana = name.kana
	}
	l.file(day)
	if l.r.IntN(6) == 0 {
		day = l.later()
		l.merge(day)
		l.now.FormerSurname, l.now.Reason = c.maiden.kanji, reasonFormerName
		l.file(day)
	}
}

func (l *life) move(to home) {
	day := l.later()
	l.merge(day)
	l.now.Reason = reasonMovedIn
	if to.city == l.now.home.city {
		l.now.Reason = reasonMovedNear
	}
	l.now.home = to
	l.file(day)
}

// merge files the new name of the municipality, if it got one before a day.
func (l *life) merge(day Date) {
	m, ok := l.now.home.before()
	if !ok || l.day.number() >= m.since.number() || day.number() < m.since.number() || l.now.State == person.Abroad {
		return
	}
	l.now.Reason = reasonSmall
	l.file(m.since)
}

// end lets some leave Japan and some die.
func (l *life) end(c *member) {
	age := l.asOf.Year - c.born.Year
	dead := 24 // of a thousand
	switch {
	case age > 104:
		dead = 998
	case age >= 95:
		dead = 800
	case age >= 85:
		dead = 470
	case age >= 75:
		dead = 260
	case age >= 65:
		dead = 140
	}
	switch n := l.r.IntN(1000); {
	case n < dead:
		l.now.State, l.now.Reason = person.Removed, reasonDeath
		l.file(l.later())
	case n < dead+18 && age < 70 || n < dead+3:
		day := l.later()
		l.now.State, l.now.Reason = person.Abroad, reasonAbroad
		if l.r.IntN(7) > 0 {
			_, l.now.LastAddress = l.now.home.at(day)
		}
		l.file(day)
	}
}

// support puts three of a thousand under 支援措置: most in force, some provisional,
// some ended.
func (l *life) support() {
	if n := l.r.IntN(2000); n < 6 {
		v := l.p.Current()
		if v.State == person.Present {
			v.Support = []string{"1", "1", "1", "2", "3", "1"}[n]
			l.now.Support = v.Support
		}
	}
}

// newCode changes the 住民票コード of one in two hundred (住基法30条の4), as the last
// thing that happened, so that exactly one version stands under the new code.
func (l *life) newCode() {
	if l.now.State != person.Present || l.r.IntN(190) != 0 {
		return
	}
	l.now.OldCode = l.now.Code
	l.now.Code = l.codes.code(l.p.Number, 1)
	l.now.Reason = reasonNewCode
	l.p.codes = 2
	l.file(l.later())
}
