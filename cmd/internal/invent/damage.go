package invent

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"baitai/formats/charset"
)

// A Damage is a list that is broken on purpose, with what must become of it.
type Damage struct {
	Kind     string
	Japanese string
	English  string
	// Refused: the whole list must be refused. Otherwise the list is answered and
	// only the rows that Rows names are at fault (80–82), or none if it is empty.
	Refused bool
	Rows    []int // 1 is the first row after the header

	Name    string // of the list's file
	List    []byte
	Request []byte // of the side file NAME.request.toml; nil: none
}

// ErrDamage says that there is no such kind of damage.
var ErrDamage = errors.New("invent: no such kind of damage")

// DamageOptions say for whom the broken list is.
type DamageOptions struct {
	Seed    uint64
	AsOf    time.Time
	Office  string // 照会元コード for the side file
	Purpose string // 事務コード
	Basis   string // 根拠; 条例(利用) if empty
	Rows    int    // of the list before it is broken, 4 or more
}

// damager breaks one list.
type damager struct {
	o       DamageOptions
	table   [][]string // header and rows
	format  Format
	request Request
}

// damageKind is one way to break a list.
type damageKind struct {
	kind, japanese, english string
	refused                 bool
	rows                    []int
	make                    func(*damager, *Damage) error
}

// DamageKinds lists what [World.Damaged] can do, in the order of the help text.
func DamageKinds() []Damage {
	var out []Damage
	for _, k := range damageKinds() {
		out = append(out, Damage{Kind: k.kind, Japanese: k.japanese, English: k.english, Refused: k.refused, Rows: k.rows})
	}
	return out
}

// Damaged makes a small list and breaks it. The same options give the same bytes.
func Damaged(kind string, o DamageOptions) (Damage, error) {
	for _, k := range damageKinds() {
		if k.kind != kind {
			continue
		}
		d, err := newDamager(o)
		if err != nil {
			return Damage{}, err
		}
		out := Damage{Kind: k.kind, Japanese: k.japanese, English: k.english, Refused: k.refused, Rows: k.rows,
			Name: "list.csv"}
		if err := k.make(d, &out); err != nil {
			return Damage{}, err
		}
		if out.List == nil {
			out.List = d.text()
		}
		if d.request.Rows == 0 {
			d.request.Rows = len(d.table) - 1
		}
		var b bytes.Buffer
		if err := d.request.Write(&b); err != nil {
			return Damage{}, err
		}
		out.Request = b.Bytes()
		return out, nil
	}
	return Damage{}, ErrDamage
}

func newDamager(o DamageOptions) (*damager, error) {
	if o.Rows < 4 {
		return nil, ErrRows
	}
	o.Basis = cmp.Or(o.Basis, "条例(利用)")
	w, err := New(Options{Seed: o.Seed, People: 2 * BlockPeople, AsOf: o.AsOf})
	if err != nil {
		return nil, err
	}
	f := Format{Kind: CSV, Charset: charset.CP932, Newline: "\r\n"}
	l, err := w.List(ListSpec{Seed: o.Seed, Rows: 3 * o.Rows, Mix: Mix{"P0": 1}, CodePercent: 100, Format: f})
	if err != nil {
		return nil, err
	}
	// Only rows that CP932 can write, so that nothing is at fault but what is broken here.
	l.Entries = slices.DeleteFunc(l.Entries, func(e Entry) bool { return e.Truth.Class != "P0" })
	l.Entries = l.Entries[:min(o.Rows, len(l.Entries))]
	d := &damager{o: o, format: f, request: Request{Number: fmt.Sprintf("依頼-%d", o.Seed), Office: o.Office,
		Purpose: o.Purpose, Charset: string(charset.CP932),
		// Whole in itself, so that a list is refused for its damage and for nothing else.
		Basis: o.Basis, Fields: []string{ColumnName, ColumnBirth, ColumnAddress}}}
	for cells := range l.rows {
		d.table = append(d.table, cells)
	}
	return d, nil
}

// text writes the table as CSV.
func (d *damager) text() []byte {
	var b bytes.Buffer
	if err := writeText(&b, d.format, d.each); err != nil {
		return nil // a Buffer never fails, and rows of P0 lose nothing in CP932
	}
	return b.Bytes()
}

func (d *damager) each(yield func([]string) bool) {
	for _, row := range d.table {
		if !yield(row) {
			return
		}
	}
}

// column finds a column of the table.
func (d *damager) column(name string) int {
	for i, c := range d.table[0] {
		if c == name {
			return i
		}
	}
	return -1
}

// set writes one cell of a row (1 is the first after the header).
func (d *damager) set(row int, column, text string) { d.table[row][d.column(column)] = text }

// addColumn adds a column with a cell for each row.
func (d *damager) addColumn(header string, cell func(row int) string) {
	for i := range d.table {
		if i == 0 {
			d.table[i] = append(d.table[i], header)
		} else {
			d.table[i] = append(d.table[i], cell(i))
		}
	}
}

// replaceBytes puts other bytes in the place of a text of the written list.
func (d *damager) replaceBytes(out *Damage, old, with string) error {
	text := d.text()
	from, _ := charset.AppendCP932(nil, old)
	if !bytes.Contains(text, from) {
		return ErrDamage
	}
	out.List = bytes.Replace(text, from, []byte(with), 1)
	return nil
}

// cellOf gives a cell as it stands before the damage.
func (d *damager) cellOf(row int, column string) string { return d.table[row][d.column(column)] }

// in writes the whole list in another character set.
func (d *damager) in(c charset.Charset, newline string) []byte {
	d.format.Charset, d.format.Newline = c, newline
	d.request.Charset = string(c)
	return d.text()
}

// digest is the SHA-256 of a list as a request states it.
func digest(list []byte) string { return fmt.Sprintf("%x", sha256.Sum256(list)) }

// repeat gives the same cell to every row.
func repeat(text string) func(int) string { return func(int) string { return text } }

// cutLine removes the n-th line (0 is the header) of a text.
func cutLine(text []byte, n int) []byte {
	all := strings.SplitAfter(string(text), "\r\n")
	return []byte(strings.Join(append(all[:n:n], all[n+1:]...), ""))
}
