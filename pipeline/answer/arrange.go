package answer

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"baitai/formats/charset"
	"baitai/formats/fixed"
	"baitai/pipeline/authority"
	"baitai/pipeline/issue"
)

// An arrangement is how a result differs from the usual CSV or workbook: items in
// the order and under the names of the office's layout (様式), fixed length, JSON
// Lines. The zero value is no difference.
type arrangement struct {
	items  []string      // what each column is, by its usual name
	pick   []int         // the usual column of each column; unfilled where it has none. nil without a layout
	lostAt int           // the column that lists the characters which became 〓; unfilled if there is none
	fixed  *fixed.Format // of fixed length
	keys   [][]byte      // of JSON Lines: what stands before each value
}

// unfilled is a column without a usual one: a field that the grant does not have.
const unfilled = -1

// arrange gives the names of the columns under a grant and how they are arranged.
func arrange(g authority.Grant, usual []string) ([]string, arrangement) {
	a := arrangement{items: usual, lostAt: unfilled}
	columns := usual
	if layout, ok := g.Layout(); ok {
		columns, a.items = nil, nil
		for i, c := range layout.Columns {
			if c.Item == lostColumn {
				a.lostAt = i
			}
			columns, a.items = append(columns, c.Name), append(a.items, c.Item)
			a.pick = append(a.pick, slices.Index(usual, c.Item))
		}
		if places := layout.Fixed(); places != nil {
			a.fixed = fixed.NewFormat(places)
		}
	}
	if g.Form() == authority.FormJSONL {
		for i, c := range columns {
			before := byte('{')
			if i > 0 {
				before = ','
			}
			a.keys = append(a.keys, append(appendQuoted([]byte{before}, c), ':'))
		}
	}
	return columns, a
}

func (a *arrangement) arranged() bool { return a.pick != nil || a.keys != nil }

// arrangedRow writes the cells of a row, which are in the usual order.
func (r *renderer) arrangedRow(out *rendered, usual []string) error {
	cells := usual
	if r.pick != nil {
		cells = make([]string, len(r.pick))
		for i, at := range r.pick {
			if at != unfilled {
				cells[i] = usual[at]
			}
		}
	}
	switch {
	case r.keys != nil:
		out.office = r.object(out.office, cells)
	case r.fixed != nil:
		return r.fixedRecord(out, cells)
	case r.csv != nil:
		return r.arrangedRecord(out, cells)
	default:
		out.cells = cells
	}
	return nil
}

// object writes a line of JSON Lines. Every value is a text, so that no number loses
// its zeros, and every key is there, so that a table can be made of it.
func (r *renderer) object(b []byte, cells []string) []byte {
	for i, s := range cells {
		b = appendQuoted(append(b, r.keys[i]...), s)
	}
	return append(b, "}\n"...)
}

// fixedRecord writes a record of fixed length. What became 〓 is known only when the
// record is written, so that one which lists it is written once more.
func (r *renderer) fixedRecord(out *rendered, cells []string) error {
	b, lost, err := r.fixed.Append(out.office, cells)
	if err == nil && len(lost) > 0 && r.lostAt != unfilled {
		var said []string
		for _, l := range lost {
			said = append(said, fmt.Sprintf("%s U+%04X", r.columns[l.Cell], l.Rune))
		}
		cells[r.lostAt] = strings.Join(said, " / ")
		b, _, err = r.fixed.Append(b[:out.officeFrom], cells)
	}
	for _, l := range lost {
		out.lost = append(out.lost, l.Rune)
	}
	out.office = b
	return err
}

// arrangedRecord writes the record of a CSV by a layout, once more as fixedRecord
// does.
func (r *renderer) arrangedRecord(out *rendered, cells []string) error {
	for again := false; ; again = true {
		w := recordWriter{r: r, out: out, buf: out.office[:out.officeFrom]}
		out.lost, out.defused = out.lost[:0], out.defused[:0]
		for _, s := range cells {
			w.text(s)
		}
		if again || len(w.lost) == 0 || r.lostAt == unfilled {
			out.office = append(w.buf, '\r', '\n')
			return w.err
		}
		out.office = w.buf
		cells[r.lostAt] = strings.Join(w.lost, " / ")
	}
}

// lineTable is a result of JSON Lines: UTF-8 without a byte order mark, LF.
type lineTable struct{ to io.Writer }

func (t *lineTable) rows(_ []written, text []byte) error {
	_, err := t.to.Write(text)
	return err
}

func (t *lineTable) finish(*Summary) error { return nil }
func (t *lineTable) abandon()              {}

// fixedTable is a result of fixed length: header record, rows, trailer, end record.
type fixedTable struct {
	lineTable
	format *fixed.Format
	frame  fixed.Frame
}

func newFixedTable(o Output, p Part, f *fixed.Format) (table, error) {
	t := &fixedTable{lineTable{o.To}, f, fixed.Frame{Rows: p.Rows, Day: o.Day}}
	_, err := t.to.Write(f.AppendFirst(nil, t.frame))
	return t, err
}

func (t *fixedTable) finish(sum *Summary) error {
	if sum.Totals.Rows != t.frame.Rows { // the header has stated it already
		return errPartRows
	}
	_, err := t.to.Write(t.format.AppendLast(nil, t.frame))
	return err
}

// A Room is what a result of fixed length has room for: what has none is refused
// before anything is looked up, because a row that cannot be named cannot be
// answered at all.
type Room struct {
	format *fixed.Format // nil where there is room for everything
	at     int           // the column of the 整理番号
	seen   map[string]bool
}

// NewRoom gives the room that results under the grant have.
func NewRoom(g authority.Grant) *Room {
	_, a := arrange(g, Columns(g))
	return &Room{a.fixed, slices.Index(a.pick, 0), make(map[string]bool)}
}

// Rows reports whether the counts of a file of so many rows have room.
func (r *Room) Rows(n int64) bool { return r.format == nil || r.format.Room(n) }

// Reference says what is wrong with a 整理番号, "" for nothing: it has no room, or it
// would be written as an earlier one is, by zeros before it or 〓 in it. It is asked
// for each row of a list once.
func (r *Room) Reference(s string) issue.Code {
	if r.format == nil {
		return ""
	}
	written, lost := r.format.Column(r.at, s)
	switch {
	case written == nil:
		return issue.ReferenceTooLong
	case len(lost) == 0 && written[0] != '0' && !strings.ContainsRune(s, charset.Geta):
		return "" // written as it is: no other is written so
	case r.seen[string(written)]:
		return issue.ReferenceMerged
	}
	r.seen[string(written)] = true
	return ""
}
