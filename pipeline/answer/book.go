package answer

import (
	"io"
	"unicode/utf16"

	"baitai/formats/sheet"
)

// bookTable is a workbook: every cell is text, so that nothing becomes a
// formula, a date or a number.
type bookTable struct {
	w  *sheet.Writer
	to io.Writer
	o  Output
}

func newBookTable(o Output, columns []string, sum *Summary) (table, error) {
	// A 整理番号 may hold what XML cannot: it becomes 〓 and is counted, because a
	// result that could never be written would stay in work for ever.
	lost := func(_, _ int, r rune) { sum.Lost[r]++ }
	w, err := sheet.NewWriter(sheet.WriterOptions{TmpDir: o.TmpDir, OnLost: lost})
	if err != nil {
		return nil, err
	}
	cols := make([]sheet.Column, len(columns))
	for i, c := range columns {
		cols[i] = sheet.Column{Header: c, Width: columnWidth(c)}
	}
	if err := w.AddSheet("照会結果", cols); err != nil {
		_ = w.Close()
		return nil, err
	}
	return &bookTable{w: w, to: o.To, o: o}, nil
}

// columnWidth guesses a width in half-width characters that shows most cells whole.
func columnWidth(header string) int {
	switch header {
	case "回答", "住所", "最終住所", "照合の根拠", "不備":
		return 44
	case "氏名", "氏名ふりがな", "整理番号":
		return 18
	}
	return 13
}

func (t *bookTable) row(row *rendered) error { return t.write(row.cells) }

func (t *bookTable) write(cells []string) error {
	for i, s := range cells {
		cells[i] = fitting(s)
	}
	return t.w.Write(cells)
}

// cellUnitsMax is what a cell of a workbook holds, in UTF-16 code units.
const cellUnitsMax = 32_767

// fitting cuts what no cell holds, and says so with «…». Only the 整理番号 of a row
// that is faulty for its length, or a list of ignored columns, can be so long.
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
	if err := t.w.AddSheet("説明", []sheet.Column{{Header: "項目", Width: 24}, {Header: "内容", Width: 80}}); err != nil {
		return err
	}
	for _, line := range t.o.Notes.Lines(*sum) {
		if err := t.write(line[:]); err != nil {
			return err
		}
	}
	_, err := t.w.WriteTo(t.to)
	return err
}
