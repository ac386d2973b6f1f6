//go:build linux

package spool_test

import (
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"baitai/spool"
	"baitai/spool/spooltest"
)

const listText = "整理番号,氏名\r\n1," + marker + "\r\n"
const sideText = "依頼番号 = \"" + marker + "\"\n"

// claimRun drops a list with a request and takes it as far as a result.
func claimRun(disk *spool.Disk, dir string) error {
	root := filepath.Join(dir, "spool")
	if err := spool.Init(root, nil, offices); err != nil {
		return err
	}
	for name, text := range map[string]string{"a.csv": listText, "a.csv.request.toml": sideText} {
		if err := os.WriteFile(filepath.Join(root, "inbox", offices[0], name), []byte(text), 0o600); err != nil {
			return err
		}
	}
	s, err := spool.Open(root, spool.Options{Disk: disk, Now: later})
	if err != nil {
		return err
	}
	defer s.Close()
	return drain(s)
}

// drain does with a spool what the program does: recover, claim, work, publish.
func drain(s *spool.Spool) error {
	ctx := context.Background()
	open, err := s.Unfinished(ctx)
	if err != nil {
		return err
	}
	for _, job := range open {
		if err := s.FinishClaim(job); err != nil {
			return err
		}
	}
	if _, err := s.Sweep(); err != nil {
		return err
	}
	jobs, err := s.Jobs(spool.Work)
	if err != nil {
		return err
	}
	for _, job := range jobs {
		if err := work(s, job); err != nil {
			return err
		}
	}
	all, err := s.Arrivals(ctx)
	if err != nil {
		return err
	}
	for _, a := range all {
		job, err := s.Claim(ctx, incoming(a))
		if err != nil {
			return err
		}
		if err := s.FinishClaim(job); err != nil {
			return err
		}
		if err := work(s, job); err != nil {
			return err
		}
	}
	return nil
}

// work answers a job with a copy of its sealed list.
func work(s *spool.Spool, job *spool.Job) error {
	if err := s.Attempt(job); err != nil {
		return err
	}
	err := s.PutFile(job, "out/result.age", func(w io.Writer) error {
		f, err := job.OpenFile(spool.ListFile)
		if err != nil {
			return err
		}
		defer f.Close()
		_, err = io.Copy(w, f)
		return err
	})
	if err != nil && !errors.Is(err, spool.ErrExists) && !errors.Is(err, spool.ErrPublished) {
		return err
	}
	if err := s.Publish(job); err != nil {
		return err
	}
	return s.Move(job, spool.Done)
}

func TestAClaimThatFailsOrDiesAnywhereEndsOnce(t *testing.T) {
	spooltest.EveryStep(t, claimRun, func(t *testing.T, dir string, o spooltest.Outcome) {
		root := filepath.Join(dir, "spool")
		spooltest.NoPlain(t, root, []string{marker}, "inbox")
		if o.Acked() {
			spooltest.NoPlain(t, root, []string{marker})
		}
		checkPublished(t, root)
		// What was published before the fault is never published again.
		s := open(t, nil, root)
		must(t, drain(s))
		jobs, err := s.Jobs(spool.Outbox)
		if err != nil || len(jobs) != 1 {
			t.Fatalf("%d results, %v", len(jobs), err)
		}
		job := jobs[0]
		if got := unseal(t, filepath.Join(s.ResultDir(job), "result.age")); got != listText {
			t.Errorf("result is %q", got)
		}
		if unseal(t, job.Path(spool.ListFile)) != listText || unseal(t, job.Path(spool.RequestFile)) != sideText {
			t.Error("the sealed copies are not what came in")
		}
		if len(arrivals(t, s)) != 0 {
			t.Error("something is still in the inbox")
		}
		spooltest.NoPlain(t, root, []string{marker})
		spooltest.NoLitter(t, root)
	})
}

// checkPublished makes sure that others see whole results only.
func checkPublished(t *testing.T, root string) {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(root, "outbox", "*", "*"))
	must(t, err)
	for _, dir := range found {
		if unseal(t, filepath.Join(dir, "result.age")) != listText {
			t.Error("half a result in the outbox")
		}
	}
}

func TestTheIDCallbackMayAbandonTheClaim(t *testing.T) {
	s := newSpool(t)
	path := drop(t, s.Root(), offices[0], "a.csv", listText)
	mine := errors.New("repeat of another job")
	in := incoming(arrivals(t, s)[0])
	in.ID = func(list, side [32]byte) (string, error) {
		if list == [32]byte{} || side != [32]byte{} {
			t.Error("wrong hashes")
		}
		return "", mine
	}
	if _, err := s.Claim(context.Background(), in); err != mine {
		t.Errorf("got %v", err)
	}
	assertUntouched(t, s, path)
}

// assertUntouched: the plain file is there, and nothing else is.
func assertUntouched(t *testing.T, s *spool.Spool, path string) {
	t.Helper()
	if content(t, path) != listText {
		t.Error("the plain file is not as it was")
	}
	if entries, _ := os.ReadDir(filepath.Join(s.Root(), "work")); len(entries) != 0 {
		t.Errorf("left in work: %v", entries)
	}
}

func TestClaimRefusesAFileThatChangesWhileItIsRead(t *testing.T) {
	for _, name := range []string{"grows", "is rewritten", "is open for writing"} {
		t.Run(name, func(t *testing.T) {
			s := newSpool(t)
			path := drop(t, s.Root(), offices[0], "a.csv", listText)
			in := incoming(arrivals(t, s)[0])
			var held *os.File
			in.Seal = func(w io.Writer) (io.WriteCloser, error) {
				flags := os.O_WRONLY
				if name == "grows" {
					flags |= os.O_APPEND
				}
				f, err := os.OpenFile(path, flags, 0)
				if err != nil {
					return nil, err
				}
				if name == "is open for writing" {
					held = f
					return seal(w)
				}
				_, err = f.WriteString("x")
				if err := errors.Join(err, f.Close()); err != nil {
					return nil, err
				}
				return seal(w)
			}
			_, err := s.Claim(context.Background(), in)
			if held != nil {
				defer held.Close()
			}
			if !errors.Is(err, spool.ErrChanged) {
				t.Errorf("got %v", err)
			}
			if entries, _ := os.ReadDir(filepath.Join(s.Root(), "work")); len(entries) != 0 {
				t.Errorf("left in work: %v", entries)
			}
		})
	}
}

func TestClaimComparesTwoReadings(t *testing.T) {
	s := newSpool(t)
	path := drop(t, s.Root(), offices[0], "a.csv", listText)
	before, err := os.Stat(path)
	must(t, err)
	in := incoming(arrivals(t, s)[0])
	in.Seal = func(w io.Writer) (io.WriteCloser, error) {
		out, err := seal(w)
		return &changer{out, path, before.ModTime()}, err
	}
	if _, err := s.Claim(context.Background(), in); !errors.Is(err, spool.ErrChanged) {
		t.Errorf("got %v", err)
	}
}

// changer changes the file after the first reading and sets its time back.
type changer struct {
	io.WriteCloser
	path string
	time time.Time
}

func (c *changer) Close() error {
	text := strings.ReplaceAll(listText, "1", "2")
	return errors.Join(os.WriteFile(c.path, []byte(text), 0o600), os.Chtimes(c.path, c.time, c.time), c.WriteCloser.Close())
}

func TestClaimCannotBeLedOutOfTheInbox(t *testing.T) {
	s := newSpool(t)
	outside := filepath.Join(s.Root(), "..", "outside.csv")
	must(t, os.WriteFile(outside, []byte(listText), 0o600))
	inbox := filepath.Join(s.Root(), "inbox")
	must(t, os.Symlink("../../../outside.csv", filepath.Join(inbox, offices[0], "link.csv")))
	must(t, os.Symlink("../..", filepath.Join(inbox, "linked")))
	for name, try := range map[string]struct {
		office, path string
		want         error
	}{
		"absolute":       {offices[0], outside, spool.ErrOutside},
		"dots":           {offices[0], filepath.Join(inbox, offices[0]) + "/../../../outside.csv", spool.ErrOutside},
		"other office":   {offices[1], filepath.Join(inbox, offices[0], "link.csv"), spool.ErrOutside},
		"link":           {offices[0], filepath.Join(inbox, offices[0], "link.csv"), spool.ErrSymlink},
		"office is link": {"linked", filepath.Join(inbox, "linked", "outside.csv"), unix.ENOTDIR},
		"office is dots": {"..", filepath.Join(inbox, "..", "outside.csv"), spool.ErrBadOffice},
		"gone":           {offices[0], filepath.Join(inbox, offices[0], "none.csv"), spool.ErrVanished},
	} {
		in := spool.Incoming{Office: try.office, ListPath: spool.NewPath(try.path), Seal: seal, ID: byContent("x")}
		_, err := s.Claim(context.Background(), in)
		if !errors.Is(err, try.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	assertUntouched(t, s, outside)
}

func TestAnOperatorsFileStays(t *testing.T) {
	s := newSpool(t)
	path := filepath.Join(t.TempDir(), marker+".csv")
	must(t, os.WriteFile(path, []byte(listText), 0o600))
	in := spool.Incoming{Office: offices[0], ListPath: spool.NewPath(path), Keep: true, Seal: seal, ID: byContent("x")}
	job, err := s.Claim(context.Background(), in)
	must(t, err)
	finish(t, s, job)
	must(t, s.Move(job, spool.Done))
	if content(t, path) != listText {
		t.Error("the operator's file was touched")
	}
	if !job.Keep || job.State != spool.Done {
		t.Errorf("%+v", job)
	}
	if _, err := s.Claim(context.Background(), in); !errors.Is(err, spool.ErrJobExists) {
		t.Errorf("the same again: %v", err)
	}
	spooltest.NoPlain(t, s.Root(), []string{marker})
}

func TestAClaimStopsWhenItsContextDoes(t *testing.T) {
	s := newSpool(t)
	path := drop(t, s.Root(), offices[0], "a.csv", listText)
	in := incoming(arrivals(t, s)[0])
	ctx, stop := context.WithCancel(context.Background())
	stop()
	if _, err := s.Claim(ctx, in); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	assertUntouched(t, s, path)
}

func BenchmarkClaim(b *testing.B) {
	s := newSpool(b)
	const size = 4 << 20
	text := strings.Repeat(listText, size/len(listText))
	b.SetBytes(size)
	for i := range b.N {
		b.StopTimer()
		drop(b, s.Root(), offices[0], "a.csv", itoa(i)+text)
		all := arrivals(b, s)
		b.StartTimer()
		job, err := s.Claim(context.Background(), incoming(all[0]))
		if err == nil {
			err = s.FinishClaim(job)
		}
		if err != nil {
			b.Fatal(err)
		}
		b.StopTimer()
		if err := s.Move(job, spool.Refused); err != nil {
			b.Fatal(err)
		}
	}
}

func TestTheSecondReadingIsOfTheContent(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.csv")
	must(t, os.WriteFile(path, []byte(listText), 0o600))
	if sum, err := spool.SecondReading(path, func() {}); err != nil || sum != sha256.Sum256([]byte(listText)) {
		t.Fatalf("%x, %v", sum, err)
	}
	for i := range listText {
		other := []byte(listText)
		other[i] ^= 1
		_, err := spool.SecondReading(path, func() { must(t, os.WriteFile(path, other, 0o600)) })
		if !errors.Is(err, spool.ErrChanged) {
			t.Fatalf("byte %d: got %v", i, err)
		}
		must(t, os.WriteFile(path, []byte(listText), 0o600))
	}
}

// TestAnEntryThatIsExchangedIsNotFollowed swaps a list with a link while it is
// being opened.
func TestAnEntryThatIsExchangedIsNotFollowed(t *testing.T) {
	dir := t.TempDir()
	path, link := filepath.Join(dir, "a.csv"), filepath.Join(dir, "link")
	must(t, os.WriteFile(filepath.Join(dir, "outside"), []byte("outside"), 0o600))
	must(t, os.WriteFile(path, []byte(listText), 0o600))
	must(t, os.Symlink("outside", link))
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for {
			select {
			case <-stop:
				return
			default:
				_ = unix.Renameat2(unix.AT_FDCWD, path, unix.AT_FDCWD, link, unix.RENAME_EXCHANGE)
			}
		}
	}()
	opened := 0
	for range 20_000 {
		f, err := spool.OpenRegular(path)
		if err != nil {
			if !errors.Is(err, spool.ErrSymlink) {
				t.Error(err)
			}
			continue
		}
		opened++
		got, err := io.ReadAll(f)
		if err != nil || string(got) != listText {
			t.Errorf("opened %q, %v", got, err)
		}
		_ = f.Close()
	}
	close(stop)
	<-stopped
	if opened == 0 {
		t.Error("never opened: nothing was tried")
	}
}
