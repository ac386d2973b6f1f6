package intake

import (
	"errors"
	"io"

	"baitai/formats"
	"baitai/formats/charset"
	"baitai/formats/csvlist"
	"baitai/formats/fixed"
	"baitai/pipeline"
	"baitai/pipeline/authority"
	"baitai/pipeline/issue"
	"baitai/pipeline/normal"
)

// settleLayout finds out whether request or register name a layout (様式) for lists
// without headers, and the office's own names of columns with it. A workbook is never
// read by one: a default leaves it alone, a layout that the request names refuses it. A
// text with a header line is refused: what is declared decides, and is contradicted.
func (l *List) settleLayout(pos issue.Pos) error {
	l.own = registered(l.opts.Headers)
	if l.opts.Layout == nil {
		return nil
	}
	layout, err := l.opts.Layout(l.Request)
	if err != nil || layout == nil {
		return err
	}
	if l.Kind != formats.Text {
		if l.Request.Layout != "" {
			return issue.New(issue.LayoutForBook, l.Request.Pos(authority.ItemLayout))
		}
		return nil
	}
	l.opened.layout = layout.Fixed()
	for _, c := range layout.Columns {
		l.own[normal.FoldHeader(c.Name)] = standardField(c.Item)
	}
	if at, ok := l.headerLine(); ok {
		pos.Row = at
		return issue.New(issue.HeaderLineThere, pos)
	}
	return nil
}

// standardField finds the field of a standard header; fieldNone for any other.
func standardField(header string) field {
	for f := fieldReference; f < fieldMyNumber; f++ {
		if standardHeader[f] == header {
			return f
		}
	}
	return fieldNone
}

// headerBytesMax is more than a header line of the most columns takes.
const headerBytesMax = 64 << 10

// headerLine looks whether the list begins with a header line beyond doubt, and at which
// line. Character set and separator are those of the list, not of the layout: no header
// reads as itself in another one.
func (l *List) headerLine() (row int, ok bool) {
	for _, c := range []charset.Charset{charset.UTF8, charset.CP932, charset.UTF16LE, charset.UTF16BE} {
		for _, comma := range []byte{',', '\t'} {
			head := io.NewSectionReader(l.opened.file, 0, min(l.opened.size, headerBytesMax))
			for rec, err := range csvlist.Read(charset.NewReader(head, c), csvlist.Options{Comma: comma}) {
				if err == nil && isHeader(rec.Cells, l.own, l.opened.layout) {
					return rec.Row, true
				}
				break
			}
		}
	}
	return 0, false
}

// isHeader reports whether cells are headers beyond doubt: 整理番号 and a combination of
// search keys. Where columns are told by their number, so is the header of 整理番号 in its
// place, or any two in theirs; one alone may be a person who is called カナ.
func isHeader(cells []formats.Cell, own map[string]field, layout *fixed.Layout) bool {
	c, _ := nameColumns(cells, own)
	if c.at[fieldReference] >= 0 && c.searchable() {
		return true
	}
	inPlace := 0
	for _, column := range layout.Records[fixed.Data] {
		if layout.Comma == 0 || column.Item != fixed.Cell || column.From > len(cells) {
			continue
		}
		switch f := c.of[column.From-1]; {
		case f == fieldNone || f != own[normal.FoldHeader(column.Name)]:
		case f == fieldReference:
			return true
		default:
			inPlace++
		}
	}
	return inPlace > 1
}

// number gives where the sender finds a column, from 1: what a layout has that is no
// cell counts too where columns are told by their number.
func (o *opened) number(column int) int {
	if o.layout == nil {
		return column + 1
	}
	return o.layout.Column(column)
}

// fixedRecords reads a list by its layout. Widths are bytes, so that it is not decoded
// before it is cut.
func (o *opened) fixedRecords(limits formats.Limits) formats.Records {
	return func(yield func(formats.Record, error) bool) {
		text := o.text()
		if o.charset == charset.UTF8BOM {
			if _, err := io.CopyN(io.Discard, text, int64(len("\ufeff"))); err != nil {
				yield(formats.Record{}, err)
				return
			}
		}
		ahead, stop := pipeline.ReadAhead(text)
		defer stop()
		fixed.Read(ahead, o.layout, fixed.Options{Limits: limits})(yield)
	}
}

// fixedIssue says what is wrong with a file that is read by a layout; nil for another
// error. Bytes mean nothing where columns have numbers, which the place says.
func fixedIssue(err error, pos issue.Pos) *issue.Issue {
	var e *fixed.Error
	if !errors.As(err, &e) {
		return nil
	}
	pos.Name = e.Name
	if i := fieldsIssue(e, pos); i != nil {
		return i.Because(err)
	}
	for _, known := range []struct {
		err  error
		code issue.Code
		args []any
	}{
		{fixed.ErrShort, issue.RecordShort, []any{e.Stated, e.Found}},
		{fixed.ErrLong, issue.RecordLong, []any{e.Stated}},
		{fixed.ErrLineEnd, issue.RecordLineEnd, []any{e.Byte}},
		{fixed.ErrSplit, issue.CharacterSplit, []any{e.Byte}},
		{fixed.ErrPadding, issue.BadPadding, []any{e.Byte}},
		{fixed.ErrMark, issue.RecordUnknown, []any{e.Byte}},
		{fixed.ErrNoHeader, issue.HeaderRecordMissing, nil},
		{fixed.ErrNoTrailer, issue.TrailerMissing, nil},
		{fixed.ErrOrder, issue.RecordOrder, nil},
		{fixed.ErrCount, issue.RecordCountDiffers, []any{e.Stated, e.Found}},
		{fixed.ErrFigures, issue.NoFigures, []any{e.Byte}},
		{fixed.ErrSum, issue.SumDiffers, []any{e.Found}},
		{fixed.ErrNoAddend, issue.NoAddend, nil},
	} {
		if errors.Is(e.Err, known.err) {
			return issue.New(known.code, pos, known.args...).Because(err)
		}
	}
	return nil
}

// fieldsIssue says what only can be wrong with a file of fields.
func fieldsIssue(e *fixed.Error, pos issue.Pos) *issue.Issue {
	switch {
	case !e.Fields:
		return nil
	case errors.Is(e.Err, fixed.ErrFields):
		return issue.New(issue.FieldsDiffer, pos, e.Stated, e.Found)
	case errors.Is(e.Err, fixed.ErrMark):
		return issue.New(issue.FieldRecordUnknown, pos)
	case errors.Is(e.Err, fixed.ErrPadding):
		return issue.New(issue.FieldNotEmpty, pos)
	case errors.Is(e.Err, fixed.ErrFigures):
		return issue.New(issue.FieldNoFigures, pos)
	}
	return nil
}
