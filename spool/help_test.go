//go:build linux

package spool_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"baitai/spool"
)

func itoa(i int) string { return strconv.Itoa(i) }

// marker is in every invented list, so that a scan finds plain data.
const marker = "架空山田花子"

const sealMark = "SEALED:"

// seal is no encryption, but what it writes does not look like what it was given.
func seal(w io.Writer) (io.WriteCloser, error) {
	_, err := io.WriteString(w, sealMark)
	return &sealer{w}, err
}

type sealer struct{ w io.Writer }

func (s *sealer) Write(p []byte) (int, error) {
	q := make([]byte, len(p))
	for i := range p {
		q[i] = p[i] ^ 0x5a
	}
	return s.w.Write(q)
}

// Close writes an end mark: a sealed file without it is torn.
func (s *sealer) Close() error { _, err := io.WriteString(s.w, ":END"); return err }

func unseal(t testing.TB, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	rest, ok := bytes.CutPrefix(b, []byte(sealMark))
	rest, end := bytes.CutSuffix(rest, []byte(":END"))
	if !ok || !end {
		t.Fatal("torn seal")
	}
	for i := range rest {
		rest[i] ^= 0x5a
	}
	return string(rest)
}

// byContent makes the id that the program makes: a hash of office and content.
func byContent(office string) func(list, side [32]byte) (string, error) {
	return func(list, side [32]byte) (string, error) {
		h := sha256.New()
		h.Write([]byte(office))
		h.Write(list[:])
		h.Write(side[:])
		return hex.EncodeToString(h.Sum(nil)[:16]), nil
	}
}

func incoming(a spool.Arrival) spool.Incoming {
	in := a.Incoming()
	in.Seal, in.ID, in.Meta = seal, byContent(a.Office), []byte(`{"name":"`+marker+`"}`)
	return in
}

// later is a clock that is an hour ahead, so that every file is still.
func later() time.Time { return time.Now().Add(time.Hour) }

var offices = []string{"税務課", "fukushi-1"}

func open(t testing.TB, disk *spool.Disk, root string) *spool.Spool {
	t.Helper()
	s, err := spool.Open(root, spool.Options{Disk: disk, Now: later, Still: time.Second, MinAge: time.Minute, Ahead: ahead})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// ahead reads on by itself, as pipeline.ReadAhead does.
func ahead(r io.Reader) (io.Reader, func()) {
	out, in := io.Pipe()
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_, err := io.Copy(in, r)
		in.CloseWithError(err)
	}()
	return out, func() { out.Close(); <-ended }
}

// newSpool is an empty spool, open.
func newSpool(t testing.TB) *spool.Spool {
	t.Helper()
	root := filepath.Join(t.TempDir(), "spool")
	if err := spool.Init(root, nil, offices); err != nil {
		t.Fatal(err)
	}
	return open(t, nil, root)
}

// drop puts a file into an inbox.
func drop(t testing.TB, root, office, name, text string) string {
	t.Helper()
	path := filepath.Join(root, "inbox", office, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func arrivals(t testing.TB, s *spool.Spool) []spool.Arrival {
	t.Helper()
	all, err := s.Arrivals(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// claimOne claims the one arrival there is.
func claimOne(t testing.TB, s *spool.Spool) *spool.Job {
	t.Helper()
	all := arrivals(t, s)
	if len(all) != 1 || all[0].Waiting != nil || all[0].Refuse != nil {
		t.Fatalf("not one ready arrival: %v", all)
	}
	job, err := s.Claim(context.Background(), incoming(all[0]))
	if err != nil {
		t.Fatal(err)
	}
	return job
}

func finish(t testing.TB, s *spool.Spool, job *spool.Job) {
	t.Helper()
	if err := s.FinishClaim(job); err != nil {
		t.Fatal(err)
	}
}
