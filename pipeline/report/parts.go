package report

import (
	"cmp"
	"maps"
	"slices"

	"baitai/pipeline/issue"
	"baitai/pipeline/verdict"
)

// answers is the section of rows by answer (回答区分).
func (s *Setting) answers(c Counted) section {
	out := section{Title: s.pick("回答区分ごとの行数", "Rows by answer")}
	var list []measure
	t := &table{Caption: out.Title, Numbers: []bool{false, false, true, true},
		Head: []string{s.pick("区分", "Answer"), s.pick("名称", "Name"), s.pick("行数", "Rows"), s.pick("割合", "Share")}}
	for _, a := range verdict.Answers() {
		n := c.Answers[string(a)]
		if n == 0 {
			continue
		}
		name := a.Name(s.Lang != issue.English)
		class := ""
		switch {
		case a.Provides():
			class = "good"
		case a.RowFailure():
			class = "warn"
		}
		list = append(list, measure{string(a) + " " + name, number(n) + " (" + share(n, c.Rows) + ")", float64(n), class})
		t.Rows = append(t.Rows, cells(string(a), name, number(n), share(n, c.Rows)))
	}
	if len(list) == 0 {
		out.Note = s.pick("回答した行はありません。", "No row was answered.")
		return out
	}
	t.Rows = append(t.Rows, cells(s.pick("計", "all"), "", number(c.Rows), share(c.Rows, c.Rows)))
	out.Bars, out.Table = newBars("answers", out.Title, list), t
	return out
}

// faults is the section of faults by kind (不備), the most frequent first.
func (s *Setting) faults(c Counted) section {
	out := section{Title: s.pick("不備の種類ごとの件数", "Faults by kind")}
	codes := slices.SortedFunc(maps.Keys(c.Faults), func(a, b string) int {
		return cmp.Or(cmp.Compare(c.Faults[b], c.Faults[a]), cmp.Compare(a, b))
	})
	if len(codes) == 0 {
		out.Note = s.pick("不備はありません。", "There are no faults.")
		return out
	}
	t := &table{Caption: out.Title, Numbers: []bool{false, false, true}, Head: []string{s.pick("符号", "Code"), s.pick("不備", "Fault"), s.pick("件数", "Number")}}
	var list []measure
	for _, code := range codes {
		n := c.Faults[code]
		says := issue.New(issue.Code(code), issue.Pos{}, "…", "…", "…").In(s.Lang).Says
		list = append(list, measure{code, number(n), float64(n), "warn"})
		t.Rows = append(t.Rows, cells(code, says, number(n)))
	}
	const most = 10 // bars; the table has them all
	out.Bars, out.Table = newBars("faults", out.Title, list[:min(most, len(list))]), t
	return out
}

// kindOf puts the grades together into the kinds that a chart can tell apart.
func kindOf(g verdict.Grade) int {
	switch g {
	case verdict.Same:
		return 0
	case verdict.Form, verdict.Variant, verdict.Broad:
		return 1
	case verdict.Loose, verdict.Short, verdict.Slip, verdict.Partial:
		return 2
	case verdict.Differs:
		return 3
	}
	return 4
}

// grades is the section of verdicts by field (項目ごとの判定).
func (s *Setting) grades(c Counted) section {
	japanese := s.Lang != issue.English
	out := section{Title: s.pick("項目ごとの判定", "Verdicts by field"),
		Note: s.pick("人を回答した行(00・01・02)で、各項目が附票本人確認情報とどこまで一致したかです。", "How each particular compared, in rows answered with a person (00, 01, 02).")}
	tally, ok := verdict.TallyOf(c.Grades)
	if !ok {
		out.Note = s.pick("記録されていません(人を回答した行がないか、古い版の記録です)。", "Not recorded: no row was answered with a person, or an older version made the record.")
		return out
	}
	kinds := []string{s.pick("一致", "same"), s.pick("書き方・字体が違う", "written otherwise"), s.pick("一部だけ一致", "in part"), s.pick("不一致", "differs"), s.pick("比べていない", "not compared")}
	t := &table{Caption: out.Title, Head: []string{s.pick("判定", "Grade")}, Numbers: []bool{false}}
	var names []string
	shares := make([][]int64, len(tally))
	for i := range tally {
		names = append(names, verdict.ParticularName(i, japanese))
		shares[i] = make([]int64, len(kinds))
		for g, n := range tally[i] {
			shares[i][kindOf(verdict.Grade(g))] += n
		}
		t.Head, t.Numbers = append(t.Head, names[i]), append(t.Numbers, true)
	}
	for g := range verdict.GradeCount {
		name := verdict.Grade(g).String()
		if japanese {
			name = verdict.Grade(g).Japanese()
		}
		row, any := cells(name), false
		for i := range tally {
			row, any = append(row, cell{Text: number(tally[i][g])}), any || tally[i][g] > 0
		}
		if any {
			t.Rows = append(t.Rows, row)
		}
	}
	out.Stacks, out.Table = newStacks("grades", out.Title, names, kinds, shares), t
	return out
}

// between names a stage by the acts at its two ends.
func (s *Setting) between(from, to string) string { return from + " → " + to }
