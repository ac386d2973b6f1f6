package invent

import (
	"baitai/pipeline/person"
)

// A Class is a kind of row of a list, by what was done to it.
type Class string

// A Sort says what the truth of a class is.
type Sort uint8

// The sorts of classes.
const (
	Positive Sort = iota + 1 // the row means one person of the file
	Negative                 // the row means nobody in the file, or may not be answered
	Hard                     // negative, and somebody in the file is very like it
)

// ClassInfo describes a class.
type ClassInfo struct {
	Class    Class
	Sort     Sort
	Weight   int // in the mix «default»
	Japanese string
	English  string

	make func(*lister, *draft) bool // false: cannot be done to this person
}

// The answers (回答区分) that the truth is stated in.
const (
	found       = "00"
	foundAbroad = "01"
	foundClosed = "02"
	nobody      = "10"
	several     = "20"
	review      = "30"
	conflict    = "40"
	tooLittle   = "41"
	badInput    = "80"
	badDigit    = "81"
	badChar     = "82"
	withheld    = "91"
)

// Classes are P0–P15 and N1–N10 of the evaluation design, with P2b (shapes of
// kanji that only a 戸籍 table knows), P7w (an era that does not fit), and N11–N13:
// a code alone, a code with somebody else's address, one's name with the twin's
// ふりがな.
func Classes() []ClassInfo {
	return []ClassInfo{
		{"P0", Positive, 400, "元のまま", "clean", clean},
		{"P1", Positive, 90, "全角半角・空白・長音", "width, spaces, long vowels", spoilWidth},
		{"P2", Positive, 60, "旧字体・異体字(常用・人名用)", "old shapes of kanji", spoilNear},
		{"P2b", Positive, 15, "戸籍の俗字・異体字", "shapes of kanji that only a 戸籍 table knows", spoilFar},
		{"P3", Positive, 15, "〓・●・？に化けた文字", "unreadable characters", spoilUnreadable},
		{"P4", Positive, 90, "住所の書き方", "notations of addresses", spoilAddress},
		{"P5", Positive, 10, "市町村の旧名", "the old name of a municipality", spoilMerged},
		{"P6", Positive, 40, "前の住所・前の氏・旧氏", "old address, former name", spoilPast},
		{"P7", Positive, 50, "和暦などの日付", "era forms", spoilEra},
		{"P7w", Positive, 5, "ありえない元号の年", "an era that does not fit", spoilWrongEra},
		{"P8", Positive, 20, "月日の入替え・一桁違い・不詳", "day and month swapped, one digit wrong, unknown", spoilBirth},
		{"P9", Positive, 15, "性別の欠落・誤り", "sex missing or wrong", spoilSex},
		{"P10", Positive, 15, "名姓の順・区切りなし", "given name first, no space", spoilOrder},
		{"P11", Positive, 15, "ふりがなのみ", "kana only", spoilKanaOnly},
		{"P12", Positive, 15, "一文字の誤り", "one wrong kanji", spoilTypo},
		{"P13", Positive, 10, "Shift_JISで失われた文字", "lost on the way through Shift_JIS", spoilLossy},
		{"P14", Positive, 10, "表計算による破損", "damaged by a spreadsheet", spoilSheet},
		{"P15", Positive, 30, "旧コード・消除・国外転出", "old code, closed record, moved abroad", spoilState},
		{"N1", Hard, 10, "他県の同姓同名・同生年月日", "a stranger with the same name, birth and sex", strangerAlike},
		{"N2", Hard, 10, "ファイルにない双子", "a twin who is not in the file", strangerTwin},
		{"N3", Hard, 10, "同じ漢字の父子", "father or son with the same kanji", strangerFather},
		{"N4", Hard, 10, "同氏名・同住所で生年月日違い", "same name and address, other birth", strangerOtherBirth},
		{"N5", Hard, 10, "隣家の同姓同名", "the neighbour of the same name", strangerNeighbour},
		{"N6", Negative, 10, "誰のものでもないコード", "a code that nobody has", nobodysCode},
		{"N7", Hard, 10, "コードはA、四情報はB", "code of one, particulars of another", twoPeople},
		{"N8", Negative, 40, "全くの他人", "strangers", strangers},
		{"N9", Hard, 10, "字体違いの別人(同町・同生年月日)", "another person whose name folds to the same", strangerFolded},
		{"N10", Negative, 3, "支援措置のある人", "somebody under 支援措置", protectedPerson},
		{"N11", Negative, 5, "コードのみ", "a code alone", codeAlone},
		{"N12", Hard, 5, "コードはA、住所はB", "code of one, address of another", codeAndOtherAddress},
		{"N13", Hard, 5, "本人の氏名に双子のふりがな", "one's name with the twin's kana", twinsKana},
	}
}

// Mix is how many rows of each class there are, by weight.
type Mix map[Class]int

// NamedMix returns the mixes that have a name: default (mostly clean, one row in
// ten hard), clean (P0 only), hard (negatives only), even (each class alike).
func NamedMix(name string) (Mix, bool) {
	m := Mix{}
	for _, c := range Classes() {
		switch {
		case name == "default":
			m[c.Class] = c.Weight
		case name == "clean" && c.Class == "P0", name == "hard" && c.Sort != Positive, name == "even":
			m[c.Class] = 1
		}
	}
	return m, len(m) > 0
}

// A Row is one row of a list: cells as they stand there.
type Row struct {
	Ref     string // 整理番号
	Code    string // 住民票コード
	Name    string // 氏名
	Kana    string // 氏名ふりがな
	Birth   string // 生年月日
	Sex     string // 性別
	Address string // 住所
	Former  string // 旧氏
	Consent string // 同意番号
}

// A Truth is what is true of a row.
type Truth struct {
	Ref   string
	Class Class
	// Code is the 住民票コード now in force of the person meant; empty where the
	// row means nobody in the file, or nobody may be answered.
	Code string
	// Accept is the answers that are right, the best one first, for a purpose that
	// covers everybody (対象者 全員) and has no permission for 支援措置. Answers
	// 00, 01 and 02 are right only with Code.
	Accept []string
}

// draft is a row being made out of a person.
type draft struct {
	Row
	p      *Person
	v      *Version // the current version
	accept []string
	nobody bool // the truth is that nobody may be answered
}

// stateAnswer is the answer of spec §3.3 that gives out a person in this state.
func stateAnswer(s person.State) string {
	switch s {
	case person.Abroad:
		return foundAbroad
	case person.Removed:
		return foundClosed
	}
	return found
}

// ok accepts the person; without a code also the review list, because a rival in
// the file may stand in the way.
func (d *draft) ok() bool {
	d.accept = []string{stateAnswer(d.v.State)}
	switch {
	case d.Code != "":
	case d.v.born.complete():
		d.accept = append(d.accept, review)
	default: // an unknown part is no more than partial
		d.accept = []string{review, stateAnswer(d.v.State)}
	}
	return true
}

// doubtful accepts the review list, the conflict of a code, and, where the code
// carries it, the person.
func (d *draft) doubtful(more ...string) bool {
	d.accept = append([]string{review, conflict}, more...)
	if d.Code != "" {
		d.accept = append([]string{conflict, review, stateAnswer(d.v.State)}, more...)
	}
	return true
}

// never says that the row may not give anybody out.
func (d *draft) never(accept ...string) bool {
	d.nobody, d.accept = true, accept
	return true
}
