package intake

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"

	"baitai/formats"
	"baitai/formats/charset"
	"baitai/formats/csvlist"
	"baitai/formats/fixed"
	"baitai/formats/sheet"
	"baitai/pipeline"
	"baitai/pipeline/authority"
	"baitai/pipeline/issue"
)

// A Source is where a list and its request come from. The functions may be
// called several times; each call reads from the start.
type Source struct {
	Name string // base name of the list, for positions; "" where it may not be shown
	Size int64  // bytes of the list
	// List gives random access to the plain bytes of the list.
	List func() (ReadAtCloser, error)
	// Side gives the request file (NAME.request.toml); nil if there is none.
	Side func() (io.ReadCloser, error)
	// Unlock opens a workbook that is protected by a password which the request names
	// by reference; nil where none is registered. What it gives MUST lie on no disk.
	Unlock func(ref string, r io.ReaderAt, size int64) (io.ReaderAt, int64, error)
	// SideName is the base name of the request file, for positions.
	SideName string
}

// ReadAtCloser is what a list is read through.
type ReadAtCloser interface {
	io.ReaderAt
	io.Closer
}

// Options bound what is read.
type Options struct {
	Limits formats.Limits
	// PlacesMax is how many places a refusal names; beyond it only the number of
	// faults by code is kept, so that a million faulty rows give a small error file.
	PlacesMax int
	// Headers are names that the office has registered for a standard header, for a
	// part of one, or for a column that is not used (見出しの表).
	Headers map[string]string
	// Layout gives the layout (様式) by which a list without headers is to be read, or
	// nil where request and register name none; an issue refuses the list. It may be
	// nil, as for lists that cannot be without headers.
	Layout func(authority.Request) (*authority.Layout, error)
	// KeepMost is how many bytes of rows the first reading keeps, so that Rows need
	// not read them again; 0 means keepDefault, and less than that none.
	KeepMost int
	// Workers are the goroutines that decode and cut a text into records; less than two
	// do it one piece after the other.
	Workers int

	pieceBytes int // of a text that are cut by themselves; 0 for many, less for all as one
}

// cellCharactersMax bounds a cell of a search key. The longest particular is
// 方書 with 300 characters (自治体システム標準化 基本データリスト); an address in one
// cell adds 4+12+120+50 for its other parts.
const cellCharactersMax = 500

const defaultPlacesMax = 1000

// A Refusal says why a list is not worked on (受付拒否): every place up to a
// limit, and how many faults there are of each code.
type Refusal struct {
	Issues issue.List
	Counts map[issue.Code]int64 // all faults, also those that Issues has no room for
	max    int
}

func newRefusal(placesMax int) *Refusal {
	if placesMax <= 0 {
		placesMax = defaultPlacesMax
	}
	return &Refusal{Counts: make(map[issue.Code]int64), max: placesMax}
}

func (r *Refusal) clone() *Refusal {
	return &Refusal{slices.Clone(r.Issues), maps.Clone(r.Counts), r.max}
}

// Refuse makes a refusal of issues that were found elsewhere.
func Refuse(issues ...*issue.Issue) *Refusal {
	r := newRefusal(0)
	r.add(issues...)
	return r
}

func (r *Refusal) add(issues ...*issue.Issue) {
	for _, i := range issues {
		r.Counts[i.Code]++
		r.Issues = r.Issues.Keep(i, r.Counts[i.Code], r.max)
	}
}

// sort puts the issues of a list, which is at pos, in its order, behind all others.
func (r *Refusal) sort(pos issue.Pos) {
	row := func(i *issue.Issue) int {
		if i.Pos.File != pos.File || i.Pos.Sheet != pos.Sheet {
			return 0
		}
		return i.Pos.Row
	}
	slices.SortStableFunc(r.Issues, func(a, b *issue.Issue) int { return cmp.Compare(row(a), row(b)) })
}

// Add adds issues that were found elsewhere.
func (r *Refusal) Add(issues ...*issue.Issue) { r.add(issues...) }

// err returns the refusal as an error, nil if nothing is wrong.
func (r *Refusal) err() error {
	if len(r.Counts) == 0 {
		return nil
	}
	return r
}

// Error gives the first issue and how many more there are, also of those without
// a place; no cell's content.
func (r *Refusal) Error() string {
	var all int64
	for _, n := range r.Counts {
		all += n
	}
	if all < 2 {
		return r.Issues.Error()
	}
	return fmt.Sprintf("%v (and %d more)", r.Issues[0], all-1)
}

// Unwrap gives every issue to errors.Is and errors.As.
func (r *Refusal) Unwrap() []error { return r.Issues.Unwrap() }

// asRefusal turns what a reader with these limits says into a refusal; nil if the
// error is a fault of the machine, after which the job may be run again.
func asRefusal(err error, pos issue.Pos, limits formats.Limits) *issue.Issue {
	var decode *charset.DecodeError
	if errors.As(err, &decode) {
		pos.Row, pos.Offset = decode.Line, decode.Offset
		return issue.New(issue.BadCharacter, pos, string(decode.Charset)).Because(err)
	}
	var where *formats.Error
	if errors.As(err, &where) {
		pos.Sheet, pos.Row, pos.Column, pos.Offset = where.Sheet, where.Row, where.Column, where.Offset
	}
	if i := fixedIssue(err, pos); i != nil {
		return i
	}
	var other formats.ErrNotSupported
	if errors.As(err, &other) {
		return notSupported(other.Kind, pos).Because(err)
	}
	limits = limits.WithDefaults()
	for _, known := range []struct {
		err  error
		code issue.Code
		args []any
	}{
		{formats.ErrEmpty, issue.EmptyFile, nil},
		{formats.ErrQuote, issue.BrokenQuoting, nil},
		{formats.ErrLineEnd, issue.BrokenQuoting, nil},
		{formats.ErrFieldCount, issue.FieldCount, nil},
		{formats.ErrDelimiter, issue.UnknownDelimiter, nil},
		{formats.ErrNUL, issue.NUL, nil},
		{formats.ErrTooManyColumns, issue.TooManyColumns, []any{limits.ColumnsMax}},
		{formats.ErrTooManyRows, issue.TooManyRows, []any{limits.RowsMax - 1}}, // people do not count the header
		{formats.ErrCellTooLong, issue.ListCellTooLong, []any{limits.CellCharactersMax}},
		{formats.ErrFormula, issue.Formula, nil},
		{formats.ErrMergedCells, issue.MergedCells, nil},
		{formats.ErrHiddenRow, issue.HiddenRow, nil},
		{formats.ErrMacro, issue.Macro, nil},
		{formats.ErrEncrypted, issue.Encrypted, nil},
		{formats.ErrBomb, issue.TooLargeUnpacked, nil},
		{formats.ErrEntities, issue.BookEntities, nil},
		{formats.ErrDamaged, issue.DamagedWorkbook, nil},
	} {
		if errors.Is(err, known.err) {
			return issue.New(known.code, pos, known.args...).Because(err)
		}
	}
	return nil
}

func notSupported(k formats.Kind, pos issue.Pos) *issue.Issue {
	switch k {
	case formats.Empty:
		return issue.New(issue.EmptyFile, pos)
	case formats.XLSM:
		return issue.New(issue.Macro, pos)
	case formats.EncryptedOffice:
		return issue.New(issue.Encrypted, pos)
	case formats.Executable, formats.Unknown, formats.Image:
		return issue.New(issue.UnknownFormat, pos)
	case formats.XLS:
		return issue.New(issue.OldWorkbook, pos)
	case formats.XLSB:
		return issue.New(issue.BinaryWorkbook, pos)
	case formats.ODS:
		return issue.New(issue.OpenDocumentSheet, pos)
	case formats.Numbers:
		return issue.New(issue.NumbersDocument, pos)
	case formats.PDF:
		return issue.New(issue.PDFDocument, pos)
	case formats.OtherOffice:
		return issue.New(issue.OtherDocument, pos)
	case formats.Markup:
		return issue.New(issue.MarkupFile, pos)
	case formats.OtherArchive:
		return issue.New(issue.OtherArchiveFile, pos)
	}
	return issue.New(issue.OtherFormat, pos, string(k))
}

// An opened is one reading of a list: the bytes, and how they become records.
type opened struct {
	file ReadAtCloser
	size int64
	// text only
	first   io.Reader // what reads it the first time; nil for the file itself
	charset charset.Charset
	comma   byte
	layout  *fixed.Layout // of a list without headers; nil for the others
	// workbooks only
	plain     io.ReaderAt // of one that was protected by a password; nil otherwise
	plainSize int64
	book      *sheet.Book
	sheet     string
}

func (o *opened) records(limits formats.Limits) formats.Records {
	if o.book != nil {
		return o.book.Rows(o.sheet)
	}
	if o.layout != nil {
		return o.fixedRecords(limits)
	}
	return o.recordsOf(o.text(), limits)
}

// recordsOf are those of a text that begins the list.
func (o *opened) recordsOf(text io.Reader, limits formats.Limits) formats.Records {
	return func(yield func(formats.Record, error) bool) {
		text, stop := pipeline.ReadAhead(charset.NewReader(text, o.charset))
		defer stop()
		csvlist.Read(text, csvlist.Options{Comma: o.comma, Limits: limits})(yield)
	}
}

// text is the bytes of a text, from the beginning.
func (o *opened) text() io.Reader {
	if r := o.first; r != nil {
		o.first = nil
		return r
	}
	return io.NewSectionReader(o.file, 0, o.size)
}

func (o *opened) close() {
	if o.book != nil {
		_ = o.book.Close() // read only: nothing is lost
	}
	_ = o.file.Close()
}

// ReaderIssue says what is wrong with a file of any kind that these readers read
// (an extract, for example) under these limits; nil if it is a fault of the machine.
func ReaderIssue(err error, limits formats.Limits, pos issue.Pos) *issue.Issue {
	if i := issue.Find(err); i != nil {
		return i
	}
	err = charsetIssue(err, charset.UTF8, pos)
	if i := issue.Find(err); i != nil {
		return i
	}
	return asRefusal(err, pos, limits)
}
