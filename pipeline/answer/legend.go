package answer

import (
	"baitai/pipeline/person"
	"baitai/pipeline/verdict"
)

// A meaning explains a column, or what stands in one, in both languages.
type meaning struct{ ja, en string }

// Kinds of lines in the legend (凡例) of a workbook.
const (
	legendAnswer = "回答区分"
	legendColumn = "列"
)

// bookLegend explains every answer, whether it occurs or not, every column of the
// result, and every code and word that stands in one: kind, what is shown, and what
// it means in Japanese and in English. A column is called as columns say, and is what
// items say by its usual name.
func bookLegend(columns, items []string) [][]string {
	var lines [][]string
	for _, a := range verdict.Answers() {
		lines = append(lines, []string{legendAnswer, string(a), a.Name(true) + ": " + a.Says(true), a.Name(false) + ": " + a.Says(false)})
	}
	for i, c := range columns {
		m := columnMeaning(items[i])
		lines = append(lines, []string{legendColumn, c, m.ja, m.en})
	}
	for i, c := range columns {
		for _, v := range valuesOf(items[i]) {
			lines = append(lines, []string{c, v[0], v[1], v[2]})
		}
	}
	for g := range verdict.GradeCount {
		grade := verdict.Grade(g)
		m := gradeMeaning(grade)
		lines = append(lines, []string{"照合の度合い", grade.Japanese(), m.ja, m.en})
	}
	return lines
}

// columnMeaning explains a column of a result.
func columnMeaning(column string) meaning {
	switch column {
	case "整理番号":
		return meaning{"リストに書かれていたとおりの番号。行の順序もリストのとおりです。", "the reference number as in the list; rows stand in the list's order"}
	case "回答区分":
		return meaning{"二桁の符号。意味は上の表にあります。", "two digits; see above"}
	case "回答":
		return meaning{"回答区分を文にしたもの。", "the answer as a sentence"}
	case "照合段階":
		return meaning{"どの段階で一人に決まったか。", "the step at which it was certain who is meant"}
	case "氏名の照合", "ふりがなの照合", "生年月日の照合", "性別の照合", "住所の照合":
		return meaning{"リストの記入と記録がどの程度一致したか。「(以前の記録)」は、以前の記録との一致です。", "how far the list and the record agree; (以前の記録) is an earlier record"}
	case "照合の根拠":
		return meaning{"判定表のどの行によったか、それぞれの度合いが何によるか。", "the line of the decision table, and what each grade rests on"}
	case lostColumn:
		return meaning{"結果の文字コードにないため〓にした文字。ブックでは使われません。", "characters that became 〓 because the character set lacks them; never in a workbook"}
	case "不備":
		return meaning{"回答区分が 80・81・82・99 の行の、符号、見出し、内容。", "what is wrong with a row that was answered 80, 81, 82 or 99"}
	}
	return fieldMeaning(column)
}

// fieldMeaning explains a column of the record of the person who is meant.
func fieldMeaning(column string) meaning {
	const only = "(00・01・02 の行だけ)"
	says := func(ja, en string) meaning { return meaning{ja + only, en + " (answers 00, 01, 02 only)"} }
	switch column {
	case "住民票コード":
		return says("現在の住民票コード。", "the present resident code")
	case "氏名":
		return says("記録されている氏名。", "the name on record")
	case "氏名ふりがな":
		return says("記録されているふりがな。空の人もいます。", "the reading of the name; not on record for everybody")
	case "旧氏":
		return says("記録されている旧氏。", "the former surname on record")
	case "生年月日":
		return says("YYYY-MM-DD。文字として書かれています。", "YYYY-MM-DD, as text")
	case "性別":
		return says("下の符号。", "a code, see below")
	case "市町村コード":
		return says("住所の市町村の団体コード(検査数字を含む六桁)。", "the municipality of the address, six digits with a check digit")
	case "住所":
		return says("記録されている現在の住所。国外転出者では空です。", "the present address; empty for somebody who lives abroad")
	case "最終住所":
		return says("国外へ転出する前の最後の住所。", "the last address before leaving the country")
	case "状態":
		return says("下の符号。", "a code, see below")
	case "異動事由":
		return says("最後の異動の事由の符号。", "the code of the reason for the latest change")
	case "異動年月日":
		return says("最後の異動の日。YYYY-MM-DD。", "the day of the latest change, YYYY-MM-DD")
	}
	return meaning{}
}

// valuesOf gives the codes that stand in a column, each with its meanings.
func valuesOf(column string) [][3]string {
	switch column {
	case "性別":
		return [][3]string{
			{person.SexUnknown.Reveal(), "不明", "unknown"}, {person.Male.Reveal(), "男", "male"},
			{person.Female.Reveal(), "女", "female"}, {person.SexOther.Reveal(), "適用不能", "not applicable"},
		}
	case "状態":
		return [][3]string{
			{stateName(person.Present), "現存", "present"}, {stateName(person.Abroad), "国外転出者", "living abroad"},
			{stateName(person.Removed), "消除", "removed"},
		}
	case "生年月日":
		return [][3]string{
			{"0000", "年が不明", "year unknown"}, {"00", "月または日が不明", "month or day unknown"},
			{"A1・A2・A3・A4", "月のところでは、春・夏・秋・冬", "in the place of the month: spring, summer, autumn, winter"},
			{"A1・A2・A3", "日のところでは、上旬・中旬・下旬", "in the place of the day: the first, second, last third of the month"},
		}
	case "照合段階":
		return [][3]string{
			{string(verdict.StepCode), "住民票コードで決まり、氏名か生年月日で確かめた", "by resident code, checked against name or birth"},
			{string(verdict.StepFour), "四情報(氏名・生年月日・住所・性別)で決まった", "by name, birth, address and sex"},
			{string(verdict.StepHuman), "県の担当者が確認して決めた", "decided by a person of the prefecture"},
		}
	}
	return nil
}

// gradeMeaning explains the word for a grade.
func gradeMeaning(g verdict.Grade) meaning {
	switch g {
	case verdict.Missing:
		return meaning{"リストに記入がない", "not in the list"}
	case verdict.Blank:
		return meaning{"記録されていない", "not on record"}
	case verdict.Same:
		return meaning{"同じ", "equal"}
	case verdict.Form:
		return meaning{"書き方だけが違う(空白、全角・半角、元号、丁目・番・号など)", "written in another form only (spaces, width, era, numbers of the address)"}
	case verdict.Variant:
		return meaning{"字体だけが違う(新旧の字体、人名用の字体)", "variant characters"}
	case verdict.Broad:
		return meaning{"字体がやや広い範囲で違う", "variant characters in a broader sense"}
	case verdict.Loose:
		return meaning{"読みが近い(清濁、長音など)", "similar reading"}
	case verdict.Short:
		return meaning{"方書(建物名・部屋番号)が片方だけにある", "building or room on one side only"}
	case verdict.Slip:
		return meaning{"月日の入れ替わり、または数字一つの違い", "month and day swapped, or one digit wrong"}
	case verdict.Partial:
		return meaning{"片方の一部が不明、またはない", "a part is unknown or absent on one side"}
	case verdict.Differs:
		return meaning{"違う", "differs"}
	}
	return meaning{}
}
