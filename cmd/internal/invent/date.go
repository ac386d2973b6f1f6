package invent

import (
	"math/rand/v2"
	"strings"
)

// A Date is a day of the calendar, or a birth some parts of which are unknown (0).
type Date struct{ Year, Month, Day int }

// String writes YYYY-MM-DD.
func (d Date) String() string {
	b := [10]byte{4: '-', 7: '-'}
	put := func(at, n, v int) {
		for i := n - 1; i >= 0; i-- {
			b[at+i] = byte('0' + v%10)
			v /= 10
		}
	}
	put(0, 4, d.Year)
	put(5, 2, d.Month)
	put(8, 2, d.Day)
	return string(b[:])
}

// number orders dates.
func (d Date) number() int { return d.Year*10000 + d.Month*100 + d.Day }

func (d Date) complete() bool { return d.Year > 0 && d.Month > 0 && d.Day > 0 }

func daysIn(year, month int) int {
	switch month {
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	case 4, 6, 9, 11:
		return 30
	}
	return 31
}

// dayOf draws a day of a year, not after the limit.
func dayOf(r *rand.Rand, year int, limit Date) Date {
	for {
		d := Date{Year: year, Month: 1 + r.IntN(12)}
		d.Day = 1 + r.IntN(daysIn(d.Year, d.Month))
		if d.number() <= limit.number() {
			return d
		}
		if limit.Year < year {
			return limit
		}
	}
}

// between draws a day from a to b; a where nothing lies between.
func between(r *rand.Rand, a, b Date) Date {
	if a.number() >= b.number() {
		return a
	}
	for range 50 {
		d := Date{Year: a.Year + r.IntN(b.Year-a.Year+1), Month: 1 + r.IntN(12)}
		d.Day = 1 + r.IntN(daysIn(d.Year, d.Month))
		if d.number() >= a.number() && d.number() <= b.number() {
			return d
		}
	}
	return b
}

// plus goes some days on, at most into the next month.
func (d Date) plus(days int) Date {
	d.Day += days
	if n := daysIn(d.Year, d.Month); d.Day > n {
		d.Day -= n
		if d.Month++; d.Month > 12 {
			d.Month, d.Year = 1, d.Year+1
		}
	}
	return d
}

// era is a 元号 with its first day in the calendar that registers use.
type era struct {
	from               Date
	kanji, short, code string
	letter             string
}

// eras is oldest first. 明治 counts from 1873, when Japan took the Gregorian
// calendar: nobody in a 附票 was born before that.
func eras() [5]era {
	return [5]era{
		{Date{1868, 1, 25}, "明治", "明", "1", "M"},
		{Date{1912, 7, 30}, "大正", "大", "2", "T"},
		{Date{1926, 12, 25}, "昭和", "昭", "3", "S"},
		{Date{1989, 1, 8}, "平成", "平", "4", "H"},
		{Date{2019, 5, 1}, "令和", "令", "5", "R"},
	}
}

// era returns the 元号 of a day and its year in it.
func (d Date) era() (era, int) {
	all := eras()
	e := all[0]
	for _, next := range all[1:] {
		if d.number() >= next.from.number() {
			e = next
		}
	}
	return e, d.Year - e.from.Year + 1
}

var fullDigits = strings.NewReplacer("0", "０", "1", "１", "2", "２", "3", "３", "4", "４",
	"5", "５", "6", "６", "7", "７", "8", "８", "9", "９", "-", "－", "/", "／", ".", "．")

// wide writes digits and their marks in full width.
func wide(s string) string { return fullDigits.Replace(s) }
