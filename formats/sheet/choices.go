package sheet

import (
	"fmt"
	"strings"
	"unicode/utf16"

	"baitai/formats"

	"github.com/xuri/excelize/v2"
)

// A choice is cells of one column for which a spreadsheet offers values.
type choice struct {
	first, last, column int
	values              []string // or what stands in other cells of the column:
	from, to            int
}

// choicesMax is how long a list of choices can be in a workbook, with its commas, in
// UTF-16 code units.
const choicesMax = 255

// Choices lets a spreadsheet offer values for the cells of a column of the sheet that
// is being written, from row first to row last, and warn of any other. Values that a
// workbook cannot list (too long together, or with a comma in one) are not offered:
// then whatever is entered stands.
func (w *Writer) Choices(column, first, last int, values []string) error {
	p := w.tab
	switch {
	case w.err != nil:
	case p == nil:
		w.err = &formats.Error{Err: formats.ErrNoSheet}
	case column < 1 || column > len(p.columns) || first < 2 || last < first || last > rowsMax:
		w.err = &formats.Error{Sheet: p.name, Row: first, Column: column, Err: formats.ErrFieldCount}
	case Listable(values):
		p.choices = append(p.choices, choice{first: first, last: last, column: column, values: values})
	}
	return w.err
}

// ChoicesFrom is Choices with the values that stand in rows from to to of the same column,
// however many they are and whatever is in them.
func (w *Writer) ChoicesFrom(column, first, last, from, to int) error {
	p := w.tab
	switch {
	case w.err != nil:
	case p == nil:
		w.err = &formats.Error{Err: formats.ErrNoSheet}
	case column < 1 || column > len(p.columns) || first < 2 || last < first || last > rowsMax || from < 2 || to < from || to > rowsMax:
		w.err = &formats.Error{Sheet: p.name, Row: first, Column: column, Err: formats.ErrFieldCount}
	default:
		p.choices = append(p.choices, choice{first: first, last: last, column: column, from: from, to: to})
	}
	return w.err
}

// Listable reports whether a workbook can list these values for [Writer.Choices].
func Listable(values []string) bool {
	for _, v := range values {
		if v == "" || strings.ContainsAny(v, ",\"") {
			return false
		}
	}
	return len(values) > 0 && len(utf16.Encode([]rune(strings.Join(values, ",")))) <= choicesMax
}

func (c *choice) add(f *excelize.File, sheet string) error {
	v := excelize.NewDataValidation(true)
	v.SetSqref(CellName(c.first, c.column) + ":" + CellName(c.last, c.column))
	if c.values == nil {
		v.SetSqrefDropList(fmt.Sprintf("$%[1]s$%[2]d:$%[1]s$%[3]d", CellName(0, c.column), c.from, c.to))
	} else if err := v.SetDropList(c.values); err != nil {
		return err
	}
	v.SetError(excelize.DataValidationErrorStyleStop, "baitai", "一覧から選んでください。\nChoose from the list.")
	return f.AddDataValidation(sheet, v)
}
