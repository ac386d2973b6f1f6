package normal

import (
	"fmt"
	"testing"

	"baitai/pipeline/person"
)

func BenchmarkFold(b *testing.B) {
	for _, c := range []struct {
		name string
		fold func()
	}{
		{"name/normal", func() { FoldName("山田太郎") }},
		{"name/spaced", func() { FoldName("山田　太郎") }},
		{"name/variant", func() { FoldName("髙橋　惠子") }},
		{"kana/katakana", func() { FoldKana("ヤマダタロウ") }},
		{"kana/halfwidth", func() { FoldKana("ﾔﾏﾀﾞ ﾀﾛｳ") }},
		{"address/normal", func() { FoldAddress("福岡県福岡市中央区天神1-2-3", "") }},
		{"address/long", func() {
			FoldAddress("福岡県福岡市早良区百道浜二丁目３番４号　センタービル３０１号室", "")
		}},
		{"birth/stored", func() { _, _, _ = ParseBirth("1980-01-02") }},
		{"birth/era", func() { _, _, _ = ParseBirth("昭和55年1月2日") }},
		{"mynumber/text", func() { LooksLikeMyNumber("福岡市中央区天神") }},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				c.fold()
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "fields/s")
		})
	}
}

func BenchmarkKeys(b *testing.B) {
	birth, _, _ := ParseBirth("1980-01-02")
	f := FoldQuery(&person.Query{
		Name: person.NewText("山田　太郎"), Kana: person.NewText("ヤマダ　タロウ"), Birth: birth,
		Address: person.NewText("福岡市中央区天神1-2-3"),
	})
	var keys []Key
	for b.Loop() {
		keys = f.Keys(keys[:0])
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}

// BenchmarkFoldQuery is what a row of a list costs from its texts to its keys:
// every address is another one, as in a list.
func BenchmarkFoldQuery(b *testing.B) {
	birth, _, _ := ParseBirth("1980-01-02")
	var queries []*person.Query
	for i := range 4096 {
		town := [...]string{"福岡県福岡市中央区天神", "福岡県糟屋郡久山町久原", "東京都千代田区神田錦町", "福岡県北九州市若松区二島"}[i%4]
		queries = append(queries, &person.Query{Name: person.NewText("山田　太郎"), Birth: birth, Sex: person.Male,
			Address: person.NewText(fmt.Sprintf("%s%d丁目%d番%d号　コーポ桜%d号室", town, 1+i%9, 1+i%40, 1+i%25, 101+i%800))})
	}
	var keys []Key
	i := 0
	b.ReportAllocs()
	for b.Loop() {
		keys = FoldQuery(queries[i%len(queries)]).Keys(keys[:0])
		i++
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}
