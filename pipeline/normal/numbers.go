package normal

import (
	"errors"
	"strings"

	"baitai/pipeline/person"
)

// What can be wrong with a 性別 or a 住民票コード, beside what package person says of
// its digits.
var (
	ErrNotSex     = errors.New("normal: not a sex")
	ErrScientific = errors.New("normal: a number in scientific notation")
)

// ParseSex reads a 性別 in words, letters or the codes of 住民基本台帳 (JIS X 0303).
// The empty text gives the zero Sex.
func ParseSex(s string) (person.Sex, error) {
	if v, ok := person.ParseSex(s); ok {
		if v == person.SexOther {
			return person.SexUnknown, nil
		}
		return v, nil
	}
	switch s { // as most lists have it
	case "男":
		return person.Male, nil
	case "女":
		return person.Female, nil
	}
	t, ok := birthText(s)
	if !ok {
		if strings.TrimFunc(s, isSpace) == "" {
			return person.Sex{}, nil
		}
		return person.Sex{}, ErrNotSex
	}
	switch t {
	case "1", "01", "男", "男性", "男子", "M", "MALE", "おとこ", "オトコ", "1:男", "1-男", "1男":
		return person.Male, nil
	case "2", "02", "女", "女性", "女子", "F", "FEMALE", "おんな", "オンナ", "2:女", "2-女", "2女":
		return person.Female, nil
	case "0", "00", "9", "09", "不明", "不詳", "未記入", "その他", "-", "X", "UNKNOWN", "OTHER":
		return person.SexUnknown, nil
	}
	return person.Sex{}, ErrNotSex
}

// ParseResidentCode reads a 住民票コード: width, spaces and hyphens are folded. Errors
// wrap person.ErrLength (ten digits may have lost a leading zero in a
// spreadsheet), person.ErrCheckDigit or person.ErrNotDigits, or are ErrScientific.
// The empty text gives the zero code.
func ParseResidentCode(s string) (person.ResidentCode, error) {
	t, ok := digitsOnly(s)
	if !ok {
		if scientific(t) {
			return person.ResidentCode{}, ErrScientific
		}
		return person.ResidentCode{}, person.ErrNotDigits
	}
	if t == "" {
		return person.ResidentCode{}, nil
	}
	return person.ParseResidentCode(t)
}

// numberRunesMax bounds a text that may be a code.
const numberRunesMax = 64

// digitsOnly folds width and takes spaces and hyphens out; ok is false when
// something else than digits is left.
func digitsOnly(s string) (t string, ok bool) {
	var buf [numberRunesMax]byte
	n := 0
	ok = true
	for _, r := range s {
		r = widen(r)
		if isSpace(r) || isDash(r) || r == 'ー' {
			continue
		}
		if n == len(buf) {
			return "", false
		}
		if r >= 0x80 {
			r, ok = '?', false
		}
		if r < '0' || r > '9' {
			ok = false
		}
		buf[n] = byte(r)
		n++
	}
	return string(buf[:n]), ok
}

// scientific reports 1.23E+10, which a spreadsheet makes of a long number.
func scientific(t string) bool {
	mantissa, exponent, found := strings.Cut(strings.ToUpper(t), "E")
	return found && mantissa != "" && strings.Trim(mantissa, "0123456789.") == "" &&
		strings.Trim(exponent, "+0123456789") == "" && exponent != ""
}

// LooksLikeMyNumber reports whether s is twelve digits of any width, spaces and
// hyphens ignored, with the check digit of a 個人番号 (平成26年総務省令85号5条). A list
// that holds such a cell is refused whole (番号法19条, 20条: 収集制限).
func LooksLikeMyNumber(s string) bool {
	var buf [person.MyNumberDigits]byte
	n := 0
	for _, r := range s {
		if r >= 0xFF10 && r <= 0xFF19 {
			r -= 0xFEE0
		}
		if r >= '0' && r <= '9' {
			if n == len(buf) {
				return false
			}
			buf[n] = byte(r)
			n++
			continue
		}
		if !isSpace(r) && !isDash(r) && r != 'ー' && r != 'ｰ' {
			return false
		}
	}
	if n != len(buf) {
		return false
	}
	_, err := person.ParseMyNumber(string(buf[:]))
	return err == nil
}
