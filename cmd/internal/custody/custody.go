// Package custody shows and verifies a ledger (授受・提供記録) to a person, for the
// operators' program and for the auditors'. It reads only and needs no secret.
package custody

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"baitai/cmd/internal/term"
	"baitai/pipeline/issue"
	"baitai/spool/ledger"
)

// A Ledger is a ledger as an auditor has it: a folder and a verifier key.
type Ledger struct {
	Dir  string
	VKey string
	Term *term.Term
	// Known are signed tree heads that are kept elsewhere, beside those of Verify's
	// checkpoints: a ledger that is older than any of them was set back.
	Known [][]byte
	// Image, if it is given, is an image of a disc that Verify holds against the entries
	// of images that were made, and Job the job of which it must be, or "".
	Image, Job string
}

// Verify recomputes the ledger from its entries and checks the rules of custody.
// checkpoints name files with a signed checkpoint or a tlog-proof that were kept
// elsewhere; "" is none.
func (l Ledger) Verify(checkpoints ...string) error {
	known := slices.Clone(l.Known)
	for _, name := range checkpoints {
		if name == "" {
			continue
		}
		raw, err := os.ReadFile(name)
		if err != nil {
			return issue.New(issue.CannotRead, issue.Pos{}).Because(err)
		}
		known = append(known, raw)
	}
	if _, err := os.Stat(l.Dir); err != nil {
		return issue.New(issue.LedgerMissing, issue.Pos{}).Because(err)
	}
	report, err := ledger.Verify(os.DirFS(l.Dir), l.VKey, known...)
	if err != nil {
		return IssueIn(l.Term.Lang, err)
	}
	l.tell(report)
	for _, f := range report.Custody.Findings {
		l.Term.Tell("台帳 %d 番 受付 %s: %s", "entry %d, job %s: %s", f.Index, f.Job, ruleWords(f.Rule, l.Term.Lang))
	}
	if n := len(report.Custody.Findings); n > 0 {
		return issue.New(issue.LedgerCustody, issue.Pos{}, n)
	}
	value := map[string]any{"verified": true, "size": report.Size, "origin": report.Origin, "root": fmt.Sprintf("%x", report.Root),
		"acts": report.Acts, "open": len(report.Custody.Open), "unpublished": report.Unpublished, "torn_bytes": report.TornBytes,
		"checkpoints_kept_elsewhere": report.Known, "checkpoint": string(report.Checkpoint)}
	if l.Image != "" {
		if value["image"], err = l.checkImage(); err != nil {
			return err
		}
	}
	return l.Term.Value(value)
}

// tell says what a ledger that verifies contains.
func (l Ledger) tell(report *ledger.Report) {
	t := l.Term
	t.Say("台帳は本物です: %d 件", "the ledger is genuine: %d entries", report.Size)
	t.Say("  名前: %s", "  origin: %s", report.Origin)
	t.Say("  ルート: %x", "  root: %x", report.Root)
	if report.Size > 0 {
		t.Say("  期間: %s から %s", "  period: %s to %s", report.First.Format(timeShown), report.Last.Format(timeShown))
	}
	if report.Known > 0 {
		t.Say("  別に保管したチェックポイント: %d 件と一致", "  checkpoints kept elsewhere: %d agree", report.Known)
	}
	if report.Unpublished > 0 {
		t.Say("  まだ束になっていない記録: %d 件", "  not yet in a bundle: %d entries", report.Unpublished)
	}
	if report.TornBytes > 0 {
		t.Say("  最後の書きかけ: %d バイト(停電などの跡、または書き込みの途中)", "  unfinished at the end: %d bytes (a crash, or a write going on)", report.TornBytes)
	}
	if report.Newer > 0 {
		t.Say("  新しい版の記録: %d 件", "  entries of a newer version: %d", report.Newer)
	}
	for _, act := range slices.Sorted(maps.Keys(report.Acts)) {
		t.Say("  %s: %d", "  %s: %d", ActName(act, t.Lang), report.Acts[act])
	}
	for _, open := range report.Custody.Open {
		t.Say("  終わっていない受付: %s(最後は%s)", "  open job: %s (last act: %s)", open.Job, ActName(open.Act, t.Lang))
	}
}

// timeShown is how times stand in a list; all are Japanese time.
const timeShown = "2006-01-02 15:04:05"

// Show lists the entries, all or those of one job.
func (l Ledger) Show(job string) error {
	r, err := ledger.OpenReader(l.Dir, l.VKey)
	if err != nil {
		return IssueIn(l.Term.Lang, err)
	}
	t := l.Term
	rows := [][]string{{t.Pick("番号", "no"), t.Pick("日時", "time"), t.Pick("行為", "act"), t.Pick("結果", "result"), t.Pick("受付番号", "job"),
		t.Pick("照会元", "office"), t.Pick("操作者", "operator"), t.Pick("内訳", "counts")}}
	values := []map[string]any{}
	for s, err := range r.All(0) {
		if err != nil {
			return IssueIn(l.Term.Lang, err)
		}
		e := s.Entry
		if job != "" && e.Job != job {
			continue
		}
		rows = append(rows, []string{fmt.Sprint(s.Index), e.Time.Format(timeShown), ActName(e.Act, t.Lang), resultName(e.Result, t.Lang),
			e.Job, e.Office, e.Operator, counts(e)})
		if t.JSON {
			values = append(values, EntryValue(s.Index, e))
		}
	}
	t.Table(rows)
	return t.Value(values)
}

func counts(e ledger.Entry) string {
	var parts []string
	for _, m := range []map[string]int64{e.Counts, e.Codes} {
		for _, k := range slices.Sorted(maps.Keys(m)) {
			parts = append(parts, fmt.Sprintf("%s=%d", k, m[k]))
		}
	}
	return strings.Join(parts, " ")
}

func resultName(r string, lang issue.Lang) string {
	ja := map[string]string{ledger.OK: "済", ledger.ResultFailed: "障害", ledger.ResultRefused: "不可", ledger.ResultBrokeOff: "中断"}
	if n, ok := ja[r]; ok && lang == issue.Japanese {
		return n
	}
	return r
}

// ActName gives the word for an act in the language of the reader.
func ActName(a ledger.Act, lang issue.Lang) string {
	ja := map[ledger.Act]string{
		ledger.Received: "受領", ledger.Opened: "開封", ledger.Granted: "許可", ledger.Held: "保留", ledger.Released: "承認", ledger.Matched: "照合",
		ledger.Sealed: "封印", ledger.Published: "提供", ledger.Refused: "受付不可", ledger.Unpacked: "開梱", ledger.Failed: "障害", ledger.Interrupted: "中断",
		ledger.Initialized: "開設", ledger.HandingOver: "交付開始", ledger.Delivered: "交付", ledger.ReceiptConfirmed: "受領確認", ledger.Erased: "消去", ledger.IdentityLoaded: "ファイル取込",
		ledger.GenerationRemoved: "世代の削除",
		ledger.RegisterChanged:   "管理簿変更", ledger.OpenedByOperator: "開封(操作者)", ledger.MediumRead: "媒体から受領",
		ledger.MediumReading: "媒体から受領開始", ledger.TurnedAway: "受け取らず",
		ledger.Exported: "抽出", ledger.Searched: "検索", ledger.Disclosed: "開示", ledger.Reconciled: "整合", ledger.Updated: "異動の反映",
		ledger.Asked: "機構への照会", ledger.Answered: "機構からの回答", ledger.Witnessed: "立会い", ledger.ReviewDecided: "要確認の審査",
		ledger.PasswordSet: "パスワード登録", ledger.PasswordRemoved: "パスワード抹消", ledger.KeyChanged: "鍵の変更", ledger.Checked: "点検", ledger.Stopped: "停止", ledger.MediumRegistered: "媒体の登録",
	}
	if n, ok := ja[a]; ok && lang == issue.Japanese {
		return n
	}
	return string(a)
}

// ShowEntry prints one entry whose proof was verified.
func ShowEntry(t *term.Term, index int64, e ledger.Entry) {
	for _, line := range []struct{ ja, en, value string }{
		{"番号", "no", fmt.Sprint(index)}, {"日時", "time", e.Time.Format(timeShown)}, {"行為", "act", ActName(e.Act, t.Lang)},
		{"結果", "result", resultName(e.Result, t.Lang)}, {"受付番号", "job", e.Job}, {"照会元", "office", e.Office}, {"操作者", "operator", e.Operator},
		{"利用事務", "purpose", e.Purpose}, {"根拠", "basis", ledger.BasisWords(e.Basis, t.Lang != issue.English)}, {"媒体番号", "medium", e.Medium}, {"内訳", "counts", counts(e)},
	} {
		if line.value != "" {
			t.Say("  "+line.ja+": %s", "  "+line.en+": %s", line.value)
		}
	}
}

// EntryValue is what --json says about an entry.
func EntryValue(index int64, e ledger.Entry) map[string]any {
	return map[string]any{"index": index, "time": e.Time, "act": e.Act, "result": e.Result, "job": e.Job, "attempt": e.Attempt,
		"office": e.Office, "operator": e.Operator, "purpose": e.Purpose, "basis": e.Basis, "medium": e.Medium, "counts": e.Counts, "codes": e.Codes,
		"digests": e.Digests, "about": e.About}
}
