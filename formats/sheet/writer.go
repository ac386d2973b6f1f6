package sheet

import (
	"archive/zip"
	"bytes"
	"cmp"
	"compress/flate"
	"errors"
	"hash/crc32"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"baitai/formats"

	"github.com/mattn/go-runewidth"
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

// A Column is a column of a sheet.
type Column struct {
	Header string
	Width  int // in half-width characters; 0 is the width of the header
}

// What a sheet can hold (ECMA-376, and what spreadsheets do).
const (
	rowsMax  = 1 << 20
	unitsMax = 32767 // UTF-16 code units of a cell
	nameMax  = 31    // UTF-16 code units of a sheet's name
	widthMin = 6
	widthMax = 60
)

// A Writer writes a workbook: every cell is text, so that nothing in it is a
// formula or loses digits; the header is bold, stays in view and has filters. The
// same sheets give the same bytes, and nothing says who made it or when.
type Writer struct {
	options WriterOptions
	file    *excelize.File
	header  int // style
	text    int // style
	names   []string
	stream  *excelize.StreamWriter
	columns int
	row     int
	values  []any
	err     error
}

// NewWriter begins a workbook. Close MUST be called; it removes what TmpDir holds.
func NewWriter(o WriterOptions) (*Writer, error) {
	if info, err := os.Stat(o.TmpDir); err != nil || !info.IsDir() || info.Mode().Perm()&0o077 != 0 {
		return nil, errors.Join(errors.New("sheet: the folder for temporary files is not there or not private"), err)
	}
	w := &Writer{options: o, file: excelize.NewFile(excelize.Options{TmpDir: o.TmpDir})}
	var err1, err2, err3, err4 error
	w.header, err1 = w.file.NewStyle(&excelize.Style{
		Font: &excelize.Font{Bold: true}, NumFmt: 49,
		Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"E7E6E6"}},
	})
	w.text, err2 = w.file.NewStyle(&excelize.Style{NumFmt: 49}) // «@», text: editing a cell keeps it so
	// A constant time: when a result was made is said by its manifest.
	const never = "1980-01-01T00:00:00Z"
	err3 = w.file.SetDocProps(&excelize.DocProperties{Creator: "baitai", LastModifiedBy: "baitai", Created: never, Modified: never})
	err4 = w.file.SetAppProps(&excelize.AppProperties{Application: "baitai"})
	if err := errors.Join(err1, err2, err3, err4); err != nil {
		return nil, errors.Join(err, w.file.Close())
	}
	return w, nil
}

// AddSheet begins a sheet with its header; the sheet before is finished. The name
// has 1 to 31 characters and none of : \ / ? * [ ].
func (w *Writer) AddSheet(name string, columns []Column) error {
	if w.err == nil {
		w.err = w.addSheet(name, columns)
	}
	return w.err
}

func (w *Writer) addSheet(name string, columns []Column) error {
	if err := w.finishSheet(); err != nil {
		return err
	}
	if len(columns) == 0 {
		return &formats.Error{Sheet: name, Row: 1, Err: formats.ErrFieldCount}
	}
	if name == "" || len(utf16.Encode([]rune(name))) > nameMax || strings.ContainsAny(name, `:\/?*[]`) || slices.Contains(w.names, name) {
		return &formats.Error{Err: formats.ErrNoSheet}
	}
	var err error
	if len(w.names) == 0 {
		err = w.file.SetSheetName("Sheet1", name)
	} else {
		_, err = w.file.NewSheet(name)
	}
	if err != nil {
		return err
	}
	w.names = append(w.names, name)
	w.columns, w.row = len(columns), 0
	if w.stream, err = w.file.NewStreamWriter(name); err != nil {
		return err
	}
	titles := make([]string, len(columns))
	for i, c := range columns {
		titles[i] = c.Header
		width := cmp.Or(c.Width, runewidth.StringWidth(c.Header)) + 2
		if err := w.stream.SetColWidth(i+1, i+1, float64(min(max(width, widthMin), widthMax))); err != nil {
			return err
		}
	}
	panes := &excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}
	if err := w.stream.SetPanes(panes); err != nil {
		return err
	}
	return w.write(titles, w.header)
}

// Write writes one row of as many cells as the sheet has columns. An empty cell is
// left blank.
func (w *Writer) Write(cells []string) error {
	if w.err == nil {
		w.err = w.write(cells, w.text)
	}
	return w.err
}

func (w *Writer) write(cells []string, style int) error {
	w.row++
	if w.stream == nil {
		return &formats.Error{Err: formats.ErrNoSheet}
	}
	if len(cells) != w.columns {
		return &formats.Error{Row: w.row, Err: formats.ErrFieldCount}
	}
	if w.row > rowsMax {
		return &formats.Error{Row: w.row, Err: formats.ErrTooManyRows}
	}
	w.values = w.values[:0]
	for i, s := range cells {
		s, err := w.writable(i+1, s)
		if err != nil {
			return &formats.Error{Row: w.row, Column: i + 1, Err: err}
		}
		if s == "" {
			w.values = append(w.values, nil)
			continue
		}
		w.values = append(w.values, excelize.Cell{StyleID: style, Value: s})
	}
	return w.stream.SetRow(CellName(w.row, 1), w.values)
}

// writable holds what excelize would cut off or replace in silence.
func (w *Writer) writable(column int, s string) (string, error) {
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
			w.options.OnLost(w.row, column, r)
			return '〓'
		}
		return r
	}, s), nil
}

func unwritable(r rune) bool {
	return r < 0x20 && r != '\t' && r != '\n' && r != '\r' || r == 0xfffe || r == 0xffff
}

func (w *Writer) finishSheet() error {
	if w.stream == nil {
		return nil
	}
	// The filters go with Flush; only now is it known how far they reach.
	name := w.names[len(w.names)-1]
	err := w.file.AutoFilter(name, "A1:"+CellName(w.row, w.columns), nil)
	if err == nil {
		err = w.stream.Flush()
	}
	w.stream = nil
	return err
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

// sortedZip is a container whose parts come in the order of their names, the
// content types first, as readers that look at the first bytes expect. excelize
// hands them over in the order of a map.
type sortedZip struct {
	to    io.Writer
	parts []*packedPart
}

type packedPart struct {
	name   string
	packed bytes.Buffer
	flate  *flate.Writer
	sum    uint32
	size   uint64
}

// Create begins a part.
func (z *sortedZip) Create(name string) (io.Writer, error) {
	p := &packedPart{name: name}
	var err error
	p.flate, err = flate.NewWriter(&p.packed, flate.BestSpeed) // a third of the time for a fifth more bytes
	z.parts = append(z.parts, p)
	return p, err
}

// Write packs more of the part.
func (p *packedPart) Write(b []byte) (int, error) {
	p.sum = crc32.Update(p.sum, crc32.IEEETable, b)
	p.size += uint64(len(b))
	return p.flate.Write(b)
}

// AddFS is not used by excelize for what is written here.
func (z *sortedZip) AddFS(fs.FS) error { return errors.ErrUnsupported }

// Close writes the container.
func (z *sortedZip) Close() error {
	slices.SortFunc(z.parts, func(a, b *packedPart) int {
		return cmp.Or(-cmp.Compare(a.rank(), b.rank()), cmp.Compare(a.name, b.name))
	})
	out := zip.NewWriter(z.to)
	for _, p := range z.parts {
		if err := p.flate.Close(); err != nil {
			return err
		}
		raw, err := out.CreateRaw(&zip.FileHeader{
			Name: p.name, Method: zip.Deflate, CRC32: p.sum,
			CompressedSize64: uint64(p.packed.Len()), UncompressedSize64: p.size,
		})
		if err != nil {
			return err
		}
		if _, err := p.packed.WriteTo(raw); err != nil {
			return err
		}
	}
	return out.Close()
}

func (p *packedPart) rank() int {
	if p.name == "[Content_Types].xml" {
		return 1
	}
	return 0
}
