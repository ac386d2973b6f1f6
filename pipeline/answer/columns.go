package answer

import (
	"strings"
	"unicode/utf8"

	"baitai/pipeline"
	"baitai/pipeline/authority"
	"baitai/pipeline/issue"
	"baitai/pipeline/person"
	"baitai/pipeline/verdict"
)

// The columns of every result, in this order: reference and answer, then the
// fields of the grant, then the grounds of the answer, then faults.
var (
	headColumns   = []string{"整理番号", "回答区分", "回答"}
	groundColumns = []string{"照合段階", "氏名の照合", "ふりがなの照合", "生年月日の照合", "性別の照合", "住所の照合", "照合の根拠"}
	tailColumns   = []string{"不備"}
)

// lostColumn lists the characters of the row that became 〓; only in results
// whose character set lacks some.
const lostColumn = "〓にした文字"

// Columns names the columns of a result under the grant.
func Columns(g authority.Grant) []string {
	cols := append([]string{}, headColumns...)
	for _, f := range g.Fields() {
		cols = append(cols, f.String())
	}
	cols = append(cols, groundColumns...)
	return append(cols, tailColumns...)
}

// AnswerOf gives the 回答区分 of a row.
func AnswerOf(row *pipeline.Row[verdict.Hit]) verdict.Answer {
	if len(row.Issues) > 0 {
		return verdict.ForIssues(row.Issues)
	}
	return row.Value.Answer
}

// cells writes one row. The order of the law's caution: first decide whether
// anything may be shown, then show only that.
func cells(row *pipeline.Row[verdict.Hit], fields []authority.Field) []string {
	a := AnswerOf(row)
	out := []string{row.Ref.Reveal(), string(a), a.Says(true)}
	if !a.Provides() {
		out = append(out, make([]string, len(fields)+len(groundColumns))...)
		return append(out, faults(row.Issues))
	}
	for _, f := range fields {
		out = append(out, fieldOf(row.Value.Person, f))
	}
	return append(append(out, grounds(&row.Value)...), "")
}

// fieldOf reveals one field of the person who is meant.
func fieldOf(v *person.Version, f authority.Field) string {
	switch f {
	case authority.FieldCode:
		return v.Code.Reveal()
	case authority.FieldName:
		return v.Name.Reveal()
	case authority.FieldKana:
		return v.Kana.Reveal()
	case authority.FieldFormerSurname:
		return v.FormerSurname.Reveal()
	case authority.FieldBirth:
		return v.Birth.Reveal()
	case authority.FieldSex:
		return v.Sex.Reveal()
	case authority.FieldMunicipality:
		return v.Municipality
	case authority.FieldAddress:
		return v.Address.Reveal()
	case authority.FieldLastAddress:
		return v.LastAddress.Reveal()
	case authority.FieldState:
		return stateName(v.State)
	case authority.FieldReason:
		return v.Reason
	case authority.FieldChangeDate:
		return v.ChangeDate
	}
	return "" // a field that this version does not know is not shown
}

func stateName(s person.State) string {
	switch s {
	case person.Present:
		return "1"
	case person.Abroad:
		return "2"
	case person.Removed:
		return "3"
	}
	return ""
}

// particulars are the grades in the order of the columns.
func particulars(g *verdict.Grades) [verdict.ParticularCount]*verdict.Graded {
	return [...]*verdict.Graded{&g.Name, &g.Kana, &g.Birth, &g.Sex, &g.Address}
}

func gradeWord(g *verdict.Graded) string {
	if g.Past {
		return g.Grade.Japanese() + "(以前の記録)"
	}
	return g.Grade.Japanese()
}

// grounds says why this person is meant: step, the grade of each particular, and
// what each grade rests on.
func grounds(h *verdict.Hit) []string {
	out := []string{string(h.Step)}
	for _, g := range particulars(&h.Grades) {
		out = append(out, gradeWord(g))
	}
	return append(out, string(appendGrounds(nil, h)))
}

// appendGrounds appends the line of the decision table and what each grade rests on.
func appendGrounds(dst []byte, h *verdict.Hit) []byte {
	dst = append(dst, h.Why...)
	for i, g := range particulars(&h.Grades) {
		if g.Ground != "" {
			dst = append(append(append(append(dst, " / "...), verdict.ParticularName(i, true)...), ": "...), g.Ground...)
		}
	}
	return dst
}

// faults says in one cell what is wrong with a row.
func faults(list issue.List) string {
	var said []string
	for _, i := range list {
		s := string(i.Code) + " "
		if i.Pos.Name != "" {
			s += "「" + i.Pos.Name + "」 "
		}
		said = append(said, s+i.In(issue.Japanese).Says)
	}
	return strings.Join(said, " / ")
}

// harmless makes a cell that a spreadsheet could take for a formula harmless in
// a CSV, where text has no type (OWASP: CSV injection).
func harmless(s string) string {
	if formula(s) {
		return "'" + s
	}
	return s
}

// formula reports whether a spreadsheet could take a cell for a formula.
func formula(s string) bool {
	if s == "" {
		return false
	}
	switch s[0] {
	case '=', '+', '-', '@', '\t', '\r', '\n':
		return true
	case "＝"[0]: // all of full width begin so, and much else
		return strings.ContainsRune("＝＋－＠", firstRune(s))
	}
	return false
}

func firstRune(s string) rune {
	r, _ := utf8.DecodeRuneInString(s)
	return r
}
