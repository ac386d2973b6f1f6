package normal

import (
	"encoding/binary"
	"errors"

	"baitai/pipeline/person"
)

// A folded row or version in bytes, so that an identity file can keep what is
// compared and a list can wait in little memory: taking an address apart costs five
// times what reading it back does. A text has its length before it (uvarint).
//
//	flags       1: 1 version · 2 BirthRespelled · 4 住民票コード · 8 旧住民票コード · 0x30 状態 · 0xC0 支援措置
//	            1: 1 氏名 · 2 旧氏 · 4 ふりがな · 8 生年月日 · 0x10 住所 · 0xE0 性別
//	codes       11 digits each
//	生年月日     year 2, month 1, day 1
//	氏名, 旧氏   flags 1 (1 kanji · 2 selectors · 4 form follows · 8 variant follows · 0x10 gap follows), received,
//	            form, variant, first byte and bytes of the gap, bytes of the surname, characters
//	ふりがな     as received
//	住所        see [AppendAddress]

// ErrFolded says that bytes are no folded row, version or address.
var ErrFolded = errors.New("normal: malformed folded form")

const (
	foldedVersion = 1 << iota
	foldedRespelled
	foldedCode
	foldedOldCode
	foldedStateShift   = 4
	foldedSupportShift = 6
)

const (
	foldedName = 1 << iota
	foldedFormer
	foldedKana
	foldedBirth
	foldedAddress
	foldedSexShift = 5
)

const (
	nameKanji = 1 << iota
	nameSelected
	nameForm
	nameVariant
	nameGap
)

// sexes are the values of 性別 by their number in the bytes.
var sexes = [...]person.Sex{{}, person.SexUnknown, person.Male, person.Female, person.SexOther}

func sexNumber(s person.Sex) byte {
	for i, v := range sexes {
		if v == s {
			return byte(i)
		}
	}
	return 0
}

// AppendFolded appends the bytes of f to dst. What [DecodeFolded] makes of them
// compares, and is found, as f is.
func AppendFolded(dst []byte, f *Folded) []byte {
	at := len(dst)
	dst = append(dst, byte(f.State)<<foldedStateShift|byte(f.Support)<<foldedSupportShift, sexNumber(f.Sex)<<foldedSexShift)
	flag := func(byteAt int, bit byte, set bool) bool {
		if set {
			dst[at+byteAt] |= bit
		}
		return set
	}
	flag(0, foldedVersion, f.version)
	flag(0, foldedRespelled, f.BirthRespelled)
	if flag(0, foldedCode, !f.Code.IsZero()) {
		dst = append(dst, f.Code.Reveal()...)
	}
	if flag(0, foldedOldCode, !f.OldCode.IsZero()) {
		dst = append(dst, f.OldCode.Reveal()...)
	}
	if flag(1, foldedBirth, !f.Birth.IsZero()) {
		d := f.Birth.Date()
		dst = append(binary.BigEndian.AppendUint16(dst, uint16(d.Year)), byte(d.Month), byte(d.Day))
	}
	if flag(1, foldedName, f.Name != nil) {
		dst = f.Name.p.append(dst)
	}
	if flag(1, foldedFormer, f.Former != nil) {
		dst = f.Former.p.append(dst)
	}
	if flag(1, foldedKana, f.Kana != nil) {
		dst = appendText(dst, f.Kana.p.received)
	}
	if flag(1, foldedAddress, f.Address != nil) {
		dst = AppendAddress(dst, f.Address)
	}
	return dst
}

func (n *nameParts) append(dst []byte) []byte {
	at := len(dst)
	dst = appendText(append(dst, 0), n.received)
	for i, set := range [...]bool{n.kanji, n.selected, n.form != "", n.variant != "", n.gap < n.gapEnd} {
		if set {
			dst[at] |= 1 << i
		}
	}
	if n.form != "" {
		dst = appendText(dst, n.form)
	}
	if n.variant != "" {
		dst = appendText(dst, n.variant)
	}
	if n.gap < n.gapEnd {
		dst = binary.AppendUvarint(binary.AppendUvarint(dst, uint64(n.gap)), uint64(n.gapEnd-n.gap))
	}
	dst = binary.AppendUvarint(dst, uint64(n.split))
	return binary.AppendUvarint(dst, uint64(n.runes))
}

func appendText(dst []byte, s string) []byte {
	if len(s) < 0x80 { // nearly always
		return append(append(dst, byte(len(s))), s...)
	}
	return append(binary.AppendUvarint(dst, uint64(len(s))), s...)
}

// DecodeFolded reads what AppendFolded has written and returns what follows it. The
// parts are cut out of src, not copied. Bytes that nothing has written give
// [ErrFolded], or a Folded that can be compared as any other.
func DecodeFolded(src string) (f *Folded, rest string, err error) {
	return new(foldedBox).decode(src, nil)
}

func (box *foldedBox) decode(src string, slab *person.Slab) (f *Folded, rest string, err error) {
	f = &box.folded
	r := cutter{s: src, slab: slab}
	flags, has := r.byte(), r.byte()
	f.version, f.BirthRespelled = flags&foldedVersion != 0, flags&foldedRespelled != 0
	f.State, f.Support = person.State(flags>>foldedStateShift&3), person.Support(flags>>foldedSupportShift)
	if sex := has >> foldedSexShift; int(sex) < len(sexes) {
		f.Sex = sexes[sex]
	} else {
		r.bad = true
	}
	if flags&foldedCode != 0 {
		f.Code = r.code()
	}
	if flags&foldedOldCode != 0 {
		f.OldCode = r.code()
	}
	if has&foldedBirth != 0 {
		f.Birth = r.birth()
	}
	if has&foldedName != 0 {
		f.Name = r.name(&box.name)
	}
	if has&foldedFormer != 0 {
		f.Former = r.name(&box.former)
	}
	if has&foldedKana != 0 {
		f.Kana = r.kana(&box.kana)
	}
	if has&foldedAddress != 0 {
		f.Address = r.address(&box.address)
	}
	if r.bad {
		return nil, "", ErrFolded
	}
	return f, r.rest(), nil
}

// A cutter cuts texts and numbers off the front of s. After the first fault every
// cut gives the zero value and bad stays set.
type cutter struct {
	s    string
	at   int // what is before it has been cut off: a number costs less to keep than a text
	bad  bool
	slab *person.Slab // of codes
}

// rest is what nothing has been cut off.
func (r *cutter) rest() string { return r.s[r.at:] }

func (r *cutter) byte() byte {
	if r.at >= len(r.s) {
		r.bad = true
		return 0
	}
	b := r.s[r.at]
	r.at++
	return b
}

func (r *cutter) uvarint() uint64 {
	var x uint64
	for shift := uint(0); shift < 64; shift += 7 {
		b := r.byte()
		x |= uint64(b&0x7f) << shift
		if b < 0x80 {
			return x
		}
	}
	r.bad = true
	return 0
}

func (r *cutter) take(n uint64) string {
	if n > uint64(len(r.s)-r.at) {
		r.bad, r.at = true, len(r.s)
		return ""
	}
	t := r.s[r.at:][:n]
	r.at += int(n)
	return t
}

func (r *cutter) text() string {
	if from := r.at + 1; from <= len(r.s) {
		end := from + int(r.s[from-1])
		if end < from+0x80 && end <= len(r.s) { // nearly always
			r.at = end
			return r.s[from:end]
		}
	}
	return r.take(r.uvarint())
}

func (r *cutter) code() person.ResidentCode {
	code, err := r.slab.ResidentCode(r.take(person.ResidentCodeDigits))
	r.bad = r.bad || err != nil
	return code
}

func (r *cutter) birth() person.Birth {
	d := person.Date{Year: int(r.byte())<<8 | int(r.byte()), Month: int(r.byte()), Day: int(r.byte())}
	b, err := person.NewBirth(d)
	r.bad = r.bad || err != nil
	return b
}

func (r *cutter) name(n *nameParts) *Name {
	n.self.p = n
	flags := r.byte()
	n.kanji, n.selected = flags&nameKanji != 0, flags&nameSelected != 0
	n.received = r.text()
	if flags&nameForm != 0 {
		n.form = r.text()
	}
	if flags&nameVariant != 0 {
		n.variant = r.text()
	}
	if flags&nameGap != 0 {
		gap := r.uvarint()
		end := gap + r.uvarint()
		r.bad = r.bad || gap > end || end > uint64(len(n.received))
		n.gap, n.gapEnd = uint32(gap), uint32(end)
	}
	n.split, n.runes = uint32(r.uvarint()), uint16(r.uvarint())
	if r.bad || int(n.gapEnd) > len(n.received) || int(n.split) > n.variantBytes() {
		r.bad = true
	}
	return &n.self
}

// variantBytes is the length of variantText.
func (n *nameParts) variantBytes() int {
	switch {
	case n.variant != "":
		return len(n.variant)
	case n.form != "":
		return len(n.form)
	}
	return len(n.received) - int(n.gapEnd-n.gap)
}

func (r *cutter) kana(k *kanaParts) *Kana {
	k.self.p = k
	k.received = r.text()
	return &k.self
}
