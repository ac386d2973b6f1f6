package csvlist

import (
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"baitai/formats"
	"baitai/formats/charset"
)

// WriteOptions say how to write.
type WriteOptions struct {
	Charset  charset.Charset // of the file; "" is an error, since nothing is guessed
	Comma    byte            // ',' or '\t'; 0 is ','
	QuoteAll bool            // quote every field, as some hosts want it
	// OnLost is told each character that Charset lacks, with the record and the
	// field, from 1, in which it stands; 〓 is written in its place. If it is nil,
	// such a character makes Write fail with [charset.ErrLost].
	OnLost func(record, column int, r rune)
}

// A Writer writes a list as CSV: records end with CRLF; a field is quoted where it
// holds a delimiter, a quotation mark, a line end or an end mark, begins or ends
// with a space, or is the only one of its record and empty. What [Read] gives for
// the file is what was written, 〓 apart.
//
// Whether a field means a formula to a spreadsheet is the caller's matter.
type Writer struct {
	options WriteOptions
	special string
	records int
	fields  int
	buf     []byte
	out     *charset.Writer
	err     error
}

// writeBlock is how much is gathered before it is encoded.
const writeBlock = 64 << 10

// NewWriter returns a writer to w. Close MUST be called; it does not close w.
func NewWriter(w io.Writer, o WriteOptions) *Writer {
	if o.Comma == 0 {
		o.Comma = ','
	}
	c := &Writer{options: o, special: string(rune(o.Comma)) + "\"\r\n\x1a"}
	c.out = charset.NewWriter(w, o.Charset, nil)
	if o.Comma != ',' && o.Comma != '\t' {
		c.err = formats.ErrDelimiter
	}
	return c
}

// Write writes one record. Every record MUST have as many cells as the first;
// NUL and text that is not UTF-8 are errors.
func (w *Writer) Write(cells []string) error {
	if w.err != nil {
		return w.err
	}
	w.records++
	if w.records == 1 {
		w.fields = len(cells)
	}
	if len(cells) != w.fields || len(cells) == 0 {
		return w.fail(0, formats.ErrFieldCount)
	}
	for i, s := range cells {
		if i > 0 {
			w.buf = append(w.buf, w.options.Comma)
		}
		if strings.IndexByte(s, 0) >= 0 {
			return w.fail(i+1, formats.ErrNUL)
		}
		if !utf8.ValidString(s) {
			return w.fail(i+1, charset.ErrNotUTF8)
		}
		s, err := w.writable(i+1, s)
		if err != nil {
			return w.fail(i+1, err)
		}
		w.field(s)
	}
	w.buf = append(w.buf, '\r', '\n')
	if len(w.buf) >= writeBlock {
		return w.flush()
	}
	return nil
}

func (w *Writer) fail(column int, err error) error {
	w.err = &formats.Error{Row: w.records, Column: column, Err: err}
	return w.err
}

// writable replaces what the character set lacks.
func (w *Writer) writable(column int, s string) (string, error) {
	if w.options.Charset != charset.CP932 || allEncodable(s) {
		return s, nil
	}
	out, lost := charset.ReplaceLost(s)
	if len(lost) > 0 && w.options.OnLost == nil {
		return "", charset.ErrLost
	}
	for _, r := range lost {
		w.options.OnLost(w.records, column, r)
	}
	return out, nil
}

func allEncodable(s string) bool {
	for _, r := range s {
		if !charset.Encodable(r) {
			return false
		}
	}
	return true
}

func (w *Writer) field(s string) {
	if !w.options.QuoteAll && !w.needsQuotes(s) {
		w.buf = append(w.buf, s...)
		return
	}
	w.buf = append(w.buf, '"')
	for {
		i := strings.IndexByte(s, '"')
		if i < 0 {
			break
		}
		w.buf = append(append(w.buf, s[:i+1]...), '"')
		s = s[i+1:]
	}
	w.buf = append(append(w.buf, s...), '"')
}

func (w *Writer) needsQuotes(s string) bool {
	if s == "" {
		return w.fields == 1
	}
	return s[0] == ' ' || s[len(s)-1] == ' ' || strings.ContainsAny(s, w.special)
}

func (w *Writer) flush() error {
	if len(w.buf) > 0 {
		_, w.err = w.out.Write(w.buf)
		w.buf = w.buf[:0]
	}
	return w.err
}

var errClosed = errors.New("csvlist: the writer is closed")

// Close writes what is left.
func (w *Writer) Close() error {
	if w.err != nil {
		return w.err
	}
	if err := w.flush(); err != nil {
		return err
	}
	if w.err = w.out.Close(); w.err != nil {
		return w.err
	}
	w.err = errClosed
	return nil
}
