package fixed

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"baitai/formats/charset"
)

// A Format writes records of a layout. It may be used by several goroutines.
type Format struct {
	layout  *Layout
	records [KindCount][]column
}

// A column is one that is ready for use.
type column struct {
	Column
	at      int    // index of a cell in its row
	encoded []byte // of a Constant: the whole column
}

// NewFormat prepares a layout that [Layout.Check] finds no fault with.
func NewFormat(l *Layout) *Format {
	f := &Format{layout: l}
	for kind, columns := range l.Records {
		cells := 0
		for _, c := range columns {
			ready := newColumn(l, c)
			if c.Item == Cell {
				ready.at = cells
				cells++
			}
			f.records[kind] = append(f.records[kind], ready)
		}
	}
	return f
}

func newColumn(l *Layout, c Column) column {
	ready := column{Column: c}
	if c.Item == Constant {
		value, lost := encode(nil, c.Value, l.Charset)
		if len(lost) == 0 && len(value) <= c.Bytes {
			ready.encoded = padded(nil, value, c, l.wide())
		}
	}
	return ready
}

// A Lost is a character that became 〓, and the cell in which it stood.
type Lost struct {
	Cell int // index
	Rune rune
}

// A TooLong says that a cell has no room in its column.
type TooLong struct{ Cell int }

// Error gives the number of the cell, from 1.
func (e *TooLong) Error() string {
	return fmt.Sprintf("fixed: cell %d is longer than its column", e.Cell+1)
}

// Append appends the data record of a row with its line end. Spaces at both ends of
// a cell are dropped, since they could not be told from padding; a character that
// the layout's character set lacks, and a control character, becomes 〓 and is
// returned. A cell that is too long is a [*TooLong], unless its column may cut it.
func (f *Format) Append(dst []byte, cells []string) (_ []byte, lost []Lost, err error) {
	for i := range f.records[Data] {
		c := &f.records[Data][i]
		if c.Item != Cell {
			dst = f.other(dst, c, Frame{})
			continue
		}
		value, gone := f.value(cells[c.at], c)
		for _, r := range gone {
			lost = append(lost, Lost{c.at, r})
		}
		if value == nil {
			return dst, lost, &TooLong{c.at}
		}
		dst = padded(dst, value, c.Column, f.layout.wide())
	}
	return append(dst, f.layout.End.bytes()...), lost, nil
}

// Column gives the column of a cell as Append writes it, with the characters that
// became 〓; nil where it has no room, and where there is no such cell.
func (f *Format) Column(cell int, s string) (column []byte, lost []rune) {
	for i := range f.records[Data] {
		c := &f.records[Data][i]
		if c.Item != Cell || c.at != cell {
			continue
		}
		value, lost := f.value(s, c)
		if value == nil {
			return nil, lost
		}
		return padded(nil, value, c.Column, f.layout.wide()), lost
	}
	return nil, nil
}

// value encodes a cell; nil where it is too long.
func (f *Format) value(s string, c *column) (value []byte, lost []rune) {
	value, lost = encode([]byte{}, strings.Trim(s, " \u3000"), f.layout.Charset)
	if len(value) <= c.Bytes {
		return value, lost
	}
	if !c.Cut {
		return nil, lost
	}
	kept := strings.TrimRight(whole(value[:c.Bytes], f.layout.Charset), " \u3000")
	value, _ = encode(value[:0], kept, f.layout.Charset)
	return value, lost
}

// whole gives bytes that may end in half a character as the text before it.
func whole(b []byte, c charset.Charset) string {
	if c == charset.CP932 {
		text, _ := charset.DecodeCP932(nil, b)
		return string(text)
	}
	for !utf8.Valid(b) {
		b = b[:len(b)-1]
	}
	return string(b)
}

// encode appends s. 〓 is what stands for a control character too, since it would
// be a line end, or nothing that can be seen.
func encode(dst []byte, s string, c charset.Charset) (_ []byte, lost []rune) {
	if strings.ContainsFunc(s, unicode.IsControl) {
		s = strings.Map(func(r rune) rune {
			if unicode.IsControl(r) {
				lost = append(lost, r)
				return charset.Geta
			}
			return r
		}, s)
	}
	if c != charset.CP932 {
		return append(dst, strings.ToValidUTF8(s, string(charset.Geta))...), lost
	}
	dst, gone := charset.AppendCP932(dst, s)
	return dst, append(lost, gone...)
}

// padded appends a value that has room, and what fills its column up.
func padded(dst, value []byte, c Column, wide []byte) []byte {
	pad := make([]byte, 0, 64)
	for room := c.Bytes - len(value); room > 0; {
		switch {
		case c.Pad == Wide && room >= len(wide):
			pad = append(pad, wide...)
			room -= len(wide)
		case c.Pad == Zero && len(value) > 0:
			pad = append(pad, '0')
			room--
		default: // an empty column of digits has spaces: 0 is a value
			pad = append(pad, ' ')
			room--
		}
	}
	if !c.Right {
		return append(append(dst, value...), pad...)
	}
	if c.Pad == Wide { // what is left over stands outermost
		n := bytes.IndexByte(pad, ' ')
		if n >= 0 {
			dst, pad = append(dst, pad[n:]...), pad[:n]
		}
	}
	return append(append(dst, pad...), value...)
}

// A Frame is what header, trailer and end record of a file say.
type Frame struct {
	Rows int64  // data records
	Day  string // YYYYMMDD
}

// Room reports whether the counts of a file with so many rows have room.
func (f *Format) Room(rows int64) bool {
	for _, columns := range f.records {
		for i := range columns {
			if n, counts := f.count(&columns[i], rows); counts && len(strconv.FormatInt(n, 10)) > columns[i].Bytes {
				return false
			}
		}
	}
	return true
}

func (f *Format) count(c *column, rows int64) (n int64, counts bool) {
	switch c.Item {
	case Count:
		return rows, true
	case CountAll:
		for kind, columns := range f.records {
			if columns != nil && Kind(kind) != Data {
				rows++
			}
		}
		return rows, true
	}
	return 0, false
}

// AppendFirst appends what stands before the data records, AppendLast what stands
// after them. [Format.Room] must hold.
func (f *Format) AppendFirst(dst []byte, frame Frame) []byte {
	return f.appendKind(dst, Header, frame)
}

// AppendLast is described at AppendFirst.
func (f *Format) AppendLast(dst []byte, frame Frame) []byte {
	return f.appendKind(f.appendKind(dst, Trailer, frame), End, frame)
}

func (f *Format) appendKind(dst []byte, kind Kind, frame Frame) []byte {
	if f.records[kind] == nil {
		return dst
	}
	for i := range f.records[kind] {
		dst = f.other(dst, &f.records[kind][i], frame)
	}
	return append(dst, f.layout.End.bytes()...)
}

// other appends a column that is no cell.
func (f *Format) other(dst []byte, c *column, frame Frame) []byte {
	var value []byte
	switch n, counts := f.count(c, frame.Rows); {
	case counts:
		value = strconv.AppendInt(nil, n, 10)
	case c.Item == Constant:
		return append(dst, c.encoded...)
	case c.Item == Day:
		value = []byte(frame.Day)
	}
	return padded(dst, value, c.Column, f.layout.wide())
}
