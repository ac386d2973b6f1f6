package csvlist

import (
	"baitai/formats"
	"baitai/formats/charset"
	"io"
)

type Options struct {
	Comma   byte // ',' or '\t'; 0: DetectDelimiter on the first record
	Fields  int  // fields of every record; 0: as many as the first has
	Limits  formats.Limits
	Summary *Summary // filled when the records end well
}
type Summary struct {
	Comma                              byte
	Records, Lines, TrailingBlankLines int
	NoFinalLineEnd                     bool
}

func Read(r io.Reader, o Options) formats.Records { return nil }
func DetectDelimiter(head []byte) (byte, error)   { return 0, nil }

type WriteOptions struct {
	Charset  charset.Charset
	Comma    byte // 0: ','
	QuoteAll bool
	OnLost   func(row, column int, r rune) // nil: an error
}
type Writer struct{}

func NewWriter(w io.Writer, o WriteOptions) *Writer { return nil }
func (w *Writer) Write(cells []string) error        { return nil }
func (w *Writer) Close() error                      { return nil }
