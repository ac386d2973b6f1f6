package main

import (
	"context"
	"errors"
	"io"
	"path/filepath"

	"baitai/cmd/internal/term"
	"baitai/pipeline/issue"
	"baitai/pipeline/job"
)

func reviewFlags(c *call) {
	c.flags.StringVar(&c.to, "to", "", "")
	c.flags.StringVar(&c.take, "take", "", "")
	c.flags.BoolVar(&c.erase, "erase", false, "")
}

// runReview writes the review list of a job, or takes a filled-in one back.
func runReview(ctx context.Context, c *call) (err error) {
	if c.take == "" && c.to == "" {
		return issue.New(issue.MissingArgument, issue.Pos{}, "--to | --take")
	}
	var args []string
	if c.take == "" {
		args, err = term.Need(c.flags, c.Pick("受付番号", "JOB"))
	} else {
		_, err = term.Need(c.flags)
	}
	if err != nil {
		return err
	}
	site, err := c.open()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, site.Close()) }()
	if c.take == "" {
		return c.writeReview(ctx, site, args[0])
	}
	j, err := site.TakeReview(ctx, c.take, c.erase)
	if err != nil {
		return err
	}
	out, err := site.Answer(ctx, j)
	if err != nil {
		return err
	}
	c.outcome(out)
	if !c.erase {
		c.Tell("要確認一覧は平文のまま残っています。不要なら消してください", "the review list still lies there in plain: erase it when you have used it")
	}
	return errors.Join(c.Value(outcomeJSON(out)), outcomeCode(out))
}

// writeReview writes the workbook under a name of its own, all or nothing.
func (c *call) writeReview(ctx context.Context, site *job.Site, id string) error {
	var rows int
	path := filepath.Join(c.to, "review-"+id+".xlsx")
	err := putFile(c.disk(), path, forOwner, func(w io.Writer) (err error) {
		rows, err = site.ReviewList(ctx, id, w)
		return err
	})
	if err != nil {
		return err
	}
	c.Say("要確認一覧を書き出しました: %s(%d 行)", "wrote the review list: %s (%d rows)", path, rows)
	c.Say("  「決定」の列に候補番号か「該当なし」を書き、baitai review --take で戻してください。", "  write a candidate's number or 該当なし into 決定, and bring it back with baitai review --take")
	c.Tell("個人情報が平文で置かれています。使い終わったら消してください", "personal data lies there in plain: erase it when you have used it")
	return c.Value(map[string]any{"job": id, "rows": rows, "file": path})
}
