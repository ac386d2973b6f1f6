package ledger

import (
	"os"
	"path/filepath"
	"testing"
)

func report(b *testing.B, entries int) {
	b.Helper()
	b.ReportMetric(float64(entries)*float64(b.N)/b.Elapsed().Seconds(), "entries/s")
}

func BenchmarkAppendOne(b *testing.B) {
	l := create(b, filepath.Join(b.TempDir(), "ledger"))
	for i := 0; b.Loop(); i++ {
		must[int64](b)(l.Append(testEntry(i)))
	}
	report(b, 1)
}

func BenchmarkAppend300(b *testing.B) {
	l := create(b, filepath.Join(b.TempDir(), "ledger"))
	batch := testEntries(0, 300)
	for b.Loop() {
		must[int64](b)(l.Append(batch...))
	}
	report(b, len(batch))
}

// BenchmarkJob is what one job costs: seven acts, each durable before the next,
// and a publication.
func BenchmarkJob(b *testing.B) {
	l := create(b, filepath.Join(b.TempDir(), "ledger"))
	for i := 0; b.Loop(); i += 7 {
		for k := range 7 {
			must[int64](b)(l.Append(testEntry(i + k)))
		}
		ok(b, l.Publish())
	}
	report(b, 7)
}

// large is a ledger of n published entries.
func large(b *testing.B, n int) *Ledger {
	b.Helper()
	l := create(b, filepath.Join(b.TempDir(), "ledger"))
	for at := 0; at < n; at += 10000 {
		must[int64](b)(l.Append(testEntries(at, min(10000, n-at))...))
		ok(b, l.Publish())
	}
	return l
}

func BenchmarkVerify100000(b *testing.B) {
	l := large(b, 100000)
	for b.Loop() {
		must[*Report](b)(Verify(os.DirFS(l.dir), l.vkey))
	}
	report(b, 100000)
}

func BenchmarkOpen100000(b *testing.B) {
	l := large(b, 100000)
	for b.Loop() {
		l.Close()
		n, err := Open(l.dir, testKey(), testOptions(nil))
		if err != nil {
			b.Fatal(err)
		}
		l = n
	}
	l.Close()
	report(b, 100000)
}

func BenchmarkProve(b *testing.B) {
	l := large(b, 100000)
	for i := int64(0); b.Loop(); i++ {
		must[[]byte](b)(l.Prove(i * 7919 % 100000))
	}
}
