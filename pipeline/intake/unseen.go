package intake

import (
	"baitai/formats"
	"baitai/formats/sheet"
	"baitai/pipeline/issue"
)

// unseen finds what somebody who looks at a sheet does not see of its header. A
// hidden column (非表示の列) that is looked at refuses the list: whoever reads the list
// on the screen believes that it is asked by other particulars than it is. One that
// is not used is named in the result like all of those. Merged cells are told here
// only of a header that nobody understands, where they are the likely reason;
// otherwise they come out behind the rows.
func (l *List) unseen(header formats.Record, c columns, unclear bool, pos issue.Pos) (issue.List, error) {
	if l.opened.book == nil {
		return nil, nil
	}
	hidden, err := l.opened.book.HiddenColumns(l.opened.sheet)
	if err != nil {
		return nil, err
	}
	var wrong issue.List
	for i, cell := range header.Cells {
		if c.of[i] == fieldNone || !covered(hidden, i+1) {
			continue
		}
		p := pos
		p.Row, p.Column = header.Row, i+1
		if !unclear { // else it may be no header but somebody's name
			p.Name = cell.Text
		}
		wrong = append(wrong, issue.New(issue.HiddenColumn, p))
	}
	if !unclear {
		return wrong, nil
	}
	row, column, err := l.opened.book.Merged(l.opened.sheet)
	if err != nil {
		return nil, err
	}
	if row > 0 {
		p := pos
		p.Row, p.Column = row, column
		wrong = append(wrong, issue.New(issue.MergedCells, p))
	}
	return wrong, nil
}

func covered(spans []sheet.Span, column int) bool {
	for _, s := range spans {
		if s.From <= column && column <= s.To {
			return true
		}
	}
	return false
}
