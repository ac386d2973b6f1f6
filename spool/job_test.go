//go:build linux

package spool_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"baitai/spool"
	"baitai/spool/spooltest"
)

func TestMoveFollowsTheTable(t *testing.T) {
	all := []spool.State{spool.Inbox, spool.Work, spool.Held, spool.Outbox, spool.Done, spool.Refused}
	ways := map[spool.State][]spool.State{
		spool.Work: {spool.Work, spool.Held, spool.Done, spool.Refused},
		spool.Held: {spool.Held, spool.Work, spool.Refused},
		spool.Done: {spool.Done}, spool.Refused: {spool.Refused},
	}
	for from := range ways {
		for _, to := range all {
			s := newSpool(t)
			drop(t, s.Root(), offices[0], "a.csv", listText)
			job := claimOne(t, s)
			finish(t, s, job)
			must(t, s.Move(job, from))
			err := s.Move(job, to)
			if legal := slices.Contains(ways[from], to); legal != (err == nil) || !legal && !errors.Is(err, spool.ErrBadMove) {
				t.Errorf("%s → %s: %v", from, to, err)
			}
			want := from
			if err == nil {
				want = to
			}
			found, err := s.Job(job.ID)
			if err != nil || found.State != want || job.State != want || found.Dir != filepath.Join(s.Root(), string(want), job.ID) {
				t.Errorf("%s → %s: is in %v, %v", from, to, found, err)
			}
			must(t, s.Close())
		}
	}
}

func TestAResultGoesOutAndComesBack(t *testing.T) {
	s := newSpool(t)
	drop(t, s.Root(), offices[0], "a.csv", listText)
	job := claimOne(t, s)
	finish(t, s, job)
	if err := s.Publish(job); !errors.Is(err, spool.ErrNoResult) {
		t.Errorf("nothing to publish: %v", err)
	}
	must(t, s.PutFile(job, "out/result.age", text("sealed")))
	must(t, s.PutFile(job, "plan", text("mine")))
	for range 2 {
		must(t, s.Publish(job))
	}
	if err := s.PutFile(job, "out/late", text("x")); !errors.Is(err, spool.ErrPublished) {
		t.Errorf("after publishing: %v", err)
	}
	if err := s.Withdraw(job); !errors.Is(err, spool.ErrBadMove) {
		t.Errorf("withdrawn before it was done: %v", err)
	}
	must(t, s.Move(job, spool.Done))
	if job.State != spool.Outbox || !job.Published {
		t.Errorf("state %s", job.State)
	}
	if jobs, _ := s.Jobs(spool.Done); len(jobs) != 0 {
		t.Error("in done as well")
	}
	where := filepath.Join(s.Root(), "outbox", offices[0], job.ID)
	if s.ResultDir(job) != where || content(t, filepath.Join(where, "result.age")) != "sealed" {
		t.Error("not in the outbox")
	}
	must(t, s.Move(job, spool.Done))
	for range 2 {
		must(t, s.Withdraw(job))
	}
	if job.State != spool.Done || content(t, filepath.Join(s.ResultDir(job), "result.age")) != "sealed" {
		t.Error("not back")
	}
	if jobs, err := s.Jobs(spool.Done); err != nil || len(jobs) != 1 || content(t, jobs[0].Path("plan")) != "mine" {
		t.Errorf("%v %v", jobs, err)
	}
}

func TestFilesOfAJobStayInItsFolder(t *testing.T) {
	s := newSpool(t)
	drop(t, s.Root(), offices[0], "a.csv", listText)
	job := claimOne(t, s)
	for _, name := range []string{"", "..", "../x", "out", "out/", "out/..", "out/a/b", "in/x", "/x", ".x", "out/.x", "claim.json", "attempts", "a\\b"} {
		if err := s.PutFile(job, name, text("x")); !errors.Is(err, spool.ErrBadName) {
			t.Errorf("put %q: %v", name, err)
		}
		if _, err := job.OpenFile(name); !errors.Is(err, spool.ErrBadName) {
			t.Errorf("open %q: %v", name, err)
		}
	}
}

func TestAttemptsAreCountedDurably(t *testing.T) {
	spooltest.EveryStep(t, func(disk *spool.Disk, dir string) error {
		if err := claimRun(nil, dir); err != nil { // makes a job; then a second list is claimed
			return err
		}
		root := filepath.Join(dir, "spool")
		if err := os.WriteFile(filepath.Join(root, "inbox", offices[0], "b.csv"), []byte("b"), 0o600); err != nil {
			return err
		}
		s, err := spool.Open(root, spool.Options{Now: later})
		if err != nil {
			return err
		}
		all, err := s.Arrivals(context.Background())
		if err == nil {
			_, err = s.Claim(context.Background(), incoming(all[0]))
		}
		if err = errors.Join(err, s.Close()); err != nil {
			return err
		}
		s, err = spool.Open(root, spool.Options{Disk: disk, Now: later})
		if err != nil {
			return err
		}
		defer s.Close()
		for range 2 {
			jobs, err := s.Jobs(spool.Work)
			if err != nil {
				return err
			}
			if err := s.Attempt(jobs[0]); err != nil {
				return err
			}
		}
		return nil
	}, func(t *testing.T, dir string, o spooltest.Outcome) {
		s := open(t, nil, filepath.Join(dir, "spool"))
		jobs, err := s.Jobs(spool.Work)
		if err != nil || len(jobs) != 1 || jobs[0].Attempts > 2 || o.Acked() && jobs[0].Attempts != 2 {
			t.Errorf("%v %v", jobs, err)
		}
	})
}
