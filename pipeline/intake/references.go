package intake

import (
	"cmp"
	"hash/maphash"
	"math/bits"
	"slices"
)

// references tells which 整理番号 stand twice. It holds 96 bits of two keyed hashes
// of each and no text: that two different ones among ten million are taken for
// one is less likely than 10⁻¹⁵ however a list is made, for the keys are drawn
// anew. One takes 16 bytes, and 16 more while they are compared.
//
// They are compared all at once when all are there, dealt into groups by their first
// hash: a group and its table lie in the nearest memory, where the table of all of a
// long list lies outside every cache.
type references struct {
	seeds [2]maphash.Seed
	runs  []referenceRun // in the order of the list
	added bool           // the last run is of those that were added one by one
}

// A referenceRun is references that follow one another.
type referenceRun struct {
	slots []referenceSlot
	lines int // of the list before that of row 1
}

type referenceSlot struct {
	a   uint64
	b   uint32
	row uint32 // 0 where the slot of a table is free
}

func newReferences() *references {
	return &references{seeds: [2]maphash.Seed{maphash.MakeSeed(), maphash.MakeSeed()}}
}

// slot makes what is held of a reference. It may be called side by side.
func (r *references) slot(ref string, row int) referenceSlot {
	return referenceSlot{maphash.String(r.seeds[0], ref), uint32(maphash.String(r.seeds[1], ref)), uint32(row)}
}

// add adds the reference of a row.
func (r *references) add(ref string, row int) {
	if !r.added {
		r.runs, r.added = append(r.runs, referenceRun{}), true
	}
	last := &r.runs[len(r.runs)-1]
	last.slots = append(last.slots, r.slot(ref, row))
}

// addRun adds those of the rows after so many lines, which count from there.
func (r *references) addRun(slots []referenceSlot, lines int) {
	r.runs, r.added = append(r.runs, referenceRun{slots, lines}), false
}

// referenceGroup is about how many are in a group: 64 KB, and twice that in its table.
const referenceGroup = 1 << 12

// doubled gives, for each row that has the reference of an earlier one, the two rows, in
// the order of the list.
func (r *references) doubled() (pairs [][2]int) {
	slots, ends := r.deal()
	var table []referenceSlot
	from := 0
	for _, to := range ends {
		group := slots[from:to]
		from = to
		room := 1 << bits.Len(uint(2*len(group)))
		table = slices.Grow(table[:0], room)[:room]
		clear(table)
		for _, s := range group {
			at := findReference(table, s)
			if at.row != 0 {
				pairs = append(pairs, [2]int{int(s.row), int(at.row)})
				continue
			}
			*at = s
		}
	}
	slices.SortFunc(pairs, func(a, b [2]int) int { return cmp.Compare(a[0], b[0]) })
	return pairs
}

// deal puts the references in groups, of each of which it gives the end, and in these in
// the order of the list.
func (r *references) deal() (slots []referenceSlot, ends []int) {
	n := 0
	for _, run := range r.runs {
		n += len(run.slots)
	}
	shift := 64 - bits.Len(uint(n/referenceGroup))
	ends = make([]int, 1<<(64-shift))
	for _, run := range r.runs {
		for _, s := range run.slots {
			ends[s.a>>shift]++
		}
	}
	sum := 0
	for i, n := range ends {
		ends[i] = sum
		sum += n
	}
	slots = make([]referenceSlot, n)
	for _, run := range r.runs {
		for _, s := range run.slots {
			s.row += uint32(run.lines)
			end := &ends[s.a>>shift]
			slots[*end] = s
			*end++
		}
	}
	return slots, ends
}

// findReference is the slot of s in a table, or the free one that it would take. A table
// has as many as a power of two, and one at least that is free. The groups were told by
// the upper bits of the hash.
func findReference(table []referenceSlot, s referenceSlot) *referenceSlot {
	mask := uint64(len(table) - 1)
	for i := s.a & mask; ; i = (i + 1) & mask {
		if at := &table[i]; at.row == 0 || at.a == s.a && at.b == s.b {
			return at
		}
	}
}
