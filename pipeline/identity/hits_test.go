package identity

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// Rows of several ranges get the numbers that were found for them, ascending, each once,
// however many lookups found them and goroutines deal them out; those with too many get none.
func TestHitsAreDealtToTheirRows(t *testing.T) {
	const most = 20
	for _, rows := range []int{1, 100, rangeRows, rangeRows + 1, 2*rangeRows + 77} {
		r := rand.New(rand.NewPCG(7, uint64(rows)))
		found, all := make([][]uint32, rows), make([]hitList, 5)
		for i := range all {
			var hits []hit
			for range rows {
				row, number := uint32(r.IntN(rows)), uint32(r.IntN(1000))
				if r.IntN(50) == 0 {
					number = tooMany
				}
				for range 1 + r.IntN(3)/2 { // some twice
					hits = append(hits, newHit(row, number))
				}
				found[row] = append(found[row], number)
			}
			for n := range uint32(most + 2) { // more than a row may have, of one lookup or several
				row := uint32(rows - 1)
				hits, found[row] = append(hits, newHit(row, 2000+n)), append(found[row], 2000+n)
			}
			all[i] = dealt(hits, rows)
		}
		for _, workers := range []int{1, 3} {
			got, err := (&File{workers: workers, most: most}).byRow(all, rows)
			if err != nil {
				t.Fatal(err)
			}
			for row, want := range found {
				want = slices.Compact(slices.Sorted(slices.Values(want)))
				many := len(want) > most || slices.Contains(want, tooMany)
				if many {
					want = nil
				}
				if from, end := got.of(row); !slices.Equal(got.numbers[from:end], want) || got.many.has(uint32(row)) != many {
					t.Fatalf("row %d of %d, %d workers: %d numbers, want %d; too many: %v", row, rows, workers, end-from, len(want), many)
				}
			}
		}
	}
}
