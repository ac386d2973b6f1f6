package sheet

import (
	"bytes"
	"errors"
	"slices"
	"strconv"

	"baitai/formats"
)

// Rows reads a sheet as a list. The first row that is not empty is the header and
// gives the number of columns; shorter rows are filled with blank cells, a cell
// that is not blank beyond them is ErrFieldCount. Rows without any content are
// passed over, since spreadsheets keep formatted empty ones.
//
// Hidden columns are read as others; [Book.HiddenColumns] tells which they are. A
// hidden row with something in it is ErrHiddenRow: somebody who looks at the sheet
// believes that it is not in the list, and somebody else that it is.
//
// The records end with an error at the first formula (ErrFormula), error in the
// XML (ErrDamaged) or NUL, and after the last row if the sheet has merged cells
// (ErrMergedCells, with the first place), which stand behind the rows in the file;
// [Book.Merged] tells them beforehand. Row and Column of errors are those of the
// sheet: see [CellName].
func (b *Book) Rows(sheet string) formats.Records {
	return b.read(sheet, false)
}

// Form reads a sheet as a form (依頼書): like Rows, but rows end with their last
// cell that is not blank, and merged cells are nothing unusual.
func (b *Book) Form(sheet string) formats.Records {
	return b.read(sheet, true)
}

func (b *Book) read(sheet string, form bool) formats.Records {
	return func(yield func(formats.Record, error) bool) {
		var stop errStopped
		r := &rows{book: b, sheet: sheet, form: form, yield: yield}
		err := r.run()
		if err != nil && !errors.As(err, &stop) {
			yield(formats.Record{}, named(err, sheet))
		}
	}
}

// named puts the sheet into an error.
func named(err error, sheet string) error {
	if e, ok := errors.AsType[*formats.Error](err); ok {
		e.Sheet = sheet
		return e
	}
	return err
}

// Merged returns the place of the first merged cells of a sheet (0, 0 if there are
// none). It has to go through the whole sheet.
func (b *Book) Merged(sheet string) (row, column int, err error) {
	name, err := b.sheetPath(sheet)
	if err != nil {
		return 0, 0, named(err, sheet)
	}
	err = b.each(name, func(s *scanner) error {
		if s.kind == tokenOpen && row == 0 && string(s.name) == "mergeCell" {
			if r, c, ok := mergedPlace(s.attr("ref")); ok {
				row, column = r, c
			}
		}
		return nil
	})
	if err != nil {
		return 0, 0, named(err, sheet)
	}
	return row, column, nil
}

// mergedPlace reads «A1:B2». A range of one cell merges nothing.
func mergedPlace(ref []byte) (row, column int, ok bool) {
	from, to, found := bytes.Cut(ref, []byte(":"))
	if !found || bytes.Equal(from, to) {
		return 0, 0, false
	}
	return place(from)
}

func (b *Book) sheetPath(sheet string) (string, error) {
	for i, s := range b.sheets {
		if s.Name == sheet {
			return b.paths[i], nil
		}
	}
	return "", &formats.Error{Err: formats.ErrNoSheet}
}

// errStopped says that the caller has had enough.
type errStopped struct{}

func (errStopped) Error() string { return "stopped" }

// rows is one reading of a sheet.
type rows struct {
	book  *Book
	sheet string
	form  bool
	yield func(formats.Record, error) bool

	hidden      bool // the row is, by hand or by a filter
	row, column int  // of the cell that is being read; the last one otherwise
	lastRow     int
	width       int // of the header; 0 before it
	records     int
	cells       []formats.Cell

	kind  string // the t of the cell
	style int
	value []byte
	inV   bool
	inIS  bool
	hadV  bool // the cell has had a v
	hadIS bool
	rich  richText
	data  bool // inside sheetData
	seen  bool // sheetData, which stands once
	skip  int  // depth of an element that is left out with all that is in it; 0 for none
}

func (r *rows) run() error {
	if err := r.book.readShared(); err != nil {
		return err
	}
	name, err := r.book.sheetPath(r.sheet)
	if err != nil {
		return err
	}
	rc, err := r.book.part(name)
	if err != nil {
		return err
	}
	defer rc.Close()
	s := newScanner(rc)
	for {
		if err := s.next(); err != nil {
			return r.at(translate(err))
		}
		if s.kind == tokenEOF {
			break
		}
		if err := r.token(s); err != nil {
			return err
		}
	}
	if r.records == 0 {
		return &formats.Error{Err: formats.ErrEmpty}
	}
	return nil
}

// at adds the place to an error that has none.
func (r *rows) at(err error) error {
	if e, ok := errors.AsType[*formats.Error](err); ok && e.Row == 0 && r.data {
		e.Row = r.row
	}
	return err
}

func (r *rows) fail(err error) error {
	return &formats.Error{Row: r.row, Column: r.column, Err: err}
}

func (r *rows) token(s *scanner) error {
	if s.kind == tokenText {
		switch {
		case r.skip > 0:
		case r.inV:
			r.value = append(r.value, s.text...)
		case r.inIS:
			r.rich.take(s)
		}
		if len(r.value) > textBytesMax || len(r.rich.text) > textBytesMax {
			return r.fail(formats.ErrCellTooLong)
		}
		return nil
	}
	switch depth := s.depth(); {
	case r.skip > 0:
		if s.kind == tokenEnd && depth == r.skip {
			r.skip = 0
		}
	case r.data:
		return r.inData(s, depth)
	case s.foreign || depth > 1 && string(s.name) == "extLst":
		r.pass(s, depth)
	case s.kind != tokenOpen:
	case string(s.name) == "sheetData":
		if r.seen || depth != dataDepth {
			return damaged()
		}
		r.data, r.seen = true, true
	case string(s.name) == "mergeCell":
		if row, column, ok := mergedPlace(s.attr("ref")); ok && !r.form {
			r.row, r.column = row, column
			return r.fail(formats.ErrMergedCells)
		}
	}
	return nil
}

// pass leaves out an element with all that is in it.
func (r *rows) pass(s *scanner, depth int) {
	if s.kind == tokenOpen {
		r.skip = depth
	}
}

// dataDepth is how deep the data of a sheet lie; rows are in them, cells in rows, and
// what cells hold in cells. Nothing is taken for one of them anywhere else.
const dataDepth = 2

// inData takes what stands in the data of the sheet, where each has its depth.
func (r *rows) inData(s *scanner, depth int) error {
	opens, name := s.kind == tokenOpen, string(s.name)
	switch level := depth - dataDepth; {
	case s.foreign:
	case level == 0:
		r.data = opens
		return nil
	case level > 1 && name == "extLst":
		r.pass(s, depth)
		return nil
	case level == 1 && name == "row" && opens:
		return r.beginRow(s)
	case level == 1 && name == "row":
		return r.endRow()
	case level == 2 && name == "c" && opens:
		return r.beginCell(s)
	case level == 2 && name == "c":
		return r.endCell()
	case level == 3 && name == "v" && !(opens && r.hadV):
		r.inV, r.hadV = opens, true
		return nil
	case level == 3 && name == "is" && !(opens && r.hadIS):
		r.inIS, r.hadIS = opens, true
		return nil
	case level == 3 && name == "f":
		return r.fail(formats.ErrFormula)
	case level > 3 && r.inIS:
		r.rich.take(s)
		return nil
	}
	return r.at(damaged())
}

func (r *rows) beginRow(s *scanner) error {
	r.row, r.column = r.lastRow+1, 0
	r.cells = r.cells[:0]
	if v := s.attr("r"); v != nil {
		n, err := strconv.Atoi(string(v))
		if err != nil || n <= r.lastRow || n > 1<<20 {
			return r.at(damaged()) // rows out of order: readers would differ
		}
		r.row = n
	}
	r.lastRow, r.hidden = r.row, isTrue(s.attr("hidden")) || isZero(s.attr("ht"))
	return nil
}

// isTrue reads xsd:boolean.
func isTrue(b []byte) bool { return string(b) == "1" || string(b) == "true" }

// endRow hands the row on unless it is empty.
func (r *rows) endRow() error {
	if len(r.cells) == 0 {
		return nil
	}
	if r.records >= r.book.limits.RowsMax {
		r.column = 0
		return r.fail(formats.ErrTooManyRows)
	}
	if !r.form {
		if r.hidden && slices.ContainsFunc(r.cells, func(c formats.Cell) bool { return c.Text != "" }) {
			r.column = 0
			return r.fail(formats.ErrHiddenRow)
		}
		if r.width == 0 {
			r.width = len(r.cells)
		}
		r.fill(r.width)
	}
	r.records++
	if !r.yield(formats.Record{Row: r.row, Cells: r.cells}, nil) {
		return errStopped{}
	}
	return nil
}
