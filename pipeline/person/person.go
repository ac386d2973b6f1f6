package person

import (
	"fmt"
	"log/slog"
)

// A Sex is a 性別 as 住民基本台帳 codes it (JIS X 0303): 1 男, 2 女; 0 and 9 say that
// it is unknown. The zero value means that none was given. It can be compared
// with ==.
type Sex struct{ p *string } // the address of one of the codes below, so that == compares

// The values of 性別.
var (
	SexUnknown = Sex{new("0")}
	Male       = Sex{new("1")}
	Female     = Sex{new("2")}
	SexOther   = Sex{new("9")}
)

// ParseSex reads the stored form: "", 0, 1, 2 or 9.
func ParseSex(s string) (Sex, bool) {
	switch s {
	case "":
		return Sex{}, true
	case "0":
		return SexUnknown, true
	case "1":
		return Male, true
	case "2":
		return Female, true
	case "9":
		return SexOther, true
	}
	return Sex{}, false
}

// Known reports whether the value is 男 or 女.
func (s Sex) Known() bool { return s == Male || s == Female }

// Reveal returns the code, or "" for the zero value.
func (s Sex) Reveal() string {
	if s.p == nil {
		return ""
	}
	return *s.p
}

// Format prints a mask.
func (s Sex) Format(f fmt.State, _ rune) { writeMask(f, s.p == nil) }

// LogValue gives the mask to log/slog.
func (s Sex) LogValue() slog.Value { return slog.StringValue(Mask) }

// MarshalText gives the mask to encoders.
func (s Sex) MarshalText() ([]byte, error) { return []byte(Mask), nil }

// A State is the 状態 of a version.
type State uint8

// The states of spec §2.1. A record always has one; the zero value is none.
const (
	Present State = 1 // 現存
	Abroad  State = 2 // 国外転出者 (住基法17条3号)
	Removed State = 3 // 消除
)

// Valid reports whether s is one of the three.
func (s State) Valid() bool { return s >= Present && s <= Removed }

// Support is a 支援措置区分 (DV 等支援措置): 1 支援措置, 2 仮支援措置, 3 終了; 0 none.
type Support uint8

// Protected reports whether the person's data must not go out.
func (s Support) Protected() bool { return s == 1 || s == 2 }

// Valid reports whether s is one of the four.
func (s Support) Valid() bool { return s <= 3 }

// A Version is one row of the identity file: one 履歴 of one person.
type Version struct {
	Code          ResidentCode // 住民票コード
	History       int          // 履歴番号, 1 and up; the highest is current
	State         State        // 状態
	Name          Text         // 氏名
	Kana          Text         // 氏名ふりがな; empty for years after 2025-05-26
	FormerSurname Text         // 旧氏
	Birth         Birth        // 生年月日
	Sex           Sex          // 性別
	Municipality  string       // 市町村コード of 住所, six digits, or empty
	Address       Text         // 住所; empty for a 国外転出者
	LastAddress   Text         // 最終住所
	Registrar     string       // 附票管理市町村コード: where the 本籍 is, six digits
	Reason        string       // 異動事由
	ChangeDate    string       // 異動年月日, YYYY-MM-DD with the unknown parts of a Birth
	NoticeDate    string       // 通知年月日; may be missing in a first load
	OldCode       ResidentCode // 旧住民票コード
	Support       Support      // 支援措置
}

// A Query is one row of a list (検索条件) after intake: every particular that is
// given could be read.
type Query struct {
	Code           ResidentCode
	Name           Text
	Kana           Text
	Birth          Birth
	BirthRespelled bool // the list writes the date in another form than the stored one
	Sex            Sex
	Address        Text
	FormerSurname  Text
	Consent        Text // 同意番号
}
