package job

import (
	"context"
	"errors"
	"time"

	"baitai/pipeline/authority"
	"baitai/spool"
)

// A Report is what one run did.
type Report struct {
	Outcomes []Outcome
	Faults   []error // jobs that stay in work/ and run again
	Waiting  int     // files in the inbox that are not ready yet
}

// Run drains the inbox once: it carries on with what earlier runs left in work/,
// takes in what is ready, and ends. One job's fault does not stop the others.
func (s *Site) Run(ctx context.Context, done func(Outcome)) (Report, error) {
	var r Report
	if _, err := s.may(authority.ActCarry); err != nil {
		return r, err
	}
	old, err := s.spool.Jobs(spool.Work)
	if err != nil {
		return r, siteIssue(err)
	}
	taken, waiting, err := s.TakeArrivals(ctx)
	r.Waiting = waiting
	if err != nil {
		return r, err
	}
	for _, j := range append(old, taken...) {
		if err := ctx.Err(); err != nil {
			return r, err
		}
		if held, err := s.tooOften(j); err != nil {
			return r, siteIssue(err)
		} else if held {
			r.Outcomes = append(r.Outcomes, Outcome{Job: j.ID, Office: j.Office, State: spool.Held})
			continue
		}
		out, err := s.Answer(ctx, j)
		if err != nil {
			r.Faults = append(r.Faults, err)
			continue
		}
		r.Outcomes = append(r.Outcomes, out)
		if done != nil {
			done(out)
		}
	}
	return r, siteIssue(s.ledger.Publish())
}

// Watch runs again and again until the context ends. A file is noticed after at
// most interval; nothing depends on the kernel telling of it.
func (s *Site) Watch(ctx context.Context, interval time.Duration, done func(Report)) error {
	for {
		r, err := s.Run(ctx, nil)
		if err != nil && ctx.Err() == nil {
			return err
		}
		if len(r.Outcomes)+len(r.Faults) > 0 {
			done(r)
		}
		select {
		case <-ctx.Done():
			if errors.Is(ctx.Err(), context.Canceled) {
				return nil
			}
			return ctx.Err()
		case <-time.After(interval):
		}
	}
}
