package main

import (
	"context"
	"errors"
	"strings"

	"baitai/cmd/internal/term"
	"baitai/pipeline/authority"
	"baitai/pipeline/issue"
	"baitai/pipeline/job"
	"baitai/spool"
)

func answerFlags(c *call) {
	f := c.flags
	f.StringVar(&c.office, "office", "", "")
	f.StringVar(&c.purpose, "purpose", "", "")
	f.StringVar(&c.request, "request", "", "")
	f.StringVar(&c.number, "number", "", "")
	f.StringVar(&c.basis, "basis", "", "")
	f.Int64Var(&c.rows, "rows", -1, "")
	f.StringVar(&c.fields, "fields", "", "")
	f.StringVar(&c.form, "form", "", "")
	f.StringVar(&c.charset, "charset", "", "")
	f.StringVar(&c.way, "way", "", "")
	f.StringVar(&c.sheet, "sheet", "", "")
	f.StringVar(&c.layout, "layout", "", "")
	f.StringVar(&c.resultLayout, "result-layout", "", "")
	f.StringVar(&c.again, "again", "", "")
	f.StringVar(&c.mediumNo, "medium", "", "")
	f.BoolVar(&c.erase, "erase", false, "")
}

// runAnswer takes in one list by hand and answers it.
func runAnswer(ctx context.Context, c *call) (err error) {
	args, err := term.Need(c.flags, "FILE")
	if err != nil {
		return err
	}
	if c.office == "" {
		return issue.New(issue.MissingArgument, issue.Pos{}, "--office")
	}
	site, err := c.open()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, site.Close()) }()
	h := job.ByHand{Path: args[0], SidePath: c.request, Office: c.office, Again: c.again, Erase: c.erase, Medium: c.mediumNo}
	h.Request = authority.NewRequest(authority.Command)
	h.Request.Purpose, h.Request.Number, h.Request.Basis, h.Request.Rows = c.purpose, c.number, c.basis, c.rows
	h.Request.Fields, h.Request.Form, h.Request.Charset, h.Request.Way, h.Request.Sheet = splitFields(c.fields), c.form, c.charset, c.way, c.sheet
	h.Request.Layout, h.Request.ResultLayout = c.layout, c.resultLayout
	j, err := site.Take(ctx, h)
	if err != nil {
		return err
	}
	outs, err := c.answerAll(ctx, site, j)
	if err != nil {
		return err
	}
	if !c.erase {
		c.Tell("もとのファイルは平文のまま残っています。不要なら消してください(--erase で受付時に消去できます)",
			"the file itself still lies there in plain; --erase erases it when it is taken in")
	}
	if len(outs) == 1 {
		return errors.Join(c.Value(outcomeJSON(outs[0])), outcomeCode(outs[0]))
	}
	lines, code := []outcomeLine{}, 0
	for _, out := range outs {
		lines, code = append(lines, outcomeJSON(out)), max(code, codeOfOutcome(out))
	}
	if err := c.Value(map[string]any{"jobs": lines}); err != nil || code == 0 {
		return err
	}
	return &term.ExitError{Code: code}
}

// answerAll answers a list, or the lists in a container after it.
func (c *call) answerAll(ctx context.Context, site *job.Site, j *spool.Job) ([]job.Outcome, error) {
	out, err := site.Answer(ctx, j)
	if err != nil {
		return nil, err
	}
	c.outcome(out)
	outs := []job.Outcome{out}
	for _, part := range out.Parts {
		out, err := site.Answer(ctx, part)
		if err != nil {
			return outs, err
		}
		c.outcome(out)
		outs = append(outs, out)
	}
	return outs, nil
}

// splitFields takes a list of fields apart; nil if none is stated.
func splitFields(s string) []string {
	if s == "" {
		return nil
	}
	return strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == '、' || r == '，' })
}
