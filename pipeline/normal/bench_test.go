package normal

import (
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
