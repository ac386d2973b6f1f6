package identity

import (
	"context"
	"iter"
	"strings"
	"sync"

	"baitai/formats"
	"baitai/pipeline"
	"baitai/pipeline/issue"
)

// Headers returns the seventeen headers of an extract (spec §2.1), in the order
// in which this program writes them.
func Headers() []string {
	hs := make([]string, len(columns()))
	for i, c := range columns() {
		hs[i] = c.header
	}
	return hs
}

// ReadExtract reads an extract: its first record must be the seventeen headers,
// in any order and nothing else. Rows of blank cells are passed over. name is
// the base name of the file, for positions. Rows are looked at by so many workers.
//
// What is wrong with a row is in the row. The stream ends with an error, an
// [*issue.Issue] (F117, F118, F140) or what records gave, where the whole
// extract is refused: a 個人番号 must never come in (番号法20条: nobody collects or
// keeps one without a ground of 19条).
func ReadExtract(ctx context.Context, records formats.Records, name string, workers int) iter.Seq2[Extracted, error] {
	return func(yield func(Extracted, error) bool) {
		x := &extract{file: name}
		stage := pipeline.EachN(max(workers, 1), 1, func(row pipeline.Row[*sheaf]) (looked, issue.List) { return x.look(row.Value), nil })
		for row, err := range stage(ctx, x.sheaves(records)) {
			for _, e := range row.Value.rows {
				if !yield(e, nil) {
					return
				}
			}
			if err == nil {
				err = row.Value.err
			}
			if err != nil {
				yield(Extracted{}, err)
				return
			}
		}
	}
}

// sheafRows is how many records a worker is handed at once.
const sheafRows = 256

// A sheaf is some records, to be looked at by one worker.
type sheaf struct {
	rows  []int // line of each
	ends  []int // of their cells
	cells []string
}

// looked is what was found in a sheaf; err refuses the extract after rows.
type looked struct {
	rows []Extracted
	err  error
}

// sheaves reads the headers and gives all records behind them.
func (x *extract) sheaves(records formats.Records) pipeline.Rows[*sheaf] {
	return func(yield func(pipeline.Row[*sheaf], error) bool) {
		var no int64
		s := x.sheaf()
		emit := func() bool {
			no++
			full := s
			s = x.sheaf()
			return len(full.rows) == 0 || yield(pipeline.Row[*sheaf]{No: no, Value: full}, nil)
		}
		for rec, err := range records {
			if err == nil && x.columns == nil {
				if err = x.readHeaders(rec); err == nil {
					continue
				}
			}
			if err != nil {
				_ = emit() && yield(pipeline.Row[*sheaf]{}, err)
				return
			}
			for _, c := range rec.Cells {
				s.cells = append(s.cells, c.Text)
			}
			s.rows, s.ends = append(s.rows, rec.Row), append(s.ends, len(s.cells))
			if len(s.rows) == sheafRows && !emit() {
				return
			}
		}
		emit()
	}
}

// An extract knows which column is where.
type extract struct {
	file    string
	columns []column  // in the order of the file; nil before the headers
	spent   sync.Pool // of *sheaf that were looked at
}

// sheaf is an empty one.
func (x *extract) sheaf() *sheaf {
	s, ok := x.spent.Get().(*sheaf)
	if !ok {
		return new(sheaf)
	}
	s.rows, s.ends, s.cells = s.rows[:0], s.ends[:0], s.cells[:0]
	return s
}

func (x *extract) readHeaders(header formats.Record) error {
	known := make(map[string]column)
	for _, c := range columns() {
		known[c.header] = c
	}
	pos := issue.Pos{File: x.file, Row: header.Row}
	var unknown *issue.Issue
	for i, cell := range header.Cells {
		h := strings.TrimPrefix(strings.TrimSpace(cell.Text), "\ufeff")
		pos.Column = i + 1
		if isMyNumberHeader(h) {
			return issue.New(issue.MyNumberColumn, pos)
		}
		c, ok := known[h]
		if !ok && unknown == nil {
			unknown = issue.New(issue.UnknownHeaderInExtract, pos)
		}
		delete(known, h) // a second one is unknown
		x.columns = append(x.columns, c)
	}
	if unknown != nil {
		return unknown
	}
	if len(known) > 0 {
		return issue.New(issue.UnknownHeaderInExtract, issue.Pos{File: x.file, Row: header.Row})
	}
	return nil
}

func isMyNumberHeader(h string) bool {
	for _, s := range []string{"個人番号", "マイナンバー", "ﾏｲﾅﾝﾊﾞｰ"} {
		if strings.Contains(h, s) {
			return true
		}
	}
	h = strings.NewReplacer(" ", "", "_", "", "-", "").Replace(strings.ToLower(h))
	return strings.Contains(h, "mynumber") || strings.Contains(h, "individualnumber")
}
