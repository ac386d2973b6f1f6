package intake

import (
	"context"
	"fmt"
	"testing"

	"baitai/formats/charset"
	"baitai/pipeline/person"
)

// BenchmarkDecode opens a list in CP932 and reads all its rows: both readings,
// as a job does them.
func BenchmarkDecode(b *testing.B) {
	const rows = 20_000
	table := [][]string{rowHeaders()}
	for i := range rows {
		table = append(table, []string{fmt.Sprintf("R%07d", i), person.AppendCheckDigit(fmt.Sprintf("%010d", i+1_000_000)), "山田　花子", "ﾔﾏﾀﾞ ﾊﾅｺ",
			fmt.Sprintf("昭和%d年%d月%d日", 1+i%63, 1+i%12, 1+i%28), "女", fmt.Sprintf("福岡県福岡市中央区天神%d丁目%d番%d号", 1+i%5, 1+i%30, 1+i%20), "", ""})
	}
	list := csvOf(b, charset.CP932, table)
	b.SetBytes(int64(len(list)))
	for b.Loop() {
		l, err := Open(context.Background(), source("l.csv", list, ""), byDefault(), Options{})
		if err != nil {
			b.Fatal(err)
		}
		n := 0
		for _, err := range l.Rows(context.Background()) {
			if err != nil {
				b.Fatal(err)
			}
			n++
		}
		if n != rows {
			b.Fatal(n)
		}
		l.Close()
	}
	b.ReportMetric(float64(rows*b.N)/b.Elapsed().Seconds(), "rows/s")
}
