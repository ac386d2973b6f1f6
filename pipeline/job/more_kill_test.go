package job_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"baitai/crypto/manifest"
	"baitai/pipeline/identity"
	"baitai/pipeline/issue"
	"baitai/spool"
	"baitai/spool/ledger"
	"baitai/spool/spooltest"
)

// grep names a file below a folder that holds a text; "" if there is none.
func grep(t *testing.T, dir, text string) (found string) {
	t.Helper()
	must(t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			raw, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			if bytes.Contains(raw, []byte(text)) {
				found = path
			}
		}
		return err
	}))
	return found
}

// TestKilledAtRandomMomentsEachListEndsOnce kills a job of some seconds at up to a
// hundred random moments, for a minute at most. Each list gets on only between
// kills, so holding it after some interruptions is switched off by a high limit.
func TestKilledAtRandomMomentsEachListEndsOnce(t *testing.T) {
	kills := 100
	if testing.Short() || raced {
		kills = 12
	}
	const seed = 20261123
	random := rand.New(rand.NewPCG(seed, uint64(kills)))
	p := newPlace(t, true)
	p.setting(t, "attempts = 3", "attempts = 1000")
	p.setting(t, "chunk = 1000000", "chunk = 200")
	p.drop(t, plain, 3000, "依頼1")
	p.dropBad(t)
	began := time.Now()
	trial := p.copy(t)
	must(t, trial.start(t, "run", trial.path("medium"), "").Wait())
	span := time.Since(began) // of a run; how long that is changes with what else the machine does
	hit, finished, runs := 0, 0, 0
	for hit < kills && time.Since(began) < time.Minute {
		runs++
		c := p.start(t, "run", p.path("medium"), "")
		time.Sleep(time.Duration(random.Int64N(int64(span))))
		_ = c.Process.Kill()
		_ = c.Wait()
		if killed(c) {
			hit++
			span += span / 20 // so that some nights end
		} else {
			span -= span / 8 // but not many
		}
		spooltest.NoPlain(t, p.site(), p.marks(t), "spool/inbox")
		if len(p.results(t)[manifest.Result]) == 1 && len(p.delivered(t)) == 2 {
			// Both lists are through: the rest of the kills get lists of their own.
			finished++
			p.finish(t) // the run that got through may have been killed before it tidied up: the next one does
			checkNight(t, p)
			q := p
			p = trial.fresh(t, p)
			must(t, os.RemoveAll(q.dir))
		}
	}
	p.finish(t)
	checkNight(t, p)
	if hit == 0 {
		t.Error("no run was killed")
	}
	t.Logf("seed %d: %d of %d runs were killed, %d nights ended under way", seed, hit, runs, finished)
}

// fresh is a new site with the lists of p.
func (p *place) fresh(t *testing.T, like *place) *place {
	t.Helper()
	q := newPlace(t, true)
	q.setting(t, "attempts = 3", "attempts = 1000")
	q.setting(t, "chunk = 1000000", "chunk = 200")
	q.drop(t, plain, len(like.rows), "依頼1")
	q.dropBad(t)
	return q
}

// delivered are the jobs that the ledger says were handed over.
func (p *place) delivered(t *testing.T) (jobs []string) {
	t.Helper()
	all, _ := p.story(t)
	for _, s := range all {
		if s.Entry.Act == ledger.Delivered {
			jobs = append(jobs, s.Entry.Job)
		}
	}
	return jobs
}

func (p *place) setting(t *testing.T, from, to string) {
	t.Helper()
	path := p.path("site", "baitai.toml")
	text, err := os.ReadFile(path)
	must(t, err)
	if !strings.Contains(string(text), from) {
		t.Fatalf("no setting %q", from)
	}
	must(t, os.WriteFile(path, []byte(strings.Replace(string(text), from, to, 1)), 0o600))
}

// TestALoadKilledAtAnyStepIsWholeOrNothing: the generation is the old one or
// the new one, and the ledger's last word is the one that is there.
func TestALoadKilledAtAnyStepIsWholeOrNothing(t *testing.T) {
	template := newPlace(t, true)
	template.writeExtract(t, "new.csv", 1)
	trial := template.copy(t)
	steps := trial.steps(t, "load", trial.path("new.csv"))
	before, err := identity.Current(template.path("site", "identity"))
	must(t, err)
	forEachStep(t, steps, 2, func(t *testing.T, k int) {
		p := template.copy(t)
		die(t, p, "load", p.path("new.csv"), k)
		s := p.open(t)
		sum, err := s.VerifyIdentity()
		must(t, err)
		f, err := s.Identity() // is answered from: it is the one that the ledger has
		must(t, err)
		now := f.Generation()
		must(t, s.Close())
		all, report := p.story(t)
		last := ""
		for _, e := range all {
			if e.Entry.Act == ledger.IdentityLoaded && e.Entry.Result == ledger.OK {
				last = e.Entry.Generation
			}
		}
		loads := map[bool]int{true: 1, false: 2}[now == before]
		if n := count(all, ledger.IdentityLoaded, ""); last != now || n != loads || sum.People != people {
			t.Errorf("%d loads of %d people; generation is the old one: %v; the ledger has it: %v", n, sum.People, now == before, last == now)
		}
		if len(report.Custody.Findings) > 0 {
			t.Error(report.Custody.Findings)
		}
		p.rows = []invented{invent(0, 0), invent(0, 1)}
		p.checkClean(t)
	})
}

// held makes a place with a list that waits for a second person.
func held(t *testing.T) (p *place, id string) {
	t.Helper()
	p = newPlace(t, true)
	p.drop(t, paired, 12, "依頼1")
	out := outcome(t, p.run(t))
	if out.State != spool.Held {
		t.Fatalf("state %s", out.State)
	}
	return p, out.Job
}

// TestHoldingKilledAtAnyStepHoldsOnce: the job waits for a second person, and
// is answered only after that.
func TestHoldingKilledAtAnyStepHoldsOnce(t *testing.T) {
	template := newPlace(t, true)
	template.drop(t, paired, 12, "依頼1")
	trial := template.copy(t)
	steps := trial.steps(t, "run", "")
	forEachStep(t, steps, 3, func(t *testing.T, k int) {
		p := template.copy(t)
		die(t, p, "run", "", k)
		p.run(t)
		p.run(t)
		s := p.openAs(t, second, nil)
		_, err := s.Approve(p.onlyJob(t, "held"))
		must(t, errors.Join(err, s.Close()))
		p.finish(t)
		p.checkPaired(t)
	})
}

// TestApprovingKilledAtEveryStepReleasesOnce: the approval counts or it does not.
func TestApprovingKilledAtEveryStepReleasesOnce(t *testing.T) {
	template, id := held(t)
	steps := template.copy(t).steps(t, "approve", id)
	forEachStep(t, steps, 1, func(t *testing.T, k int) {
		p := template.copy(t)
		die(t, p, "approve", id, k)
		s := p.openAs(t, second, nil)
		if _, err := s.Approve(id); err != nil && !errors.Is(err, issue.New(issue.WrongState, issue.Pos{})) {
			t.Fatal(err) // WrongState: it was released before the kill
		}
		must(t, s.Close())
		p.finish(t)
		p.checkPaired(t)
	})
}

// checkPaired: the only list was held once, released once, and answered.
func (p *place) checkPaired(t *testing.T) {
	t.Helper()
	all := p.checkCustody(t)
	p.checkClean(t)
	for act, want := range map[ledger.Act]int{ledger.Released: 1, ledger.Published: 1, ledger.Delivered: 1} {
		if n := count(all, act, ""); n != want {
			t.Errorf("%d entries «%s»", n, act)
		}
	}
	found := p.results(t)[manifest.Result]
	if len(found) != 1 {
		t.Fatalf("%d results", len(found))
	}
	p.checkResult(t, found[0], paired)
}

// onlyJob is the one job in a folder of the spool.
func (p *place) onlyJob(t *testing.T, state string) string {
	t.Helper()
	entries, err := os.ReadDir(p.path("site", "spool", state))
	must(t, err)
	if len(entries) != 1 {
		t.Fatalf("%d jobs in %s", len(entries), state)
	}
	return entries[0].Name()
}

// TestAFaultAtAnyStepLeavesTheJobForTheNextRun: a step fails, the run says so,
// and the next one brings everything to its end.
func TestAFaultAtAnyStepLeavesTheJobForTheNextRun(t *testing.T) {
	template := newPlace(t, true)
	template.drop(t, plain, 12, "依頼1")
	template.dropBad(t)
	trial := template.copy(t)
	steps := trial.steps(t, "run", trial.path("medium"))
	forEachStep(t, steps, 2, func(t *testing.T, k int) {
		p := template.copy(t)
		left, hit := k, false
		step := func(string) error {
			if left--; left == 0 {
				hit = true
				return spooltest.ErrInjected
			}
			return nil
		}
		err := p.faulty(step)
		if !hit || err == nil {
			t.Fatalf("hit %v, error %v", hit, err)
		}
		for _, m := range p.marks(t) {
			if strings.Contains(fmt.Sprintf("%v %+v", err, err), m) {
				t.Error("the error holds a mark")
			}
		}
		spooltest.NoPlain(t, p.site(), p.marks(t), "spool/inbox")
		p.finish(t)
		checkNight(t, p)
	})
}

// faulty is one run in this process whose disk fails.
func (p *place) faulty(step func(string) error) error {
	s, err := openQuietly(p, step)
	if err != nil {
		return err
	}
	err = runAndDeliver(context.Background(), s, p.site(), p.path("medium"))
	return errors.Join(err, s.Close())
}
