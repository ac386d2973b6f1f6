//go:build linux

package spool_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"baitai/spool"
	"baitai/spool/spooltest"
)

func TestInitIsRepeatableAndAddsOffices(t *testing.T) {
	spooltest.EveryStep(t, func(d *spool.Disk, dir string) error {
		return spool.Init(filepath.Join(dir, "spool"), d, offices[:1])
	}, func(t *testing.T, dir string, o spooltest.Outcome) {
		root := filepath.Join(dir, "spool")
		must(t, spool.Init(root, nil, offices))
		s := open(t, nil, root)
		for _, folder := range []string{".", "inbox/税務課", "outbox/fukushi-1", "work", "held", "done", "refused"} {
			info, err := os.Stat(filepath.Join(root, folder))
			if err != nil || info.Mode().Perm() != 0o700 {
				t.Errorf("%s: %v", folder, err)
			}
		}
		must(t, s.Close())
	})
	for _, name := range []string{"", ".", "..", "a/b", ".hidden", "a b", "-x", "a\x00", strings.Repeat("長", 41), "a\xff"} {
		if err := spool.Init(filepath.Join(t.TempDir(), "s"), nil, []string{name}); !errors.Is(err, spool.ErrBadOffice) {
			t.Errorf("%q: %v", name, err)
		}
	}
}

func TestJobIDsAreChecked(t *testing.T) {
	for id, good := range map[string]bool{
		"abcdefgh": true, "2026-11-23-0001": true, strings.Repeat("a", 64): true,
		"short": false, strings.Repeat("a", 65): false, "ABCDEFGH": false, "-bcdefgh": false,
		"../../../etc": false, "abcd efgh": false, "abcdefgé": false, "": false, "........": false,
	} {
		if err := spool.CheckID(id); (err == nil) != good {
			t.Errorf("%q: %v", id, err)
		}
	}
}

// TestOneProcessHoldsTheSpool has a child take the spool.
func TestOneProcessHoldsTheSpool(t *testing.T) {
	root := filepath.Join(t.TempDir(), "spool")
	must(t, spool.Init(root, nil, offices))
	child, stop := startChild(t, "hold", root)
	_, err := spool.Open(root, spool.Options{Now: later})
	held, ok := errors.AsType[*spool.HeldError](err)
	if !ok || !errors.Is(err, spool.ErrHeld) || held.PID != child.Process.Pid {
		t.Errorf("got %v", err)
	}
	view, err := spool.View(root)
	must(t, err)
	if jobs, err := view.Jobs(spool.Work); err != nil || len(jobs) != 0 {
		t.Errorf("view: %v %v", jobs, err)
	}
	stop()
	s := open(t, nil, root)
	if _, err := spool.Open(root, spool.Options{Now: later}); !errors.Is(err, spool.ErrHeld) {
		t.Errorf("twice in one process: %v", err)
	}
	must(t, s.Close())
	must(t, s.Close())
	open(t, nil, root)
}

// startChild runs this test binary as another process that does what the mode
// says, and waits for its first line. stop kills it.
func startChild(t *testing.T, mode, root string, env ...string) (*exec.Cmd, func()) {
	t.Helper()
	self, err := os.Executable()
	must(t, err)
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), append(env, "BAITAI_SPOOL_CHILD="+mode, "BAITAI_SPOOL_ROOT="+root)...)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	must(t, err)
	must(t, cmd.Start())
	line := make([]byte, 1)
	if _, err := io.ReadFull(out, line); err != nil {
		t.Fatal(err)
	}
	stop := func() { _ = cmd.Process.Kill(); _ = cmd.Wait() }
	t.Cleanup(stop)
	return cmd, stop
}

// TestMain turns this binary into a child where a test started it as one.
func TestMain(m *testing.M) {
	root := os.Getenv("BAITAI_SPOOL_ROOT")
	var err error
	switch os.Getenv("BAITAI_SPOOL_CHILD") {
	case "":
		os.Exit(m.Run())
	case "hold":
		err = childHolds(root)
	case "drain":
		err = childDrains(root)
	case "puts":
		err = childPuts(root)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func childHolds(root string) error {
	s, err := spool.Open(root, spool.Options{Now: later})
	if err != nil {
		return err
	}
	defer s.Close()
	fmt.Println("held")
	time.Sleep(time.Minute) // it is killed long before
	return nil
}

func TestOpenRefusesWhatIsNoSpool(t *testing.T) {
	if _, err := spool.Open(t.TempDir(), spool.Options{Now: later}); !errors.Is(err, spool.ErrNoSpool) {
		t.Errorf("got %v", err)
	}
	s := newSpool(t)
	if _, err := spool.Open(s.Root(), spool.Options{}); !errors.Is(err, spool.ErrNoClock) {
		t.Errorf("got %v", err)
	}
	for text, want := range map[string]error{"baitai spool 1\n": spool.ErrVersion, "something": spool.ErrNoSpool, "baitai spool x": spool.ErrNoSpool} {
		must(t, os.WriteFile(filepath.Join(s.Root(), "format"), []byte(text), 0o600))
		if _, err := spool.View(s.Root()); !errors.Is(err, want) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestAViewChangesNothing(t *testing.T) {
	s := newSpool(t)
	drop(t, s.Root(), offices[0], "a.csv", listText)
	job := claimOne(t, s)
	drop(t, s.Root(), offices[0], "b.csv", listText)
	view, err := spool.View(s.Root())
	must(t, err)
	all := arrivals(t, view)
	if len(all) != 1 {
		t.Errorf("%d arrivals", len(all))
	}
	ctx := context.Background()
	_, claimErr := view.Claim(ctx, incoming(all[0]))
	_, expelErr := view.Expel(ctx, all[0], "abcdefgh", nil)
	_, sweepErr := view.Sweep()
	for i, err := range []error{claimErr, expelErr, sweepErr, view.FinishClaim(job), view.Attempt(job), view.Move(job, spool.Held),
		view.Publish(job), view.Withdraw(job), view.PutFile(job, "x", text(""))} {
		if !errors.Is(err, spool.ErrReadOnly) {
			t.Errorf("%d: %v", i, err)
		}
	}
}

func TestOneDamagedJobHidesNoOther(t *testing.T) {
	s := newSpool(t)
	var ids []string
	for i := range 3 {
		drop(t, s.Root(), offices[0], "a.csv", listText+itoa(i))
		job := claimOne(t, s)
		finish(t, s, job)
		ids = append(ids, job.ID)
	}
	must(t, os.WriteFile(filepath.Join(s.Root(), "work", ids[1], "claim.json"), []byte(`{"version":0}`), 0o600))
	jobs, err := s.Jobs(spool.Work)
	bad, ok := errors.AsType[*spool.JobError](err)
	if !ok || bad.ID != ids[1] || !errors.Is(err, spool.ErrDamaged) {
		t.Errorf("got %v", err)
	}
	if len(jobs) != 2 || jobs[0].ID != ids[0] || jobs[1].ID != ids[2] {
		t.Errorf("jobs %v", jobs)
	}
	if _, err := s.Job("notthere"); !errors.Is(err, spool.ErrNoJob) {
		t.Errorf("got %v", err)
	}
}

func TestSweepRemovesLitterAndNothingElse(t *testing.T) {
	s := newSpool(t)
	drop(t, s.Root(), offices[0], "a.csv", listText)
	job := claimOne(t, s)
	finish(t, s, job)
	must(t, s.PutFile(job, "out/result.age", text("sealed")))
	drop(t, s.Root(), offices[0], ".tmp-theirs", "x")
	litter := []string{"work/.claim-ABC", "work/" + job.ID + "/.tmp-A", "work/" + job.ID + "/out/.tmp-B", ".tmp-C"}
	for _, path := range litter {
		must(t, os.MkdirAll(filepath.Join(s.Root(), path), 0o700))
	}
	if n, err := s.Sweep(); err != nil || n != len(litter) {
		t.Errorf("removed %d, %v", n, err)
	}
	for _, path := range []string{"inbox/" + offices[0] + "/.tmp-theirs", "work/" + job.ID + "/out/result.age", "work/" + job.ID + "/list.age"} {
		if _, err := os.Stat(filepath.Join(s.Root(), path)); err != nil {
			t.Error(err)
		}
	}
	if n, err := s.Sweep(); err != nil || n != 0 {
		t.Errorf("again: %d, %v", n, err)
	}
}

func TestNothingRevealsAPath(t *testing.T) {
	type holder struct {
		open   spool.Path
		hidden []spool.Path
	}
	p := spool.NewPath("/inbox/" + marker + ".csv")
	a := spool.Arrival{Office: "x", Name: p.Base(), ListPath: p, SidePath: p}
	in := spool.Incoming{Office: "x", ListPath: p, Meta: []byte(marker)}
	if p.Base().Reveal() != marker+".csv" || !spool.NewPath("").Empty() {
		t.Fatal("Path does not hold what it was given")
	}
	for _, v := range []any{p, &p, a, &a, []spool.Arrival{a}, in, holder{p, []spool.Path{p}}, map[string]spool.Path{"k": p}} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
			got := fmt.Sprintf(verb, v)
			if strings.Contains(got, marker) || strings.Contains(got, fmt.Sprintf("%x", marker)) {
				t.Errorf("%T %s reveals", v, verb)
			}
		}
		var log strings.Builder
		slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "v", v)
		slog.New(slog.NewTextHandler(&log, nil)).Info("x", "v", v)
		if strings.Contains(log.String(), marker) {
			t.Errorf("%T in slog reveals", v)
		}
	}
	for _, v := range []any{p, a} {
		if text, err := json.Marshal(v); err != nil || strings.Contains(string(text), marker) {
			t.Errorf("json reveals, %v", err)
		}
	}
}

func TestAnOfficeThatIsAcceptedIsOneFolder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.OneOf(rapid.String(), rapid.StringMatching(`[./\\a-z-]{1,6}`)).Draw(t, "name")
		if spool.CheckOffice(name) != nil {
			return
		}
		if filepath.Base(name) != name || strings.HasPrefix(name, ".") || !filepath.IsLocal(name) {
			t.Fatalf("accepted %q", name)
		}
	})
}

func FuzzParseClaim(f *testing.F) {
	const id = "0123456789abcdef"
	f.Add(`{"version":0,"id":"0123456789abcdef","office":"x","claimed":"2026-11-23T09:00:00+09:00","list":{"dev":1,"ino":2,"born_ns":3,"size":4,"written_ns":5}}`)
	f.Add(`{"version":1}`)
	f.Add(`{"version":0,"id":"../../etc","office":"../x"}`)
	f.Fuzz(func(t *testing.T, text string) {
		office, err := spool.ParseClaim(text, id)
		if err == nil && spool.CheckOffice(office) != nil {
			t.Errorf("accepted office %q", office)
		}
	})
}
