package register

import (
	"slices"

	"baitai/pipeline/issue"
)

func yesWords() []word[bool] { return []word[bool]{{true, []string{"可"}}, {false, []string{"否"}}} }
func supportWords() []word[bool] {
	return []word[bool]{{true, []string{"提供可"}}, {false, []string{"抑止"}}}
}

// twoWords are words of a required cell, so that false is not what an empty one gives.
func twoWords() []word[bool] {
	return []word[bool]{{true, []string{"要"}}, {false, []string{"不要"}}}
}

func (l *loader) purposes(t *table) {
	if len(t.issues) > 0 {
		return
	}
	l.listed = map[purposeID]int{}
	for i, in := range decode[purposeRow](t) {
		r := t.row(i)
		code, codeOK := r.code("事務コード", in.Code)
		office, officeOK := r.code("照会元コード", in.Office)
		if officeOK && l.defined != nil {
			if _, ok := l.defined[office]; !ok {
				r.fail(issue.RegisterUnknownReference, "照会元コード")
			}
		}
		if codeOK && officeOK {
			claim(l.listed, purposeID{office, code}, r, "事務コード")
		}
		p := &Purpose{
			Code:       code,
			Office:     office,
			Name:       r.requiredText("事務名", in.Name),
			Basis:      choose(r, "根拠", in.Basis, basisWords(), 0),
			Clause:     r.requiredText("根拠条項", in.Clause),
			Population: choose(r, "対象者", in.Population, populationWords(), AbroadOnly),
			WhoClause:  r.text("対象者条項", in.WhoClause),
			CodeClause: r.text("住民票コード条項", in.CodeClause),
			MaxRows:    r.rows("最大行数", in.MaxRows),
			Forms:      chooseSeveral(r, "返却形式", in.Forms, formWords()),
			Ways:       chooseSeveral(r, "返却方法", in.Ways, wayWords()),
			TwoPeople:  choose(r, "二人承認", in.TwoPeople, twoWords(), false),
			Valid:      r.span(in.From, in.Until),
			Pos:        r.pos(""),
		}
		// Empty means 否 and 抑止, the closed side.
		if in.CodeOut != "" {
			p.CodeOut = choose(r, "住民票コード提供", in.CodeOut, yesWords(), false)
		}
		if in.Support != "" {
			p.ShowSupport = choose(r, "支援措置", in.Support, supportWords(), false)
		}
		p.Keys = chooseSeveral(r, "検索キー", in.Keys, keyWords())
		if p.Basis != Statistics || in.Fields != "" {
			p.Fields = chooseSeveral(r, "提供項目", in.Fields, fieldWords())
		}
		l.checkLaw(r, p)
		if _, ok := parse(yesWords(), in.CodeOut); ok || in.CodeOut == "" {
			checkCode(r, p)
		}
		l.reg.purposes[purposeID{office, code}] = p
	}
}

// keyWords are the particulars that can be a search key.
func keyWords() []word[Particular] {
	return slices.DeleteFunc(particularWords(), func(w word[Particular]) bool { return w.value == KeyConsent })
}

// checkLaw holds the columns of a purpose against one another. Values that could
// not be read are zero here and are not reported again.
func (l *loader) checkLaw(r row, p *Purpose) {
	// 住基法30条の44の6: 1項 is the governor's own use, 2項 the provision to others.
	if kind := l.kinds[p.Office]; kind != 0 && p.Basis.For() != 0 && p.Basis.For() != kind {
		fitting := slices.DeleteFunc(basisWords(), func(w word[Basis]) bool {
			return w.value.For() != 0 && w.value.For() != kind
		})
		r.fail(issue.RegisterBadValue, "根拠", allowed(fitting))
	}
	// 同条: 国外転出者に係るもの; whoever asks about everybody must say why.
	if p.Population == Everybody {
		r.required("対象者条項", p.WhoClause)
	}
	if len(p.Keys) > 0 && !Searchable(p.Keys) {
		r.fail(issue.RegisterBadValue, "検索キー", "住民票コード+氏名、住民票コード+生年月日、氏名+生年月日、氏名ふりがな+生年月日、氏名+住所")
	}
	// 同条1項4号: 統計 gives totals; nobody's data are among them.
	if p.Basis == Statistics && len(p.Fields) > 0 {
		r.fail(issue.RegisterBadValue, "提供項目", "空欄(統計)")
	}
}

// checkCode holds the columns about 住民票コード against one another. 住基法30条の44の6
// 第1項・第2項: 住民票コードを除く, unless a clause says otherwise.
func checkCode(r row, p *Purpose) {
	codeField := slices.Contains(p.Fields, FieldCode)
	if codeField != p.CodeOut {
		want := "否"
		if codeField {
			want = "可"
		}
		r.fail(issue.RegisterBadValue, "住民票コード提供", want)
	}
	if p.Basis != 0 && !p.Basis.PermitsCode() && (codeField || p.CodeOut || slices.Contains(p.Keys, KeyCode)) {
		r.required("住民票コード条項", p.CodeClause)
	}
}

// Searchable reports whether rows that state these particulars can be searched at
// all: 住民票コード with 氏名 or 生年月日; 氏名 or ふりがな with 生年月日; 氏名 with 住所.
func Searchable(ps []Particular) bool {
	has := func(p Particular) bool { return slices.Contains(ps, p) }
	switch {
	case has(KeyCode) && (has(KeyName) || has(KeyBirth)):
	case has(KeyName) && (has(KeyBirth) || has(KeyAddress)):
	case has(KeyKana) && has(KeyBirth):
	default:
		return false
	}
	return true
}
