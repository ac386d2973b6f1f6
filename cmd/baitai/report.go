package main

import (
	"context"
	"io"
	"time"

	"baitai/cmd/internal/custody"
	"baitai/cmd/internal/term"
	"baitai/pipeline/issue"
	"baitai/pipeline/job"
	"baitai/pipeline/report"
	"baitai/spool/ledger"
)

func reportFlags(c *call) {
	c.flags.StringVar(&c.month, "month", "", "")
	c.flags.StringVar(&c.out, "out", "", "")
}

// runReport writes the report of a job or of a month (処理報告・月次報告).
func runReport(_ context.Context, c *call) error {
	if c.month != "" {
		if _, err := term.Need(c.flags); err != nil {
			return err
		}
		month, err := time.Parse("2006-01", c.month)
		if err != nil {
			return issue.New(issue.BadArgument, issue.Pos{}, "--month").Because(err)
		}
		p, s, err := c.papers()
		if err != nil {
			return err
		}
		m, err := p.Month(month)
		if err != nil {
			return err
		}
		return c.paper(m, func(w io.Writer) error { return s.WriteMonth(w, m) })
	}
	args, err := term.Need(c.flags, c.Pick("受付番号", "JOB"))
	if err != nil {
		return err
	}
	p, s, err := c.papers()
	if err != nil {
		return err
	}
	j, err := p.Job(args[0])
	if err != nil {
		return err
	}
	return c.paper(j, func(w io.Writer) error { return s.WriteJob(w, j) })
}

// papers opens the site for printing.
func (c *call) papers() (*job.Papers, *report.Setting, error) {
	p, err := job.OpenPapers(c.siteDir())
	if err != nil {
		return nil, nil, err
	}
	return p, p.Setting(c.Lang, c.now(), func(a ledger.Act) string { return custody.ActName(a, c.Lang) }), nil
}

// paper writes a page into --out, which must not exist, or else to standard output,
// where with --json the facts go instead.
func (c *call) paper(facts any, write func(io.Writer) error) error {
	if c.out != "" {
		if err := putFile(c.disk(), c.out, forOwner, write); err != nil {
			return err
		}
		c.Say("書きました: %s(ブラウザーで開いて印刷できます)", "wrote %s (open it in a browser to print it)", c.out)
	} else if !c.JSON {
		return write(c.Out)
	}
	return c.Value(facts)
}
