// Package fixed reads and writes lists of fixed length (固定長) by a layout (様式):
// records of so many bytes each, in which every item has its place by bytes. By a
// layout it also reads CSV and TSV without a header line (見出しのないCSV), in which
// every item has its place by the number of its field.
//
// It hides bytes, padding and the kinds of record. It promises that nothing is
// guessed and nothing let pass: what reads is exactly what the layout says, byte
// for byte, and anything else is an error that names record and byte: a record
// that is too short or too long, a line end of another kind, a character of two
// bytes that the border of a column cuts, padding that is not the layout's, a
// trailer that is missing, a count or a sum that does not agree. What it writes it
// reads; a layout with sums, or of fields, is for reading only.
//
// Widths are bytes of the character set, never characters: in CP932 a kanji takes
// two, a half-width kana one. To whoever ranges over [Read], the records look as
// those of csvlist and sheet do: the first names the columns, the others are rows.
package fixed

import (
	"errors"
	"slices"

	"baitai/formats/charset"
)

// A Kind is a kind of record (レコード区分).
type Kind uint8

// The kinds, in the order in which they follow one another. Only the data records
// come more than once, or not at all.
const (
	Header    Kind = iota // ヘッダーレコード
	Data                  // データレコード
	Trailer               // トレーラーレコード
	End                   // エンドレコード
	KindCount             // how many there are
)

// A LineEnd is what stands behind each record.
type LineEnd uint8

// The line ends.
const (
	NoLineEnd LineEnd = iota // none: one record after the other
	CRLF
	LF
)

func (e LineEnd) bytes() string {
	switch e {
	case CRLF:
		return "\r\n"
	case LF:
		return "\n"
	}
	return ""
}

// An Item is what a column is for.
type Item uint8

// The items.
const (
	Cell     Item = iota // a cell of the row; in data records only
	Filler               // 空き: nothing but padding
	Constant             // 固定値: the same in each record of the kind
	Count                // 件数: how many data records the file has
	CountAll             // 総レコード数: how many records of all kinds
	Day                  // 作成日: YYYYMMDD
	Sum                  // 合計: what all cells of a column add up to, such as a hash total of 整理番号
	SumLow               // 合計下位桁: as many of its last digits as the column has bytes; of fixed length
)

// A Pad is what fills a column up.
type Pad uint8

// The paddings.
const (
	Space Pad = iota // a half-width space
	Wide             // a full-width space; what is left over is half-width, outermost
	Zero             // the digit 0, before the value. They belong to it: 0123 stays 0123
)

// A Column is a column (項目) of a record.
type Column struct {
	Item  Item
	Name  string // of a cell, as the first record of Read has it
	From  int    // the first byte, or the number of the field, from 1
	Bytes int    // of a field 1
	Right bool   // the value stands at the right (右寄せ), the padding before it
	Pad   Pad
	Value string // of a Constant; of a Sum and SumLow the name of the cell
	Cut   bool   // a cell that is too long may be cut when it is written
}

// A Layout says where everything stands. Check it before use.
type Layout struct {
	Charset charset.Charset     // CP932 or UTF8
	Comma   byte                // ',' or '\t': records of fields; 0: records of fixed length
	Bytes   int                 // of a record of fixed length, the line end not counted
	End     LineEnd             // of fixed length
	Records [KindCount][]Column // by kind, in the order of their bytes; nil: there is no such record
}

// Limits of a layout.
const (
	// BytesMax is a block of 32 KiB less its prefix, the longest record that hosts have.
	BytesMax = 32_760
	// FieldsMax is as many columns as a list may have where no other limit is set.
	FieldsMax = 256
	// dayBytes is YYYYMMDD.
	dayBytes = 8
)

// What can be wrong with a layout.
var (
	ErrNoData     = errors.New("no columns for data records")
	ErrBeyond     = errors.New("a column reaches beyond the record")
	ErrOverlap    = errors.New("columns overlap")
	ErrGap        = errors.New("bytes that belong to no column")
	ErrAlike      = errors.New("kinds of record that cannot be told apart by a constant")
	ErrBadPadding = errors.New("padding that does not go with alignment, item or character set")
	ErrBadItem    = errors.New("an item that cannot stand in this kind of record")
	ErrBadValue   = errors.New("a constant that does not fit its column")
	ErrNarrow     = errors.New("a column that is too narrow for its item")
	ErrNoCell     = errors.New("a sum of a column that is not there")
)

// A Fault is one thing that is wrong with a layout.
type Fault struct {
	Kind     Kind
	Column   int // index in the record; -1 if it is about the record
	From, To int // bytes, of ErrGap; To is the other column's index of ErrOverlap
	Err      error
}

// Check returns what is wrong with a layout; one without faults can be used.
func (l *Layout) Check() []Fault {
	var faults []Fault
	if len(l.Records[Data]) == 0 {
		faults = append(faults, Fault{Kind: Data, Column: -1, Err: ErrNoData})
	}
	for kind, columns := range l.Records {
		if columns != nil {
			faults = append(faults, l.checkRecord(Kind(kind), columns)...)
		}
	}
	if len(faults) > 0 {
		return faults
	}
	for a := range KindCount {
		for b := a + 1; b < KindCount; b++ {
			if l.Records[a] != nil && l.Records[b] != nil && !l.apart(a, b) {
				faults = append(faults, Fault{Kind: max(a, b), Column: -1, Err: ErrAlike})
			}
		}
	}
	return faults
}

func (l *Layout) checkRecord(kind Kind, columns []Column) (faults []Fault) {
	fault := func(i int, err error, from, to int) {
		faults = append(faults, Fault{Kind: kind, Column: i, From: from, To: to, Err: err})
	}
	next, most := 1, l.Bytes
	if l.Comma != 0 {
		most = FieldsMax
	}
	for i, c := range columns {
		switch {
		case c.From < 1 || c.Bytes < 1 || c.From > most || c.Bytes > most-c.From+1:
			fault(i, ErrBeyond, 0, 0)
			continue
		case c.From < next:
			fault(i, ErrOverlap, c.From, i-1)
		case c.From > next:
			fault(i, ErrGap, next, c.From-1)
		}
		next = max(next, c.From+c.Bytes)
		if err := l.checkColumn(kind, c); err != nil {
			fault(i, err, 0, 0)
		}
	}
	if next <= most && len(faults) == 0 && l.Comma == 0 { // records of fields end where they end
		fault(-1, ErrGap, next, l.Bytes)
	}
	return faults
}

func (l *Layout) checkColumn(kind Kind, c Column) error {
	if c.Item == Cell && kind != Data || kind == Data && c.Item > Constant {
		return ErrBadItem
	}
	if c.Pad == Zero && (!c.Right || c.Item == Filler) || c.Pad == Wide && c.Bytes < len(l.wide()) {
		return ErrBadPadding
	}
	switch c.Item {
	case Day:
		if c.Bytes < dayBytes && l.Comma == 0 {
			return ErrNarrow
		}
	case Sum, SumLow:
		if l.Comma != 0 && c.Item == SumLow { // a field has no width
			return ErrBadItem
		}
		if !slices.Contains(l.Names(), c.Value) {
			return ErrNoCell
		}
	case Constant:
		if l.Comma != 0 {
			if c.Value == "" {
				return ErrBadValue
			}
			break
		}
		if f := newColumn(l, c); c.Value == "" || f.encoded == nil {
			return ErrBadValue
		}
	}
	return nil
}

// apart reports whether a constant tells two kinds of record from each other.
func (l *Layout) apart(a, b Kind) bool {
	for _, x := range l.Records[a] {
		for _, y := range l.Records[b] {
			if x.Item != Constant || y.Item != Constant || x.From != y.From || x.Bytes != y.Bytes {
				continue
			}
			if l.Comma != 0 && x.Value != y.Value || l.Comma == 0 && !slices.Equal(newColumn(l, x).encoded, newColumn(l, y).encoded) {
				return true
			}
		}
	}
	return false
}

// Names are the names of the cells of a row, in the order of their places.
func (l *Layout) Names() []string {
	var names []string
	for _, c := range l.cells() {
		names = append(names, c.Name)
	}
	return names
}

// cells are the columns of the cells of a row.
func (l *Layout) cells() []Column {
	return slices.DeleteFunc(slices.Clone(l.Records[Data]), func(c Column) bool { return c.Item != Cell })
}

// Column gives where the sender finds a cell, by its index: the number of its field,
// or of fixed length the number of the cell; from 1.
func (l *Layout) Column(cell int) int {
	if cells := l.cells(); l.Comma != 0 && cell < len(cells) {
		return cells[cell].From
	}
	return cell + 1
}

// sums reports whether a column states what a column of cells adds up to.
func (c Column) sums() bool { return c.Item == Sum || c.Item == SumLow }

// mark is the place at which the kind of a record is told.
func (l *Layout) mark() int {
	for _, c := range l.Records[Data] {
		if c.Item == Constant {
			return c.From
		}
	}
	return 1
}

// wide is a full-width space in the layout's character set.
func (l *Layout) wide() []byte {
	if l.Charset == charset.CP932 {
		return []byte{0x81, 0x40}
	}
	return []byte("\u3000")
}
