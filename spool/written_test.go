//go:build linux

package spool_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"os"
	"testing"

	"baitai/spool"
)

// What is told to have been written is what lies on the disk, of every file that this
// process has written and of no other.
func TestWhatWasWrittenIsWhatLiesThere(t *testing.T) {
	s := newSpool(t)
	drop(t, s.Root(), offices[0], "a.csv", listText)
	job := claimOne(t, s)
	must(t, s.PutFile(job, "out/result.age", func(w io.Writer) error {
		for _, piece := range []string{"se", "", "aled"} {
			if _, err := io.WriteString(w, piece); err != nil {
				return err
			}
		}
		return nil
	}))
	broken := errors.New("broken")
	if err := s.PutFile(job, "plan", func(w io.Writer) error { return errors.Join(text("half")(w), broken) }); !errors.Is(err, broken) {
		t.Fatal(err)
	}
	for _, name := range []string{spool.ListFile, "out/result.age"} {
		raw, err := os.ReadFile(job.Path(name))
		must(t, err)
		if w, known := job.Written(name); !known || w.SHA256 != sha256.Sum256(raw) || w.Bytes != int64(len(raw)) {
			t.Errorf("%s: %d bytes, known %v", name, w.Bytes, known)
		}
	}
	if _, known := job.Written("plan"); known {
		t.Error("a file that was not written is told of")
	}
	again, err := s.Job(job.ID)
	must(t, err)
	if _, known := again.Written(spool.ListFile); known {
		t.Error("a job that is read again tells what another process may have written")
	}
}

// Whoever reads ahead changes nothing, and is always let go.
func TestAClaimMayReadAhead(t *testing.T) {
	for _, fails := range []bool{false, true} {
		running := 0
		root := newSpool(t)
		must(t, root.Close())
		s, err := spool.Open(root.Root(), spool.Options{Now: later, Ahead: func(r io.Reader) (io.Reader, func()) {
			running++
			all, err := io.ReadAll(r)
			if err != nil {
				t.Error(err)
			}
			return bytes.NewReader(all), func() { running-- }
		}})
		must(t, err)
		defer s.Close()
		drop(t, s.Root(), offices[0], "a.csv", listText)
		in := incoming(arrivals(t, s)[0])
		broken := errors.New("broken")
		if fails {
			in.Seal = func(io.Writer) (io.WriteCloser, error) { return brokenSeal{broken}, nil }
		}
		job, err := s.Claim(context.Background(), in)
		if fails != errors.Is(err, broken) {
			t.Fatal(err)
		}
		if !fails && unseal(t, job.Path(spool.ListFile)) != listText {
			t.Error("the sealed copy is not what came in")
		}
		if running != 0 {
			t.Errorf("%d readers are still at work", running)
		}
	}
}

type brokenSeal struct{ err error }

func (b brokenSeal) Write([]byte) (int, error) { return 0, b.err }
func (b brokenSeal) Close() error              { return b.err }
