package score

import (
	"slices"
	"time"

	"baitai/cmd/internal/invent"
	"baitai/pipeline/person"
)

// A Report is what a run counted.
type Report struct {
	Seed         Seed
	People       int
	RowsPerClass int
	Cells        []*Cell // by key set, then by class
	Missed       int     // rows whose class could be done to nobody near; they are P0
	// LoadTook is the making of the identity file, MatchTook intake and matching
	// alone, Took all of it.
	LoadTook, MatchTook, Took time.Duration

	examples int
	at       map[cellID]*Cell
}

type cellID struct {
	keys  string
	class invent.Class
}

// A Cell is one class in one key set.
type Cell struct {
	Keys      KeySet
	Class     invent.ClassInfo
	Bar       Bar
	Product   Tally
	Baselines [baselines]Tally
	// WrongRows are rows that gave out somebody whom they do not mean; OtherRows
	// those that were answered otherwise than expected, or fell short of the bar.
	// Both are cut short, and empty for the sealed seed.
	WrongRows, OtherRows []Example
}

// An Example is a row with what became of it.
type Example struct {
	Row               invent.Row
	Truth             invent.Truth
	Answer, Step, Why string
	Meant             *invent.Person // nil if nobody is
	Given             *invent.Person // who was given out, if anybody was

	got person.ResidentCode
}

func newReport(o Options) *Report {
	r := &Report{Seed: o.Seed, People: o.People, RowsPerClass: o.RowsPerClass, examples: o.Examples, at: map[cellID]*Cell{}}
	if o.Seed.sealed {
		r.examples = 0
	}
	for _, k := range o.keySets() {
		for _, c := range o.classesOf(k) {
			cell := &Cell{Keys: k, Class: c, Bar: barOf(k, c)}
			r.Cells = append(r.Cells, cell)
			r.at[cellID{k.ID, c.Class}] = cell
		}
	}
	return r
}

func (r *Report) planned() int64 { return int64(len(r.Cells)) * int64(r.RowsPerClass) }

// cell finds the cell of a row: a list may hold a class that was not asked for,
// P0 where another could be done to nobody.
func (r *Report) cell(k KeySet, class invent.Class) *Cell {
	id := cellID{k.ID, class}
	if c := r.at[id]; c != nil {
		return c
	}
	info := invent.Classes()[slices.IndexFunc(invent.Classes(), func(c invent.ClassInfo) bool { return c.Class == class })]
	c := &Cell{Keys: k, Class: info}
	r.Cells, r.at[id] = append(r.Cells, c), c
	return c
}

func (r *Report) product(k KeySet, e *invent.Entry, got reply) {
	c := r.cell(k, e.Truth.Class)
	o := c.Product.add(e.Truth, got)
	example := Example{Row: e.Row, Truth: e.Truth, Answer: got.answer, Step: got.step, Why: got.why, got: got.person}
	short := c.Bar.Measure == RightPerson && provides(e.Truth) && o != Found ||
		c.Bar.Measure == RightOrReview && o != Found && o != Review || !slices.Contains(e.Truth.Accept, got.answer)
	switch {
	case o == Wrong && len(c.WrongRows) < 10*r.examples:
		c.WrongRows = append(c.WrongRows, example)
	case o != Wrong && short && len(c.OtherRows) < r.examples:
		c.OtherRows = append(c.OtherRows, example)
	}
}

// baseline leaves out P7w and P14, rows that must go back to the office: whom they
// were made of is not said, so that a guess is neither right nor wrong.
func (r *Report) baseline(k KeySet, b int, e *invent.Entry, got reply) {
	if e.Truth.Class == "P7w" || e.Truth.Class == "P14" {
		return
	}
	r.cell(k, e.Truth.Class).Baselines[b].add(e.Truth, got)
}

// Total adds up the cells of one sort of class, or all for 0.
func (r *Report) Total(sort ...invent.Sort) (product Tally, base [baselines]Tally) {
	for _, c := range r.Cells {
		if len(sort) > 0 && !slices.Contains(sort, c.Class.Sort) {
			continue
		}
		product.plus(c.Product)
		for b := range base {
			base[b].plus(c.Baselines[b])
		}
	}
	return product, base
}

// Fails reports whether a bar was missed beyond doubt, or anybody else's data
// would have left.
func (r *Report) Fails() bool {
	return slices.ContainsFunc(r.Cells, func(c *Cell) bool { return c.Product.Outcomes[Wrong] > 0 || c.Product.Stands(c.Bar) == Missed })
}
