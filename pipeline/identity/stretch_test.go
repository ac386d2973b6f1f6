package identity

import (
	"errors"
	"reflect"
	"slices"
	"testing"
)

// Whoever is asked for beside thousands of others is found as when asked for alone:
// then blocks are read by stretches, and pages of keys one after the other.
func TestManyAskedAtOnceAreThoseAskedOneByOne(t *testing.T) {
	key := testKey(t)
	people := many(3 * (cachedBlocks + 40))
	build := map[string]func(Options){
		"in words":             func(o Options) { mustBuild(t, o, people...) },
		"of the first version": func(o Options) { asVersion1(t, o, key, people...) },
	}
	for name, make := range build {
		o := testOptions(siteDir(t), key)
		make(o)
		mustUpdate(t, o, key, next(people[4]), next(people[150]), next(people[200]))
		rows := []RowKeys{nil}
		for i, p := range people {
			if rows = append(rows, rowFor(p)); i%7 == 0 { // some do not stand side by side
				rows = append(rows, rowFor(someone(100_000+i)))
			}
		}
		alone := mustOpen(t, o.Dir, key)
		var want [][]string
		for _, row := range rows {
			want = append(want, candidates(t, alone, []RowKeys{row})[0])
		}
		for _, workers := range []int{1, 3} {
			f := mustOpen(t, o.Dir, key)
			f.workers = workers
			if got := candidates(t, f, rows); !reflect.DeepEqual(got, want) {
				t.Errorf("%s, %d workers: other candidates than one by one", name, workers)
			}
			if f.blocks.order.Len() > 0 {
				t.Fatalf("%s: blocks were read one by one", name)
			}
		}
	}
}

// A part that is cut is named, also where it is read by stretches.
func TestADamagedStretchNamesItsPart(t *testing.T) {
	key := testKey(t)
	people := many(3 * (cachedBlocks + 40))
	o := testOptions(siteDir(t), key)
	mustBuild(t, o, people...)
	f := mustOpen(t, o.Dir, key)
	last := len(f.layers[0].index.blocks) - 1
	f.layers[0].index.blocks[last].off += 1 << 20 // an index that leads behind its part
	rows := make([]RowKeys, len(people))
	for i, p := range people {
		rows[i] = rowFor(p)
	}
	var damaged *DamagedError
	if _, err := f.Candidates(testGrant(t), rows); !errors.As(err, &damaged) || damaged.Part != f.layers[0].index.partNames[f.layers[0].index.blocks[last].part] {
		t.Errorf("%v", err)
	}
}

func TestStretchesAreBlocksThatFollowOneAnotherInAPart(t *testing.T) {
	l := &layer{index: &index{blocks: []blockPlace{{0, 0, 10, 10}, {0, 10, 10, 10}, {0, 20, 10, 10}, {1, 0, 10, 10}, {1, 10, stretchBytes - 10, 0}, {1, stretchBytes, 1, 1}, {1, stretchBytes + 1, 5, 5}}}}
	other := &layer{index: l.index}
	at := func(l *layer, blocks ...uint32) (asks []blockAsk) {
		for _, b := range blocks {
			asks = append(asks, blockAsk{layer: l, block: b})
		}
		return asks
	}
	for _, c := range []struct {
		asks []blockAsk
		want []int // blocks of each stretch
	}{
		{nil, nil},
		{at(l, 0), []int{1}},
		{at(l, 0, 1, 2, 3), []int{3, 1}}, // the next part
		{at(l, 0, 2), []int{1, 1}},       // a gap
		{at(l, 3, 4, 5, 6), []int{2, 2}}, // as much as is read at once
		{append(at(l, 0), at(other, 1)...), []int{1, 1}},
	} {
		var got []int
		var all []blockAsk
		for _, s := range stretches(c.asks) {
			got, all = append(got, len(s)), append(all, s...)
		}
		if !slices.Equal(got, c.want) || len(all) != len(c.asks) {
			t.Errorf("%d asks: %v, want %v", len(c.asks), got, c.want)
		}
	}
}
