package register

import (
	"slices"
	"strings"

	"baitai/formats/fixed"
	"baitai/pipeline/issue"
)

// A Use is what a layout is for (用途).
type Use uint8

// The uses.
const (
	UseList   Use = iota + 1 // リスト: how a list of the office is to be read
	UseResult                // 結果: how the office wants its results
)

// A Layout is a 様式, a row of layouts.csv with its rows of layout_columns.csv: where
// everything stands in a list of fixed length or without a header line, or which items a result has, in which
// order and under which names.
type Layout struct {
	Code     string   // 様式コード
	Office   string   // 照会元コード
	Purposes []string // 事務コード; nil is every purpose of the office
	Use      Use      // 用途
	Form     Form     // 形式
	Default  bool     // 既定: for lists and results that name no layout
	Charset  Charset  // 文字コード of lists and of FormFixed; 0 for the other forms
	Columns  []LayoutColumn
	Pos      issue.Pos // of the row
	fixed    *fixed.Layout
	digest   string
}

// A LayoutColumn is a column of the rows, in the order of the file.
type LayoutColumn struct {
	Item string // 項目: the usual header of a list, or one of ResultItems; "" for what is not used (対象外)
	Name string // 名称 that the office has for it, which is Item where it has none
}

// For reports whether the layout is registered for a purpose of an office.
func (l Layout) For(office, purpose string) bool {
	return l.Office == office && (l.Purposes == nil || slices.Contains(l.Purposes, purpose))
}

// Fixed gives the places of a layout of a list or of fixed length; nil for the others.
func (l Layout) Fixed() *fixed.Layout {
	if l.fixed == nil {
		return nil
	}
	f := *l.fixed
	for kind := range f.Records {
		f.Records[kind] = slices.Clone(f.Records[kind])
	}
	return &f
}

// Digest stands for everything that the layout says.
func (l Layout) Digest() string { return l.digest }

// Layout finds a 様式 by its code.
func (r *Register) Layout(code string) (Layout, bool) {
	l, ok := find(r.layouts, code)
	l.Purposes, l.Columns = slices.Clone(l.Purposes), slices.Clone(l.Columns)
	return l, ok
}

// DefaultLayout finds the 様式 for results of that form which name none, or for lists,
// whose form it says itself. One that is registered for the purpose goes before one for
// all of the office's.
func (r *Register) DefaultLayout(office, purpose string, use Use, form Form) (Layout, bool) {
	found := ""
	for code, l := range r.layouts {
		if l.Default && l.Use == use && (use == UseList || l.Form == form) && l.For(office, purpose) && (found == "" || l.Purposes != nil) {
			found = code
		}
	}
	return r.Layout(found)
}

// Items of layouts that are the same for both uses.
const (
	itemReference = "整理番号"
	itemAnswer    = "回答区分"
	itemUnused    = "対象外"
)

// ListItems are the items of a list: the reference and every particular.
func ListItems() []string {
	items := []string{itemReference}
	for _, p := range Particulars() {
		items = append(items, p.String())
	}
	return items
}

// ResultItems are the items that a result can have, in the order in which it has
// them where no layout says otherwise.
func ResultItems() []string {
	items := []string{itemReference, itemAnswer, "回答"}
	for _, f := range Fields() {
		items = append(items, f.String())
	}
	return append(items, "照合段階", "氏名の照合", "ふりがなの照合", "生年月日の照合", "性別の照合", "住所の照合", "照合の根拠", "不備", "〓にした文字")
}

// explains reports whether an item holds words of this program, which may be cut
// where a column is too narrow; what is said of people and by offices may not.
func explains(item string) bool {
	return item == "回答" || item == "照合段階" || strings.HasSuffix(item, "の照合") || item == "照合の根拠" || item == "不備" || item == "〓にした文字"
}

func useWords() []word[Use] {
	return []word[Use]{{UseList, []string{"リスト"}}, {UseResult, []string{"結果"}}}
}

func defaultWords() []word[bool] {
	return []word[bool]{{true, []string{"既定"}}, {false, []string{"指定時"}}}
}

func lineEndWords() []word[fixed.LineEnd] {
	return []word[fixed.LineEnd]{{fixed.CRLF, []string{"CRLF"}}, {fixed.LF, []string{"LF"}}, {fixed.NoLineEnd, []string{"なし"}}}
}

func kindWordsOfRecords() []word[fixed.Kind] {
	return []word[fixed.Kind]{
		{fixed.Data, []string{"データ"}}, {fixed.Header, []string{"ヘッダー", "ヘッダ"}},
		{fixed.Trailer, []string{"トレーラー", "トレーラ"}}, {fixed.End, []string{"エンド"}},
	}
}

func rightWordsOfColumns() []word[bool] {
	return []word[bool]{{false, []string{"左"}}, {true, []string{"右"}}}
}

func padWords() []word[fixed.Pad] {
	return []word[fixed.Pad]{{fixed.Space, []string{"空白"}}, {fixed.Wide, []string{"全角空白"}}, {fixed.Zero, []string{"0"}}}
}

// frameWords are the items that are no cell of a row.
func frameWords() []word[fixed.Item] {
	return []word[fixed.Item]{
		{fixed.Filler, []string{"空き"}}, {fixed.Constant, []string{"固定値"}}, {fixed.Count, []string{"件数"}},
		{fixed.CountAll, []string{"総レコード数"}}, {fixed.Day, []string{"作成日"}}, {fixed.Sum, []string{"合計"}},
		{fixed.SumLow, []string{"合計下位桁"}},
	}
}
