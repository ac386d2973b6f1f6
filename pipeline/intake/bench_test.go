package intake

import (
	"context"
	"fmt"
	"testing"

	"baitai/formats/charset"
	"baitai/pipeline/person"
)

const benchRows = 50_000

// benchList is a list with the four particulars, as large lists mostly have
// them, in CP932: 78 bytes a row.
func benchList(b *testing.B) []byte {
	table := [][]string{{"整理番号", "氏名", "生年月日", "性別", "住所"}}
	for i := range benchRows {
		table = append(table, []string{fmt.Sprintf("A%07d", i), "山田　花子", fmt.Sprintf("%d-%02d-%02d", 1930+i%90, 1+i%12, 1+i%28), fmt.Sprint(1 + i%2),
			fmt.Sprintf("福岡県福岡市中央区天神%d丁目%d番%d号　コーポ桜%d号室", 1+i%5, 1+i%30, 1+i%20, 101+i%200)})
	}
	return csvOf(b, charset.CP932, table)
}

func reportRows(b *testing.B, list []byte) {
	rows := float64(benchRows * b.N)
	b.SetBytes(int64(len(list)))
	b.ReportMetric(rows/b.Elapsed().Seconds(), "rows/s")
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/rows, "ns/row")
}

// BenchmarkOpen is the first reading: digest, character set, cells, 整理番号, 個人番号.
func BenchmarkOpen(b *testing.B) {
	list := benchList(b)
	for b.Loop() {
		l, err := Open(context.Background(), source("l.csv", list, ""), byDefault(), Options{})
		if err != nil {
			b.Fatal(err)
		}
		l.Close()
	}
	reportRows(b, list)
}

// BenchmarkOpenFixed is the first reading of a list of fixed length: 42 bytes a row.
func BenchmarkOpenFixed(b *testing.B) {
	layout := layoutOf(b, same)
	rows := make([][]string, benchRows)
	for i := range rows {
		rows[i] = []string{fmt.Sprint(i), "山田　花子", fmt.Sprintf("%d%02d%02d", 1930+i%90, 1+i%12, 1+i%28), ""}
	}
	list := fixedList(b, layout, rows...)
	for b.Loop() {
		l, err := Open(context.Background(), source("l.txt", list, ""), byDefault(), by(layout))
		if err != nil {
			b.Fatal(err)
		}
		l.Close()
	}
	reportRows(b, list)
}

// BenchmarkRows gives the rows, from memory and by reading again.
func BenchmarkRows(b *testing.B) {
	list := benchList(b)
	for name, most := range map[string]int{"kept": 0, "again": -1} {
		b.Run(name, func(b *testing.B) {
			l, err := openList(b, source("l.csv", list, ""), byDefault(), Options{KeepMost: most})
			if err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				countRows(b, l, benchRows)
			}
			reportRows(b, list)
		})
	}
}

// BenchmarkDecode opens a list with all columns, respelled dates and half-width
// kana, and reads all its rows, as a job does.
func BenchmarkDecode(b *testing.B) {
	table := [][]string{rowHeaders()}
	for i := range benchRows {
		table = append(table, []string{fmt.Sprintf("R%07d", i), person.AppendCheckDigit(fmt.Sprintf("%010d", i+1_000_000)), "山田　花子", "ﾔﾏﾀﾞ ﾊﾅｺ",
			fmt.Sprintf("昭和%d年%d月%d日", 1+i%63, 1+i%12, 1+i%28), "女", fmt.Sprintf("福岡県福岡市中央区天神%d丁目%d番%d号", 1+i%5, 1+i%30, 1+i%20), "", ""})
	}
	list := csvOf(b, charset.CP932, table)
	for b.Loop() {
		l, err := Open(context.Background(), source("l.csv", list, ""), byDefault(), Options{})
		if err != nil {
			b.Fatal(err)
		}
		countRows(b, l, benchRows)
		l.Close()
	}
	reportRows(b, list)
}

func countRows(b *testing.B, l *List, want int) {
	n := 0
	for _, err := range l.Rows(context.Background()) {
		if err != nil {
			b.Fatal(err)
		}
		n++
	}
	if n != want {
		b.Fatal(n)
	}
}
