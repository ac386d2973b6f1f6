package intake

import (
	"strings"

	"baitai/pipeline/normal"
)

// A field is what a column of a list means: a particular, or a part of one.
type field int

// The fields of spec §2.2, and the parts in which lists keep a 氏名, a 生年月日 or a
// 住所 in several columns, in the order in which they are joined.
const (
	fieldNone field = iota // ignored, and named in the result
	fieldReference
	fieldCode
	fieldName
	fieldKana
	fieldBirth
	fieldSex
	fieldAddress
	fieldFormerSurname
	fieldConsent
	fieldSurname
	fieldGivenName
	fieldSurnameKana
	fieldGivenNameKana
	fieldEra
	fieldYear
	fieldMonth
	fieldDay
	fieldPrefecture
	fieldCity
	fieldTown
	fieldSection
	fieldChome
	fieldBlock
	fieldHouse
	fieldAddress2
	fieldAddress3
	fieldBuilding
	fieldRoom
	fieldMyNumber // refuses the list
	fieldCount
)

// standardHeader is the name of a field in the specification and in the register
// (見出しの表).
var standardHeader = [fieldCount]string{"", "整理番号", "住民票コード", "氏名", "氏名ふりがな", "生年月日", "性別", "住所", "旧氏", "同意番号",
	"氏", "名", "氏ふりがな", "名ふりがな", "元号", "生年", "生月", "生日",
	"都道府県", "市区町村", "町域", "字", "丁目", "番地", "号", "住所2", "住所3", "建物", "部屋番号", "個人番号"}

// meaning finds the field of a header; unsafe says that nobody knows the header
// and that it could be a search key. What an office has registered comes first,
// but not before the names of a 個人番号: no register can let one in.
func meaning(header string, registered map[string]field) (f field, unsafe bool) {
	if normal.NamesMyNumber(header) {
		return fieldMyNumber, false
	}
	h := normal.FoldHeader(header)
	if f, ok := registered[h]; ok {
		return f, false
	}
	if f, ok := headerNames[h]; ok {
		return f, false
	}
	for _, prefix := range theirOwn {
		if rest, ok := strings.CutPrefix(h, prefix); ok {
			if f, ok := headerNames[rest]; ok && f != fieldReference {
				return f, false
			}
		}
	}
	if harmlessNames[h] {
		return fieldNone, false
	}
	for _, part := range suspicious {
		if strings.Contains(h, part) {
			return fieldNone, true
		}
	}
	return fieldNone, strings.HasSuffix(h, "名")
}
