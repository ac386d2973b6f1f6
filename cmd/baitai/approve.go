package main

import (
	"context"
	"errors"
	"strings"

	"baitai/cmd/internal/term"
)

func approveFlags(c *call) { c.flags.BoolVar(&c.yes, "yes", false, "") }

// runApprove is the second person: it shows what is asked, and approves it only
// where --yes says so.
func runApprove(ctx context.Context, c *call) (err error) {
	args, err := term.Need(c.flags, c.Pick("受付番号", "JOB"))
	if err != nil {
		return err
	}
	site, err := c.open()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, site.Close()) }()
	asked, err := site.Held(args[0])
	if err != nil {
		return err
	}
	c.Say("受付 %s(照会元 %s、依頼番号 %s)", "job %s (office %s, request %s)", asked.Job, asked.Office, asked.Number)
	c.Say("  利用事務 %s / 根拠 %s %s", "  purpose %s / basis %s %s", asked.Purpose, asked.Basis, asked.Clause)
	c.Say("  %d 行 / 提供項目 %s / 受付者 %s", "  %d rows / fields %s / run by %s", asked.Rows, strings.Join(asked.Fields, "、"), asked.HeldBy)
	if !c.yes {
		c.Say("この内容でよければ: baitai approve %s --yes", "to approve this: baitai approve %s --yes", asked.Job)
		return c.Value(asked)
	}
	j, err := site.Approve(args[0])
	if err != nil {
		return err
	}
	c.Say("承認しました: %s(次の実行で回答します)", "approved: %s; the next run answers it", j.ID)
	return nil
}
