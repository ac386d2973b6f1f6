package identity

import (
	"encoding/binary"
	"fmt"

	"baitai/pipeline/normal"
	"baitai/pipeline/person"
)

// A person's record in a block is the number of versions, what of each is compared
// (see [normal.AppendFolded]), and what else each has. A list of a million rows
// compares as many people without taking an address apart or folding a name, and
// looks at the rest only of those who go out. FORMAT.md has the bytes.

// appendPerson encodes a person, current version first.
func appendPerson(dst []byte, vs []*person.Version, folded []*normal.Folded) []byte {
	dst = binary.AppendUvarint(dst, uint64(len(vs)))
	for _, f := range folded {
		dst = normal.AppendFolded(dst, f)
	}
	for i, v := range vs {
		dst = appendRest(dst, v, folded[i])
	}
	return dst
}

// places gives the address that is compared, and the one that is not.
func places(v *person.Version) (compared, other *person.Text) {
	if v.State == person.Abroad {
		return &v.LastAddress, &v.Address
	}
	return &v.Address, &v.LastAddress
}

// appendRest writes what folding has not kept: 氏名, 氏名ふりがな and the address that
// is compared where they are not NFC, 旧氏, and a 最終住所 beside 住所.
func appendRest(dst []byte, v *person.Version, f *normal.Folded) []byte {
	compared, other := places(v)
	var flags byte
	var texts [5]string
	for i, t := range [...]struct{ has, kept string }{
		{v.Name.Reveal(), receivedName(f)}, {v.Kana.Reveal(), receivedKana(f)}, {compared.Reveal(), receivedAddress(f)},
		{v.FormerSurname.Reveal(), ""}, {other.Reveal(), ""},
	} {
		if t.has != t.kept {
			flags |= 1 << i
			texts[i] = t.has
		}
	}
	dst = append(dst, flags)
	for i, s := range texts {
		if flags&(1<<i) != 0 {
			dst = appendText(dst, s)
		}
	}
	dst = binary.AppendUvarint(dst, uint64(v.History))
	for i, s := range [...]string{v.Municipality, v.Registrar, v.Reason, v.ChangeDate, v.NoticeDate} {
		dst = appendFigures(dst, s, patterns[i])
	}
	return dst
}

func receivedName(f *normal.Folded) string {
	if f.Name == nil {
		return ""
	}
	return f.Name.Reveal(normal.AsReceived)
}

func receivedKana(f *normal.Folded) string {
	if f.Kana == nil {
		return ""
	}
	return f.Kana.Reveal(normal.AsReceived)
}

func receivedAddress(f *normal.Folded) string {
	if f.Address == nil {
		return ""
	}
	return f.Address.Reveal().Received
}

func appendText(dst []byte, s string) []byte {
	return append(binary.AppendUvarint(dst, uint64(len(s))), s...)
}

// patterns are how the codes and days of a version are mostly written; 0 stands
// for a figure.
var patterns = [...]string{"000000", "000000", "00", "0000-00-00", "0000-00-00"}

// appendFigures writes a text as a number where it follows the pattern: 0 for the
// empty text, 1 before any other text, else the number and two.
func appendFigures(dst []byte, s, pattern string) []byte {
	if s == "" {
		return append(dst, 0)
	}
	if n, ok := figuresOf(s, pattern); ok {
		return binary.AppendUvarint(dst, n+2)
	}
	return appendText(append(dst, 1), s)
}

func figuresOf(s, pattern string) (n uint64, ok bool) {
	if len(s) != len(pattern) {
		return 0, false
	}
	for i := range len(s) {
		switch {
		case pattern[i] != '0':
			if s[i] != pattern[i] {
				return 0, false
			}
		case s[i] < '0' || s[i] > '9':
			return 0, false
		default:
			n = n*10 + uint64(s[i]-'0')
		}
	}
	return n, true
}

func (c *cursor) figures(pattern string) string {
	n := c.uvarint()
	switch n {
	case 0:
		return ""
	case 1:
		return c.text()
	}
	n -= 2
	var b [16]byte
	for i := len(pattern) - 1; i >= 0; i-- {
		if b[i] = pattern[i]; pattern[i] == '0' {
			b[i] = byte('0' + n%10)
			n /= 10
		}
	}
	c.bad = c.bad || n != 0
	return string(b[:len(pattern)])
}

// folded reads what is compared of a person, into the memory of w.
func (c *cursor) folded(w *normal.Workspace) ([]*normal.Folded, error) {
	n := c.uvarint()
	if c.bad || n == 0 || n > maxVersions || n > uint64(len(c.s)) {
		return nil, errCorrupt
	}
	fs := w.List(int(n))
	for i := range fs {
		var err error
		if fs[i], c.s, err = w.Decode(c.s); err != nil {
			return nil, fmt.Errorf("%w: %w", errCorrupt, err)
		}
	}
	return fs, nil
}

// decodePerson reads a whole record: every version, current first.
func decodePerson(s string) ([]*person.Version, []*normal.Folded, error) {
	c := cursor{s: s}
	fs, err := c.folded(new(normal.Workspace))
	if err != nil {
		return nil, nil, err
	}
	vs := make([]*person.Version, len(fs))
	for i, f := range fs {
		vs[i] = new(person.Version)
		if c.rest(vs[i], f, true); c.bad {
			return nil, nil, errCorrupt
		}
	}
	if c.s != "" {
		return nil, nil, errCorrupt
	}
	return vs, fs, nil
}

// rest reads what a version has beside what is compared of it, the figures only where
// they are wanted.
func (c *cursor) rest(v *person.Version, f *normal.Folded, figures bool) {
	*v = person.Version{Code: f.Code, OldCode: f.OldCode, State: f.State, Birth: f.Birth, Sex: f.Sex, Support: f.Support}
	c.bad = c.bad || v.Code.IsZero() || !v.State.Valid() || !v.Support.Valid()
	texts := [5]string{receivedName(f), receivedKana(f), receivedAddress(f)}
	flags := c.byte()
	c.bad = c.bad || flags >= 1<<len(texts)
	for i := range texts {
		if flags&(1<<i) != 0 {
			texts[i] = c.text()
		}
	}
	compared, other := places(v)
	v.Name, v.Kana, v.FormerSurname = c.texts.Text(texts[0]), c.texts.Text(texts[1]), c.texts.Text(texts[3])
	*compared, *other = c.texts.Text(texts[2]), c.texts.Text(texts[4])
	if v.History = int(c.uvarint()); !figures {
		return
	}
	for i, to := range [...]*string{&v.Municipality, &v.Registrar, &v.Reason, &v.ChangeDate, &v.NoticeDate} {
		*to = c.figures(patterns[i])
	}
}
