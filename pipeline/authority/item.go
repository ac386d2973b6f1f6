package authority

// An Item is something that a request states.
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
	ItemNote
)

// An itemName is how requests name an item: the first Japanese name is the one
// that messages show; the English one is the bare key of a side file.
type itemName struct {
	item     Item
	english  string
	japanese []string
}

func itemNames() []itemName {
	return []itemName{
		{ItemNumber, "number", []string{"依頼番号"}},
		{ItemDate, "date", []string{"依頼日"}},
		{ItemOffice, "office", []string{"照会元", "照会元コード"}},
		{ItemPurpose, "purpose", []string{"利用事務", "事務コード"}},
		{ItemBasis, "basis", []string{"根拠"}},
		{ItemRows, "rows", []string{"行数", "件数"}},
		{ItemDigest, "sha256", []string{"ダイジェスト"}},
		{ItemFields, "fields", []string{"提供項目"}},
		{ItemForm, "form", []string{"形式", "返却形式"}},
		{ItemCharset, "charset", []string{"文字コード"}},
		{ItemResultCharset, "result_charset", []string{"結果の文字コード"}},
		{ItemWay, "way", []string{"返却方法"}},
		{ItemPasswordRef, "password_ref", []string{"パスワード参照"}},
		{ItemSheet, "sheet", []string{"シート"}},
		{ItemNote, "note", []string{"備考"}},
	}
}

// String gives the Japanese name.
func (i Item) String() string {
	for _, n := range itemNames() {
		if n.item == i {
			return n.japanese[0]
		}
	}
	return "?"
}

// Key gives the English name, the key of a side file.
func (i Item) Key() string {
	for _, n := range itemNames() {
		if n.item == i {
			return n.english
		}
	}
	return "?"
}
