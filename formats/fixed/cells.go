package fixed

import (
	"bytes"
	"unicode/utf8"

	"baitai/formats"
	"baitai/formats/charset"
)

// data cuts a row into its cells. Their text is one piece of memory.
func (d *reader) data() (formats.Record, error) {
	d.text, d.ends, d.cells = d.text[:0], d.ends[:0], d.cells[:0]
	for i := range d.format.records[Data] {
		c := &d.format.records[Data][i]
		if c.Item == Constant {
			continue
		}
		number := 0
		if c.Item == Cell {
			number = c.at + 1
		}
		from, to, err := d.value(c, number)
		if err != nil {
			return formats.Record{}, err
		}
		if c.Item != Cell {
			continue
		}
		if n := d.limits.CellCharactersMax; to-from > n && utf8.RuneCount(d.text[from:to]) > n {
			return formats.Record{}, &formats.Error{Row: d.row, Column: number, Offset: d.start, Err: formats.ErrCellTooLong}
		}
		d.ends = append(d.ends, from, to)
	}
	text := string(d.text)
	for i := 0; i < len(d.ends); i += 2 {
		c := formats.Cell{Text: text[d.ends[i]:d.ends[i+1]], Kind: formats.CellText}
		if c.Text == "" {
			c.Kind = formats.CellBlank
		}
		d.cells = append(d.cells, c)
	}
	return formats.Record{Row: d.row, Cells: d.cells}, nil
}

// value decodes a column to the end of text, and gives where in it the value
// without its padding begins and ends.
func (d *reader) value(c *column, number int) (from, to int, err error) {
	raw := d.bytes(c)
	from = len(d.text)
	if i := bytes.IndexByte(raw, 0); i >= 0 {
		return 0, 0, &formats.Error{Row: d.row, Column: number, Offset: d.start + int64(c.From-1+i), Err: formats.ErrNUL}
	}
	if bad := d.decode(raw); bad >= 0 {
		at := c.From + bad
		if split(raw[bad:], d.format.layout.Charset) {
			return 0, 0, d.fail(Error{Byte: at, Name: c.Name, Err: ErrSplit}, number)
		}
		return 0, 0, &charset.DecodeError{Charset: d.format.layout.Charset, Offset: d.start + int64(at-1), Line: d.row}
	}
	lead, length, ok := unpadded(d.text[from:], c, len(d.format.layout.wide()))
	if !ok {
		return 0, 0, d.fail(Error{Byte: c.From, Name: c.Name, Err: ErrPadding}, number)
	}
	return from + lead, from + lead + length, nil
}

// decode appends the characters of raw to text; bad is the first byte that is none.
func (d *reader) decode(raw []byte) (bad int) {
	if d.format.layout.Charset == charset.CP932 {
		d.text, bad = charset.DecodeCP932(d.text, raw)
		return bad
	}
	if utf8.Valid(raw) {
		d.text = append(d.text, raw...)
		return -1
	}
	for {
		r, n := utf8.DecodeRune(raw[bad:])
		if r == utf8.RuneError && n <= 1 {
			return bad
		}
		bad += n
	}
}

// split reports whether what is left of a column is the beginning of a character.
func split(rest []byte, c charset.Charset) bool {
	if c == charset.CP932 {
		b := rest[0]
		return len(rest) == 1 && (b >= 0x81 && b <= 0x9f || b >= 0xe0 && b <= 0xfc)
	}
	return !utf8.FullRune(rest)
}

const wideSpace = "\u3000"

// unpadded finds the value in the text of a column: where it begins, and how long
// it is. ok is false where the column is not filled up as the layout says.
func unpadded(text []byte, c *column, wide int) (lead, length int, ok bool) {
	value := text
	switch c.Pad {
	case Space:
		value = stripped(value, " ", c.Right, len(value))
	case Wide: // what full-width spaces leave over stands outermost
		value = stripped(stripped(value, " ", c.Right, wide-1), wideSpace, c.Right, len(value))
	case Zero:
		if len(bytes.Trim(text, " ")) == 0 {
			return 0, 0, true // not stated: no digit at all
		}
	}
	if spaceAtEnd(value) || c.Item == Filler && len(value) > 0 {
		return 0, 0, false
	}
	if c.Right {
		lead = len(text) - len(value)
	}
	return lead, len(value), true
}

// stripped takes pads off one end, at most so many.
func stripped(b []byte, pad string, front bool, most int) []byte {
	for range most {
		rest, found := bytes.CutSuffix(b, []byte(pad))
		if front {
			rest, found = bytes.CutPrefix(b, []byte(pad))
		}
		if !found {
			break
		}
		b = rest
	}
	return b
}

// spaceAtEnd reports whether a value begins or ends with a space of either width,
// which no value that was filled up rightly does.
func spaceAtEnd(value []byte) bool {
	first, _ := utf8.DecodeRune(value)
	last, _ := utf8.DecodeLastRune(value)
	return first == ' ' || first == '\u3000' || last == ' ' || last == '\u3000'
}
