package answer

import (
	"context"
	"errors"
	"io"
	"iter"
	"maps"
	"slices"

	"baitai/pipeline"
	"baitai/pipeline/issue"
	"baitai/pipeline/verdict"
)

// A Part is one of the files into which a result that is long is split (分割), each
// with its own header; or the one file of a result that is not.
type Part struct {
	Number int   // 1 to Of
	Of     int   // 1: not split
	Rows   int64 // how many it takes; where Of is 1, fixed length alone holds to it
}

// Split deals rows out to parts of at most most rows, in their order; all but the
// last are full. No rows are one part without any, for there is always a file.
func Split(rows, most int64) []Part {
	if rows <= most || most < 1 {
		return []Part{{1, 1, rows}}
	}
	parts := make([]Part, (rows+most-1)/most)
	for i := range parts {
		parts[i] = Part{i + 1, len(parts), min(most, rows-int64(i)*most)}
	}
	return parts
}

// Whole reports whether the result is not split.
func (p Part) Whole() bool { return p.Of <= 1 }

var errPartRows = errors.New("answer: internal error: the parts have other rows than were counted")

// WriteParts is Write for a result in parts. put is called for each part in turn and
// must call write once, with the place where that part goes. The own copy, the
// hashes and the summary are those of the whole result. No row is in two parts or
// in none: it is an error when the rows are not those that the parts have room for.
func WriteParts(ctx context.Context, rows Source, o Output, parts []Part, put func(p Part, write func(io.Writer) error) error) (Summary, error) {
	r := newRenderer(o)
	if _, err := o.Own.Write(r.own.head()); err != nil {
		return Summary{}, err
	}
	// Sheaves are pulled, because a part is a call of put that must end before the next
	// one begins.
	next, stop := iter.Pull2(rows.render(ctx, r, o.Workers))
	defer stop()
	w := &writer{out: o, columns: r.columns, sheaves: next, codes: verdict.Answers(), numbers: pipeline.Numbers{Stage: "answer"}}
	all := newSummary()
	for _, p := range parts {
		w.sum = newSummary()
		if err := put(p, func(to io.Writer) error { return w.part(r, p, to) }); err != nil {
			return Summary{}, err
		}
		all.add(w.sum, o.PlacesMax)
		w.before = all.Totals
	}
	if last := parts[len(parts)-1]; !last.Whole() {
		if more, err := w.more(); err != nil || more {
			return Summary{}, errors.Join(errPartRows, err)
		}
	}
	return all, nil
}

// part writes the rows of one part, from its header to its end.
func (w *writer) part(r *renderer, p Part, to io.Writer) error {
	table, err := w.open(r, p, to)
	if err != nil {
		return err
	}
	if err := w.fill(table, p); err != nil {
		table.abandon()
		return err
	}
	w.count()
	return table.finish(&w.sum)
}

// fill writes the rows that have room in a part.
func (w *writer) fill(t table, p Part) error {
	for p.Whole() || w.sum.Totals.Rows < p.Rows {
		more, err := w.more()
		switch {
		case err != nil:
			return err
		case !more && p.Whole():
			return nil
		case !more:
			return errPartRows
		}
		n := len(w.rest.rows)
		if !p.Whole() {
			n = int(min(int64(n), p.Rows-w.sum.Totals.Rows))
		}
		if err := w.write(t, n); err != nil {
			return err
		}
	}
	return nil
}

// more makes sure that there are rows, if any are left. The own copy and the hashes
// are not in parts.
func (w *writer) more() (bool, error) {
	for len(w.rest.rows) == 0 {
		s, err, more := w.sheaves()
		if err != nil || !more {
			return false, err
		}
		for i := range s.rows {
			if u := s.rows[i].rare; u != nil && u.err != nil {
				return false, u.err
			}
			w.numbers.Next(s.rows[i].no)
		}
		if _, err := w.out.Own.Write(s.own); err != nil {
			return false, err
		}
		if w.out.Provided != nil {
			w.out.Provided.Add(s.provided...)
		}
		w.rest, w.from = sheaf{rows: s.rows, office: s.office}, 0
	}
	return true, nil
}

// write writes the next n rows.
func (w *writer) write(t table, n int) error {
	rows := w.rest.rows[:n]
	for i := range rows {
		w.row(&rows[i])
	}
	end := rows[n-1].end
	if err := t.rows(rows, w.rest.office[w.from:end]); err != nil {
		return err
	}
	w.rest.rows, w.from = w.rest.rows[n:], end
	return nil
}

func newSummary() Summary {
	s := Summary{Lost: make(map[rune]int64), Issues: make(map[issue.Code]int64)}
	s.Totals.ByCode = make(map[string]int64)
	return s
}

// add adds the summary of the part that follows.
func (s *Summary) add(part Summary, placesMax int) {
	seen := maps.Clone(s.Issues)
	for _, p := range part.Places {
		seen[p.Code]++
		s.Places = s.Places.Keep(p, seen[p.Code], placesMax)
	}
	s.Totals.Join(part.Totals)
	s.Grades.Join(part.Grades)
	for r, n := range part.Lost {
		s.Lost[r] += n
	}
	for code, n := range part.Issues {
		s.Issues[code] += n
	}
	for _, column := range part.Defused {
		if !slices.Contains(s.Defused, column) {
			s.Defused = append(s.Defused, column)
		}
	}
}
