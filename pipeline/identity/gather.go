package identity

import (
	"strings"

	"baitai/pipeline/authority"
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
// Keys are sorted and merged with the partitions of the file; each page of keys
// that a row points to, and each block of people, is opened once. Time is
// therefore that of reading what the chunk touches: a million rows are better asked
// for at once than in parts. Memory grows with the chunk: about 0.1 kB a candidate.
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
	hits, err := each(f.workers, f.lookups(a), f.merge)
	if err != nil {
		return nil, err
	}
	out := &Gathered{rows: byRow(hits, a.rows, f.most), file: f}
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

// record is a record, plain; buf is memory that is used for it.
func (s *slab) record(at span, buf *[]byte) (string, error) {
	if s.p.lexicon == nil {
		return s.packed(at), nil
	}
	var err error
	*buf, err = s.p.lexicon.unpack((*buf)[:0], s.packed(at))
	return string(*buf), err
}

// A blockAsk is a block of which somebody is wanted, with the places of those who
// are in the list of all who are.
type blockAsk struct {
	layer  *layer
	block  uint32
	places []uint32
}

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
	places := make([]uint32, len(numbers))
	for i, n := range numbers {
		b := f.blockOf(n)
		places[ends[b]] = uint32(i)
		ends[b]++
	}
	var asks []blockAsk
	from := uint32(0)
	for _, l := range f.layers {
		for b := range uint32(len(l.index.blocks)) {
			if end := ends[l.blocks+b]; end > from {
				asks = append(asks, blockAsk{l, b, places[from:end]})
				from = end
			}
		}
	}
	keep := len(asks) <= cachedBlocks
	filled, err := each(f.workers, asks, func(a blockAsk) (*slab, error) { return f.fill(a, numbers, spans, keep) })
	for i, s := range filled {
		slabs[asks[i].layer.blocks+asks[i].block] = s
	}
	return slabs, spans, err
}

// fill copies the records that are wanted out of their block, each once, and says
// where they lie.
func (f *File) fill(a blockAsk, numbers []uint32, spans []span, keep bool) (*slab, error) {
	b, done, err := f.block(a.layer, a.block, keep)
	if err != nil {
		return nil, err
	}
	defer done()
	first := a.layer.first + a.block*uint32(a.layer.index.shape.blockPeople)
	wanted, total := newNumberSet(uint32(b.people)), 0
	for _, place := range a.places {
		if n := numbers[place] - first; !wanted.has(n) {
			wanted.add(n)
			total += len(b.bytes(int(n)))
		}
	}
	var data strings.Builder
	data.Grow(total)
	at := make([]span, b.people)
	for i := range b.people {
		if wanted.has(uint32(i)) {
			at[i].from = uint32(data.Len())
			data.Write(b.bytes(i))
			at[i].end = uint32(data.Len())
		}
	}
	for _, place := range a.places {
		spans[place] = at[numbers[place]-first]
	}
	return &slab{&records{data.String(), b.lexicon}}, nil
}
