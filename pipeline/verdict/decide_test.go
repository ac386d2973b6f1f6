package verdict

import (
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"baitai/pipeline/person"
)

// everyone is a policy that covers all states and hides nobody.
var everyone = Policy{CoversPresent: true, CoversAbroad: true, CoversRemoved: true}

func perfect() Grades {
	return Grades{Name: Graded{Grade: Same}, Kana: Graded{Grade: Same}, Birth: Graded{Grade: Same},
		Sex: Graded{Grade: Same}, Address: Graded{Grade: Same}, NameHasKanji: true}
}

func with(change func(*Grades)) Grades {
	g := perfect()
	change(&g)
	return g
}

func here(g Grades) Considered { return Considered{Grades: g, State: person.Present} }

var fullRow = Asked{Name: true, Kana: true, Birth: true, Address: true}

// grades of one particular that a comparison can give
var (
	nameGrades    = []Grade{Missing, Same, Form, Variant, Broad, Differs}
	kanaGrades    = []Grade{Missing, Blank, Same, Form, Loose, Differs}
	birthGrades   = []Grade{Missing, Same, Form, Slip, Partial, Differs}
	sexGrades     = []Grade{Missing, Blank, Same, Differs}
	addressGrades = []Grade{Missing, Blank, Same, Form, Short, Partial, Differs}
)

func TestARivalTakesTheAnswerAway(t *testing.T) {
	for name, rival := range map[string]Grades{
		"the same in everything":   perfect(),
		"twin with a broad name":   with(func(g *Grades) { g.Name.Grade = Broad }),
		"twin of the same kana":    with(func(g *Grades) { g.Name.Grade = Differs }),
		"father of the same name":  with(func(g *Grades) { g.Birth.Grade = Slip }),
		"unknown day of birth":     with(func(g *Grades) { g.Birth.Grade = Partial }),
		"other sex":                with(func(g *Grades) { g.Sex.Grade = Differs }),
		"same town without number": with(func(g *Grades) { g.Address.Grade = Partial }),
	} {
		for _, order := range [][]Considered{{here(perfect()), here(rival)}, {here(rival), here(perfect())}} {
			if d := Decide(fullRow, order, false, everyone); d.Answer != NeedsReview || d.Chosen != -1 {
				t.Errorf("%s: answer %s, chosen %d; want 30 and nobody", name, d.Answer, d.Chosen)
			}
		}
	}
}

func TestLongVowelsWrittenOtherwiseAreNoDoubtBesideAnAgreeingName(t *testing.T) {
	for near, want := range map[Near]Answer{SameSound: FoundPresent, NotNear: NeedsReview} {
		c := here(with(func(g *Grades) { g.Kana = Graded{Grade: Loose, Near: near} }))
		if d := Decide(fullRow, []Considered{c}, false, everyone); d.Answer != want {
			t.Errorf("%s: answer %s, want %s", near, d.Answer, want)
		}
	}
}

func TestARowWithTwoNamesContradictsItself(t *testing.T) {
	asked := fullRow
	asked.TwoNames = true
	rapid.Check(t, func(t *rapid.T) {
		asked.Code = rapid.Bool().Draw(t, "code")
		if d := Decide(asked, drawPeople(t), false, everyone); d.Answer != Contradiction && d.Answer != Suppressed {
			t.Fatalf("answer %s", d.Answer)
		}
	})
}

func TestSomebodyUnderSupportWhomTheReadingMeansTakesTheAnswerAwayWhateverTheAddress(t *testing.T) {
	first := here(with(func(g *Grades) { g.Kana.Grade = Blank }))
	for _, address := range addressGrades {
		other := here(with(func(g *Grades) { g.Name.Grade, g.Address.Grade = Differs, address }))
		other.Protected = true
		if d := Decide(fullRow, []Considered{first, other}, false, everyone); d.Answer != NeedsReview {
			t.Errorf("address %s: answer %s, want 30", address, d.Answer)
		}
	}
}

func TestANamesakeElsewhereCountsOnlyWhereTheAddressDidNotDecide(t *testing.T) {
	elsewhere := here(with(func(g *Grades) { g.Address.Grade = Differs }))
	for _, c := range []struct {
		name  string
		first Grades
		want  Answer
	}{
		{"address same", perfect(), FoundPresent},
		{"address short", with(func(g *Grades) { g.Address.Grade = Short }), NeedsReview},
		{"address past", with(func(g *Grades) { g.Address.Past = true }), NeedsReview},
	} {
		if d := Decide(fullRow, []Considered{here(c.first), elsewhere}, false, everyone); d.Answer != c.want {
			t.Errorf("%s: answer %s, want %s", c.name, d.Answer, c.want)
		}
	}
}

func TestAPersonOutsideThePurposeIsNeverProvided(t *testing.T) {
	abroadOnly := Policy{CoversAbroad: true}
	for state, want := range map[person.State]Answer{person.Present: NotAuthorised, person.Abroad: FoundAbroad, person.Removed: NotAuthorised} {
		c := here(perfect())
		c.State = state
		if d := Decide(fullRow, []Considered{c}, false, abroadOnly); d.Answer != want {
			t.Errorf("state %d: answer %s, want %s", state, d.Answer, want)
		}
	}
	if d := Decide(fullRow, []Considered{here(perfect())}, false, Policy{}); d.Answer.Provides() {
		t.Errorf("the zero policy provides %s", d.Answer)
	}
}

func TestMoreThanFiveToReviewAreSeveral(t *testing.T) {
	var people []Considered
	for n := 1; n <= 7; n++ {
		people = append(people, here(with(func(g *Grades) { g.Birth.Grade = Slip })))
		want := NeedsReview
		if n > 5 {
			want = Several
		}
		if d := Decide(fullRow, people, false, everyone); d.Answer != want {
			t.Errorf("%d people: answer %s, want %s", n, d.Answer, want)
		}
	}
}

func TestAnUnreadableNameIsReviewedOrRefusedButNeverAnswered(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		asked := fullRow
		asked.Unreadable = true
		asked.Code = rapid.Bool().Draw(t, "code")
		people := drawPeople(t)
		d := Decide(asked, people, false, everyone)
		if d.Answer != NeedsReview && d.Answer != UnknownCharacter && d.Answer != Several {
			t.Fatalf("answer %s", d.Answer)
		}
	})
}

func TestTheOrderOfPeopleChangesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		people := drawPeople(t)
		asked := Asked{Code: rapid.Bool().Draw(t, "code"), Name: true, Birth: true, Address: true}
		a := Decide(asked, people, false, everyone)
		reversed := slices.Clone(people)
		slices.Reverse(reversed)
		b := Decide(asked, reversed, false, everyone)
		if a.Answer != b.Answer || a.Step != b.Step || (a.Chosen < 0) != (b.Chosen < 0) {
			t.Fatalf("%+v and, reversed, %+v", a, b)
		}
		if a.Chosen >= 0 && a.Chosen != len(people)-1-b.Chosen {
			t.Fatalf("another person was chosen")
		}
	})
}

// TestOneMorePersonNeverOpensAnAnswer: adding anybody may take data away, never
// give data that was not given before, unless the new person is the one given.
func TestOneMorePersonNeverOpensAnAnswer(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		people := drawPeople(t)
		asked := Asked{Name: true, Birth: true, Address: true}
		more := append(slices.Clone(people), drawPeople(t)...)
		before, after := Decide(asked, people, false, everyone), Decide(asked, more, false, everyone)
		if after.Answer.Provides() && after.Chosen < len(people) && !before.Answer.Provides() {
			t.Fatalf("%+v became %+v", before, after)
		}
	})
}

func drawPeople(t *rapid.T) []Considered {
	n := rapid.IntRange(0, 4).Draw(t, "people")
	people := make([]Considered, n)
	for i := range people {
		g := Grades{NameHasKanji: rapid.Bool().Draw(t, "kanji")}
		g.Name.Grade = rapid.SampledFrom(nameGrades).Draw(t, "name")
		if g.Name.Grade == Differs {
			g.Name.Near = Near(rapid.IntRange(0, int(nearCount)-1).Draw(t, "near"))
		}
		g.Kana.Grade = rapid.SampledFrom(kanaGrades).Draw(t, "kana")
		g.Birth.Grade = rapid.SampledFrom(birthGrades).Draw(t, "birth")
		g.Sex.Grade = rapid.SampledFrom(sexGrades).Draw(t, "sex")
		g.Address.Grade = rapid.SampledFrom(addressGrades).Draw(t, "address")
		g.Address.Past = rapid.Bool().Draw(t, "past")
		people[i] = Considered{Grades: g, State: person.State(rapid.IntRange(1, 3).Draw(t, "state")),
			Protected: rapid.IntRange(0, 9).Draw(t, "protected") == 0, HoldsCode: rapid.IntRange(0, 4).Draw(t, "holds") == 0}
	}
	return people
}

func TestEveryAnswerHasItsWords(t *testing.T) {
	for _, a := range Answers() {
		for _, ja := range []bool{true, false} {
			if a.Name(ja) == "" || a.Says(ja) == "" {
				t.Errorf("%s lacks words (japanese %v)", a, ja)
			}
		}
		if a.Provides() != (a == FoundPresent || a == FoundAbroad || a == FoundRemoved) {
			t.Errorf("%s provides %v", a, a.Provides())
		}
	}
	if Answer("77").Provides() {
		t.Error("an unknown answer provides data")
	}
}

// The file holds the ふりがな of one twin and not that of the other: a row in kana
// may mean either, whoever of the two it reads like.
func TestATwinWithoutAReadingStandsInTheWayOfARowInKana(t *testing.T) {
	row := Asked{Kana: true, Birth: true, Address: true}
	inKana := func(kana Grade) Considered {
		return here(with(func(g *Grades) { g.Name, g.Kana, g.NameHasKanji = Graded{}, Graded{Grade: kana}, false }))
	}
	if d := Decide(row, []Considered{inKana(Same)}, false, everyone); d.Answer != FoundPresent {
		t.Fatalf("alone: answer %s", d.Answer)
	}
	for _, twin := range []Grade{Blank, Loose} {
		if d := Decide(row, []Considered{inKana(twin), inKana(Same)}, false, everyone); d.Answer != NeedsReview || d.Chosen >= 0 {
			t.Errorf("with a twin whose reading is %v: answer %s, chosen %d", twin, d.Answer, d.Chosen)
		}
	}
	if d := Decide(row, []Considered{inKana(Differs), inKana(Same)}, false, everyone); d.Answer != FoundPresent {
		t.Errorf("with a twin of another reading: answer %s", d.Answer)
	}
}

// What is packed into bits comes back, and no field shares a bit with another.
func TestAskedGoesThroughBits(t *testing.T) {
	fields := reflect.TypeFor[Asked]().NumField()
	for bits := range uint16(1) << fields {
		if a := AskedOf(bits); a.Bits() != bits {
			t.Fatalf("%b: %+v is %b", bits, a, a.Bits())
		}
	}
	var all Asked
	v := reflect.ValueOf(&all).Elem()
	for i := range fields {
		v.Field(i).SetBool(true)
	}
	if all.Bits() != 1<<fields-1 {
		t.Errorf("a field has no bit: %b", all.Bits())
	}
}
