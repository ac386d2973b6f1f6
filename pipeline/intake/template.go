package intake

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"baitai/formats/sheet"
	"baitai/pipeline/authority"
	"baitai/pipeline/register"
)

// A Template (ひな形) is what a workbook for an office to fill in is made from: the sheet
// 「依頼書」, and one for the list.
type Template struct {
	Office   register.Office
	Purposes []register.Purpose // those that it may choose from, at least one
	TmpDir   string             // a private folder on tmpfs
}

// templateList is the sheet for the rows of the list.
const templateList = "名簿"

// templateRows is how many rows of a list have their choices: a workbook that an
// office fills in by hand is not longer.
const templateRows = 10_000

// WriteTo writes the workbook (依頼書のひな形). What the register leaves no choice about is
// filled in; where it does, a spreadsheet offers the choices. What [Open] reads of it
// when it is filled in is what stands there: nothing in it is a formula, and all
// cells are text, so that codes keep their zeros.
func (t Template) WriteTo(out io.Writer) (n int64, err error) {
	w, err := sheet.NewWriter(sheet.WriterOptions{TmpDir: t.TmpDir})
	if err != nil {
		return 0, err
	}
	defer w.Close()
	if err := t.writeForm(w); err != nil {
		return 0, err
	}
	if err := t.writeList(w); err != nil {
		return 0, err
	}
	return w.WriteTo(out)
}

// A formLine is one item of the form.
type formLine struct {
	item    authority.Item
	value   string   // that is filled in
	choices []string // that are offered
	ja, en  string   // how to fill it in
}

// writeForm writes the sheet 「依頼書」. Its header has nothing above the items, so that
// it is no item itself.
func (t Template) writeForm(w *sheet.Writer) error {
	err := w.AddPage(requestSheet, []sheet.Column{{Width: 18, Stays: true}, {Header: "記入欄", Width: 36, Wrap: true, Blank: true},
		{Header: "書き方", Width: 62, Wrap: true}, {Header: "how to fill in", Width: 56, Wrap: true}})
	if err != nil {
		return err
	}
	for i, l := range t.lines() {
		if err := w.Write([]string{l.item.String(), l.value, l.ja, l.en}); err != nil {
			return err
		}
		if err := w.Choices(2, i+2, i+2, l.choices); err != nil {
			return err
		}
	}
	return nil
}

// lines are the items of the form in the order in which they are filled in.
func (t Template) lines() []formLine {
	purposes := gathered(t.Purposes, func(p register.Purpose) []string { return []string{p.Code} })
	bases := gathered(t.Purposes, func(p register.Purpose) []string { return []string{p.Basis.String()} })
	forms := gathered(t.Purposes, func(p register.Purpose) []string { return spelled(p.Forms) })
	ways := gathered(t.Purposes, func(p register.Purpose) []string { return spelled(p.Ways) })
	charsets := []string{register.CharsetCP932.String(), register.CharsetUTF8.String()}
	var codes, most, fields, each []string
	for _, p := range t.Purposes {
		codes = append(codes, p.Code+": "+p.Name+"("+p.Basis.String()+" "+p.Clause+")")
		most = append(most, fmt.Sprintf("%s: %d", p.Code, p.MaxRows))
		fields = append(fields, strings.Join(spelled(p.Fields), "、"))
		each = append(each, p.Code+": "+strings.Join(spelled(p.Fields), "、"))
	}
	only := func(values []string, usual string) string {
		if len(values) == 1 || !slices.Contains(values, usual) {
			return single(values)
		}
		return usual
	}
	return []formLine{
		{authority.ItemNumber, "", nil, "依頼ごとに違う番号(文書番号など)。同じ番号には二度回答しません。", "a number of your own, another one each time; the same one is not answered twice"},
		{authority.ItemDate, "", nil, "依頼する日。2026-11-20 の形。", "the day of the request, as 2026-11-20"},
		{authority.ItemOffice, t.Office.ID, []string{t.Office.ID}, t.Office.Name + "。書き換えないでください。", "your office; leave it as it is"},
		{authority.ItemPurpose, single(purposes), purposes, strings.Join(codes, "\n"), "one of the purposes that the register has for your office"},
		{authority.ItemBasis, single(bases), bases, "利用事務の根拠。", "the legal basis of the purpose"},
		{authority.ItemRows, "", nil, "シート「" + templateList + "」に記入した行の数。見出しの行は数えません(上限 " + strings.Join(most, "、") + ")。",
			"how many rows the list has, without its header"},
		{authority.ItemFields, single(fields), nil, "回答にほしい項目だけを残してください。区切りは「、」です。利用事務ごとの項目:\n" + strings.Join(each, "\n"),
			"leave what you need in the answer, with 、 between; which ones each purpose permits stands beside"},
		{authority.ItemForm, only(forms, t.Office.Form.String()), forms, "結果の形式。", "the form of the result"},
		{authority.ItemResultCharset, only(charsets, t.Office.Charset.String()), charsets,
			"結果がCSVのときの文字コード。CP932 にない文字は〓になり、一覧が付きます。", "of a CSV; what CP932 lacks becomes 〓 and is listed"},
		{authority.ItemWay, only(ways, t.Office.Way.String()), ways, "結果の返し方。", "how the result comes back"},
		{authority.ItemPasswordRef, "", nil, "庁内メールのときだけ。県に伝えたパスワードの呼び名を書きます。パスワードそのものは書かないでください。",
			"for internal mail only: what the password is called, never the password"},
		{authority.ItemNote, "", nil, "人が読むための欄です。照会には使いません。", "for people; not used"},
	}
}

// writeList writes the sheet for the list: 整理番号 and the search keys that the purposes
// permit.
func (t Template) writeList(w *sheet.Writer) error {
	columns := []sheet.Column{{Header: standardHeader[fieldReference], Width: 14, Stays: true, Blank: true}}
	sex := 0
	for _, key := range t.keys() {
		if key == register.KeySex {
			sex = len(columns) + 1
		}
		columns = append(columns, sheet.Column{Header: key.String(), Width: keyWidth(key), Blank: true})
	}
	if err := w.AddSheet(templateList, columns); err != nil {
		return err
	}
	if sex == 0 {
		return nil
	}
	return w.Choices(sex, 2, 1+templateRows, []string{"男", "女"})
}

// keys are the columns of the list: what any of the purposes permits, and 同意番号 where
// one rests on 本人同意.
func (t Template) keys() []authority.Particular {
	var keys []authority.Particular
	for _, p := range t.Purposes {
		keys = append(keys, p.Keys...)
		if p.Basis == register.Consent {
			keys = append(keys, register.KeyConsent)
		}
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}

func keyWidth(key authority.Particular) int {
	switch key {
	case register.KeyAddress:
		return 50
	case register.KeyName, register.KeyKana:
		return 24
	case register.KeySex:
		return 6
	}
	return 14
}

// gathered is what the purposes have, each once, in their order.
func gathered(purposes []register.Purpose, of func(register.Purpose) []string) []string {
	var all []string
	for _, p := range purposes {
		for _, s := range of(p) {
			if !slices.Contains(all, s) {
				all = append(all, s)
			}
		}
	}
	return all
}

// single is the only one of some values; "" where somebody has to choose.
func single(values []string) string {
	if len(values) != 1 {
		return ""
	}
	return values[0]
}

func spelled[T fmt.Stringer](values []T) []string {
	var words []string
	for _, v := range values {
		words = append(words, v.String())
	}
	return words
}
