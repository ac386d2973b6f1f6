//go:build linux

package spool_test

import (
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"os"
	"strings"
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

// What is written again is told anew, and what could not be written is not told.
func TestWhatIsWrittenAgainIsToldAnew(t *testing.T) {
	s := newSpool(t)
	drop(t, s.Root(), offices[0], "a.csv", listText)
	job := claimOne(t, s)
	finish(t, s, job)
	must(t, s.PutFile(job, "plan", text("first")))
	if err := s.PutFile(job, "plan", text("second")); !errors.Is(err, spool.ErrExists) {
		t.Fatal(err)
	}
	if _, known := job.Written("plan"); known {
		t.Error("what was not written is told of")
	}
	must(t, os.Remove(job.Path("plan")))
	must(t, s.PutFile(job, "plan", text("third")))
	if w, known := job.Written("plan"); !known || w.SHA256 != sha256.Sum256([]byte("third")) {
		t.Error("what was written again is not told")
	}
	must(t, s.Attempt(job))
	if _, known := job.Written("plan"); known {
		t.Error("an attempt tells what the one before it wrote")
	}
}

func TestPartsTellWhatWasWritten(t *testing.T) {
	s := newSpool(t)
	part := spool.Part{Office: offices[0], List: text(listText), Side: []byte(sideText), Meta: []byte("{}"), Seal: seal, ID: byContent("p")}
	must(t, s.ClaimParts(context.Background(), []spool.Part{part}, func(job *spool.Job) error {
		for _, name := range []string{spool.ListFile, spool.RequestFile, spool.MetaFile} {
			raw, err := os.ReadFile(job.Path(name))
			must(t, err)
			if w, known := job.Written(name); !known || w.SHA256 != sha256.Sum256(raw) {
				t.Errorf("%s: known %v", name, known)
			}
		}
		return s.FinishClaim(job)
	}))
}

// A claim may do without anybody who reads ahead.
func TestAClaimMayReadByItself(t *testing.T) {
	before := newSpool(t)
	must(t, before.Close())
	s, err := spool.Open(before.Root(), spool.Options{Now: later})
	must(t, err)
	defer s.Close()
	drop(t, s.Root(), offices[0], "a.csv", listText)
	job, err := s.Claim(context.Background(), incoming(arrivals(t, s)[0]))
	must(t, err)
	if unseal(t, job.Path(spool.ListFile)) != listText {
		t.Error("the sealed copy is not what came in")
	}
}

// Whoever reads ahead is let go however a claim ends, before its file is closed.
func TestWhoReadsAheadIsLetGo(t *testing.T) {
	broken := errors.New("broken")
	running := 0
	before := newSpool(t)
	must(t, before.Close())
	s, err := spool.Open(before.Root(), spool.Options{Now: later, Ahead: func(r io.Reader) (io.Reader, func()) {
		running++
		out, stop := ahead(r)
		return out, func() { stop(); running-- }
	}})
	must(t, err)
	defer s.Close()
	drop(t, s.Root(), offices[0], "a.csv", strings.Repeat(listText, 1<<14)) // longer than any buffer
	in := incoming(arrivals(t, s)[0])
	in.Seal = func(io.Writer) (io.WriteCloser, error) { return brokenSeal{broken}, nil }
	if _, err := s.Claim(context.Background(), in); !errors.Is(err, broken) {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	in.Seal = func(w io.Writer) (io.WriteCloser, error) { stop(); return seal(w) }
	if _, err := s.Claim(ctx, in); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	in.Seal = seal
	job, err := s.Claim(context.Background(), in)
	must(t, err)
	if w, known := job.Written(spool.ListFile); !known || w.Bytes < int64(len(listText))<<14 {
		t.Errorf("%d bytes", w.Bytes)
	}
	if running != 0 {
		t.Errorf("%d readers are still at work", running)
	}
}

type brokenSeal struct{ err error }

func (b brokenSeal) Write([]byte) (int, error) { return 0, b.err }
func (b brokenSeal) Close() error              { return b.err }
