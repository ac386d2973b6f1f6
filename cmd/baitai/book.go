package main

import (
	"context"
	"io"
	"time"

	"baitai/cmd/internal/term"
	"baitai/pipeline/issue"
)

func bookFlags(c *call) {
	c.flags.StringVar(&c.from, "from", "", "")
	c.flags.StringVar(&c.to, "to", "", "")
	c.flags.StringVar(&c.out, "out", "", "")
}

// runBook writes the custody book of a period (受渡簿).
func runBook(_ context.Context, c *call) error {
	if _, err := term.Need(c.flags); err != nil {
		return err
	}
	first, err := c.day("--from", c.from)
	if err != nil {
		return err
	}
	last, err := c.day("--to", c.to)
	if err != nil {
		return err
	}
	if last.Before(first) {
		return issue.New(issue.BadArgument, issue.Pos{}, "--to")
	}
	p, s, err := c.papers()
	if err != nil {
		return err
	}
	b, err := p.Book(first, last)
	if err != nil {
		return err
	}
	return c.paper(b, func(w io.Writer) error { return s.WriteBook(w, b) })
}

// day reads a day that must be given.
func (c *call) day(flag, text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, issue.New(issue.MissingArgument, issue.Pos{}, flag)
	}
	day, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return time.Time{}, issue.New(issue.BadArgument, issue.Pos{}, flag).Because(err)
	}
	return day, nil
}
