package match

import (
	"cmp"
	"slices"

	"baitai/pipeline"
	"baitai/pipeline/authority"
	"baitai/pipeline/identity"
	"baitai/pipeline/issue"
	"baitai/pipeline/normal"
	"baitai/pipeline/person"
	"baitai/pipeline/verdict"
)

// A Decider decides rows one after the other, in memory of its own that it uses
// again: allocating it anew took a third of the time of a large list.
type Decider struct {
	policy verdict.Policy
	codes  bool // the grant provides something that is kept as figures
	w      normal.Workspace
	row    pipeline.Row[verdict.Hit]
	person person.Version
	found  []identity.Candidate
	known  []identity.Known
	people []verdict.Considered
	looked []verdict.Looked
	near   []verdict.Looked

	from, to int64 // rows of the list that were touched; no chunk is kept alive for that
	touched  byte
}

// touchRows is how many rows are touched at once.
const touchRows = 32

// touch makes ready what the next rows are compared with. Rows mostly come in order,
// and in batches that begin where a number of rows ends that is touched at once. The
// first row may be the only one: it touches no others.
func (d *Decider) touch(c Candidates) {
	heads := c.bundle.heads
	no := heads[c.row].no
	switch end := min((c.row/touchRows+1)*touchRows, len(heads)); {
	case d.to == 0:
		d.from, d.to = no, no+1
	case no < d.from || no >= d.to:
		d.from, d.to = no, heads[end-1].no+1
		d.touched += c.bundle.chunk.found.Touch(c.bundle.first+c.row, c.bundle.first+end)
	}
}

// NewDecider makes a Decider for rows that are answered under g.
func NewDecider(g authority.Grant) *Decider {
	figures := func(f authority.Field) bool {
		return f == authority.FieldMunicipality || f == authority.FieldReason || f == authority.FieldChangeDate
	}
	return &Decider{policy: PolicyOf(g), codes: slices.ContainsFunc(g.Fields(), figures)}
}

// DecidersFor makes deciders for goroutines that each need one.
func DecidersFor(g authority.Grant) func() func(*pipeline.Row[Candidates]) *pipeline.Row[verdict.Hit] {
	return func() func(*pipeline.Row[Candidates]) *pipeline.Row[verdict.Hit] { return NewDecider(g).Decide }
}

// Decide compares the row with everybody found and applies the table. What it returns
// is good until the next row. Of the person who is meant, it has what g may provide.
func (d *Decider) Decide(row *pipeline.Row[Candidates]) *pipeline.Row[verdict.Hit] {
	d.row = pipeline.Row[verdict.Hit]{No: row.No, Pos: row.Pos, Ref: row.Ref, Issues: row.Issues}
	if len(row.Issues) > 0 {
		return &d.row
	}
	d.w.Reset()
	if err := d.decide(row.Value, &d.row.Value); err != nil { // a record that does not decode: no answer may rest on the others
		d.row.Value = verdict.Hit{}
		d.row.Issues = issue.List{issue.New(issue.RowFault, row.Pos).Because(err)}
	}
	return &d.row
}

func (d *Decider) decide(c Candidates, hit *verdict.Hit) error {
	row, err := c.bundle.asking(c.row, &d.w)
	if err != nil {
		return err
	}
	d.touch(c)
	var tooMany bool
	d.found, tooMany = c.bundle.chunk.candidates(c.bundle.first+c.row, d.found[:0])
	d.known, d.people = d.known[:0], d.people[:0]
	for _, p := range d.found {
		known, err := p.Read(&d.w)
		if err != nil {
			return err
		}
		d.known, d.people = append(d.known, known), append(d.people, verdict.Considered{})
		consider(&d.people[len(d.people)-1], row.folded, known.Folded)
	}
	hit.Decision = verdict.Decide(row.asked, d.people, tooMany, d.policy)
	if hit.Answer.Provides() {
		hit.Grades, hit.Person = d.people[hit.Chosen].Grades, &d.person
		if err := d.known[hit.Chosen].Current(hit.Person, d.codes, &d.w); err != nil {
			return err
		}
	}
	hit.Looked = d.worthALook(hit.Chosen)
	return nil
}

// consider compares a row with the versions of one person, into c, which is zero.
func consider(c *verdict.Considered, row *normal.Folded, versions []*normal.Folded) {
	c.Grades.Compare(row, versions)
	c.State, c.Protected = versions[0].State, versions[0].Support.Protected()
	c.HoldsCode, c.FormerCode = holdsCode(row.Code, versions)
}

// holdsCode reports whether the person holds the code, now or formerly.
func holdsCode(code person.ResidentCode, versions []*normal.Folded) (holds, former bool) {
	if code.IsZero() {
		return false, false
	}
	for i, v := range versions {
		if v.Code.Equal(code) || v.OldCode.Equal(code) {
			return true, i > 0 || !v.Code.Equal(code)
		}
	}
	return false, false
}

// lookedMost bounds what the prefecture's own copy keeps of one row, beside the
// person who is meant.
const lookedMost = 20

// worthALook gives the people whom somebody who looks at the row would want to
// see: the one who is meant, those who fit a line of the table, then those who come
// near, not those who merely share a key. They are in the order of their codes, so
// that it does not matter how the identity file numbers people.
func (d *Decider) worthALook(chosen int) []verdict.Looked {
	look := func(i int, fits bool) verdict.Looked {
		c := &d.people[i]
		return verdict.Looked{Code: d.known[i].Folded[0].Code, Grades: c.Grades, Protected: c.Protected, HoldsCode: c.HoldsCode, Fits: fits}
	}
	looked, near, most := d.looked[:0], d.near[:0], lookedMost
	if chosen >= 0 {
		most++
		looked = append(looked, look(chosen, true))
	}
	from := len(looked)
	for i := range d.people {
		c := &d.people[i]
		switch {
		case i == chosen:
		case c.HoldsCode || verdict.FitsSomeLine(&c.Grades):
			looked = append(looked, look(i, true))
		case c.Grades.Name.Grade != verdict.Differs || c.Grades.Name.Near != verdict.NotNear || c.Grades.Birth.Grade != verdict.Differs:
			near = append(near, look(i, false))
		}
	}
	byCode := func(a, b verdict.Looked) int { return cmp.Compare(a.Code.Reveal(), b.Code.Reveal()) }
	slices.SortFunc(looked[from:], byCode)
	slices.SortFunc(near, byCode)
	d.looked, d.near = append(looked, near...), near
	return d.looked[:min(len(d.looked), most)]
}
