package invent

import (
	"slices"
	"strconv"
	"strings"

	"baitai/pipeline/person"
)

// from writes a row of a version of somebody, without a code.
func (d *draft) from(p *Person) {
	v := p.Current()
	d.p, d.v = p, v
	d.Row = Row{Ref: d.Ref, Name: v.Name, Kana: p.Reading, Birth: v.Birth, Sex: v.Sex, Address: v.Where()}
}

// strangerAlike is somebody of another prefecture with name, birth and sex of a
// person in the file.
func strangerAlike(l *lister, d *draft) bool {
	d.Code = ""
	other := l.stranger()
	if other.Current().Where() == d.Address {
		return false
	}
	d.Address = other.Current().Where()
	return d.never(review, nobody, several)
}

// strangerTwin is a twin of a person in the file.
func strangerTwin(l *lister, d *draft) bool {
	surname, given := split(d.Name)
	kanaSurname, kanaGiven := split(d.Kana)
	sex, err := strconv.Atoi(d.v.Sex)
	if err != nil || d.p.TwinOf >= 0 {
		return false
	}
	name := alike(written{given, kanaGiven}, sex)
	// In a list without 氏名 a twin with the same reading would be the same row, and
	// nobody names one twin 清 and the other 淸.
	for name.kanji == given || l.sameShapes(name.kanji, given) || !l.has[ColumnName] && name.kana == kanaGiven {
		name = l.tables.given(l.r, d.v.born.Year, sex)
	}
	d.Code, d.Name, d.Kana = "", surname+"　"+name.kanji, kanaSurname+"　"+name.kana
	l.leaveOut(d)
	return d.never(nobody, review, several)
}

// sameShapes reports whether two names differ in the shape of their kanji alone.
func (l *lister) sameShapes(a, b string) bool {
	x, y := []rune(a), []rune(b)
	if len(x) != len(y) {
		return false
	}
	for i := range x {
		pairs := slices.Concat(l.tables.near[x[i]], l.tables.far[x[i]])
		if x[i] != y[i] && !slices.ContainsFunc(pairs, func(p kanjiPair) bool { return p.other == y[i] }) {
			return false
		}
	}
	return true
}

// strangerFather has the kanji, the sex and the address of a person in the file,
// and was born a generation away.
func strangerFather(l *lister, d *draft) bool {
	if d.p.SonOf >= 0 || !d.v.born.complete() {
		return false
	}
	years := 22 + l.r.IntN(15)
	if d.v.born.Year+years <= l.asOf.Year-1 && l.r.IntN(2) == 0 {
		years = -years
	}
	born := dayOf(l.r, max(1873, d.v.born.Year-years), l.asOf)
	d.Code, d.Birth = "", born.String()
	if l.r.IntN(2) == 0 {
		d.Kana = ""
	}
	return d.never(nobody, review)
}

// strangerOtherBirth differs in the birth only.
func strangerOtherBirth(l *lister, d *draft) bool {
	if !d.v.born.complete() {
		return false
	}
	born := dayOf(l.r, max(1900, min(l.asOf.Year, d.v.born.Year-20+l.r.IntN(41))), l.asOf)
	if born == d.v.born {
		return false
	}
	d.Code, d.Birth = "", born.String()
	return d.never(nobody, review)
}

// strangerNeighbour has the same name and lives next door; every second one was
// born on the same day.
func strangerNeighbour(l *lister, d *draft) bool {
	if d.v.home.city == nil || d.Address == "" {
		return false
	}
	d.Code, d.Address = "", d.v.home.next().address()
	if l.r.IntN(2) == 0 {
		return d.never(review, nobody)
	}
	born := dayOf(l.r, max(1900, d.v.born.Year), l.asOf)
	if born == d.v.born {
		return false
	}
	d.Birth = born.String()
	return d.never(nobody, review)
}

// nobodysCode has one digit wrong, and a check digit that hides it.
func nobodysCode(l *lister, d *draft) bool {
	body := []byte(d.v.Code[:10])
	i := l.r.IntN(10)
	body[i] = '0' + (body[i]-'0'+byte(1+l.r.IntN(9)))%10
	d.Code = person.AppendCheckDigit(string(body))
	if _, held := l.Owner(d.Code); held {
		return false
	}
	return d.never(conflict)
}

// twoPeople has the code of one and the particulars of another.
func twoPeople(l *lister, d *draft) bool {
	a := l.other(d)
	if a == nil || a.Current().Birth == d.v.Birth {
		return false
	}
	d.Code = a.Current().Code
	return d.never(conflict)
}

func strangers(l *lister, d *draft) bool {
	d.from(l.stranger())
	l.leaveOut(d)
	return d.never(nobody, review)
}

// strangerFolded is another person: the name folds to the same, the birth is the
// same, the town too, but not the house.
func strangerFolded(l *lister, d *draft) bool {
	if d.v.home.city == nil || d.Address == "" {
		return false
	}
	name, changed := []rune(d.Name), false
	for i, c := range name {
		switch c { // 斎藤 and 斉藤, 渡辺 and 渡邊, 阿部 and 安部 are names apart
		case '斎':
			name[i], changed = '斉', true
		case '斉':
			name[i], changed = '斎', true
		default:
			if p := slices.Concat(l.tables.near[c], l.tables.far[c]); len(p) > 0 {
				name[i], changed = p[l.r.IntN(len(p))].other, true
			}
		}
		if changed {
			break
		}
	}
	if !changed {
		return false
	}
	h := d.v.home.next()
	h.number += 7
	d.Code, d.Name, d.Address = "", string(name), h.address()
	return d.never(review, nobody)
}

// protectedPerson is asked for with the address or with the code.
func protectedPerson(l *lister, d *draft) bool {
	p := l.protected()
	if p == nil {
		return false
	}
	code := d.Code
	d.from(p)
	if code != "" {
		d.Code = d.v.Code
	}
	l.leaveOut(d)
	return d.never(withheld)
}

func codeAlone(_ *lister, d *draft) bool {
	d.Row = Row{Ref: d.Ref, Code: d.v.Code}
	return d.never(tooLittle)
}

func codeAndOtherAddress(l *lister, d *draft) bool {
	a := l.other(d)
	if a == nil || d.Address == "" {
		return false
	}
	d.Row = Row{Ref: d.Ref, Code: a.Current().Code, Address: d.Address}
	return d.never(tooLittle, conflict)
}

// twinsKana has one's name with the ふりがな of the twin: one of the two is wrong.
func twinsKana(l *lister, d *draft) bool {
	if d.p.TwinOf < 0 {
		return false
	}
	twin := l.inBlock(d.p.TwinOf)
	if twin == nil || twin.Reading == d.p.Reading || strings.ReplaceAll(twin.Current().Name, "　", "") == d.Name {
		return false
	}
	// Where the file holds neither reading – or only that of a twin whom the sex
	// tells apart – nothing in it contradicts the row, and nobody could know.
	held, other := d.p.Current(), twin.Current()
	if held.Kana == "" && (other.Kana == "" || other.Sex != held.Sex) {
		return false
	}
	d.Code, d.Kana = "", twin.Reading
	return d.never(review, nobody, conflict, several)
}
