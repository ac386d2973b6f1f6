package sheet

import (
	"cmp"
	"errors"
	"slices"
	"strconv"
)

// A Span is a run of columns, from 1, both ends included.
type Span struct{ From, To int }

// HiddenColumns returns the columns of a sheet that nobody sees: those that are
// hidden, in a folded group too, and those of no width.
func (b *Book) HiddenColumns(sheet string) ([]Span, error) {
	name, err := b.sheetPath(sheet)
	if err != nil {
		return nil, named(err, sheet)
	}
	const last = 16_384
	var hidden, widths []Span // widths are what the columns say of themselves, in their order
	byDefault := false
	err = b.each(name, func(s *scanner) error {
		if s.kind != tokenOpen || s.depth() > 3 {
			return nil
		}
		switch string(s.name) {
		case "sheetFormatPr":
			byDefault = isZero(s.attr("defaultColWidth"))
		case "col":
			from, err1 := strconv.Atoi(string(s.attr("min")))
			to, err2 := strconv.Atoi(string(s.attr("max")))
			if err1 != nil || err2 != nil || from < 1 || to < from {
				return damaged()
			}
			widths = append(widths, Span{from, to})
			if isTrue(s.attr("hidden")) || isZero(s.attr("width")) {
				hidden = append(hidden, Span{from, to})
			}
			if len(widths) > last {
				return damaged()
			}
		case "sheetData":
			return errStopped{} // what is said of columns stands before it
		}
		return nil
	})
	var stop errStopped
	if err != nil && !errors.As(err, &stop) {
		return nil, named(err, sheet)
	}
	if byDefault { // columns that say nothing have no width
		slices.SortFunc(widths, func(x, y Span) int { return cmp.Compare(x.From, y.From) })
		next := 1
		for _, w := range widths {
			if w.From > next {
				hidden = append(hidden, Span{next, w.From - 1})
			}
			next = max(next, w.To+1)
		}
		hidden = append(hidden, Span{next, last})
	}
	return hidden, nil
}
