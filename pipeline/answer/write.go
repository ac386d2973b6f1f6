package answer

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"baitai/formats/charset"
	"baitai/formats/csvlist"
	"baitai/formats/sheet"
	"baitai/pipeline"
	"baitai/pipeline/authority"
	"baitai/pipeline/issue"
	"baitai/pipeline/person"
	"baitai/pipeline/verdict"
)

// An Output says where the rows go.
type Output struct {
	Grant authority.Grant
	To    io.Writer // the office's result, plain; the caller seals it
	Own   io.Writer // the prefecture's own copy, plain; the caller seals it
	// Provided is called for each row that leaves with data.
	Provided func(person.ResidentCode)
	// Progress is called now and then with the rows written so far; may be nil.
	Progress func(rows int64)
	// TmpDir is a private folder on tmpfs, for workbooks only.
	TmpDir string
	// Notes are the notes of the whole list that a workbook carries as a sheet.
	Notes Notes
}

// A Summary is what was written.
type Summary struct {
	Totals    pipeline.Totals
	Lost      map[rune]int64       // characters that became 〓, with how many
	Defused   []string             // columns in which a cell got a leading '
	Issues    map[issue.Code]int64 // faults of rows by code
	BytesSeen int64
}

// Write writes a whole result and returns its summary. Rows with a fault of the
// machine end it with an error; nothing that was written may then be handed out.
func Write(rows pipeline.Rows[verdict.Hit], o Output) (Summary, error) {
	w := &writer{out: o, fields: o.Grant.Fields(), columns: Columns(o.Grant)}
	w.sum.Lost, w.sum.Issues = make(map[rune]int64), make(map[issue.Code]int64)
	w.sum.Totals.ByCode = make(map[string]int64)
	w.own = newOwnWriter(o.Own)
	table, err := w.open()
	if err != nil {
		return Summary{}, err
	}
	for row, err := range pipeline.Conserve("answer", rows) {
		if err != nil {
			table.abandon()
			return Summary{}, err
		}
		if err := w.row(table, row); err != nil {
			table.abandon()
			return Summary{}, err
		}
	}
	if err := table.finish(&w.sum); err != nil {
		return Summary{}, err
	}
	return w.sum, w.own.close()
}

type writer struct {
	out     Output
	fields  []authority.Field
	columns []string
	own     *ownWriter
	sum     Summary
}

// A table is a form of result.
type table interface {
	row(cells []string) error
	finish(*Summary) error
	abandon() // lets go of temporary files after an error
}

func (w *writer) open() (table, error) {
	switch {
	case w.out.Grant.TotalsOnly():
		return &totalsTable{to: w.out.To}, nil
	case w.out.Grant.Form() == authority.FormXLSX:
		return newBookTable(w.out, w.columns)
	}
	return newCSVTable(w.out, w.columns, &w.sum)
}

func (w *writer) row(t table, row pipeline.Row[verdict.Hit]) error {
	a := AnswerOf(row)
	if !w.out.Grant.Valid() && a.Provides() { // identity would have refused before
		return fmt.Errorf("answer: internal error: data without a grant")
	}
	w.sum.Totals.Add(row.No, string(a))
	for _, i := range row.Issues {
		w.sum.Issues[i.Code]++
	}
	if a.Provides() && row.Value.Person != nil && w.out.Provided != nil {
		w.out.Provided(row.Value.Person.Code)
	}
	if err := w.own.row(row, a); err != nil {
		return err
	}
	if w.out.Progress != nil && w.sum.Totals.Rows%1000 == 0 {
		w.out.Progress(w.sum.Totals.Rows)
	}
	return t.row(cells(row, w.fields))
}

// csvTable is a CSV with CRLF in the character set of the grant.
type csvTable struct {
	w       *csvlist.Writer
	columns []string
	lossy   bool // CP932: characters may be lost
	sum     *Summary
}

func newCSVTable(o Output, columns []string, sum *Summary) (table, error) {
	c := charset.UTF8BOM // with BOM, because that is what spreadsheets recognise
	lossy := o.Grant.Charset() == authority.CharsetCP932
	if lossy {
		c = charset.CP932
		columns = append(slices.Clone(columns), lostColumn)
	}
	t := &csvTable{w: csvlist.NewWriter(o.To, csvlist.WriteOptions{Charset: c}), columns: columns, lossy: lossy, sum: sum}
	return t, t.w.Write(columns)
}

func (t *csvTable) row(cells []string) error {
	var lost []string
	for i, s := range cells {
		safe := harmless(s)
		if safe != s && !slices.Contains(t.sum.Defused, t.columns[i]) {
			t.sum.Defused = append(t.sum.Defused, t.columns[i])
		}
		cells[i] = safe
		if !t.lossy {
			continue
		}
		kept, gone := charset.ReplaceLost(safe)
		cells[i] = kept
		for _, r := range gone {
			t.sum.Lost[r]++
			lost = append(lost, fmt.Sprintf("%s U+%04X", t.columns[i], r))
		}
	}
	if t.lossy {
		cells = append(cells, strings.Join(lost, " / "))
	}
	return t.w.Write(cells)
}

func (t *csvTable) finish(*Summary) error { return t.w.Close() }
func (t *csvTable) abandon()              {}

// bookTable is a workbook: every cell is text, so that nothing becomes a
// formula, a date or a number.
type bookTable struct {
	w  *sheet.Writer
	to io.Writer
	o  Output
}

func newBookTable(o Output, columns []string) (table, error) {
	w, err := sheet.NewWriter(sheet.WriterOptions{TmpDir: o.TmpDir})
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

func (t *bookTable) row(cells []string) error { return t.w.Write(cells) }
func (t *bookTable) abandon()                 { _ = t.w.Close() }

func (t *bookTable) finish(sum *Summary) error {
	defer t.w.Close()
	if err := t.w.AddSheet("説明", []sheet.Column{{Header: "項目", Width: 24}, {Header: "内容", Width: 80}}); err != nil {
		return err
	}
	for _, line := range t.o.Notes.Lines(*sum) {
		if err := t.w.Write(line[:]); err != nil {
			return err
		}
	}
	_, err := t.w.WriteTo(t.to)
	return err
}

// totalsTable is the result for 統計 (住基法30条の44の6第1項4号): counts, no rows.
type totalsTable struct{ to io.Writer }

func (t *totalsTable) row([]string) error { return nil }
func (t *totalsTable) abandon()           {}

func (t *totalsTable) finish(sum *Summary) error {
	w := csvlist.NewWriter(t.to, csvlist.WriteOptions{Charset: charset.UTF8BOM})
	if err := w.Write([]string{"回答区分", "名称", "件数"}); err != nil {
		return err
	}
	for _, a := range verdict.Answers() {
		if n := sum.Totals.ByCode[string(a)]; n > 0 {
			if err := w.Write([]string{string(a), a.Name(true), fmt.Sprint(n)}); err != nil {
				return err
			}
		}
	}
	return w.Close()
}
