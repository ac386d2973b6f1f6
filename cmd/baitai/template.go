package main

import (
	"context"
	"os"

	"baitai/cmd/internal/term"
	"baitai/pipeline/issue"
	"baitai/pipeline/job"
)

func templateFlags(c *call) {
	c.flags.StringVar(&c.office, "office", "", "")
	c.flags.StringVar(&c.purpose, "purpose", "", "")
}

// runTemplate writes a workbook for an office to fill in (依頼書のひな形).
func runTemplate(_ context.Context, c *call) error {
	args, err := term.Need(c.flags, c.Pick("ファイル.xlsx", "FILE.xlsx"))
	if err != nil {
		return err
	}
	if c.office == "" {
		return issue.New(issue.MissingArgument, issue.Pos{}, "--office")
	}
	f, err := os.OpenFile(args[0], os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644) // for others to fill in
	if os.IsExist(err) {
		return issue.New(issue.TargetExists, issue.Pos{}).Because(err)
	}
	if err != nil {
		return issue.New(issue.CannotWrite, issue.Pos{}).Because(err)
	}
	if err := keepOr(f, job.WriteTemplate(c.siteDir(), c.office, c.purpose, c.now(), f)); err != nil {
		return err
	}
	c.Say("依頼書のひな形を書きました: %s(シート「依頼書」と「名簿」に記入して返してもらいます)", "wrote a template: %s (the office fills in the sheets 依頼書 and 名簿)", args[0])
	return c.Value(map[string]string{"file": args[0], "office": c.office})
}
