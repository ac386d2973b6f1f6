package identity

import (
	"cmp"
	"encoding/binary"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// A scan over pages of hashes, the least and the greatest among them, finds of each hash
// whom a linear search finds, whatever it found in windows before.
func TestAScanFindsWhatALinearSearchFinds(t *testing.T) {
	hash := rapid.OneOf(rapid.SampledFrom([]uint64{0, 1, 2, 1 << 63, math.MaxUint64 - 1, math.MaxUint64}), rapid.Uint64(), rapid.Uint64Range(0, 100))
	rapid.Check(t, func(t *rapid.T) {
		keys := rapid.SliceOfN(hash, 0, 60).Draw(t, "keys")
		asked := rapid.SliceOfN(rapid.OneOf(hash, rapid.SampledFrom(append(keys, 7))), 1, 60).Draw(t, "asked")
		most := rapid.SampledFrom([]int{2, 1000}).Draw(t, "most")
		bits := rapid.IntRange(0, windowBitsMost).Draw(t, "bits of windows")
		slices.Sort(keys)
		s := scan{layer: &layer{index: &index{people: uint32(len(keys))}, first: 1000}, shift: max(64-groupBits-bits-scanBits, 0)}
		var entries []byte
		for i, h := range keys {
			entries = binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint64(entries, h), uint32(i))
		}
		slices.SortFunc(asked, func(a, b uint64) int { return cmp.Compare(a>>(64-groupBits-bits), b>>(64-groupBits-bits)) })
		for len(asked) > 0 {
			n := 1
			for n < len(asked) && (asked[n]^asked[0])>>(64-groupBits-bits) == 0 {
				n++
			}
			window := asked[:n]
			asked = asked[n:]
			s.hashes, s.numbers = s.hashes[:0], s.numbers[:0]
			cut := rapid.IntRange(0, len(keys)).Draw(t, "keys of the first page") * entryBytes
			for _, page := range [][]byte{entries[:cut], entries[cut:]} {
				s.unpack(page, slices.Min(window), slices.Max(window))
			}
			s.index()
			for _, h := range window {
				var got, want []hit
				if i, has := s.at(h); has {
					var err error
					if got, err = s.find(ask{h, 5}, i, nil, most); err != nil {
						t.Fatal(err)
					}
				}
				for i, k := range keys {
					if k == h && len(want) < most {
						want = append(want, newHit(5, 1000+uint32(i)))
					}
				}
				if !slices.Equal(got, want) {
					t.Fatalf("%d has %v, not %v", h, got, want)
				}
			}
		}
	})
}

// A hiddenSet is a set, also among the numbers that one bit of its summary tells of.
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
