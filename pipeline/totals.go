package pipeline

import (
	"fmt"
	"maps"
)

// Conserve passes rows on and panics where a number is missing, doubled or out
// of order: a stage that loses a row must not be able to end well.
func Conserve[T any](stage string, in Rows[T]) Rows[T] {
	return func(yield func(Row[T], error) bool) {
		numbers := Numbers{Stage: stage}
		for row, err := range in {
			if err == nil {
				numbers.Next(row.No)
			}
			if !yield(row, err) {
				return
			}
			if err != nil {
				return
			}
		}
	}
}

// Numbers are those of the rows that a stage gave, as [Conserve] looks at them.
type Numbers struct {
	Stage string
	last  int64
}

// Next panics unless no follows the number before it.
func (n *Numbers) Next(no int64) {
	if no != n.last+1 {
		panic(fmt.Sprintf("pipeline: internal error: stage %s gave row %d after row %d", n.Stage, no, n.last))
	}
	n.last = no
}

// Totals is what a side counts while rows pass it (突合件数). Codes are answers
// (回答区分) on the way out and empty on the way in.
type Totals struct {
	Rows   int64            // rows seen
	NoSum  int64            // sum of their numbers, so that a doubled row cannot hide a lost one
	ByCode map[string]int64 // rows by answer
}

// Add counts one row; code may be empty.
func (t *Totals) Add(no int64, code string) {
	t.Rows++
	t.NoSum += no
	if code == "" {
		return
	}
	if t.ByCode == nil {
		t.ByCode = make(map[string]int64)
	}
	t.ByCode[code]++
}

// Join adds what was counted of other rows.
func (t *Totals) Join(other Totals) {
	t.Rows += other.Rows
	t.NoSum += other.NoSum
	for code, n := range other.ByCode {
		if t.ByCode == nil {
			t.ByCode = make(map[string]int64)
		}
		t.ByCode[code] += n
	}
}

// Clone returns a copy that shares nothing.
func (t Totals) Clone() Totals {
	t.ByCode = maps.Clone(t.ByCode)
	return t
}

// An ImbalanceError says that not as many rows went out as came in. It is a
// fault of the program or the machine, never of the list.
type ImbalanceError struct{ In, Out Totals }

func (e *ImbalanceError) Error() string {
	return fmt.Sprintf("pipeline: totals do not balance: %d rows in, %d out (sums %d, %d)",
		e.In.Rows, e.Out.Rows, e.In.NoSum, e.Out.NoSum)
}

// Balance compares what went out with what came in: number of rows, sum of row
// numbers, and, where answers were counted, that every row has exactly one.
func (t Totals) Balance(in Totals) error {
	var answered int64
	for _, n := range t.ByCode {
		answered += n
	}
	if t.Rows != in.Rows || t.NoSum != in.NoSum || (t.ByCode != nil && answered != t.Rows) {
		return &ImbalanceError{In: in.Clone(), Out: t.Clone()}
	}
	return nil
}
