package normal

import (
	"errors"

	"baitai/pipeline/person"
)

type Name struct{ given string }
type Kana struct{ form string }
type Address struct{ town string }

func FoldName(s string) *Name                     { return nil }
func FoldKana(s string) *Kana                     { return nil }
func FoldAddress(s, municipality string) *Address { return nil }

var (
	ErrNotDate     = errors.New("normal: not a date")
	ErrEraOverflow = errors.New("normal: a year that the era never had")
	ErrWrongEra    = errors.New("normal: the date lies outside its era")
	ErrImpossible  = errors.New("normal: a day that the month never had")
	ErrSerial      = errors.New("normal: looks like a spreadsheet's serial number")
	ErrNotSex      = errors.New("normal: not a sex")
	ErrScientific  = errors.New("normal: a number in scientific notation")
)

func ParseBirth(s string) (person.Birth, bool, error) { return person.Birth{}, false, ErrNotDate }
func ParseSex(s string) (person.Sex, error)           { return person.Sex{}, ErrNotSex }
func ParseResidentCode(s string) (person.ResidentCode, error) {
	return person.ResidentCode{}, ErrScientific
}
func LooksLikeMyNumber(s string) bool { return false }
func Unreadable(r rune) bool          { return false }
func Latin(s string) bool             { return false }
func HasKanji(s string) bool          { return false }
