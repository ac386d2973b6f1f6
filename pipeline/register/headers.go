package register

import (
	"slices"
	"strings"
	"unicode/utf8"

	"baitai/pipeline/issue"
	"baitai/pipeline/normal"
)

// HeadersFile is the table of the names that offices give to the columns of their
// lists (見出しの表). It may be missing.
const HeadersFile = "headers.csv"

// HeaderNotUsed is the 意味 of a column that a list brings and that is not used, such
// as the 氏名 of the 世帯主 or a 郵便番号: without it a name that could mean a search
// key refuses the list.
const HeaderNotUsed = "使わない"

// headerMeanings are what a column may mean: the headers of spec §2.2, the parts in
// which lists keep a 氏名, a 生年月日 or a 住所, and that it is not used. 個人番号 is
// none of them, whatever an office calls it.
func headerMeanings() []string {
	return []string{"整理番号", "住民票コード", "氏名", "氏名ふりがな", "生年月日", "性別", "住所", "旧氏", "同意番号",
		"氏", "名", "氏ふりがな", "名ふりがな", "元号", "生年", "生月", "生日",
		"都道府県", "市区町村", "町域", "字", "丁目", "番地", "号", "住所2", "住所3", "建物", "部屋番号", HeaderNotUsed}
}

// headerCharactersMax bounds a header, as it does in a list.
const headerCharactersMax = 200

type headerRow struct {
	Office  string `csv:"照会元コード"`
	Header  string `csv:"見出し"`
	Meaning string `csv:"意味"`
	Note    string `csv:"備考"`
}

// Headers gives what an office's own names of columns mean: name as it is written
// in the register → 意味.
func (r *Register) Headers(office string) map[string]string {
	own := make(map[string]string)
	for _, h := range r.headers[office] {
		own[h.name] = h.meaning
	}
	return own
}

type header struct{ name, meaning string }

// headerID tells which names are one name: a list is free in width, case and
// spaces.
type headerID struct{ office, folded string }

func (l *loader) headers(t *table) {
	seen := map[headerID]int{}
	for i, in := range decode[headerRow](t) {
		r := t.row(i)
		office, ok := r.code("照会元コード", in.Office)
		if _, known := l.defined[office]; ok && l.defined != nil && !known {
			r.fail(issue.RegisterUnknownReference, "照会元コード")
		}
		name, meaning := in.Header, normal.FoldWidth(in.Meaning)
		if r.required("見出し", name) {
			r.header(name)
			claim(seen, headerID{office, normal.FoldHeader(name)}, r, "見出し")
		}
		if r.required("意味", meaning) && !slices.Contains(headerMeanings(), meaning) {
			r.fail(issue.RegisterBadValue, "意味", strings.Join(headerMeanings(), "、"))
		}
		l.reg.headers[office] = append(l.reg.headers[office], header{name, meaning})
	}
}

// header refuses a name that no column can have, and one that names a 個人番号: no
// register can let one in (番号法20条).
func (r row) header(name string) {
	switch {
	case normal.FoldHeader(name) == "" || utf8.RuneCountInString(name) > headerCharactersMax:
		r.fail(issue.RegisterBadValue, "見出し", "リストの見出しのとおりの文字列")
	case normal.NamesMyNumber(name):
		r.fail(issue.RegisterBadValue, "見出し", "個人番号の列ではない見出し")
	}
}
