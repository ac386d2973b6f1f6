package sheet

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// isDateFormat reports whether a number format shows a year, a month or a day.
// Formats of times of day alone are none: such a cell stays a number.
//
// The numbers of built-in formats are those of ECMA-376 part 1, 18.8.30, with the
// Japanese ones (27–36, 50–58: 昭和, 年月日).
func isDateFormat(id int, code string) bool {
	switch {
	case code == "" && (id >= 14 && id <= 17 || id == 22):
		return true
	case code == "" && (id >= 27 && id <= 31 || id >= 34 && id <= 36 || id >= 50 && id <= 58):
		return true
	case code == "":
		return false
	}
	section, _, _ := strings.Cut(stripLiterals(code), ";")                                                  // the one for positive numbers
	if low := strings.ToLower(section); strings.Contains(low, "general") || strings.Contains(low, "g/標準") { // as Japanese spreadsheets show it
		return false
	}
	if strings.ContainsAny(section, "yYdDgGrR") {
		return true
	}
	for i, c := range section {
		// e is the year of an era, unless it is the exponent of 0.00E+00.
		if (c == 'e' || c == 'E') && !strings.HasPrefix(section[i+1:], "+") && !strings.HasPrefix(section[i+1:], "-") {
			return true
		}
	}
	// m alone is a month where there is neither hour nor second.
	return strings.ContainsAny(section, "mM") && !strings.ContainsAny(section, "hHsS")
}

// stripLiterals removes what a format shows as it stands: "…", \x, _x, *x and
// [conditions, colours and locales].
func stripLiterals(code string) string {
	var b strings.Builder
	for i := 0; i < len(code); i++ {
		switch c := code[i]; c {
		case '"', '[':
			end := byte('"')
			if c == '[' {
				end = ']'
			}
			n := strings.IndexByte(code[i+1:], end)
			if n < 0 {
				return b.String()
			}
			i += n + 1
		case '\\', '_', '*':
			i++
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

// dateText turns the serial number of a date into YYYY-MM-DD, with « HH:MM:SS»
// where it has a time of day. In the 1900 system, serials 1 to 60 are not read:
// spreadsheets disagree about them by a day, because the first one counted a 29
// February 1900 that never was. ok is false for them, and for what is no date.
func dateText(raw string, epoch1904 bool) (text string, ok bool) {
	serial, err := strconv.ParseFloat(raw, 64)
	if err != nil || math.IsNaN(serial) || serial < 0 || serial >= 2958466 { // 9999-12-31
		return "", false
	}
	day, fraction := math.Modf(serial)
	seconds := int64(math.Round(fraction * 86400))
	start := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	switch {
	case epoch1904 && serial >= 2957004:
		return "", false
	case epoch1904:
		start = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
	case day <= 60:
		return "", false
	}
	t := start.AddDate(0, 0, int(day)).Add(time.Duration(seconds) * time.Second)
	if t.Year() > 9999 {
		return "", false
	}
	if seconds == 0 || seconds == 86400 {
		return t.Format("2006-01-02"), true
	}
	return t.Format("2006-01-02 15:04:05"), true
}

// isoDate reads what a cell of the type «d» stores (ECMA-376 part 1, 18.18.11):
// 2020-01-02, or 2020-01-02T00:00:00 and the like. It gives the day alone where the
// time of day is midnight. A time of day alone is no date, and stays as it is.
func isoDate(s string) (text string, ok bool) {
	if s == "" || strings.Trim(s, "0123456789-+:.TZ") != "" {
		return "", false
	}
	day, clock, _ := strings.Cut(strings.TrimSuffix(s, "Z"), "T")
	if clock == "" || strings.Trim(clock, "0:.") == "" {
		return day, true
	}
	return day + " " + clock, true
}
