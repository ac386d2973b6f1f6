package verdict

import (
	"baitai/pipeline/person"
)

// Asked says what a row gives, without its values.
type Asked struct {
	// Birth is given only where the whole date is known: a date with unknown parts
	// is no search key.
	Code, Name, Kana, Birth, Address, Consent bool
	Latin                                     bool // 氏名 is in Latin letters
	TwoNames                                  bool // 氏名 is kana only, and ふりがな reads otherwise
	Unreadable                                bool // 氏名 or ふりがな has a character that cannot be read (〓, 外字)
}

// A Considered is one person whom a row was compared with.
type Considered struct {
	Grades     Grades
	State      person.State
	Protected  bool // 支援措置 1 or 2 is in force
	HoldsCode  bool // holds, or held, the row's 住民票コード
	FormerCode bool // HoldsCode through 旧住民票コード
}

// A Policy is what the grant says about the answers of a job. The zero value
// covers nobody.
type Policy struct {
	CoversPresent, CoversAbroad, CoversRemoved bool // 対象者
	IgnoresSupport                             bool // the purpose has its own permission (支援措置)
	NeedsConsent                               bool // 本人同意: 同意番号 in every row
}

// hides reports whether a step that uses an address may not look at a person.
func (p Policy) hides(c *Considered) bool { return c.Protected && !p.IgnoresSupport }

func (p Policy) covers(s person.State) bool {
	switch s {
	case person.Present:
		return p.CoversPresent
	case person.Abroad:
		return p.CoversAbroad
	case person.Removed:
		return p.CoversRemoved
	}
	return false
}

// A Decision is the answer to a row and how it came about.
type Decision struct {
	Answer Answer
	Step   Step
	Chosen int // index of the person meant; -1 unless one was accepted by C or F
	// Why cites the line of the table, or the veto, in Japanese. It is for the
	// prefecture's own copy; the office sees it only with 00, 01 and 02.
	Why string
}

func none(a Answer, s Step, why string) Decision {
	return Decision{Answer: a, Step: s, Chosen: -1, Why: why}
}

// Decide applies the decision table to a row and everybody it was compared
// with. people must hold every person who could fit a line of the table; the
// order of people changes nothing but Chosen. tooMany says that there were more
// of them than could be compared.
//
// Row faults (80, 81, and 82 for undecodable rows) are decided at intake. From
// here on the first that holds: 82 · 41 · 91 · 40 · 20 · 30 · 90 · 00–02 · 10.
func Decide(asked Asked, people []Considered, tooMany bool, p Policy) Decision {
	if asked.Unreadable {
		return decideUnreadable(asked, people, p)
	}
	if why := lacking(asked, p); why != "" {
		return none(TooFewKeys, StepNone, why)
	}
	if asked.TwoNames {
		if anySuppressed(people, p) {
			return none(Suppressed, StepNone, suppressed.Why)
		}
		return none(Contradiction, StepNone, "氏名とふりがなの読みが違う")
	}
	if asked.Code {
		return decideCode(asked, people, tooMany, p)
	}
	if tooMany {
		if anySuppressed(people, p) { // of those who could be compared
			return none(Suppressed, StepNone, suppressed.Why)
		}
		return none(Several, StepNone, "候補が多すぎる")
	}
	return decideFour(asked, people, p)
}

// Reviewed gives the answer to a row whose person an operator has decided (要確認の
// 審査); c is nil for nobody. Whether the person may be given out is decided as
// ever.
func Reviewed(c *Considered, p Policy) Decision {
	const why = "県の担当者が確認した"
	switch {
	case c == nil:
		return none(NotFound, StepHuman, why)
	case p.hides(c):
		return none(Suppressed, StepHuman, suppressed.Why)
	}
	return accept(0, c, StepHuman, why, p)
}

// lacking applies the least keys: code+name, code+birth, name+birth, kana+birth
// or name+address; anything less is 41.
func lacking(a Asked, p Policy) string {
	if p.NeedsConsent && !a.Consent {
		return "同意番号がない"
	}
	switch {
	case a.Code && (a.Name || a.Birth), a.Name && a.Birth, a.Kana && a.Birth, a.Name && a.Address:
		return ""
	case a.Code:
		return "住民票コードだけでは回答しない"
	}
	return "検索条件が足りない"
}

// decideCode is step C. Without a holder of the code the other particulars are
// looked at only to tell 40 from 10: they never answer on their own, because
// the row then contradicts itself.
func decideCode(asked Asked, people []Considered, tooMany bool, p Policy) Decision {
	holder := -1
	for i := range people {
		if !people[i].HoldsCode {
			continue
		}
		if holder >= 0 { // the load refuses such a file; never guess
			return none(NeedsReview, StepCode, "同じ住民票コードの人が複数いる")
		}
		holder = i
	}
	if holder < 0 && tooMany { // the other particulars fit somebody, surely
		return none(Contradiction, StepCode, "住民票コードの人はいない")
	}
	if holder < 0 {
		without := asked
		without.Code = false
		d := decideFour(without, people, p)
		switch d.Answer {
		case NotFound, NotFoundLatin, Suppressed:
			return d
		}
		return none(Contradiction, StepCode, "住民票コードの人はいないが、ほかの項目に合う人がいる")
	}
	c := &people[holder]
	why, ok := codeAgrees(&c.Grades)
	if ok && p.hides(c) { // 91 comes before the 30 of a doubt
		return none(Suppressed, StepCode, suppressed.Why)
	}
	if ok && codeDoubted(&c.Grades) {
		if anySuppressed(people, p) {
			return none(Suppressed, StepNone, suppressed.Why)
		}
		return none(NeedsReview, StepCode, "住民票コードと氏名は一致するが、ふりがなが違う")
	}
	if !ok {
		if anySuppressed(people, p) { // 91 comes before 40
			return none(Suppressed, StepNone, suppressed.Why)
		}
		return none(Contradiction, StepCode, why)
	}
	return accept(holder, c, StepCode, why, p)
}

// codeAgrees says whether name or birth confirms the code and neither differs.
func codeAgrees(g *Grades) (why string, ok bool) {
	// A row whose name has no kanji is compared by ふりがな, unless the person's own
	// name is written so.
	name := g.Name.Grade
	nameAgrees := codeName.Has(name)
	nameDiffers := name == Differs
	if !g.NameHasKanji && !nameAgrees {
		nameAgrees = fKana.Has(g.Kana.Grade)
		nameDiffers = g.Kana.Grade == Differs
	}
	switch {
	case nameDiffers && g.Birth.Grade == Differs:
		return "氏名と生年月日が住民票コードの人と違う", false
	case nameDiffers:
		return "氏名が住民票コードの人と違う", false
	case g.Birth.Grade == Differs:
		return "生年月日が住民票コードの人と違う", false
	case nameAgrees && codeBirth.Has(g.Birth.Grade):
		return "住民票コード・氏名・生年月日が一致", true
	case nameAgrees:
		return "住民票コード・氏名が一致", true
	case codeBirth.Has(g.Birth.Grade) && (g.Kana.Grade == Loose && g.Kana.Near != SameSound || g.Kana.Grade == Differs):
		return "ふりがなが住民票コードの人と違う", false
	case codeBirth.Has(g.Birth.Grade) && g.Sex.Grade == Differs:
		return "性別が住民票コードの人と違う", false
	case codeBirth.Has(g.Birth.Grade):
		return "住民票コード・生年月日が一致", true
	}
	return "氏名も生年月日も住民票コードの人と一致しない", false
}

// codeDoubted finds a row whose name agrees with the holder of the code while its
// ふりがな is another one, as in the line of doubts.
func codeDoubted(g *Grades) bool {
	return g.NameHasKanji && codeName.Has(g.Name.Grade) && g.Kana.Grade == Differs
}

// decideFour is 91 and the steps F, T and R.
func decideFour(asked Asked, people []Considered, p Policy) Decision {
	if anySuppressed(people, p) {
		return none(Suppressed, StepNone, suppressed.Why)
	}
	fitting, first := count(people, four, p)
	switch {
	case fitting > 1:
		return none(NeedsReview, StepFour, "四情報に合う人が複数いる")
	case fitting == 1:
		if why := rival(people, first, p); why != "" {
			return none(NeedsReview, StepFour, why)
		}
		if why := doubt(people, first, p); why != "" {
			return none(NeedsReview, StepFour, why)
		}
		return accept(first, &people[first], StepFour, four.Why, p)
	}
	if n, _ := count(people, two, p); n > 0 {
		return none(NeedsReview, StepTwo, two.Why)
	}
	if d, ok := decideReview(people, p); ok {
		return d
	}
	if asked.Latin {
		return none(NotFoundLatin, StepNone, "氏名がローマ字")
	}
	return none(NotFound, StepNone, "合う人がいない")
}

// decideReview is step R: one to five people to look at, more are 20.
func decideReview(people []Considered, p Policy) (Decision, bool) {
	found, first := 0, len(review) // the first line of those that somebody fits is cited
	for i := range people {
		if c := &people[i]; !p.hides(c) {
			if line := firstFit(review, &c.Grades); line >= 0 {
				found, first = found+1, min(first, line)
			}
		}
	}
	switch {
	case found == 0:
		return Decision{}, false
	case found > reviewMost:
		return none(Several, StepReview, review[first].Why), true
	}
	return none(NeedsReview, StepReview, review[first].Why), true
}

// decideUnreadable: a row with a character that cannot be read is never
// answered with data; it reaches the review list by R, and is 82 otherwise.
func decideUnreadable(asked Asked, people []Considered, p Policy) Decision {
	if asked.Code {
		for i := range people {
			if c := &people[i]; c.HoldsCode && !p.hides(c) &&
				codeBirth.Has(c.Grades.Birth.Grade) && c.Grades.Name.Near == Unreadable {
				return none(NeedsReview, StepReview, "住民票コードと生年月日は一致するが、氏名に読めない字がある")
			}
		}
		return none(UnknownCharacter, StepNone, "読めない字がある")
	}
	if d, ok := decideReview(people, p); ok {
		return d
	}
	return none(UnknownCharacter, StepNone, "読めない字がある")
}

// anySuppressed reports whether the row means somebody under 支援措置, whatever
// the address says.
func anySuppressed(people []Considered, p Policy) bool {
	for i := range people {
		if c := &people[i]; p.hides(c) && fits(suppressed, c) {
			return true
		}
	}
	return false
}

// count counts those who may be looked at and fit the line, and gives the last one.
func count(people []Considered, line Need, p Policy) (n, last int) {
	for i := range people {
		if c := &people[i]; !p.hides(c) && line.fits(&c.Grades) {
			n, last = n+1, i
		}
	}
	return n, last
}

func fits(line Need, c *Considered) bool { return line.fits(&c.Grades) }

// doubt names what speaks against the one person who fits F: another particular
// of the row, or somebody under 支援措置 who may be meant as well.
func doubt(people []Considered, first int, p Policy) string {
	if i := firstFit(doubts, &people[first].Grades); i >= 0 {
		return doubts[i].Why
	}
	for i := range people {
		if c := &people[i]; i != first && p.hides(c) && fits(shadow, c) {
			return shadow.Why
		}
	}
	return ""
}

// rival looks for a second person who fits when exactly one particular is
// relaxed, and names the line; "" if there is none.
func rival(people []Considered, first int, p Policy) string {
	if len(people) == 1 {
		return ""
	}
	if i := firstRival(people, first, rivals, p); i >= 0 {
		return rivals[i].Why
	}
	if a := &people[first].Grades.Address; (a.Grade == Short || a.Past) && firstRival(people, first, []Need{rivalElsewhere}, p) >= 0 {
		return rivalElsewhere.Why
	}
	return ""
}

// firstRival gives the first of the lines that somebody else fits, or -1.
func firstRival(people []Considered, first int, lines []Need, p Policy) int {
	for i := range lines {
		for k := range people {
			if c := &people[k]; k != first && !p.hides(c) && lines[i].fits(&c.Grades) {
				return i
			}
		}
	}
	return -1
}

// accept gives the answer for a person who is meant, unless the purpose does
// not cover people in that state (90).
func accept(i int, c *Considered, step Step, why string, p Policy) Decision {
	if !p.covers(c.State) {
		return none(NotAuthorised, step, "対象者の外")
	}
	d := Decision{Step: step, Chosen: i, Why: why}
	switch c.State {
	case person.Present:
		d.Answer = FoundPresent
	case person.Abroad:
		d.Answer = FoundAbroad
	case person.Removed:
		d.Answer = FoundRemoved
	default: // covers is false for any other state
		return none(Fault, step, "状態が不正")
	}
	return d
}
