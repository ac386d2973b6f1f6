package match_test

import (
	"strings"

	"baitai/pipeline/normal"
	"baitai/pipeline/person"
)

// The reference is the decision of the specification (§3.1 to §3.3) written a
// second time, slow and plain, so that an error of the product shows as a
// disagreement. It walks over everybody, knows no keys, no grades and no table,
// and shares with the product nothing but particulars that are already parsed:
// the levels of a name and a ふりがな, the parts of an address, a date.

// A particulars is what a row, or one version of a person, gives.
type particulars struct {
	code, oldCode string
	names         []spelling // the name itself, then the one with 旧氏
	kana          *normal.Kana
	birth         person.Birth
	sex           person.Sex
	address       *normal.AddressParts
}

// A spelling is one way in which a name is given.
type spelling struct {
	received, form, variant string
	surname, given          string // variants folded; empty where the text does not separate them
}

// A somebody is one person of the file, the current version first.
type somebody struct {
	versions  []particulars
	state     person.State
	protected bool
}

// A rules is what the purpose permits.
type rules struct {
	abroadOnly, showsProtected, consent bool
}

// A likeness is how a row compares with somebody, in yes and no.
type likeness struct {
	holdsCode bool

	nameGood, nameBroad, nameNear, nameUnread, nameWrong          bool
	kanaGood, kanaSound, kanaLoose, kanaBlank, kanaWrong          bool
	birthGood, birthNear, birthOpen, birthWrong                   bool // open: not in the row, or not in the file
	sexWrong                                                      bool
	addressGood, addressShort, addressPast, addressPart, addrDiff bool
}

func spell(name string) (spelling, bool) {
	n := normal.FoldName(name)
	if n == nil {
		return spelling{}, false
	}
	s := spelling{received: n.Reveal(normal.AsReceived), form: n.Reveal(normal.AsForm), variant: n.Reveal(normal.AsVariant)}
	s.surname, s.given, _ = n.RevealParts()
	return s, true
}

// spellings are the name and, where its given name is known, that with 旧氏.
func spellings(name, former string) []spelling {
	own, ok := spell(name)
	if !ok {
		return nil
	}
	all := []spelling{own}
	if fields := strings.Fields(name); former != "" && len(fields) == 2 {
		if other, ok := spell(former + "　" + fields[1]); ok {
			all = append(all, other)
		}
	}
	return all
}

func parts(address, municipality string) *normal.AddressParts {
	if a := normal.FoldAddress(address, municipality); a != nil {
		return a.Reveal()
	}
	return nil
}

func parsedVersion(v person.Version) particulars {
	p := particulars{code: v.Code.Reveal(), oldCode: v.OldCode.Reveal(), names: spellings(v.Name.Reveal(), v.FormerSurname.Reveal()),
		kana: normal.FoldKana(v.Kana.Reveal()), birth: v.Birth, sex: v.Sex}
	if v.State == person.Abroad {
		p.address = parts(v.LastAddress.Reveal(), "")
	} else {
		p.address = parts(v.Address.Reveal(), v.Municipality)
	}
	return p
}

// parsedPerson takes the versions with the earliest first.
func parsedPerson(versions []person.Version) somebody {
	current := versions[len(versions)-1]
	s := somebody{state: current.State, protected: current.Support == 1 || current.Support == 2}
	for at := len(versions) - 1; at >= 0; at-- {
		s.versions = append(s.versions, parsedVersion(versions[at]))
	}
	return s
}

func parsedRow(q person.Query) particulars {
	p := particulars{code: q.Code.Reveal(), names: spellings(q.Name.Reveal(), q.FormerSurname.Reveal()),
		kana: normal.FoldKana(q.Kana.Reveal()), birth: q.Birth, sex: q.Sex, address: parts(q.Address.Reveal(), "")}
	if p.kana == nil && writtenInKana(q.Name.Reveal()) {
		p.kana = normal.FoldKana(q.Name.Reveal())
	}
	return p
}

// meant decides a row: its answer, and the person whose data it returns or -1.
func meant(q person.Query, all []somebody, r rules) (answer string, chosen int) {
	row := parsedRow(q)
	inKana := q.Name.Empty() || writtenInKana(q.Name.Reveal())
	alike := make([]likeness, len(all))
	suppressed := false
	for i, s := range all {
		alike[i] = compare(row, s)
		l := alike[i]
		hidden := s.protected && !r.showsProtected
		suppressed = suppressed || hidden && l.named(inKana) && l.birthGood && !l.sexWrong
	}
	dated := !q.Birth.IsZero() && q.Birth.Date().Complete()
	hasCode, hasName := !q.Code.IsZero(), !q.Name.Empty()
	enough := hasCode && (hasName || dated) || dated && (hasName || !q.Kana.Empty()) || hasName && !q.Address.Empty()
	switch {
	case unreadable(q.Name.Reveal()) || unreadable(q.Kana.Reveal()):
		return meantUnreadable(q, all, alike, inKana, r), -1
	case !enough || r.consent && q.Consent.Empty():
		return "41", -1
	case twoReadings(q):
		if suppressed {
			return "91", -1
		}
		return "40", -1
	case hasCode:
		return meantByCode(all, alike, inKana, suppressed, latin(q.Name.Reveal()), r)
	}
	return meantByParticulars(all, alike, inKana, suppressed, latin(q.Name.Reveal()), r)
}

// named reports a name that step F takes: by 氏名, or by ふりがな where the row has no kanji.
func (l likeness) named(inKana bool) bool { return l.nameGood || inKana && l.kanaGood }

func given(s somebody, i int, r rules) (string, int) {
	switch {
	case r.abroadOnly && s.state != person.Abroad:
		return "90", -1
	case s.state == person.Abroad:
		return "01", i
	case s.state == person.Removed:
		return "02", i
	}
	return "00", i
}

// meantByCode is step C.
func meantByCode(all []somebody, alike []likeness, inKana, suppressed, isLatin bool, r rules) (string, int) {
	for i, l := range alike {
		if !l.holdsCode {
			continue
		}
		agrees, differs := l.nameGood || l.nameBroad, l.nameWrong
		if inKana && !agrees {
			agrees, differs = l.kanaGood, l.kanaWrong
		}
		ok := (agrees || l.birthGood) && !differs && !l.birthWrong
		if !agrees && (l.sexWrong || l.kanaLoose || l.kanaWrong) {
			ok = false // a birth alone: twins share it
		}
		doubted := ok && !inKana && agrees && l.kanaWrong
		switch {
		case (!ok || doubted) && suppressed, ok && all[i].protected && !r.showsProtected:
			return "91", -1
		case !ok:
			return "40", -1
		case doubted:
			return "30", -1
		}
		return given(all[i], i, r)
	}
	answer, _ := meantByParticulars(all, alike, inKana, suppressed, isLatin, r)
	if answer == "10" || answer == "12" || answer == "91" {
		return answer, -1
	}
	return "40", -1
}

// meantByParticulars is 91 and the steps F, T and R.
func meantByParticulars(all []somebody, alike []likeness, inKana, suppressed, isLatin bool, r rules) (string, int) {
	if suppressed {
		return "91", -1
	}
	var fit []int
	two := false
	for i, l := range alike {
		if all[i].protected && !r.showsProtected {
			continue
		}
		if l.named(inKana) && l.birthGood && !l.sexWrong {
			if l.addressGood {
				fit = append(fit, i)
			} else {
				two = true
			}
		}
	}
	switch {
	case len(fit) > 1, len(fit) == 1 && inDoubt(fit[0], all, alike, inKana, r):
		return "30", -1
	case len(fit) == 1:
		return given(all[fit[0]], fit[0], r)
	case two:
		return "30", -1
	}
	if answer := reviewed(all, alike, inKana, r); answer != "" {
		return answer, -1
	}
	if isLatin {
		return "12", -1
	}
	return "10", -1
}

// inDoubt reports what takes the answer of F away: a second person whom the row
// may mean, or a ふりがな of the row that is not the first person's.
func inDoubt(first int, all []somebody, alike []likeness, inKana bool, r rules) bool {
	f := alike[first]
	if f.nameGood && (f.kanaLoose || f.kanaWrong) {
		return true
	}
	for i, l := range alike {
		if i == first {
			continue
		}
		if all[i].protected && !r.showsProtected {
			if l.kanaGood && l.birthGood && !l.sexWrong {
				return true // whatever the address
			}
			continue
		}
		name, birth, sex, address := l.named(inKana), l.birthGood, !l.sexWrong, l.addressGood
		relaxedName := l.nameBroad || l.kanaGood || inKana && (l.kanaSound || l.kanaLoose || l.kanaBlank)
		elsewhere := l.addrDiff && (f.addressShort || f.addressPast)
		if relaxedName && birth && sex && address ||
			name && l.birthNear && sex && address ||
			name && birth && l.sexWrong && address ||
			name && birth && sex && (l.addressPart || elsewhere) {
			return true
		}
	}
	return false
}

// reviewed is step R: 30 for one to five people, 20 for more, "" for nobody.
func reviewed(all []somebody, alike []likeness, inKana bool, r rules) string {
	n := 0
	for i, l := range alike {
		if all[i].protected && !r.showsProtected || l.sexWrong || !l.addressGood {
			continue
		}
		nearly := l.nameBroad || l.nameNear || l.nameWrong && l.kanaGood || inKana && (l.kanaSound || l.kanaLoose || l.kanaBlank)
		if nearly && l.birthGood || l.named(inKana) && (l.birthNear || l.birthOpen) {
			n++
		}
	}
	switch {
	case n > 5:
		return "20"
	case n > 0:
		return "30"
	}
	return ""
}

// meantUnreadable: a row with a character that cannot be read gets no data.
func meantUnreadable(q person.Query, all []somebody, alike []likeness, inKana bool, r rules) string {
	if q.Code.IsZero() {
		if answer := reviewed(all, alike, inKana, r); answer != "" {
			return answer
		}
		return "82"
	}
	for i, l := range alike {
		if l.holdsCode && (!all[i].protected || r.showsProtected) && l.birthGood && l.nameUnread {
			return "30"
		}
	}
	return "82"
}
