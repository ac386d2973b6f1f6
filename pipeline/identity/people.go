package identity

import (
	"context"
	"iter"
	"slices"

	"baitai/pipeline/issue"
)

// people yields the encoded versions of each whole person, current first: people
// with one code in the order of their codes, then those whose code changed. Once
// the load has failed it yields nobody, and only looks for more faults. What it
// yields is good until the next person.
func (b *builder) people(ctx context.Context) iter.Seq2[[][]byte, error] {
	return func(yield func([][]byte, error) bool) {
		w := walker{builder: b, yield: yield}
		n := 0
		for rec, err := range b.rows.sorted() {
			if n++; err == nil && n&1023 == 0 {
				err = ctx.Err()
			}
			if err != nil {
				yield(nil, err)
				return
			}
			if !w.take(rec) {
				return
			}
		}
		if !w.emit() {
			return
		}
		b.note(b.chains.resolve()...)
		if b.failed() {
			return
		}
		for rows := range b.chains.people {
			if !yield(rows, nil) {
				return
			}
		}
	}
}

// A walker goes through the rows of all people and puts those of one code together.
type walker struct {
	*builder
	yield func([][]byte, error) bool
	last  uint64 // code and history number
	text  []byte // the rows of one code, oldest first
	ends  []int  // of the rows in text
	rows  [][]byte
}

func (w *walker) take(rec record) (more bool) {
	if rec.hi>>historyBits != w.last>>historyBits || len(w.ends) == 0 {
		if !w.emit() {
			return false
		}
	} else if rec.hi == w.last {
		w.note(issue.New(issue.ExtractDoubledHistory, w.pos(rec.rest)))
		w.chains.spoil(rec.hi >> historyBits)
	}
	w.last = rec.hi
	w.text = append(w.text, rec.rest[posBytes:]...)
	w.ends = append(w.ends, len(w.text))
	return true
}

// emit gives the rows of one code, or keeps them where they belong to a chain.
func (w *walker) emit() (more bool) {
	code := w.last >> historyBits
	w.rows = w.rows[:0]
	from := 0
	for _, end := range w.ends {
		w.rows = append(w.rows, w.text[from:end])
		from = end
	}
	more = true
	if w.chains.has(code) {
		w.chains.hold(code, w.rows)
	} else if _, bad := w.chains.spoiled[code]; !bad && !w.failed() && len(w.rows) > 0 {
		slices.Reverse(w.rows)
		more = w.yield(w.rows, nil)
	}
	w.text, w.ends = w.text[:0], w.ends[:0]
	return more
}
