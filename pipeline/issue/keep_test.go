package issue

import (
	"testing"

	"pgregory.net/rapid"
)

// TestEveryCodeKeepsItsFirstPlaces draws faults in any order and any number.
func TestEveryCodeKeepsItsFirstPlaces(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		most := rapid.IntRange(0, 60).Draw(t, "most")
		codes := []Code{"R1", "R2", "R3", "R4"}
		counts := make(map[Code]int64)
		var kept List
		for no, c := range rapid.SliceOfN(rapid.SampledFrom(codes), 0, 300).Draw(t, "codes") {
			counts[c]++
			kept = kept.Keep(&Issue{Code: c, Pos: Pos{Row: no + 1}}, counts[c], most)
		}
		var all int64
		named := make(map[Code]int64)
		last := 0
		for _, i := range kept {
			named[i.Code]++
			if i.Pos.Row <= last {
				t.Fatal("places are not in the order in which they were found")
			}
			last = i.Pos.Row
		}
		for _, n := range counts {
			all += n
		}
		if int64(len(kept)) != min(all, int64(most)) {
			t.Fatalf("%d places of %d are kept, room for %d", len(kept), all, most)
		}
		for c, n := range counts {
			if fair := min(n, keptEach, int64(most/len(codes))); named[c] < fair-1 {
				t.Fatalf("%s has %d of %d places, room for %d", c, named[c], n, most)
			}
		}
	})
}

func TestAMillionFaultsOfOneKindDoNotHideAnother(t *testing.T) {
	var kept List
	counts := make(map[Code]int64)
	add := func(c Code) {
		counts[c]++
		kept = kept.Keep(&Issue{Code: c}, counts[c], 1000)
	}
	for range 1_000_000 {
		add("R1")
	}
	for range 3 {
		add("R2")
	}
	if len(kept) != 1000 || kept[997].Code != "R2" || kept[999].Code != "R2" || kept[996].Code != "R1" {
		t.Errorf("%d places, the last are %s", len(kept), kept[999].Code)
	}
}
