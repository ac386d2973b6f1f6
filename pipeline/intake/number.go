package intake

import (
	"strconv"
	"strings"

	"baitai/formats"
)

// wholeNumber writes a number of a workbook that has an exponent with all its
// digits, as the spreadsheet shows it to the sender: «1.2345678901E10» is how some
// programs store a code of eleven digits. Text stays as it is, for in a CSV the
// exponent is what a spreadsheet has left of the digits.
func wholeNumber(c formats.Cell) formats.Cell {
	if c.Kind != formats.CellNumber {
		return c
	}
	if s := expand(c.Text); s != "" {
		c.Text = s
	}
	return c
}

// zerosMost final zeros are left out of a mantissa by chance once in a thousand
// numbers.
const zerosMost = 3

// expand gives the digits of a whole number that is written with an exponent or
// a decimal point; "" where there is neither. A mantissa that lacks more than
// zerosMost digits was cut, not shortened: «1.23E+10» is no code.
func expand(s string) string {
	if len(s) < 3 || len(s) > 32 || s[0] < '0' || s[0] > '9' {
		return ""
	}
	mantissa, exponent, found := strings.Cut(strings.ToUpper(s), "E")
	whole, fraction, pointed := strings.Cut(mantissa, ".")
	if !found && !pointed || whole == "" || strings.Trim(whole+fraction, "0123456789") != "" {
		return ""
	}
	shift := 0
	if found {
		var err error
		if shift, err = strconv.Atoi(exponent); err != nil || shift < 0 || shift > 20 {
			return ""
		}
	}
	fraction = strings.TrimRight(fraction, "0")
	if len(fraction) > shift || shift-len(fraction) > zerosMost {
		return ""
	}
	digits := strings.TrimLeft(whole+fraction+strings.Repeat("0", shift-len(fraction)), "0")
	if digits == "" {
		return "0"
	}
	return digits
}
