package identity

import (
	"encoding/binary"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// A scan over pages of hashes, the least and the greatest among them, stands at each hash
// that is asked where a linear search ends, and goes past none that is there.
func TestAScanStandsWhereALinearSearchEnds(t *testing.T) {
	hash := rapid.OneOf(rapid.SampledFrom([]uint64{0, 1, 2, 1 << 63, math.MaxUint64 - 1, math.MaxUint64}), rapid.Uint64(), rapid.Uint64Range(0, 100))
	rapid.Check(t, func(t *rapid.T) {
		page := rapid.SliceOfN(hash, 0, 60).Draw(t, "page")
		asked := rapid.SliceOfN(rapid.OneOf(hash, rapid.SampledFrom(append(page, 7))), 1, 60).Draw(t, "asked")
		slices.Sort(page)
		slices.Sort(asked)
		var s scan
		for _, h := range page {
			s.entries = append(binary.BigEndian.AppendUint64(s.entries, h), 0, 0, 0, 0)
		}
		for _, h := range slices.Compact(asked) {
			there := slices.Contains(page, h)
			if s.passed(h) {
				if there {
					t.Fatalf("the scan has gone past %d", h)
				}
				continue
			}
			s.seek(h)
			want := 0
			for want < len(page) && page[want] < h {
				want++
			}
			if s.pos != want*entryBytes {
				t.Fatalf("the scan stands at byte %d for %d, not before entry %d", s.pos, h, want)
			}
		}
	})
}

// A hiddenSet is a set, also behind the numbers that one word of its summary tells of.
func TestAHiddenSetIsASet(t *testing.T) {
	const most = 20_000
	rapid.Check(t, func(t *rapid.T) {
		s, want := newHiddenSet(most), make(map[uint32]bool)
		if (&hiddenSet{}).has(rapid.Uint32Range(0, most-1).Draw(t, "of nobody")) {
			t.Fatal("somebody is hidden where nobody is")
		}
		for _, n := range rapid.SliceOfN(rapid.Uint32Range(0, most-1), 0, 20).Draw(t, "hidden") {
			s.add(n)
			want[n] = true
		}
		for n := range uint32(most) {
			if s.has(n) != want[n] {
				t.Fatalf("%d is hidden: %v", n, s.has(n))
			}
		}
	})
}
