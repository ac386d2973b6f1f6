package main

import (
	"context"
	"io"

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
	err = putFile(c.disk(), args[0], forOthers, func(w io.Writer) error {
		return job.WriteTemplate(c.siteDir(), c.office, c.purpose, c.now(), w)
	})
	if err != nil {
		return err
	}
	c.Say("依頼書のひな形を書きました: %s(シート「依頼書」と「名簿」に記入して返してもらいます)", "wrote a template: %s (the office fills in the sheets 依頼書 and 名簿)", args[0])
	return c.Value(map[string]string{"file": args[0], "office": c.office})
}
