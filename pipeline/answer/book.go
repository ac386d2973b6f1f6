package answer

import (
	"io"
	"unicode/utf16"

	"baitai/formats/sheet"
	"baitai/pipeline"
)

// The sheets of a workbook with a result, in the order of the tabs. 不備一覧 is
// there only where no file beside the result says where rows are faulty.
const (
	rowsSheet   = "照会結果"
	notesSheet  = "説明"
	countsSheet = "集計"
	legendSheet = "凡例"
	faultCounts = "不備の集計"
)

// bookTable is a workbook. Every cell of a row is text, so that nothing becomes a
// formula, a date or a number: codes keep their zeros, and dates are text on
// purpose, because a spreadsheet's date has neither an unknown month (A1) nor a day
// before 1900, and half of a column as dates would sort apart from the other half.
// As YYYY-MM-DD they sort in the order of time. Counts are numbers.
type bookTable struct {
	w       *sheet.Writer
	to      io.Writer
	o       Output
	columns []string
	items   []string        // what each column is, by its usual name
	before  pipeline.Totals // of the parts before this one
}

func newBookTable(o Output, columns, items []string, before pipeline.Totals, sum *Summary) (table, error) {
	// A 整理番号 may hold what XML cannot: it becomes 〓 and is counted, because a
	// result that could never be written would stay in work for ever.
	lost := func(_, _ int, r rune) { sum.Lost[r]++ }
	w, err := sheet.NewWriter(sheet.WriterOptions{TmpDir: o.TmpDir, OnLost: lost})
	if err != nil {
		return nil, err
	}
	cols := make([]sheet.Column, len(columns))
	for i, c := range columns {
		cols[i] = sheet.Column{Header: c, Width: columnWidth(items[i]), Stays: i == 0} // mostly 整理番号, which stays in view
	}
	if err := w.AddSheet(rowsSheet, cols); err != nil {
		_ = w.Close()
		return nil, err
	}
	return &bookTable{w: w, to: o.To, o: o, columns: columns, items: items, before: before}, nil
}

// columnWidth is the least width, in half-width characters, that shows most cells
// whole; what the first rows need is measured.
func columnWidth(item string) int {
	switch item {
	case "回答", "住所", "最終住所", "照合の根拠", "不備":
		return 44
	case "氏名", "氏名ふりがな", "整理番号":
		return 18
	}
	return 11
}

func (t *bookTable) rows(rows []written, _ []byte) error {
	for i := range rows {
		if err := t.write(rows[i].rare.cells); err != nil {
			return err
		}
	}
	return nil
}

func (t *bookTable) write(cells []string) error {
	for i, s := range cells {
		cells[i] = fitting(s)
	}
	return t.w.Write(cells)
}

// cellUnitsMax is what a cell of a workbook holds, in UTF-16 code units.
const cellUnitsMax = 32_767

// fitting cuts what no cell holds, and says so with «…». Only the 整理番号 of a row
// that is faulty for its length, a header, or a list of ignored columns, can be so long.
func fitting(s string) string {
	if len(s) <= cellUnitsMax {
		return s
	}
	units := 0
	for i, r := range s {
		if units += utf16.RuneLen(r); units >= cellUnitsMax {
			return s[:i] + "…"
		}
	}
	return s
}

func (t *bookTable) abandon() { _ = t.w.Close() }

func (t *bookTable) finish(sum *Summary) error {
	defer t.w.Close()
	if err := t.addPage(notesSheet, t.o.Notes.about(*sum), sheet.Column{Header: "項目", Width: 24}, sheet.Column{Header: "内容", Width: 80, Wrap: true}); err != nil {
		return err
	}
	if err := t.addCounts(sum.Totals); err != nil {
		return err
	}
	err := t.addPage(legendSheet, bookLegend(t.columns, t.items), sheet.Column{Header: "種類", Width: 16}, sheet.Column{Header: "表記", Width: 16},
		sheet.Column{Header: "意味", Width: 62, Wrap: true}, sheet.Column{Header: "meaning", Width: 62, Wrap: true})
	if err != nil {
		return err
	}
	if t.o.FaultSheets && len(sum.Issues) > 0 {
		if err := addErrorSheets(t.w, faultCounts, sum.Places, sum.Issues); err != nil {
			return err
		}
	}
	_, err = t.w.WriteTo(t.to)
	return err
}

// addPage adds a sheet that is read.
func (t *bookTable) addPage(name string, lines [][]string, columns ...sheet.Column) error {
	if err := t.w.AddPage(name, columns); err != nil {
		return err
	}
	for _, line := range lines {
		if err := t.write(line); err != nil {
			return err
		}
	}
	return nil
}
