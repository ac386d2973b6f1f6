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
	name    string   // of the item, as the office finds it
	value   string   // that is filled in
	choices []string // that are offered
	ja, en  string   // how to fill it in
}

// writeForm writes the sheet 「依頼書」. Its header has nothing above the items, so that
// it is no item itself. Below the items stand the purposes, one a row so that none is cut
// when the form is printed; they have nothing in the first column either.
func (t Template) writeForm(w *sheet.Writer) error {
	err := w.AddPage(requestSheet, []sheet.Column{{Width: 24, Stays: true}, {Header: "記入欄", Width: 30, Wrap: true, Blank: true, Entry: true},
		{Header: "書き方", Width: 64, Wrap: true}, {Header: "how to fill in", Width: 54, Wrap: true}})
	if err != nil {
		return err
	}
	lines := t.lines()
	first := len(lines) + 4 // of the purposes: the header, an empty row and one of words
	for i, l := range lines {
		if err := w.Write([]string{l.name, l.value, l.ja, l.en}); err != nil {
			return err
		}
		at := i + 2
		if l.name == authority.ItemPurpose.String() && !sheet.Listable(l.choices) { // they stand below
			err = w.ChoicesFrom(2, at, at, first, first+len(t.Purposes)-1)
		} else {
			err = w.Choices(2, at, at, l.choices)
		}
		if err != nil {
			return err
		}
	}
	for _, cells := range t.purposeRows() {
		if err := w.Write(cells); err != nil {
			return err
		}
	}
	return nil
}

// purposeRows say what each purpose permits.
func (t Template) purposeRows() [][]string {
	rows := [][]string{{"", "", "", ""}, {"", "利用事務の一覧", "この下は記入しません。", "the purposes; nothing is filled in below"}}
	for _, p := range t.Purposes {
		fields := strings.Join(spelled(p.Fields), "、")
		if fields == "" {
			fields = "なし(件数だけ)"
		}
		rows = append(rows, []string{"", p.Code, p.Name + "(" + p.Basis.String() + " " + p.Clause + ")\n提供項目: " + fields,
			fmt.Sprintf("名簿は %d 行まで\nat most %d rows", p.MaxRows, p.MaxRows)})
	}
	return rows
}

// lines are the items of the form in the order in which they are filled in.
func (t Template) lines() []formLine {
	purposes := gathered(t.Purposes, func(p register.Purpose) []string { return []string{p.Code} })
	bases := gathered(t.Purposes, func(p register.Purpose) []string { return []string{p.Basis.String()} })
	forms := gathered(t.Purposes, func(p register.Purpose) []string { return spelled(p.Forms) })
	ways := gathered(t.Purposes, func(p register.Purpose) []string { return spelled(p.Ways) })
	charsets := []string{register.CharsetCP932.String(), register.CharsetUTF8.String()}
	only := func(values []string, usual string) string {
		if len(values) == 1 || !slices.Contains(values, usual) {
			return single(values)
		}
		return usual
	}
	lines := []formLine{
		{authority.ItemNumber.String(), "", nil, "依頼ごとに違う番号(文書番号など)。同じ番号には二度回答しません。", "a number of your own, another one each time; the same one is not answered twice"},
		{authority.ItemDate.String(), "", nil, "依頼する日。2026-11-20 の形。", "the day of the request, as 2026-11-20"},
		{authority.ItemOffice.String(), t.Office.ID, []string{t.Office.ID}, t.Office.Name + "。書き換えないでください。", "your office; leave it as it is"},
		{authority.ItemPurpose.String(), single(purposes), purposes, "利用事務のコード。この表の下の一覧から選びます。", "the code of one of the purposes that are listed below"},
		{authority.ItemBasis.String(), single(bases), bases, "利用事務の根拠(下の一覧のかっこの中の初めの語)。", "the legal basis of the purpose, as the list below has it"},
		{authority.ItemRows.String(), "", nil, "シート「" + templateList + "」に記入した行の数。見出しの行は数えません。", "how many rows the list has, without its header"},
	}
	lines = append(lines, t.fieldLines()...)
	return append(lines,
		formLine{authority.ItemForm.String(), only(forms, t.Office.Form.String()), forms, "結果の形式。", "the form of the result"},
		formLine{authority.ItemResultCharset.String(), only(charsets, t.Office.Charset.String()), charsets,
			"結果がCSVのときの文字コード。CP932 にない文字は〓になり、一覧が付きます。", "of a CSV; what CP932 lacks becomes 〓 and is listed"},
		formLine{authority.ItemWay.String(), only(ways, t.Office.Way.String()), ways, "結果の返し方。", "how the result comes back"},
		formLine{authority.ItemPasswordRef.String(), "", nil, "庁内メールのときだけ。県に伝えたパスワードの呼び名を書きます。パスワードそのものは書かないでください。",
			"for internal mail only: what the password is called, never the password"},
		formLine{authority.ItemNote.String(), "", nil, "人が読むための欄です。照会には使いません。", "for people; not used"})
}

// chosen is what the office chooses beside a field.
const chosen = "○"

// fieldLines are a line for each field that any of the purposes permits. Nothing is
// chosen beforehand: an office asks for what it needs and for no more.
func (t Template) fieldLines() []formLine {
	var fields []authority.Field
	permits := map[authority.Field]int{}
	statistics := 0
	for _, p := range t.Purposes {
		if p.Basis == register.Statistics {
			statistics++
		}
		for _, f := range p.Fields {
			fields = append(fields, f)
			permits[f]++
		}
	}
	slices.Sort(fields)
	var lines []formLine
	for i, f := range slices.Compact(fields) {
		l := formLine{authority.FieldChoice(f.String()), "", []string{chosen}, "回答に要るなら ○。", "○ if you need it"}
		if i == 0 {
			l.ja, l.en = "回答に要る項目だけ ○ を選び、ほかは空欄のままにします。", "choose ○ for what you need, leave the rest empty"
		}
		if permits[f] < len(t.Purposes) {
			l.ja, l.en = l.ja+"使えない利用事務もあります。", l.en+"; not for every purpose"
		}
		lines = append(lines, l)
	}
	if statistics > 0 {
		none := formLine{authority.FieldChoice(""), "", []string{chosen}, "統計のとき(件数だけを受け取るとき)に ○。", "○ for totals, which have no fields"}
		if statistics == len(t.Purposes) {
			none.value = chosen
		}
		lines = append(lines, none)
	}
	return lines
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
