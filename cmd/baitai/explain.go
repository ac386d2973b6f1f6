package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"baitai/cmd/internal/term"
	"baitai/pipeline/answer"
	"baitai/pipeline/issue"
	"baitai/pipeline/job"
	"baitai/pipeline/verdict"
)

// runExplain shows why a row was answered as it was, on the record.
func runExplain(ctx context.Context, c *call) (err error) {
	args, err := term.Need(c.flags, c.Pick("受付番号", "JOB"), c.Pick("行", "ROW"))
	if err != nil {
		return err
	}
	no, err := strconv.ParseInt(args[1], 10, 64)
	if err != nil || no < 1 {
		return issue.New(issue.BadArgument, issue.Pos{}, c.Pick("行", "ROW")).Because(err)
	}
	site, err := c.open()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, site.Close()) }()
	e, err := site.Explain(ctx, args[0], no)
	if err != nil {
		return err
	}
	if c.JSON {
		return c.Value(e)
	}
	japanese := c.Lang == issue.Japanese
	a := verdict.Answer(e.Row.Answer)
	c.Say("%d 行目(整理番号 %s): %s %s", "row %d (reference %s): %s %s", e.Row.No, e.Row.Reference, e.Row.Answer, a.Name(japanese))
	c.Say("  %s", "  %s", a.Says(japanese))
	switch {
	case e.Row.Step != "":
		c.Say("  照合段階 %s: %s", "  step %s: %s", e.Row.Step, e.Row.Why)
	case e.Row.Why != "":
		c.Say("  理由: %s", "  reason: %s", e.Row.Why)
	}
	for _, code := range e.Row.Issues {
		c.Say("  %s %s", "  %s %s", code, issue.New(issue.Code(code), issue.Pos{}).In(c.Lang).Says)
	}
	if len(e.People) == 0 {
		c.Say("  比べた人はいません。", "  nobody came near")
	}
	for n, p := range e.People {
		c.beside(n+1, p)
	}
	return nil
}

// beside prints one person next to the row; ≠ marks what differs, ≒ what is
// written another way.
func (c *call) beside(n int, p job.Beside) {
	title := fmt.Sprintf(c.Pick("候補 %d", "candidate %d"), n)
	if p.Looked.Protected {
		title += c.Pick("(支援措置)", " (support measure)")
	}
	rows := [][]string{{c.Pick("項目", "particular"), c.Pick("リスト", "list"), title, c.Pick("照合", "grade"), c.Pick("根拠", "ground")}}
	for _, l := range p.Lines {
		rows = append(rows, []string{l.Name, l.List, l.File, mark(l.Grade) + answer.GradeName(l.Grade.Grade, c.Lang == issue.Japanese), l.Grade.Ground})
	}
	c.Say("", "")
	c.Table(rows)
}

func mark(g answer.OwnGrade) string {
	switch {
	case g.Grade == "", g.Grade == "missing", g.Grade == "blank":
		return ""
	case g.Grade == "same":
		return "= "
	case g.Grade == "differs" && g.Near == "":
		return "≠ "
	}
	return "≒ "
}
