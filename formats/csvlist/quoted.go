package csvlist

import (
	"bytes"
	"unicode/utf8"

	"baitai/formats"
)

// A cursor goes through one record of the buffer. Its place is relative to
// reader.pos, so that it stays right when the buffer moves.
type cursor struct {
	i    int // bytes since the start of the record
	line int // physical line of that place
}

// quotedRecord takes any record, field by field.
func (d *reader) quotedRecord() error {
	d.text, d.at = d.text[:0], d.at[:0]
	c := cursor{line: d.line}
	for {
		if len(d.at) == d.limits.ColumnsMax {
			return d.fail(formats.ErrTooManyColumns, c.line, len(d.at)+1, d.pos+c.i)
		}
		var err error
		if d.has(c.i) && d.buf[d.pos+c.i] == '"' {
			err = d.quotedField(&c)
		} else {
			err = d.bareField(&c)
		}
		if err != nil {
			return err
		}
		d.at = append(d.at, len(d.text))
		if d.has(c.i) && d.buf[d.pos+c.i] == d.comma {
			c.i++
			continue
		}
		break
	}
	d.open = true
	if d.has(c.i) { // both kinds of field stop before a comma or a line end only
		n, err := d.lineEnd(d.pos+c.i, len(d.at))
		if err != nil {
			return err
		}
		c.i += n
		c.line++
		d.open = false
	}
	if d.err != nil && d.open {
		// The source failed inside the record: what is there is not all of it.
		return d.err
	}
	whole, from := string(d.text), 0
	for _, to := range d.at {
		d.add(whole[from:to])
		from = to
	}
	d.pos += c.i
	d.line = c.line
	return nil
}

// has reports whether there is a byte at i from the start of the record.
func (d *reader) has(i int) bool {
	for d.pos+i >= len(d.buf) {
		if !d.more() {
			return false
		}
	}
	return true
}

// bareField takes a field without quotation marks, up to what ends it.
func (d *reader) bareField(c *cursor) error {
	begin, column := len(d.text), len(d.at)+1
	for d.has(c.i) {
		rest := d.buf[d.pos+c.i:]
		n := d.bareLength(rest)
		if n == len(rest) && rest[n-1] == 0x1a {
			if d.has(c.i + n) {
				continue // look again, now that it is known what follows
			}
			if d.err == nil { // the end mark right after the last record
				d.buf = d.buf[:len(d.buf)-1]
				n--
			}
		}
		d.text = append(d.text, rest[:n]...)
		c.i += n
		if err := d.tooLong(begin, c.line, column, c.i); err != nil {
			return err
		}
		if d.pos+c.i == len(d.buf) {
			continue
		}
		switch d.buf[d.pos+c.i] {
		case '"':
			return d.fail(formats.ErrQuote, c.line, column, d.pos+c.i)
		case 0:
			return d.fail(formats.ErrNUL, c.line, column, d.pos+c.i)
		}
		return nil
	}
	return nil
}

// bareLength is the length of what may belong to a bare field.
func (d *reader) bareLength(b []byte) int {
	for i, c := range b {
		if c == d.comma || c == '\n' || c == '\r' || c == '"' || c == 0 {
			return i
		}
	}
	return len(b)
}

// quotedField takes a field in quotation marks, and leaves the cursor on the
// comma or the line end after it.
func (d *reader) quotedField(c *cursor) error {
	opened, openedAt := c.line, c.i
	begin, column := len(d.text), len(d.at)+1
	lastCR := false
	for c.i++; ; c.i++ {
		if !d.has(c.i) {
			if d.err != nil {
				return d.err
			}
			return d.fail(formats.ErrQuote, opened, column, d.pos+openedAt)
		}
		rest := d.buf[d.pos+c.i:]
		n := bytes.IndexByte(rest, '"')
		if n < 0 {
			n = len(rest)
		}
		part := rest[:n]
		if k := bytes.IndexByte(part, 0); k >= 0 {
			return d.fail(formats.ErrNUL, c.line+countLines(part[:k], &lastCR), column, d.pos+c.i+k)
		}
		c.line += countLines(part, &lastCR)
		d.text = append(d.text, part...)
		if d.tooLong(begin, opened, column, c.i) != nil {
			return d.overlong(opened, column, openedAt, c.i+n)
		}
		c.i += n
		if n == len(rest) {
			c.i--
			continue
		}
		if !d.has(c.i + 1) {
			c.i++
			return nil
		}
		switch next := d.buf[d.pos+c.i+1]; next {
		case '"':
			d.text = append(d.text, '"')
			lastCR = false
			c.i++
		case d.comma, '\n', '\r':
			c.i++
			return nil
		default:
			if next == 0x1a && d.atEnd(c.i+2) {
				d.buf = d.buf[:len(d.buf)-1]
				c.i++
				return nil
			}
			return d.fail(formats.ErrQuote, c.line, column, d.pos+c.i+1)
		}
	}
}

// atEnd reports whether the file ends cleanly before byte i of the record.
func (d *reader) atEnd(i int) bool { return !d.has(i) && d.err == nil }

// overlong tells a field that is too long from one that is never closed, which
// would swallow the rest of the file: the latter is broken quoting, and the place
// where it was opened is what the sender needs. It looks on from byte i of the
// record and keeps nothing.
func (d *reader) overlong(line, column, openedAt, i int) error {
	place := d.offset + int64(d.pos+openedAt)
	err := formats.ErrCellTooLong
	for d.pos += i; ; d.pos = len(d.buf) {
		if d.pos == len(d.buf) && !d.more() {
			err = formats.ErrQuote
			break
		}
		if bytes.IndexByte(d.buf[d.pos:], '"') >= 0 {
			break
		}
	}
	if d.err != nil {
		return d.err
	}
	return &formats.Error{Row: line, Column: column, Offset: place, Err: err}
}

func (d *reader) tooLong(begin, line, column, i int) error {
	text := d.text[begin:]
	if len(text) > d.limits.CellCharactersMax && characters(text) > d.limits.CellCharactersMax {
		return d.fail(formats.ErrCellTooLong, line, column, d.pos+i-len(text))
	}
	return nil
}

// characters counts those that begin in b: the last one may not be complete yet.
func characters(b []byte) int {
	n := 0
	for _, c := range b {
		if utf8.RuneStart(c) {
			n++
		}
	}
	return n
}

// countLines counts the line ends in a part of a quoted field. lastCR carries
// over a CR at the end of the part before.
func countLines(b []byte, lastCR *bool) int {
	if bytes.IndexByte(b, '\n') < 0 && bytes.IndexByte(b, '\r') < 0 {
		*lastCR = *lastCR && len(b) == 0
		return 0
	}
	n := 0
	for _, c := range b {
		switch {
		case c == '\r':
			n++
		case c == '\n' && !*lastCR:
			n++
		}
		*lastCR = c == '\r'
	}
	return n
}
