package identity

import (
	"cmp"
	"slices"
)

// An item is what is sorted in memory: by hi, and where that is equal it stays in
// the order in which it came.
type item struct{ hi, lo uint64 }

// bytewiseLeast is from where on a pass for each byte is less work than comparing.
const bytewiseLeast = 128

// sortItems sorts by hi. tmp is used meanwhile and has to be as long. Codes and
// hashes are spread evenly by design, so that passes over bytes, which ask nothing
// of the values, took a quarter of the time of a sort that compares.
func sortItems(items, tmp []item) {
	if len(items) < bytewiseLeast {
		slices.SortStableFunc(items, func(a, b item) int { return cmp.Compare(a.hi, b.hi) })
		return
	}
	var counts [8][256]uint32
	for _, it := range items {
		for d := range counts {
			counts[d][byte(it.hi>>(8*d))]++
		}
	}
	from, to := items, tmp[:len(items)]
	for d := range counts {
		if counts[d][byte(items[0].hi>>(8*d))] == uint32(len(items)) {
			continue // one value for all
		}
		at := uint32(0)
		for i, n := range counts[d] {
			counts[d][i] = at
			at += n
		}
		for _, it := range from {
			i := byte(it.hi >> (8 * d))
			to[counts[d][i]] = it
			counts[d][i]++
		}
		from, to = to, from
	}
	if &from[0] != &items[0] {
		copy(items, from)
	}
}
