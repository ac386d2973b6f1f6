package authority

import (
	"maps"
	"slices"

	"baitai/pipeline/issue"
	"baitai/pipeline/register"
)

// A Source says where a request comes from.
type Source string

// The sources. What is written by the office (side file, sheet) must be complete;
// for the other two the register fills in what is not stated.
const (
	SideFile Source = "side file" // NAME.request.toml beside the list
	Sheet    Source = "sheet"     // the sheet 「依頼書」 of the workbook
	Default  Source = "default"   // no request: the office's default in the register
	Command  Source = "command"   // the operator at the command line
)

// Written reports whether the office itself has written the request. An unknown
// source counts as written, because that is the stricter reading.
func (s Source) Written() bool { return s != Default && s != Command }

// A Request is what an office asks for (依頼書). Package intake fills it. Make one
// with [NewRequest], [ParseRequestTOML] or [RequestFromPairs]: in a literal, Rows
// would state a list of no rows.
type Request struct {
	Source        Source
	Number        string       // 依頼番号, the office's own
	Office        string       // 照会元コード
	Purpose       string       // 事務コード
	Basis         string       // 根拠, as [register.ParseBasis] reads it
	Rows          int64        // number of rows, header not counted; -1 if not stated
	Digest        string       // SHA-256 of the list, 64 small hex digits; "" if not stated
	Fields        []string     // 提供項目; nil if not stated, empty and not nil for none
	Form          string       // of the result, as [register.ParseForm] reads it
	Charset       string       // of the list, a [charset.Charset]; "" if not stated
	ResultCharset string       // of the result, as [register.ParseCharset] reads it
	Way           string       // 返却方法, as [register.ParseWay] reads it
	PasswordRef   string       // which password, agreed out of band; never the password
	Date          string       // 依頼日, YYYY-MM-DD
	Sheet         string       // which sheet is the list
	Layout        string       // 様式コード by which a list without headers is read, or NoLayout
	ResultLayout  string       // 様式コード of the result
	Keys          []Particular // which columns the list has; filled by intake once the header is read

	at map[Item]issue.Pos // where each item stands
}

// NewRequest gives a request that states nothing.
func NewRequest(s Source) Request { return Request{Source: s, Rows: -1} }

// Pos is where the request states the item; the zero Pos if it does not.
func (r Request) Pos(i Item) issue.Pos { return r.at[i] }

// Contradicts lists the items that both requests state and that differ: for a
// list with two requests (F133), and for a command line (J116). Spellings of one
// word do not differ. Keys, note and date are not compared.
func (r Request) Contradicts(o Request) []Item {
	var items []Item
	differ := func(i Item, a, b string) {
		if a != "" && b != "" && a != b {
			items = append(items, i)
		}
	}
	differ(ItemNumber, r.Number, o.Number)
	differ(ItemOffice, r.Office, o.Office)
	differ(ItemPurpose, r.Purpose, o.Purpose)
	differ(ItemBasis, meaning(register.ParseBasis, r.Basis), meaning(register.ParseBasis, o.Basis))
	if r.Rows >= 0 && o.Rows >= 0 && r.Rows != o.Rows {
		items = append(items, ItemRows)
	}
	differ(ItemDigest, r.Digest, o.Digest)
	if r.Fields != nil && o.Fields != nil && !slices.Equal(fieldSet(r.Fields), fieldSet(o.Fields)) {
		items = append(items, ItemFields)
	}
	differ(ItemForm, meaning(register.ParseForm, r.Form), meaning(register.ParseForm, o.Form))
	differ(ItemCharset, r.Charset, o.Charset)
	differ(ItemResultCharset, meaning(register.ParseCharset, r.ResultCharset), meaning(register.ParseCharset, o.ResultCharset))
	differ(ItemWay, meaning(register.ParseWay, r.Way), meaning(register.ParseWay, o.Way))
	differ(ItemPasswordRef, r.PasswordRef, o.PasswordRef)
	differ(ItemSheet, r.Sheet, o.Sheet)
	differ(ItemLayout, r.Layout, o.Layout)
	differ(ItemResultLayout, r.ResultLayout, o.ResultLayout)
	return items
}

// Completed returns r with every item that only o states, each with its place.
// Source and Keys stay those of r.
func (r Request) Completed(o Request) Request {
	r.at = maps.Clone(r.at)
	if r.at == nil {
		r.at = make(map[Item]issue.Pos)
	}
	take := func(i Item) { r.at[i] = o.at[i] }
	for _, t := range []struct {
		item Item
		to   *string
		from string
	}{
		{ItemNumber, &r.Number, o.Number}, {ItemDate, &r.Date, o.Date}, {ItemOffice, &r.Office, o.Office},
		{ItemPurpose, &r.Purpose, o.Purpose}, {ItemBasis, &r.Basis, o.Basis}, {ItemDigest, &r.Digest, o.Digest},
		{ItemForm, &r.Form, o.Form}, {ItemCharset, &r.Charset, o.Charset}, {ItemResultCharset, &r.ResultCharset, o.ResultCharset},
		{ItemWay, &r.Way, o.Way}, {ItemPasswordRef, &r.PasswordRef, o.PasswordRef}, {ItemSheet, &r.Sheet, o.Sheet},
		{ItemLayout, &r.Layout, o.Layout}, {ItemResultLayout, &r.ResultLayout, o.ResultLayout},
	} {
		if *t.to == "" && t.from != "" {
			*t.to = t.from
			take(t.item)
		}
	}
	if r.Rows < 0 && o.Rows >= 0 {
		r.Rows = o.Rows
		take(ItemRows)
	}
	if r.Fields == nil && o.Fields != nil {
		r.Fields = o.Fields
		take(ItemFields)
	}
	return r
}

// meaning gives the usual spelling of a known word, and any other text as it is.
func meaning[T interface{ String() string }](parse func(string) (T, bool), s string) string {
	if v, ok := parse(s); ok {
		return v.String()
	}
	return s
}

func fieldSet(names []string) []string {
	set := make([]string, len(names))
	for i, n := range names {
		set[i] = meaning(register.ParseField, n)
	}
	slices.Sort(set)
	return slices.Compact(set)
}
