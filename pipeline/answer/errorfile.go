package answer

import (
	"fmt"
	"io"
	"iter"
	"maps"
	"slices"
	"strconv"
	"strings"

	"baitai/formats/charset"
	"baitai/formats/csvlist"
	"baitai/formats/sheet"
	"baitai/pipeline/issue"
)

// errorColumns are the columns of the error file, Japanese first.
var errorColumns = []sheet.Column{
	{Header: "ファイル", Width: 16, Wrap: true}, {Header: "シート", Width: 10, Wrap: true}, {Header: "行", Kind: sheet.Number, Width: 7},
	{Header: "列", Kind: sheet.Number}, {Header: "セル", Width: 6}, {Header: "見出し", Width: 14, Wrap: true}, {Header: "符号"},
	{Header: "内容", Width: 28, Wrap: true}, {Header: "直し方", Width: 28, Wrap: true},
	{Header: "what is wrong", Width: 28, Wrap: true}, {Header: "what to do", Width: 28, Wrap: true},
}

// errorSheet is the sheet of places of an error file, errorCounts that of counts.
const (
	errorSheet  = "不備一覧"
	errorCounts = "集計"
)

// WriteErrors writes the error file (不備一覧) as a CSV: every place, in both
// languages, never the content of a cell. counts holds all faults; where there
// are more than places names, a closing line says how many of each code.
func WriteErrors(w io.Writer, places issue.List, counts map[issue.Code]int64) error {
	out := csvlist.NewWriter(w, csvlist.WriteOptions{Charset: charset.UTF8BOM})
	head := make([]string, len(errorColumns))
	for i, c := range errorColumns {
		head[i] = c.Header
	}
	if err := out.Write(head); err != nil {
		return err
	}
	for line := range errorLines(places, counts) {
		for c := range line {
			line[c] = harmless(line[c])
		}
		if err := out.Write(line); err != nil {
			return err
		}
	}
	return out.Close()
}

// WriteErrorBook writes the error file as a workbook: the same lines, and a sheet
// with the counts of each code. tmp is a private folder on tmpfs.
func WriteErrorBook(w io.Writer, tmp string, places issue.List, counts map[issue.Code]int64) error {
	// Headers of the list are shown; what no workbook holds of them becomes 〓.
	book, err := sheet.NewWriter(sheet.WriterOptions{TmpDir: tmp, OnLost: func(int, int, rune) {}})
	if err != nil {
		return err
	}
	defer book.Close()
	if err := addErrorSheets(book, errorCounts, places, counts); err != nil {
		return err
	}
	_, err = book.WriteTo(w)
	return err
}

// addErrorSheets adds the sheet of places, and that of counts under its name.
func addErrorSheets(book *sheet.Writer, countsName string, places issue.List, counts map[issue.Code]int64) error {
	if err := book.AddSheet(errorSheet, errorColumns); err != nil {
		return err
	}
	for line := range errorLines(places, counts) {
		for i := range line {
			line[i] = fitting(line[i])
		}
		if err := book.Write(line); err != nil {
			return err
		}
	}
	err := book.AddPage(countsName, []sheet.Column{
		{Header: "符号"}, {Header: "件数", Kind: sheet.Count, Width: 10}, {Header: "うち一覧にある件数", Kind: sheet.Count},
		{Header: "内容", Width: 46, Wrap: true}, {Header: "what is wrong", Width: 46, Wrap: true}})
	if err != nil {
		return err
	}
	named := namedOf(places)
	var all, listed int64
	for _, code := range slices.Sorted(maps.Keys(counts)) {
		all, listed = all+counts[code], listed+named[code]
		ja, en := everyOf(code)
		err := book.Write([]string{string(code), fmt.Sprint(counts[code]), fmt.Sprint(named[code]), ja.Says, en.Says})
		if err != nil {
			return err
		}
	}
	return book.Write([]string{"計", fmt.Sprint(all), fmt.Sprint(listed), "", ""})
}

// errorLines gives the lines of an error file below its header.
func errorLines(places issue.List, counts map[issue.Code]int64) iter.Seq[[]string] {
	return func(yield func([]string) bool) {
		for _, i := range places {
			ja, en := i.In(issue.Japanese), i.In(issue.English)
			cell := ""
			if i.Pos.Sheet != "" && i.Pos.Row > 0 && i.Pos.Column > 0 {
				cell = sheet.CellName(i.Pos.Row, i.Pos.Column) // as the spreadsheet shows it
			}
			line := []string{i.Pos.File, i.Pos.Sheet, number(i.Pos.Row), number(i.Pos.Column), cell, i.Pos.Name,
				string(i.Code), ja.Says, ja.Hint, en.Says, en.Hint}
			for c := range line {
				line[c] = strings.ToValidUTF8(line[c], "〓") // a file's name may be any bytes
			}
			if !yield(line) {
				return
			}
		}
		named := namedOf(places)
		for _, code := range slices.Sorted(maps.Keys(counts)) {
			rest := counts[code] - named[code]
			if rest <= 0 {
				continue
			}
			ja, en := everyOf(code)
			n := strconv.FormatInt(rest, 10)
			if !yield([]string{"", "", "", "", "", "", string(code), "ほかに " + n + " 件: " + ja.Says, ja.Hint, n + " more: " + en.Says, en.Hint}) {
				return
			}
		}
	}
}

// namedOf counts the places by code.
func namedOf(places issue.List) map[issue.Code]int64 {
	named := make(map[issue.Code]int64)
	for _, i := range places {
		named[i.Code]++
	}
	return named
}

// everyOf gives the sentences of a code for no place in particular: each place has
// its own arguments.
func everyOf(code issue.Code) (ja, en issue.Text) {
	every := issue.New(code, issue.Pos{}, "…", "…", "…")
	return every.In(issue.Japanese), every.In(issue.English)
}

func number(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}
