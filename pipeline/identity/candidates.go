package identity

import (
	"cmp"
	"context"
	"encoding/binary"
	"math"
	"slices"
	"sort"

	"baitai/pipeline"
	"baitai/pipeline/authority"
	"baitai/pipeline/issue"
	"baitai/pipeline/normal"
)

// RowKeys are the keys under which one row looks; nil for a row that asks for
// nobody.
type RowKeys = []normal.Key

// Found is what the file has for one row.
type Found struct {
	// Candidates are the people who share a key with the row, each once, in the
	// order of their numbers.
	Candidates []*Candidate
	// TooMany says that more than MaxCandidates people do. Candidates is then
	// empty, and the row MUST NOT be answered as if nobody had been found.
	TooMany bool
}

// Candidates looks up a chunk of rows at once and returns one Found a row, in the
// order of the rows. What it returns for a row does not depend on other rows.
//
// Keys are sorted and merged with the partitions of the file; each page of keys
// and each block of people is opened at most once a call. Time is therefore that
// of reading what the chunk touches: hand over large chunks (100,000 rows and
// more) of large lists. Memory is about 0.5 kB a candidate.
func (f *File) Candidates(g authority.Grant, chunk []RowKeys) ([]Found, error) {
	if !g.Valid() {
		return nil, ErrNoGrant
	}
	if err := f.Stale(); err != nil {
		return nil, err
	}
	hits, err := f.hits(chunk)
	if err != nil {
		return nil, err
	}
	found := make([]Found, len(chunk))
	rows := splitRows(hits, found, f.most)
	people, err := f.fetch(needed(rows))
	if err != nil {
		return nil, err
	}
	for i, numbers := range rows {
		for _, n := range numbers {
			found[i].Candidates = append(found[i].Candidates, people[n])
		}
	}
	return found, nil
}

// An ask is one key of one row.
type ask struct {
	hash uint64
	row  uint32
}

// A hit is a row and the number of a person, so that hits sort by both.
type hit uint64

func newHit(row, number uint32) hit { return hit(row)<<32 | hit(number) }

// tooMany stands, in place of a number, for more people than a row may have, so
// that a thousand rows that ask for a common name do not fill memory.
const tooMany = math.MaxUint32

// hits looks every key up: partitions are tasks of their own. The result is
// sorted by row and number, each pair once.
func (f *File) hits(chunk []RowKeys) ([]hit, error) {
	tasks := f.lookups(chunk)
	pages := 0
	for _, t := range tasks {
		pages += len(t.asks)
	}
	keep := pages <= cachedPages
	all, err := each(f.workers, tasks, func(t lookup) ([]hit, error) { return f.merge(t, keep) })
	if err != nil {
		return nil, err
	}
	hits := slices.Concat(all...)
	slices.Sort(hits)
	return slices.Compact(hits), nil
}

// A lookup is what is asked of one partition, in the order of the hash.
type lookup struct {
	kind      normal.KeyKind
	partition int
	asks      []ask
}

func (f *File) lookups(chunk []RowKeys) []lookup {
	var asks [normal.KeyKinds][]ask
	for row, keys := range chunk {
		for _, k := range keys {
			if k.Kind < normal.KeyKinds {
				asks[k.Kind] = append(asks[k.Kind], ask{k.Hash, uint32(row)})
			}
		}
	}
	var tasks []lookup
	for kind, as := range asks {
		slices.SortFunc(as, func(a, b ask) int {
			if a.hash != b.hash {
				return cmp.Compare(a.hash, b.hash)
			}
			return cmp.Compare(a.row, b.row)
		})
		x := &f.index.keys[kind]
		for len(as) > 0 {
			p := x.partitionOf(as[0].hash)
			n := sort.Search(len(as), func(i int) bool { return x.partitionOf(as[i].hash) > p })
			if x.partitions[p].entries > 0 {
				tasks = append(tasks, lookup{normal.KeyKind(kind), p, as[:n]})
			}
			as = as[n:]
		}
	}
	return tasks
}

// merge walks the asks and the pages of a partition side by side.
func (f *File) merge(t lookup, keep bool) ([]hit, error) {
	s := &scan{file: f, lookup: t, keep: keep, page: -1}
	var hits []hit
	var numbers []uint32 // of the hash asked last
	for i, a := range t.asks {
		if i == 0 || a.hash != t.asks[i-1].hash {
			var err error
			if numbers, err = s.find(a.hash, numbers[:0]); err != nil {
				return nil, err
			}
		}
		if len(numbers) > f.most {
			hits = append(hits, newHit(a.row, tooMany))
			continue
		}
		for _, n := range numbers {
			hits = append(hits, newHit(a.row, n))
		}
	}
	return hits, nil
}

// A scan reads a partition forwards, a page at a time.
type scan struct {
	file *File
	lookup
	keep    bool
	page    int
	entries []byte // of the page, without padding
	pos     int    // everything before it is smaller than what was asked last
}

// find appends the numbers of the people with this hash, but no more than one
// above the limit: a row that has these has too many already. Hashes MUST be
// asked in ascending order.
func (s *scan) find(hash uint64, numbers []uint32) ([]uint32, error) {
	p := &s.file.index.keys[s.kind].partitions[s.partition]
	for page := max(p.pageOf(hash), s.page); page < len(p.first) && (page == 0 || p.first[page] <= hash || page == s.page); page++ {
		if err := s.turn(page); err != nil {
			return nil, err
		}
		n := len(s.entries) / entryBytes
		s.pos += sort.Search(n-s.pos, func(i int) bool { return s.hash(s.pos+i) >= hash })
		i := s.pos
		for ; i < n && s.hash(i) == hash; i++ {
			if len(numbers) > s.file.most {
				return numbers, nil
			}
			numbers = append(numbers, binary.BigEndian.Uint32(s.entries[i*entryBytes+8:]))
		}
		if i < n {
			break
		}
	}
	return numbers, nil
}

func (s *scan) hash(i int) uint64 { return binary.BigEndian.Uint64(s.entries[i*entryBytes:]) }

func (s *scan) turn(page int) error {
	if page == s.page {
		return nil
	}
	entries, err := s.file.keyPage(pageName{s.kind, s.partition, page}, s.keep)
	s.page, s.entries, s.pos = page, entries, 0
	return err
}

// keyPage returns the entries of a page.
func (f *File) keyPage(name pageName, keep bool) ([]byte, error) {
	if entries, ok := f.pages.get(name); ok {
		return entries, nil
	}
	perPage := f.index.entriesPerPage()
	n := min(perPage, f.index.keys[name.kind].partitions[name.partition].entries-uint64(name.page)*perPage)
	entries := make([]byte, n*entryBytes)
	err := f.keys[name.kind][name.partition].readAt(entries, int64(name.page)*int64(f.index.shape.pageBytes))
	if err == nil && keep {
		f.pages.put(name, entries)
	}
	return entries, err
}

// splitRows gives each row its numbers, and marks those that have too many.
func splitRows(hits []hit, found []Found, most int) [][]uint32 {
	rows := make([][]uint32, len(found))
	for len(hits) > 0 {
		row := uint32(hits[0] >> 32)
		n := sort.Search(len(hits), func(i int) bool { return uint32(hits[i]>>32) > row })
		if n > most || uint32(hits[n-1]) == tooMany {
			found[row].TooMany = true
		} else {
			rows[row] = make([]uint32, n)
			for i, h := range hits[:n] {
				rows[row][i] = uint32(h)
			}
		}
		hits = hits[n:]
	}
	return rows
}

// needed is every number once, ascending.
func needed(rows [][]uint32) []uint32 {
	all := slices.Concat(rows...)
	slices.Sort(all)
	return slices.Compact(all)
}

// A blockAsk is the people that are wanted of one block.
type blockAsk struct {
	block   uint32
	numbers []uint32
}

// fetch reads the people of the given numbers, ascending; each block once.
func (f *File) fetch(numbers []uint32) (map[uint32]*Candidate, error) {
	size := uint32(f.index.shape.blockPeople)
	var asks []blockAsk
	people := make(map[uint32]*Candidate, len(numbers))
	for len(numbers) > 0 {
		if numbers[len(numbers)-1] >= f.index.people {
			return nil, &DamagedError{indexName, errCorrupt} // a key leads nowhere
		}
		b := numbers[0] / size
		n := sort.Search(len(numbers), func(i int) bool { return numbers[i]/size > b })
		asks = append(asks, blockAsk{b, numbers[:n]})
		numbers = numbers[n:]
	}
	keep := len(asks) <= cachedBlocks
	all, err := each(f.workers, asks, func(a blockAsk) ([]*Candidate, error) {
		b, err := f.block(a.block, keep)
		if err != nil {
			return nil, err
		}
		cs := make([]*Candidate, len(a.numbers))
		for i, n := range a.numbers {
			cs[i] = f.newCandidate(n, b.record(int(n%size)))
		}
		return cs, nil
	})
	for _, cs := range all {
		for _, c := range cs {
			people[c.Number] = c
		}
	}
	return people, err
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
