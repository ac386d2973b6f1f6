package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"baitai/cmd/internal/term"
	"baitai/pipeline/authority"
	"baitai/pipeline/issue"
	"baitai/pipeline/job"
	"baitai/pipeline/verdict"
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
	if h.SidePath == "" {
		h.SidePath = job.SideOf(args[0])
	}
	h.Request = authority.NewRequest(authority.Command)
	h.Request.Purpose, h.Request.Number, h.Request.Basis, h.Request.Rows = c.purpose, c.number, c.basis, c.rows
	h.Request.Fields, h.Request.Form, h.Request.Charset, h.Request.Way, h.Request.Sheet = splitFields(c.fields), c.form, c.charset, c.way, c.sheet
	j, err := site.Take(ctx, h)
	if err != nil {
		return err
	}
	out, err := site.Answer(ctx, j)
	if err != nil {
		return err
	}
	c.outcome(out)
	if !c.erase {
		c.Tell("もとのファイルは平文のまま残っています。不要なら消してください(--erase で受付時に消去できます)",
			"the file itself still lies there in plain; --erase erases it when it is taken in")
	}
	return errors.Join(c.Value(outcomeJSON(out)), outcomeCode(out))
}

// splitFields takes a list of fields apart; nil if none is stated.
func splitFields(s string) []string {
	if s == "" {
		return nil
	}
	return strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == '、' || r == '，' })
}

// runRun drains the inbox once.
func runRun(ctx context.Context, c *call) (err error) {
	if _, err := term.Need(c.flags); err != nil {
		return err
	}
	site, err := c.open()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, site.Close()) }()
	r, err := site.Run(ctx, c.outcome)
	if err != nil {
		return err
	}
	return c.report(r)
}

func (p *program) report(r job.Report) error {
	code := 0
	list := []any{}
	for _, out := range r.Outcomes {
		code = max(code, codeOfOutcome(out))
		list = append(list, outcomeJSON(out))
	}
	for _, err := range r.Faults {
		p.Error(err)
		code = term.ExitFault
	}
	if r.Waiting > 0 {
		p.Tell("まだ受け付けられないファイルが %d 件あります", "%d files are not ready yet", r.Waiting)
	}
	if err := p.Value(map[string]any{"jobs": list, "faults": len(r.Faults), "waiting": r.Waiting}); err != nil {
		return err
	}
	if code != 0 {
		return &term.ExitError{Code: code}
	}
	return nil
}

func watchFlags(c *call) { c.flags.IntVar(&c.interval, "interval", 10, "") }

// runWatch goes on until it is stopped.
func runWatch(ctx context.Context, c *call) (err error) {
	if _, err := term.Need(c.flags); err != nil {
		return err
	}
	if c.interval < 1 {
		return issue.New(issue.BadArgument, issue.Pos{}, "--interval")
	}
	c.Tell("受付箱を見ています。止めるには Ctrl+C を押してください", "watching the inbox; press Ctrl+C to stop")
	last := ""
	for {
		err := c.watchOnce(ctx)
		switch code := term.ExitCode(err); {
		case code == term.ExitLedger, code == term.ExitNoKey:
			return err
		case code == term.ExitHeld: // another verb is at work; the next round will do
		case err != nil && err.Error() != last:
			c.Error(err)
			last = err.Error()
		case err == nil:
			last = ""
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(time.Duration(c.interval) * time.Second):
		}
	}
}

// watchOnce opens the site for one round, so that the register is read anew and
// other verbs find the site free in between.
func (c *call) watchOnce(ctx context.Context) (err error) {
	site, err := c.open()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, site.Close(), c.closeLog()) }()
	r, err := site.Run(ctx, c.outcome)
	if err != nil && ctx.Err() != nil {
		return nil
	}
	return errors.Join(append(r.Faults, err)...)
}

// runApprove is the second person.
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
	j, err := site.Approve(args[0])
	if err != nil {
		return err
	}
	c.Say("承認しました: %s(次の実行で回答します)", "approved: %s; the next run answers it", j.ID)
	return nil
}

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
		return nil
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
	return nil
}

func (p *program) stateName(s string) string {
	ja := map[string]string{"inbox": "受付箱", "work": "処理中", "held": "保留", "outbox": "交付待ち", "done": "済", "refused": "受付不可"}
	if n, ok := ja[s]; ok && p.Lang == issue.Japanese {
		return n
	}
	return s
}

func (p *program) waitsName(w string) string {
	ja := map[string]string{job.WaitsSender: "置いた人(書き込み中)", job.WaitsFolder: "照会元のフォルダーに置き直す", job.WaitsRun: "次の実行(baitai run)", job.WaitsSecond: "二人目の承認(baitai approve)",
		job.WaitsHandOut: "交付(baitai deliver)", job.WaitsNobody: "-"}
	if n, ok := ja[w]; ok && p.Lang == issue.Japanese {
		return n
	}
	return w
}

// outcome tells how a job ended.
func (p *program) outcome(out job.Outcome) {
	switch out.State {
	case spool.Held:
		if out.Broken {
			p.Say("保留 %s(照会元 %s): 何度も中断したため止めました。調べてから baitai approve %s で再開してください", "held %s (office %s): broken off too often; look into it, then baitai approve %s", out.Job, out.Office, out.Job)
			return
		}
		p.Say("保留 %s(照会元 %s): 二人目の承認を待っています", "held %s (office %s): waits for a second person", out.Job, out.Office)
	case spool.Refused:
		p.Say("受付不可 %s(照会元 %s)", "refused %s (office %s)", out.Job, out.Office)
		p.Error(out.Refusal.Issues) // every fault, not the first alone
		p.Say("  不備一覧は baitai deliver %[1]s で照会元に渡し、baitai errors %[1]s で見られます",
			"  the error file: baitai deliver %[1]s for the office, baitai errors %[1]s to see it", out.Job)
	default:
		p.Say("回答 %s(照会元 %s): %d 行", "answered %s (office %s): %d rows", out.Job, out.Office, out.Totals.Rows)
		for _, code := range slices.Sorted(maps.Keys(out.Totals.ByCode)) {
			p.Say("  %s %s: %d", "  %s %s: %d", code, verdict.Answer(code).Name(p.Lang == issue.Japanese), out.Totals.ByCode[code])
		}
		if len(out.Ignored) > 0 {
			// How they are called stands in the result's notes: a header may be anything.
			p.Say("  使わなかった列: %d(見出しは結果の説明に載せました)", "  columns not used: %d (named in the notes of the result)", len(out.Ignored))
		}
	}
}

type outcomeLine struct {
	Job     string           `json:"job"`
	Office  string           `json:"office"`
	State   string           `json:"state"`
	Rows    int64            `json:"rows,omitempty"`
	Answers map[string]int64 `json:"answers,omitempty"`
	Codes   map[string]int64 `json:"codes,omitempty"`
	Ignored int              `json:"ignored_columns,omitempty"`
}

func outcomeJSON(out job.Outcome) outcomeLine {
	l := outcomeLine{Job: out.Job, Office: out.Office, State: string(out.State), Rows: out.Totals.Rows, Answers: out.Totals.ByCode, Ignored: len(out.Ignored)}
	if out.Refusal != nil {
		l.Codes = make(map[string]int64)
		for code, n := range out.Refusal.Counts {
			l.Codes[string(code)] = n
		}
	}
	return l
}

func codeOfOutcome(out job.Outcome) int {
	switch {
	case out.State == spool.Refused:
		return term.ExitRefused
	case out.Broken:
		return term.ExitFault
	case out.Faulty > 0:
		return term.ExitRowFaults
	}
	return term.ExitOK
}

func outcomeCode(out job.Outcome) error {
	if code := codeOfOutcome(out); code != 0 {
		return &term.ExitError{Code: code}
	}
	return nil
}

func receiveFlags(c *call) {
	c.flags.StringVar(&c.office, "office", "", "")
	c.flags.StringVar(&c.mediumNo, "medium", "", "")
}

// runReceive brings a list in from a medium.
func runReceive(ctx context.Context, c *call) (err error) {
	args, err := term.Need(c.flags, "PATH")
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
	h, err := site.Receive(ctx, args[0], c.office, c.mediumNo)
	if err != nil {
		return err
	}
	for _, f := range h.Files {
		c.Say("受領しました: %d バイト SHA-256 %x", "received: %d bytes, SHA-256 %x", f.Size, f.SHA256)
	}
	c.Say("媒体の中身はそのまま残っています。次の実行(baitai run)で受け付けます。", "the medium is as it was; the next run (baitai run) takes the list in")
	return c.Value(handOverJSON(h))
}

func deliverFlags(c *call) {
	c.flags.StringVar(&c.to, "to", "", "")
	c.flags.StringVar(&c.mediumNo, "medium", "", "")
}

// runDeliver brings a result out to a medium.
func runDeliver(ctx context.Context, c *call) (err error) {
	args, err := term.Need(c.flags, c.Pick("受付番号", "JOB"))
	if err != nil {
		return err
	}
	if c.to == "" {
		return issue.New(issue.MissingArgument, issue.Pos{}, "--to")
	}
	site, err := c.open()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, site.Close()) }()
	h, err := site.Deliver(ctx, args[0], c.to, c.mediumNo)
	if err != nil {
		return err
	}
	c.Say("交付しました: %s(照会元 %s、%d ファイル、読み戻して確認済み)", "delivered: %s (office %s, %d files, read back and compared)", h.Job, h.Office, len(h.Files))
	c.Say("  場所: %s", "  where: %s", h.Folder)
	return c.Value(handOverJSON(h))
}

func handOverJSON(h job.HandOver) map[string]any {
	files := []map[string]any{}
	for _, f := range h.Files {
		files = append(files, map[string]any{"bytes": f.Size, "sha256": fmt.Sprintf("%x", f.SHA256)})
	}
	return map[string]any{"job": h.Job, "office": h.Office, "folder": h.Folder, "files": files}
}
