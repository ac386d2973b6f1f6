package verdict

import (
	"testing"

	"pgregory.net/rapid"

	"baitai/pipeline/person"
)

// byLines is what decideFour comes to, line by line of the table, each with the set of
// those who fit it.
func byLines(asked Asked, people []Considered, p Policy) Decision {
	fit := func(line Need) map[int]bool {
		found := make(map[int]bool)
		for i, c := range people {
			if (!c.Protected || p.IgnoresSupport) && line.fits(&c.Grades) {
				found[i] = true
			}
		}
		return found
	}
	for _, c := range people {
		if c.Protected && !p.IgnoresSupport && suppressed.fits(&c.Grades) {
			return none(Suppressed, StepNone, suppressed.Why)
		}
	}
	fitting := fit(four)
	if len(fitting) > 1 {
		return none(NeedsReview, StepFour, "四情報に合う人が複数いる")
	}
	for first := range fitting {
		lines := append([]Need(nil), rivals...)
		if a := people[first].Grades.Address; a.Grade == Short || a.Past {
			lines = append(lines, rivalElsewhere)
		}
		for _, line := range lines {
			others := fit(line)
			delete(others, first)
			if len(others) > 0 {
				return none(NeedsReview, StepFour, line.Why)
			}
		}
		if why := doubt(people, first, p); why != "" {
			return none(NeedsReview, StepFour, why)
		}
		return accept(first, &people[first], StepFour, four.Why, p)
	}
	if len(fit(two)) > 0 {
		return none(NeedsReview, StepTwo, two.Why)
	}
	all, why := make(map[int]bool), ""
	for _, line := range review {
		for i := range fit(line) {
			all[i] = true
			if why == "" {
				why = line.Why
			}
		}
	}
	switch {
	case len(all) > reviewMost:
		return none(Several, StepReview, why)
	case len(all) > 0:
		return none(NeedsReview, StepReview, why)
	case asked.Latin:
		return none(NotFoundLatin, StepNone, "氏名がローマ字")
	}
	return none(NotFound, StepNone, "合う人がいない")
}

// someGrades are those of step F but for one or two particulars, so that lines of the
// table are often met.
func someGrades(t *rapid.T) Grades {
	g := perfect()
	for range rapid.IntRange(0, 2).Draw(t, "changes") {
		switch rapid.IntRange(0, 6).Draw(t, "particular") {
		case 0:
			g.Name = Graded{Grade: rapid.SampledFrom(nameGrades).Draw(t, "name"), Near: Near(rapid.IntRange(0, int(SameKanaOther)).Draw(t, "near"))}
		case 1:
			g.Kana = rapid.SampledFrom(kanaGraded()).Draw(t, "kana")
		case 2:
			g.Birth.Grade = rapid.SampledFrom(birthGrades).Draw(t, "birth")
		case 3:
			g.Sex.Grade = rapid.SampledFrom(sexGrades).Draw(t, "sex")
		case 4:
			g.Address.Grade = rapid.SampledFrom(addressGrades).Draw(t, "address")
		case 5:
			g.Address.Past = true
		case 6:
			g.NameHasKanji = false
		}
	}
	return g
}

func TestPeopleOneByOneAndLineByLineDecideTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		asked := fullRow
		asked.Latin = rapid.Bool().Draw(t, "latin")
		p := everyone
		p.IgnoresSupport = rapid.Bool().Draw(t, "ignores support")
		people := make([]Considered, rapid.IntRange(0, 8).Draw(t, "people"))
		for i := range people {
			people[i] = Considered{Grades: someGrades(t), State: person.Present, Protected: rapid.IntRange(0, 5).Draw(t, "protected") == 0}
		}
		if got, want := decideFour(asked, people, p), byLines(asked, people, p); got != want {
			t.Fatalf("%+v, want %+v", got, want)
		}
	})
}

// BenchmarkDecide decides over those whom a row was compared with: mostly the person
// meant alone, now and then with strangers.
func BenchmarkDecide(b *testing.B) {
	stranger := with(func(g *Grades) { g.Name.Grade, g.Address.Grade = Differs, Differs })
	for name, people := range map[string][]Considered{"alone": {here(perfect())}, "among": {here(stranger), here(perfect()), here(stranger)}, "nobody": {here(stranger), here(stranger)}} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Decide(fullRow, people, false, everyone)
			}
		})
	}
}
