package answer

import (
	"baitai/pipeline/person"
	"baitai/pipeline/verdict"
)

// A Line is one particular of a row beside the same particular of a person.
type Line struct {
	Name  string // of the particular, Japanese
	List  string // what the row says; personal data
	File  string // what the identity file holds; personal data, or the mask
	Grade OwnGrade
}

// Beside sets a row and one person side by side, particular by particular, for
// an operator who may see both. A person under 支援措置 is masked unless unmasked
// is set: then the address is, and so is all that could lead to it.
func Beside(q person.Query, v *person.Version, looked OwnLooked, unmasked bool) []Line {
	hide := func(s string) string {
		if looked.Protected && !unmasked && s != "" {
			return person.Mask
		}
		return s
	}
	address := v.Address.Reveal()
	if v.State == person.Abroad {
		address = v.LastAddress.Reveal()
	}
	held := ""
	if looked.HoldsCode {
		held = q.Code.Reveal()
	}
	g := func(name string) OwnGrade {
		o := looked.Grade(name)
		if looked.Protected && !unmasked {
			return OwnGrade{} // «the address agrees» would tell where the person lives
		}
		return o
	}
	return []Line{
		{"住民票コード", q.Code.Reveal(), hide(held), OwnGrade{}},
		{"氏名", q.Name.Reveal(), hide(v.Name.Reveal()), g("name")},
		{"氏名ふりがな", q.Kana.Reveal(), hide(v.Kana.Reveal()), g("kana")},
		{"旧氏", q.FormerSurname.Reveal(), hide(v.FormerSurname.Reveal()), OwnGrade{}},
		{"生年月日", q.Birth.Reveal(), hide(v.Birth.Reveal()), g("birth")},
		{"性別", q.Sex.Reveal(), hide(v.Sex.Reveal()), g("sex")},
		{"住所", q.Address.Reveal(), hide(address), g("address")},
		{"状態", "", hide(stateName(v.State)), OwnGrade{}},
	}
}

// GradeName gives the word for a grade of the own copy in the language of the
// reader; the grade itself where it is none.
func GradeName(grade string, japanese bool) string {
	for g := verdict.Missing; g <= verdict.Differs; g++ {
		if g.String() == grade && japanese {
			return g.Japanese()
		}
	}
	return grade
}
