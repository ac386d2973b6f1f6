package crypto

import (
	"bytes"
	"io"
	"testing"

	"filippo.io/age"
)

// benchBytes is the size of the list that the benchmarks seal.
const benchBytes = 16 << 20

// BenchmarkSeal and the others print MB/s of plain text; the sub-benchmarks
// "bare" are age alone, so that the ratio can be read off.
func BenchmarkSeal(b *testing.B) {
	plain, id := text(benchBytes), newIdentity(b)
	b.Run("bare", func(b *testing.B) {
		r, err := age.ParseX25519Recipient(id.Recipient().String())
		if err != nil {
			b.Fatal(err)
		}
		measure(b, func() (io.WriteCloser, error) { return age.Encrypt(io.Discard, r) }, plain)
	})
	b.Run("Seal", func(b *testing.B) {
		measure(b, func() (io.WriteCloser, error) { return Seal(io.Discard, id.Recipient()) }, plain)
	})
	b.Run("Pack", func(b *testing.B) {
		measure(b, func() (io.WriteCloser, error) { return Pack(io.Discard, id.Recipient()) }, plain)
	})
}

func measure(b *testing.B, start func() (io.WriteCloser, error), plain []byte) {
	b.SetBytes(int64(len(plain)))
	for b.Loop() {
		w, err := start()
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

func BenchmarkOpen(b *testing.B) {
	plain, id := text(benchBytes), newIdentity(b)
	file, packed := sealed(b, Seal, plain, id.Recipient()), sealed(b, Pack, plain, id.Recipient())
	for name, read := range map[string]func() (io.Reader, error){
		"bare": func() (io.Reader, error) {
			k, err := age.ParseX25519Identity(id.reveal().text)
			if err != nil {
				return nil, err
			}
			return age.Decrypt(bytes.NewReader(file), k)
		},
		"Open":   func() (io.Reader, error) { return Open(bytes.NewReader(file), id) },
		"Unpack": func() (io.Reader, error) { return Unpack(bytes.NewReader(packed), id) },
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(benchBytes)
			buf := make([]byte, 64<<10)
			for b.Loop() {
				r, err := read()
				if err != nil {
					b.Fatal(err)
				}
				n, err := io.CopyBuffer(struct{ io.Writer }{io.Discard}, r, buf)
				if err != nil || n != benchBytes {
					b.Fatal(n, err)
				}
				if c, ok := r.(io.Closer); ok {
					_ = c.Close()
				}
			}
		})
	}
}

func BenchmarkMAC(b *testing.B) {
	key, err := ParseMACKey(make([]byte, MACKeyBytes))
	if err != nil {
		b.Fatal(err)
	}
	code := []byte("12345678901")
	for b.Loop() {
		key.Sum("code", code)
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}
