package identity

import (
	"cmp"
	"math/bits"
	"slices"
)

// An item is what is sorted in memory: by hi, and where that is equal it stays in
// the order in which it came.
type item struct{ hi, lo uint64 }

// spareBits is how many more bits are sorted by than would number the items: of a
// hundred, one is then equal to another and told apart by comparing.
const spareBits = 6

// bytewiseLeast is from where on a pass for each byte is less work than comparing.
const bytewiseLeast = 128

// sortItems sorts by hi. tmp is used meanwhile and has to be as long. Codes and
// hashes are spread evenly by design, so that passes over bytes took a quarter of the
// time of a sort that compares, and half of that again once they stop where the bytes
// passed tell all but a few apart. What is not spread so is sorted too, but slower.
func sortItems(items, tmp []item) {
	if len(items) < bytewiseLeast {
		sortByComparing(items)
		return
	}
	var all, common uint64 = 0, ^uint64(0)
	for _, it := range items {
		all, common = all|it.hi, common&it.hi
	}
	// Below the bits that all have in common, so many that a pair which is equal in
	// them is rare.
	differ := bits.Len64(all &^ common)
	shift := max(differ-bits.Len(uint(len(items)))-spareBits, 0)
	passes := (differ - shift + 7) / 8
	shift = max(differ-8*passes, 0)
	from, to := items, tmp[:len(items)]
	for d := range passes {
		sortByByte(to, from, shift+8*d)
		from, to = to, from
	}
	if passes%2 != 0 {
		copy(items, from)
	}
	for i := 1; i < len(items); i++ {
		if items[i].hi >= items[i-1].hi {
			continue
		}
		first, end := i-1, i+1 // of those that are equal so far
		for first > 0 && items[first-1].hi>>shift == items[i].hi>>shift {
			first--
		}
		for end < len(items) && items[end].hi>>shift == items[i].hi>>shift {
			end++
		}
		sortByComparing(items[first:end])
		i = end
	}
}

func sortByComparing(items []item) {
	slices.SortStableFunc(items, func(a, b item) int { return cmp.Compare(a.hi, b.hi) })
}

// sortByByte puts items in the order of one byte of hi.
func sortByByte(to, from []item, shift int) {
	var at [256]uint32
	for _, it := range from {
		at[byte(it.hi>>shift)]++
	}
	next := uint32(0)
	for i, n := range at {
		at[i] = next
		next += n
	}
	for _, it := range from {
		i := byte(it.hi >> shift)
		to[at[i]] = it
		at[i]++
	}
}
