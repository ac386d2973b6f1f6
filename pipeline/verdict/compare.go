package verdict

import (
	"baitai/pipeline/normal"
	"baitai/pipeline/person"
)

// Compare grades every particular of a row against the versions of one person,
// the current one first. A particular takes the best grade that any version
// reaches; one reached with an earlier version or through 旧氏 is marked Past, and
// the current version is preferred where both reach the same grade. 「登載なし」
// (Blank) stands only where no version holds the particular at all.
func Compare(row *normal.Folded, versions []*normal.Folded) (g Grades) {
	g.Compare(row, versions)
	return g
}

// Compare is [Compare] into g, where the grades stay: there are millions, and those of
// one person are a few hundred bytes.
func (g *Grades) Compare(row *normal.Folded, versions []*normal.Folded) {
	*g = Grades{}
	if row.Name != nil {
		g.Name.best(row, versions, compareName)
		g.NameHasKanji = !row.Name.KanaOnly()
	}
	if row.Kana != nil {
		g.Kana.best(row, versions, compareKana)
	}
	if !row.Birth.IsZero() {
		g.Birth.best(row, versions, compareBirth)
	}
	if row.Sex.Known() {
		g.Sex.best(row, versions, compareSex)
	}
	if row.Address != nil {
		g.Address.best(row, versions, compareAddress)
	}
	if g.Name.Grade == Differs && g.Name.Near == NotNear && fKana.Has(g.Kana.Grade) {
		g.Name.Near, g.Name.Ground = SameKanaOther, SameKanaOther.Japanese()
	}
}

// best compares one particular that the row gives with every version and keeps the
// best grade.
func (out *Graded) best(row *normal.Folded, versions []*normal.Folded, compare func(row, version *normal.Folded) Graded) {
	*out = Graded{Grade: Blank}
	for i, v := range versions {
		g := compare(row, v)
		g.Past = g.Past || i > 0
		if better(g, *out) {
			*out = g
		}
		if out.Grade == Same && !out.Past {
			return
		}
	}
	if out.Grade == Blank || out.Grade == Differs && out.Near == NotNear {
		out.Past = false // nothing was reached with any version
	}
}

// better reports whether a is to replace b: the better grade, of two differing
// ones the nearer, of two equal ones the current.
func better(a, b Graded) bool {
	switch {
	case a.Grade == Blank:
		return false
	case b.Grade == Blank:
		return true
	case a.Grade != b.Grade:
		return a.Grade < b.Grade
	case (a.Near == NotNear) != (b.Near == NotNear):
		return b.Near == NotNear
	}
	return !a.Past && b.Past
}

// compareSex compares 性別 as a value; 0 and 9 say that it is not known.
func compareSex(row, version *normal.Folded) Graded {
	switch {
	case !version.Sex.Known():
		return Graded{Grade: Blank}
	case row.Sex == version.Sex:
		return Graded{Grade: Same}
	}
	return Graded{Grade: Differs}
}

// compareBirth compares 生年月日 as dates. An unknown part on either side is never
// better than Partial, not even where both sides do not know the same part.
func compareBirth(row, version *normal.Folded) Graded {
	a, b := row.Birth.Date(), version.Birth.Date()
	switch {
	case version.Birth.IsZero():
		return Graded{Grade: Blank}
	case !a.Complete() || !b.Complete():
		if partAgrees(a.Year, b.Year, 9999) && partAgrees(a.Month, b.Month, 12) && partAgrees(a.Day, b.Day, 31) {
			return Graded{Grade: Partial, Ground: "生年月日の一部が不詳"}
		}
		return Graded{Grade: Differs}
	case a == b && row.BirthRespelled:
		return Graded{Grade: Form, Ground: "元号・書式の表記"}
	case a == b:
		return Graded{Grade: Same}
	case a.Year == b.Year && a.Month == b.Day && a.Day == b.Month:
		return Graded{Grade: Slip, Ground: "月と日が逆"}
	case wrongDigits(a, b) == 1:
		return Graded{Grade: Slip, Ground: "数字が一つ違う"}
	}
	return Graded{Grade: Differs}
}

// partAgrees reports whether a part of a date is equal or not exactly known on
// one side; rough words (春, 上旬) lie above the limit.
func partAgrees(a, b, limit int) bool {
	return a == b || a == person.Unknown || b == person.Unknown || a > limit || b > limit
}

// wrongDigits counts the places at which the eight figures of two dates differ.
func wrongDigits(a, b person.Date) int {
	x := a.Year*10_000 + a.Month*100 + a.Day
	y := b.Year*10_000 + b.Month*100 + b.Day
	n := 0
	for range 8 {
		if x%10 != y%10 {
			n++
		}
		x, y = x/10, y/10
	}
	return n
}
