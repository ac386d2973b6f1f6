package invent

import (
	"cmp"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"

	"baitai/formats/charset"
)

const (
	charsetUTF8    = charset.UTF8
	charsetUTF8BOM = charset.UTF8BOM
)

// The columns a list can have, by their usual headers.
const (
	ColumnRef     = "整理番号"
	ColumnCode    = "住民票コード"
	ColumnName    = "氏名"
	ColumnKana    = "氏名ふりがな"
	ColumnBirth   = "生年月日"
	ColumnSex     = "性別"
	ColumnAddress = "住所"
	ColumnFormer  = "旧氏"
	ColumnConsent = "同意番号"
)

// ListSpec says which list to make.
type ListSpec struct {
	Seed        uint64
	Rows        int // 0 to 10,000,000
	Mix         Mix
	CodePercent int // how many rows of a hundred give the 住民票コード, where the class leaves a choice
	Format      Format
	Header      HeaderStyle
	Columns     []string // in order; 整理番号 among them; empty: all but 同意番号
	Request     *Request // put on a sheet 「依頼書」 of a workbook, if there is one
}

// What can be wrong with a ListSpec.
var (
	ErrColumns = errors.New("invent: columns must be known, different, and hold 整理番号")
	ErrMix     = errors.New("invent: the mix names no class, or one that does not exist")
	ErrRows    = errors.New("invent: rows must be 0 to 10,000,000, and percentages 0 to 100")
)

// An Entry is a row with its truth.
type Entry struct {
	Row   Row
	Truth Truth
}

// A List is rows with known answers, in the order of the list.
type List struct {
	Entries []Entry
	// Missed counts rows whose class could be done to nobody near; they are P0.
	Missed int

	spec ListSpec
}

// lister makes the rows of one list.
type lister struct {
	*World
	spec  ListSpec
	has   map[string]bool // the columns of the list
	r     *rand.Rand      // of the row at hand
	block int             // whose people are loaded; -1: none
	here  []*Person
	away  []*Person // strangers, made when they are first needed
}

func (s *ListSpec) check() error {
	if s.Rows < 0 || s.Rows > 10_000_000 || s.CodePercent < 0 || s.CodePercent > 100 {
		return ErrRows
	}
	all := []string{ColumnRef, ColumnCode, ColumnName, ColumnKana, ColumnBirth, ColumnSex, ColumnAddress, ColumnFormer, ColumnConsent}
	if len(s.Columns) == 0 {
		s.Columns = all[:8]
	}
	seen := map[string]bool{}
	for _, c := range s.Columns {
		if !slices.Contains(all, c) || seen[c] {
			return ErrColumns
		}
		seen[c] = true
	}
	if !seen[ColumnRef] {
		return ErrColumns
	}
	return s.Format.check()
}

// List makes a list. The same world, seed and specification give the same rows.
func (w *World) List(spec ListSpec) (*List, error) {
	if err := spec.check(); err != nil {
		return nil, err
	}
	classes, err := quotas(spec)
	if err != nil {
		return nil, err
	}
	order := stream(w.seed^spec.Seed, streamShuffle, spec.Seed)
	order.Shuffle(len(classes), func(i, j int) { classes[i], classes[j] = classes[j], classes[i] })
	l := &lister{World: w, spec: spec, block: -1, has: map[string]bool{}}
	for _, c := range spec.Columns {
		l.has[c] = true
	}
	out := &List{Entries: make([]Entry, len(classes)), spec: spec}
	for i, c := range classes {
		l.load(i * w.Blocks() / len(classes))
		l.r = stream(w.seed^mix(spec.Seed), streamList, uint64(i))
		e, ok := l.entry(c)
		if !ok {
			out.Missed++
		}
		out.Entries[i] = e
	}
	order.Shuffle(len(out.Entries), func(i, j int) { out.Entries[i], out.Entries[j] = out.Entries[j], out.Entries[i] })
	for i := range out.Entries {
		e := &out.Entries[i]
		e.Row.Ref = fmt.Sprintf("A%07d", i+1)
		e.Truth.Ref = e.Row.Ref
		if slices.Contains(spec.Columns, ColumnConsent) {
			e.Row.Consent = fmt.Sprintf("同意-%06d", i+1)
		}
	}
	return out, nil
}

// quotas gives each class its share of the rows, by largest remainder.
func quotas(spec ListSpec) ([]ClassInfo, error) {
	all := Classes()
	total := 0
	for class, weight := range spec.Mix {
		if weight < 0 || !slices.ContainsFunc(all, func(c ClassInfo) bool { return c.Class == class }) {
			return nil, ErrMix
		}
		total += weight
	}
	if total == 0 {
		return nil, ErrMix
	}
	type share struct{ class, rest int }
	var shares []share
	var out []ClassInfo
	for i, c := range all {
		n := spec.Rows * spec.Mix[c.Class]
		for range n / total {
			out = append(out, c)
		}
		shares = append(shares, share{i, n % total})
	}
	slices.SortStableFunc(shares, func(a, b share) int { return cmp.Compare(b.rest, a.rest) })
	for i := 0; len(out) < spec.Rows; i++ {
		out = append(out, all[shares[i].class])
	}
	return out, nil
}

func (l *lister) load(block int) {
	if block != l.block {
		if block/strangersShare != l.block/strangersShare {
			l.away = nil
		}
		l.block, l.here = block, l.Block(block)
	}
}

// nearBlocks is how many blocks are searched for somebody to whom a class can be done.
const nearBlocks = 4

// entry makes a row of a class; false: it can be done to nobody near, and the row
// is clean.
func (l *lister) entry(c ClassInfo) (Entry, bool) {
	home := l.block
	for i := range min(nearBlocks, l.Blocks()) {
		l.load((home + i) % l.Blocks())
		if e, ok := l.entryHere(c); ok {
			return e, true
		}
	}
	l.load(home)
	d := l.draft(l.here[l.r.IntN(len(l.here))])
	clean(l, d)
	if d.v.Protected() {
		d.never(withheld)
	}
	return l.finish(d, "P0"), false
}

// entryHere makes a row out of the first person of the block, from a random one
// on, to whom the class can be done.
func (l *lister) entryHere(c ClassInfo) (Entry, bool) {
	first := l.r.IntN(len(l.here))
	for i := range l.here {
		p := l.here[(first+i)%len(l.here)]
		if p.Current().Protected() && c.Class != "N10" {
			continue // such a person is 91 whatever is done to the row
		}
		if d := l.draft(p); c.make(l, d) && l.fits(d) {
			return l.finish(d, c.Class), true
		}
	}
	return Entry{}, false
}

// draft starts as the clean row of a person.
func (l *lister) draft(p *Person) *draft {
	d := &draft{}
	d.from(p)
	if l.r.IntN(100) < l.spec.CodePercent {
		d.Code = d.v.Code
	}
	l.leaveOut(d)
	return d
}

// leaveOut empties the cells that the list has no column for.
func (l *lister) leaveOut(d *draft) {
	for _, c := range d.cells() {
		if !l.has[c.column] {
			*c.text = ""
		}
	}
}

// cell is one that a list may leave out.
type cell struct {
	column string
	text   *string
}

func (r *Row) cells() [7]cell {
	return [...]cell{{ColumnCode, &r.Code}, {ColumnName, &r.Name}, {ColumnKana, &r.Kana}, {ColumnBirth, &r.Birth},
		{ColumnSex, &r.Sex}, {ColumnAddress, &r.Address}, {ColumnFormer, &r.Former}}
}

// fits reports whether the list has a column for all that the class wrote.
func (l *lister) fits(d *draft) bool {
	for _, c := range d.cells() {
		if *c.text != "" && !l.has[c.column] {
			return false
		}
	}
	return true
}

// finish states the truth of a draft.
func (l *lister) finish(d *draft, class Class) Entry {
	if l.spec.Format.Charset == charset.CP932 && l.spec.Format.Kind != XLSX {
		class = d.throughCP932(class)
	}
	if !d.nobody {
		d.limit()
	}
	t := Truth{Class: class, Accept: distinct(d.accept)}
	if !d.nobody {
		t.Code = d.v.Code
	}
	return Entry{Row: d.Row, Truth: t}
}

// distinct keeps the first of each answer.
func distinct(answers []string) []string {
	var out []string
	for _, a := range answers {
		if !slices.Contains(out, a) {
			out = append(out, a)
		}
	}
	return out
}

// throughCP932 writes the row as it reads once it has been written in CP932. A
// row that loses a character is a P13, whatever it was to be.
func (d *draft) throughCP932(class Class) Class {
	lossy := false
	for _, c := range d.cells() {
		text, lost := charset.ReplaceLost(*c.text)
		*c.text = text
		for _, c := range lost {
			lossy = lossy || c != ivsSelector
		}
	}
	if !lossy {
		return class
	}
	if d.nobody {
		d.accept = append(d.accept, review, conflict, badChar, nobody)
		return class
	}
	d.doubtful(badChar, nobody)
	return "P13"
}

// limit takes back what the row's particulars cannot carry: the least keys of
// spec §3.2.
func (d *draft) limit() {
	named, born := d.Name != "" || d.Kana != "", d.Birth != ""
	switch {
	case d.Code != "" && !named && !born, d.Code == "" && !(named && born) && (d.Name == "" || d.Address == ""):
		d.accept = []string{tooLittle}
	case d.Code == "" && (!born || d.Address == ""):
		d.accept = []string{review, several}
	}
}

// strangersShare is how many blocks share one block of strangers, to spare time.
const strangersShare = 16

// stranger draws somebody who is not in the file.
func (l *lister) stranger() *Person {
	if l.away == nil {
		l.away = l.strangers(l.block / strangersShare)
	}
	return l.away[l.r.IntN(len(l.away))]
}

// other draws somebody of the file with another name and another address, or nil.
func (l *lister) other(d *draft) *Person {
	for range 50 {
		p := l.here[l.r.IntN(len(l.here))]
		v := p.Current()
		if p != d.p && v.Name != d.v.Name && p.Reading != d.p.Reading && v.Where() != d.v.Where() && !v.Protected() {
			return p
		}
	}
	return nil
}

// protected finds somebody near under 支援措置, or nil.
func (l *lister) protected() *Person {
	first := l.r.IntN(len(l.here))
	for i := range l.here {
		if p := l.here[(first+i)%len(l.here)]; p.Current().Protected() && p.Current().born.complete() {
			return p
		}
	}
	return nil
}

// inBlock returns a person of the block at hand by number, or nil.
func (l *lister) inBlock(number int) *Person {
	if i := number - l.block*BlockPeople; i >= 0 && i < len(l.here) {
		return l.here[i]
	}
	return nil
}
