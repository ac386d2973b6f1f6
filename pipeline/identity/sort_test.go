package identity

import (
	"bytes"
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"baitai/spool/spooltest"
)

func TestSortingOutsideMemoryGivesTheSame(t *testing.T) {
	key := testKey(t)
	vs := crowd(rand.New(rand.NewPCG(2, 2)), 40)
	var want []string
	for i, buffer := range []int{0, 1, 2000, 100_000} {
		dir := siteDir(t)
		o := testOptions(dir, key)
		o.BufferBytes = buffer
		shuffled := slices.Clone(vs)
		rand.New(rand.NewPCG(3, uint64(i))).Shuffle(len(shuffled), func(a, b int) {
			shuffled[a], shuffled[b] = shuffled[b], shuffled[a]
		})
		mustBuild(t, o, shuffled...)
		if _, err := Verify(dir, key, nil); err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, p := range everyone(t, mustOpen(t, dir, key)) {
			for _, v := range p {
				got = append(got, string(appendVersion(nil, v)))
			}
		}
		if want == nil {
			want = got
		}
		if !slices.Equal(got, want) {
			t.Errorf("with a buffer of %d bytes the people are others, or in another order", buffer)
		}
		spooltest.NoLitter(t, dir)
	}
}

func TestScratchIsSealedAndHasNoName(t *testing.T) {
	dir := t.TempDir()
	s, err := newScratch(dir)
	if err != nil {
		t.Fatal(err)
	}
	const mark = "福岡県福岡市中央区天神"
	r, err := s.write(func(yield func(record) bool) {
		for i := range 100 {
			if !yield(record{uint64(i), []byte(fmt.Sprint(mark, i))}) {
				return
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	defer r.close()
	if names := namesIn(t, dir); len(names) != 0 {
		t.Errorf("names: %v", names)
	}
	raw := make([]byte, 1<<20)
	n, _ := r.file.ReadAt(raw, 0)
	if n < 100*len(mark) || strings.Contains(string(raw[:n]), mark) {
		t.Errorf("%d bytes on the disk, or plain text among them", n)
	}
	next, err := r.records()
	if err != nil {
		t.Fatal(err)
	}
	for i := range 100 {
		if rec, ok, err := next(); !ok || err != nil || rec.hi != uint64(i) || string(rec.rest) != fmt.Sprint(mark, i) {
			t.Fatalf("record %d comes back otherwise: %v", i, err)
		}
	}
	if _, ok, err := next(); ok || err != nil {
		t.Errorf("after the last record: %v, %v", ok, err)
	}
}

// Whatever the values are, and however many, items are sorted and equal ones stay in
// their order.
func TestItemsAreSortedHoweverTheyAreSpread(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 4))
	for name, value := range map[string]func(i int) uint64{
		"spread":       func(int) uint64 { return r.Uint64() },
		"few":          func(int) uint64 { return r.Uint64N(3) << 40 },
		"one":          func(int) uint64 { return 7 },
		"ascending":    func(i int) uint64 { return uint64(i) },
		"descending":   func(i int) uint64 { return uint64(1000 - i) },
		"low bits":     func(int) uint64 { return 0xabcd<<48 | r.Uint64N(500) },
		"two clusters": func(i int) uint64 { return uint64(i%2)<<63 | r.Uint64N(500) },
		"doubled":      func(int) uint64 { return r.Uint64N(700) * 0x9E3779B97F4A7C15 },
	} {
		for _, n := range []int{0, 1, 2, bytewiseLeast - 1, bytewiseLeast, 1000} {
			items := make([]item, n)
			for i := range items {
				items[i] = item{value(i), uint64(i)}
			}
			want := slices.Clone(items)
			slices.SortStableFunc(want, func(a, b item) int { return cmp.Compare(a.hi, b.hi) })
			if sortItems(items, make([]item, n)); !slices.Equal(items, want) {
				t.Errorf("%d of %s are not sorted", n, name)
			}
		}
	}
}

// Records of any length come back from the disk, those too that are longer than what is
// read at once; a run that was cut is a fault.
func TestRecordsOfAnyLengthComeBackFromScratch(t *testing.T) {
	s, err := newScratch(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	var all []record
	for _, n := range []int{0, 1, 127, 128, scratchBufferBytes - 12, scratchBufferBytes - 11, scratchBufferBytes - 10, 3 * scratchBufferBytes, 0, 5, 0} {
		all = append(all, record{uint64(len(all)) << 60, bytes.Repeat([]byte{byte(n), 7}, n/2+n%2)[:n]})
	}
	r, err := s.write(func(yield func(record) bool) {
		for _, rec := range all {
			if !yield(rec) {
				return
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	defer r.close()
	next, err := r.records()
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range all {
		if rec, ok, err := next(); !ok || err != nil || compareRecords(rec, want) != 0 {
			t.Fatalf("record %d comes back otherwise: %v", i, err)
		}
	}
	if _, ok, err := next(); ok || err != nil {
		t.Errorf("after the last record: %v, %v", ok, err)
	}
	if err := r.file.Truncate(100_000); err != nil {
		t.Fatal(err)
	}
	next, err = r.records()
	for ok := err == nil; ok; {
		_, ok, err = next()
	}
	if err == nil {
		t.Error("a run that was cut is read to its end")
	}
}
