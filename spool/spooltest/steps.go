// Package spooltest lets tests fail or kill a program at every step of a durable
// write (故障注入), and looks for plain personal data on the disk afterwards.
//
// It hides how a crash is played: a panic that passes through the code under test
// without giving it the chance to clean up, other than what it does in a defer. It
// promises that no step is left out, and that an error of a step which the code
// swallows is found.
package spooltest

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"baitai/spool"
)

// ErrInjected is what a step fails with.
var ErrInjected = errors.New("injected failure")

// An Outcome is how one run of EveryStep ended.
type Outcome struct {
	Step    string // the step that was hit, with its count; "" for the run without a fault
	Crashed bool   // the run was ended in the middle
	Err     error  // what run returned, if it returned
}

// Acked reports whether the run ended well: what it wrote must be there.
func (o Outcome) Acked() bool { return !o.Crashed && o.Err == nil }

// crash is what ends a run in the middle.
type crash struct{}

// EveryStep calls run once without a fault, which must succeed, and counts the
// steps it takes. Then it calls run for each of them three times, each time in a
// new empty folder: the step fails; the program ends just before it; and, for a
// step that writes, half of the bytes are written. After each it calls check.
//
// run MUST return an error when a step failed, MUST do everything in the calling
// goroutine and only through disk, and takes the same steps each time. What a
// dying process does by itself (close files, free locks) belongs in a defer, and
// nothing else does.
func EveryStep(t *testing.T, run func(disk *spool.Disk, dir string) error, check func(t *testing.T, dir string, o Outcome)) {
	t.Helper()
	var steps []string
	dir := folder(t)
	err := run(spool.NewDisk(func(name string) error { steps = append(steps, name); return nil }), dir)
	if err != nil {
		t.Fatalf("run without a fault: %v", err)
	}
	if len(steps) == 0 {
		t.Fatal("run took no step: it does not use the disk it was given")
	}
	check(t, dir, Outcome{})
	counts := map[string]int{}
	for i, step := range steps {
		counts[step]++
		label := fmt.Sprintf("%s#%d", step, counts[step])
		one(t, "fail "+label, steps, i, func() error { return ErrInjected }, run, check)
		one(t, "crash "+label, steps, i, func() error { panic(crash{}) }, run, check)
		if strings.HasSuffix(step, ":write") {
			one(t, "torn "+label, steps, i, func() error { return spool.ErrTorn }, run, check)
		}
	}
}

// folder is a new empty folder, in memory where there is such a place: the faults
// are played, so the thousands of fsyncs need not reach a disk.
func folder(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "steps-")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// one plays one fault at the i-th step.
func one(t *testing.T, label string, steps []string, i int, fault func() error,
	run func(*spool.Disk, string) error, check func(*testing.T, string, Outcome)) {
	t.Helper()
	t.Run(label, func(t *testing.T) {
		next, hit := 0, false
		disk := spool.NewDisk(func(name string) error {
			if hit {
				return nil // after the fault the program cleans up as it likes
			}
			if next >= len(steps) || steps[next] != name {
				t.Fatalf("run took another way: step %q is not the one of the first run", name)
			}
			next++
			if next-1 == i {
				hit = true
				return fault()
			}
			return nil
		})
		dir := folder(t)
		o := Outcome{Step: label}
		func() {
			defer func() {
				switch r := recover().(type) {
				case nil:
				case crash:
					o.Crashed = true
				default:
					panic(r)
				}
			}()
			o.Err = run(disk, dir)
		}()
		if !hit {
			t.Fatal("the step was not reached")
		}
		if o.Acked() {
			t.Error("the step failed and run did not say so")
		}
		check(t, dir, o)
	})
}
