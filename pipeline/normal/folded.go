package normal

import "baitai/pipeline/person"

// Folded is a row of a list or one version of a person with every particular
// brought to its comparable form. A nil pointer or zero value means that the
// particular is not given.
type Folded struct {
	Code           person.ResidentCode
	OldCode        person.ResidentCode // 旧住民票コード; only in a version
	Name           *Name
	Former         *Name // 旧氏 with the given name, where both are known
	Kana           *Kana
	Birth          person.Birth
	BirthRespelled bool // the list wrote it in another form than YYYY-MM-DD
	Sex            person.Sex
	Address        *Address
	Support        person.Support
	State          person.State

	version bool // made from a version, not from a row
}

// FoldQuery folds a row of a list by the embedded tables.
func FoldQuery(q *person.Query) *Folded { return embeddedTables().FoldQuery(q) }

// FoldVersion folds one version of a person by the embedded tables.
func FoldVersion(v *person.Version) *Folded { return embeddedTables().FoldVersion(v) }

// FoldQuery folds a row of a list.
func (t *Tables) FoldQuery(q *person.Query) *Folded {
	f := &Folded{
		Code:           q.Code,
		Name:           FoldName(q.Name.Reveal()),
		Kana:           FoldKana(q.Kana.Reveal()),
		Birth:          q.Birth,
		BirthRespelled: q.BirthRespelled,
		Sex:            q.Sex,
		Address:        t.FoldAddress(q.Address.Reveal(), ""),
	}
	if name := q.Name.Reveal(); f.Kana == nil && !HasKanji(name) && !Latin(name) {
		f.Kana = FoldKana(name) // a list whose 氏名 is in kana
	}
	f.Former = formerName(f.Name, q.FormerSurname.Reveal())
	return f
}

// FoldVersion folds one version of a person. A 国外転出者 (住基法17条3号) has no
// address; the 最終住所 stands in its place.
func (t *Tables) FoldVersion(v *person.Version) *Folded {
	f := &Folded{
		Code:    v.Code,
		OldCode: v.OldCode,
		Name:    FoldName(v.Name.Reveal()),
		Kana:    FoldKana(v.Kana.Reveal()),
		Birth:   v.Birth,
		Sex:     v.Sex,
		Support: v.Support,
		State:   v.State,
		version: true,
	}
	if v.State == person.Abroad {
		f.Address = t.FoldAddress(v.LastAddress.Reveal(), "")
	} else {
		f.Address = t.FoldAddress(v.Address.Reveal(), v.Municipality)
	}
	f.Former = formerName(f.Name, v.FormerSurname.Reveal())
	return f
}

// formerName puts a 旧氏 before the given name of n; nil where either is unknown.
func formerName(n *Name, surname string) *Name {
	if n == nil || n.p.split == 0 || surname == "" {
		return nil
	}
	return FoldName(surname + "　" + n.p.given())
}
