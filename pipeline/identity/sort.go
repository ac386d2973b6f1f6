package identity

import (
	"bytes"
	"cmp"
	"iter"
	"slices"
)

// A record is what a sorter sorts: by hi, then by rest, byte by byte.
type record struct {
	hi   uint64
	rest []byte // valid until the next record is asked for
}

func compareRecords(a, b record) int {
	if a.hi != b.hi {
		return cmp.Compare(a.hi, b.hi)
	}
	return bytes.Compare(a.rest, b.rest)
}

// itemBytes is what an item costs beside its text.
const itemBytes = 16

// arenaBytes is the size of the pieces in which a buffer holds texts, so that it
// grows without being copied.
const arenaBytes = 1 << 20

// A rowBuffer is the records that are sorted in memory at once. lo of its items is the
// number of the piece, the offset in it and the length of rest.
type rowBuffer struct {
	items  []item
	pieces [][]byte
	bytes  int  // of all texts
	sorted bool // so far every hi was at least the one before
}

const (
	loLengthBits = 24
	loOffsetBits = 20 // of arenaBytes
)

// add takes a copy of rest, which is shorter than 16 MiB: an extract's longest row
// has some kilobytes.
func (b *rowBuffer) add(hi uint64, rest []byte) {
	if n := len(b.items); n == 0 {
		b.sorted = true
	} else if hi < b.items[n-1].hi {
		b.sorted = false
	}
	piece := b.piece(len(rest))
	at := uint64(len(b.pieces[piece]))
	b.items = append(b.items, item{hi, (uint64(piece)<<loOffsetBits|at)<<loLengthBits | uint64(len(rest))})
	b.pieces[piece] = append(b.pieces[piece], rest...)
	b.bytes += len(rest)
}

// piece is the number of a piece that has room for n bytes.
func (b *rowBuffer) piece(n int) int {
	last := len(b.pieces) - 1
	if last >= 0 && len(b.pieces[last])+n <= min(cap(b.pieces[last]), arenaBytes) {
		return last
	}
	if last++; last < cap(b.pieces) {
		b.pieces = b.pieces[:last+1] // one that was used before
	} else {
		b.pieces = append(b.pieces, nil)
	}
	if cap(b.pieces[last]) == 0 || cap(b.pieces[last]) < n {
		b.pieces[last] = make([]byte, 0, max(arenaBytes, n))
	}
	return last
}

func (b *rowBuffer) size() int { return len(b.items)*itemBytes + b.bytes }

func (b *rowBuffer) at(i item) record {
	n, at := i.lo&(1<<loLengthBits-1), i.lo>>loLengthBits
	off := at & (1<<loOffsetBits - 1)
	return record{i.hi, b.pieces[at>>loOffsetBits][off : off+n : off+n]}
}

// sort orders the buffer. An extract in the order of codes is, as most are, already
// sorted, and is only looked through.
func (b *rowBuffer) sort() {
	if !b.sorted {
		sortItems(b.items, make([]item, len(b.items)))
	}
	for i := 0; i < len(b.items); {
		from := i
		for i++; i < len(b.items) && b.items[i].hi == b.items[from].hi; i++ {
		}
		if i-from > 1 {
			slices.SortFunc(b.items[from:i], func(x, y item) int { return bytes.Compare(b.at(x).rest, b.at(y).rest) })
		}
	}
}

func (b *rowBuffer) records(yield func(record) bool) {
	for _, i := range b.items {
		if !yield(b.at(i)) {
			return
		}
	}
}

// reset forgets the records and keeps the memory.
func (b *rowBuffer) reset() {
	for i := range b.pieces {
		b.pieces[i] = b.pieces[i][:0]
	}
	b.items, b.pieces, b.bytes = b.items[:0], b.pieces[:0], 0
}

// A sorter sorts more records than memory holds: full buffers go, sorted, to the
// disk as runs, which are merged at the end. A sorter that never fills a buffer
// touches no disk.
type sorter struct {
	scratch     *scratch
	bufferBytes int // of one buffer; there may be two
	runs        []*run
	rest        *rowBuffer // what never went to the disk; nil for none
}

func newSorter(s *scratch, bufferBytes int) *sorter {
	return &sorter{scratch: s, bufferBytes: bufferBytes}
}

// full reports that another record of n bytes belongs into another buffer.
func (s *sorter) full(b *rowBuffer, n int) bool {
	return len(b.items) > 0 && b.size()+itemBytes+n > s.bufferBytes
}

// put sorts a buffer and writes it to the disk, but keeps the last one.
func (s *sorter) put(b *rowBuffer, last bool) error {
	b.sort()
	if last {
		s.rest = b
		return nil
	}
	r, err := s.scratch.write(b.records)
	if err == nil {
		s.runs = append(s.runs, r)
	}
	return err
}

// sorted gives all records in order, once, and then forgets them.
func (s *sorter) sorted() iter.Seq2[record, error] {
	return func(yield func(record, error) bool) {
		defer s.close()
		if len(s.runs) == 0 && s.rest != nil {
			s.rest.records(func(r record) bool { return yield(r, nil) })
			return
		}
		sources, err := s.sources()
		if err != nil {
			yield(record{}, err)
			return
		}
		merge(sources, yield)
	}
}

// sources are the runs and what is left in memory.
func (s *sorter) sources() ([]*source, error) {
	sources := make([]*source, 0, len(s.runs)+1)
	for _, r := range s.runs {
		next, err := r.records()
		if err != nil {
			return nil, err
		}
		sources = append(sources, &source{next: next})
	}
	if s.rest == nil {
		return sources, nil
	}
	b, items := s.rest, s.rest.items
	return append(sources, &source{next: func() (record, bool, error) {
		if len(items) == 0 {
			return record{}, false, nil
		}
		r := b.at(items[0])
		items = items[1:]
		return r, true, nil
	}}), nil
}

// close gives memory and disk back.
func (s *sorter) close() {
	for _, r := range s.runs {
		r.close()
	}
	s.runs, s.rest = nil, nil
}

// A source is one sorted stream of a merge; head is its next record.
type source struct {
	next func() (record, bool, error)
	head record
}

// merge yields the records of all sources in order, from a heap whose root is
// the source with the smallest head.
func merge(sources []*source, yield func(record, error) bool) {
	heap := sources[:0]
	for _, s := range sources {
		head, ok, err := s.next()
		if err != nil {
			yield(record{}, err)
			return
		}
		if ok {
			s.head = head
			heap = append(heap, s)
		}
	}
	for i := len(heap)/2 - 1; i >= 0; i-- {
		sink(heap, i)
	}
	for len(heap) > 0 {
		if !yield(heap[0].head, nil) {
			return
		}
		head, ok, err := heap[0].next()
		if err != nil {
			yield(record{}, err)
			return
		}
		if ok {
			heap[0].head = head
		} else {
			heap[0] = heap[len(heap)-1]
			heap = heap[:len(heap)-1]
		}
		sink(heap, 0)
	}
}

// sink lets the source at i down to where it belongs.
func sink(heap []*source, i int) {
	for {
		child := 2*i + 1
		if child >= len(heap) {
			return
		}
		if child+1 < len(heap) && compareRecords(heap[child+1].head, heap[child].head) < 0 {
			child++
		}
		if compareRecords(heap[i].head, heap[child].head) <= 0 {
			return
		}
		heap[i], heap[child] = heap[child], heap[i]
		i = child
	}
}
