package match

import (
	"context"
	"testing"

	"baitai/pipeline"
	"baitai/pipeline/normal"
	"baitai/pipeline/person"
)

// BenchmarkFold folds rows and makes their keys.
func BenchmarkFold(b *testing.B) {
	rows := list(b, scenario+"list.csv")
	n, out := 0, new(packed)
	p := &packer{tables: normal.EmbeddedTables()}
	for b.Loop() {
		for batch, err := range pipeline.Batched(pipeline.BatchRows, stream(nil, rows...)) {
			if err != nil {
				b.Fatal(err)
			}
			p.pack(batch, out)
			n += len(out.bundle.heads)
		}
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "rows/s")
}

// BenchmarkDecide compares rows with their candidates, which are decoded and folded
// on the way, and applies the table.
func BenchmarkDecide(b *testing.B) {
	file, g := small(b), usual(b)
	var found []pipeline.Row[Candidates]
	for row, err := range lookedUp(file, g, Options{}, pipeline.BatchRows, list(b, scenario+"list.csv")) {
		if err != nil {
			b.Fatal(err)
		}
		if len(row.Issues) == 0 {
			found = append(found, row)
		}
	}
	decider := NewDecider(g)
	n := 0
	for b.Loop() {
		for i := range found {
			if row := decider.Decide(&found[i]); len(row.Issues) > 0 {
				b.Fatal(row.Issues)
			}
			n++
		}
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "rows/s")
}

// BenchmarkMatch is the whole stage: fold, look up, decide.
func BenchmarkMatch(b *testing.B) {
	file, g := small(b), usual(b)
	var rows []pipeline.Row[person.Query]
	for len(rows) < 5000 {
		rows = append(rows, list(b, scenario+"list.csv")...)
	}
	rows = renumbered(rows)
	n := 0
	for b.Loop() {
		for _, err := range Against(file, g, Options{Workers: 2})(context.Background(), stream(nil, rows...)) {
			if err != nil {
				b.Fatal(err)
			}
			n++
		}
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "rows/s")
}
