package identity

import (
	"context"

	"baitai/pipeline"
	"baitai/pipeline/authority"
	"baitai/pipeline/issue"
	"baitai/pipeline/normal"
	"baitai/pipeline/person"
)

// A Candidate is a person whom a row may mean. It prints nothing of the person.
type Candidate struct {
	Number uint32 // of the person in this generation
	slab   *slab  // nil for the zero Candidate, which holds nobody
	at     span
}

// candidateOf is a candidate by itself.
func candidateOf(number uint32, record string) Candidate {
	return Candidate{number, &slab{&records{record, nil}}, span{0, uint32(len(record))}}
}

// A Known is what is compared of a candidate, with the way to the rest.
type Known struct {
	// Folded are the versions, current first, as they were folded when the generation
	// was made.
	Folded []*normal.Folded
	rest   person.Text // of the versions, behind what is compared; encoded
}

// Read gives what is compared of the versions, in the memory of w: it is good until
// that is reset.
func (c Candidate) Read(w *normal.Workspace) (Known, error) {
	if c.slab == nil {
		return Known{}, errCorrupt
	}
	record, err := c.slab.record(c.at, w)
	if err != nil {
		return Known{}, err
	}
	r := cursor{s: record}
	folded, err := r.folded(w)
	return Known{folded, w.Texts().Text(r.s)}, err
}

// Current decodes the current version into v, in the memory of w; without codes, what
// is kept as figures (市町村コード, 附票管理市町村コード, 異動事由 and the days) stays empty. It
// is asked of the person who is meant alone, so that nothing else of anybody is looked
// at.
func (k Known) Current(v *person.Version, codes bool, w *normal.Workspace) error {
	c := cursor{s: k.rest.Reveal(), texts: w.Texts()}
	if c.rest(v, k.Folded[0], codes); c.bad {
		return errCorrupt
	}
	return nil
}

// Versions decodes the versions, current first.
func (c Candidate) Versions() ([]*person.Version, error) {
	if c.slab == nil {
		return nil, errCorrupt
	}
	record, err := c.slab.record(c.at, new(normal.Workspace))
	if err != nil {
		return nil, err
	}
	vs, _, err := decodePerson(record)
	return vs, err
}

// Found is what the file has for one row.
type Found struct {
	// Candidates are the people who share a key with the row, each once, in the
	// order of their numbers.
	Candidates []Candidate
	// TooMany says that more than MaxCandidates people do. Candidates is then
	// empty, and the row MUST NOT be answered as if nobody had been found.
	TooMany bool
}

// Candidates is [File.Gather] for a few rows: it returns one Found a row, in the
// order of the rows.
func (f *File) Candidates(g authority.Grant, rows []RowKeys) ([]Found, error) {
	asks := new(Asks)
	for _, keys := range rows {
		asks.Add(keys)
	}
	gathered, err := f.Gather(g, asks)
	if err != nil {
		return nil, err
	}
	found := make([]Found, len(rows))
	for i := range found {
		found[i] = Found{gathered.Of(i, nil), gathered.TooMany(i)}
	}
	return found, nil
}

// each runs independent tasks on n goroutines and keeps their order. The first
// error, in that order, ends it.
func each[In, Out any](n int, tasks []In, do func(In) (Out, error)) ([]Out, error) {
	type done struct {
		out Out
		err error
	}
	stage := pipeline.EachN(n, 1, func(row pipeline.Row[In]) (done, issue.List) {
		out, err := do(row.Value)
		return done{out, err}, nil
	})
	rows := func(yield func(pipeline.Row[In], error) bool) {
		for i, t := range tasks {
			if !yield(pipeline.Row[In]{No: int64(i) + 1, Value: t}, nil) {
				return
			}
		}
	}
	outs := make([]Out, 0, len(tasks))
	for row, err := range stage(context.Background(), rows) {
		if err == nil {
			err = row.Value.err
		}
		if err != nil {
			return nil, err
		}
		outs = append(outs, row.Value.out)
	}
	return outs, nil
}
