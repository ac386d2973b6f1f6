package report

import (
	"io"
	"time"

	"baitai/pipeline/issue"
	"baitai/spool/ledger"
)

// WriteJob writes the report of a job (受付の処理報告).
func (s *Setting) WriteJob(w io.Writer, j Job) error {
	p, err := s.newPage(s.pick("媒体連携 処理報告 ", "Report of job ") + j.ID)
	if err != nil {
		return err
	}
	state := s.pick("終わっていません", "not closed")
	if j.End != "" {
		state = s.Act(j.End)
	}
	p.Facts = []fact{
		{Name: s.pick("受付番号", "Job"), Value: j.ID}, {Name: s.pick("照会元", "Office"), Value: s.office(j.Office)},
		{Name: s.pick("状態", "State"), Value: state},
	}
	for _, f := range []fact{
		{s.pick("利用事務", "Purpose"), j.Purpose, false}, {s.pick("根拠", "Basis"), ledger.BasisWords(j.Basis, s.Lang != issue.English), false}, {s.pick("世代", "Generation"), j.Generation, true},
	} {
		if f.Value != "" {
			p.Facts = append(p.Facts, f)
		}
	}
	if j.Opened > 0 {
		p.Facts = append(p.Facts, fact{Name: s.pick("リストの行数", "Rows of the list"), Value: number(j.Opened)})
	}
	if j.Delivered {
		received := j.Received
		if received == "" {
			received = s.pick("まだ確認していません", "not confirmed yet")
		}
		p.Facts = append(p.Facts, fact{Name: s.Act(ledger.ReceiptConfirmed), Value: received})
	}
	p.Sections = []section{s.answers(j.Counted), s.faults(j.Counted), s.grades(j.Counted), s.lapses(j.Lapses), s.steps(j.Steps)}
	return p.write(w)
}

// lapses is the section of time by stage (段階ごとの時間).
func (s *Setting) lapses(list []Lapse) section {
	out := section{Title: s.pick("段階ごとの時間", "Time by stage"),
		Note: s.pick("台帳の記録と次の記録のあいだの時間です(最後の回)。人を待つ時間を含みます。", "From one entry of the ledger to the next, in the last attempt; waiting for people is included.")}
	t := &table{Caption: out.Title, Head: []string{s.pick("段階", "Stage"), s.pick("時間", "Time")}, Numbers: []bool{false, true}}
	var all []measure
	var sum time.Duration
	for _, l := range list {
		name := s.between(s.Act(l.From), s.Act(l.To))
		all, sum = append(all, measure{name, s.length(l.Took), float64(l.Took), ""}), sum+l.Took
		t.Rows = append(t.Rows, cells(name, s.length(l.Took)))
	}
	if len(all) == 0 {
		out.Note = s.pick("まだ二つ以上の記録がありません。", "There are not two entries yet.")
		return out
	}
	t.Rows = append(t.Rows, cells(s.pick("計", "all"), s.length(sum)))
	out.Bars, out.Table = newBars("stages", out.Title, all), t
	return out
}

// steps is the section of custody (受渡しの記録).
func (s *Setting) steps(list []Step) section {
	t := &table{Caption: s.pick("台帳に記録された行為(古い順)", "Acts in the ledger, in their order"), Numbers: []bool{true, false, false, false, true},
		Head: []string{s.pick("台帳番号", "Entry"), s.pick("日時", "Time"), s.pick("行為", "Act"), s.pick("結果", "Result"), s.pick("回", "Attempt"), s.pick("操作者", "Operator"), s.pick("媒体", "Medium")}}
	for _, st := range list {
		attempt := ""
		if st.Attempt > 0 {
			attempt = number(int64(st.Attempt))
		}
		t.Rows = append(t.Rows, cells(number(st.Index), st.Time.Format(timeShown), s.Act(st.Act), s.result(st.Result), attempt, st.Operator, s.medium(st.Medium)))
	}
	return section{Title: s.pick("受渡しの記録", "Custody"), Table: t}
}

// WriteMonth writes the report of a month (月次報告).
func (s *Setting) WriteMonth(w io.Writer, m Month) error {
	p, err := s.newPage(s.pick("媒体連携 月次報告 ", "Report of ") + m.From.Format(s.pick("2006年1月", "January 2006")))
	if err != nil {
		return err
	}
	p.Lead = []string{s.pick("この月に終わった受付を数えています。", "Jobs that were closed in this month are counted.")}
	for _, f := range []struct {
		name string
		n    int64
	}{
		{s.Act(ledger.Received), m.Received}, {s.Act(ledger.Published), m.Published}, {s.Act(ledger.Refused), m.Refused}, {s.Act(ledger.Unpacked), m.Unpacked},
		{s.Act(ledger.TurnedAway), m.Away}, {s.Act(ledger.Delivered), m.Delivered}, {s.Act(ledger.ReceiptConfirmed), m.Confirmed}, {s.pick("障害・中断", "failed or interrupted"), m.Failed}, {s.pick("回答した行", "rows answered"), m.Rows},
	} {
		p.Facts = append(p.Facts, fact{Name: f.name, Value: number(f.n)})
	}
	p.Sections = []section{s.offices(m.Offices), s.answers(m.Counted), s.faults(m.Counted), s.grades(m.Counted), s.stages(m.Stages)}
	return p.write(w)
}

func (s *Setting) offices(list []OfficeMonth) section {
	out := section{Title: s.pick("照会元ごと", "By office"), Full: true}
	if len(list) == 0 {
		out.Note = s.pick("この月の記録はありません。", "Nothing was recorded in this month.")
		return out
	}
	t := &table{Caption: out.Title, Numbers: []bool{false, true, true, true, true, true, true}, Head: []string{s.pick("照会元", "Office"),
		s.Act(ledger.Published), s.Act(ledger.Refused), s.Act(ledger.Delivered), s.Act(ledger.ReceiptConfirmed), s.pick("行数", "Rows"), s.pick("該当", "Found")}}
	var rows []measure
	for _, o := range list {
		t.Rows = append(t.Rows, cells(s.office(o.Office), number(o.Published), number(o.Refused), number(o.Delivered), number(o.Confirmed), number(o.Rows), number(o.Found)))
		rows = append(rows, measure{s.office(o.Office), number(o.Rows), float64(o.Rows), ""})
	}
	out.Bars, out.Table = newBars("offices", s.pick("照会元ごとの行数", "Rows by office"), rows), t
	return out
}

func (s *Setting) stages(list []Stage) section {
	out := section{Title: s.pick("段階ごとの時間", "Time by stage"),
		Note: s.pick("台帳の記録と次の記録のあいだの時間の中央値です。人を待つ時間を含みます。", "Medians from one entry of the ledger to the next; waiting for people is included.")}
	t := &table{Caption: out.Title, Numbers: []bool{false, true, true, true},
		Head: []string{s.pick("段階", "Stage"), s.pick("受付", "Jobs"), s.pick("中央値", "Median"), s.pick("最長", "Longest")}}
	var all []measure
	for _, st := range list {
		name := s.between(s.Act(st.From), s.Act(st.To))
		all = append(all, measure{name, s.length(st.Median), float64(st.Median), ""})
		t.Rows = append(t.Rows, cells(name, number(int64(st.Jobs)), s.length(st.Median), s.length(st.Longest)))
	}
	if len(all) == 0 {
		out.Note = s.pick("記録されていません。", "Not recorded.")
		return out
	}
	out.Bars, out.Table = newBars("stages", out.Title, all), t
	return out
}
