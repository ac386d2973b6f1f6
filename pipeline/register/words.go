package register

import "strings"

// The words that the register uses. Every one of these types has a zero value
// that means nothing and permits nothing, so that an empty cell never turns into
// a permission.

// A Kind says whether an office is another 執行機関 of the prefecture or a 部署 of
// the governor's own: the law calls what goes to the first 提供, to the second 移転
// or 利用.
type Kind uint8

// The kinds of office.
const (
	Agency     Kind = iota + 1 // 執行機関: 教育委員会, 公安委員会 … (住基法30条の44の6第2項)
	Department                 // 部署 of the governor (同条第1項)
)

// A Basis is the legal ground of a purpose (根拠).
type Basis uint8

// The bases of 住基法30条の44の6 and of the disclosure to the person.
const (
	Table5           Basis = iota + 1 // 別表5: 同条1項1号 (別表第五の事務)
	OrdinanceUse                      // 条例(利用): 同条1項2号
	Consent                           // 本人同意: 同条1項3号; each row needs a 同意番号
	Statistics                        // 統計: 同条1項4号; totals only, no rows
	Table6                            // 別表6: 同条2項1号 (別表第六の機関・事務)
	OrdinanceProvide                  // 条例(提供): 同条2項2号
	Disclosure                        // 開示: 30条の32 with 30条の44の13
	Paragraph3                        // 法③: 同条3項
)

// For says which kind of office a basis is for: 1項 is the governor's own use, 2項
// the provision to another 執行機関. 0 means either.
func (b Basis) For() Kind {
	switch b {
	case Table5, OrdinanceUse, Consent, Statistics:
		return Department
	case Table6, OrdinanceProvide:
		return Agency
	}
	return 0
}

// PermitsCode reports whether the basis itself covers 住民票コード. 1項 and 2項
// except it («住民票コードを除く»), so that under them a purpose must name the
// clause that allows it (住民票コード条項).
func (b Basis) PermitsCode() bool {
	return b == Disclosure || b == Paragraph3
}

// A Particular is something that a row of a list may state about the person who
// is meant: a search key (検索キー), or the reference of the consent.
type Particular uint8

// The particulars, in the order in which lists and messages name them.
const (
	KeyCode          Particular = iota + 1 // 住民票コード
	KeyName                                // 氏名
	KeyKana                                // 氏名ふりがな
	KeyBirth                               // 生年月日
	KeySex                                 // 性別
	KeyAddress                             // 住所
	KeyFormerSurname                       // 旧氏
	KeyConsent                             // 同意番号: not a search key; what 本人同意 needs in each row
)

// A Field is an item that may go out with an answer (提供項目).
type Field uint8

// The fields, in the order of the columns of an answer.
const (
	FieldCode          Field = iota + 1 // 住民票コード
	FieldName                           // 氏名
	FieldKana                           // 氏名ふりがな
	FieldFormerSurname                  // 旧氏
	FieldBirth                          // 生年月日
	FieldSex                            // 性別
	FieldMunicipality                   // 市町村コード
	FieldAddress                        // 住所
	FieldLastAddress                    // 最終住所
	FieldState                          // 状態
	FieldReason                         // 異動事由
	FieldChangeDate                     // 異動年月日
)

// A Population is the 対象者 of a purpose.
type Population uint8

// The populations. 住基法30条の44の6 covers 国外転出者 alone; everybody needs a clause.
const (
	AbroadOnly Population = iota + 1 // 国外転出者のみ
	Everybody                        // 全員
)

// A Form is the form of a result (返却形式).
type Form uint8

// The forms.
const (
	FormCSV   Form = iota + 1 // csv
	FormXLSX                  // xlsx
	FormFixed                 // 固定長, by a layout (様式)
	FormJSONL                 // jsonl: JSON Lines
	FormTSV                   // tsv, of lists without a header line only
)

// A Charset is the character set in which an office reads its results (文字コード).
type Charset uint8

// The character sets of results.
const (
	CharsetCP932 Charset = iota + 1 // CP932 (Shift_JIS as Windows has it)
	CharsetUTF8                     // UTF-8
)

// A Way is how a result goes back (返却方法).
type Way uint8

// The ways of the published description: a medium that the requester brings, or
// internal mail under a password that the requester has chosen.
const (
	WayMedium Way = iota + 1 // 媒体
	WayMail                  // 庁内メール
)

// A Right is what an operator may do (権限).
type Right uint8

// The rights. None includes another.
const (
	RightAsk     Right = iota + 1 // 照会: run lists, take in and hand over media
	RightReview                   // 審査: decide the rows of the review list
	RightApprove                  // 承認: be the second of the two people
	RightManage                   // 管理: load, export, change the register
	RightAudit                    // 監査: read ledger and records
	RightView                     // 閲覧: see personal data on the terminal, on the record
	RightSupport                  // 支援措置: see people under 支援措置 unmasked
)

// A word is a value with the spellings that an official may use for it: the first
// is the one that messages and templates show.
type word[T comparable] struct {
	value     T
	spellings []string
}

func kindWords() []word[Kind] {
	return []word[Kind]{{Agency, []string{"執行機関"}}, {Department, []string{"部署"}}}
}

func basisWords() []word[Basis] {
	return []word[Basis]{
		{Table5, []string{"別表5", "別表第5", "別表第五", "別表五"}},
		{OrdinanceUse, []string{"条例(利用)"}},
		{Consent, []string{"本人同意"}},
		{Statistics, []string{"統計"}},
		{Table6, []string{"別表6", "別表第6", "別表第六", "別表六"}},
		{OrdinanceProvide, []string{"条例(提供)"}},
		{Disclosure, []string{"開示"}},
		{Paragraph3, []string{"法③"}},
	}
}

func particularWords() []word[Particular] {
	return []word[Particular]{
		{KeyCode, []string{"住民票コード", "code"}},
		{KeyName, []string{"氏名", "name"}},
		{KeyKana, []string{"氏名ふりがな", "ふりがな", "フリガナ", "氏名フリガナ", "氏名の振り仮名", "kana"}},
		{KeyBirth, []string{"生年月日", "birth"}},
		{KeySex, []string{"性別", "sex"}},
		{KeyAddress, []string{"住所", "address"}},
		{KeyFormerSurname, []string{"旧氏", "former_surname"}},
		{KeyConsent, []string{"同意番号", "consent"}},
	}
}

func fieldWords() []word[Field] {
	return []word[Field]{
		{FieldCode, []string{"住民票コード", "code"}},
		{FieldName, []string{"氏名", "name"}},
		{FieldKana, []string{"氏名ふりがな", "ふりがな", "フリガナ", "氏名フリガナ", "氏名の振り仮名", "kana"}},
		{FieldFormerSurname, []string{"旧氏", "former_surname"}},
		{FieldBirth, []string{"生年月日", "birth"}},
		{FieldSex, []string{"性別", "sex"}},
		{FieldMunicipality, []string{"市町村コード", "municipality"}},
		{FieldAddress, []string{"住所", "address"}},
		{FieldLastAddress, []string{"最終住所", "last_address"}},
		{FieldState, []string{"状態", "state"}},
		{FieldReason, []string{"異動事由", "reason"}},
		{FieldChangeDate, []string{"異動年月日", "change_date"}},
	}
}

func populationWords() []word[Population] {
	return []word[Population]{{AbroadOnly, []string{"国外転出者のみ"}}, {Everybody, []string{"全員"}}}
}

func formWords() []word[Form] {
	return []word[Form]{{FormCSV, []string{"csv"}}, {FormXLSX, []string{"xlsx", "excel"}},
		{FormFixed, []string{"固定長", "fixed"}}, {FormJSONL, []string{"jsonl", "json lines", "ndjson"}}}
}

// listFormWords are the forms of lists that need a layout: the others say by their
// headers what they hold.
func listFormWords() []word[Form] {
	return []word[Form]{{FormFixed, []string{"固定長", "fixed"}}, {FormCSV, []string{"csv"}}, {FormTSV, []string{"tsv"}}}
}

func charsetWords() []word[Charset] {
	return []word[Charset]{
		{CharsetCP932, []string{"CP932", "Shift_JIS", "Shift-JIS", "SJIS", "Windows-31J", "MS932"}},
		{CharsetUTF8, []string{"UTF-8", "UTF8"}},
	}
}

func wayWords() []word[Way] {
	return []word[Way]{{WayMedium, []string{"媒体", "medium"}}, {WayMail, []string{"庁内メール", "mail"}}}
}

func rightWords() []word[Right] {
	return []word[Right]{
		{RightAsk, []string{"照会"}}, {RightReview, []string{"審査"}}, {RightApprove, []string{"承認"}},
		{RightManage, []string{"管理"}}, {RightAudit, []string{"監査"}}, {RightView, []string{"閲覧"}},
		{RightSupport, []string{"支援措置"}},
	}
}

// Fold brings a word to the form in which words are compared: full-width letters,
// digits and brackets as half-width ones, no spaces, small letters. Characters
// that are not plain full-width forms (③) stay.
func Fold(s string) string {
	return strings.ToLower(strings.Map(func(r rune) rune {
		switch {
		case r == ' ' || r == '\t' || r == '\u3000' || r == '\u00a0':
			return -1
		case r >= '\uff01' && r <= '\uff5e':
			return r - 0xfee0
		}
		return r
	}, s))
}

// parse finds the value of a spelling; false for the empty and for an unknown one.
func parse[T comparable](words []word[T], s string) (T, bool) {
	s = Fold(s)
	for _, w := range words {
		for _, spelling := range w.spellings {
			if s == Fold(spelling) {
				return w.value, true
			}
		}
	}
	var none T
	return none, false
}

// spell gives the spelling that is shown, "?" for a value that has none.
func spell[T comparable](words []word[T], v T) string {
	for _, w := range words {
		if w.value == v {
			return w.spellings[0]
		}
	}
	return "?"
}

// allowed lists the spellings that are shown, for the sentence of J206.
func allowed[T comparable](words []word[T]) string {
	names := make([]string, len(words))
	for i, w := range words {
		names[i] = w.spellings[0]
	}
	return strings.Join(names, "、")
}

// ParseBasis reads a 根拠 as an official writes it; width and spaces do not matter.
func ParseBasis(s string) (Basis, bool) { return parse(basisWords(), s) }

// ParseParticular reads the name of a search key, Japanese or English.
func ParseParticular(s string) (Particular, bool) { return parse(particularWords(), s) }

// ParseField reads the name of a 提供項目, Japanese or English.
func ParseField(s string) (Field, bool) { return parse(fieldWords(), s) }

// ParseForm reads a 返却形式.
func ParseForm(s string) (Form, bool) { return parse(formWords(), s) }

// ParseCharset reads the character set of a result.
func ParseCharset(s string) (Charset, bool) { return parse(charsetWords(), s) }

// ParseWay reads a 返却方法, Japanese or English.
func ParseWay(s string) (Way, bool) { return parse(wayWords(), s) }

// String gives the word of the register.
func (k Kind) String() string { return spell(kindWords(), k) }

// String gives the word of the register.
func (b Basis) String() string { return spell(basisWords(), b) }

// String gives the usual header of the column.
func (p Particular) String() string { return spell(particularWords(), p) }

// String gives the header of the column in an answer.
func (f Field) String() string { return spell(fieldWords(), f) }

// String gives the word of the register.
func (p Population) String() string { return spell(populationWords(), p) }

// String gives the word of the register.
func (f Form) String() string { return spell(append(formWords(), listFormWords()...), f) }

// String gives the usual name.
func (c Charset) String() string { return spell(charsetWords(), c) }

// String gives the word of the register.
func (w Way) String() string { return spell(wayWords(), w) }

// String gives the word of the register.
func (r Right) String() string { return spell(rightWords(), r) }

// Fields lists all fields in the order of an answer's columns.
func Fields() []Field { return values(fieldWords()) }

// Particulars lists all particulars, 同意番号 last.
func Particulars() []Particular { return values(particularWords()) }

// Bases lists all bases.
func Bases() []Basis { return values(basisWords()) }

func values[T comparable](words []word[T]) []T {
	vs := make([]T, len(words))
	for i, w := range words {
		vs[i] = w.value
	}
	return vs
}
