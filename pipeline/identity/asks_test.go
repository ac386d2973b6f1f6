package identity

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"testing"

	"baitai/pipeline/normal"
)

// allSorted is all asks of a list, group by group as its lookups deal them, each window
// sorted. A window is of asks that agree in their first bits, and behind those of smaller.
func allSorted(t *testing.T, l *askList) (all []ask) {
	t.Helper()
	l.settle()
	const bits = 5
	m := merging{asks: []ask{{1, 2}, {3, 4}, {5, 6}}, ends: []uint32{7, 8}} // of others, as they are lent
	first := func(a ask) uint64 { return a.hash >> (64 - groupBits - bits) }
	last := uint64(0) // of the windows so far, one more
	for g := range groups {
		of := lookup{group: g, pieces: l.pieces}
		for _, p := range l.pieces {
			of.n += len(p.of(g))
		}
		m.asks, m.ends = of.dealt(m.asks, m.ends, bits)
		for asks := range m.windows {
			window := first(asks[0])
			if window < last || slices.ContainsFunc(asks, func(a ask) bool { return first(a) != window }) {
				t.Fatalf("window %d has asks of others, or comes too late", window)
			}
			last = window + 1
			slices.SortStableFunc(asks, func(a, b ask) int { return cmp.Compare(a.hash, b.hash) }) // rows keep their order
			all = append(all, asks...)
		}
	}
	return all
}

func byHashAndRow(a, b ask) int {
	return cmp.Or(cmp.Compare(a.hash, b.hash), cmp.Compare(a.row, b.row))
}

// Hashes that agree in many bits, in few, in all: sorted they are the same as
// sorted by comparison.
func TestAsksAreSortedByHashAndRow(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 5))
	for _, n := range []int{0, 1, 2, 64, 65, groups * 40, pieceMost, 5*pieceMost + 1} {
		for _, mask := range []uint64{1<<64 - 1, 0xff, 0xff << 56, 0, 1<<40 - 1} {
			want, list := make([]ask, n), new(askList)
			for i := range want {
				want[i] = ask{r.Uint64() & mask, uint32(i)}
				list.add(want[i])
			}
			slices.SortFunc(want, byHashAndRow)
			if got := allSorted(t, list); !slices.Equal(got, want) {
				t.Errorf("%d asks, mask %x: not sorted", n, mask)
			}
		}
	}
}

// Asks that are joined are those of the same rows added one by one, also where more are
// added or joined behind them.
func TestJoinedAsksAreThoseOfTheirRows(t *testing.T) {
	r := rand.New(rand.NewPCG(6, 6))
	var all, joined, again, fromCuts Asks
	for range 40 {
		part := new(Asks)
		for range r.IntN(3) * (pieceMost/16 + 1) {
			keys := make(RowKeys, r.IntN(8))
			for i := range keys {
				keys[i] = normal.Key{Kind: normal.KeyKind(r.IntN(int(normal.KeyKinds))), Hash: r.Uint64()}
			}
			all.Add(keys)
			again.Add(keys)
			if part.rows%5000 == 4999 { // some by themselves
				joined.Join(part)
				part = new(Asks)
				joined.Add(keys)
				continue
			}
			part.Add(keys)
		}
		joined.Join(part)
		if again.rows > 0 {
			cut := again.Cut()
			fromCuts.Join(&cut)
		}
	}
	if fromCuts.Rows() != all.Rows() {
		t.Fatalf("%d rows in cuts, not %d", fromCuts.Rows(), all.Rows())
	}
	for kind := range all.of {
		if got, want := allSorted(t, &fromCuts.of[kind]), allSorted(t, &all.of[kind]); !slices.Equal(got, want) {
			t.Errorf("kind %d: %d asks in cuts, not the %d of the rows", kind, len(got), len(want))
		}
	}
	if joined.Rows() != all.Rows() {
		t.Fatalf("%d rows, not %d", joined.Rows(), all.Rows())
	}
	for kind := range all.of {
		got, want := allSorted(t, &joined.of[kind]), allSorted(t, &all.of[kind])
		if !slices.Equal(got, want) {
			t.Errorf("kind %d: %d asks, not the %d of the rows", kind, len(got), len(want))
		}
	}
}
