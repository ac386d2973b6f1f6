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

// A foldedBox is a Folded with all its parts, in one piece of memory: a list of a
// million rows makes as many, and most of what one costs is to allocate it.
type foldedBox struct {
	folded       Folded
	name, former nameParts
	kana         kanaParts
	address      addressBox
}

// FoldQuery folds a row of a list by the embedded tables.
func FoldQuery(q *person.Query) *Folded { return embeddedTables().FoldQuery(q) }

// FoldVersion folds one version of a person by the embedded tables.
func FoldVersion(v *person.Version) *Folded { return embeddedTables().FoldVersion(v) }

// FoldQuery folds a row of a list.
func (t *Tables) FoldQuery(q *person.Query) *Folded { return t.foldQuery(new(foldedBox), q) }

func (t *Tables) foldQuery(b *foldedBox, q *person.Query) *Folded {
	f := &b.folded
	f.Code, f.Birth, f.BirthRespelled, f.Sex = q.Code, q.Birth, q.BirthRespelled, q.Sex
	name := q.Name.Reveal()
	t.fill(b, name, q.Kana.Reveal(), q.Address.Reveal(), "")
	if f.Kana == nil && !HasKanji(name) && !Latin(name) {
		f.Kana = FoldKana(name) // a list whose 氏名 is in kana
	}
	b.foldFormer(q.FormerSurname.Reveal())
	return f
}

// FoldVersion folds one version of a person. A 国外転出者 (住基法17条3号) has no
// address; the 最終住所 stands in its place.
func (t *Tables) FoldVersion(v *person.Version) *Folded { return t.foldVersion(new(foldedBox), v) }

func (t *Tables) foldVersion(b *foldedBox, v *person.Version) *Folded {
	f := &b.folded
	f.Code, f.OldCode, f.Birth, f.Sex, f.Support, f.State = v.Code, v.OldCode, v.Birth, v.Sex, v.Support, v.State
	f.version = true
	address, code := v.Address.Reveal(), v.Municipality
	if v.State == person.Abroad {
		address, code = v.LastAddress.Reveal(), ""
	}
	t.fill(b, v.Name.Reveal(), v.Kana.Reveal(), address, code)
	b.foldFormer(v.FormerSurname.Reveal())
	return f
}

// fill folds the texts. The names are folded while the front of the address comes.
func (t *Tables) fill(b *foldedBox, name, kana, address, code string) {
	k := t.fronts.seek(address, code)
	if name != "" {
		b.folded.Name = b.name.fold(name)
	}
	if kana != "" {
		b.folded.Kana = b.kana.fold(kana)
	}
	if address != "" && t.foldAddress(&b.address, address, code, k) {
		b.folded.Address = &b.address.self
	}
}

// foldFormer puts a 旧氏 before the given name; nothing where either is unknown.
func (b *foldedBox) foldFormer(surname string) {
	if n := b.folded.Name; n != nil && n.p.split > 0 && surname != "" {
		b.folded.Former = b.former.fold(surname + "　" + n.p.given())
	}
}
