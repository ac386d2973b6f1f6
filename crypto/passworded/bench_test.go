package passworded

import (
	"crypto/rand"
	"io"
	"strings"
	"testing"
)

// What a row of a result looks like to a compressor.
var benchRows = []byte(strings.Repeat("000123,00,該当(現存),架空 太郎,1980-01-02,1,福岡市中央区大名一丁目1番1号\r\n", 20_000))

func BenchmarkZip(b *testing.B) {
	b.SetBytes(int64(len(benchRows)))
	b.ReportAllocs()
	for b.Loop() {
		z, err := NewZip(io.Discard, New(strong), rand.Reader)
		if err != nil {
			b.Fatal(err)
		}
		w, err := z.Create("result.csv")
		if err != nil {
			b.Fatal(err)
		}
		if _, err := w.Write(benchRows); err != nil {
			b.Fatal(err)
		}
		if err := z.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkWorkbook(b *testing.B) {
	plain := pattern(8 << 20)
	b.SetBytes(int64(len(plain)))
	b.ReportAllocs()
	for b.Loop() {
		w, err := NewWorkbook(io.Discard, scratch(b), New(strong), rand.Reader)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := w.Write(plain); err != nil {
			b.Fatal(err)
		}
		if err := w.Close(); err != nil {
			b.Fatal(err)
		}
	}
}
