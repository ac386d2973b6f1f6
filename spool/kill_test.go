//go:build linux

package spool_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"baitai/spool"
	"baitai/spool/spooltest"
)

// childDrains is one run of the program over a spool.
func childDrains(root string) error {
	fmt.Println("started")
	s, err := spool.Open(root, spool.Options{Disk: spool.NewDisk(spooltest.HookFromEnv("BAITAI_KILL")), Now: later})
	if err != nil {
		return err
	}
	defer s.Close()
	return drain(s)
}

// TestKilledAgainAndAgainEachListEndsOnce kills a child at random moments while
// it takes small lists as far as the outbox.
func TestKilledAgainAndAgainEachListEndsOnce(t *testing.T) {
	root := newClosed(t)
	const lists = 60
	want := map[string]bool{}
	for i := range lists {
		text := fmt.Sprintf("%s%d", listText, i)
		want[text] = true
		drop(t, root, offices[i%2], fmt.Sprintf("%s%d.csv", marker, i), text)
		if i%3 == 0 {
			drop(t, root, offices[i%2], fmt.Sprintf("%s%d.request.toml", marker, i), sideText)
		}
	}
	// Seeded: a failure can be seen again, as far as a race with a process can.
	random := rand.New(rand.NewPCG(1, 2))
	kills := 0
	for range 60 {
		_, stop := startChild(t, "drain", root)
		time.Sleep(time.Duration(random.IntN(12_000)) * time.Microsecond)
		stop()
		kills++
		spooltest.NoPlain(t, root, []string{marker}, "inbox")
	}
	s := open(t, nil, root)
	before, err := s.Jobs(spool.Outbox)
	must(t, err)
	must(t, drain(s))
	checkAll(t, s, want)
	t.Logf("%d kills; %d of %d lists were done before the last run", kills, len(before), lists)
}

// TestKilledAtEveryStep kills a real process once before each step of one list.
func TestKilledAtEveryStep(t *testing.T) {
	log := filepath.Join(t.TempDir(), "steps")
	setup := func() (string, map[string]bool) {
		root := newClosed(t)
		drop(t, root, offices[0], "a.csv", listText)
		drop(t, root, offices[0], "a.request.toml", sideText)
		return root, map[string]bool{listText: true}
	}
	root, _ := setup()
	first, _ := startChild(t, "drain", root, "BAITAI_KILL=log="+log)
	must(t, first.Wait())
	steps := strings.Count(content(t, log), "\n")
	if steps < 60 {
		t.Fatalf("only %d steps", steps)
	}
	stride := 1
	if testing.Short() {
		stride = 7
	}
	for k := 1; k <= steps; k += stride {
		root, want := setup()
		child, _ := startChild(t, "drain", root, fmt.Sprintf("BAITAI_KILL=*#%d", k))
		if err := child.Wait(); err == nil || child.ProcessState.Sys().(syscall.WaitStatus).Signal() != syscall.SIGKILL {
			t.Fatalf("step %d: was not killed: %v", k, err)
		}
		spooltest.NoPlain(t, root, []string{marker}, "inbox")
		s := open(t, nil, root)
		must(t, drain(s))
		checkAll(t, s, want)
		must(t, s.Close())
	}
	t.Logf("%d steps", steps)
}

// checkAll: each list has exactly one whole result, and nothing else is left.
func checkAll(t *testing.T, s *spool.Spool, want map[string]bool) {
	t.Helper()
	jobs, err := s.Jobs(spool.Outbox)
	must(t, err)
	got := map[string]int{}
	for _, job := range jobs {
		got[unseal(t, filepath.Join(s.ResultDir(job), "result.age"))]++
	}
	for text := range want {
		if got[text] != 1 {
			t.Errorf("a list has %d results", got[text])
		}
	}
	if len(got) != len(want) || len(jobs) != len(want) {
		t.Errorf("%d lists, %d results in %d jobs", len(want), len(got), len(jobs))
	}
	for _, folder := range []string{"work", "held", "refused"} {
		if entries, _ := os.ReadDir(filepath.Join(s.Root(), folder)); len(entries) != 0 {
			t.Errorf("%s is not empty", folder)
		}
	}
	spooltest.NoPlain(t, s.Root(), []string{marker})
	spooltest.NoLitter(t, s.Root())
}
