package score

import (
	"fmt"
	"strconv"

	"baitai/cmd/internal/invent"
)

// A Table is rows of cells for a terminal or a page; the first row is the header.
type Table struct {
	Title string
	Rows  [][]string
	// Marks says how each row stands; the header's is NotMeasured.
	Marks []Standing
}

func (t *Table) add(s Standing, cells ...string) {
	t.Rows, t.Marks = append(t.Rows, cells), append(t.Marks, s)
}

// pick chooses between the two languages.
type pick bool // true: Japanese

func (p pick) of(japanese, english string) string {
	if p {
		return japanese
	}
	return english
}

// Tables gives the report as tables: classes of each key set, then totals with
// the baselines.
func (r *Report) Tables(japanese bool) []Table {
	p := pick(japanese)
	return []Table{r.classTable(p), r.totalTable(p), r.baselineTable(p)}
}

func (r *Report) classTable(p pick) Table {
	t := Table{Title: p.of("分類ごとの回答", "answers by class")}
	t.add(NotMeasured, p.of("項目", "keys"), p.of("分類", "class"), p.of("内容", "what"), p.of("行", "rows"), p.of("本人", "found"), p.of("要確認", "review"),
		p.of("複数", "several"), p.of("不可", "refused"), p.of("該当なし", "not found"), p.of("別人", "WRONG"), p.of("想定内", "expected"),
		p.of("別人率の上限", "wrong at most"), p.of("基準", "bar"), p.of("実績(95%区間)", "reached (95 %)"), p.of("判定", "stands"))
	for _, c := range r.Cells {
		n := &c.Product
		k, of := n.reached(c.Bar.Measure)
		reached := ""
		if c.Bar.Measure != NoBar {
			reached = rateWith(k, of)
		}
		stands := n.Stands(c.Bar)
		if n.Outcomes[Wrong] > 0 {
			stands = Missed
		}
		t.add(stands, c.Keys.ID, string(c.Class.Class), p.of(c.Class.Japanese, c.Class.English), strconv.Itoa(n.Rows),
			strconv.Itoa(n.Outcomes[Found]), strconv.Itoa(n.Outcomes[Review]), strconv.Itoa(n.Outcomes[Ambiguous]), strconv.Itoa(n.Outcomes[Refused]),
			strconv.Itoa(n.Outcomes[NotFound]), strconv.Itoa(n.Outcomes[Wrong]), percent(float64(n.Expected), float64(n.Rows)),
			atMost(n.Outcomes[Wrong], n.Rows), p.bar(c.Bar), reached, p.standing(stands))
	}
	return t
}

func (r *Report) totalTable(p pick) Table {
	t := Table{Title: p.of("別人を回答した行(合計)", "rows that gave out somebody else (totals)")}
	t.add(NotMeasured, p.of("方法", "method"), p.of("行の種類", "sort of rows"), p.of("行", "rows"), p.of("別人", "WRONG"), p.of("別人率(95%区間)", "rate (95 %)"), p.of("本人", "found"))
	for _, s := range []struct {
		name  string
		sorts []invent.Sort
	}{{p.of("全部", "all"), nil}, {p.of("正例", "positive"), []invent.Sort{invent.Positive}},
		{p.of("負例", "negative"), []invent.Sort{invent.Negative, invent.Hard}}} {
		product, base := r.Total(s.sorts...)
		line := func(name string, n Tally) {
			stands := Reached
			if n.Outcomes[Wrong] > 0 {
				stands = Missed
			}
			t.add(stands, name, s.name, strconv.Itoa(n.Rows), strconv.Itoa(n.Outcomes[Wrong]), rateWith(n.Outcomes[Wrong], n.Rows), strconv.Itoa(n.Outcomes[Found]))
		}
		line("baitai", product)
		for b, n := range base {
			if n.Rows > 0 {
				line(p.of(Baselines()[b].Japanese, Baselines()[b].English), n)
			}
		}
	}
	return t
}

func (r *Report) baselineTable(p pick) Table {
	t := Table{Title: p.of("同じ行での比較(本人/別人、%)", "the same rows otherwise joined (found/WRONG, %)")}
	head := []string{p.of("項目", "keys"), p.of("分類", "class"), p.of("行", "rows"), "baitai"}
	for _, b := range Baselines() {
		head = append(head, p.of(b.Japanese, b.English))
	}
	t.add(NotMeasured, head...)
	for _, c := range r.Cells {
		if c.Baselines[0].Rows == 0 {
			continue
		}
		line := []string{c.Keys.ID, string(c.Class.Class), strconv.Itoa(c.Product.Rows), both(&c.Product)}
		for b := range c.Baselines {
			line = append(line, both(&c.Baselines[b]))
		}
		t.add(NotMeasured, line...)
	}
	return t
}

func both(t *Tally) string {
	return percent(float64(t.Outcomes[Found]), float64(t.Rows)) + " / " + percent(float64(t.Outcomes[Wrong]), float64(t.Rows))
}

func percent(k, n float64) string {
	if n == 0 {
		return "–"
	}
	return strconv.FormatFloat(100*k/n, 'f', 2, 64)
}

func rateWith(k, n int) string {
	i := ClopperPearson(k, n)
	return fmt.Sprintf("%s (%.4f–%.4f)", percent(float64(k), float64(n)), 100*i.Low, 100*i.High)
}

func atMost(k, n int) string { return fmt.Sprintf("%.4f%%", 100*ClopperPearson(k, n).High) }

func (p pick) bar(b Bar) string {
	name := map[Measure]string{RightPerson: p.of("本人", "found"), RightOrReview: p.of("本人か要確認", "found or review"),
		NotInFile: p.of("該当なし", "not found"), AsExpected: p.of("想定内", "expected")}[b.Measure]
	if name == "" {
		return ""
	}
	return name + " ≥" + strconv.FormatFloat(100*b.Least, 'f', -1, 64) + "%"
}

func (p pick) standing(s Standing) string {
	return [...]string{"", "○", p.of("△(行数不足)", "open (too few rows)"), p.of("×", "MISSED")}[s]
}

// Lines gives what stands above and below the tables.
func (r *Report) Lines(japanese bool) []string {
	p, rows := pick(japanese), 0
	for _, c := range r.Cells {
		rows += c.Product.Rows
	}
	speed := 0.0
	if s := r.MatchTook.Seconds(); s > 0 {
		speed = float64(rows) / s
	}
	out := []string{
		fmt.Sprintf(p.of("乱数の種 %s、%d 人、%d 行", "seed %s, %d people, %d rows"), r.Seed.Name, r.People, rows),
		fmt.Sprintf(p.of("附票ファイル作成 %.0f 秒、受付と照合 %.0f 秒(%.0f 行/秒)、全体 %.0f 秒", "identity file %.0f s, intake and matching %.0f s (%.0f rows/s), all %.0f s"),
			r.LoadTook.Seconds(), r.MatchTook.Seconds(), speed, r.Took.Seconds()),
	}
	if r.Missed > 0 {
		out = append(out, fmt.Sprintf(p.of("%d 行は当てはまる人がおらず P0 になった", "%d rows are P0 because their class fitted nobody"), r.Missed))
	}
	return out
}

// ExampleLines writes the kept examples, wrong ones first.
func (r *Report) ExampleLines(japanese bool) []string {
	p := pick(japanese)
	var out []string
	versions := func(what string, person *invent.Person) {
		if person == nil {
			return
		}
		for i := range person.Versions {
			out = append(out, fmt.Sprintf("    %s: %q", what, person.Versions[i].Fields()))
		}
	}
	write := func(c *Cell, what string, list []Example) {
		for _, e := range list {
			out = append(out, fmt.Sprintf("%s %s/%s %s %s [%s] %s", what, c.Keys.ID, c.Class.Class, e.Answer, e.Step, e.Why, cells(&e.Row)))
			out = append(out, "    "+p.of("正解", "truth")+fmt.Sprintf(": %s %v", e.Truth.Code, e.Truth.Accept))
			versions(p.of("本人", "meant"), e.Meant)
			versions(p.of("回答した人", "given out"), e.Given)
		}
	}
	for _, c := range r.Cells {
		write(c, p.of("別人", "WRONG"), c.WrongRows)
	}
	for _, c := range r.Cells {
		write(c, p.of("想定外", "unexpected"), c.OtherRows)
	}
	return out
}

func cells(r *invent.Row) string {
	return fmt.Sprintf("%q", []string{r.Code, r.Name, r.Kana, r.Birth, r.Sex, r.Address, r.Former})
}
