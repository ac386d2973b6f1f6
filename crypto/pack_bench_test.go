package crypto

import (
	"io"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"
)

// BenchmarkPack prints how fast Pack is while every core packs, in parts of what the
// library does with two goroutines for each file, both in turns in the same run; the
// fastest turn of each counts. A result is written while the cores decide its next rows.
func BenchmarkPack(b *testing.B) {
	plain, to := text(benchBytes), newIdentity(b).Recipient()
	two := func(dst io.Writer) (io.WriteCloser, error) {
		sealed, err := Seal(dst, to)
		if err != nil {
			return nil, err
		}
		z, err := zstd.NewWriter(sealed, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderCRC(false), zstd.WithEncoderConcurrency(2))
		return &packer{z, sealed}, err
	}
	cores := runtime.GOMAXPROCS(0)
	everywhere := func(pack func(io.Writer) (io.WriteCloser, error)) time.Duration {
		began := time.Now()
		var all sync.WaitGroup
		for range cores {
			all.Go(func() { turn(b, plain, func() (io.WriteCloser, error) { return pack(io.Discard) }) })
		}
		all.Wait()
		return time.Since(began)
	}
	theirs, ours := time.Hour, time.Hour
	for b.Loop() {
		theirs = min(theirs, everywhere(two))
		ours = min(ours, everywhere(func(dst io.Writer) (io.WriteCloser, error) { return Pack(dst, to) }))
	}
	b.ReportMetric(float64(cores)*benchBytes/1e6/ours.Seconds(), "MB/s")
	b.ReportMetric(theirs.Seconds()/ours.Seconds(), "×two-goroutines")
	b.ReportMetric(0, "ns/op") // of both ways together it says nothing
}
