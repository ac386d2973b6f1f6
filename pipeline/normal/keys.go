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
	KeyBirthAddress                // 生年月日; municipality, ward and first two numbers of 住所
	KeyNameAddress                 // 氏名; the same of 住所
	KeyKanaAddress                 // 氏名ふりがな; the same of 住所
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
// looks, with surname and given name in both orders. A person with several
// versions has the keys of [PersonKeys], not only those of each.
func (f *Folded) Keys(dst []Key) []Key {
	if keys, ok := f.rowKeys(dst); ok {
		return keys
	}
	return PersonKeys(dst, f)
}

// PersonKeys appends to dst, each once, the keys under which a person must be
// found. A row may agree with one version in its name and with another in its
// address or birth; so the keys join the particulars of all versions.
func PersonKeys(dst []Key, versions ...*Folded) []Key {
	k := keyring{dst: slices.Grow(dst, keysUsual), from: len(dst)}
	for _, name := range versions {
		for _, c := range [...]person.ResidentCode{name.Code, name.OldCode} {
			if !c.IsZero() {
				k.add(KeyCode, newHash(KeyCode).text(c.Reveal()))
			}
		}
		names := name.keyNames()
		kana := ""
		if name.Kana != nil {
			kana = name.Kana.p.formText()
		}
		for _, other := range versions {
			birth, dated := keyBirth(other.Birth)
			for _, n := range names {
				if n == (pieces{}) {
					continue
				}
				if dated {
					k.add(KeyNameBirth, newHash(KeyNameBirth).pieces(n).date(birth))
				}
				k.place(KeyNameAddress, newHash(KeyNameAddress).pieces(n), other)
			}
			if kana != "" && dated {
				k.add(KeyKanaBirth, newHash(KeyKanaBirth).text(kana).date(birth))
			}
			if kana != "" {
				k.place(KeyKanaAddress, newHash(KeyKanaAddress).text(kana), other)
			}
			if dated {
				k.place(KeyBirthAddress, newHash(KeyBirthAddress).date(birth), name)
			}
		}
	}
	return k.dst
}

// keysUsual is what a row with every particular has: one allocation, not four.
const keysUsual = 12

// A keyring collects keys, each once.
type keyring struct {
	dst  []Key
	from int
}

func (k *keyring) add(kind KeyKind, h hash) {
	if key := (Key{kind, uint64(h)}); !slices.Contains(k.dst[k.from:], key) {
		k.dst = append(k.dst, key)
	}
}

// place adds the keys of a hashed text with each municipality that an address may lie
// in, the ward, and the first two numbers of the address. Two addresses whose
// municipality nobody knows can still be the same, so none is a place too.
//
// The first number alone is a 丁目 in a city: a birth and a 丁目 of 福岡市 are shared by
// half a dozen people whom no row means, and each had to be compared. Two addresses
// that are good enough for a step (方書 on one side only at worst) have one ward, and
// the same numbers but for a last one that may be a room. So a person has the second
// number in the key where it can be no room, and a row looks with it and without.
func (k *keyring) place(kind KeyKind, h hash, of *Folded) {
	a := of.Address
	if a == nil {
		return
	}
	numbers := a.p.Numbers
	first, second := "", ""
	if len(numbers) > 0 {
		first = numbers[0]
	}
	if len(numbers) > 1 && !(of.version && len(numbers) == 2 && a.p.RoomMayBeLast) {
		second = numbers[1]
	}
	places := a.p.Municipalities
	if len(places) == 0 {
		places = []string{""}
	}
	for _, m := range places {
		at := h.text(m).text(a.p.Ward).text(first)
		k.add(kind, at.text(second))
		if !of.version && second != "" {
			k.add(kind, at.text(""))
		}
	}
}

// keyNames are the spellings under which f is found or looks: the name, the name
// with 旧氏, and for a row the name in the other order.
func (f *Folded) keyNames() (names [3]pieces) {
	if f.Name != nil {
		names[0] = f.Name.p.variantPieces()
		if !f.version {
			own := f.Name.p.parts()
			names[2] = pieces{own.b, own.a}
		}
	}
	if f.Former != nil {
		names[1] = f.Former.p.variantPieces()
	}
	return names
}

// keyBirth is the date as four bytes; ok is false where a part is unknown.
func keyBirth(b person.Birth) (key [4]byte, ok bool) {
	d := b.Date()
	return [4]byte{byte(d.Year >> 8), byte(d.Year), byte(d.Month), byte(d.Day)}, d.Complete()
}

// hash is FNV-1a, 64 bits, which is fixed for good and needs no key: keys stand
// in sealed files only.
type hash uint64

func newHash(kind KeyKind) hash { return hash(14695981039346656037).byte(byte(kind)) }

func (h hash) byte(b byte) hash { return (h ^ hash(b)) * 1099511628211 }

func (h hash) bytes(s string) hash {
	for i := range len(s) {
		h = h.byte(s[i])
	}
	return h
}

// text adds a text and its end, so that ab+c and a+bc differ.
func (h hash) text(s string) hash { return h.bytes(s).byte(0xFF) } // no byte of UTF-8

// pieces adds a text in two pieces as if it were in one.
func (h hash) pieces(p pieces) hash { return h.bytes(p.a).text(p.b) }

// date adds a date and its end.
func (h hash) date(d [4]byte) hash {
	return h.byte(d[0]).byte(d[1]).byte(d[2]).byte(d[3]).byte(0xFF)
}
