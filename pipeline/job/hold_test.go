package job_test

import (
	"context"
	"errors"
	"testing"

	"baitai/crypto/manifest"
	"baitai/pipeline/issue"
	"baitai/pipeline/job"
	"baitai/spool"
	"baitai/spool/ledger"
)

func (p *place) approve(t *testing.T, id string) {
	t.Helper()
	s := p.openAs(t, second, nil)
	_, err := s.Approve(id)
	must(t, errors.Join(err, s.Close()))
}

// breakOff kills runs while they work on the job, before they enter anything of it.
func (p *place) breakOff(t *testing.T, times int) {
	t.Helper()
	for range times {
		must(t, p.open(t).Close()) // enters what the last kill broke off, so that the next step is known
		all, _ := p.story(t)
		die(t, p, "run", "", p.firstEntry(t, len(all)))
	}
}

// firstEntry is the step of a run at which it first enters something.
func (p *place) firstEntry(t *testing.T, size int) int {
	t.Helper()
	trial := p.copy(t)
	steps := trial.steps(t, "run", "")
	if all, _ := trial.story(t); len(all) == size {
		t.Fatal("a run entered nothing")
	}
	for i, name := range steps {
		if name == "ledger:write" {
			return i + 1
		}
	}
	t.Fatal("a run wrote no entry")
	return 0
}

// taken makes a place with a list that was received and not yet begun.
func taken(t *testing.T, office string) *place {
	t.Helper()
	p := newPlace(t, true)
	p.drop(t, office, 12, "依頼1")
	s := p.open(t)
	jobs, _, err := s.TakeArrivals(context.Background())
	must(t, errors.Join(err, s.Close()))
	if len(jobs) != 1 {
		t.Fatalf("%d jobs", len(jobs))
	}
	return p
}

// TestAListThatKillsTheProgramIsHeld: three times, also where nothing of it was
// entered but that it was received; whoever releases it lets it try three times more.
func TestAListThatKillsTheProgramIsHeld(t *testing.T) {
	p := taken(t, plain)
	for range 2 {
		p.breakOff(t, 3)
		out := outcome(t, p.run(t))
		if out.State != spool.Held {
			t.Fatalf("after three kills: %s", out.State)
		}
		if r := p.run(t); len(r.Outcomes)+len(r.Faults) != 0 {
			t.Error("a held job was run")
		}
		p.approve(t, out.Job)
	}
	p.breakOff(t, 2)
	if out := outcome(t, p.run(t)); out.State != spool.Outbox {
		t.Errorf("after two kills: %s", out.State)
	}
	all := p.checkCustody(t)
	codes := 0
	for _, s := range all {
		if s.Entry.Act == ledger.Held && s.Entry.Codes[string(issue.TooManyAttempts)] == 3 {
			codes++
		}
	}
	if codes != 2 || count(all, ledger.Interrupted, "") != 8 {
		t.Errorf("%d holds, %d interruptions", codes, count(all, ledger.Interrupted, ""))
	}
}

// TestReleasingABrokenJobIsNotApproval: a purpose that needs two people still
// needs the second one.
func TestReleasingABrokenJobIsNotApproval(t *testing.T) {
	p := taken(t, paired)
	p.breakOff(t, 3)
	out := outcome(t, p.run(t))
	if out.State != spool.Held {
		t.Fatalf("after three kills: %s", out.State)
	}
	p.approve(t, out.Job)
	if out := outcome(t, p.run(t)); out.State != spool.Held {
		t.Fatalf("released because it was broken, it was %s", out.State)
	}
	p.approve(t, out.Job)
	if out := outcome(t, p.run(t)); out.State != spool.Outbox {
		t.Errorf("approved, it was %s", out.State)
	}
	p.checkCustody(t)
}

// TestApprovalTakesASecondPerson: neither whoever lacks the right, nor a job in
// another state.
func TestApprovalTakesASecondPerson(t *testing.T) {
	p, id := held(t)
	s := p.open(t)
	if _, err := s.Approve(id); !errors.Is(err, issue.New(issue.OperatorLacksRight, issue.Pos{})) {
		t.Errorf("without the right: %v", err)
	}
	must(t, s.Close())
	if r := p.run(t); len(r.Outcomes)+len(r.Faults) != 0 {
		t.Error("a held job was run")
	}
	p.approve(t, id)
	s = p.openAs(t, second, nil)
	if _, err := s.Approve(id); !errors.Is(err, issue.New(issue.WrongState, issue.Pos{})) {
		t.Errorf("twice: %v", err)
	}
	if _, err := s.Approve("aaaa-bbbb"); !errors.Is(err, issue.New(issue.NoSuchJob, issue.Pos{})) {
		t.Errorf("no such job: %v", err)
	}
	must(t, s.Close())
}

// TestWhoeverHeldItMayNotApproveIt: the second person carried it in this time.
func TestWhoeverHeldItMayNotApproveIt(t *testing.T) {
	p := newPlace(t, true)
	p.drop(t, paired, 12, "依頼1")
	s := p.openAs(t, second, nil)
	r, err := s.Run(context.Background(), nil)
	must(t, err)
	out := outcome(t, r)
	if _, err := s.Approve(out.Job); !errors.Is(err, issue.New(issue.SameOperator, issue.Pos{})) {
		t.Errorf("state %s: %v", out.State, err)
	}
	must(t, s.Close())
}

// TestAGrantThatChangedWhileHeldNeedsApprovalAnew: whoever approved it approved
// something else, and the ledger names what it was answered under.
func TestAGrantThatChangedWhileHeldNeedsApprovalAnew(t *testing.T) {
	p, id := held(t)
	p.approve(t, id)
	p.writeRegister(t, "国外転出者のみ")
	if out := outcome(t, p.run(t)); out.State != spool.Held {
		t.Fatalf("under another grant it was %s", out.State)
	}
	p.approve(t, id)
	if out := outcome(t, p.run(t)); out.State != spool.Outbox || out.Totals.ByCode["90"] != 12 {
		t.Errorf("%s, %v", out.State, out.Totals.ByCode)
	}
	all := p.checkCustody(t)
	registers := map[string]bool{}
	for _, s := range all {
		if s.Entry.Act == ledger.Granted {
			registers[s.Entry.Digests["register"]] = true
		}
	}
	if len(registers) != 2 {
		t.Errorf("%d registers were granted under", len(registers))
	}
}

// TestFaultsAndStopsDoNotHold: neither a fault that is reported nor somebody who
// stops the program counts against a list.
func TestFaultsAndStopsDoNotHold(t *testing.T) {
	p := newPlace(t, false)
	p.drop(t, plain, 12, "依頼1")
	for range 5 {
		r := p.run(t)
		if len(r.Faults) != 1 || !errors.Is(r.Faults[0], issue.New(issue.IdentityMissing, issue.Pos{})) {
			t.Fatalf("without an identity file: %v", r.Faults)
		}
	}
	s := p.open(t)
	_, err := s.Load(context.Background(), []string{p.path("extract.csv")}, false, false)
	must(t, errors.Join(err, s.Close()))
	for range 5 {
		ctx, cancel := context.WithCancel(context.Background())
		s := p.openAs(t, first, func(name string) error {
			if name == "create:tmp" { // in the middle of writing the answers
				cancel()
			}
			return nil
		})
		r, err := s.Run(ctx, nil)
		if !errors.Is(errors.Join(append(r.Faults, err)...), context.Canceled) {
			t.Fatalf("stopped: %v, %v", r.Faults, err)
		}
		must(t, s.Close())
	}
	if out := outcome(t, p.run(t)); out.State != spool.Outbox {
		t.Errorf("after faults and stops: %s", out.State)
	}
	all := p.checkCustody(t)
	if count(all, ledger.Failed, "") != 5 || count(all, ledger.Interrupted, "") != 5 {
		t.Errorf("%d faults, %d interruptions", count(all, ledger.Failed, ""), count(all, ledger.Interrupted, ""))
	}
}

// TestADeliveryThatWasBrokenOffIsCompleted: the folder is on the medium, the
// entry is not; a folder that is another one is left alone.
func TestADeliveryThatWasBrokenOffIsCompleted(t *testing.T) {
	p := newPlace(t, true)
	p.drop(t, plain, 12, "依頼1")
	die(t, p, "run", p.path("medium"), step(t, p, "run", p.path("medium"), ledger.Delivered, false))
	id := p.onlyJob(t, "done")
	bad := p.copy(t)
	must(t, bad.spoil("medium", id, manifest.Name))
	s := bad.open(t)
	if _, err := s.Deliver(context.Background(), id, bad.path("medium"), ""); !errors.Is(err, issue.New(issue.TargetExists, issue.Pos{})) {
		t.Errorf("another folder: %v", err)
	}
	must(t, s.Close())
	s = p.open(t)
	h, err := s.Deliver(context.Background(), id, p.path("medium"), "")
	must(t, err)
	if len(h.Files) == 0 || h.Files[len(h.Files)-1].Name != manifest.Name {
		t.Errorf("files %v", h.Files)
	}
	if _, err := s.Deliver(context.Background(), id, p.path("medium"), ""); !errors.Is(err, issue.New(issue.TargetExists, issue.Pos{})) {
		t.Errorf("delivered twice to one medium: %v", err)
	}
	must(t, s.Close())
	if n := count(p.checkCustody(t), ledger.Delivered, id); n != 1 {
		t.Errorf("%d deliveries", n)
	}
	standing, err := job.Status(context.Background(), p.site(), false)
	must(t, err)
	if len(standing) != 0 {
		t.Errorf("%v still waits", standing)
	}
}
