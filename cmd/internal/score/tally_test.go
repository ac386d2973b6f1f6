package score

import (
	"testing"

	"baitai/cmd/internal/invent"
)

func TestEachAnswerHasItsOutcome(t *testing.T) {
	person := invent.Truth{Code: "A", Accept: []string{"00", "30"}}
	nobody := invent.Truth{Accept: []string{"10", "30"}}
	for _, c := range []struct {
		truth invent.Truth
		reply reply
		want  Outcome
	}{
		{person, reply{answer: "00", code: "A"}, Found}, {person, reply{answer: "02", code: "A"}, Found},
		{person, reply{answer: "00", code: somebodyElse}, Wrong}, {person, reply{answer: "01", code: "B"}, Wrong},
		{person, reply{answer: "00"}, Wrong}, {nobody, reply{answer: "00", code: "A"}, Wrong}, {nobody, reply{answer: "00"}, Wrong},
		{person, reply{answer: "30"}, Review}, {person, reply{answer: "20"}, Ambiguous}, {nobody, reply{answer: "10"}, NotFound},
		{nobody, reply{answer: "12"}, NotFound}, {person, reply{answer: "40"}, Refused}, {person, reply{answer: "41"}, Refused},
		{person, reply{answer: "80"}, Refused}, {person, reply{answer: "91"}, Refused}, {person, reply{answer: "99"}, Refused},
	} {
		if got := outcomeOf(c.truth, c.reply); got != c.want {
			t.Errorf("%+v for %+v: %v, want %v", c.reply, c.truth, got, c.want)
		}
	}
}

func TestATallyCountsWhatItsBarsAreAbout(t *testing.T) {
	var n Tally
	found := invent.Truth{Code: "A", Accept: []string{"00", "30"}}
	unknown := invent.Truth{Code: "A", Accept: []string{"30", "00"}} // an unknown part of the birth
	n.add(found, reply{answer: "00", code: "A"})
	n.add(found, reply{answer: "30"})
	n.add(found, reply{answer: "10"})
	n.add(unknown, reply{answer: "30"})
	n.add(unknown, reply{answer: "00", code: "B"})
	for m, want := range map[Measure][2]int{RightPerson: {1, 3}, RightOrReview: {3, 5}, NotInFile: {1, 5}, AsExpected: {3, 5}} {
		if k, of := n.reached(m); [2]int{k, of} != want {
			t.Errorf("measure %d: %d of %d, want %v", m, k, of, want)
		}
	}
	if n.Outcomes[Wrong] != 1 || n.Rows != 5 {
		t.Errorf("%+v", n)
	}
}

func TestABarIsMissedOnlyWhereChanceDoesNotExplainIt(t *testing.T) {
	bar := Bar{AsExpected, 0.99}
	for _, c := range []struct {
		k, n int
		want Standing
	}{{0, 0, NotMeasured}, {100, 100, Reached}, {99, 100, Reached}, {97, 100, Open}, {90, 100, Missed}, {9900, 10_000, Reached}, {9870, 10_000, Missed}} {
		if got := (&Tally{Rows: c.n, Expected: c.k}).Stands(bar); got != c.want {
			t.Errorf("%d of %d: %v, want %v", c.k, c.n, got, c.want)
		}
	}
}

// One row with somebody else fails a report, whatever the rates are.
func TestOneWrongPersonFailsTheReport(t *testing.T) {
	r := newReport(Options{Seed: Seed{Name: "1"}, Examples: 1})
	k := KeySets()[0]
	right := &invent.Entry{Truth: invent.Truth{Class: "P0", Code: "A", Accept: []string{"00"}}}
	for range 10_000 {
		r.product(k, right, reply{answer: "00", code: "A"})
	}
	if r.Fails() {
		t.Fatal("it fails without a fault")
	}
	r.product(k, right, reply{answer: "00", code: somebodyElse})
	if !r.Fails() {
		t.Error("it does not fail")
	}
	if c := r.cell(k, "P0"); len(c.WrongRows) != 1 || c.Product.Outcomes[Wrong] != 1 {
		t.Errorf("%+v", c.Product)
	}
}
