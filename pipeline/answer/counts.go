package answer

import (
	"fmt"
	"math"
	"strconv"

	"baitai/formats/sheet"
	"baitai/pipeline"
	"baitai/pipeline/verdict"
)

// addCounts adds the sheet 集計: how many rows have each answer, and their share, with
// a chart. In a part of a split result they are those of that part, and beside them
// stand those of all parts up to it: in the last one, of the whole.
func (t *bookTable) addCounts(here pipeline.Totals) error {
	columns := []sheet.Column{{Header: "回答区分"}, {Header: "名称", Width: 24}, {Header: "answer", Width: 30},
		{Header: "件数", Kind: sheet.Count, Width: 10}, {Header: "割合(%)", Kind: sheet.Number, Width: 8}}
	split := !t.o.Notes.Part.Whole()
	if split {
		columns = append(columns, sheet.Column{Header: "ここまでの件数", Kind: sheet.Count}, sheet.Column{Header: "ここまでの割合(%)", Kind: sheet.Number})
	}
	if err := t.w.AddPage(countsSheet, columns); err != nil {
		return err
	}
	upTo := t.before.Clone()
	upTo.Join(here)
	line := func(code, ja, en string, n, up int64) error {
		cells := []string{code, ja, en, fmt.Sprint(n), share(n, here.Rows)}
		if split {
			cells = append(cells, fmt.Sprint(up), share(up, upTo.Rows))
		}
		return t.write(cells)
	}
	last := 1
	for _, a := range verdict.Answers() {
		code := string(a)
		if upTo.ByCode[code] == 0 {
			continue
		}
		last++
		if err := line(code, a.Name(true), a.Name(false), here.ByCode[code], upTo.ByCode[code]); err != nil {
			return err
		}
	}
	if last > 1 {
		const name, count = 2, 4
		if err := t.w.Bars("回答区分ごとの件数 / rows by answer", name, count, last); err != nil {
			return err
		}
	}
	return line("計", "", "all rows", here.Rows, upTo.Rows)
}

// share is a part of all in per cent, to two places.
func share(n, all int64) string {
	if all == 0 {
		return ""
	}
	const places = 100
	return strconv.FormatFloat(math.Round(100*places*float64(n)/float64(all))/places, 'f', -1, 64)
}
