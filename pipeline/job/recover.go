package job

import (
	"errors"

	"baitai/pipeline"
	"baitai/pipeline/intake"
	"baitai/pipeline/issue"
	"baitai/pipeline/verdict"
	"baitai/spool"
	"baitai/spool/ledger"
)

// ErrNotInLedger says that a job in the spool is one that the ledger does not
// know: it was put there past this program, and is left where it is.
var ErrNotInLedger = errors.New("job: the ledger does not know this job")

// recover brings spool, identity file and ledger into step after a run that was
// broken off at any moment (中断からの再開). It is what every start does first; after
// a clean end it finds nothing to do.
//
// A job that cannot be brought into step does not keep the site closed: it is
// logged, stays where it is, and the next Run names it among its faults.
func (s *Site) recover() error {
	// The identity file first: what tells that a load was broken off is that
	// nothing was entered since.
	if err := s.recoverLoad(); err != nil {
		return err
	}
	if err := s.recoverRemovals(); err != nil {
		return err
	}
	if err := s.sweep(); err != nil {
		return err
	}
	if err := s.checkKnown(); err != nil {
		return err
	}
	for _, state := range []spool.State{spool.Work, spool.Held} {
		jobs, damaged := s.spool.Jobs(state)
		if err := s.bear("", damaged); err != nil {
			return err
		}
		for _, j := range jobs {
			err := s.settle(j)
			if err := s.bear(j.ID, err); err != nil {
				return err
			}
			if err == nil && j.State != state && j.State != spool.Work {
				s.settled = append(s.settled, s.ended(j))
			}
		}
	}
	return s.recoverHandOver()
}

// checkKnown refuses a ledger that lacks a job whose claim is finished: a claim is
// only finished once the ledger has it, so the ledger was set back.
func (s *Site) checkKnown() error {
	for _, state := range []spool.State{spool.Work, spool.Held, spool.Outbox, spool.Done, spool.Refused} {
		jobs, damaged := s.spool.Jobs(state)
		if err := s.bear("", damaged); err != nil {
			return err
		}
		for _, j := range jobs {
			if j.Finished && s.history.jobs[j.ID] == nil {
				return issue.New(issue.LedgerTampered, issue.Pos{}, j.ID).Because(ErrNotInLedger)
			}
		}
	}
	return nil
}

// bear logs an error of one job, and returns only one that ends everything.
func (s *Site) bear(job string, err error) error {
	if err == nil || s.hopeless(err) {
		return err
	}
	var of *spool.JobError
	if job == "" && !errors.As(err, &of) {
		return err // not of a job: the folder of all of them
	}
	s.env.Log.Error("not recovered", "job", job, "error", loggable(err))
	return nil
}

// settle ends or rewinds a job according to the last act that the ledger has of
// it. What is in work/ after that may be answered. It may be called at any time.
func (s *Site) settle(j *spool.Job) error {
	if !j.Finished { // sealed, perhaps not entered, the plain file perhaps still there
		if err := s.enterReceived(j); err != nil {
			return claimIssue(err)
		}
	}
	c := s.history.jobs[j.ID]
	if c == nil {
		return ErrNotInLedger
	}
	switch {
	case c.final == ledger.Refused:
		if err := s.addProof(j, c.refused, ledger.Refused); err != nil {
			return err
		}
		return s.spool.Move(j, spool.Refused)
	case c.final == ledger.Published:
		if err := s.spool.Publish(j); err != nil {
			return err
		}
		return s.spool.Move(j, spool.Done)
	case c.final == ledger.Unpacked:
		return s.spool.Move(j, spool.Done)
	case c.ready():
		return s.publish(j)
	case c.waits():
		return s.spool.Move(j, spool.Held)
	case j.State == spool.Held && c.did(ledger.Released) && !c.closed:
		return s.spool.Move(j, spool.Work)
	case j.State == spool.Work && j.Attempts > c.begun: // begun, and nobody said how that ended
		return s.enter(j, ledger.Interrupted, ledger.Entry{Result: ledger.ResultBrokeOff})
	}
	return nil
}

// ended tells from the ledger how a job ended that this run did not end itself.
func (s *Site) ended(j *spool.Job) Outcome {
	out := Outcome{Job: j.ID, Office: j.Office, State: j.State}
	acts := s.history.jobs[j.ID].acts
	switch j.State {
	case spool.Held:
		out.Broken = s.history.jobs[j.ID].broken
	case spool.Refused:
		out.Refusal = intake.Refuse()
		for code, n := range acts[ledger.Refused].Codes {
			out.Refusal.Issues = append(out.Refusal.Issues, issue.New(issue.Code(code), issue.Pos{}))
			out.Refusal.Counts[issue.Code(code)] = n
		}
	case spool.Outbox, spool.Done:
		if e, ok := acts[ledger.Unpacked]; ok {
			out.Lists = e.Counts[listsCount]
			return out
		}
		out.State = spool.Outbox
		out.Totals = pipeline.Totals{ByCode: make(map[string]int64)}
		for code, n := range acts[ledger.Matched].Counts {
			switch {
			case code == "rows":
				out.Totals.Rows = n
			case !verdict.IsTallyKey(code):
				out.Totals.ByCode[code] = n
			}
		}
		out.Faulty = faulty(out.Totals)
	}
	return out
}

// tooOften holds a job whose runs were broken off again and again, so that it
// does not stop all others: whatever breaks them off may be in the list. Somebody
// who releases it lets it try as often once more. Faults that are reported, and
// ends on purpose, do not count.
func (s *Site) tooOften(j *spool.Job) (bool, error) {
	c := s.history.jobs[j.ID]
	if c.crashes < s.Config.Intake.Attempts {
		return false, nil
	}
	s.env.Log.Error("held", "job", j.ID, "code", issue.TooManyAttempts, "attempts", c.crashes)
	if err := s.enter(j, ledger.Held, ledger.Entry{Codes: map[string]int64{string(issue.TooManyAttempts): int64(c.crashes)}}); err != nil {
		return false, err
	}
	return true, s.spool.Move(j, spool.Held)
}
