//go:build linux

package spool_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
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
	root := inMemory(t)
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
	// By turns at a moment, which may be within a system call, and before a step,
	// so that the runs get on however slow the machine is. Seeded.
	random := rand.New(rand.NewPCG(1, 2))
	const kills = 60
	hit := 0
	for i := range kills {
		if i%2 == 0 {
			child, stop := startChild(t, "drain", root)
			time.Sleep(time.Duration(random.IntN(5_000)) * time.Microsecond)
			stop()
			hit += killed(child)
		} else {
			child, _ := startChild(t, "drain", root, fmt.Sprintf("BAITAI_KILL=*#%d", 1+random.IntN(160)))
			_ = child.Wait()
			hit += killed(child)
		}
		spooltest.NoPlain(t, root, []string{marker}, "inbox")
	}
	s := open(t, nil, root)
	before, err := s.Jobs(spool.Outbox)
	must(t, err)
	must(t, drain(s))
	checkAll(t, s, want)
	if len(before) == 0 {
		t.Error("no run came as far as a result: kill later")
	}
	t.Logf("%d of %d runs were killed; %d of %d lists were done before the last", hit, kills, len(before), lists)
}

func killed(child *exec.Cmd) int {
	if status, ok := child.ProcessState.Sys().(syscall.WaitStatus); ok && status.Signal() == syscall.SIGKILL {
		return 1
	}
	return 0
}

// inMemory is an empty spool where fsync costs nothing: what a killed process has
// written stays in the kernel, so a kill is the same there.
func inMemory(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "spool-")
	if err != nil {
		return newClosed(t)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	root := filepath.Join(dir, "spool")
	must(t, spool.Init(root, nil, offices))
	return root
}

// TestKilledAtEveryStep kills a real process once before each step of one list.
func TestKilledAtEveryStep(t *testing.T) {
	log := filepath.Join(t.TempDir(), "steps")
	setup := func() (string, map[string]bool) {
		root := inMemory(t)
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
		if err := child.Wait(); err == nil || killed(child) == 0 {
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
