package person

import (
	"errors"
	"fmt"
	"log/slog"
)

// What can be wrong with a number. The text never holds the digits.
var (
	ErrNotDigits  = errors.New("not a number of half-width digits")
	ErrLength     = errors.New("wrong number of digits")
	ErrCheckDigit = errors.New("wrong check digit")
)

// ResidentCodeDigits is the length of a 住民票コード: ten digits drawn at random
// and one check digit (住民基本台帳法施行規則1条).
const ResidentCodeDigits = 11

// MyNumberDigits is the length of a 個人番号 (平成26年総務省令85号).
const MyNumberDigits = 12

// A ResidentCode is a 住民票コード with a valid check digit. The zero value means
// that none is known.
type ResidentCode struct{ t Text }

// ParseResidentCode accepts exactly eleven half-width digits with a right check
// digit. Width and spaces are folded by package normal before.
func ParseResidentCode(s string) (ResidentCode, error) {
	if err := CheckResidentCode(s); err != nil {
		return ResidentCode{}, err
	}
	return ResidentCode{NewText(s)}, nil
}

// CheckResidentCode says what [ParseResidentCode] would.
func CheckResidentCode(s string) error {
	if err := checkNumber(s, ResidentCodeDigits); err != nil {
		return fmt.Errorf("person: resident code: %w", err)
	}
	return nil
}

// ResidentCode is [ParseResidentCode] in the slab.
func (s *Slab) ResidentCode(digits string) (ResidentCode, error) {
	if err := CheckResidentCode(digits); err != nil {
		return ResidentCode{}, err
	}
	return ResidentCode{s.Text(digits)}, nil
}

// Reveal returns the eleven digits, or "" for the zero value.
func (c ResidentCode) Reveal() string { return c.t.Reveal() }

// IsZero reports whether no code is known.
func (c ResidentCode) IsZero() bool { return c.t.Empty() }

// Equal reports whether both are the same code; two unknown codes are equal.
func (c ResidentCode) Equal(d ResidentCode) bool { return c.t.Equal(d.t) }

// Format prints a mask.
func (c ResidentCode) Format(f fmt.State, _ rune) { writeMask(f, c.IsZero()) }

// LogValue gives the mask to log/slog.
func (c ResidentCode) LogValue() slog.Value { return slog.StringValue(Mask) }

// MarshalText gives the mask to encoders.
func (c ResidentCode) MarshalText() ([]byte, error) { return []byte(Mask), nil }

// A MyNumber is a 個人番号 with a valid check digit. The identity file never holds
// one (住基法30条の41); only package mynumber may reveal it.
type MyNumber struct{ t Text }

// ParseMyNumber accepts exactly twelve half-width digits with a right check digit.
func ParseMyNumber(s string) (MyNumber, error) {
	if err := checkNumber(s, MyNumberDigits); err != nil {
		return MyNumber{}, fmt.Errorf("person: individual number: %w", err)
	}
	return MyNumber{NewText(s)}, nil
}

// Reveal returns the twelve digits.
func (n MyNumber) Reveal() string { return n.t.Reveal() }

// IsZero reports whether no number is known.
func (n MyNumber) IsZero() bool { return n.t.Empty() }

// Format prints a mask.
func (n MyNumber) Format(f fmt.State, _ rune) { writeMask(f, n.IsZero()) }

// LogValue gives the mask to log/slog.
func (n MyNumber) LogValue() slog.Value { return slog.StringValue(Mask) }

// MarshalText gives the mask to encoders.
func (n MyNumber) MarshalText() ([]byte, error) { return []byte(Mask), nil }

// checkNumber looks at each character once: a large list brings millions of numbers.
func checkNumber(s string, digits int) error {
	sum, last := 0, 0
	for i := range len(s) {
		d := int(s[i]) - '0'
		if d < 0 || d > 9 {
			return ErrNotDigits
		}
		if i < digits-1 {
			sum += d * weight(digits-1-i)
		}
		last = d
	}
	switch {
	case len(s) != digits:
		return ErrLength
	case last != checkDigit(sum):
		return ErrCheckDigit
	}
	return nil
}

// weight is Qn, by which the n-th digit from the right counts in the check digit of
// 個人番号 (平成26年総務省令85号5条) and of 住民票コード: n+1 for n ≤ 6 and n−5 above.
func weight(n int) int {
	if n > 6 {
		return n - 5
	}
	return n + 1
}

// checkDigit is the check digit of both, given ΣPnQn: with r = ΣPnQn mod 11, 0 if
// r ≤ 1, else 11 − r.
func checkDigit(sum int) int {
	r := sum % 11
	if r <= 1 {
		return 0
	}
	return 11 - r
}

// AppendCheckDigit returns body, ten or eleven half-width digits, with its check
// digit: for those who invent people.
func AppendCheckDigit(body string) string {
	sum := 0
	for i := range len(body) {
		sum += int(body[i]-'0') * weight(len(body)-i)
	}
	return body + string(rune('0'+checkDigit(sum)))
}

// ValidMunicipality reports whether s is a 全国地方公共団体コード: six digits with
// the check digit of 総務省's definition, whose last step differs from the other
// two numbers (the last digit of 11 − r).
func ValidMunicipality(s string) bool {
	if len(s) != 6 {
		return false
	}
	sum := 0
	for i := range 6 {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
		if i < 5 {
			sum += int(s[i]-'0') * (6 - i)
		}
	}
	return byte('0'+(11-sum%11)%10) == s[5]
}
