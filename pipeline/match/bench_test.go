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
	n := 0
	for b.Loop() {
		for _, r := range rows {
			if len(r.Issues) == 0 {
				if a, _ := fold(normal.EmbeddedTables())(r); len(a.p.keys) > 0 {
					n++
				}
			}
		}
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "rows/s")
}

// BenchmarkDecide compares rows with their candidates, which are decoded and folded
// on the way, and applies the table.
func BenchmarkDecide(b *testing.B) {
	file, g := small(b), usual(b)
	folded := pipeline.Each(fold(normal.EmbeddedTables()))(context.Background(), stream(nil, list(b, scenario+"list.csv")...))
	var found []candidate
	for row, err := range lookUp(file, g, 1000, folded) {
		if err != nil {
			b.Fatal(err)
		}
		if len(row.Issues) == 0 {
			found = append(found, row.Value)
		}
	}
	policy := PolicyOf(g)
	n := 0
	for b.Loop() {
		for _, c := range found {
			if _, err := decide(c, policy, new(normal.Unfolder)); err != nil {
				b.Fatal(err)
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
