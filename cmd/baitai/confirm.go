package main

import (
	"context"
	"errors"
	"time"

	"baitai/cmd/internal/term"
	"baitai/pipeline/issue"
	"baitai/pipeline/job"
)

func confirmFlags(c *call) {
	c.flags.StringVar(&c.by, "by", "", "")
	c.flags.StringVar(&c.witness, "witness", "", "")
	c.flags.StringVar(&c.on, "on", "", "")
	c.flags.StringVar(&c.manifest, "manifest", "", "")
	c.flags.BoolVar(&c.show, "show", false, "")
}

// runConfirm enters that the office has received and opened a result (受領確認), or
// shows who did.
func runConfirm(_ context.Context, c *call) (err error) {
	args, err := term.Need(c.flags, c.Pick("受付番号", "JOB"))
	if err != nil {
		return err
	}
	if c.show && c.by+c.witness+c.on+c.manifest != "" {
		return issue.New(issue.SurplusArgument, issue.Pos{})
	}
	if !c.show && c.by == "" {
		return issue.New(issue.MissingArgument, issue.Pos{}, "--by")
	}
	r := job.Receipt{Job: args[0], On: c.now().In(time.FixedZone("JST", 9*3600)), By: c.by, Witness: c.witness, Manifest: c.manifest}
	if c.on != "" {
		if r.On, err = c.day("--on", c.on); err != nil {
			return err
		}
	}
	site, err := c.open()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, site.Close()) }()
	if c.show {
		return c.showReceipts(site, args[0])
	}
	done, err := site.Confirm(r)
	if err != nil {
		return err
	}
	c.Say("受領を確認しました: %s(照会元 %s、交付 %s、受領 %s)", "receipt confirmed: %s (office %s, delivered %s, received %s)",
		done.Job, done.Office, done.Delivered.Format(time.DateOnly), done.On)
	c.Say("  受け取った人の名前は、台帳ではなく、封印した詳細に残しました。", "  who received it is kept sealed, not in the ledger")
	return c.Value(done)
}

// showReceipts shows who received what, on the record.
func (c *call) showReceipts(site *job.Site, id string) error {
	list, err := site.Receipts(id)
	if err != nil {
		return err
	}
	if len(list) == 0 {
		c.Say("受領は、まだ確認されていません。", "no receipt was confirmed yet")
		return c.Value(list)
	}
	rows := [][]string{{c.Pick("交付", "delivered"), c.Pick("受領日", "received"), c.Pick("受領者", "by"), c.Pick("立会者", "witness")}}
	for _, r := range list {
		rows = append(rows, []string{r.Delivered.Format("2006-01-02 15:04:05"), r.On, r.By, r.Witness})
	}
	c.Table(rows)
	return c.Value(list)
}
