package answer

import (
	"context"
	"fmt"
	"io"
	"slices"

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
	To    io.Writer // the office's result, plain; the caller seals it; not for WriteParts
	Own   io.Writer // the prefecture's own copy, plain; the caller seals it
	// Hash gives what is kept of a code that leaves with data, and Provided takes it;
	// never where only totals leave. Hash is called by several goroutines.
	Hash     func(person.ResidentCode) [HashSize]byte
	Provided *Provided
	// Progress is called now and then with the rows written so far; may be nil.
	Progress func(rows int64)
	// TmpDir is a private folder on tmpfs, for workbooks only.
	TmpDir string
	// Notes are the notes of the whole list that a workbook carries as a sheet.
	Notes Notes
	// PlacesMax is how many places of faulty rows the summary names; the rest is
	// counted.
	PlacesMax int
	// FaultSheets says that a workbook has those places as a sheet (不備一覧), because
	// no file goes beside it.
	FaultSheets bool
	Workers     int // goroutines that render rows; 0 means 1
	// Rows is how many there are, for Write alone: parts say it themselves. Day is
	// today, YYYYMMDD. Both are for headers and trailers of fixed length.
	Rows int64
	Day  string
}

// A Summary is what was written.
type Summary struct {
	Totals  pipeline.Totals
	Lost    map[rune]int64       // characters that became 〓, with how many
	Defused []string             // columns in which a cell got a leading '
	Issues  map[issue.Code]int64 // faults of rows by code
	Places  issue.List           // where they are, the first PlacesMax
	Grades  verdict.Tally        // of the rows that mean somebody (00, 01, 02)
}

// Write writes a whole result and returns its summary. Rows with a fault of the
// machine end it with an error; nothing that was written may then be handed out.
func Write(ctx context.Context, rows Source, o Output) (Summary, error) {
	return WriteParts(ctx, rows, o, []Part{{Number: 1, Of: 1, Rows: o.Rows}}, func(_ Part, write func(io.Writer) error) error { return write(o.To) })
}

// A writer is the one goroutine that writes.
type writer struct {
	out     Output
	columns []string
	before  pipeline.Totals // of the parts before this one
	sum     Summary         // of the part at work, but for what answers still counts
	answers [verdict.AnswerCount]int64
	codes   []verdict.Answer // by place
	rest    sheaf            // rows that are not in a part yet
	from    int              // where they begin in its text
	sheaves func() (*sheaf, error, bool)
	numbers pipeline.Numbers
}

// A table is a form of result.
type table interface {
	rows(rows []written, text []byte) error // text is what was rendered of them
	finish(*Summary) error
	abandon() // lets go of temporary files after an error
}

func (w *writer) open(r *renderer, p Part, to io.Writer) (table, error) {
	o := w.out
	o.To, o.Notes.Part = to, p
	switch {
	case o.Grant.TotalsOnly():
		return &totalsTable{to: to}, nil
	case r.keys != nil:
		return &lineTable{to}, nil
	case r.fixed != nil:
		return newFixedTable(o, p, r.fixed)
	case r.csv == nil:
		return newBookTable(o, r.columns, r.items, w.before, &w.sum)
	}
	return newCSVTable(o, r)
}

// row counts a row.
func (w *writer) row(row *written) {
	w.sum.Totals.Add(row.no, "")
	w.answers[row.answer]++
	if w.codes[row.answer].Provides() {
		w.sum.Grades.Add(row.grades)
	}
	if row.rare != nil {
		w.unusual(row.rare)
	}
	if done := w.before.Rows + w.sum.Totals.Rows; w.out.Progress != nil && done%1000 == 0 {
		w.out.Progress(done)
	}
}

// count adds to the totals how often each answer was given: a map for every row would
// cost more than all else that is counted.
func (w *writer) count() {
	for i, n := range w.answers {
		if n > 0 {
			w.sum.Totals.ByCode[string(w.codes[i])] += n
		}
	}
	clear(w.answers[:])
}

func (w *writer) unusual(u *unusual) {
	for _, i := range u.issues {
		w.sum.Issues[i.Code]++
		w.sum.Places = w.sum.Places.Keep(i, w.sum.Issues[i.Code], w.out.PlacesMax)
	}
	for _, i := range u.defused {
		if c := w.columns[i]; !slices.Contains(w.sum.Defused, c) {
			w.sum.Defused = append(w.sum.Defused, c)
		}
	}
	for _, c := range u.lost {
		w.sum.Lost[c]++
	}
}

// csvTable is a CSV with CRLF in the character set of the grant.
type csvTable struct{ to io.Writer }

func newCSVTable(o Output, r *renderer) (table, error) {
	columns := r.columns
	if r.lossy && !r.arranged() {
		columns = append(slices.Clone(columns), lostColumn)
	}
	head := r.csv.Mark()
	for i, c := range columns {
		if i > 0 {
			head = append(head, ',')
		}
		name, _, err := r.csv.Append(nil, harmless(c)) // an office's own may have any character
		if err != nil {
			return nil, err
		}
		head = append(head, name...)
	}
	_, err := o.To.Write(append(head, '\r', '\n'))
	return &csvTable{o.To}, err
}

func (t *csvTable) rows(_ []written, text []byte) error {
	_, err := t.to.Write(text)
	return err
}

func (t *csvTable) finish(*Summary) error { return nil }
func (t *csvTable) abandon()              {}

// totalsTable is the result for 統計 (住基法30条の44の6第1項4号): counts, no rows.
type totalsTable struct{ to io.Writer }

func (t *totalsTable) rows([]written, []byte) error { return nil }
func (t *totalsTable) abandon()                     {}

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
