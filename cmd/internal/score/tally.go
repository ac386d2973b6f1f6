package score

import (
	"slices"

	"baitai/cmd/internal/invent"
	"baitai/pipeline/person"
)

// An Outcome is what became of a row.
type Outcome uint8

// The outcomes. Wrong holds every row that gave out somebody whom it does not
// mean, or somebody at all where nobody may be given out.
const (
	Found     Outcome = iota // 00–02 with the right person
	Review                   // 30
	Ambiguous                // 20
	Refused                  // 4x, 8x, 9x
	NotFound                 // 10–12
	Wrong
	outcomes
)

// A reply is an answer reduced to what is scored.
type reply struct {
	answer string // 回答区分
	code   string // 住民票コード now in force of the person given out; "" if nobody was
	step   string
	why    string
	person person.ResidentCode // of whoever was given out by the product
}

func outcomeOf(t invent.Truth, r reply) Outcome {
	switch r.answer {
	case "00", "01", "02":
		if t.Code != "" && t.Code == r.code {
			return Found
		}
		return Wrong
	case "10", "11", "12":
		return NotFound
	case "20":
		return Ambiguous
	case "30":
		return Review
	}
	return Refused
}

// provides reports whether the best answer to the row gives somebody out.
func provides(t invent.Truth) bool {
	return t.Code != "" && len(t.Accept) > 0 && t.Accept[0] <= "02"
}

// A Tally counts the rows of one class in one key set, by one answerer.
type Tally struct {
	Rows     int
	Outcomes [outcomes]int
	// Expected counts rows with one of the answers that are right for them.
	Expected int
	// Carry counts the rows that could carry their person: all but those whose
	// best answer is another one (an unknown part of a birth, too few particulars).
	// Right and RightOrReview are those of them that were answered so.
	Carry, Right, RightOrReview int
}

func (t *Tally) add(truth invent.Truth, r reply) Outcome {
	o := outcomeOf(truth, r)
	t.Rows++
	t.Outcomes[o]++
	if o != Wrong && slices.Contains(truth.Accept, r.answer) {
		t.Expected++
	}
	if provides(truth) {
		t.Carry++
		if o == Found {
			t.Right++
		}
		if o == Found || o == Review {
			t.RightOrReview++
		}
	}
	return o
}

func (t *Tally) plus(o Tally) {
	t.Rows += o.Rows
	for i := range t.Outcomes {
		t.Outcomes[i] += o.Outcomes[i]
	}
	t.Expected += o.Expected
	t.Carry += o.Carry
	t.Right += o.Right
	t.RightOrReview += o.RightOrReview
}

// reached gives what a measure counts, and out of how many. Rows of classes that
// spoil the name or the birth have another best answer than their person: for
// RightOrReview all rows that mean somebody count.
func (t *Tally) reached(m Measure) (k, n int) {
	switch m {
	case RightPerson:
		return t.Right, t.Carry
	case RightOrReview:
		return t.Outcomes[Found] + t.Outcomes[Review], t.Rows
	case NotInFile:
		return t.Outcomes[NotFound], t.Rows
	case AsExpected:
		return t.Expected, t.Rows
	}
	return 0, 0
}

// A Standing says how a count stands to its bar.
type Standing uint8

// The standings. Open is a rate below the bar that so few rows do not exclude.
const (
	NotMeasured Standing = iota
	Reached
	Open
	Missed
)

// Stands holds the tally against a bar.
func (t *Tally) Stands(b Bar) Standing {
	k, n := t.reached(b.Measure)
	switch {
	case b.Measure == NoBar || n == 0:
		return NotMeasured
	case float64(k) >= b.Least*float64(n):
		return Reached
	case ClopperPearson(k, n).High >= b.Least:
		return Open
	}
	return Missed
}
