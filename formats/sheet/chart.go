package sheet

import (
	"fmt"

	"baitai/formats"

	"github.com/xuri/excelize/v2"
)

// Bars draws a chart of the sheet that is being written, to the right of its
// columns: one bar for each row from the first below the header to the last one
// given, as long as the number in column values and named by the text in column
// names; both begin with 1. The chart refers to the cells, and changes with them.
func (w *Writer) Bars(title string, names, values, last int) error {
	if w.err == nil {
		w.err = w.bars(title, names, values, last)
	}
	return w.err
}

func (w *Writer) bars(title string, names, values, last int) error {
	p := w.tab
	if p == nil {
		return &formats.Error{Err: formats.ErrNoSheet}
	}
	if last < 2 || last > p.row || min(names, values) < 1 || max(names, values) > len(p.columns) {
		return &formats.Error{Sheet: p.name, Row: last, Err: formats.ErrFieldCount}
	}
	column := func(c int) string {
		letter := CellName(0, c)
		return fmt.Sprintf("'%s'!$%s$2:$%s$%d", p.name, letter, letter, last)
	}
	const (
		width      = 620 // pixels
		around     = 90  // title and edges
		eachBar    = 26
		noLegend   = "none"
		colour     = "4472C4"
		dark       = "404040"
		wholeCount = "#,##0"
	)
	gap, same, zero := uint(40), false, 0.0
	chart := &excelize.Chart{
		Type: excelize.Bar,
		Series: []excelize.ChartSeries{{
			Name: fmt.Sprintf("'%s'!$%s$1", p.name, CellName(0, values)), Categories: column(names), Values: column(values),
			Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{colour}},
		}},
		Title:      excelize.ChartTitle{Paragraph: []excelize.RichTextRun{{Text: title, Font: &excelize.Font{Bold: true, Size: 12, Color: dark}}}},
		Legend:     excelize.ChartLegend{Position: noLegend},
		Dimension:  excelize.ChartDimension{Width: width, Height: uint(around + eachBar*(last-1))},
		PlotArea:   excelize.ChartPlotArea{ShowVal: true, NumFmt: excelize.ChartNumFmt{CustomNumFmt: wholeCount}},
		XAxis:      excelize.ChartAxis{ReverseOrder: true, Font: excelize.Font{Color: dark, Size: 10}}, // the first row on top, as in the sheet
		YAxis:      excelize.ChartAxis{None: true, Minimum: &zero},                                     // the bars say how many
		GapWidth:   &gap,
		VaryColors: &same,
	}
	return w.file.AddChart(p.name, CellName(2, len(p.columns)+2), chart)
}
