package identity

import (
	"encoding/binary"
	"math"
	"slices"

	"baitai/pipeline/normal"
)

// A hit is a row and the number of a person, so that hits sort by both.
type hit uint64

func newHit(row, number uint32) hit { return hit(row)<<32 | hit(number) }

func (h hit) row() uint32    { return uint32(h >> 32) }
func (h hit) number() uint32 { return uint32(h) }

// tooMany stands, in place of a number, for more people than a row may have, so
// that a thousand rows that ask for a common name do not fill memory.
const tooMany = math.MaxUint32

// merge walks the asks of a lookup and the keys of every layer side by side.
func (f *File) merge(t lookup) ([]hit, error) {
	lent, ok := f.asks.Get().(*[]ask)
	if !ok {
		lent = new([]ask)
	}
	defer f.asks.Put(lent)
	*lent = t.sorted(*lent)
	asks := *lent
	hits := make([]hit, 0, len(asks))
	scans := make([]scan, len(f.layers))
	for i, l := range f.layers {
		scans[i] = newScan(l, t.kind, asks, f.most)
	}
	var numbers []uint32 // of the hash asked last
	for i, a := range asks {
		if i == 0 || a.hash != asks[i-1].hash {
			numbers = numbers[:0]
			for j := range scans {
				if scans[j].passed(a.hash) {
					continue
				}
				var err error
				if numbers, err = scans[j].find(a.hash, numbers); err != nil {
					return nil, err
				}
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

// A scan reads the keys of one kind and layer forwards, page by page.
type scan struct {
	layer     *layer
	kind      normal.KeyKind
	last      uint64 // hash that will be asked
	dense     bool   // several asks for each page
	most      int
	partition int
	page      int
	entries   []byte // of the page, without padding; nil before the first
	pos       int    // a byte of entries: everything before it is smaller than what was asked last
	next      uint64 // hash of the entry there; 0 where that is not known

	buf      []byte // pages that were read at once, used again for the next ones
	from, to int    // which pages
}

// pagesAtOnce is how many pages are read at once where each of them will be asked for:
// opening one costs memory of its own, however little it is.
const pagesAtOnce = 8

// newScan makes a scan for asks, one at least, in the order of their hashes.
func newScan(l *layer, kind normal.KeyKind, asks []ask, most int) scan {
	pages := 0
	for _, p := range l.index.keys[kind].partitions {
		pages += len(p.first)
	}
	return scan{layer: l, kind: kind, last: asks[len(asks)-1].hash, dense: groups*len(asks) > 4*pages, most: most, partition: -1}
}

// passed reports that nobody has the hash, because the scan has gone past it.
func (s *scan) passed(hash uint64) bool { return hash < s.next }

// find appends the numbers of the people with this hash, but no more than one
// above the limit: a row that has these has too many already. Hashes MUST be
// asked in ascending order.
func (s *scan) find(hash uint64, numbers []uint32) ([]uint32, error) {
	x := &s.layer.index.keys[s.kind]
	at := x.partitionOf(hash)
	p := &x.partitions[at]
	page := s.page
	if next := page + 1; at != s.partition {
		page = p.pageOf(hash)
	} else if next < len(p.first) && p.first[next] < hash { // mostly it is in the page that is open
		page = max(p.pageOf(hash), page)
	}
	for ; page < len(p.first) && (p.first[page] <= hash || at == s.partition && page == s.page); page++ {
		if err := s.turn(at, page); err != nil {
			return nil, err
		}
		s.seek(hash)
		i := s.pos
		for ; i < len(s.entries) && s.hash(i) == hash; i += entryBytes {
			if len(numbers) > s.most {
				return numbers, nil
			}
			number := binary.BigEndian.Uint32(s.entries[i+8:])
			if number >= s.layer.index.people {
				return nil, s.layer.keys[s.kind][at].damaged(errCorrupt) // leads nowhere
			}
			if !s.layer.replaced(number) {
				numbers = append(numbers, s.layer.first+number)
			}
		}
		if i < len(s.entries) {
			break
		}
	}
	return numbers, nil
}

// seekNear is how many entries are passed one by one, which takes less time than to
// foretell steps of other lengths.
const seekNear = 16

// seek moves to the first entry that is not smaller. The next hash of a large
// list is only a few entries away, so the steps begin small.
func (s *scan) seek(hash uint64) {
	for near := min(s.pos+seekNear*entryBytes, len(s.entries)); s.pos < near; s.pos += entryBytes {
		if s.next = s.hash(s.pos); s.next >= hash {
			return
		}
	}
	low, step := s.pos, entryBytes
	for low < len(s.entries) && s.hash(low) < hash {
		s.pos = low + entryBytes
		low += step
		step *= 2
	}
	low, high := s.pos/entryBytes, min(low, len(s.entries))/entryBytes
	for low < high {
		if middle := int(uint(low+high) >> 1); s.hash(middle*entryBytes) < hash {
			low = middle + 1
		} else {
			high = middle
		}
	}
	s.pos, s.next = low*entryBytes, 0
	if s.pos < len(s.entries) {
		s.next = s.hash(s.pos)
	}
}

func (s *scan) hash(at int) uint64 { return binary.BigEndian.Uint64(s.entries[at:]) }

// turn opens a page: one chunk of the seal.
func (s *scan) turn(partition, page int) error {
	if partition == s.partition && page == s.page && s.entries != nil {
		return nil
	}
	if partition != s.partition || page < s.from || page >= s.to {
		if err := s.read(partition, page); err != nil {
			return err
		}
	}
	s.page, s.pos, s.next = page, 0, 0
	s.entries = s.buf[(page-s.from)*s.layer.index.shape.pageBytes:][:s.entriesOf(partition, page)*entryBytes]
	return nil
}

// entriesOf is how many keys are in a page.
func (s *scan) entriesOf(partition, page int) int {
	x := s.layer.index
	perPage := x.entriesPerPage()
	return int(min(perPage, x.keys[s.kind].partitions[partition].entries-uint64(page)*perPage))
}

// read reads a page, and those behind it where there are several asks for each.
func (s *scan) read(partition, page int) error {
	x := s.layer.index
	n := 1
	if keys := &x.keys[s.kind]; s.dense {
		pages := len(keys.partitions[partition].first)
		if partition == keys.partitionOf(s.last) {
			pages = max(keys.partitions[partition].pageOf(s.last), page) + 1
		}
		n = min(pagesAtOnce, pages-page)
	}
	s.partition, s.from, s.to, s.entries = partition, page, page+n, nil
	size := (n-1)*x.shape.pageBytes + s.entriesOf(partition, page+n-1)*entryBytes
	s.buf = slices.Grow(s.buf[:0], size)[:size]
	return s.layer.keys[s.kind][partition].readAt(s.buf, int64(page)*int64(x.shape.pageBytes))
}

// A rowList has the numbers of the people found for each row.
type rowList struct {
	ends    []uint32  // by row, where its numbers end
	numbers []uint32  // row by row, ascending, each once
	many    numberSet // rows that have too many
}

// of says where in numbers those of a row stand.
func (r *rowList) of(row int) (from, end uint32) {
	if row > 0 {
		from = r.ends[row-1]
	}
	return from, r.ends[row]
}

// byRow deals the hits out to their rows, and marks the rows that have too many.
// It counts first, because sorting millions of hits took longer than finding them.
func byRow(all [][]hit, rows, most int) rowList {
	r := rowList{ends: make([]uint32, rows), many: newNumberSet(uint32(rows))}
	starts := make([]uint32, rows+1)
	for _, hits := range all {
		for _, h := range hits {
			starts[h.row()+1]++
		}
	}
	for i := range rows {
		starts[i+1] += starts[i]
	}
	r.numbers = make([]uint32, starts[rows])
	fill := slices.Clone(starts[:rows])
	for _, hits := range all {
		for _, h := range hits {
			r.numbers[fill[h.row()]] = h.number()
			fill[h.row()]++
		}
	}
	end := uint32(0) // kept so far: what is left moves down
	for row := range rows {
		mine := r.numbers[starts[row]:starts[row+1]]
		if len(mine) > 1 {
			slices.Sort(mine)
			mine = slices.Compact(mine)
		}
		if n := len(mine); n > most || n > 0 && mine[n-1] == tooMany {
			r.many.add(uint32(row))
			mine = nil
		}
		end += uint32(copy(r.numbers[end:], mine))
		r.ends[row] = end
	}
	r.numbers = r.numbers[:end]
	return r
}
