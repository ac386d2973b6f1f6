package sheet

import (
	"baitai/formats"
	"io"
)

type Options struct{ Limits formats.Limits } // reading writes nothing to any disk
type Book struct{}
type Sheet struct {
	Name    string
	Visible bool
}

func Open(path string, o Options) (*Book, error)                 { return nil, nil }
func OpenAt(r io.ReaderAt, size int64, o Options) (*Book, error) { return nil, nil }
func (b *Book) Sheets() []Sheet                                  { return nil }
func (b *Book) ExternalLinks() bool                              { return false }

// Rows reads a table: every row has the header's width.
func (b *Book) Rows(sheet string) formats.Records { return nil }

// Form reads a form (依頼書): merged cells and rows of any length are fine.
func (b *Book) Form(sheet string) formats.Records { return nil }
func (b *Book) Close() error                      { return nil }
func CellName(row, column int) string             { return "" }

type WriterOptions struct{ TmpDir string } // 0700, on tmpfs
type Writer struct{}

func NewWriter(o WriterOptions) (*Writer, error) { return nil, nil }

type Column struct {
	Header string
	Width  int
}

// AddSheet starts a sheet; the one before is finished.
func (w *Writer) AddSheet(name string, columns []Column) error { return nil }
func (w *Writer) Write(cells []string) error                   { return nil }
func (w *Writer) WriteTo(out io.Writer) (int64, error)         { return 0, nil }
func (w *Writer) Close() error                                 { return nil }

// Sweep removes what a killed writer left in dir.
func Sweep(dir string) (int, error) { return 0, nil }
