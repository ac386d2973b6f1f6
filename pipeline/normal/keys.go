package normal

import (
	"slices"

	"baitai/pipeline/person"
)

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

// String names the kind in English.
func (k KeyKind) String() string {
	if k < KeyKinds {
		return [...]string{"code", "name+birth", "kana+birth", "birth+address", "name+address", "kana+address"}[k]
	}
	return "key?"
}

// A Key finds candidates: equal hashes mean that the particulars are worth
// comparing, nothing more.
type Key struct {
	Kind KeyKind
	Hash uint64
}

// Keys appends the keys of f to dst, each once: of a version, those under which
// it must be found, 旧氏 and 旧住民票コード among them; of a row, those under which it
// looks, with surname and given name in both orders.
func (f *Folded) Keys(dst []Key) []Key {
	from := len(dst)
	add := func(kind KeyKind, h hash) {
		k := Key{kind, uint64(h)}
		if !slices.Contains(dst[from:], k) {
			dst = append(dst, k)
		}
	}
	for _, c := range [...]person.ResidentCode{f.Code, f.OldCode} {
		if !c.IsZero() {
			add(KeyCode, newHash(KeyCode).text(c.Reveal()))
		}
	}
	names := f.keyNames()
	birth, dated := keyBirth(f.Birth)
	for _, name := range names {
		if dated && name != "" {
			add(KeyNameBirth, newHash(KeyNameBirth).text(name).text(birth))
		}
	}
	if dated && f.Kana != nil {
		add(KeyKanaBirth, newHash(KeyKanaBirth).text(f.Kana.p.form).text(birth))
	}
	if f.Address == nil {
		return dst
	}
	p := f.Address.p
	munis := p.Municipalities
	if len(munis) == 0 {
		munis = []string{""} // two addresses whose municipality nobody knows can still be the same
	}
	first := ""
	if len(p.Numbers) > 0 {
		first = p.Numbers[0]
	}
	for _, muni := range munis {
		if dated {
			add(KeyBirthAddress, newHash(KeyBirthAddress).text(birth).text(muni).text(first))
		}
		for _, name := range names {
			if name != "" {
				add(KeyNameAddress, newHash(KeyNameAddress).text(name).text(muni).text(first))
			}
		}
		if f.Kana != nil {
			add(KeyKanaAddress, newHash(KeyKanaAddress).text(f.Kana.p.form).text(muni).text(first))
		}
	}
	return dst
}

// keyNames are the spellings under which f is found or looks: the name, the name
// with 旧氏, and for a row the name in the other order.
func (f *Folded) keyNames() (names [3]string) {
	if f.Name != nil {
		names[0] = f.Name.p.variant
		if !f.version && f.Name.p.given != "" {
			names[2] = f.Name.p.given + f.Name.p.surname
		}
	}
	if f.Former != nil {
		names[1] = f.Former.p.variant
	}
	return names
}

// keyBirth is the date as four bytes; ok is false where a part is unknown.
func keyBirth(b person.Birth) (key string, ok bool) {
	d := b.Date()
	if !d.Complete() {
		return "", false
	}
	return string([]byte{byte(d.Year >> 8), byte(d.Year), byte(d.Month), byte(d.Day)}), true
}

// hash is FNV-1a, 64 bits, which is fixed for good and needs no key: keys stand
// in sealed files only.
type hash uint64

func newHash(kind KeyKind) hash { return hash(14695981039346656037).byte(byte(kind)) }

func (h hash) byte(b byte) hash { return (h ^ hash(b)) * 1099511628211 }

// text adds a text and its end, so that ab+c and a+bc differ.
func (h hash) text(s string) hash {
	for i := range len(s) {
		h = h.byte(s[i])
	}
	return h.byte(0xFF) // no byte of UTF-8
}
