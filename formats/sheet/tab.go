package sheet

import (
	"errors"
	"fmt"
	"math"
	"strings"

	"github.com/mattn/go-runewidth"
	"github.com/xuri/excelize/v2"
)

// A Kind is what the cells of a column are.
type Kind uint8

// What cells can be. Text is the kind of whatever came from somebody else: a
// spreadsheet shows it as it is and takes no formula, date or number from it.
const (
	Text   Kind = iota
	Number      // shown as it is: 1234, 2.5
	Count       // a number shown with its thousands set apart: 1,234
)

// A Column is a column of a sheet.
type Column struct {
	Header string
	// Width is the least width, in half-width characters. The header and the first
	// rows may ask for more.
	Width int
	Kind  Kind
	Wrap  bool // a long text goes on below, in the same cell
	Stays bool // the column stays in view, with those before it
	// Blank says that cells which are not written are text too: what somebody enters
	// there keeps its zeros.
	Blank bool
	// Entry says that cells are to be filled in, and shows where: in each row whose
	// first cell says of what.
	Entry bool
}

const (
	widthMin = 6
	widthMax = 60
	// paperMax is how wide a list may be, in half-width characters, to be printed as
	// wide as A4 across: that takes 140 of 11 points, and below 7 points nobody reads.
	paperMax = 200
	// lineHeight is the height of a line of text among several, in points. The usual font
	// takes 15; another one that stands in for it, where it is missing, takes up to 17.
	lineHeight = 17
	// measured is how many rows are held back until it is known how wide the columns
	// are: as many as several screens show.
	measured = 200
)

// Half-width characters are as wide as digits in this font, which all Japanese
// versions of the usual spreadsheets have had; rows keep their usual height with it.
const fontName = "ＭＳ Ｐゴシック"

// styles are the styles of cells, by their number in the workbook.
type styles struct {
	header, over, text, wrapped, number, count, entry int // over: the header of numbers
}

func (s *styles) make(f *excelize.File) error {
	var failed error
	style := func(st excelize.Style) int {
		id, err := f.NewStyle(&st)
		failed = errors.Join(failed, err)
		return id
	}
	failed = f.SetDefaultFont(fontName)
	const text, general, thousands = 49, 0, 3 // numbers of formats that every spreadsheet has
	header := excelize.Style{
		Font: &excelize.Font{Bold: true, Family: fontName}, NumFmt: text,
		Fill:   excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"E7E6E6"}},
		Border: []excelize.Border{{Type: "bottom", Color: "7F7F7F", Style: 1}},
	}
	right := &excelize.Alignment{Horizontal: "right", Indent: 1, Vertical: "top"} // not up to the text beside
	s.header = style(header)
	header.Alignment = right
	s.over = style(header)
	s.text = style(excelize.Style{NumFmt: text, Alignment: &excelize.Alignment{Vertical: "top"}}) // editing a cell keeps it text
	s.wrapped = style(excelize.Style{NumFmt: text, Alignment: &excelize.Alignment{WrapText: true, Vertical: "top"}})
	var box []excelize.Border
	for _, side := range []string{"left", "right", "top", "bottom"} {
		box = append(box, excelize.Border{Type: side, Color: "7F7F7F", Style: 1})
	}
	s.entry = style(excelize.Style{NumFmt: text, Alignment: &excelize.Alignment{WrapText: true, Vertical: "top"}, Border: box,
		Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"FFFBE6"}}})
	s.number = style(excelize.Style{NumFmt: general, Alignment: right})
	s.count = style(excelize.Style{NumFmt: thousands, Alignment: right})
	return failed
}

func (s *styles) of(c Column) int {
	switch {
	case c.Kind == Number:
		return s.number
	case c.Kind == Count:
		return s.count
	case c.Wrap:
		return s.wrapped
	}
	return s.text
}

// A tab is a sheet that is being written.
type tab struct {
	name    string
	columns []Column
	titles  []string
	read    bool       // it is to be read, not worked with
	row     int        // the last row that was given
	held    [][]string // rows after the header that wait until widths are known
	fitted  bool       // it is printed as wide as the paper
	choices []choice
	stream  *excelize.StreamWriter
	cells   []string
	values  []any
	written []excelize.Cell // what values point to; one row after the other is written into them
}

// stays is how many columns stay in view.
func (p *tab) stays() int {
	for i := len(p.columns); i > 0; i-- {
		if p.columns[i-1].Stays {
			return i
		}
	}
	return 0
}

// begin starts the stream, once it is known how wide the columns are, and writes
// what was held back.
func (p *tab) begin(f *excelize.File, s styles) error {
	p.fitted = p.fits()
	if err := f.SetSheetProps(p.name, &excelize.SheetPropsOptions{FitToPage: &p.fitted}); err != nil {
		return err
	}
	var err error
	if p.stream, err = f.NewStreamWriter(p.name); err != nil {
		return err
	}
	for i := range p.columns {
		if err := p.stream.SetColWidth(i+1, i+1, float64(p.width(i))); err != nil {
			return err
		}
		if p.columns[i].Blank {
			if err := p.stream.SetColStyle(i+1, i+1, s.of(p.columns[i])); err != nil {
				return err
			}
		}
	}
	stays := p.stays()
	panes := &excelize.Panes{Freeze: true, XSplit: stays, YSplit: 1, TopLeftCell: CellName(2, stays+1), ActivePane: "bottomLeft"}
	if stays > 0 {
		panes.ActivePane = "bottomRight"
	}
	if err := p.stream.SetPanes(panes); err != nil {
		return err
	}
	p.values = p.values[:0]
	for i, title := range p.titles {
		style := s.header
		if p.columns[i].Kind != Text {
			style = s.over
		}
		p.values = append(p.values, excelize.Cell{StyleID: style, Value: title})
	}
	if err := p.stream.SetRow("A1", p.values); err != nil {
		return err
	}
	for i, cells := range p.held {
		if err := p.put(s, i+2, cells); err != nil {
			return err
		}
	}
	p.held = nil
	return nil
}

// edges is what a cell needs beside its text: for its edges and, in the header, for
// the button of the filter.
const edges = 2

// width measures a column by its header and the rows that are held back.
func (p *tab) width(i int) int {
	c := p.columns[i]
	need := runewidth.StringWidth(p.titles[i])
	for _, cells := range p.held {
		if c.Wrap {
			break // the text goes on below
		}
		for line := range strings.Lines(cells[i]) {
			need = max(need, runewidth.StringWidth(strings.TrimRight(line, "\r\n")))
		}
	}
	if c.Kind != Text { // a number that does not fit is shown as ###; a third for its commas, and the space beside
		need += need/3 + 1
	}
	need = max(need, c.Width) + edges
	return min(max(need, widthMin), max(widthMax, c.Width+edges))
}

// fits reports whether the sheet is printed as wide as the paper.
func (p *tab) fits() bool {
	all := 0
	for i := range p.columns {
		all += p.width(i)
	}
	return p.read || all <= paperMax
}

// height is how many lines the longest text of a row takes where texts are wrapped.
// Not every spreadsheet finds that out by itself when it opens a workbook.
func (p *tab) height(cells []string) int {
	high := 1
	for i, c := range p.columns {
		if !c.Wrap || len(cells[i]) <= c.Width/2 {
			continue
		}
		lines, room := 0, max(c.Width, runewidth.StringWidth(p.titles[i]))
		for line := range strings.Lines(cells[i]) {
			lines += max(1, int(math.Ceil(extent(line)/float64(room))))
		}
		high = max(high, lines)
	}
	return high
}

// extent guesses how long a text is, in half-width characters: letters of Latin text
// take less than a digit on the average.
func extent(line string) float64 {
	const latin = 0.85
	all := 0.0
	for _, r := range strings.TrimRight(line, "\r\n") {
		if w := runewidth.RuneWidth(r); w == 1 {
			all += latin
		} else {
			all += float64(w)
		}
	}
	return all
}

// put hands a row to the stream.
func (p *tab) put(s styles, row int, cells []string) error {
	p.values = p.values[:0]
	if p.written == nil {
		p.written = make([]excelize.Cell, len(p.columns))
	}
	for i, text := range cells {
		style := s.of(p.columns[i])
		if p.columns[i].Entry && cells[0] != "" {
			style = s.entry
		}
		if text == "" {
			p.written[i] = excelize.Cell{StyleID: style}
			p.values = append(p.values, nil)
			if style == s.entry {
				p.values[i] = &p.written[i]
			}
			continue
		}
		var value any = text
		if p.columns[i].Kind != Text {
			var err error
			if value, err = number(text); err != nil {
				return err
			}
		}
		p.written[i] = excelize.Cell{StyleID: style, Value: value}
		p.values = append(p.values, &p.written[i])
	}
	if high := p.height(cells); high > 1 {
		const most = 409 // points; no row is higher
		return p.stream.SetRow(CellName(row, 1), p.values, excelize.RowOpts{Height: float64(min(high*lineHeight, most))})
	}
	return p.stream.SetRow(CellName(row, 1), p.values)
}

// finish writes what only is known at the end: how far the filters reach. All of it
// has to be said before the stream ends.
func (p *tab) finish(f *excelize.File) error {
	all := "A1:" + CellName(p.row, len(p.columns))
	if !p.read {
		if err := f.AutoFilter(p.name, all, nil); err != nil {
			return err
		}
	}
	// Without this, spreadsheets mark every code made of digits as a mistake.
	if err := f.AddIgnoredErrors(p.name, all, excelize.IgnoredErrorsNumberStoredAsText); err != nil {
		return err
	}
	for _, c := range p.choices {
		if err := c.add(f, p.name); err != nil {
			return err
		}
	}
	if err := p.setPrint(f); err != nil {
		return err
	}
	return p.stream.Flush()
}

// setPrint says how the sheet is printed: on A4 across, with the header and the
// columns that stay on every page, and the number of the page below.
func (p *tab) setPrint(f *excelize.File) error {
	titles := fmt.Sprintf("'%s'!$1:$1", p.name)
	if n := p.stays(); n > 0 {
		titles = fmt.Sprintf("'%s'!$A:$%s,%s", p.name, CellName(0, n), titles)
	}
	err := f.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Titles", RefersTo: titles, Scope: p.name})
	if err != nil {
		return err
	}
	const a4 = 9
	size, across, order := a4, "landscape", "overThenDown"
	o := excelize.PageLayoutOptions{Size: &size, Orientation: &across, PageOrder: &order}
	if p.fitted {
		wide, high := 1, 0 // as many pages down as it takes
		o.FitToWidth, o.FitToHeight = &wide, &high
	}
	if err := f.SetPageLayout(p.name, &o); err != nil {
		return err
	}
	return f.SetHeaderFooter(p.name, &excelize.HeaderFooterOptions{OddFooter: "&C&A  &P / &N"})
}
