package main

import (
	"context"

	"baitai/cmd/internal/term"
	"baitai/pipeline/issue"
	"baitai/pipeline/job"
)

func statusFlags(c *call) { c.flags.BoolVar(&c.all, "all", false, "") }

// runStatus says what is where, since when, and waiting for whom.
func runStatus(ctx context.Context, c *call) error {
	if _, err := term.Need(c.flags); err != nil {
		return err
	}
	list, err := job.Status(ctx, c.siteDir(), c.all)
	if err != nil {
		return err
	}
	if c.JSON {
		if list == nil {
			list = []job.Standing{}
		}
		return c.Value(list)
	}
	if len(list) == 0 {
		c.Say("待っているものはありません。", "nothing is waiting")
		return c.sayUnconfirmed()
	}
	rows := [][]string{{c.Pick("受付番号", "job"), c.Pick("照会元", "office"), c.Pick("状態", "state"), c.Pick("いつから", "since"), c.Pick("だれを待つか", "waits for")}}
	for _, s := range list {
		id := s.Job
		if id == "" {
			id = "-"
		}
		rows = append(rows, []string{id, s.Office, c.stateName(s.State), s.Since.Format("2006-01-02 15:04:05"), c.waitsName(s.WaitsFor)})
	}
	c.Table(rows)
	return c.sayUnconfirmed()
}

// sayUnconfirmed tells how many deliveries wait for their receipt, where they are not
// in the list.
func (c *call) sayUnconfirmed() error {
	if c.all {
		return nil
	}
	n, err := job.Unconfirmed(c.siteDir())
	if err == nil && n > 0 {
		c.Say("ほかに、照会元の受領確認を待つ交付: %d 件(baitai status --all)", "besides, deliveries whose receipt the office has not confirmed: %d (baitai status --all)", n)
	}
	return err
}

func (p *program) stateName(s string) string {
	ja := map[string]string{"inbox": "受付箱", "work": "処理中", "held": "保留", "outbox": "交付待ち", "done": "済", "refused": "受付不可"}
	if n, ok := ja[s]; ok && p.Lang == issue.Japanese {
		return n
	}
	return s
}

func (p *program) waitsName(w string) string {
	ja := map[string]string{job.WaitsSender: "置いた人(書き込み中)", job.WaitsFolder: "照会元のフォルダーに置き直す", job.WaitsErase: "人が消す(開けなかったもの)", job.WaitsRun: "次の実行(baitai run)", job.WaitsSecond: "二人目の承認(baitai approve)",
		job.WaitsHandOut: "交付(baitai deliver)", job.WaitsReceipt: "照会元の受領確認(baitai confirm)", job.WaitsNobody: "-"}
	if n, ok := ja[w]; ok && p.Lang == issue.Japanese {
		return n
	}
	return w
}
