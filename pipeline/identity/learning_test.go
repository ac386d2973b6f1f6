package identity

import (
	"errors"
	"slices"
	"testing"

	"baitai/pipeline"
	"baitai/pipeline/normal"
)

// Every batch is passed on once and in order, however many of them the words are learnt
// from; a fault comes after those before it, and whoever has enough is given no more.
func TestLearningPassesOnEveryBatch(t *testing.T) {
	broken := errors.New("disk")
	row := appendVersion(nil, someone(1))
	full := new(batch)
	for range learnPeople / 12 {
		full.add([][]byte{row})
	}
	for _, c := range []struct {
		batches, take int
		fails         bool
	}{{0, 9, false}, {0, 9, true}, {3, 9, false}, {3, 9, true}, {3, 2, false}, {12, 99, true}, {15, 99, false}, {15, 99, true}, {15, 13, false}, {15, 5, false}} {
		in := func(yield func(pipeline.Row[*batch], error) bool) {
			for n := range c.batches {
				if !yield(pipeline.Row[*batch]{No: int64(n + 1), Value: full}, nil) {
					return
				}
			}
			if c.fails {
				yield(pipeline.Row[*batch]{}, broken)
			}
		}
		k := &packer{tables: normal.EmbeddedTables()}
		var got []int64
		var last error
		for row, err := range k.learning(in) {
			if last = err; err != nil {
				break
			}
			if got = append(got, row.No); len(got) == c.take {
				break
			}
		}
		var want []int64
		for n := range min(c.batches, c.take) {
			want = append(want, int64(n+1))
		}
		if !slices.Equal(got, want) || errors.Is(last, broken) != c.fails || k.words == nil {
			t.Errorf("%+v: %v, %v", c, got, last)
		}
	}
	bad := new(batch)
	bad.add([][]byte{[]byte("no version")})
	k := &packer{tables: normal.EmbeddedTables()}
	n := 0
	for _, err := range k.learning(func(yield func(pipeline.Row[*batch], error) bool) {
		yield(pipeline.Row[*batch]{No: 1, Value: bad}, nil)
	}) {
		if n++; err == nil || k.words != nil {
			t.Error("words were learnt from what is none")
		}
	}
	if n != 1 {
		t.Errorf("%d rows", n)
	}
}
