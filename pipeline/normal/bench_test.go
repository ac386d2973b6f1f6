package normal

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
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

// benchList makes rows as a list of a prefecture has them: nearly all from its own
// towns, some from others, names with and without variants, numbers and 方書 in the
// usual ways of writing.
func benchList(b *testing.B, n int) []*person.Query {
	r := rand.New(rand.NewPCG(1, 2))
	pick := func(of []string) string { return of[r.IntN(len(of))] }
	t := EmbeddedTables()
	var own, all []string
	for _, code := range slices.Sorted(maps.Keys(t.towns)) {
		for town := range strings.SplitSeq(t.towns[code].raw, "|") {
			switch name := t.places.fullNames[code] + town; {
			case name == town || strings.ContainsAny(town, "0123456789（"):
			case code >= "40" && code < "44":
				own = append(own, name)
			default:
				all = append(all, name)
			}
		}
	}
	surnames, given := []string{"山田", "髙橋", "佐々木", "小林", "斎藤", "渡邊", "田口", "松本"}, []string{"太郎", "惠子", "悠斗", "ひまり", "サクラ", "徳輔", "伊佐也", "花"}
	numbers := []string{"%d丁目%d番%d号", "%d丁目%d番%d号", "%d丁目%d番地%d", "%d番地%d", "%d番地", "%d丁目%d番%d号　コーポ桜%d０１号室", "%d-%d-%d", "%d‐%d‐%d", "%d番地%d　見本荘Ａ棟%d%d"}
	var queries []*person.Query
	for range n {
		town := pick(own)
		if r.IntN(12) == 0 {
			town = pick(all)
		}
		var args []any
		form := pick(numbers)
		for range strings.Count(form, "%d") {
			args = append(args, 1+r.IntN(1+r.IntN(40)))
		}
		birth, err := person.NewBirth(person.Date{Year: 1930 + r.IntN(90), Month: 1 + r.IntN(12), Day: 1 + r.IntN(28)})
		if err != nil {
			b.Fatal(err)
		}
		numbers := []rune(fmt.Sprintf(form, args...))
		for i, c := range numbers {
			if isFigure(c) && form[0] == '%' && !strings.Contains(form, "-") {
				numbers[i] = c - '0' + '０'
			}
		}
		queries = append(queries, &person.Query{Name: person.NewText(pick(surnames) + "　" + pick(given)), Birth: birth, Sex: person.Male,
			Address: person.NewText(town + string(numbers))})
	}
	return queries
}

// BenchmarkRow is what each step costs a row of a large list, or a version of a person
// whom it finds: every address is another one.
func BenchmarkRow(b *testing.B) {
	queries := benchList(b, 1<<17)
	tables := EmbeddedTables()
	var rows, versions []string
	var near []*Folded
	for _, q := range queries {
		f := tables.FoldQuery(q)
		near = append(near, f)
		rows = append(rows, string(AppendFolded(nil, f)))
		v := person.Version{Name: q.Name, Kana: person.NewText("やまだ　たろう"), Birth: q.Birth, Sex: q.Sex, Address: q.Address, Municipality: "401307", State: person.Present}
		v.Code, _ = person.ParseResidentCode("25208017643")
		versions = append(versions, string(AppendFolded(nil, tables.FoldVersion(&v))))
	}
	w := new(Workspace)
	var keys []Key
	var bytes []byte
	for _, step := range []struct {
		name string
		do   func(i int)
	}{
		{"fold", func(i int) { w.FoldQuery(tables, queries[i]) }},
		{"foldAndPack", func(i int) {
			f := w.FoldQuery(tables, queries[i])
			keys, bytes = f.Keys(keys[:0]), AppendFolded(bytes[:0], f)
		}},
		{"keys", func(i int) { keys = near[i%512].Keys(keys[:0]) }},
		{"pack", func(i int) { bytes = AppendFolded(bytes[:0], near[i%512]) }},
		{"decode", func(i int) { _, _, _ = w.Decode(rows[i%512]) }}, // just read or unpacked, so near
		{"decodeVersion", func(i int) { _, _, _ = w.Decode(versions[i%512]) }},
	} {
		b.Run(step.name, func(b *testing.B) {
			i := 0
			b.ReportAllocs()
			for b.Loop() {
				w.Reset()
				step.do(i)
				i = (i + 1) % len(queries)
			}
		})
	}
}
