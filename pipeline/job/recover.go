package job

import (
	"context"
	"errors"

	"baitai/pipeline/issue"
	"baitai/spool"
	"baitai/spool/ledger"
)

// recover brings spool and ledger into step after a run that was broken off at
// any moment (中断からの再開). It is what every start does first; after a clean end
// it finds nothing to do.
func (s *Site) recover() error {
	ctx := context.Background()
	unfinished, err := s.spool.Unfinished(ctx)
	if err != nil {
		return err
	}
	for _, j := range unfinished { // sealed, perhaps not entered, the plain file perhaps still there
		if err := s.enterReceived(j); err != nil {
			return err
		}
	}
	if _, err := s.spool.Sweep(); err != nil {
		return err
	}
	for _, state := range []spool.State{spool.Work, spool.Held} {
		jobs, err := s.spool.Jobs(state)
		if err != nil {
			return err
		}
		for _, j := range jobs {
			if err := s.recoverJob(j); err != nil {
				return err
			}
		}
	}
	return nil
}

// recoverJob ends or rewinds a job according to the last act that the ledger has.
func (s *Site) recoverJob(j *spool.Job) error {
	c := s.history.jobs[j.ID]
	if c == nil { // FinishClaim was done for every job, and needs the entry
		return errors.New("job: internal error: a job that the ledger does not know")
	}
	switch {
	case c.final == ledger.Refused:
		return s.spool.Move(j, spool.Refused)
	case c.final == ledger.Published:
		if err := s.spool.Publish(j); err != nil {
			return err
		}
		return s.spool.Move(j, spool.Done)
	case c.did(ledger.Sealed) && !c.closed:
		return s.publish(j)
	case c.did(ledger.Held) && !c.did(ledger.Released) && !c.closed:
		return s.spool.Move(j, spool.Held)
	case j.State == spool.Held && c.did(ledger.Released) && !c.closed:
		return s.spool.Move(j, spool.Work)
	case c.started() && !c.closed && j.State == spool.Work && !onlyReleased(c):
		return s.enter(j, ledger.Interrupted, ledger.Entry{Result: ledger.ResultBrokeOff})
	}
	return nil
}

// onlyReleased: a job that a second person has just released has not begun again.
func onlyReleased(c *course) bool { return c.did(ledger.Released) && !c.did(ledger.Matched) }

// tooOften holds a job that was interrupted again and again, so that it does not
// stop all others. Somebody who releases it lets it try as often once more.
func (s *Site) tooOften(j *spool.Job) (bool, error) {
	c := s.history.jobs[j.ID]
	if c.attempt-c.pardoned < s.Config.Intake.Attempts || !c.closed {
		return false, nil
	}
	s.env.Log.Error("held", "job", j.ID, "code", issue.TooManyAttempts, "attempts", c.attempt)
	if err := s.enter(j, ledger.Held, ledger.Entry{Codes: map[string]int64{string(issue.TooManyAttempts): int64(c.attempt)}}); err != nil {
		return false, err
	}
	return true, s.spool.Move(j, spool.Held)
}
