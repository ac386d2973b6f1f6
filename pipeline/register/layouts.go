package register

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"baitai/formats/charset"
	"baitai/formats/fixed"
	"baitai/pipeline/issue"
)

// The tables of layouts (様式). Both may be missing, but not one alone.
const (
	layoutsFile       = "layouts.csv"
	layoutColumnsFile = "layout_columns.csv"
)

type (
	layoutRow struct {
		Code     string `csv:"様式コード"`
		Office   string `csv:"照会元コード"`
		Purposes string `csv:"事務コード"`
		Use      string `csv:"用途"`
		Form     string `csv:"形式"`
		Default  string `csv:"既定"`
		Charset  string `csv:"文字コード"`
		Bytes    string `csv:"レコード長"`
		LineEnd  string `csv:"改行"`
		Note     string `csv:"備考"`
	}
	layoutColumnRow struct {
		Code  string `csv:"様式コード"`
		Kind  string `csv:"レコード"`
		Item  string `csv:"項目"`
		Name  string `csv:"名称"`
		From  string `csv:"開始位置"`
		Bytes string `csv:"バイト数"`
		Right string `csv:"寄せ"`
		Pad   string `csv:"埋め文字"`
		Value string `csv:"値"`
		Note  string `csv:"備考"`
	}
)

// A draft is a layout that is being read.
type draft struct {
	*Layout
	at    row
	rows  [fixed.KindCount][]row // of each column of fixed, in its order
	items map[string]int         // rows of the items and names that are there
	text  strings.Builder        // of everything, for the digest
	// What follows from a fault that is told already is not told.
	unread bool // a fault of its row: its columns are not read
	bad    bool // a fault of either table
}

type defaultID struct {
	office, purpose string
	use             Use
	form            Form
}

// layouts reads both tables. Faults of a column stand in the table of columns, even
// where they are about the layout as a whole and one of its rows is to blame.
func (l *loader) layouts(t, columns *table) {
	if len(t.issues) > 0 || len(columns.issues) > 0 {
		return
	}
	drafts, seen, defaults := map[string]*draft{}, map[string]int{}, map[defaultID]int{}
	var order []*draft
	for i, in := range decode[layoutRow](t) {
		before := len(t.issues)
		d := l.layout(t.row(i), in, seen)
		if d.unread = len(t.issues) > before; d.Default && !d.unread {
			claimDefaults(defaults, d)
		}
		drafts[in.Code] = d
		order = append(order, d)
	}
	for i, in := range decode[layoutColumnRow](columns) {
		r := columns.row(i)
		d, ok := drafts[in.Code]
		if !ok {
			if r.required("様式コード", in.Code) {
				r.fail(issue.RegisterUnknownReference, "様式コード")
			}
			continue
		}
		fmt.Fprintf(&d.text, "%q\n", in)
		if before := len(columns.issues); !d.unread {
			d.column(r, in)
			d.bad = d.bad || len(columns.issues) > before
		}
	}
	for _, d := range order {
		if !d.unread && !d.bad {
			d.finish()
		}
		d.digest = fmt.Sprintf("%x", sha256.Sum256([]byte(d.text.String())))
		l.reg.layouts[d.Code] = d.Layout
	}
}

// layout reads a row of layouts.csv.
func (l *loader) layout(r row, in layoutRow, seen map[string]int) *draft {
	d := &draft{Layout: &Layout{Pos: r.pos("")}, at: r, items: map[string]int{}}
	var ok bool
	if d.Code, ok = r.code("様式コード", in.Code); ok {
		claim(seen, strings.ToLower(d.Code), r, "様式コード")
	}
	if d.Office, ok = r.code("照会元コード", in.Office); ok && l.defined != nil {
		if _, ok := l.defined[d.Office]; !ok {
			r.fail(issue.RegisterUnknownReference, "照会元コード")
		}
	}
	for _, code := range split(in.Purposes) {
		if _, ok := l.listed[purposeID{d.Office, code}]; !ok && l.listed != nil && d.Office != "" {
			r.fail(issue.RegisterUnknownReference, "事務コード")
		}
		d.Purposes = append(d.Purposes, code)
	}
	d.Use = choose(r, "用途", in.Use, useWords(), 0)
	forms := formWords()
	if d.Use == UseList {
		forms = listFormWords()
	}
	d.Form = choose(r, "形式", in.Form, forms, 0)
	if in.Default != "" { // empty is 指定時, the side that guesses less
		d.Default = choose(r, "既定", in.Default, defaultWords(), false)
	}
	fmt.Fprintf(&d.text, "%q\n", in)
	if d.Form == 0 {
		return d
	}
	if d.Use != UseList && d.Form != FormFixed {
		r.empty([]string{"文字コード", "レコード長", "改行"}, in.Charset, in.Bytes, in.LineEnd)
		return d
	}
	d.Charset = choose(r, "文字コード", in.Charset, charsetWords(), 0)
	d.fixed = &fixed.Layout{Charset: charset.UTF8}
	if d.Charset == CharsetCP932 {
		d.fixed.Charset = charset.CP932
	}
	if d.Form == FormFixed {
		d.fixed.Bytes = r.number("レコード長", in.Bytes, fixed.BytesMax)
		d.fixed.End = choose(r, "改行", in.LineEnd, lineEndWords(), fixed.NoLineEnd)
		return d
	}
	r.empty([]string{"レコード長", "改行"}, in.Bytes, in.LineEnd)
	d.fixed.Comma = ','
	if d.Form == FormTSV {
		d.fixed.Comma = '\t'
	}
	return d
}

// claimDefaults holds that there is one default for each office, purpose, use and form;
// of lists there is one only, since nobody says in which form a list comes.
func claimDefaults(defaults map[defaultID]int, d *draft) {
	purposes := d.Purposes
	if purposes == nil {
		purposes = []string{""}
	}
	for _, p := range purposes {
		id := defaultID{office: d.Office, purpose: p, use: d.Use}
		if d.Use != UseList {
			id.form = d.Form
		}
		if first, ok := defaults[id]; ok {
			d.at.fail(issue.LayoutDefaultTwice, "既定", first)
			return
		}
		defaults[id] = d.at.line
	}
}

// column reads a row of layout_columns.csv.
func (d *draft) column(r row, in layoutColumnRow) {
	kind := fixed.Data
	if in.Kind != "" {
		kind = choose(r, "レコード", in.Kind, kindWordsOfRecords(), fixed.Data)
	}
	c := fixed.Column{Value: in.Value}
	item, frame, ok := d.item(r, in.Item, kind)
	if !ok {
		return
	}
	c.Item, c.Cut = frame, d.Use == UseResult && explains(item)
	c.Name = r.text("名称", in.Name)
	switch {
	case frame != fixed.Cell:
	case item == itemUnused:
		r.required("名称", c.Name)
		item = ""
	default:
		claim(d.items, "item "+item, r, "項目")
		if c.Name == "" {
			c.Name = item
		}
	}
	if frame == fixed.Cell {
		claim(d.items, "name "+Fold(c.Name), r, "名称")
		d.Columns = append(d.Columns, LayoutColumn{item, c.Name})
	}
	if d.fixed == nil {
		r.empty([]string{"開始位置", "バイト数", "寄せ", "埋め文字", "値"}, in.From, in.Bytes, in.Right, in.Pad, in.Value)
		return
	}
	d.place(r, in, &c)
	switch frame {
	case fixed.Constant: // its layout says whether it may be empty
	case fixed.Sum, fixed.SumLow:
		r.required("値", c.Value)
	default:
		r.empty([]string{"値"}, in.Value)
	}
	at, _ := slices.BinarySearchFunc(d.fixed.Records[kind], c.From+1, func(o fixed.Column, from int) int { return o.From - from })
	d.fixed.Records[kind] = slices.Insert(d.fixed.Records[kind], at, c)
	d.rows[kind] = slices.Insert(d.rows[kind], at, r)
}

// place reads where a column of a list stands, by bytes or by the number of its field.
func (d *draft) place(r row, in layoutColumnRow, c *fixed.Column) {
	if d.fixed.Comma != 0 {
		c.From, c.Bytes = r.number("開始位置", in.From, fixed.FieldsMax), 1
		r.empty([]string{"バイト数", "寄せ", "埋め文字"}, in.Bytes, in.Right, in.Pad)
		return
	}
	c.From = r.number("開始位置", in.From, fixed.BytesMax)
	c.Bytes = r.number("バイト数", in.Bytes, fixed.BytesMax)
	if in.Right != "" {
		c.Right = choose(r, "寄せ", in.Right, rightWordsOfColumns(), false)
	}
	if in.Pad != "" {
		c.Pad = choose(r, "埋め文字", in.Pad, padWords(), fixed.Space)
	}
}

// item reads what a column is for.
func (d *draft) item(r row, s string, kind fixed.Kind) (item string, frame fixed.Item, ok bool) {
	var cells []string
	switch {
	case kind != fixed.Data:
	case d.Use == UseList:
		cells = append(ListItems(), itemUnused)
	case d.Use == UseResult:
		cells = ResultItems()
	}
	if !r.required("項目", s) {
		return "", 0, false
	}
	if item = canonical(cells, s); item != "" {
		return item, fixed.Cell, true
	}
	frames := slices.DeleteFunc(frameWords(), func(w word[fixed.Item]) bool { return !d.permits(w.value, kind) })
	if frame, ok = parse(frames, s); !ok {
		for _, w := range frames {
			cells = append(cells, w.spellings[0])
		}
		r.fail(issue.LayoutItem, "項目", strings.Join(cells, "、"))
	}
	return "", frame, ok
}

// permits reports whether a kind of record may have what is no cell.
func (d *draft) permits(item fixed.Item, kind fixed.Kind) bool {
	switch {
	case d.fixed == nil:
		return false
	case item == fixed.Filler || item == fixed.Constant:
		return true
	case kind == fixed.Data:
		return false
	case item == fixed.Sum || item == fixed.SumLow: // what is written is not added up, and a field has no width
		return d.Use == UseList && (item == fixed.Sum || d.fixed.Comma == 0)
	}
	return true
}

// finish holds the columns of a layout against one another.
func (d *draft) finish() {
	has := func(item string) bool { _, ok := d.items["item "+item]; return ok }
	lacks := func(what string) { d.at.fail(issue.LayoutLacks, "様式コード", what) }
	if len(d.Columns) == 0 {
		d.at.fail(issue.LayoutNoRecord, "様式コード")
		return
	}
	if !has(itemReference) {
		lacks(itemReference)
	}
	switch d.Use {
	case UseResult:
		if !has(itemAnswer) {
			lacks(itemAnswer)
		}
	case UseList:
		var keys []Particular
		for _, p := range Particulars() {
			if has(p.String()) {
				keys = append(keys, p)
			}
		}
		if !Searchable(keys) {
			lacks("検索キー")
		}
	}
	if d.fixed == nil {
		return
	}
	d.sortColumns()
	d.findSums()
	for _, f := range d.fixed.Check() {
		d.fault(f)
	}
}

// sortColumns brings the columns into the order of their places.
func (d *draft) sortColumns() {
	byName := map[string]LayoutColumn{}
	for _, c := range d.Columns {
		byName[c.Name] = c
	}
	d.Columns = d.Columns[:0]
	for _, c := range d.fixed.Records[fixed.Data] {
		if c.Item == fixed.Cell {
			d.Columns = append(d.Columns, byName[c.Name])
		}
	}
}

// findSums finds the columns that sums are of, however their names are spelled.
func (d *draft) findSums() {
	names := d.fixed.Names()
	for _, columns := range d.fixed.Records {
		for i := range columns {
			if c := &columns[i]; c.Item == fixed.Sum || c.Item == fixed.SumLow {
				c.Value = canonical(names, c.Value)
			}
		}
	}
}

// fault tells a fault of the places in the words of the table.
func (d *draft) fault(f fixed.Fault) {
	if f.Column < 0 {
		switch {
		case errors.Is(f.Err, fixed.ErrGap):
			last := d.rows[f.Kind][len(d.rows[f.Kind])-1]
			last.fail(issue.LayoutGap, "バイト数", f.From, f.To)
		case errors.Is(f.Err, fixed.ErrAlike):
			d.rows[f.Kind][0].fail(issue.LayoutAlike, "レコード")
		default:
			d.at.fail(issue.LayoutNoRecord, "様式コード")
		}
		return
	}
	r := d.rows[f.Kind][f.Column]
	switch {
	case errors.Is(f.Err, fixed.ErrOverlap):
		r.fail(issue.LayoutOverlap, "開始位置", d.rows[f.Kind][f.To].line)
	case errors.Is(f.Err, fixed.ErrGap) && d.fixed.Comma != 0:
		r.fail(issue.RegisterBadValue, "開始位置", "1から続く番号")
	case errors.Is(f.Err, fixed.ErrGap):
		r.fail(issue.LayoutGap, "開始位置", f.From, f.To)
	case errors.Is(f.Err, fixed.ErrNoCell):
		r.fail(issue.RegisterBadValue, "値", strings.Join(d.fixed.Names(), "、"))
	case errors.Is(f.Err, fixed.ErrBeyond):
		r.fail(issue.LayoutBeyond, "バイト数", d.fixed.Bytes)
	case errors.Is(f.Err, fixed.ErrBadPadding):
		r.fail(issue.LayoutPadding, "埋め文字")
	default: // a constant, or a day, that has no room
		r.fail(issue.LayoutValue, "値")
	}
}

// empty holds that cells which mean nothing here say nothing.
func (r row) empty(headers []string, cells ...string) {
	for i, s := range cells {
		if s != "" {
			r.fail(issue.RegisterBadValue, headers[i], "空欄")
		}
	}
}

// number reads a whole number from 1 up; 0 where there is none.
func (r row) number(header, s string, most int) int {
	if !r.required(header, s) {
		return 0
	}
	n, err := strconv.Atoi(strings.ReplaceAll(Fold(s), ",", ""))
	if err != nil || n < 1 || n > most {
		r.fail(issue.RegisterBadValue, header, fmt.Sprintf("1から%dまでの整数", most))
		return 0
	}
	return n
}
