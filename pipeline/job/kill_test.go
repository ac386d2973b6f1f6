package job_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"baitai/crypto/manifest"
	"baitai/spool/ledger"
	"baitai/spool/spooltest"
)

// TestKilledAtEveryStepEachListEndsOnce kills a process before each step of a run
// that answers one list, refuses another and delivers both, starts it again, and
// sees that each list ended exactly once.
func TestKilledAtEveryStepEachListEndsOnce(t *testing.T) {
	template := newPlace(t, true)
	template.setting(t, "part_rows = 1000000", "part_rows = 5") // in three parts
	template.drop(t, plain, 12, "依頼1")
	template.dropBad(t)
	trial := template.copy(t)
	steps := trial.steps(t, "run", trial.path("medium"))
	checkNight(t, trial)
	if parts, err := filepath.Glob(trial.path("medium", "*", "result-*.csv.zst.age")); err != nil || len(parts) != 3 {
		t.Fatalf("%d parts were delivered, %v", len(parts), err)
	}
	if len(steps) < 300 {
		t.Fatalf("only %d steps", len(steps))
	}
	forEachStep(t, steps, 1, func(t *testing.T, k int) {
		p := template.copy(t)
		die(t, p, "run", p.path("medium"), k)
		spooltest.NoPlain(t, p.site(), p.marks(t), "spool/inbox")
		if k%3 == 0 { // and once more, within what is left
			c := p.start(t, "run", p.path("medium"), fmt.Sprintf("*#%d", 1+k%61))
			_ = c.Wait()
		}
		p.finish(t)
		checkNight(t, p)
	})
}

// forEachStep runs a test for every so many steps of a run; for fewer, where time
// is short. One after the other: a process that is being started holds, for a
// moment, the locks of a site that this process has just closed.
func forEachStep(t *testing.T, steps []string, stride int, test func(t *testing.T, k int)) {
	t.Helper()
	if testing.Short() || raced {
		stride = 13
	}
	t.Logf("%d steps, every %d.", len(steps), stride)
	for k := 1; k <= len(steps); k += stride {
		t.Run(fmt.Sprintf("%03d %s", k, steps[k-1]), func(t *testing.T) { test(t, k) })
	}
}

// die starts a child that is killed before its k-th step.
func die(t *testing.T, p *place, what, arg string, k int) {
	t.Helper()
	c := p.start(t, what, arg, fmt.Sprintf("*#%d", k))
	if err := c.Wait(); err == nil || !killed(c) {
		t.Fatalf("was not killed: %v", err)
	}
}

// checkNight: one list is answered and delivered once, the other refused, and
// nothing else is anywhere.
func checkNight(t *testing.T, p *place) {
	t.Helper()
	all := p.checkCustody(t)
	p.checkClean(t)
	p.emptyInbox(t)
	for act, want := range map[ledger.Act]int{ledger.Received: 2, ledger.Published: 1, ledger.Refused: 1, ledger.Delivered: 2} {
		if n := count(all, act, ""); n != want {
			t.Errorf("%d entries «%s»", n, act)
		}
	}
	found := p.results(t)
	if len(found[manifest.Result]) != 1 || len(found[manifest.Refusal]) != 1 {
		t.Fatalf("results %d, refusals %d", len(found[manifest.Result]), len(found[manifest.Refusal]))
	}
	p.checkResult(t, found[manifest.Result][0], plain)
	for _, s := range all {
		if s.Entry.Act != ledger.Delivered {
			continue
		}
		if m := p.verify(t, p.path("medium", s.Entry.Job)); m.Kind == manifest.Result {
			p.checkResult(t, p.path("medium", s.Entry.Job), plain)
		}
	}
	for _, folder := range []string{"work", "held"} {
		left, err := os.ReadDir(p.path("site", "spool", folder))
		must(t, err)
		if len(left) > 0 {
			t.Errorf("%s is not empty", folder)
		}
	}
}
