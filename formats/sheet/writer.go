package sheet

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"baitai/formats"

	"github.com/xuri/excelize/v2"
)

// WriterOptions say how to write.
type WriterOptions struct {
	// TmpDir takes what is written until it is packed, in plain. It MUST be a
	// folder of mode 0700 that nobody else uses, on tmpfs; the caller makes it.
	TmpDir string
	// OnLost is told each control character that a workbook cannot hold, with the
	// sheet's row and column; 〓 is written in its place. If it is nil, such a
	// character makes Write fail with [ErrControl].
	OnLost func(row, column int, r rune)
}

// ErrControl says that a cell has a control character, which XML cannot hold.
var ErrControl = errors.New("control character")

// ErrNumber says that a cell of a column of numbers holds something else.
var ErrNumber = errors.New("not a number")

// What a sheet can hold (ECMA-376, and what spreadsheets do).
const (
	rowsMax  = 1 << 20
	unitsMax = 32767 // UTF-16 code units of a cell
	nameMax  = 31    // UTF-16 code units of a sheet's name
)

// A Writer writes a workbook: every cell is text, so that nothing in it is a
// formula or loses digits, but for columns of which the caller says that they hold
// numbers; the header is bold and stays in view. The same sheets give the same
// bytes, and nothing says who made it or when.
type Writer struct {
	options WriterOptions
	file    *excelize.File
	styles  styles
	names   []string
	tab     *tab // the sheet at work; nil before the first
	err     error
}

// NewWriter begins a workbook. Close MUST be called; it removes what TmpDir holds.
func NewWriter(o WriterOptions) (*Writer, error) {
	if info, err := os.Stat(o.TmpDir); err != nil || !info.IsDir() || info.Mode().Perm()&0o077 != 0 {
		return nil, errors.Join(errors.New("sheet: the folder for temporary files is not there or not private"), err)
	}
	w := &Writer{options: o, file: excelize.NewFile(excelize.Options{TmpDir: o.TmpDir})}
	err1 := w.styles.make(w.file)
	// A constant time: when a result was made is said by its manifest.
	const never = "1980-01-01T00:00:00Z"
	err2 := w.file.SetDocProps(&excelize.DocProperties{Creator: "baitai", LastModifiedBy: "baitai", Created: never, Modified: never})
	err3 := w.file.SetAppProps(&excelize.AppProperties{Application: "baitai"})
	if err := errors.Join(err1, err2, err3); err != nil {
		return nil, errors.Join(err, w.file.Close())
	}
	return w, nil
}

// AddSheet begins a sheet with a list to be worked with (一覧): its header has
// filters. The sheet before is finished. The name has 1 to 31 characters and none
// of : \ / ? * [ ] '.
func (w *Writer) AddSheet(name string, columns []Column) error {
	return w.add(name, columns, false)
}

// AddPage begins a sheet to be read (説明): it has no filters, and is printed as
// wide as the paper.
func (w *Writer) AddPage(name string, columns []Column) error {
	return w.add(name, columns, true)
}

func (w *Writer) add(name string, columns []Column, read bool) error {
	if w.err == nil {
		w.err = w.finishSheet()
	}
	if w.err == nil {
		w.tab, w.err = w.newTab(name, columns, read)
	}
	return w.err
}

func (w *Writer) newTab(name string, columns []Column, read bool) (*tab, error) {
	if len(columns) == 0 {
		return nil, &formats.Error{Sheet: name, Row: 1, Err: formats.ErrFieldCount}
	}
	if name == "" || len(utf16.Encode([]rune(name))) > nameMax || strings.ContainsAny(name, `:\/?*[]'`) || slices.Contains(w.names, name) {
		return nil, &formats.Error{Err: formats.ErrNoSheet}
	}
	var err error
	if len(w.names) == 0 {
		err = w.file.SetSheetName("Sheet1", name)
	} else {
		_, err = w.file.NewSheet(name)
	}
	if err != nil {
		return nil, err
	}
	w.names = append(w.names, name)
	p := &tab{name: name, columns: columns, read: read, row: 1}
	for i, c := range columns {
		title, err := w.writable(p, i+1, c.Header)
		if err != nil {
			return nil, &formats.Error{Row: 1, Column: i + 1, Err: err}
		}
		p.titles = append(p.titles, title)
	}
	return p, nil
}

// Write writes one row of as many cells as the sheet has columns. An empty cell is
// left blank.
func (w *Writer) Write(cells []string) error {
	if w.err == nil {
		w.err = w.write(cells)
	}
	return w.err
}

func (w *Writer) write(cells []string) error {
	p := w.tab
	if p == nil {
		return &formats.Error{Err: formats.ErrNoSheet}
	}
	p.row++
	if len(cells) != len(p.columns) {
		return &formats.Error{Row: p.row, Err: formats.ErrFieldCount}
	}
	if p.row > rowsMax {
		return &formats.Error{Row: p.row, Err: formats.ErrTooManyRows}
	}
	p.cells = p.cells[:0]
	for i, s := range cells {
		s, err := w.writable(p, i+1, s)
		if err == nil && s != "" && p.columns[i].Kind != Text {
			_, err = number(s)
		}
		if err != nil {
			return &formats.Error{Row: p.row, Column: i + 1, Err: err}
		}
		p.cells = append(p.cells, s)
	}
	if p.stream != nil {
		return p.put(w.styles, p.row, p.cells)
	}
	if p.held = append(p.held, slices.Clone(p.cells)); len(p.held) < measured {
		return nil
	}
	return p.begin(w.file, w.styles)
}

// number reads a cell of a column of numbers: what is written is its value.
func number(s string) (any, error) {
	if n, err := strconv.ParseInt(s, 10, 64); err == nil {
		return n, nil
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || strings.Trim(s, "-.0123456789") != "" { // Go reads more as numbers: Inf, 0x1p-2, 1_000
		return nil, ErrNumber
	}
	return f, nil
}

// writable holds what excelize would cut off or replace in silence.
func (w *Writer) writable(p *tab, column int, s string) (string, error) {
	if !utf8.ValidString(s) {
		return "", formats.ErrDamaged
	}
	if len(s) > unitsMax && len(utf16.Encode([]rune(s))) > unitsMax {
		return "", formats.ErrCellTooLong
	}
	if strings.IndexFunc(s, unwritable) < 0 {
		return s, nil
	}
	if w.options.OnLost == nil {
		return "", ErrControl
	}
	return strings.Map(func(r rune) rune {
		if unwritable(r) {
			w.options.OnLost(p.row, column, r)
			return '〓'
		}
		return r
	}, s), nil
}

func unwritable(r rune) bool {
	return r < 0x20 && r != '\t' && r != '\n' && r != '\r' || r == 0xfffe || r == 0xffff
}

func (w *Writer) finishSheet() error {
	p := w.tab
	if p == nil {
		return nil
	}
	w.tab = nil
	if p.stream == nil {
		if err := p.begin(w.file, w.styles); err != nil {
			return err
		}
	}
	return p.finish(w.file)
}

// WriteTo packs the workbook into out. It is held packed in memory meanwhile, and
// can be written once.
func (w *Writer) WriteTo(out io.Writer) (int64, error) {
	if w.err == nil {
		w.err = w.finishSheet()
	}
	if w.err == nil && len(w.names) == 0 {
		w.err = &formats.Error{Err: formats.ErrNoSheet}
	}
	if w.err != nil {
		return 0, w.err
	}
	w.file.ZipWriter = func(to io.Writer) excelize.ZipWriter { return &sortedZip{to: to} }
	n, err := w.file.WriteTo(out)
	w.err = errors.New("sheet: the workbook is written")
	return n, err
}

// Close removes what is in TmpDir.
func (w *Writer) Close() error {
	if w.err == nil {
		w.err = errors.New("sheet: the writer is closed")
	}
	return w.file.Close()
}

// Sweep removes what a writer left in dir when it was killed, and returns how many
// files that were. Call it at start, before any writer has begun.
func Sweep(dir string) (int, error) {
	names, err := filepath.Glob(filepath.Join(dir, "excelize-*"))
	if err != nil {
		return 0, err
	}
	n := 0
	for _, name := range names {
		if err := os.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return n, err
		}
		n++
	}
	return n, nil
}
