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
	"compress/flate"
	"errors"
	"io"
	"os"
	"path"
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

// part opens a part by name. It gives no byte more than the directory says.
func (b *Book) part(name string) (io.ReadCloser, error) {
	f := b.parts[strings.ToLower(strings.TrimPrefix(name, "/"))]
	if f == nil {
		return nil, damaged()
	}
	rc, err := f.Open()
	if err != nil {
		return nil, translate(err)
	}
	return &bounded{rc, int64(f.UncompressedSize64)}, nil
}

type bounded struct {
	io.ReadCloser
	left int64
}

func (r *bounded) Read(p []byte) (int, error) {
	n, err := r.ReadCloser.Read(p)
	if r.left -= int64(n); r.left < 0 {
		return 0, &formats.Error{Err: formats.ErrBomb}
	}
	return n, err
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

// relations reads a part of relationships: targets and types by id. Targets are
// relative to the folder of the part that has them.
func (b *Book) relations(of string) (map[string]relation, error) {
	name := path.Join(path.Dir(of), "_rels", path.Base(of)+".rels")
	if of == "" {
		name = "_rels/.rels"
	}
	out := make(map[string]relation)
	if b.parts[strings.ToLower(name)] == nil {
		return out, nil
	}
	err := b.each(name, func(s *scanner) error {
		if s.kind != tokenOpen || string(s.name) != "Relationship" {
			return nil
		}
		id := string(s.attr("Id"))
		if _, twice := out[id]; twice {
			return damaged()
		}
		target := strings.ReplaceAll(string(s.attr("Target")), `\`, "/")
		if strings.HasPrefix(target, "/") {
			target = path.Clean(target)[1:]
		} else {
			target = path.Join(path.Dir(of), target)
		}
		out[id] = relation{relationKind(string(s.attr("Type"))), target, string(s.attr("TargetMode")) == "External"}
		return nil
	})
	return out, err
}

// relationKind is the last word of a type of relationship that ECMA-376 knows, in its
// transitional or its strict form, or that is Microsoft's own (macros). Any other
// type is none that a spreadsheet follows.
func relationKind(kind string) string {
	for _, known := range []string{"http://schemas.openxmlformats.org/", "http://purl.oclc.org/ooxml/", "http://schemas.microsoft.com/"} {
		if strings.HasPrefix(kind, known) {
			return path.Base(kind)
		}
	}
	return ""
}

type relation struct {
	kind     string // last word of the type: worksheet, styles, sharedStrings …
	target   string
	external bool
}

// each calls f for every token of a part but for what is foreign to it.
func (b *Book) each(name string, f func(*scanner) error) error {
	rc, err := b.part(name)
	if err != nil {
		return err
	}
	s, foreign := newScanner(rc), 0 // the depth of what is left out
	for err == nil {
		if err = s.next(); err != nil || s.kind == tokenEOF {
			break
		}
		switch {
		case foreign > 0:
			if s.kind == tokenEnd && s.depth() == foreign {
				foreign = 0
			}
		case s.kind == tokenOpen && s.foreign:
			foreign = s.depth()
		default:
			err = f(s)
		}
	}
	return translate(errors.Join(err, rc.Close()))
}

// translate turns what the layers below say about a broken part into one of the
// errors of formats. Failures of the medium stay what they are.
func translate(err error) error {
	if err == nil {
		return nil
	}
	if _, ok := errors.AsType[*formats.Error](err); ok {
		return err
	}
	for _, broken := range []error{errXML, zip.ErrFormat, zip.ErrAlgorithm, zip.ErrChecksum, io.EOF, io.ErrUnexpectedEOF, io.ErrNoProgress} {
		if errors.Is(err, broken) {
			return damaged()
		}
	}
	var corrupt flate.CorruptInputError
	var internal flate.InternalError
	if errors.As(err, &corrupt) || errors.As(err, &internal) {
		return damaged()
	}
	return err
}
