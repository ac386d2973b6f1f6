package authority

import (
	"strings"

	"baitai/pipeline/register"
)

// An Item is something that a request states. The zero value is none.
type Item uint8

// The items, in the order in which a request is usually written.
const (
	ItemNumber Item = iota + 1
	ItemDate
	ItemOffice
	ItemPurpose
	ItemBasis
	ItemRows
	ItemDigest
	ItemFields
	ItemForm
	ItemCharset
	ItemResultCharset
	ItemWay
	ItemPasswordRef
	ItemSheet
	ItemLayout
	ItemResultLayout
	ItemNote
)

// An itemName is how requests name an item. The English name is the bare key of a
// side file; the first Japanese one is what messages show. A Japanese key of a
// side file needs quotes, because TOML has bare keys in ASCII only.
type itemName struct {
	item     Item
	english  string
	japanese []string
}

func itemNames() []itemName {
	return []itemName{
		{ItemNumber, "number", []string{"依頼番号"}},
		{ItemDate, "date", []string{"依頼日", "依頼年月日"}},
		{ItemOffice, "office", []string{"照会元", "照会元コード"}},
		{ItemPurpose, "purpose", []string{"利用事務", "事務コード", "利用事務コード"}},
		{ItemBasis, "basis", []string{"根拠"}},
		{ItemRows, "rows", []string{"行数", "件数"}},
		{ItemDigest, "sha256", []string{"ダイジェスト", "SHA-256"}},
		{ItemFields, "fields", []string{"提供項目"}},
		{ItemForm, "form", []string{"形式", "返却形式"}},
		{ItemCharset, "charset", []string{"文字コード"}},
		{ItemResultCharset, "result_charset", []string{"結果の文字コード"}},
		{ItemWay, "way", []string{"返却方法"}},
		{ItemPasswordRef, "password_ref", []string{"パスワード参照"}},
		{ItemSheet, "sheet", []string{"シート"}},
		{ItemLayout, "layout", []string{"様式", "リストの様式"}},
		{ItemResultLayout, "result_layout", []string{"結果の様式"}},
		{ItemNote, "note", []string{"備考"}},
	}
}

// ParseItem finds the item that a request means by a name; width, spaces and case
// do not matter.
func ParseItem(name string) (Item, bool) {
	name = register.Fold(name)
	for _, n := range itemNames() {
		if name == n.english {
			return n.item, true
		}
		for _, ja := range n.japanese {
			if name == register.Fold(ja) {
				return n.item, true
			}
		}
	}
	return 0, false
}

// noFields is what a request chooses that wants no fields (統計).
const noFields = "なし"

// FieldChoice is the name of the row of a sheet 「依頼書」 in which ○ chooses a field
// (提供項目); "" stands for none of them.
func FieldChoice(f string) string {
	if f == "" {
		f = noFields
	}
	return ItemFields.String() + ":" + f
}

// parseFieldChoice finds the field of such a name, "" for none of them.
func parseFieldChoice(name string) (field string, ok bool) {
	field, ok = strings.CutPrefix(register.Fold(name), register.Fold(ItemFields.String())+":")
	if field == noFields {
		return "", ok
	}
	_, known := register.ParseField(field)
	return field, ok && known
}

// String gives the Japanese name, "?" for none.
func (i Item) String() string {
	for _, n := range itemNames() {
		if n.item == i {
			return n.japanese[0]
		}
	}
	return "?"
}

// Key gives the English name, which is the key of a side file; "?" for none.
func (i Item) Key() string {
	for _, n := range itemNames() {
		if n.item == i {
			return n.english
		}
	}
	return "?"
}
