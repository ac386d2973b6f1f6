// Package sheet reads and writes lists as workbooks (XLSX, ブック・シート).
//
// It hides ECMA-376 and the library that writes. It promises that reading puts
// nothing on any disk and holds no more of a workbook in memory than its shared
// strings; that a cell's text is what the file stores, digits of numbers
// included; that what a list must not have (formulas, merged cells, macros,
// passwords) is refused with its place; and that a damaged workbook is an error
// and never a shorter list.
//
// Reading is done here, over archive/zip: excelize's own reader ends without an
// error where the XML breaks, gives formulas for values, and leaves whole sheets
// in temporary files when it is killed. Writing is excelize's, into a folder that
// the caller keeps private and on tmpfs, and that [Sweep] clears.
package sheet

import (
	"archive/zip"
	"cmp"
	"errors"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"

	"baitai/formats"
)

// Options say how to read.
type Options struct {
	Limits formats.Limits
}

// A Sheet is one of a workbook's, in the order of the tabs.
type Sheet struct {
	Name    string
	Visible bool
}

// A Book is an open workbook. It is not safe for use by several goroutines.
type Book struct {
	file      *os.File // if Open has opened it
	limits    formats.Limits
	parts     map[string]*zip.File // by name, without a leading slash, in lower case
	sheets    []Sheet
	paths     []string // the part of each sheet
	strings   string   // the part of the shared strings, "" if there is none
	shared    *sharedStrings
	dateStyle []bool // by cell style: it shows a date
	epoch1904 bool
	external  bool
}

// Open opens the workbook at name. Errors of its content are [*formats.Error]:
// ErrMacro, ErrEncrypted, ErrBomb, ErrEntities, ErrDamaged, or [formats.ErrNotSupported] for
// another kind of file.
func Open(name string, o Options) (*Book, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err == nil {
		var b *Book
		if b, err = OpenAt(f, info.Size(), o); err == nil {
			b.file = f
			return b, nil
		}
	}
	return nil, errors.Join(err, f.Close())
}

// OpenAt opens the workbook in the size bytes of r, which must last as long as
// the book. The directory of the container is judged before anything is unpacked.
func OpenAt(r io.ReaderAt, size int64, o Options) (*Book, error) {
	kind, err := formats.DetectAt(r, size)
	if err != nil {
		return nil, err
	}
	switch kind {
	case formats.XLSX, formats.Zip:
	case formats.XLSM:
		return nil, &formats.Error{Err: formats.ErrMacro}
	case formats.EncryptedOffice:
		return nil, &formats.Error{Err: formats.ErrEncrypted}
	case formats.Empty:
		return nil, &formats.Error{Err: formats.ErrEmpty}
	default:
		return nil, &formats.Error{Err: formats.ErrNotSupported{Kind: kind}}
	}
	z, err := zip.NewReader(io.NewSectionReader(r, 0, size), size) // not before it, whatever a container says
	if err != nil {
		return nil, translate(err)
	}
	b := &Book{limits: o.Limits.WithDefaults(), parts: make(map[string]*zip.File)}
	if err := b.judge(z, size); err != nil {
		return nil, err
	}
	if kind == formats.Zip {
		return nil, &formats.Error{Err: formats.ErrNotSupported{Kind: kind}}
	}
	if err := b.readWorkbook(); err != nil {
		return nil, err
	}
	return b, nil
}

func damaged() error { return &formats.Error{Err: formats.ErrDamaged} }

// judge looks at the container's directory: how many parts there are, how large
// they say they are, and whether they lie over one another, as in a bomb that
// unpacks the same bytes many times. What a part says is held when it is read.
func (b *Book) judge(z *zip.Reader, size int64) error {
	if len(z.File) > b.limits.PartsMax {
		return &formats.Error{Err: formats.ErrBomb}
	}
	type span struct{ from, to int64 }
	var spans []span
	var total, packed uint64
	for _, f := range z.File {
		if f.Flags&1 != 0 {
			return &formats.Error{Err: formats.ErrEncrypted}
		}
		if f.UncompressedSize64 > uint64(b.limits.UnpackedBytesMax) || f.CompressedSize64 > uint64(size) {
			return &formats.Error{Err: formats.ErrBomb}
		}
		total += f.UncompressedSize64
		packed += f.CompressedSize64
		from, err := f.DataOffset()
		if err != nil {
			return translate(err)
		}
		spans = append(spans, span{from, from + int64(f.CompressedSize64)})
		name := strings.ToLower(strings.TrimPrefix(strings.ReplaceAll(f.Name, `\`, "/"), "/"))
		if b.parts[name] != nil {
			return damaged() // two parts of one name: readers would differ
		}
		b.parts[name] = f
	}
	if total > uint64(b.limits.UnpackedBytesMax) || packed > uint64(size) ||
		total > 1<<20 && total > uint64(b.limits.UnpackedRatioMax)*max(packed, 1) {
		return &formats.Error{Err: formats.ErrBomb}
	}
	slices.SortFunc(spans, func(x, y span) int { return cmp.Compare(x.from, y.from) })
	for i := 1; i < len(spans); i++ {
		if spans[i].from < spans[i-1].to {
			return &formats.Error{Err: formats.ErrBomb}
		}
	}
	return nil
}

// Sheets returns the sheets in the order of their tabs, hidden ones included.
func (b *Book) Sheets() []Sheet { return slices.Clone(b.sheets) }

// ExternalLinks reports whether the workbook refers to other files. Such links
// are never followed.
func (b *Book) ExternalLinks() bool { return b.external }

// Close closes the file that Open has opened.
func (b *Book) Close() error {
	b.shared = nil
	if b.file == nil {
		return nil
	}
	return b.file.Close()
}

// CellName gives the name of a cell as spreadsheets show it: CellName(12, 2) is
// «B12». Both numbers begin with 1; a row of 0 gives the column alone.
func CellName(row, column int) string {
	var letters []byte
	for c := column; c > 0; c = (c - 1) / 26 {
		letters = append(letters, byte('A'+(c-1)%26))
	}
	slices.Reverse(letters)
	if row > 0 {
		return string(letters) + strconv.Itoa(row)
	}
	return string(letters)
}

// place reads the name of a cell, «B12». ok is false where it is none.
func place(name []byte) (row, column int, ok bool) {
	i := 0
	for i < len(name) && name[i] >= 'A' && name[i] <= 'Z' && i < 4 {
		column = column*26 + int(name[i]-'A') + 1
		i++
	}
	digits := name[i:]
	if i == 0 || len(digits) == 0 || len(digits) > 7 || column > 16384 {
		return 0, 0, false
	}
	for _, c := range digits {
		if c < '0' || c > '9' {
			return 0, 0, false
		}
		row = row*10 + int(c-'0')
	}
	return row, column, row > 0 && row <= 1<<20
}
