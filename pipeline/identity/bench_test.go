package identity

import (
	"context"
	"fmt"
	"iter"
	"math/rand/v2"
	"runtime"
	"testing"

	"baitai/pipeline/issue"
	"baitai/pipeline/normal"
	"baitai/pipeline/person"
)

const benchPeople = 200_000

// town invents n people as a prefecture has them: a quarter moved once, families
// share an address.
func town(n int) iter.Seq2[Extracted, error] {
	return func(yield func(Extracted, error) bool) {
		for i := range n {
			pos := issue.Pos{File: "extract.csv", Row: i + 2}
			if !yield(NewExtracted(pos, resident(i, 1)), nil) {
				return
			}
			if i%4 == 0 {
				if !yield(NewExtracted(pos, resident(i, 2)), nil) {
					return
				}
			}
		}
	}
}

func resident(i, history int) *person.Version {
	r := rand.New(rand.NewPCG(uint64(i), uint64(history)))
	home := i/3*7919 + history
	v := someone(i)
	v.Code = code((i*7919 + 13) % 10_000_000) // 7919 has no factor in common with it
	v.History = history
	v.Name = person.NewText(fmt.Sprintf("%s　%s", ordinal(i/3%5000), ordinal(100+r.IntN(3000))))
	v.Kana = person.NewText(fmt.Sprintf("%s　%s", ordinalKana(i/3%5000), ordinalKana(100+r.IntN(3000))))
	v.Birth = birth(fmt.Sprintf("%04d-%02d-%02d", 1930+i*i%95, 1+i/95%12, 1+i/1140%28)) // of the person, not of the version
	wards := [...]string{"東区", "博多区", "中央区", "南区", "西区", "城南区", "早良区"}
	ward := home % len(wards)
	v.Municipality = [...]string{"401315", "401323", "401331", "401340", "401358", "401366", "401374"}[ward]
	v.Address = person.NewText(fmt.Sprintf("福岡県福岡市%s試験町%d丁目%d番%d号", wards[ward], 1+home/7%20, 1+home%40, 1+home/40%60))
	return v
}

func BenchmarkBuild(b *testing.B) {
	key := testKey(b)
	for b.Loop() {
		dir := siteDir(b)
		o := testOptions(dir, key)
		o.shape, o.Workers = nil, runtime.GOMAXPROCS(0)
		if _, err := Build(context.Background(), o, town(benchPeople)); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(benchPeople)*float64(b.N)/b.Elapsed().Seconds(), "people/s")
}

func BenchmarkCandidates(b *testing.B) {
	dir, key := siteDir(b), testKey(b)
	o := testOptions(dir, key)
	o.shape, o.Workers = nil, runtime.GOMAXPROCS(0)
	if _, err := Build(context.Background(), o, town(benchPeople)); err != nil {
		b.Fatal(err)
	}
	f := mustOpen(b, dir, key)
	g := testGrant(b)
	for _, rows := range []int{1, 1000, 100_000} {
		chunk := make([]RowKeys, rows)
		for i := range chunk {
			v := resident(i*31%benchPeople, 1)
			v.Code = person.ResidentCode{}
			chunk[i] = rowFor(v)
		}
		b.Run(fmt.Sprint(rows), func(b *testing.B) {
			candidates := 0
			for b.Loop() {
				found, err := f.Candidates(g, chunk)
				if err != nil {
					b.Fatal(err)
				}
				candidates = 0
				for _, r := range found {
					candidates += len(r.Candidates)
				}
			}
			b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
			b.ReportMetric(float64(candidates)/float64(rows), "candidates/row")
		})
	}
}

func BenchmarkRead(b *testing.B) {
	c := candidateOf(0, personRecord([]*person.Version{resident(1, 2), resident(1, 1)}))
	for b.Loop() {
		if _, err := c.Read(new(normal.Workspace)); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "people/s")
}
