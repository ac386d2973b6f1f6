package person

import (
	"errors"
	"fmt"
	"log/slog"
	"sync"
)

// Months and days that are known only roughly, as the standard writes them
// (自治体システム標準化 基本データリスト): A1 spring … A4 winter, A1 上旬 … A3 下旬.
const (
	Unknown     = 0
	Spring      = 0xA1
	Summer      = 0xA2
	Autumn      = 0xA3
	Winter      = 0xA4
	EarlyMonth  = 0xA1
	MiddleMonth = 0xA2
	LateMonth   = 0xA3
)

// A Date is the parts of a 生年月日. Any part may be Unknown (0); month and day
// may be one of the rough values.
type Date struct {
	Year  int
	Month int
	Day   int
}

// Complete reports whether year, month and day are all known exactly.
func (d Date) Complete() bool {
	return d.Year != Unknown && d.Month >= 1 && d.Month <= 12 && d.Day >= 1 && d.Day <= 31
}

// A Birth is a 生年月日. The zero value means that none was given, which is not
// the same as a date all of whose parts are unknown.
type Birth struct {
	_ [0]func()
	p *uint32 // year, month, day in 16+8+8 bits: fmt follows a pointer to a struct, not this one
}

// ErrDate says that a text or its parts are no date.
var ErrDate = errors.New("person: not a date")

// NewBirth checks the parts. 29 February is accepted in any year, because a
// register may hold one (住民記録システム標準仕様書 j80: 暦上日でない日); other days
// that no month has are refused.
func NewBirth(d Date) (Birth, error) {
	if d.Year >= firstYear && d.Year < firstYear+usualYears && d.Complete() && d.Day <= daysIn(d.Month) {
		return Birth{p: &usualDays()[dayIndex(d)]}, nil
	}
	if !d.valid() {
		return Birth{}, ErrDate
	}
	packed := pack(d)
	return Birth{p: &packed}, nil
}

// valid reports whether the parts make a date.
func (d Date) valid() bool {
	month := d.Month == Unknown || d.Month >= 1 && d.Month <= 12 || d.Month >= Spring && d.Month <= Winter
	day := d.Day == Unknown || d.Day >= 1 && d.Day <= 31 || d.Day >= EarlyMonth && d.Day <= LateMonth
	if d.Year < 0 || d.Year > 9999 || !month || !day {
		return false
	}
	return d.Month < 1 || d.Month > 12 || d.Day > 31 || d.Day <= daysIn(d.Month)
}

func pack(d Date) uint32 { return uint32(d.Year)<<16 | uint32(d.Month)<<8 | uint32(d.Day) }

// The days on which people who live were born, with those of the oldest records
// (明治元年 on), are made once: a list of a million rows needs no memory for them.
const (
	firstYear  = 1868
	usualYears = 200
)

var usualDays = sync.OnceValue(func() *[usualYears * 12 * 31]uint32 {
	var days [usualYears * 12 * 31]uint32
	for i := range days {
		days[i] = pack(Date{firstYear + i/(12*31), 1 + i/31%12, 1 + i%31})
	}
	return &days
})

func dayIndex(d Date) int { return (d.Year-firstYear)*12*31 + (d.Month-1)*31 + d.Day - 1 }

// daysIn is how many days a month has, 1 to 12; of February those of a leap year.
func daysIn(month int) int {
	return [...]int{0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}[month]
}

// ParseBirth reads the stored form, YYYY-MM-DD with 0000, 00, A1–A4 for what is
// unknown, and nothing else. Other notations are read by package normal.
func ParseBirth(s string) (Birth, error) {
	d, err := ParseDate(s)
	if err != nil {
		return Birth{}, err
	}
	return NewBirth(d)
}

// ParseDate gives the parts of what [ParseBirth] accepts.
func ParseDate(s string) (Date, error) {
	if len(s) != 10 || s[4] != '-' || s[7] != '-' {
		return Date{}, ErrDate
	}
	year, okYear := digits(s[:4])
	month, okMonth := part(s[5:7])
	day, okDay := part(s[8:])
	if d := (Date{year, month, day}); okYear && okMonth && okDay && d.valid() {
		return d, nil
	}
	return Date{}, ErrDate
}

func digits(s string) (int, bool) {
	n := 0
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
		n = n*10 + int(s[i]-'0')
	}
	return n, true
}

func part(s string) (int, bool) {
	if s[0] == 'A' && s[1] >= '1' && s[1] <= '4' {
		return 0xA0 + int(s[1]-'0'), true
	}
	return digits(s)
}

// IsZero reports whether no date was given.
func (b Birth) IsZero() bool { return b.p == nil }

// Date reveals the parts; the zero Date for a zero Birth.
func (b Birth) Date() Date {
	if b.p == nil {
		return Date{}
	}
	return Date{int(*b.p >> 16), int(*b.p >> 8 & 0xff), int(*b.p & 0xff)}
}

// Reveal returns the stored form, or "" for the zero value.
func (b Birth) Reveal() string {
	if b.p == nil {
		return ""
	}
	var text [10]byte
	return string(b.RevealTo(text[:0]))
}

// RevealTo appends the stored form to dst, nothing for the zero value.
func (b Birth) RevealTo(dst []byte) []byte {
	if b.p == nil {
		return dst
	}
	d := b.Date()
	text := [...]byte{'0' + byte(d.Year/1000), '0' + byte(d.Year/100%10), '0' + byte(d.Year/10%10), '0' + byte(d.Year%10), '-', 0, 0, '-', 0, 0}
	formatPart(text[5:7], d.Month)
	formatPart(text[8:], d.Day)
	return append(dst, text[:]...)
}

func formatPart(to []byte, n int) {
	if n >= 0xA0 {
		to[0], to[1] = 'A', '0'+byte(n-0xA0)
		return
	}
	to[0], to[1] = '0'+byte(n/10), '0'+byte(n%10)
}

// Equal reports whether both are the same date, or both are not given.
func (b Birth) Equal(c Birth) bool {
	return (b.p == nil) == (c.p == nil) && b.Date() == c.Date()
}

// Format prints a mask.
func (b Birth) Format(f fmt.State, _ rune) { writeMask(f, b.IsZero()) }

// LogValue gives the mask to log/slog.
func (b Birth) LogValue() slog.Value { return slog.StringValue(Mask) }

// MarshalText gives the mask to encoders.
func (b Birth) MarshalText() ([]byte, error) { return []byte(Mask), nil }
