package identity

import (
	"bytes"
	"cmp"
	"iter"
	"math"
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

type item struct {
	hi     uint64
	off, n uint32 // of rest in the arena
}

// A sorter sorts more records than memory holds: full buffers go, sorted, to the
// disk as runs, which are merged at the end. A sorter that never fills its
// buffer touches no disk.
type sorter struct {
	scratch     *scratch
	bufferBytes int
	items       []item
	arena       []byte
	runs        []*run
}

func newSorter(s *scratch, bufferBytes int) *sorter {
	return &sorter{scratch: s, bufferBytes: min(bufferBytes, math.MaxUint32)}
}

// add takes a copy of rest.
func (s *sorter) add(hi uint64, rest []byte) error {
	if len(s.items)*itemBytes+len(s.arena)+len(rest) > s.bufferBytes && len(s.items) > 0 {
		if err := s.flush(); err != nil {
			return err
		}
	}
	s.items = append(s.items, item{hi, uint32(len(s.arena)), uint32(len(rest))})
	s.arena = append(s.arena, rest...)
	return nil
}

func (s *sorter) at(i item) record { return record{i.hi, s.arena[i.off:][:i.n:i.n]} }

// sort orders the buffer. Records usually arrive with few equal hi, so that the
// arena is hardly looked at.
func (s *sorter) sort() {
	slices.SortFunc(s.items, func(a, b item) int {
		if a.hi != b.hi {
			return cmp.Compare(a.hi, b.hi)
		}
		return compareRecords(s.at(a), s.at(b))
	})
}

func (s *sorter) flush() error {
	s.sort()
	r, err := s.scratch.write(func(yield func(record) bool) {
		for _, i := range s.items {
			if !yield(s.at(i)) {
				return
			}
		}
	})
	if err != nil {
		return err
	}
	s.runs = append(s.runs, r)
	s.items, s.arena = s.items[:0], s.arena[:0]
	return nil
}

// sorted gives all records in order, once, and then forgets them.
func (s *sorter) sorted() iter.Seq2[record, error] {
	return func(yield func(record, error) bool) {
		defer s.close()
		s.sort()
		if len(s.runs) == 0 {
			for _, i := range s.items {
				if !yield(s.at(i), nil) {
					return
				}
			}
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

// sources are the runs and what is left in the buffer.
func (s *sorter) sources() ([]*source, error) {
	sources := make([]*source, 0, len(s.runs)+1)
	for _, r := range s.runs {
		next, err := r.records()
		if err != nil {
			return nil, err
		}
		sources = append(sources, &source{next: next})
	}
	items := s.items
	return append(sources, &source{next: func() (record, bool, error) {
		if len(items) == 0 {
			return record{}, false, nil
		}
		r := s.at(items[0])
		items = items[1:]
		return r, true, nil
	}}), nil
}

// close gives memory and disk back.
func (s *sorter) close() {
	for _, r := range s.runs {
		r.close()
	}
	s.runs, s.items, s.arena = nil, nil, nil
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
