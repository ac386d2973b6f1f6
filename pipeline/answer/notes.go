package answer

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"unicode"

	"baitai/pipeline/verdict"
)

// Notes are what a person needs to read a result: which job, what was ignored,
// what the codes mean. They go to the office beside the result (説明書).
type Notes struct {
	Job, Number, Office, Purpose, Basis string
	Generation                          string   // digest of the identity file that was asked
	Received, Answered                  string   // times, RFC 3339 in JST
	Ignored                             []string // columns of the list that nobody knows
	Layout                              string   // 様式コード of the result; "" for the usual columns
	Review                              string   // the job whose rows 要確認 this answers; "" for a list
	Faults                              string   // where it is listed what is wrong with rows, if it is
	Part                                Part     // of a split result: the part they stand in, or Number 0 for all of it
}

// Lines gives the notes as pairs of item and content, Japanese first.
func (n Notes) Lines(sum Summary) [][]string {
	var counts [][]string
	for _, a := range verdict.Answers() {
		if c := sum.Totals.ByCode[string(a)]; c > 0 {
			counts = append(counts, []string{"件数 " + string(a) + " " + a.Name(true), fmt.Sprint(c)})
		}
	}
	about := n.about(sum)
	rows := 1 + slices.IndexFunc(about, func(l []string) bool { return l[0] == rowsItem })
	return append(slices.Insert(about, rows, counts...), legend()...)
}

// rowsItem names the number of rows.
const rowsItem = "行数"

// about gives the notes without the counts by answer and the legend, which have
// sheets of their own in a workbook.
func (n Notes) about(sum Summary) [][]string {
	lines := [][]string{
		{"受付番号", n.Job}, {"依頼番号", n.Number}, {"照会元", n.Office}, {"利用事務", n.Purpose}, {"根拠", n.Basis},
		{"受付日時", n.Received}, {"回答日時", n.Answered}, {"照会したファイルの世代", n.Generation},
		{"様式", n.Layout},
		{rowsItem, fmt.Sprint(sum.Totals.Rows)},
	}
	if line := n.partLine(); line != "" {
		lines = append(lines, []string{"分割", line})
	}
	if n.Review != "" {
		lines = append(lines, []string{"要確認の審査", "受付 " + n.Review + " の「要確認」の行を、県の担当者が確認した結果です。"})
	}
	if n.Faults != "" && len(sum.Issues) > 0 {
		lines = append(lines, []string{"行の不備", "場所と直し方は" + n.Faults + "にあります。"})
	}
	if len(n.Ignored) > 0 {
		lines = append(lines, []string{"使わなかった列", strings.Join(n.Ignored, "、")})
	}
	if len(sum.Defused) > 0 {
		lines = append(lines, []string{"先頭に ' を付けた列", strings.Join(sum.Defused, "、")})
	}
	if len(sum.Lost) > 0 {
		var lost []string
		for _, r := range slices.Sorted(maps.Keys(sum.Lost)) {
			lost = append(lost, fmt.Sprintf("U+%04X (%d)", r, sum.Lost[r]))
		}
		lines = append(lines, []string{"〓にした文字(件数)", strings.Join(lost, "、")})
	}
	return slices.DeleteFunc(lines, func(l []string) bool { return l[1] == "" })
}

// partLine says how a result was split, and of which rows the counts are.
func (n Notes) partLine() string {
	switch {
	case n.Part.Whole():
		return ""
	case n.Part.Number == 0:
		return fmt.Sprintf("結果は %d のファイルに分かれています。番号の順につなぐと、リストの順になります。件数は全体のものです。", n.Part.Of)
	}
	return fmt.Sprintf("%d のうち %d 番目のファイルです。行数と件数は、このファイルのものです。", n.Part.Of, n.Part.Number)
}

// legend explains every code, whether it occurs or not, in both languages.
func legend() [][]string {
	var lines [][]string
	for _, a := range verdict.Answers() {
		lines = append(lines, []string{"回答区分 " + string(a), a.Name(true) + ": " + a.Says(true) + " / " + a.Says(false)})
	}
	for _, s := range []verdict.Step{verdict.StepCode, verdict.StepFour} {
		lines = append(lines, []string{"照合段階 " + string(s), s.Says(true) + " / " + s.Says(false)})
	}
	return lines
}

// WriteText writes the notes as plain text in UTF-8 with BOM and CRLF, which
// every editor of the last twenty years shows.
func (n Notes) WriteText(w io.Writer, sum Summary) error {
	var b strings.Builder
	b.WriteString("\ufeff")
	b.WriteString("照会結果の説明 / about this result\r\n\r\n")
	for _, line := range n.Lines(sum) {
		b.WriteString(oneLine(line[0]) + ": " + oneLine(line[1]) + "\r\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// oneLine keeps a header of the list that has line breaks from looking like lines
// of ours.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, s)
}
