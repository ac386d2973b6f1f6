package fixed

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"

	"baitai/formats"
)

// What can be wrong with a file.
var (
	ErrShort     = errors.New("a record is too short")
	ErrLong      = errors.New("a record is too long")
	ErrLineEnd   = errors.New("not the line end of the layout")
	ErrSplit     = errors.New("a column's border cuts a character")
	ErrPadding   = errors.New("not the padding of the layout")
	ErrMark      = errors.New("a record of no kind that the layout has")
	ErrNoHeader  = errors.New("no header record")
	ErrNoTrailer = errors.New("no trailer or end record")
	ErrOrder     = errors.New("a record where its kind cannot stand")
	ErrCount     = errors.New("not as many records as are stated")
	ErrFigures   = errors.New("not a number")
	ErrSum       = errors.New("the cells of a column do not add up to what is stated")
	ErrNoAddend  = errors.New("not a number, in a column of which a sum is stated")
	ErrFields    = errors.New("not as many fields as the layout has")
)

// An Error says what is wrong at a byte, or in a field, of a record. It stands in a
// [*formats.Error], whose row is the number of the record, from 1, records of all
// kinds counted, and whose column is the number of the cell; of a file of fields they
// are the physical line and the number of the field.
type Error struct {
	Byte   int    // of fixed length: in the record, from 1; 0 if it is about the whole record
	Field  int    // of fields: its number, from 1; 0 if it is about the whole record
	Fields bool   // the file is one of fields
	Name   string // of the cell; "" otherwise
	// Stated and Found are of ErrCount; of ErrShort and ErrLong the bytes, Found where
	// they are known; of ErrFields the fields; of ErrSum, Found is the number of rows:
	// a sum may be somebody's number, where the list has one row.
	Stated, Found int64
	Err           error // one of the sentinels above
}

// Error gives the place and the reason.
func (e *Error) Error() string {
	if e.Fields {
		return fmt.Sprintf("field %d: %v", e.Field, e.Err)
	}
	return fmt.Sprintf("byte %d: %v", e.Byte, e.Err)
}

// Unwrap returns the reason.
func (e *Error) Unwrap() error { return e.Err }

// Options say how to read.
type Options struct {
	// Limits that apply: RowsMax, CellCharactersMax.
	Limits formats.Limits
}

// Read returns the records of r, which gives the bytes of the file without a byte
// order mark, by a layout that [Layout.Check] finds no fault with. The first
// record has the names of the columns, and row 0: no line of the file says them.
// Header, trailer and end records are held against the layout and not given.
// What a file states of itself can only be held against it at its end: whoever takes
// rows before has to be ready to take them back. Errors are [*formats.Error], or
// whatever r gave. One 0x1A as the very last byte, the end mark of old hosts, is passed
// over, and the last line end may be missing.
func Read(r io.Reader, l *Layout, o Options) formats.Records {
	if l.Comma != 0 {
		return readFields(r, l, o)
	}
	return func(yield func(formats.Record, error) bool) {
		d := &reader{src: bufio.NewReaderSize(r, bufferBytes), format: NewFormat(l), limits: o.Limits.WithDefaults(), rec: make([]byte, l.Bytes), tally: newTally(l)}
		for {
			rec, err := d.next()
			if errors.Is(err, errEnd) {
				return
			}
			if err == nil && !d.named {
				d.named = true
				if !yield(names(l), nil) {
					return
				}
			}
			if err == nil && rec.Cells == nil {
				continue // header, trailer or end record
			}
			if !yield(rec, err) || err != nil {
				return
			}
		}
	}
}

const bufferBytes = 64 << 10

// errEnd ends the records; io.EOF could be that of a source that is broken.
var errEnd = errors.New("fixed: no more records")

type reader struct {
	src    *bufio.Reader
	format *Format
	limits formats.Limits
	tally  *tally

	rec    []byte // the record at work
	row    int    // its number, from 1
	start  int64  // its place in the file
	offset int64  // what follows it
	named  bool

	cells []formats.Cell
	text  []byte // of all cells of the record
	ends  []int  // where each of them begins and ends in text
}

func (d *reader) fail(e Error, column int) error {
	offset := d.start
	if e.Byte > 0 {
		offset += int64(e.Byte - 1)
	}
	return &formats.Error{Row: d.row, Column: column, Offset: offset, Err: &e}
}

func names(l *Layout) formats.Record {
	var rec formats.Record
	for _, name := range l.Names() {
		rec.Cells = append(rec.Cells, formats.Cell{Text: name, Kind: formats.CellText})
	}
	return rec
}

// next takes the next record: a row, or one without cells. After the last it
// holds the file against what it states and returns errEnd.
func (d *reader) next() (formats.Record, error) {
	if err := d.take(); err != nil {
		if errors.Is(err, errEnd) {
			err = d.finish()
		}
		return formats.Record{}, err
	}
	kind, err := d.kind()
	if err != nil {
		return formats.Record{}, err
	}
	if kind != Data {
		return formats.Record{}, d.frame(kind)
	}
	if d.tally.rows >= int64(d.limits.RowsMax) { // the limit counts a line of headers
		return formats.Record{}, &formats.Error{Row: d.row, Offset: d.start, Err: formats.ErrTooManyRows}
	}
	rec, err := d.data()
	if err == nil {
		if s := d.tally.add(rec.Cells); s != nil {
			err = d.fail(Error{Byte: s.column.From, Name: s.column.Name, Err: ErrNoAddend}, s.cell+1)
		}
	}
	return rec, err
}

// take reads the bytes of the next record and its line end.
func (d *reader) take() error {
	d.row++
	d.start = d.offset
	n, ended, err := d.fill()
	if err != nil {
		return err
	}
	if ended && (n == 0 || n == 1 && d.rec[0] == endMark) {
		d.row--
		return errEnd
	}
	end := d.format.layout.End
	if i := bytes.IndexAny(d.rec[:n], "\r\n"); i >= 0 {
		if end == NoLineEnd {
			return d.fail(Error{Byte: i + 1, Err: ErrLineEnd}, 0)
		}
		return d.fail(Error{Byte: i + 1, Stated: int64(len(d.rec)), Found: int64(i), Err: ErrShort}, 0)
	}
	if ended {
		return d.fail(Error{Byte: n + 1, Stated: int64(len(d.rec)), Found: int64(n), Err: ErrShort}, 0)
	}
	d.offset += int64(n)
	return d.lineEnd(end.bytes())
}

// endMark ends a file of old hosts.
const endMark = 0x1a

// fill fills the record. A source that fails is no file that ends.
func (d *reader) fill() (n int, ended bool, err error) {
	for n < len(d.rec) {
		m, err := d.src.Read(d.rec[n:])
		n += m
		if errors.Is(err, io.EOF) && n < len(d.rec) {
			return n, true, nil
		}
		if err != nil && !errors.Is(err, io.EOF) {
			return n, false, err
		}
	}
	return n, false, nil
}

// lineEnd takes the line end that is wanted.
func (d *reader) lineEnd(want string) error {
	if want == "" {
		return nil
	}
	got, err := d.src.Peek(len(want))
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	switch {
	case string(got) == want:
		d.offset += int64(len(want))
		_, err = d.src.Discard(len(want))
		return err
	case len(got) == 0, err != nil && len(got) == 1 && got[0] == endMark:
		return nil
	case got[0] == '\r' || got[0] == '\n':
		return d.fail(Error{Byte: len(d.rec) + 1, Err: ErrLineEnd}, 0)
	}
	return d.fail(Error{Byte: len(d.rec) + 1, Stated: int64(len(d.rec)), Err: ErrLong}, 0)
}

// kind tells the kind of the record by the constants, and holds that it may stand
// here.
func (d *reader) kind() (Kind, error) {
	kind := KindCount
	for k, columns := range d.format.records {
		if columns != nil && d.marked(columns) {
			kind = Kind(k)
			break
		}
	}
	if kind == KindCount {
		return kind, d.fail(Error{Byte: d.format.layout.mark(), Err: ErrMark}, 0)
	}
	switch err := d.tally.next(kind); {
	case errors.Is(err, ErrOrder):
		return kind, d.fail(Error{Byte: d.format.layout.mark(), Err: err}, 0)
	case err != nil:
		return kind, d.fail(Error{Byte: 1, Err: err}, 0)
	}
	return kind, nil
}

func (d *reader) marked(columns []column) bool {
	for i := range columns {
		if c := &columns[i]; c.Item == Constant && !bytes.Equal(d.bytes(c), c.encoded) {
			return false
		}
	}
	return true
}

func (d *reader) bytes(c *column) []byte { return d.rec[c.From-1 : c.From-1+c.Bytes] }

// frame reads a record that is not a row.
func (d *reader) frame(kind Kind) error {
	for i := range d.format.records[kind] {
		c := &d.format.records[kind][i]
		if c.Item == Constant {
			continue
		}
		d.text = d.text[:0]
		from, to, err := d.value(c, 0)
		if err != nil {
			return err
		}
		if c.Item == Filler {
			continue
		}
		if !d.tally.state(c.Column, string(d.text[from:to]), place{d.row, d.start}) {
			return d.fail(Error{Byte: c.From, Err: ErrFigures}, 0)
		}
	}
	return nil
}

// finish holds the whole file against what it must have and what it states.
func (d *reader) finish() error {
	switch e, at := d.tally.finish(); {
	case d.tally.records == 0:
		return &formats.Error{Err: formats.ErrEmpty}
	case e == nil:
		return errEnd
	default:
		if at != (place{}) {
			d.row, d.start = at.row, at.offset
		}
		return d.fail(*e, 0)
	}
}
