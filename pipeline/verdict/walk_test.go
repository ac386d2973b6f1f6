package verdict

import (
	"slices"
	"testing"

	"baitai/pipeline/person"
)

// A space is the grades that a walk takes, each particular with each other.
type space struct {
	names, kanas, births []Graded
	sexes, addresses     []Grade
}

func graded(gs ...Grade) []Graded {
	all := make([]Graded, len(gs))
	for i, g := range gs {
		all[i].Grade = g
	}
	return all
}

// allGrades is everything that a comparison can give.
func allGrades() space {
	s := space{names: graded(nameGrades...), kanas: kanaGraded(), births: graded(birthGrades...), sexes: sexGrades, addresses: addressGrades}
	for near := Swapped; near < SameSound; near++ {
		s.names = append(s.names, Graded{Grade: Differs, Near: near})
	}
	return s
}

// fewGrades has one of each that the rules tell apart, so that it can be walked
// for every grant.
func fewGrades() space {
	return space{
		names:     append(graded(Missing, Same, Variant, Broad, Differs), Graded{Grade: Differs, Near: OneWrong}),
		kanas:     append(graded(Missing, Blank, Form, Loose, Differs), Graded{Grade: Loose, Near: SameSound}),
		births:    graded(Missing, Form, Slip, Partial, Differs),
		sexes:     []Grade{Missing, Same, Differs},
		addresses: []Grade{Missing, Form, Short, Partial, Differs},
	}
}

// A meeting is one row that meets one person.
type meeting struct {
	code      string // "", "holder" or "nobody": who holds the row's 住民票コード
	protected bool
	asked     Asked
	grades    Grades
}

// walk calls do for every combination. A partial birth is met twice: the row's own
// date may lack a part, and is then no search key.
func (s space) walk(do func(meeting)) {
	for _, code := range []string{"", "holder", "nobody"} {
		for _, kanji := range []bool{true, false} {
			for _, protected := range []bool{false, true} {
				for _, name := range s.names {
					for _, kana := range s.kanas {
						s.walkRest(meeting{code: code, protected: protected, grades: Grades{NameHasKanji: kanji, Name: name, Kana: kana}}, do)
					}
				}
			}
		}
	}
}

func (s space) walkRest(m meeting, do func(meeting)) {
	for _, birth := range s.births {
		for _, sex := range s.sexes {
			for _, address := range s.addresses {
				m.grades.Birth, m.grades.Sex.Grade, m.grades.Address.Grade = birth, sex, address
				m.asked = Asked{Code: m.code != "", Name: m.grades.Name.Grade != Missing, Kana: m.grades.Kana.Grade != Missing,
					Birth: birth.Grade != Missing, Address: address != Missing}
				do(m)
				if birth.Grade == Partial {
					m.asked.Birth = false
					do(m)
				}
			}
		}
	}
}

func (m meeting) considered(state person.State) Considered {
	return Considered{Grades: m.grades, State: state, Protected: m.protected, HoldsCode: m.code == "holder"}
}

// TestEveryCombinationOfGrades walks every combination of grades, code, kanji
// and protection for one person, and holds Decide to a restatement of the
// specification that shares nothing with the table.
func TestEveryCombinationOfGrades(t *testing.T) {
	n := 0
	allGrades().walk(func(m meeting) {
		n++
		got := Decide(m.asked, []Considered{m.considered(person.Present)}, false, everyone)
		if want := restated(m.code, m.asked, m.grades, m.protected); got.Answer != want {
			t.Fatalf("%+v: answer %s, want %s", m, got.Answer, want)
		}
		if got.Answer.Provides() != (got.Chosen == 0) {
			t.Fatalf("%+v: answer %s with chosen %d", m, got.Answer, got.Chosen)
		}
	})
	if n < 150_000 {
		t.Fatalf("only %d combinations were walked", n)
	}
}

// A purpose is a grant and what of the row and the person it looks at.
type purpose struct {
	policy  Policy
	state   person.State
	consent bool // the row has a 同意番号
}

func allPurposes() []purpose {
	var all []purpose
	for bits := range 64 {
		has := func(n int) bool { return bits>>n&1 == 1 }
		for state := person.Present; state <= person.Removed; state++ {
			all = append(all, purpose{Policy{CoversPresent: has(0), CoversAbroad: has(1), CoversRemoved: has(2), IgnoresSupport: has(3), NeedsConsent: has(4)}, state, has(5)})
		}
	}
	return all
}

// covered says in a list of its own what 対象者 the grant names.
func (p purpose) covered() bool {
	return p.state == person.Present && p.policy.CoversPresent || p.state == person.Abroad && p.policy.CoversAbroad || p.state == person.Removed && p.policy.CoversRemoved
}

// restated is the answer for everybody, and what the purpose makes of it.
func (p purpose) restated(m meeting) Answer {
	if p.policy.NeedsConsent && !p.consent {
		return TooFewKeys
	}
	answer := restated(m.code, m.asked, m.grades, m.protected && !p.policy.IgnoresSupport)
	switch {
	case answer != FoundPresent:
		return answer
	case !p.covered():
		return NotAuthorised
	}
	return map[person.State]Answer{person.Present: FoundPresent, person.Abroad: FoundAbroad, person.Removed: FoundRemoved}[p.state]
}

// TestEveryGrantOverEveryKindOfComparison walks 対象者, 支援措置, 本人同意 and the three
// states over all grades that the rules tell apart.
func TestEveryGrantOverEveryKindOfComparison(t *testing.T) {
	purposes := allPurposes()
	n, provided := 0, 0
	fewGrades().walk(func(m meeting) {
		for _, p := range purposes {
			n++
			m.asked.Consent = p.consent
			got := Decide(m.asked, []Considered{m.considered(p.state)}, false, p.policy)
			if got.Answer == FoundPresent || got.Answer == FoundAbroad || got.Answer == FoundRemoved || got.Answer.Provides() || got.Chosen >= 0 {
				provided++
				if outside := p.outside(m); outside != "" {
					t.Fatalf("%+v %+v: answer %s though %s", p, m, got.Answer, outside)
				}
			}
			if want := p.restated(m); got.Answer != want {
				t.Fatalf("%+v %+v: answer %s, want %s", p, m, got.Answer, want)
			}
		}
	})
	if n < 300_000 || provided == 0 {
		t.Fatalf("only %d combinations were walked, %d with data", n, provided)
	}
}

// outside says why no data may leave, from the grant alone; "" where it may.
func (p purpose) outside(m meeting) string {
	switch {
	case !p.covered():
		return "the purpose does not cover the state"
	case m.protected && !p.policy.IgnoresSupport:
		return "the person is under 支援措置"
	case p.policy.NeedsConsent && !p.consent:
		return "the row has no 同意番号"
	case m.grades.Birth.Grade == Differs, m.code == "nobody":
		return "the row speaks against the person"
	case m.code == "" && m.grades.Sex.Grade == Differs:
		return "the sex differs"
	}
	return ""
}

// TestRowsThatCannotBeReadOrTellTwoThingsNeverGiveData walks every combination
// with each mark that forbids an answer.
func TestRowsThatCannotBeReadOrTellTwoThingsNeverGiveData(t *testing.T) {
	allGrades().walk(func(m meeting) {
		people := []Considered{m.considered(person.Present)}
		for what, mark := range [](func(*Asked)){func(a *Asked) { a.Unreadable = true }, func(a *Asked) { a.TwoNames = true }} {
			asked := m.asked
			mark(&asked)
			if d := Decide(asked, people, false, everyone); d.Answer.Provides() || d.Chosen >= 0 {
				t.Fatalf("mark %d, %+v: answer %s", what, m, d.Answer)
			}
		}
		if d := Decide(m.asked, people, true, everyone); m.code != "holder" && (d.Answer.Provides() || d.Chosen >= 0) {
			t.Fatalf("too many people, %+v: answer %s", m, d.Answer)
		}
	})
}

// kanaGraded are the ways in which ふりがな can compare: 長音 written otherwise is a
// kind of Loose.
func kanaGraded() []Graded {
	ways := []Graded{{Grade: Loose, Near: SameSound}}
	for _, g := range kanaGrades {
		ways = append(ways, Graded{Grade: g})
	}
	return ways
}

// restated is spec §3.2 and §3.3 for one person, in plain words.
func restated(code string, a Asked, g Grades, protected bool) Answer {
	enough := a.Code && (a.Name || a.Birth) || a.Name && a.Birth || a.Kana && a.Birth || a.Name && a.Address
	if !enough {
		return TooFewKeys
	}
	atMost := func(g Grade, good ...Grade) bool { return slices.Contains(good, g) }
	nameOK := atMost(g.Name.Grade, Same, Form, Variant) || !g.NameHasKanji && atMost(g.Kana.Grade, Same, Form)
	birthOK := atMost(g.Birth.Grade, Same, Form)
	sexOK := g.Sex.Grade != Differs
	addressOK := atMost(g.Address.Grade, Same, Form, Short)
	if code == "holder" {
		suppressedToo := protected && nameOK && birthOK && sexOK
		agrees := atMost(g.Name.Grade, Same, Form, Variant, Broad)
		differs := g.Name.Grade == Differs
		if !g.NameHasKanji && !agrees {
			agrees, differs = atMost(g.Kana.Grade, Same, Form), g.Kana.Grade == Differs
		}
		accepted := (agrees || birthOK) && !differs && g.Birth.Grade != Differs
		if !agrees && (g.Sex.Grade == Differs || g.Kana.Grade == Differs || g.Kana.Grade == Loose && g.Kana.Near != SameSound) {
			accepted = false // twins share a birth
		}
		switch {
		case accepted && protected:
			return Suppressed
		case accepted && g.NameHasKanji && agrees && g.Kana.Grade == Differs:
			return NeedsReview // the kanji of one twin, the reading of the other
		case accepted:
			return FoundPresent
		case suppressedToo:
			return Suppressed
		}
		return Contradiction
	}
	answer := NotFound
	switch {
	case protected && nameOK && birthOK && sexOK:
		answer = Suppressed
	case protected: // steps that use an address skip the person; T would have been 91
	case nameOK && birthOK && sexOK && addressOK &&
		atMost(g.Name.Grade, Same, Form, Variant) && atMost(g.Kana.Grade, Loose, Differs) && g.Kana.Near != SameSound:
		answer = NeedsReview // the kanji of one twin, the reading of the other
	case nameOK && birthOK && sexOK && addressOK:
		answer = FoundPresent
	case nameOK && birthOK && sexOK: // T
		answer = NeedsReview
	case !sexOK || !addressOK: // R keeps all other particulars as in F
	case birthOK && (g.Name.Grade == Broad || g.Name.Grade == Differs && g.Name.Near != NotNear),
		birthOK && !g.NameHasKanji && atMost(g.Kana.Grade, Loose, Blank),
		nameOK && atMost(g.Birth.Grade, Slip, Partial),
		nameOK && g.Birth.Grade == Missing:
		answer = NeedsReview
	}
	if code == "nobody" && answer != NotFound && answer != Suppressed {
		return Contradiction
	}
	return answer
}
