package answer

import (
	"context"
	"io"
	"testing"

	"baitai/crypto"
	"baitai/pipeline/authority/authoritytest"
	"baitai/pipeline/person"
	"baitai/pipeline/verdict"
)

// BenchmarkSeal writes a result in CP932 and the own copy, both packed and sealed.
func BenchmarkSeal(b *testing.B) {
	const rows = 20_000
	key, err := crypto.NewIdentity()
	if err != nil {
		b.Fatal(err)
	}
	all := make([]row, rows)
	v := held(b, person.Present)
	for i := range all {
		all[i] = rowOf(int64(i+1), "R-1", hit(verdict.FoundPresent, v))
	}
	g := grant(b, authoritytest.Terms{Charset: "CP932"})
	for b.Loop() {
		to, err1 := crypto.Pack(io.Discard, key.Recipient())
		own, err2 := crypto.Pack(io.Discard, key.Recipient())
		if err1 != nil || err2 != nil {
			b.Fatal(err1, err2)
		}
		if _, err := Write(context.Background(), SourceOf(stream(nil, all...)), Output{Grant: g, To: to, Own: own, Workers: 2}); err != nil {
			b.Fatal(err)
		}
		if err := to.Close(); err != nil {
			b.Fatal(err)
		}
		if err := own.Close(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(rows*b.N)/b.Elapsed().Seconds(), "rows/s")
}
