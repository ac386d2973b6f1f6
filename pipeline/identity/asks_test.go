package identity

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"testing"
)

// Hashes that agree in many bits, in few, in all: sorted they are the same as
// sorted by comparison.
func TestAsksAreSortedByHashAndRow(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 5))
	for _, n := range []int{0, 1, 2, radixLeast - 1, radixLeast, radixLeast + 1, 5 * radixLeast} {
		for _, mask := range []uint64{1<<64 - 1, 0xff, 0xff << 56, 0, 1<<40 - 1} {
			asks := make([]ask, n)
			for i := range asks {
				asks[i] = ask{r.Uint64() & mask, uint32(i)}
			}
			want := slices.Clone(asks)
			slices.SortFunc(want, func(a, b ask) int { return cmp.Or(cmp.Compare(a.hash, b.hash), cmp.Compare(a.row, b.row)) })
			if sortAsks(asks); !slices.Equal(asks, want) {
				t.Errorf("%d asks, mask %x: not sorted", n, mask)
			}
		}
	}
}
