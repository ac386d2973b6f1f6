package answer

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"baitai/formats/charset"
	"baitai/formats/csvlist"
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
	// Provided is called for each row that leaves with data; never where only
	// totals leave.
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
	Totals  pipeline.Totals
	Lost    map[rune]int64       // characters that became 〓, with how many
	Defused []string             // columns in which a cell got a leading '
	Issues  map[issue.Code]int64 // faults of rows by code
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
		return newBookTable(w.out, w.columns, &w.sum)
	}
	return newCSVTable(w.out, w.columns, &w.sum)
}

func (w *writer) row(t table, row pipeline.Row[verdict.Hit]) error {
	a := AnswerOf(row)
	if a.Provides() && !w.out.Grant.Valid() { // identity would have refused before
		return errors.New("answer: internal error: data without a grant")
	}
	if a.Provides() && row.Value.Person == nil {
		return errors.New("answer: internal error: a person is meant, but nobody is named")
	}
	w.sum.Totals.Add(row.No, string(a))
	for _, i := range row.Issues {
		w.sum.Issues[i.Code]++
	}
	if a.Provides() && w.out.Provided != nil && !w.out.Grant.TotalsOnly() {
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
