package intake

import (
	"errors"
	"io"

	"baitai/formats"
	"baitai/formats/charset"
	"baitai/formats/fixed"
	"baitai/pipeline"
	"baitai/pipeline/authority"
	"baitai/pipeline/issue"
	"baitai/pipeline/normal"
)

// settleLayout finds out whether request or register name a layout of fixed length
// (様式), and the office's own names of columns with it. A workbook is never read by
// one: a default leaves it alone, a layout that the request names refuses it.
func (l *List) settleLayout() error {
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

// fixedRecords reads a list of fixed length. Widths are bytes, so that it is not
// decoded before it is cut.
func (o *opened) fixedRecords(limits formats.Limits) formats.Records {
	return func(yield func(formats.Record, error) bool) {
		start := int64(0)
		if o.charset == charset.UTF8BOM {
			start = int64(len("\ufeff"))
		}
		ahead, stop := pipeline.ReadAhead(io.NewSectionReader(o.file, start, o.size-start))
		defer stop()
		fixed.Read(ahead, o.layout, fixed.Options{Limits: limits})(yield)
	}
}

// fixedIssue says what is wrong with a file of fixed length; nil for another error.
func fixedIssue(err error, pos issue.Pos) *issue.Issue {
	var e *fixed.Error
	if !errors.As(err, &e) {
		return nil
	}
	pos.Name = e.Name
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
	} {
		if errors.Is(e.Err, known.err) {
			return issue.New(known.code, pos, known.args...).Because(err)
		}
	}
	return nil
}
