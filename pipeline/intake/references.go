package intake

import "hash/maphash"

// references tells which 整理番号 stand twice. It holds 96 bits of two keyed hashes
// of each and no text: that two different ones among ten million are taken for
// one is less likely than 10⁻¹⁵ however a list is made, for the keys are drawn
// anew. A slot takes 16 bytes; the table is at most three quarters full.
type references struct {
	seeds [2]maphash.Seed
	slots []referenceSlot // a power of two
	used  int

	waiting []referenceSlot
	fetched uint64 // of no meaning: what was read ahead has to go somewhere
}

type referenceSlot struct {
	a   uint64
	b   uint32
	row uint32 // 0 where the slot is free
}

const referenceSlotsFirst = 1 << 12

func newReferences() *references {
	return &references{seeds: [2]maphash.Seed{maphash.MakeSeed(), maphash.MakeSeed()}, slots: make([]referenceSlot, referenceSlotsFirst)}
}

// referenceSlotsAhead bounds what is made before so many rows have come.
const referenceSlotsAhead = 1 << 22

// expect makes room for so many rows in all.
func (r *references) expect(rows int64) {
	n := len(r.slots)
	for int64(n/4*3) < rows && n < referenceSlotsAhead {
		n *= 2
	}
	if n > len(r.slots) {
		r.resize(n)
	}
}

// waiting is how many references are looked up together. The table of a long list
// lies outside every cache; the slots of many are fetched side by side, those of
// one after the other are not.
const waiting = 64

// add notes that a row has the reference, and reports whether it is time to settle.
func (r *references) add(ref string, row int) (full bool) {
	s := referenceSlot{maphash.String(r.seeds[0], ref), uint32(maphash.String(r.seeds[1], ref)), uint32(row)}
	r.waiting = append(r.waiting, s)
	return len(r.waiting) == waiting
}

// settle gives, for each row that was added since the last time and has a
// reference that an earlier one had, the two rows, in the order of the list.
func (r *references) settle(doubled func(row, earlier int)) {
	mask := uint64(len(r.slots) - 1)
	for _, s := range r.waiting {
		r.fetched ^= r.slots[s.a&mask].a
	}
	for _, s := range r.waiting {
		at := r.find(s)
		if at.row != 0 {
			doubled(int(s.row), int(at.row))
			continue
		}
		*at = s
		if r.used++; r.used > len(r.slots)/4*3 {
			r.resize(2 * len(r.slots))
		}
	}
	r.waiting = r.waiting[:0]
}

// find is the slot of s, or the free one that it would take.
func (r *references) find(s referenceSlot) *referenceSlot {
	mask := uint64(len(r.slots) - 1)
	for i := s.a & mask; ; i = (i + 1) & mask {
		if at := &r.slots[i]; at.row == 0 || at.a == s.a && at.b == s.b {
			return at
		}
	}
}

// resize moves the references to a table of so many slots, which is a power of two.
func (r *references) resize(slots int) {
	before := r.slots
	r.slots = make([]referenceSlot, slots)
	for _, s := range before {
		if s.row != 0 {
			*r.find(s) = s
		}
	}
}
