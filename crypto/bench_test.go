package crypto

import (
	"bytes"
	"io"
	"slices"
	"testing"
	"time"

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

// BenchmarkSealAgainstAge prints how fast Seal is, zstd off, in parts of what age is
// alone: both seal the same list in turns, in the same run, and the fastest turn of
// each counts, so that a busy machine does not decide; short turns are seldom broken
// into. It fails below the bar. With digests is a file of a result as it is written,
// with the digests of what goes in and of what comes out.
func BenchmarkSealAgainstAge(b *testing.B) {
	for _, kind := range []string{"x25519", "pq", "ssh-ed25519"} {
		b.Run(kind, func(b *testing.B) { againstAge(b, kind) })
	}
}

func againstAge(b *testing.B, kind string) {
	to := benchRecipient(b, kind)
	plain := text(turnBytes)
	theirs, ours, digested := time.Hour, time.Hour, time.Hour
	for b.Loop() {
		theirs = min(theirs, turn(b, plain, func() (io.WriteCloser, error) {
			key, err := to.key()
			if err != nil {
				return nil, err
			}
			return age.Encrypt(io.Discard, key)
		}))
		ours = min(ours, turn(b, plain, func() (io.WriteCloser, error) { return Seal(io.Discard, to) }))
		digested = min(digested, turn(b, plain, func() (io.WriteCloser, error) {
			w, err := Seal(NewDigester(nil), to)
			return digesting{NewDigester(w), w}, err
		}))
	}
	b.ReportMetric(turnBytes/1e6/ours.Seconds(), "MB/s")
	ratio := theirs.Seconds() / ours.Seconds()
	if kind == "x25519" && b.N >= turnsEnough && ratio < ratioLeast {
		b.Errorf("%.2f of the throughput of age, want %.1f", ratio, ratioLeast)
	}
	b.ReportMetric(ratio, "×age")
	b.ReportMetric(theirs.Seconds()/digested.Seconds(), "×age-with-digests")
	b.ReportMetric(0, "ns/op") // of three ways together it says nothing
}

type digesting struct {
	*Digester
	io.Closer
}

func benchRecipient(b testing.TB, kind string) Recipient {
	switch kind {
	case "pq":
		return newHybrid(b).Recipient()
	case "x25519":
		return newIdentity(b).Recipient()
	}
	r, err := ParseRecipient("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop")
	if err != nil {
		b.Fatal(err)
	}
	return r
}

const (
	turnBytes = 2 << 20
	// ratioLeast is the bar of sealing to X25519, zstd off; it holds once there were
	// so many turns that a busy machine cannot have delayed the best of each.
	ratioLeast  = 0.9
	turnsEnough = 40
)

// turn seals once, in writes of the size in which lists are written.
func turn(b testing.TB, plain []byte, start func() (io.WriteCloser, error)) time.Duration {
	began := time.Now()
	w, err := start()
	if err != nil {
		b.Fatal(err)
	}
	for part := range slices.Chunk(plain, 32<<10) {
		if _, err := w.Write(part); err != nil {
			b.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		b.Fatal(err)
	}
	return time.Since(began)
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
	b.Run("one", func(b *testing.B) {
		for b.Loop() {
			key.Sum("code", code)
		}
	})
	b.Run("many", func(b *testing.B) {
		domain := key.In("code")
		for b.Loop() {
			domain.Sum(code)
		}
	})
}
