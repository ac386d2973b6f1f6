package fixed

import (
	"io"
	"strings"

	"baitai/formats"
	"baitai/formats/charset"
	"baitai/formats/csvlist"
)

// A fieldReader reads a file of fields: CSV or TSV without a header line.
type fieldReader struct {
	layout *Layout
	tally  *tally
	limits formats.Limits
	at     place // of the record at work
	cells  []formats.Cell
}

// readFields is [Read] for a layout of fields.
func readFields(r io.Reader, l *Layout, o Options) formats.Records {
	return func(yield func(formats.Record, error) bool) {
		f := &fieldReader{layout: l, tally: newTally(l), limits: o.Limits.WithDefaults()}
		limits := o.Limits.WithDefaults()
		limits.RowsMax += int(KindCount) // what is no row is not counted as one
		text := charset.NewReader(r, l.Charset)
		for rec, err := range csvlist.Read(text, csvlist.Options{Comma: l.Comma, AnyFields: true, Limits: limits}) {
			first := f.tally.records == 0
			if err == nil {
				rec, err = f.next(rec)
			}
			if err == nil && first && !yield(names(l), nil) {
				return
			}
			if err == nil && rec.Cells == nil {
				continue // header, trailer or end record
			}
			if !yield(rec, err) || err != nil {
				return
			}
		}
		if e, at := f.tally.finish(); e != nil {
			if at != (place{}) {
				f.at = at
			}
			yield(formats.Record{}, f.fail(*e))
		}
	}
}

func (f *fieldReader) fail(e Error) error {
	e.Fields, e.Byte = true, 0
	return &formats.Error{Row: f.at.row, Column: e.Field, Err: &e}
}

// next takes a record: a row, or one without cells.
func (f *fieldReader) next(rec formats.Record) (formats.Record, error) {
	f.at.row = rec.Row
	kind := f.kind(rec.Cells)
	if kind == KindCount {
		return formats.Record{}, f.fail(Error{Field: f.layout.mark(), Err: ErrMark})
	}
	columns := f.layout.Records[kind]
	if len(rec.Cells) != len(columns) {
		return formats.Record{}, f.fail(Error{Stated: int64(len(columns)), Found: int64(len(rec.Cells)), Err: ErrFields})
	}
	if err := f.tally.next(kind); err != nil {
		return formats.Record{}, f.fail(Error{Field: f.layout.mark(), Err: err})
	}
	if f.tally.rows >= int64(f.limits.RowsMax) { // the limit counts a line of headers
		return formats.Record{}, &formats.Error{Row: rec.Row, Err: formats.ErrTooManyRows}
	}
	f.cells = f.cells[:0]
	for i, c := range columns {
		text := rec.Cells[i].Text
		switch {
		case c.Item == Constant:
		case c.Item == Cell:
			f.cells = append(f.cells, rec.Cells[i])
		case c.Item == Filler:
			if strings.Trim(text, " \u3000") != "" {
				return formats.Record{}, f.fail(Error{Field: c.From, Err: ErrPadding})
			}
		case !f.tally.state(c, strings.Trim(text, " "), f.at):
			return formats.Record{}, f.fail(Error{Field: c.From, Err: ErrFigures})
		}
	}
	if kind != Data {
		return formats.Record{}, nil
	}
	if s := f.tally.add(f.cells); s != nil {
		return formats.Record{}, f.fail(Error{Field: s.column.From, Name: s.column.Name, Err: ErrNoAddend})
	}
	return formats.Record{Row: rec.Row, Cells: f.cells}, nil
}

// kind tells the kind of a record by the constants; KindCount if it is of none.
func (f *fieldReader) kind(cells []formats.Cell) Kind {
	for k, columns := range f.layout.Records {
		if columns != nil && markedFields(cells, columns) {
			return Kind(k)
		}
	}
	return KindCount
}

func markedFields(cells []formats.Cell, columns []Column) bool {
	for _, c := range columns {
		if c.Item == Constant && (c.From > len(cells) || cells[c.From-1].Text != c.Value) {
			return false
		}
	}
	return true
}
