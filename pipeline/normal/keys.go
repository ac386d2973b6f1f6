package normal

// A KeyKind says which particulars a key is made from.
type KeyKind uint8

// The kinds of keys. Their numbers stand in the identity file and never change.
const (
	KeyCode         KeyKind = iota // 住民票コード, now or formerly
	KeyNameBirth                   // 氏名 without spaces, variants folded; 生年月日
	KeyKanaBirth                   // 氏名ふりがな, form folded; 生年月日
	KeyBirthAddress                // 生年月日; municipality and first number of 住所
	KeyNameAddress                 // 氏名; municipality and first number of 住所
	KeyKanaAddress                 // 氏名ふりがな; municipality and first number of 住所
	KeyKinds                       // how many there are
)

// A Key finds candidates: equal hashes mean that the particulars are worth
// comparing, nothing more.
type Key struct {
	Kind KeyKind
	Hash uint64
}

// Keys appends the keys of f to dst: of a version, those under which it must be
// found; of a row, those under which it looks.
func (f *Folded) Keys(dst []Key) []Key { return dst }
