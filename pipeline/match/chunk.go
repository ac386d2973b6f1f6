package match

import (
	"iter"
	"slices"

	"baitai/pipeline"
	"baitai/pipeline/authority"
	"baitai/pipeline/identity"
	"baitai/pipeline/issue"
	"baitai/pipeline/normal"
)

// A chunk is the rows that are asked for at once. They wait packed, without a
// pointer in them, until the candidates of all are there: a million rows as
// values would be more than a gigabyte, which the collector would walk again and
// again.
type chunk struct {
	heads  []head
	pos    []issue.Pos // without the row; most chunks have one
	faulty []faulty    // rows that ask for nobody, in order
	rows   store
	asks   identity.Asks
	found  Found
	rounds []round
}

// head is what a row keeps beside what it asks.
type head struct {
	no  int64
	row int32 // issue.Pos.Row
	pos uint32
	at  place
}

// faulty is a row of the chunk and what is wrong with it.
type faulty struct {
	row    int
	issues issue.List
}

// lookUp takes rows in chunks and asks the file once for each chunk.
func lookUp(file File, g authority.Grant, size int, in iter.Seq2[*packed, error]) pipeline.Rows[Candidates] {
	return func(yield func(pipeline.Row[Candidates], error) bool) {
		c := new(chunk)
		flush := func() bool {
			ok := c.answer(file, g, yield)
			c = new(chunk)
			return ok
		}
		for row, err := range in {
			if err != nil {
				if flush() {
					yield(pipeline.Row[Candidates]{}, err)
				}
				return
			}
			if c.add(row.p); len(c.heads) == size && !flush() {
				return
			}
		}
		flush()
	}
}

// add keeps a row.
func (c *chunk) add(row *packedRow) {
	h := head{no: row.no, row: int32(row.pos.Row)}
	pos := row.pos
	if pos.Row = 0; len(c.pos) == 0 || c.pos[len(c.pos)-1] != pos {
		c.pos = append(c.pos, pos)
	}
	h.pos = uint32(len(c.pos) - 1)
	if len(row.issues) > 0 {
		c.faulty = append(c.faulty, faulty{len(c.heads), row.issues})
	}
	h.at = c.rows.add(row.ref.Reveal(), row.row)
	c.asks.Add(row.keys)
	c.heads = append(c.heads, h)
}

// answer finds the candidates of all rows and passes the rows on, in order.
func (c *chunk) answer(file File, g authority.Grant, yield func(pipeline.Row[Candidates], error) bool) bool {
	if len(c.heads) == 0 {
		return true
	}
	if err := c.gather(file, g); err != nil {
		yield(pipeline.Row[Candidates]{}, err)
		return false
	}
	wrong := c.faulty
	for i, h := range c.heads {
		out := pipeline.Row[Candidates]{No: h.no, Pos: c.pos[h.pos], Ref: c.rows.ref(h.at)}
		if out.Pos.Row = int(h.row); len(wrong) > 0 && wrong[0].row == i {
			out.Issues, wrong = wrong[0].issues, wrong[1:]
		} else {
			out.Value = Candidates{c, i}
		}
		if !yield(out, nil) {
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
	c.asks = identity.Asks{}
	var many []int
	for i := range c.heads {
		if c.found.TooMany(i) {
			many = append(many, i)
		}
	}
	return c.lookAgain(file, g, many)
}

// A round is what rows with too many candidates found when they asked by fewer
// keys.
type round struct {
	found Found
	at    map[int]int // by row of the chunk: its number in found
}

// lookAgain looks once more for rows with too many candidates, by ever fewer keys:
// the holder of the row's 住民票コード and people under 支援措置 must be seen however
// common the name is.
func (c *chunk) lookAgain(file File, g authority.Grant, many []int) error {
	for _, kinds := range [][]normal.KeyKind{{normal.KeyCode, normal.KeyNameBirth, normal.KeyKanaBirth}, {normal.KeyCode}} {
		if len(many) == 0 {
			return nil
		}
		r := round{at: make(map[int]int, len(many))}
		asks := new(identity.Asks)
		for n, row := range many {
			a, err := c.asking(row, new(normal.Workspace))
			if err != nil {
				return err
			}
			asks.Add(only(a.folded.Keys(nil), kinds))
			r.at[row] = n
		}
		var err error
		if r.found, err = file.Gather(g, asks); err != nil {
			return err
		}
		c.rounds = append(c.rounds, r)
		many = slices.DeleteFunc(many, func(row int) bool { return !r.found.TooMany(r.at[row]) })
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
