package match

import (
	"context"
	"runtime"
	"testing"
	"weak"

	"baitai/pipeline"
	"baitai/pipeline/authority"
	"baitai/pipeline/identity"
	"baitai/pipeline/person"
)

// touching notes which rows are touched.
type touching struct {
	File
	touched *[][2]int
}

type touchedFound struct {
	Found
	touched *[][2]int
}

func (f touching) Gather(g authority.Grant, a *identity.Asks) (Found, error) {
	found, err := f.File.Gather(g, a)
	return touchedFound{found, f.touched}, err
}

func (f touchedFound) Touch(row, end int) byte {
	*f.touched = append(*f.touched, [2]int{row, end})
	return f.Found.Touch(row, end)
}

// lookedUp gives the rows with their candidates, looked up in batches of n.
func lookedUp(file File, g authority.Grant, o Options, n int, rows []pipeline.Row[person.Query]) pipeline.Rows[Candidates] {
	return pipeline.InRows(LookUp(file, g, o)(context.Background(), pipeline.Batched(n, stream(nil, rows...))))
}

// A chunk is hundreds of megabytes: once all of its rows are decided, nobody may keep it
// while the next one is gathered.
func TestADeciderKeepsNoChunkThatIsDecided(t *testing.T) {
	for _, workers := range []int{1, 2} {
		rows := renumbered(list(t, scenario+"even.csv")[:10])
		g := usual(t)
		d := NewDecider(g)
		var first weak.Pointer[chunk]
		n := 0
		for row, err := range lookedUp(small(t), g, Options{Chunk: 5, Workers: workers}, 5, rows) {
			if err != nil {
				t.Fatal(err)
			}
			if n++; n == 1 {
				first = weak.Make(row.Value.bundle.chunk)
			}
			if n == 6 {
				if runtime.GC(); first.Value() != nil {
					t.Errorf("%d workers: the chunk before is kept", workers)
				}
			}
			d.Decide(&row)
		}
		if n != 10 {
			t.Errorf("%d rows", n)
		}
	}
}

// Each row is touched once, however the rows are cut; and a decider that is asked for one
// row only touches no others.
func TestARowIsTouchedOnce(t *testing.T) {
	rows := renumbered(list(t, scenario+"even.csv"))
	for len(rows) < 3*touchRows {
		rows = renumbered(append(rows, rows...))
	}
	var touched [][2]int
	file, g := touching{small(t), &touched}, usual(t)
	d := NewDecider(g)
	for row, err := range lookedUp(file, g, Options{}, 2*touchRows+5, rows) {
		if err != nil {
			t.Fatal(err)
		}
		d.Decide(&row)
	}
	most, end := 0, 0
	for _, at := range touched {
		if at[0] < end && at[0] != 0 {
			t.Errorf("%v is touched after what ends at %d", at, end)
		}
		most, end = max(most, at[1]-at[0]), at[1]
	}
	if most != touchRows {
		t.Errorf("%d rows at once", most)
	}
	touched = nil
	for row, err := range lookedUp(file, g, Options{}, pipeline.BatchRows, rows) {
		if err != nil {
			t.Fatal(err)
		}
		NewDecider(g).Decide(&row)
	}
	if len(touched) > 0 {
		t.Errorf("single rows touched %d times", len(touched))
	}
}
