package identity

import (
	"math/bits"
	"strings"

	"baitai/pipeline/authority"
)

// Gathered is everybody who shares a key with a row of a chunk. It holds their
// records packed side by side, without a pointer to each, and prints nothing of
// them. It may be read by several goroutines.
type Gathered struct {
	rows   rowList
	file   *File
	blocks []*slab // by number of the block, over all layers; nil where nobody is wanted
}

// Gather looks up a chunk of rows at once. What it finds for a row does not
// depend on other rows.
//
// Keys are sorted and merged with the partitions of the file; each page of keys
// that a row points to, and each block of people, is opened once. Time is
// therefore that of reading what the chunk touches, and half of it is that of
// unpacking every block: a million rows are better asked for at once than in
// parts. Memory grows with the chunk: about 0.2 kB a candidate.
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
	out.blocks, err = f.fetch(out.rows.numbers)
	return out, err
}

// Of appends the candidates of a row to dst, in the order of their numbers, each
// once.
func (g *Gathered) Of(row int, dst []Candidate) []Candidate {
	for _, n := range g.rows.of(row) {
		l := g.file.layerOf(n)
		local, size := n-l.first, uint32(l.index.shape.blockPeople)
		s := g.blocks[l.blocks+local/size]
		dst = append(dst, Candidate{n, s, s.rank(local % size)})
	}
	return dst
}

// TooMany reports that more than [MaxCandidates] people share a key with a row.
// Of then gives none, and the row MUST NOT be answered as if nobody had been found.
func (g *Gathered) TooMany(row int) bool { return g.rows.many[uint32(row)] }

// A slab holds the records of those people of a block who are wanted. They stand
// behind a second pointer, because fmt prints what a first one points at when a
// verb does not fit.
type slab struct{ p *records }

type records struct {
	wanted numberSet
	ends   []uint32 // of the records in data, by rank
	data   string
}

// rank is which of the wanted people one is.
func (s *slab) rank(n uint32) uint32 {
	r := 0
	for _, word := range s.p.wanted[:n/64] {
		r += bits.OnesCount64(word)
	}
	return uint32(r + bits.OnesCount64(s.p.wanted[n/64]&(1<<(n%64)-1)))
}

func (s *slab) record(rank uint32) string {
	from := uint32(0)
	if rank > 0 {
		from = s.p.ends[rank-1]
	}
	return s.p.data[from:s.p.ends[rank]]
}

// A blockAsk is a block of which somebody is wanted.
type blockAsk struct {
	layer *layer
	block uint32
	slab  *slab
}

// fetch reads the people of the given numbers, in any order; each block once.
func (f *File) fetch(numbers []uint32) ([]*slab, error) {
	slabs := make([]*slab, f.blockCount())
	for _, n := range numbers {
		l := f.layerOf(n)
		local, size := n-l.first, uint32(l.index.shape.blockPeople)
		at := l.blocks + local/size
		if slabs[at] == nil {
			slabs[at] = &slab{&records{wanted: newNumberSet(size)}}
		}
		slabs[at].p.wanted.add(local % size)
	}
	var asks []blockAsk
	for _, l := range f.layers {
		for b := range uint32(len(l.index.blocks)) {
			if s := slabs[l.blocks+b]; s != nil {
				asks = append(asks, blockAsk{l, b, s})
			}
		}
	}
	keep := len(asks) <= cachedBlocks
	_, err := each(f.workers, asks, func(a blockAsk) (struct{}, error) { return struct{}{}, f.fill(a, keep) })
	return slabs, err
}

// fill copies the records that are wanted out of their block.
func (f *File) fill(a blockAsk, keep bool) error {
	b, done, err := f.block(a.layer, a.block, keep)
	if err != nil {
		return err
	}
	defer done()
	var total, count int
	for i := range b.people {
		if a.slab.p.wanted.has(uint32(i)) {
			total += len(b.bytes(i))
			count++
		}
	}
	var data strings.Builder
	data.Grow(total)
	ends := make([]uint32, 0, count)
	for i := range b.people {
		if a.slab.p.wanted.has(uint32(i)) {
			data.Write(b.bytes(i))
			ends = append(ends, uint32(data.Len()))
		}
	}
	a.slab.p.data, a.slab.p.ends = data.String(), ends
	return nil
}
