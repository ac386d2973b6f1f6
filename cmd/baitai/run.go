package main

import (
	"context"
	"errors"
	"time"

	"baitai/cmd/internal/term"
	"baitai/pipeline/issue"
	"baitai/pipeline/job"
)

// runRun drains the inbox once.
func runRun(ctx context.Context, c *call) (err error) {
	if _, err := term.Need(c.flags); err != nil {
		return err
	}
	site, err := c.open()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, site.Close()) }()
	r, err := site.Run(ctx, c.outcome)
	if err != nil {
		return err
	}
	return c.report(r)
}

func (p *program) report(r job.Report) error {
	code := 0
	list := []any{}
	for _, out := range r.Outcomes {
		code = max(code, codeOfOutcome(out))
		list = append(list, outcomeJSON(out))
	}
	for _, err := range r.Faults {
		p.Error(err)
		code = term.ExitFault
	}
	if r.Waiting > 0 {
		p.Tell("まだ受け付けられないファイルが %d 件あります", "%d files are not ready yet", r.Waiting)
	}
	if err := p.Value(map[string]any{"jobs": list, "faults": len(r.Faults), "waiting": r.Waiting}); err != nil {
		return err
	}
	if code != 0 {
		return &term.ExitError{Code: code}
	}
	return nil
}

func watchFlags(c *call) { c.flags.IntVar(&c.interval, "interval", 10, "") }

// runWatch goes on until it is stopped.
func runWatch(ctx context.Context, c *call) (err error) {
	if _, err := term.Need(c.flags); err != nil {
		return err
	}
	if c.interval < 1 {
		return issue.New(issue.BadArgument, issue.Pos{}, "--interval")
	}
	c.Tell("受付箱を見ています。止めるには Ctrl+C を押してください", "watching the inbox; press Ctrl+C to stop")
	last := ""
	for {
		err := c.watchOnce(ctx)
		switch code := term.ExitCode(err); {
		case code == term.ExitLedger, code == term.ExitNoKey:
			return err
		case code == term.ExitHeld: // another verb is at work; the next round will do
		case err != nil && err.Error() != last:
			c.Error(err)
			last = err.Error()
		case err == nil:
			last = ""
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(time.Duration(c.interval) * time.Second):
		}
	}
}

// watchOnce opens the site for one round, so that the register is read anew and
// other verbs find the site free in between.
func (c *call) watchOnce(ctx context.Context) (err error) {
	site, err := c.open()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, site.Close(), c.closeLog()) }()
	r, err := site.Run(ctx, c.outcome)
	if err != nil && ctx.Err() != nil {
		return nil
	}
	return errors.Join(append(r.Faults, err)...)
}
