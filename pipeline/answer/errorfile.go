package answer

import (
	"io"
	"maps"
	"slices"
	"strconv"

	"baitai/formats/charset"
	"baitai/formats/csvlist"
	"baitai/pipeline/issue"
)

// errorColumns are the columns of the error file, Japanese first.
var errorColumns = []string{"ファイル", "シート", "行", "列", "見出し", "符号", "内容", "直し方", "what is wrong", "what to do"}

// WriteErrors writes the error file of a refusal (不備一覧): every place, in both
// languages, never the content of a cell. counts holds all faults; where there
// are more than places names, a closing line says how many of each code.
func WriteErrors(w io.Writer, places issue.List, counts map[issue.Code]int64) error {
	out := csvlist.NewWriter(w, csvlist.WriteOptions{Charset: charset.UTF8BOM})
	if err := out.Write(errorColumns); err != nil {
		return err
	}
	named := make(map[issue.Code]int64)
	for _, i := range places {
		named[i.Code]++
		ja, en := i.In(issue.Japanese), i.In(issue.English)
		line := []string{i.Pos.File, i.Pos.Sheet, number(i.Pos.Row), number(i.Pos.Column), i.Pos.Name,
			string(i.Code), ja.Says, ja.Hint, en.Says, en.Hint}
		for c := range line {
			line[c] = harmless(line[c])
		}
		if err := out.Write(line); err != nil {
			return err
		}
	}
	for _, code := range slices.Sorted(maps.Keys(counts)) {
		rest := counts[code] - named[code]
		if rest <= 0 {
			continue
		}
		every := issue.New(code, issue.Pos{}, "…", "…", "…") // each place has its own arguments
		ja, en := every.In(issue.Japanese), every.In(issue.English)
		if err := out.Write([]string{"", "", "", "", "", string(code), "ほかに " + strconv.FormatInt(rest, 10) + " 件: " + ja.Says, ja.Hint,
			strconv.FormatInt(rest, 10) + " more: " + en.Says, en.Hint}); err != nil {
			return err
		}
	}
	return out.Close()
}

func number(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}
