package csvlist

import (
	"errors"
	"io"
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

// A Format is how fields stand in a CSV: a field is quoted where it holds a
// delimiter, a quotation mark, a line end or an end mark, or begins or ends with a
// space. It may be used by several goroutines.
type Format struct {
	charset charset.Charset
	class   [256]byteClass
	quote   bool // every field
	looks   bool // what [charset.Plain] says is true of the delimiter too
}

// NewFormat returns the format with a delimiter and one of the character sets CP932,
// UTF8 and UTF8BOM.
func NewFormat(comma byte, c charset.Charset) *Format {
	f := &Format{charset: c, looks: comma == ',' || comma < ' '}
	for _, b := range []byte{comma, '"', '\r', '\n', 0x1a} {
		f.class[b] |= classQuote
	}
	for b := range 0x80 {
		f.class[b+0x80] |= classHigh
	}
	f.class[0] |= classNUL
	return f
}

// Mark is what a file begins with: the byte order mark, or nothing.
func (f *Format) Mark() []byte {
	if f.charset == charset.UTF8BOM {
		return []byte("\xef\xbb\xbf")
	}
	return nil
}

// Append appends one field to dst, without a delimiter, and returns the characters
// that the character set lacks: 〓 is written in their place. NUL and text that is
// not UTF-8 are errors.
func (f *Format) Append(dst []byte, s string) (_ []byte, lost []rune, err error) {
	return f.append(dst, s, false)
}

func (f *Format) append(dst []byte, s string, quote bool) (_ []byte, lost []rune, err error) {
	if !quote && !f.quote && bare(f, s) {
		return f.encode(dst, s)
	}
	return f.slowly(dst, s, quote)
}

// slowly is append for a field that is quoted, or that takes more than one look.
func (f *Format) slowly(dst []byte, s string, quote bool) (_ []byte, lost []rune, err error) {
	var seen byteClass
	for i := range len(s) {
		seen |= f.class[s[i]]
	}
	if seen&classNUL != 0 {
		return dst, nil, formats.ErrNUL
	}
	quote = quote || f.quote || seen&classQuote != 0 || s != "" && (s[0] == ' ' || s[len(s)-1] == ' ')
	switch {
	case seen&classHigh == 0:
		return appendField(dst, s, quote), nil, nil
	case !utf8.ValidString(s):
		return dst, nil, charset.ErrNotUTF8
	case f.charset != charset.CP932:
		return appendField(dst, s, quote), nil, nil
	case !quote:
		return f.encode(dst, s)
	}
	code, lost := charset.AppendCP932(nil, s)
	return appendField(dst, code, quote), lost, nil
}

// bare reports whether one look tells that a field needs no quotes and is fit to be
// written, as nearly all are. Some that need none are not bare.
func bare[T string | []byte](f *Format, s T) bool {
	return len(s) == 0 || f.looks && s[0] != ' ' && s[len(s)-1] != ' ' && charset.Plain(s)
}

// Bare reports whether a text stands in a CSV of this format as it is, byte for byte.
// It may not know, and then says no.
func (f *Format) Bare(text []byte) bool {
	return f.charset != charset.CP932 && !f.quote && bare(f, text)
}

// encode appends what is not quoted.
func (f *Format) encode(dst []byte, s string) (_ []byte, lost []rune, err error) {
	if f.charset == charset.CP932 {
		dst, lost = charset.AppendCP932(dst, s)
		return dst, lost, nil
	}
	return append(dst, s...), nil, nil
}

// A Writer writes a list as CSV: records end with CRLF; fields are as [Format] has
// them, and one that is the only one of its record and empty is quoted. What [Read]
// gives for the file is what was written, 〓 apart.
//
// Whether a field means a formula to a spreadsheet is the caller's matter.
type Writer struct {
	options WriteOptions
	format  *Format
	records int
	fields  int
	out     *charset.Writer // for UTF-16, whose units are not bytes
	plain   io.Writer       // for the others: buf is what the file has
	buf     []byte
	err     error
}

// byteClass says what a byte of a field asks for, whether it is UTF-8 or CP932:
// in neither is a byte below 0x40 a part of another character.
type byteClass uint8

const (
	classQuote byteClass = 1 << iota // the field must be quoted
	classNUL
	classHigh // not ASCII
)

// writeBlock is how much is gathered before it is encoded.
const writeBlock = 64 << 10

// NewWriter returns a writer to w. Close MUST be called; it does not close w.
func NewWriter(w io.Writer, o WriteOptions) *Writer {
	if o.Comma == 0 {
		o.Comma = ','
	}
	c := &Writer{options: o, format: NewFormat(o.Comma, o.Charset), plain: w}
	c.format.quote = o.QuoteAll
	switch o.Charset {
	case charset.CP932, charset.UTF8, charset.UTF8BOM:
		c.buf = c.format.Mark()
	case charset.UTF16, charset.UTF16LE, charset.UTF16BE:
		c.out = charset.NewWriter(w, o.Charset, nil)
		c.plain = c.out
	default:
		c.err = charset.ErrUnknown
	}
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
		if err := w.field(i+1, s); err != nil {
			return w.fail(i+1, err)
		}
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

// field appends one field as the file has it.
func (w *Writer) field(column int, s string) error {
	var lost []rune
	var err error
	if w.buf, lost, err = w.format.append(w.buf, s, s == "" && w.fields == 1); err != nil {
		return err
	}
	if len(lost) > 0 && w.options.OnLost == nil {
		return charset.ErrLost
	}
	for _, r := range lost {
		w.options.OnLost(w.records, column, r)
	}
	return nil
}

func appendField[T string | []byte](dst []byte, s T, quote bool) []byte {
	if !quote {
		return append(dst, s...)
	}
	dst = append(dst, '"')
	for i := range len(s) {
		if s[i] == '"' {
			dst = append(dst, '"')
		}
		dst = append(dst, s[i])
	}
	return append(dst, '"')
}

func (w *Writer) flush() error {
	if len(w.buf) > 0 {
		_, w.err = w.plain.Write(w.buf)
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
	if w.out != nil {
		if w.err = w.out.Close(); w.err != nil {
			return w.err
		}
	}
	w.err = errClosed
	return nil
}
