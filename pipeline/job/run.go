package job

import (
	"context"
	"errors"

	"baitai/pipeline/authority"
	"baitai/spool"
)

// A Report is what one run did.
type Report struct {
	Outcomes []Outcome
	Faults   []error // jobs that stay in work/ and run again, files that could not be taken in
	Waiting  int     // files in the inbox that are not ready yet
}

// Run drains the inbox once: it carries on with what earlier runs left in work/,
// takes in what is ready, and ends. One job's fault does not stop the others.
// The error is one that leaves nothing to be done by this process.
func (s *Site) Run(ctx context.Context, done func(Outcome)) (Report, error) {
	var r Report
	if _, err := s.may(authority.ActCarry); err != nil {
		return r, err
	}
	report := func(out Outcome) {
		r.Outcomes = append(r.Outcomes, out)
		if done != nil {
			done(out)
		}
	}
	for _, out := range s.settled { // by recovery, when the site was opened
		report(out)
	}
	s.settled = nil
	jobs, damaged := s.spool.Jobs(spool.Work)
	if damaged != nil {
		r.Faults = append(r.Faults, siteIssue(damaged))
	}
	taken, waiting, faults := s.takeArrivals(ctx)
	r.Waiting, r.Faults = waiting, append(r.Faults, faults...)
	if err := errors.Join(faults...); s.hopeless(err) {
		return r, err
	}
	for queue := append(jobs, taken...); len(queue) > 0; {
		j := queue[0]
		queue = queue[1:]
		if err := ctx.Err(); err != nil {
			return r, err
		}
		out, err := s.carry(ctx, j)
		if s.hopeless(err) {
			return r, err
		}
		if err != nil {
			r.Faults = append(r.Faults, err)
			continue
		}
		report(out)
		queue = append(out.Parts, queue...)
	}
	return r, siteIssue(s.ledger.Publish())
}

// carry brings one job of work/ as far as it will go. What an earlier run only
// had not brought to its place is brought there, and not done again.
func (s *Site) carry(ctx context.Context, j *spool.Job) (Outcome, error) {
	out := Outcome{Job: j.ID, Office: j.Office, State: j.State}
	if err := s.settle(j); err != nil {
		return out, siteIssue(err)
	}
	if j.State != spool.Work {
		return s.ended(j), nil
	}
	if held, err := s.tooOften(j); err != nil || held {
		out.State, out.Broken = j.State, held
		return out, siteIssue(err)
	}
	return s.Answer(ctx, j)
}
