package score

import (
	_ "embed"
	"html/template"
	"io"
)

//go:embed page.html
var page string

// HTML writes the report as one page that needs nothing else: no script, no
// picture, nothing from elsewhere; it can be printed.
func (r *Report) HTML(out io.Writer, japanese bool) error {
	p := pick(japanese)
	t, err := template.New("page").Funcs(template.FuncMap{
		"mark": func(t Table, row int) string { return [...]string{"", "good", "open", "bad"}[t.Marks[row]] },
	}).Parse(page)
	if err != nil {
		return err
	}
	return t.Execute(out, struct {
		Lang, Title    string
		Lines, Legend  []string
		Tables         []Table
		Examples       []string
		ExamplesHeader string
	}{p.of("ja", "en"), p.of("照合精度の測定", "how well people are found"), r.Lines(japanese), r.Legend(japanese),
		r.Tables(japanese), r.ExampleLines(japanese), p.of("例(すべて架空の人)", "examples (all people are invented)")})
}

// Legend says what the columns mean.
func (r *Report) Legend(japanese bool) []string {
	if japanese {
		return []string{
			"別人: その行が指さない人の情報を回答した行。誰も回答してはならない行(支援措置、コードのみ等)に誰かを回答したものを含む。",
			"95%区間: Clopper–Pearson の正確な区間。0件でも率が0とは言えないため、上限を示す。",
			"本人 の基準は、本人を回答できる行(生年月日の一部が不詳などでない行)に対する割合。",
			"判定 △: 基準を下回るが、この行数では基準を満たさないとまで言えない。",
			"比較の方法は P7w と P14(照会元に差し戻す行)を数えない。",
		}
	}
	return []string{
		"WRONG: rows that gave out somebody whom they do not mean, or anybody where nobody may be given out (支援措置, a code alone …).",
		"95 %: exact intervals of Clopper and Pearson; none in so many rows is not a rate of zero, so the upper bound is shown.",
		"A bar for «found» is of the rows that can carry their person (no unknown part of a birth …).",
		"open: below the bar, but so few rows do not exclude it.",
		"The other methods do not count P7w and P14, rows that must go back to the office.",
	}
}
