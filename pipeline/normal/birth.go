package normal

import (
	"errors"
	"strings"

	"baitai/pipeline/person"
)

// What can be wrong with a 生年月日. The text is never quoted.
var (
	ErrNotDate     = errors.New("normal: not a date")
	ErrEraOverflow = errors.New("normal: a year that the era never had")
	ErrWrongEra    = errors.New("normal: the date lies outside its era")
	ErrImpossible  = errors.New("normal: a day that the month never had")
	ErrSerial      = errors.New("normal: looks like a spreadsheet's serial number")
)

// birthRunesMax bounds a text that may be a date; the longest phrase of the
// standard has about 40 characters.
const birthRunesMax = 64

// An era (元号) as the parameter table of 住民記録システム標準仕様書 j280 has it. Days on
// which two eras met belong to both. 明治 5 and before followed the old calendar;
// its dates are kept as written.
type era struct {
	names [3]string // kanji, letter, digit of the 7-digit form
	first [3]int    // its first day
	last  [3]int    // its last day; year 9999 for the present one
}

var eras = [...]*era{
	{[3]string{"明治", "M", "1"}, [3]int{1868, 1, 1}, [3]int{1912, 7, 30}},
	{[3]string{"大正", "T", "2"}, [3]int{1912, 7, 30}, [3]int{1926, 12, 25}},
	{[3]string{"昭和", "S", "3"}, [3]int{1926, 12, 25}, [3]int{1989, 1, 7}},
	{[3]string{"平成", "H", "4"}, [3]int{1989, 1, 8}, [3]int{2019, 4, 30}},
	{[3]string{"令和", "R", "5"}, [3]int{2019, 5, 1}, [3]int{9999, 12, 31}},
}

// ParseBirth reads a 生年月日 in any notation of the registers and lists: the
// stored YYYY-MM-DD with its unknown parts, eras in words, letters and seven
// digits, the calendar year with any separator, and the phrases for dates that
// are not known exactly (住民記録システム標準仕様書 j80). respelled is false only for
// the stored form. A date outside its era is refused, not moved.
func ParseBirth(s string) (b person.Birth, respelled bool, err error) {
	if b, err := person.ParseBirth(s); err == nil {
		return b, false, nil
	}
	d, ok, err := usualBirth(s)
	if !ok {
		d, err = anyBirth(s)
	}
	if err != nil {
		return person.Birth{}, false, err
	}
	b, err = person.NewBirth(d)
	if err != nil {
		return person.Birth{}, false, ErrImpossible
	}
	return b, true, nil
}

func anyBirth(s string) (person.Date, error) {
	t, ok := birthText(s)
	if !ok {
		return person.Date{}, ErrNotDate
	}
	return parseDate(t)
}

// birthText folds width, spaces and separators of a date.
func birthText(s string) (string, bool) {
	var b strings.Builder
	n := 0
	for _, r := range withoutClock(s) {
		if n++; n > birthRunesMax {
			return "", false
		}
		r = widen(r)
		switch {
		case isSpace(r):
			continue
		case isDash(r), r == 'ー', r == '/', r == '.', r == '・', r == '．':
			r = '-'
		case r >= 'a' && r <= 'z':
			r -= 'a' - 'A'
		case r >= '㍻' && r <= '㍾': // the eras in one character: 平成 昭和 大正 明治
			b.WriteString([]string{"平成", "昭和", "大正", "明治"}[r-'㍻'])
			continue
		case r == '㋿':
			b.WriteString("令和")
			continue
		}
		b.WriteRune(r)
	}
	return b.String(), b.Len() > 0
}

// withoutClock drops the midnight that spreadsheets add to a date.
func withoutClock(s string) string {
	at := strings.LastIndexByte(s, ' ')
	if at > 0 && strings.IndexByte(s[at:], ':') > 0 && strings.Trim(s[at:], " 0:") == "" {
		return s[:at]
	}
	return s
}

// parseDate takes a folded text apart.
func parseDate(t string) (person.Date, error) {
	if unknownWhole(t) {
		return person.Date{}, nil
	}
	if allDigits(t) {
		return parseDigits(t)
	}
	t, ok := plainPhrase(t)
	if !ok {
		return person.Date{}, ErrNotDate
	}
	t, rough := roughWords(t)
	e, rest := cutEra(t)
	p := dateParser{text: rest, era: e, rough: rough}
	return p.parse()
}

func allDigits(t string) bool {
	for i := range len(t) {
		if t[i] < '0' || t[i] > '9' {
			return false
		}
	}
	return t != ""
}

// parseDigits reads YYYYMMDD and the seven digits era, year, month, day.
func parseDigits(t string) (person.Date, error) {
	n := func(s string) int { v, _ := number(s); return v }
	switch len(t) {
	case 8:
		d := person.Date{Year: n(t[:4]), Month: n(t[4:6]), Day: n(t[6:])}
		return d, realDay(d)
	case 7:
		for i := range eras {
			if eras[i].names[2] == t[:1] {
				return eras[i].date(n(t[1:3]), n(t[3:5]), n(t[5:]))
			}
		}
	case 5:
		return person.Date{}, ErrSerial
	}
	return person.Date{}, ErrNotDate
}

// cutEra takes the name of an era off the front: 昭和, 昭, S.
func cutEra(t string) (*era, string) {
	for i := range eras {
		for _, name := range []string{eras[i].names[0], eras[i].names[0][:3], eras[i].names[1]} {
			if rest, ok := strings.CutPrefix(t, name); ok {
				return eras[i], strings.TrimPrefix(rest, "-")
			}
		}
	}
	for _, name := range []string{"西暦", "紀元", "AD"} {
		if rest, ok := strings.CutPrefix(t, name); ok {
			return nil, rest
		}
	}
	return nil, t
}

// date turns a year of the era into one of the calendar, and refuses what the
// era never had.
func (e *era) date(year, month, day int) (person.Date, error) {
	d := person.Date{Month: month, Day: day}
	if year != person.Unknown {
		d.Year = e.first[0] + year - 1
		if year < 1 || d.Year > e.last[0] {
			return d, ErrEraOverflow
		}
	}
	if err := realDay(d); err != nil {
		return d, err
	}
	if d.Complete() && (before(d, e.first) || !before(d, e.last) && (d != person.Date{Year: e.last[0], Month: e.last[1], Day: e.last[2]})) {
		return d, ErrWrongEra
	}
	if d.Year != person.Unknown && d.Month >= 1 && d.Month <= 12 && !d.Complete() &&
		(d.Year == e.first[0] && d.Month < e.first[1] || d.Year == e.last[0] && d.Month > e.last[1]) {
		return d, ErrWrongEra
	}
	return d, nil
}

func before(d person.Date, day [3]int) bool {
	if d.Year != day[0] {
		return d.Year < day[0]
	}
	if d.Month != day[1] {
		return d.Month < day[1]
	}
	return d.Day < day[2]
}

// realDay refuses days that no month has. 29 February stays in any year, because
// registers hold such dates (暦上日でない日).
func realDay(d person.Date) error {
	if _, err := person.NewBirth(d); err != nil {
		return ErrImpossible
	}
	return nil
}

// number reads Arabic digits or kanji numerals; at most four figures.
func number(s string) (int, bool) {
	if s == "" || len(s) > 24 {
		return 0, false
	}
	if allDigits(s) {
		n := 0
		for i := range len(s) {
			n = n*10 + int(s[i]-'0')
		}
		return n, len(s) <= 4
	}
	n, ok := kanjiNumber(s)
	return n, ok && n <= 9999
}
