package identity

import (
	"math"
	"math/bits"
	"slices"
)

// A hit is a row and the number of a person, so that hits sort by both.
type hit uint64

func newHit(row, number uint32) hit { return hit(row)<<32 | hit(number) }

func (h hit) row() uint32    { return uint32(h >> 32) }
func (h hit) number() uint32 { return uint32(h) }

// tooMany stands, in place of a number, for more people than a row may have, so
// that a thousand rows that ask for a common name do not fill memory.
const tooMany = math.MaxUint32

// merge looks the asks of a lookup up among the keys of every layer, which are walked side
// by side with them, window by window.
func (f *File) merge(t lookup) (hitList, error) {
	m, ok := f.merging.Get().(*merging)
	if !ok {
		m = new(merging)
	}
	defer f.merging.Put(m)
	m.begin(f.layers, t)
	hits := m.hits[:0]
	for asks := range m.windows {
		if err := m.take(asks); err != nil {
			return hitList{}, err
		}
		for _, a := range asks {
			before := len(hits)
			most := before + f.most + 1 // a row that has these has too many already
			for _, s := range m.taken {
				i, has := s.at(a.hash)
				if !has {
					continue
				}
				var err error
				if hits, err = s.find(a, i, hits, most); err != nil {
					return hitList{}, err
				}
			}
			if len(hits) == most {
				hits = append(hits[:before], newHit(a.row, tooMany))
			}
		}
	}
	m.hits = hits
	return dealt(hits, t.rows), nil
}

// A merging is the memory in which lookups are merged one after the other.
type merging struct {
	asks  []ask    // window by window
	ends  []uint32 // of the windows in asks
	scans []scan   // by layer
	taken []*scan  // those that have keys in the window
	hits  []hit
}

// windowEntries is how many keys of a layer are in a window, about. They stay in the
// nearest memory with the asks.
const windowEntries = 1 << 10

// begin makes ready for a lookup.
func (m *merging) begin(layers []*layer, t lookup) {
	entries := uint64(0) // of the largest layer
	for _, l := range layers {
		entries = max(entries, l.index.keys[t.kind].entries())
	}
	bits := min(bits.Len64(entries/(groups*windowEntries)), windowBitsMost)
	m.asks, m.ends = t.dealt(m.asks, m.ends, bits)
	m.scans = slices.Grow(m.scans[:0], len(layers))[:len(layers)]
	for i, l := range layers {
		m.scans[i].begin(l, t.kind, 64-groupBits-bits)
	}
}

// windows gives the asks of each window that has some.
func (m *merging) windows(yield func([]ask) bool) {
	from := uint32(0)
	for _, end := range m.ends {
		if end > from && !yield(m.asks[from:end]) {
			return
		}
		from = end
	}
}

// take makes ready the keys of all layers that the asks of a window may mean.
func (m *merging) take(asks []ask) error {
	low, high := asks[0].hash, asks[0].hash
	for _, a := range asks {
		low, high = min(low, a.hash), max(high, a.hash)
	}
	m.taken = m.taken[:0]
	for i := range m.scans {
		s := &m.scans[i]
		if err := s.take(low, high); err != nil {
			return err
		}
		if len(s.hashes) > 0 {
			m.taken = append(m.taken, s)
		}
	}
	return nil
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

// rangeRows is how many rows are put in order at once: what is counted of them stays in
// near memory.
const (
	rangeBits = 16
	rangeRows = 1 << rangeBits
)

// A hitList is hits in the order of their ranges, and where each ends.
type hitList struct {
	hits []hit
	ends []uint32
}

// dealt makes a hitList, in memory of its own.
func dealt(hits []hit, rows int) hitList {
	l := hitList{make([]hit, len(hits)), make([]uint32, rows>>rangeBits+1)}
	for _, h := range hits {
		l.ends[h.row()>>rangeBits]++
	}
	next := uint32(0)
	for r, n := range l.ends { // where it begins: it will have moved to its end
		l.ends[r] = next
		next += n
	}
	for _, h := range hits {
		at := &l.ends[h.row()>>rangeBits]
		l.hits[*at] = h
		*at++
	}
	return l
}

// of is the hits of a range.
func (l *hitList) of(r int) []hit {
	from := uint32(0)
	if r > 0 {
		from = l.ends[r-1]
	}
	return l.hits[from:l.ends[r]]
}

// byRow deals the hits out to their rows, and marks the rows that have too many.
func (f *File) byRow(all []hitList, rows int) (rowList, error) {
	ranges := make([]int, 0, rows>>rangeBits+1)
	for r := 0; r<<rangeBits < rows; r++ {
		ranges = append(ranges, r)
	}
	parts, err := each(f.workers, ranges, func(r int) (rowList, error) {
		return byRow(all, r, min(rangeRows, rows-r<<rangeBits), f.most), nil
	})
	total := 0
	for i := range parts {
		total += len(parts[i].numbers)
	}
	out := rowList{ends: make([]uint32, 0, rows), numbers: make([]uint32, 0, total)}
	for i := range parts {
		had := uint32(len(out.numbers))
		for _, end := range parts[i].ends {
			out.ends = append(out.ends, had+end)
		}
		out.numbers = append(out.numbers, parts[i].numbers...)
		out.many = append(out.many, parts[i].many...)
	}
	return out, err
}

// byRow is that for the rows of a range, numbered from 0. It counts first, because sorting
// millions of hits took longer than finding them.
func byRow(all []hitList, of, rows, most int) rowList {
	r := rowList{ends: make([]uint32, rows), many: newNumberSet(uint32(rows))}
	starts := make([]uint32, rows+1)
	for i := range all {
		for _, h := range all[i].of(of) {
			starts[h.row()%rangeRows+1]++
		}
	}
	for i := range rows {
		starts[i+1] += starts[i]
	}
	r.numbers = make([]uint32, starts[rows])
	fill := slices.Clone(starts[:rows])
	for i := range all {
		for _, h := range all[i].of(of) {
			at := &fill[h.row()%rangeRows]
			r.numbers[*at] = h.number()
			*at++
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
