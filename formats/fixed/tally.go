package fixed

import (
	"fmt"
	"strconv"
	"strings"

	"baitai/formats"
)

// A tally holds the records of a file against the order of their kinds, and against
// the counts and sums (件数・合計) that the file states of itself.
type tally struct {
	layout  *Layout
	last    int   // kind of the record before, -1 before the first
	rows    int64 // data records
	records int64 // of all kinds
	sums    []sum // of the columns that a record states one of
	stated  []stated
}

// A place is where a record begins.
type place struct {
	row    int
	offset int64
}

// stated is a count or a sum that the file states of itself.
type stated struct {
	place
	column Column
	n      int64  // of a count
	total  string // of a sum, without leading zeros
}

// A sum is what the cells of a column add up to. Resident codes of ten million rows
// need more than 64 bits.
type sum struct {
	cell      int
	column    Column // of the cells
	high, low uint64 // high counts what overflows sumBase
}

const (
	// countMax is more records than any file has. A larger number is none of records, but
	// maybe somebody's: it must not come into a message as a count that does not agree.
	countMax     = 1_000_000_000
	addendDigits = 18
	sumBase      = 1_000_000_000_000_000_000 // of addendDigits zeros
)

func newTally(l *Layout) *tally {
	t := &tally{layout: l, last: -1}
	for i, cell := range l.cells() {
		for _, columns := range l.Records {
			for _, c := range columns {
				if c.sums() && c.Value == cell.Name && (len(t.sums) == 0 || t.sums[len(t.sums)-1].cell != i) {
					t.sums = append(t.sums, sum{cell: i, column: cell})
				}
			}
		}
	}
	return t
}

// next takes the kind of the next record, which must be able to stand here.
func (t *tally) next(kind Kind) error {
	switch records := &t.layout.Records; {
	case t.last < 0 && records[Header] != nil && kind != Header:
		return ErrNoHeader
	case int(kind) < t.last, int(kind) == t.last && kind != Data:
		return ErrOrder
	case kind == End && records[Trailer] != nil && t.last != int(Trailer):
		return ErrNoTrailer
	}
	t.last = int(kind)
	t.records++
	if kind == Data {
		t.rows++
	}
	return nil
}

// add adds the cells of a row; it returns the sum of which one is no number. A blank
// one adds nothing, as hosts have it.
func (t *tally) add(cells []formats.Cell) *sum {
	for i := range t.sums {
		if s := &t.sums[i]; !s.add(cells[s.cell].Text) {
			return s
		}
	}
	return nil
}

func (s *sum) add(text string) bool {
	text = strings.TrimLeft(strings.Trim(text, " "), "0")
	if len(text) > addendDigits {
		return false
	}
	n := uint64(0)
	for i := range len(text) {
		if text[i] < '0' || text[i] > '9' {
			return false
		}
		n = 10*n + uint64(text[i]-'0')
	}
	if s.low += n; s.low >= sumBase {
		s.low -= sumBase
		s.high++
	}
	return true
}

// total gives the digits that a column states, without leading zeros.
func (s *sum) total(c Column) string {
	digits := fmt.Sprintf("%d%0*d", s.high, addendDigits, s.low)
	if c.Item == SumLow && len(digits) > c.Bytes {
		digits = digits[len(digits)-c.Bytes:]
	}
	return strings.TrimLeft(digits, "0")
}

// state takes what a column of a header, trailer or end record states; false if it is
// no number, or none that it can be.
func (t *tally) state(c Column, value string, at place) bool {
	if value == "" || strings.Trim(value, "0123456789") != "" {
		return false
	}
	if c.sums() {
		t.stated = append(t.stated, stated{place: at, column: c, total: strings.TrimLeft(value, "0")})
		return true
	}
	n, err := strconv.ParseInt(value, 10, 64)
	if err != nil || n > countMax {
		return false
	}
	if c.Item != Day {
		t.stated = append(t.stated, stated{place: at, column: c, n: n})
	}
	return true
}

// finish says what is wrong with the file as a whole, and where, if not at its end.
func (t *tally) finish() (*Error, place) {
	for _, k := range []Kind{End, Trailer} {
		if t.layout.Records[k] == nil {
			continue
		}
		if t.last < int(k) {
			return &Error{Err: ErrNoTrailer}, place{}
		}
		break
	}
	for _, s := range t.stated {
		if e := t.differs(s); e != nil {
			return e, s.place
		}
	}
	return nil, place{}
}

// differs holds one statement against what was found.
func (t *tally) differs(s stated) *Error {
	at := Error{Byte: s.column.From, Field: s.column.From}
	switch s.column.Item {
	case Sum, SumLow:
		for _, found := range t.sums {
			if found.column.Name == s.column.Value && found.total(s.column) != s.total {
				at.Err, at.Name, at.Found = ErrSum, s.column.Value, t.rows
				return &at
			}
		}
		return nil
	case CountAll:
		at.Found = t.records
	default:
		at.Found = t.rows
	}
	if at.Stated = s.n; at.Stated == at.Found {
		return nil
	}
	at.Err = ErrCount
	return &at
}
