package main

import (
	"context"
	"io"

	"baitai/cmd/internal/term"
)

func letterFlags(c *call) { c.flags.StringVar(&c.out, "out", "", "") }

// runLetter writes the letter that goes with a medium (送付書).
func runLetter(_ context.Context, c *call) error {
	args, err := term.Need(c.flags, c.Pick("受付番号", "JOB"))
	if err != nil {
		return err
	}
	p, s, err := c.papers()
	if err != nil {
		return err
	}
	l, err := p.Letter(args[0], c.now())
	if err != nil {
		return err
	}
	return c.paper(l, func(w io.Writer) error { return s.WriteLetter(w, l) })
}
