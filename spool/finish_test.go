//go:build linux

package spool_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"baitai/spool"
	"baitai/spool/spooltest"
)

func TestFinishClaimFindsTheFileUnderAnotherName(t *testing.T) {
	s := newSpool(t)
	path := drop(t, s.Root(), offices[0], "a.csv", listText)
	job := claimOne(t, s)
	must(t, os.Rename(path, path+".old"))
	if len(arrivals(t, s)) != 0 {
		t.Error("a file that a job has arrives again")
	}
	finish(t, s, job)
	if _, err := os.Stat(path + ".old"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("not erased: %v", err)
	}
	finish(t, s, job) // again
}

func TestFinishClaimLeavesAnotherFileOfTheSameName(t *testing.T) {
	s := newSpool(t)
	path := drop(t, s.Root(), offices[0], "a.csv", listText)
	job := claimOne(t, s)
	// Removed and dropped again: ext4 gives the new file the old number.
	for range 20 {
		must(t, os.Remove(path))
		drop(t, s.Root(), offices[0], "a.csv", strings.ReplaceAll(listText, "1", "2"))
	}
	finish(t, s, job)
	if got := content(t, path); !strings.Contains(got, "2,") {
		t.Fatalf("a file that nobody claimed was erased: %q", got)
	}
	if all := arrivals(t, s); len(all) != 1 {
		t.Errorf("%d arrivals", len(all))
	}
}

func TestFinishClaimLeavesWhatWasWrittenSince(t *testing.T) {
	s := newSpool(t)
	path := drop(t, s.Root(), offices[0], "a.csv", listText)
	job := claimOne(t, s)
	changed := strings.ReplaceAll(listText, "1", "2") // same length, same file
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	must(t, err)
	_, err = f.WriteString(changed)
	must(t, errors.Join(err, f.Close()))
	for range 2 {
		finish(t, s, job)
	}
	if content(t, path) != changed || len(arrivals(t, s)) != 1 {
		t.Error("a list that nobody claimed was erased")
	}
}

func TestAJobWithAnUnfinishedClaimCannotMove(t *testing.T) {
	s := newSpool(t)
	drop(t, s.Root(), offices[0], "a.csv", listText)
	job := claimOne(t, s)
	for _, state := range []spool.State{spool.Held, spool.Done, spool.Refused} {
		if err := s.Move(job, state); !errors.Is(err, spool.ErrUnfinished) {
			t.Errorf("%s: %v", state, err)
		}
	}
	if open, err := s.Unfinished(context.Background()); err != nil || len(open) != 1 || open[0].ID != job.ID {
		t.Errorf("unfinished: %v %v", open, err)
	}
	finish(t, s, job)
	must(t, s.Move(job, spool.Refused))
	if open, _ := s.Unfinished(context.Background()); len(open) != 0 {
		t.Error("still unfinished")
	}
}

func TestExpelSetsAnEntryAsideWithoutOpeningIt(t *testing.T) {
	spooltest.EveryStep(t, func(disk *spool.Disk, dir string) error {
		root := filepath.Join(dir, "spool")
		if err := spool.Init(root, nil, offices); err != nil {
			return err
		}
		inbox := filepath.Join(root, "inbox", offices[0])
		if err := unix.Mkfifo(filepath.Join(inbox, marker+".csv"), 0o600); err != nil {
			return err
		}
		return expelAll(disk, root)
	}, func(t *testing.T, dir string, o spooltest.Outcome) {
		root := filepath.Join(dir, "spool")
		must(t, expelAll(nil, root))
		s := open(t, nil, root)
		jobs, err := s.Jobs(spool.Refused)
		if err != nil || len(jobs) != 1 || !jobs[0].Expelled || content(t, jobs[0].Path(spool.NoteFile)) != "FIFO" {
			t.Fatalf("%v %v", jobs, err)
		}
		entries, _ := os.ReadDir(filepath.Join(root, "inbox", offices[0]))
		if len(entries) != 1 || entries[0].Name() != ".refused-"+jobs[0].ID || entries[0].Type() != fs.ModeNamedPipe {
			t.Errorf("inbox holds %v", entries)
		}
		spooltest.NoPlain(t, root, []string{marker})
	})
}

func expelAll(disk *spool.Disk, root string) error {
	s, err := spool.Open(root, spool.Options{Disk: disk, Now: later})
	if err != nil {
		return err
	}
	defer s.Close()
	ctx := context.Background()
	all, err := s.Arrivals(ctx)
	if err != nil {
		return err
	}
	for _, a := range all {
		if a.Claimable() || !errors.Is(a.Refuse, spool.ErrFIFO) {
			return errors.New("not a FIFO")
		}
		if _, err := s.Expel(ctx, a, "entry-0001", []byte("FIFO")); err != nil {
			return err
		}
	}
	jobs, err := s.Jobs(spool.Work)
	for _, job := range jobs {
		if err := s.FinishClaim(job); err != nil {
			return err
		}
		if err := s.Move(job, spool.Refused); err != nil {
			return err
		}
	}
	return err
}

// TestFinishClaimKnowsANumberThatWasGivenToAnotherFile: a run is killed after it
// removed the plain file; the next file that is dropped has its inode number.
func TestFinishClaimKnowsANumberThatWasGivenToAnotherFile(t *testing.T) {
	root := newClosed(t)
	path := drop(t, root, offices[0], "a.csv", listText)
	number := inodeNumber(t, path)
	s := open(t, spool.NewDisk(func(step string) error {
		if step == "erase:dirsync" {
			return spooltest.ErrInjected
		}
		return nil
	}), root)
	job := claimOne(t, s)
	if err := s.FinishClaim(job); !errors.Is(err, spooltest.ErrInjected) {
		t.Fatalf("got %v", err)
	}
	must(t, s.Close())
	other := strings.ReplaceAll(listText, "1", "2") // the same size
	same := false
	for i := 0; i < 100 && !same; i++ {
		path = drop(t, root, offices[0], itoa(i)+".csv", other)
		same = inodeNumber(t, path) == number
	}
	if !same {
		t.Skip("this file system does not give numbers away again")
	}
	s = open(t, nil, root)
	finish(t, s, job)
	if content(t, path) != other {
		t.Error("a list that nobody claimed was erased")
	}
}

func inodeNumber(t *testing.T, path string) uint64 {
	t.Helper()
	var st unix.Stat_t
	must(t, unix.Stat(path, &st))
	return st.Ino
}

// TestTheStepsOfAJobAreTheseAndNoFewer holds the durable steps of one list from
// claim to outbox against a list that was proof-read: a write without its fsync,
// or a rename past the disk, would be missing there. UPDATE=1 writes the list.
func TestTheStepsOfAJobAreTheseAndNoFewer(t *testing.T) {
	var steps strings.Builder
	disk := spool.NewDisk(func(step string) error { steps.WriteString(step + "\n"); return nil })
	must(t, claimRun(disk, t.TempDir()))
	const golden = "testdata/steps.txt"
	if os.Getenv("UPDATE") == "1" {
		must(t, os.WriteFile(golden, []byte(steps.String()), 0o644))
	}
	if want := content(t, golden); steps.String() != want {
		t.Errorf("other steps than in %s", golden)
	}
}
