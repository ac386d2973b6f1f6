package match

import (
	"iter"
	"slices"

	"baitai/pipeline"
	"baitai/pipeline/authority"
	"baitai/pipeline/identity"
	"baitai/pipeline/normal"
)

// A chunk is the rows that are asked for at once. They wait packed, bundle by bundle, until
// the candidates of all are there: a million rows as values would be more than a
// gigabyte, which the collector would walk again and again.
type chunk struct {
	bundles []*bundle
	size    int // rows
	asks    identity.Asks
	found   Found
	rounds  []round
}

// lookUp takes bundles in chunks and asks the file once for each chunk. A chunk
// has at most size rows, or one bundle.
func lookUp(file File, g authority.Grant, size int, in iter.Seq2[*packed, error]) pipeline.Batches[Candidates] {
	return func(yield func(pipeline.Batch[Candidates], error) bool) {
		c := new(chunk)
		flush := func() bool {
			ok := c.answer(file, g, yield)
			c = new(chunk)
			return ok
		}
		for p, err := range in {
			if err != nil {
				if flush() {
					yield(nil, err)
				}
				return
			}
			if c.size > 0 && c.size+len(p.bundle.heads) > size && !flush() {
				return
			}
			c.add(p.bundle)
			p.bundle = nil // what is used again keeps no chunk alive
		}
		flush()
	}
}

// add keeps a bundle.
func (c *chunk) add(r *bundle) {
	r.chunk, r.first = c, c.size
	c.bundles = append(c.bundles, r)
	c.size += len(r.heads)
	c.asks.Join(&r.asks)
	r.asks = identity.Asks{}
}

// answer finds the candidates of all rows and passes the rows on, in order.
func (c *chunk) answer(file File, g authority.Grant, yield func(pipeline.Batch[Candidates], error) bool) bool {
	if c.size == 0 {
		return true
	}
	if err := c.gather(file, g); err != nil {
		yield(nil, err)
		return false
	}
	for i, r := range c.bundles {
		c.bundles[i] = nil // it goes when it is decided
		if !yield(r.rows, nil) {
			return false
		}
	}
	return true
}

// gather looks everybody up.
func (c *chunk) gather(file File, g authority.Grant) (err error) {
	if c.found, err = file.Gather(g, &c.asks); err != nil {
		return err
	}
	var many []place
	for _, r := range c.bundles {
		for i := range r.heads {
			if c.found.TooMany(r.first + i) {
				many = append(many, place{r, i})
			}
		}
	}
	return c.lookAgain(file, g, many)
}

// A place is where a row is in a chunk.
type place struct {
	bundle *bundle
	row    int
}

// no is the number of the row in the chunk.
func (p place) no() int { return p.bundle.first + p.row }

// A round is what rows with too many candidates found when they asked by fewer
// keys.
type round struct {
	found Found
	at    map[int]int // by row of the chunk: its number in found
}

// lookAgain looks once more for rows with too many candidates, by ever fewer keys:
// the holder of the row's 住民票コード and people under 支援措置 must be seen however
// common the name is.
func (c *chunk) lookAgain(file File, g authority.Grant, many []place) error {
	for _, kinds := range [][]normal.KeyKind{{normal.KeyCode, normal.KeyNameBirth, normal.KeyKanaBirth}, {normal.KeyCode}} {
		if len(many) == 0 {
			return nil
		}
		r := round{at: make(map[int]int, len(many))}
		asks := new(identity.Asks)
		for n, at := range many {
			a, err := at.bundle.asking(at.row, new(normal.Workspace))
			if err != nil {
				return err
			}
			asks.Add(only(a.folded.Keys(nil), kinds))
			r.at[at.no()] = n
		}
		var err error
		if r.found, err = file.Gather(g, asks); err != nil {
			return err
		}
		c.rounds = append(c.rounds, r)
		many = slices.DeleteFunc(many, func(at place) bool { return !r.found.TooMany(r.at[at.no()]) })
	}
	return nil
}

// candidates appends whom a row may mean. tooMany says that there were more than
// could be compared.
func (c *chunk) candidates(row int, dst []identity.Candidate) (_ []identity.Candidate, tooMany bool) {
	found, n := c.found, row
	tooMany = found.TooMany(row)
	for _, r := range c.rounds {
		if !found.TooMany(n) {
			break
		}
		found, n = r.found, r.at[row]
	}
	return found.Of(n, dst), tooMany
}

func only(keys identity.RowKeys, kinds []normal.KeyKind) identity.RowKeys {
	return slices.DeleteFunc(keys, func(k normal.Key) bool { return !slices.Contains(kinds, k.Kind) })
}
