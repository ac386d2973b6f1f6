package identity

import (
	"slices"
	"strings"

	"baitai/pipeline/authority"
	"baitai/pipeline/normal"
)

// Gathered is everybody who shares a key with a row of a chunk. It holds their
// records packed side by side, without a pointer to each, and prints nothing of
// them. It may be read by several goroutines.
type Gathered struct {
	rows   rowList
	spans  []span // of the record of each of rows.numbers, in its slab
	file   *File
	blocks []*slab // by number of the block, over all layers; nil where nobody is wanted
}

// A span is where a record lies: rows ask for people in no order, so that each thing
// that has to be looked up on the way to a record waits for memory.
type span struct{ from, end uint32 }

// Gather looks up a chunk of rows at once. What it finds for a row does not
// depend on other rows.
//
// Keys are sorted and merged with those of the file, group by group of their hashes:
// a page of keys that a row points to is opened once for each group that it holds,
// which is one in a large file, and each block of people once. Time is
// therefore that of reading what the chunk touches: a million rows are better asked
// for at once than in parts. Memory grows with the chunk: about 0.1 kB a candidate. The
// asks are used up.
func (f *File) Gather(g authority.Grant, a *Asks) (*Gathered, error) {
	if !g.Valid() {
		return nil, ErrNoGrant
	}
	if err := f.Stale(); err != nil {
		return nil, err
	}
	return f.gather(a)
}

func (f *File) gather(a *Asks) (*Gathered, error) {
	tasks, rows := a.lookups(), a.rows
	*a = Asks{} // the tasks have them
	hits, err := each(f.workers, tasks, f.merge)
	if err != nil {
		return nil, err
	}
	out := &Gathered{file: f}
	if out.rows, err = f.byRow(hits, rows); err != nil {
		return nil, err
	}
	out.blocks, out.spans, err = f.fetch(out.rows.numbers)
	return out, err
}

// Of appends the candidates of a row to dst, in the order of their numbers, each
// once.
func (g *Gathered) Of(row int, dst []Candidate) []Candidate {
	from, end := g.rows.of(row)
	for i := from; i < end; i++ {
		n := g.rows.numbers[i]
		dst = append(dst, Candidate{n, g.blocks[g.file.blockOf(n)], g.spans[i]})
	}
	return dst
}

// TooMany reports that more than [MaxCandidates] people share a key with a row.
// Of then gives none, and the row MUST NOT be answered as if nobody had been found.
func (g *Gathered) TooMany(row int) bool { return g.rows.many.has(uint32(row)) }

// Touch brings the records of the candidates of some rows into the nearest memory
// and returns a number without meaning. They lie anywhere in hundreds of megabytes:
// asked for all at once they come side by side, where each row would wait for its own.
func (g *Gathered) Touch(row, end int) (sum byte) {
	from, _ := g.rows.of(row)
	_, to := g.rows.of(end - 1)
	for i := from; i < to; i++ {
		record := g.blocks[g.file.blockOf(g.rows.numbers[i])].packed(g.spans[i])
		for at := 0; at < len(record); at += cacheLine {
			sum += record[at]
		}
	}
	return sum
}

// cacheLine is what a processor takes from memory at a time.
const cacheLine = 64

// A slab holds the records of those people of a block who are wanted. They stand
// behind a second pointer, because fmt prints what a first one points at when a
// verb does not fit.
type slab struct{ p *records }

type records struct {
	data    string
	lexicon *lexicon // nil where they are plain
}

// packed is a record as it lies in the slab.
func (s *slab) packed(at span) string { return s.p.data[at.from:at.end] }

// record is a record, plain, in the memory of w.
func (s *slab) record(at span, w *normal.Workspace) (string, error) {
	if s.p.lexicon == nil {
		return s.packed(at), nil
	}
	var err error
	buf := w.Buffer()
	*buf, err = s.p.lexicon.unpack((*buf)[:0], s.packed(at))
	return w.Hold(*buf), err
}

// A blockAsk is a block of which somebody is wanted.
type blockAsk struct {
	layer *layer
	block uint32
	wants []want
}

// A want is somebody who is wanted: the place in the list of all who are, and the person's
// number. They stand together, as the list is in another order.
type want struct{ place, number uint32 }

// blockOf is the number of the block that has a person, over all layers.
func (f *File) blockOf(number uint32) uint32 {
	l := f.layerOf(number)
	return l.blocks + (number-l.first)/uint32(l.index.shape.blockPeople)
}

// fetch reads the people of the given numbers, in any order; each block once.
func (f *File) fetch(numbers []uint32) ([]*slab, []span, error) {
	slabs, spans := make([]*slab, f.blockCount()), make([]span, len(numbers))
	ends := make([]uint32, len(slabs)+1) // of the places in a block, as those of the next begin
	for _, n := range numbers {
		ends[f.blockOf(n)+1]++
	}
	for i := range slabs {
		ends[i+1] += ends[i]
	}
	wants := make([]want, len(numbers))
	for i, n := range numbers {
		b := f.blockOf(n)
		wants[ends[b]] = want{uint32(i), n}
		ends[b]++
	}
	var asks []blockAsk
	from := uint32(0)
	for _, l := range f.layers {
		for b := range uint32(len(l.index.blocks)) {
			if end := ends[l.blocks+b]; end > from {
				asks = append(asks, blockAsk{l, b, wants[from:end]})
				from = end
			}
		}
	}
	if len(asks) <= cachedBlocks {
		filled, err := each(f.workers, asks, func(a blockAsk) (*slab, error) { return f.fill(a, spans) })
		for i, s := range filled {
			slabs[asks[i].layer.blocks+asks[i].block] = s
		}
		return slabs, spans, err
	}
	_, err := each(f.workers, stretches(asks), func(s []blockAsk) (struct{}, error) { return struct{}{}, f.fillStretch(s, spans, slabs) })
	return slabs, spans, err
}

// fill fetches of a block those who are wanted, and enters where their records lie then.
func (f *File) fill(a blockAsk, spans []span) (*slab, error) {
	b, done, err := f.block(a.layer, a.block, true)
	if err != nil {
		return nil, err
	}
	defer done()
	return a.copy(&b, spans, make([]span, b.people)), nil
}

// stretchBytes is how much of a part is read at once: its pieces (64 KiB) are opened once
// each but for those at the ends, where blocks that are read one by one share them.
const stretchBytes = 2 << 20

// stretches cuts asks into blocks that follow one another in a part.
func stretches(asks []blockAsk) (out [][]blockAsk) {
	for len(asks) > 0 {
		n, place := 1, asks[0].place()
		end := place.off + uint64(place.packed)
		for ; n < len(asks) && asks[n].layer == asks[0].layer; n++ {
			next := asks[n].place()
			if next.part != place.part || next.off != end || end+uint64(next.packed)-place.off > stretchBytes {
				break
			}
			end += uint64(next.packed)
		}
		out, asks = append(out, asks[:n]), asks[n:]
	}
	return out
}

// place is where the block lies.
func (a *blockAsk) place() blockPlace { return a.layer.index.blocks[a.block] }

// fillStretch is fill for blocks that follow one another.
func (f *File) fillStretch(asks []blockAsk, spans []span, slabs []*slab) error {
	l, whole := asks[0].layer, asks[0].place()
	for _, a := range asks[1:] {
		whole.packed += a.place().packed
	}
	raw, lent, err := l.people[whole.part].slice(&f.stretches, whole)
	if err != nil {
		return err
	}
	defer f.stretches.Put(lent)
	var at []span
	for _, a := range asks {
		b, done, err := f.opened(l, a.block, raw[:a.place().packed])
		if err != nil {
			return err
		}
		at = slices.Grow(at[:0], b.people)[:b.people]
		slabs[l.blocks+a.block] = a.copy(&b, spans, at)
		raw = raw[a.place().packed:]
		done()
	}
	return nil
}

// copy copies the records that are wanted out of their block, each once, and enters where
// they lie. It uses at, which has room for everybody in the block.
func (a *blockAsk) copy(b *block, spans, at []span) *slab {
	first := a.layer.first + a.block*uint32(a.layer.index.shape.blockPeople)
	wanted, total := newNumberSet(uint32(b.people)), 0
	for _, w := range a.wants {
		if n := w.number - first; !wanted.has(n) {
			wanted.add(n)
			total += len(b.bytes(int(n)))
		}
	}
	var data strings.Builder
	data.Grow(total)
	for i := range at {
		if wanted.has(uint32(i)) {
			at[i].from = uint32(data.Len())
			data.Write(b.bytes(i))
			at[i].end = uint32(data.Len())
		}
	}
	for _, w := range a.wants {
		spans[w.place] = at[w.number-first]
	}
	return &slab{&records{data.String(), b.lexicon}}
}
