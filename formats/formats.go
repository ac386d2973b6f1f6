// Package formats says what a list (照会リスト) looks like once it no longer
// matters in which form it came: records of cells, each with the place where the
// sender finds it.
//
// It hides how the kinds of file differ (CSV, workbook, fixed length) and how
// they are told apart: [Detect] and [DetectAt] look at content alone, never at a
// name. It promises that an error says where and what, and never quotes a cell:
// lists are personal data, and errors end up in logs.
//
// The readers themselves stand above: csvlist, sheet, fixed.
package formats

import (
	"errors"
	"fmt"
	"iter"
	"strconv"
)

// A CellKind is what the form of the file says about a cell. A CSV knows only
// text and blank; a workbook knows all of them.
type CellKind uint8

// The kinds of cell.
const (
	CellText   CellKind = iota // text, as it stands
	CellBlank                  // nothing; Text is ""
	CellNumber                 // a number; Text has its digits exactly as stored, which may be «1.23456789E+10»
	CellDate                   // a date; Text is YYYY-MM-DD, followed by « HH:MM:SS» where a time of day is stored with it
	CellBool                   // Text is TRUE or FALSE
	CellError                  // a spreadsheet's error value; Text is «#N/A», «#REF!» …
)

// A Cell is one cell of a record, in UTF-8.
type Cell struct {
	Text string
	Kind CellKind
}

// A Record is one line of a list.
type Record struct {
	// Row is where the sender finds it, from 1: the physical line at which the
	// record starts, or the row of the sheet. It may jump (quoted newlines, empty
	// sheet rows) but always grows.
	Row int
	// Cells are valid until the next record is asked for: readers use the slice
	// again. The strings in it are never overwritten and may be kept.
	Cells []Cell
}

// Records is a stream of records. A non-nil error ends it, is the last thing
// yielded, and is an [*Error] unless the underlying reader failed. Every source
// of records can be ranged over once only.
type Records = iter.Seq2[Record, error]

// An Error says what is wrong with a file, and where. It never holds the content
// of a cell.
type Error struct {
	Sheet  string // sheet of a workbook, "" otherwise; not part of Error(), since offices name sheets after people
	Row    int    // physical line or sheet row, from 1; 0 if it is about the whole file
	Column int    // field number or sheet column, from 1; 0 if it is about the whole row
	Offset int64  // byte offset of the decoded text, or of the file where there is no row; 0 if unused
	Err    error  // one of the sentinels below, or a typed error
}

// Error gives «row 4, column 2: broken quoting».
func (e *Error) Error() string {
	switch {
	case e.Row > 0 && e.Column > 0:
		return "row " + strconv.Itoa(e.Row) + ", column " + strconv.Itoa(e.Column) + ": " + e.Err.Error()
	case e.Row > 0:
		return "row " + strconv.Itoa(e.Row) + ": " + e.Err.Error()
	}
	return e.Err.Error()
}

// Unwrap returns the reason.
func (e *Error) Unwrap() error { return e.Err }

// What can be wrong with a file as a whole or with its form.
var (
	ErrEmpty          = errors.New("no records")
	ErrQuote          = errors.New("broken quoting")
	ErrLineEnd        = errors.New("a lone carriage return or a mixed line end outside quotes")
	ErrFieldCount     = errors.New("not as many fields as the header has")
	ErrDelimiter      = errors.New("not clear whether commas or tabs separate the fields")
	ErrNUL            = errors.New("NUL character")
	ErrTooManyColumns = errors.New("too many columns")
	ErrTooManyRows    = errors.New("too many rows")
	ErrCellTooLong    = errors.New("cell too long")
	ErrFormula        = errors.New("formula in a cell")
	ErrMergedCells    = errors.New("merged cells")
	ErrHiddenRow      = errors.New("hidden row with something in it")
	ErrMacro          = errors.New("workbook with macros")
	ErrEncrypted      = errors.New("protected by a password")
	ErrBomb           = errors.New("unpacks to more than the limit")
	ErrEntities       = errors.New("document type in the XML")
	ErrDamaged        = errors.New("damaged")
	ErrNoSheet        = errors.New("no such sheet")
)

// ErrNotSupported says that a file was recognised as something that is not read.
type ErrNotSupported struct{ Kind Kind }

// Error names the kind.
func (e ErrNotSupported) Error() string {
	return fmt.Sprintf("not supported: %s", string(e.Kind))
}
