// Package csvlist reads and writes lists as CSV and TSV (カンマ区切り・タブ区切り),
// RFC 4180 taken strictly, on text that package charset has decoded.
//
// It hides buffers and quoting. It promises that every record has as many fields
// as the header (unless whoever reads says otherwise), that a row's number is the physical line which an editor shows,
// newlines inside quotes counted, and that a field comes out byte for byte as it
// stands between the quotes: encoding/csv turns CRLF inside quotes into LF, which
// is why this reader exists.
//
// The format: records end with CRLF, LF or CR; CRLF and LF may be mixed, CR may
// not be mixed with either. Fields are separated by commas or tabs. A field that
// begins with a quotation mark ends with the next one that is not doubled; any
// other field has no quotation mark. Spaces belong to the field. A line without
// characters is no record; such lines are tolerated at the end of the file only.
// So is one 0x1A as the very last byte, the end mark of old hosts. NUL is refused.
package csvlist

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"baitai/formats"
)

// Options say how to read. The zero value finds out the delimiter by itself.
type Options struct {
	// Comma is ',' or '\t'; 0 asks [DetectDelimiter] with the first record.
	Comma byte
	// Fields is the number of fields of every record; 0 is that of the first.
	Fields int
	// AnyFields lets records differ in their number of fields: whoever reads them knows
	// how many each of them must have.
	AnyFields bool
	// Begin is where in a list the text stands; nil where the list begins with it.
	Begin *Place
	// Limits that apply: RowsMax, ColumnsMax, CellCharactersMax.
	Limits formats.Limits
	// Summary, if not nil, is filled once the records have ended without an error.
	Summary *Summary
	// End, if not nil, is filled likewise: what stands after the text begins there.
	End *Place
}

// A Place in a list is between two texts that are read one after the other.
type Place struct {
	Summary       // of the list so far
	Bytes   int64 // of it, in UTF-8
	ends    lineEnd
}

// A Summary is what can be told of a list after its last record.
type Summary struct {
	Comma              byte
	Fields             int
	Records            int  // header included
	Lines              int  // physical lines, blank ones at the end included
	TrailingBlankLines int  // lines without characters after the last record
	NoFinalLineEnd     bool // the last record was not ended by a line end: the file may be cut
}

// Read returns the records of r, which gives UTF-8 without a byte order mark
// ([charset.NewReader]). Errors are [*formats.Error], or whatever r gave. Offset
// in them counts bytes of that UTF-8. A file without any record is
// [formats.ErrEmpty].
func Read(r io.Reader, o Options) formats.Records {
	return func(yield func(formats.Record, error) bool) {
		d := reader{src: r}
		d.begin(o)
		d.all(o, yield)
	}
}

// begin makes d a reader of what o says.
func (d *reader) begin(o Options) {
	d.comma, d.fields, d.free, d.limits, d.line = o.Comma, o.Fields, o.AnyFields, o.Limits.WithDefaults(), 1
	if b := o.Begin; b != nil {
		d.comma, d.fields, d.records, d.blank, d.ends = b.Comma, b.Fields, b.Records, b.TrailingBlankLines, b.ends
		d.line, d.offset, d.open = b.Lines+1, b.Bytes, b.NoFinalLineEnd
		if d.open {
			d.line--
		}
	}
}

// all gives the records, and sums them up.
func (d *reader) all(o Options, yield func(formats.Record, error) bool) {
	for {
		rec, err := d.next()
		if errors.Is(err, io.EOF) {
			if d.records == 0 {
				yield(formats.Record{}, &formats.Error{Err: formats.ErrEmpty})
				return
			}
			end := Place{d.summary(), d.offset + int64(d.pos), d.ends}
			if o.Summary != nil {
				*o.Summary = end.Summary
			}
			if o.End != nil {
				*o.End = end
			}
			return
		}
		if err != nil {
			yield(formats.Record{}, err)
			return
		}
		if !yield(rec, nil) {
			return
		}
	}
}

// bufferStart is the first size of the buffer; it grows to the longest record.
const bufferStart = 64 << 10

type lineEnd byte

const (
	endUnknown lineEnd = iota
	endLF              // LF or CRLF
	endCR
)

type reader struct {
	src    io.Reader
	comma  byte
	fields int
	free   bool // records may differ in their number of fields
	limits formats.Limits

	buf     []byte // read, not yet returned: buf[pos:]
	pos     int
	eof     bool
	err     error // of src, kept until what came before it is used up
	offset  int64 // in the text, of buf[0]
	line    int   // physical line of buf[pos]
	ends    lineEnd
	records int
	blank   int  // blank lines seen since the last record
	open    bool // the last record had no line end
	cells   []formats.Cell
	chunk   string // a copy of whole lines ahead, of which the cells are parts
	chunkAt int64  // in the text, of chunk[0]
	text    []byte // the unquoted fields of a record, one after the other
	at      []int  // where each of them ends in text
}

func (d *reader) summary() Summary {
	lines := d.line - 1
	if d.open {
		lines++
	}
	return Summary{d.comma, d.fields, d.records, lines, d.blank, d.open}
}

// more reads on, and reports whether there is anything new.
func (d *reader) more() bool {
	if d.eof {
		return false
	}
	if d.pos > 0 && d.pos >= len(d.buf)/2 {
		d.offset += int64(d.pos)
		d.buf = d.buf[:copy(d.buf, d.buf[d.pos:])]
		d.pos = 0
	}
	if len(d.buf) == cap(d.buf) {
		grown := make([]byte, len(d.buf), max(bufferStart, 2*cap(d.buf)))
		copy(grown, d.buf)
		d.buf = grown
	}
	for {
		n, err := d.src.Read(d.buf[len(d.buf):cap(d.buf)])
		d.buf = d.buf[:len(d.buf)+n]
		if err != nil {
			d.eof = true
			if !errors.Is(err, io.EOF) {
				d.err = err
			}
		}
		if n > 0 || err != nil {
			return n > 0
		}
	}
}

// fail makes an error at byte i of the buffer.
func (d *reader) fail(err error, line, column, i int) error {
	return &formats.Error{Row: line, Column: column, Offset: d.offset + int64(i), Err: err}
}

// next returns the next record, or io.EOF.
func (d *reader) next() (formats.Record, error) {
	if err := d.skipBlank(); err != nil {
		return formats.Record{}, err
	}
	if d.records == 0 && d.comma == 0 {
		if err := d.findDelimiter(); err != nil {
			return formats.Record{}, err
		}
	}
	if d.records >= d.limits.RowsMax {
		return formats.Record{}, d.fail(formats.ErrTooManyRows, d.line, 0, d.pos)
	}
	d.cells = d.cells[:0]
	start, offset := d.line, d.offset+int64(d.pos)
	fast, err := d.plainRecord()
	if err == nil && !fast {
		err = d.quotedRecord()
	}
	if err != nil {
		return formats.Record{}, err
	}
	if d.fields == 0 {
		d.fields = len(d.cells)
	}
	if len(d.cells) != d.fields && !d.free {
		return formats.Record{}, &formats.Error{Row: start, Offset: offset, Err: formats.ErrFieldCount}
	}
	d.records++
	return formats.Record{Row: start, Cells: d.cells}, nil
}

// skipBlank passes lines without characters. They must be followed by nothing but
// their like; before the header and between records they are faults.
func (d *reader) skipBlank() error {
	for {
		if d.pos == len(d.buf) && !d.more() {
			if d.err != nil {
				return d.err
			}
			return io.EOF
		}
		switch c := d.buf[d.pos]; {
		case c == '\n' || c == '\r':
			n, err := d.lineEnd(d.pos, 1)
			if err != nil {
				return err
			}
			d.pos += n
			d.line++
			d.blank++
		case c == 0x1a && d.pos+1 == len(d.buf) && !d.more() && d.err == nil:
			d.pos++
		case d.blank > 0:
			return d.fail(formats.ErrFieldCount, d.line-d.blank, 0, d.pos)
		default:
			return nil
		}
	}
}

// lineEnd returns the length of the line end that begins at buf[i], and holds
// that CR is not mixed with the others. column is that of the field before it.
func (d *reader) lineEnd(i, column int) (int, error) {
	n, kind := 1, endLF
	if d.buf[i] == '\r' {
		rel := i - d.pos
		if i+1 == len(d.buf) && !d.more() && d.err != nil {
			return 0, d.err // it may be half a CRLF
		}
		i = d.pos + rel
		if i+1 < len(d.buf) && d.buf[i+1] == '\n' {
			n = 2
		} else {
			kind = endCR
		}
	}
	if d.ends == endUnknown {
		d.ends = kind
	}
	if kind != d.ends {
		return 0, d.fail(formats.ErrLineEnd, d.line, column, i)
	}
	return n, nil
}

// plainRecord takes a record that ends with LF or CRLF and has neither line ends
// nor quotation marks inside its fields, which is the usual case and done with a
// few searches. It reports false, and has taken nothing, where the record is of
// another kind; quotedRecord then takes it, or says what is wrong with it.
func (d *reader) plainRecord() (bool, error) {
	line, next := d.wholeLine()
	if next == 0 || bytes.IndexByte(line, '\r') >= 0 || bytes.IndexByte(line, 0) >= 0 {
		return false, nil
	}
	quotes := bytes.IndexByte(line, '"') >= 0
	rest, last := d.copyOf(line), false
	for !last {
		at := d.pos + len(line) - len(rest)
		var cell string
		var ok bool
		if cell, rest, last, ok = d.cutField(rest, quotes); !ok {
			d.cells = d.cells[:0]
			return false, nil
		}
		if err := d.check(cell, d.line, at); err != nil {
			return false, err
		}
		d.add(cell)
	}
	d.ends = endLF
	d.pos += next
	d.line++
	return true, nil
}

// chunkBytes is how much is copied at once. Whoever keeps a cell keeps that much.
const chunkBytes = 8 << 10

// copyOf returns a copy of the line at the cursor. Lines are copied many at once:
// one piece of memory for each costs more than the rest of reading it.
func (d *reader) copyOf(line []byte) string {
	at := d.offset + int64(d.pos) - d.chunkAt
	if at < 0 || at+int64(len(line)) > int64(len(d.chunk)) {
		ahead := d.buf[d.pos:min(len(d.buf), d.pos+chunkBytes)]
		n := max(len(line), bytes.LastIndexByte(ahead, '\n'))
		d.chunk, d.chunkAt, at = string(d.buf[d.pos:d.pos+n]), d.offset+int64(d.pos), 0
	}
	return d.chunk[at : at+int64(len(line))]
}

// wholeLine returns the line at the cursor without its end, and how far the next
// one is away; 0 if there is no such line, or the file's lines end with CR.
func (d *reader) wholeLine() (line []byte, next int) {
	if d.ends == endCR {
		return nil, 0
	}
	n := bytes.IndexByte(d.buf[d.pos:], '\n')
	for n < 0 {
		seen := len(d.buf) - d.pos
		if bytes.IndexByte(d.buf[d.pos:], '"') >= 0 || seen > d.longestLine() || !d.more() {
			return nil, 0
		}
		if n = bytes.IndexByte(d.buf[d.pos+seen:], '\n'); n >= 0 {
			n += seen
		}
	}
	line = d.buf[d.pos : d.pos+n]
	if n > 0 && line[n-1] == '\r' {
		line = line[:n-1]
	}
	return line, n + 1
}

// cutField cuts the first field off a line. ok is false where the field is not a
// simple one.
func (d *reader) cutField(line string, quotes bool) (cell, rest string, last, ok bool) {
	if quotes && strings.HasPrefix(line, `"`) {
		i := strings.IndexByte(line[1:], '"') + 1
		switch {
		case i == 0:
			return "", "", false, false
		case i+1 == len(line):
			return line[1:i], "", true, true
		}
		return line[1:i], line[i+2:], false, line[i+1] == d.comma
	}
	i := strings.IndexByte(line, d.comma)
	last = i < 0
	if last {
		i = len(line)
	}
	if quotes && strings.IndexByte(line[:i], '"') >= 0 {
		return "", "", false, false
	}
	if last {
		return line, "", true, true
	}
	return line[:i], line[i+1:], false, true
}

// longestLine is how many bytes a line without quotation marks can have within
// the limits; what is longer goes to the slower path, which says where it fails.
func (d *reader) longestLine() int {
	return min(1<<20, d.limits.ColumnsMax*(d.limits.CellCharactersMax*utf8.UTFMax+1))
}

// check holds the limits for the field that is about to be added.
func (d *reader) check(cell string, line, i int) error {
	if len(d.cells) == d.limits.ColumnsMax {
		return d.fail(formats.ErrTooManyColumns, line, len(d.cells)+1, i)
	}
	if len(cell) > d.limits.CellCharactersMax && utf8.RuneCountInString(cell) > d.limits.CellCharactersMax {
		return d.fail(formats.ErrCellTooLong, line, len(d.cells)+1, i)
	}
	return nil
}

func (d *reader) add(cell string) {
	kind := formats.CellText
	if cell == "" {
		kind = formats.CellBlank
	}
	d.cells = append(d.cells, formats.Cell{Text: cell, Kind: kind})
}
