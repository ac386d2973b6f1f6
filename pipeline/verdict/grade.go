// Package verdict says when a row of a list means a person (判定): the grades of
// each particular, the steps that use them, and the answer (回答区分).
//
// The decision table in table.go is the whole of it: the matcher, the tests,
// the explanation of an answer and the legend that goes to the office read that
// one table. It hides how two spellings are compared (compare*.go). It promises
// that no score decides, that an answer depends on the row, the people it was
// compared with and the grant alone, and that data leaves only with the answers
// for which [Answer.Provides] is true.
package verdict

import "strings"

// A Grade says how a particular of the row compares with the same particular of
// a person. The zero value is Missing.
type Grade uint8

// The grades of all particulars, best first within one particular. Not every
// particular has every grade: see spec §3.1 (facts/matching).
const (
	Missing Grade = iota // the row does not give it (性別 0 and 9 too)
	Blank                // the file does not hold it
	Same                 // equal after NFC
	Form                 // written another way: width, spaces, notation of a date or an address
	Variant              // 氏名: another form of the same character, JIS 包摂 or 常用・人名用 (tiers 1–2)
	Broad                // 氏名: 戸籍統一文字 (one tier-3 hop), then tiers 1–2
	Loose                // ふりがな: 清濁, 長音, ヂジ ズヅ ヲオ ウ
	Short                // 住所: 方書 on one side only
	Slip                 // 生年月日: month and day swapped, or one digit wrong
	Partial              // an unknown part of a date; 番地 or town absent on one side
	Differs
	gradeCount
)

// GradeCount is how many grades there are, Missing the first.
const GradeCount = int(gradeCount)

var gradeNames = [gradeCount]string{"missing", "blank", "same", "form", "variant", "broad", "loose", "short", "slip", "partial", "differs"}

var gradeNamesJa = [gradeCount]string{"未入力", "登載なし", "一致", "表記違い", "異体字", "異体字(広)", "読み近似", "方書なし", "一字違い", "一部不明", "不一致"}

// String gives the English word of the specification.
func (g Grade) String() string {
	if g < gradeCount {
		return gradeNames[g]
	}
	return "grade?"
}

// Japanese gives the word that an office reads.
func (g Grade) Japanese() string {
	if g < gradeCount {
		return gradeNamesJa[g]
	}
	return "?"
}

// A Near is weak evidence that a differing particular is still meant: it can
// bring a row onto the review list (要確認), never to an answer with data.
type Near uint8

// The kinds of weak evidence of step R.
const (
	NotNear       Near = iota
	Swapped            // surname and given name in the other order
	Unreadable         // one character cannot be read (〓 ● ■ ? 外字), the others agree
	OneWrong           // one character is another one
	LookAlike          // characters that look alike (ニ/二, ロ/口)
	SameKanaOther      // same kana, other kanji
	SameSound          // ふりがな is Loose for its 長音 alone
	nearCount
)

var nearNamesJa = [nearCount]string{"", "姓名が逆", "一字判読不能", "一字違い", "形の似た字", "同じ読みで別の字", "長音の書き方"}

var nearNames = [nearCount]string{"", "swapped order", "one character unreadable", "one character wrong", "look-alike characters", "same kana, other kanji", "long vowels written otherwise"}

// String gives the English name.
func (n Near) String() string {
	if n < nearCount {
		return nearNames[n]
	}
	return "near?"
}

// Japanese gives the name that an official reads.
func (n Near) Japanese() string {
	if n < nearCount {
		return nearNamesJa[n]
	}
	return "?"
}

// A Graded is the comparison of one particular.
type Graded struct {
	Grade Grade
	Past  bool // reached with an earlier version, or through 旧氏
	Near  Near // only where Grade is Loose, Broad or worse
	// Ground is why the grade is not better, in Japanese, «髙→高 JIS包摂». It holds
	// single characters of the particular and MUST be shown only where the
	// particular itself may be shown.
	Ground string
}

// Grades is the comparison of a row with one person.
type Grades struct {
	Name, Kana, Birth, Sex, Address Graded
	// NameHasKanji is false where the row's name is kana only, or not given, so that step F
	// takes ふりがな in place of 氏名.
	NameHasKanji bool
}

// A GradeSet is a set of grades, one bit each.
type GradeSet uint16

// Of makes a set.
func Of(gs ...Grade) GradeSet {
	var s GradeSet
	for _, g := range gs {
		s |= 1 << g
	}
	return s
}

// Has reports whether g is in the set.
func (s GradeSet) Has(g Grade) bool { return s&(1<<g) != 0 }

// String lists the grades, best first.
func (s GradeSet) String() string {
	var names []string
	for g := range gradeCount {
		if s.Has(g) {
			names = append(names, g.String())
		}
	}
	return strings.Join(names, "|")
}
