package identity

import (
	"encoding/binary"

	"baitai/pipeline/person"
)

// A row of an extract waits on its way through the sorter as a byte of flags, the
// birth, the history number and twelve texts, each with its length before it. What
// a block keeps of a person is in record.go.

// maxVersions bounds what a damaged count can make a reader allocate.
const maxVersions = 100_000

const (
	flagSupport = 2 // shift of 支援措置
	flagSex     = 4 // shift of 性別
	flagBirth   = 1 << 7
)

func sexBits(s person.Sex) byte {
	switch s {
	case person.SexUnknown:
		return 1
	case person.Male:
		return 2
	case person.Female:
		return 3
	case person.SexOther:
		return 4
	}
	return 0
}

func sexOf(bits byte) (person.Sex, bool) {
	switch bits {
	case 0:
		return person.Sex{}, true
	case 1:
		return person.SexUnknown, true
	case 2:
		return person.Male, true
	case 3:
		return person.Female, true
	case 4:
		return person.SexOther, true
	}
	return person.Sex{}, false
}

// The texts of a version in the order in which they wait.
const (
	textCode = iota
	textOldCode
	textName
	textKana
	textFormerSurname
	textMunicipality
	textAddress
	textLastAddress
	textRegistrar
	textReason
	textChangeDate
	textNoticeDate
	texts // how many there are
)

// fields are a version whose texts nobody has hidden yet. They live as long as a row
// is being read.
type fields struct {
	state   person.State
	support person.Support
	sex     byte // see sexBits
	born    bool // a birth is given
	birth   person.Date
	history int
	texts   [texts]string
}

// appendVersion encodes one version.
func appendVersion(dst []byte, v *person.Version) []byte {
	return appendFields(dst, &fields{
		state: v.State, support: v.Support, sex: sexBits(v.Sex), born: !v.Birth.IsZero(), birth: v.Birth.Date(), history: v.History,
		texts: [texts]string{
			v.Code.Reveal(), v.OldCode.Reveal(), v.Name.Reveal(), v.Kana.Reveal(), v.FormerSurname.Reveal(),
			v.Municipality, v.Address.Reveal(), v.LastAddress.Reveal(), v.Registrar, v.Reason, v.ChangeDate, v.NoticeDate,
		},
	})
}

func appendFields(dst []byte, f *fields) []byte {
	flags := byte(f.state) | byte(f.support)<<flagSupport | f.sex<<flagSex
	if f.born {
		dst = append(dst, flags|flagBirth, byte(f.birth.Year>>8), byte(f.birth.Year), byte(f.birth.Month), byte(f.birth.Day))
	} else {
		dst = append(dst, flags)
	}
	dst = binary.AppendUvarint(dst, uint64(f.history))
	for _, s := range f.texts {
		dst = binary.AppendUvarint(dst, uint64(len(s)))
		dst = append(dst, s...)
	}
	return dst
}

// A cursor reads an encoded record. Texts are cut out of s, not copied. After
// the first fault every read gives the zero value and bad stays set.
type cursor struct {
	s     string
	bad   bool
	texts *person.Slab // of versions
}

func (c *cursor) byte() byte {
	if len(c.s) == 0 {
		c.bad = true
		return 0
	}
	b := c.s[0]
	c.s = c.s[1:]
	return b
}

func (c *cursor) uvarint() uint64 {
	if len(c.s) > 0 && c.s[0] < 0x80 { // nearly always
		x := c.s[0]
		c.s = c.s[1:]
		return uint64(x)
	}
	var x uint64
	for shift := uint(0); shift < 64; shift += 7 {
		b := c.byte()
		x |= uint64(b&0x7f) << shift
		if b < 0x80 {
			return x
		}
	}
	c.bad = true
	return 0
}

func (c *cursor) take(n uint64) string {
	if n > uint64(len(c.s)) {
		c.bad, c.s = true, ""
		return ""
	}
	t := c.s[:n]
	c.s = c.s[n:]
	return t
}

func (c *cursor) text() string {
	s := c.s
	if len(s) > 0 && s[0] < 0x80 && int(s[0]) < len(s) { // nearly always
		end := 1 + int(s[0])
		c.s = s[end:]
		return s[1:end]
	}
	return c.take(c.uvarint())
}

func (c *cursor) code() person.ResidentCode {
	s := c.text()
	if s == "" {
		return person.ResidentCode{}
	}
	code, err := c.texts.ResidentCode(s)
	c.bad = c.bad || err != nil
	return code
}

func (c *cursor) version(v *person.Version) {
	flags := c.byte()
	sex, ok := sexOf(flags >> flagSex & 7)
	v.State, v.Support, v.Sex = person.State(flags&3), person.Support(flags>>flagSupport&3), sex
	c.bad = c.bad || !ok || !v.State.Valid()
	if flags&flagBirth != 0 {
		d := person.Date{Year: int(c.byte())<<8 | int(c.byte()), Month: int(c.byte()), Day: int(c.byte())}
		birth, err := person.NewBirth(d)
		v.Birth = birth
		c.bad = c.bad || err != nil
	}
	v.History = int(c.uvarint())
	v.Code, v.OldCode = c.code(), c.code()
	c.bad = c.bad || v.Code.IsZero()
	hidden := func() person.Text { return c.texts.Text(c.text()) }
	v.Name, v.Kana, v.FormerSurname = hidden(), hidden(), hidden()
	v.Municipality = c.text()
	v.Address, v.LastAddress = hidden(), hidden()
	v.Registrar, v.Reason, v.ChangeDate, v.NoticeDate = c.text(), c.text(), c.text(), c.text()
}

// decodeVersions reads the rows of one person.
func decodeVersions(rows []string, slab *person.Slab) ([]*person.Version, error) {
	vs, mem := make([]*person.Version, len(rows)), make([]person.Version, len(rows))
	for i, row := range rows {
		c := cursor{s: row, texts: slab}
		if c.version(&mem[i]); c.bad || c.s != "" {
			return nil, errCorrupt
		}
		vs[i] = &mem[i]
	}
	return vs, nil
}

// codeNumber gives the eleven digits as a number, for sorting.
func codeNumber(c person.ResidentCode) uint64 { return digitsNumber(c.Reveal()) }

func digitsNumber(digits string) uint64 {
	var n uint64
	for i := range len(digits) {
		n = n*10 + uint64(digits[i]-'0')
	}
	return n
}
