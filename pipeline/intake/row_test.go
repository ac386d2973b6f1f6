package intake

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"baitai/formats/charset"
	"baitai/pipeline/issue"
	"baitai/pipeline/person"
)

func rowHeaders() []string {
	return strings.Split("整理番号,住民票コード,氏名,氏名ふりがな,生年月日,性別,住所,旧氏,同意番号", ",")
}

// rowFaults is every way in which one cell makes its row faulty: column, cell and
// the code at that column. A code of "" is no fault.
func rowFaults() []struct {
	column int
	cell   string
	code   issue.Code
} {
	code := person.AppendCheckDigit("1234567890")
	bad := code[:10] + string('0'+(code[10]-'0'+1)%10)
	return []struct {
		column int
		cell   string
		code   issue.Code
	}{
		{2, code, ""}, {2, bad, issue.ResidentCodeCheckDigit}, {2, code[1:], issue.LostDigits}, {2, "1.23E+10", issue.LostDigits},
		{2, code + "1", issue.BadResidentCode}, {2, "コード不明", issue.BadResidentCode}, {2, "1.2345678E+10", issue.LostDigits},
		{5, "1980-01-02", ""}, {5, "昭和55年1月2日", ""}, {5, "S55.1.2", ""}, {5, "29221", issue.DateSerial}, {5, "29221.5", issue.BadBirth},
		{5, "1980-02-30", issue.ImpossibleDate}, {5, "昭和65年1月1日", issue.EraNeverHadYear}, {5, "不明", ""}, {5, "きのう", issue.BadBirth},
		{6, "男", ""}, {6, "2", ""}, {6, "３", issue.BadSex}, {6, "夫", issue.BadSex},
		{7, "同上", issue.Abbreviated}, {7, "〃", issue.Abbreviated}, {7, "同上一丁目", issue.Abbreviated}, {7, "福岡市以下省略", issue.Abbreviated}, {7, "同心町1-2-3", ""},
		{3, strings.Repeat("あ", cellCharactersMax), ""}, {3, strings.Repeat("あ", cellCharactersMax+1), issue.CellTooLong},
		{4, "やまだ\nはなこ", issue.ControlCharacter}, {4, "やまだ　はなこ\n", ""}, {7, "福岡市\t中央区", issue.ControlCharacter}, {3, "山田\u0085花子", issue.ControlCharacter},
		{1, "=1+1", issue.UnsafeReference}, {1, "＋81", issue.UnsafeReference}, {1, "-7", issue.UnsafeReference}, {1, "@a", issue.UnsafeReference}, {1, "A-7", ""},
		{1, "\t7", issue.UnsafeReference}, {1, "\r\n7", issue.UnsafeReference}, {1, "\n7", issue.UnsafeReference}, {1, " =1", issue.UnsafeReference},
		{1, "　＠a", issue.UnsafeReference}, {1, " 7", ""}, {1, "7\t", ""},
		{3, "#N/A", issue.SpreadsheetError}, {5, "#REF!", issue.SpreadsheetError}, {7, "########", issue.SpreadsheetError}, {7, "#1", ""},
	}
}

func TestEachFaultOfARowHasItsCodeAndPlace(t *testing.T) {
	for _, f := range rowFaults() {
		headers := rowHeaders()
		cells := make([]string, len(headers))
		cells[0], cells[2] = "7", "山田　花子"
		cells[f.column-1] = f.cell
		l := mustOpen(t, csvOf(t, charset.UTF8BOM, [][]string{headers, cells}))
		row := collect(t, l)[0]
		want := ""
		if f.code != "" {
			want = fmt.Sprintf("%s@2:%d(%s)", f.code, f.column, headers[f.column-1])
		}
		if got := places(row.Issues); got != want {
			t.Errorf("column %d, %q: got %q, want %q", f.column, f.cell, got, want)
		}
		if len(row.Issues) > 0 && !reflect.ValueOf(row.Value).IsZero() {
			t.Errorf("%q: a faulty row has a value", f.cell)
		}
		if row.Ref.Reveal() != strings.TrimSpace(cells[0]) {
			t.Errorf("%q: the row lost its 整理番号", f.cell)
		}
		for _, i := range row.Issues {
			if s := fmt.Sprintf("%v %v %q", i.Pos, i.Err, i.Args); strings.Contains(s, f.cell) {
				t.Errorf("%q is quoted: %s", f.cell, s)
			}
		}
	}
}

func TestARowNamesAllItsFaultsWithTheSendersHeaders(t *testing.T) {
	l := mustOpen(t, csvOf(t, charset.CP932, [][]string{
		{"備考", "現住所", "No.", "ﾌﾘｶﾞﾅ", "生年月日(和暦)", "男女", "住基コード"},
		{"x", "同上", "1", "ﾔﾏﾀﾞ", "昭和65年1月1日", "？", "12"},
		{"x", "福岡市", "2", "ﾔﾏﾀﾞ\r\n", "S55.1.2", "女", ""},
	}))
	rows := collect(t, l)
	if got, want := places(rows[0].Issues), "R209@2:7(住基コード) R211@2:5(生年月日(和暦)) R204@2:6(男女) R207@2:2(現住所)"; got != want {
		t.Errorf("got %s", got)
	}
	if got, want := say(rows[1]), "2 2||||1980-01-02 true|2|福岡市|||[]"; !strings.HasPrefix(got, "2 2|||ﾔﾏﾀﾞ|1980-01-02 true|2|福岡市") {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestRowsKnowTheirPhysicalLine(t *testing.T) {
	list := encode(t, charset.CP932, "整理番号,氏名,生年月日,\"備\r\n考\"\r\n1,山田　花子,,\"一\r\n二\n三\"\r\n2,\"\",1980-13-01,\"\"\r\n3,佐藤　次郎,きのう,\"\n\"\n4,鈴木　三郎,,\n")
	l := mustOpen(t, list)
	var got []string
	for _, row := range collect(t, l) {
		got = append(got, fmt.Sprintf("%d@%d", row.No, row.Pos.Row))
		if len(row.Issues) > 0 && row.Issues[0].Pos.Row != row.Pos.Row {
			t.Errorf("row %d: its issue stands at %d", row.No, row.Issues[0].Pos.Row)
		}
	}
	if s := strings.Join(got, " "); s != "1@3 2@6 3@7 4@9" {
		t.Error(s)
	}
}

func TestCellsOfAWorkbookAreReadByTheirKind(t *testing.T) {
	code := person.AppendCheckDigit("1234567890")
	head := []string{text("整理番号"), text("住民票コード"), text("氏名"), text("生年月日"), text("備考")}
	book := bookOf(t, part{name: "名簿", rows: [][]string{head,
		{number("101"), number(code), text("山田　花子"), date("29222")},
		{number("1.02E+2"), number("1." + code[1:] + "E+10"), text("佐藤　次郎"), number("29222")},
		{text("103"), number(code[:3] + "0000000"), text("鈴木　三郎"), text("昭和55年1月2日"), failed("#N/A")},
		nil,
		{text("104"), failed("#REF!"), text("田中　四郎"), date("29222.5")},
		{text("105"), number("1.23E+10"), text("伊藤　五郎"), number("19800102")},
	}})
	l, err := openList(t, source("l.xlsx", book, ""), byDefault(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"1 101|" + code + "|山田　花子||1980-01-02 true|||||[]@名簿:2",
		"2 102||||" + " false|||||[R206 生年月日]@名簿:3",
		"3 103||||" + " false|||||[R209 住民票コード]@名簿:4",
		"4 104||||" + " false|||||[R214 住民票コード]@名簿:6",
		"5 105||||" + " false|||||[R209 住民票コード]@名簿:7",
	}
	for i, row := range collect(t, l) {
		if got := fmt.Sprintf("%s@%s:%d", say(row), row.Pos.Sheet, row.Pos.Row); got != want[i] {
			t.Errorf("got  %s\nwant %s", got, want[i])
		}
	}
}

func TestNumbersAreExpandedWithoutInventingDigits(t *testing.T) {
	for s, want := range map[string]string{
		"1.2345678901E10": "12345678901", "1.2345678901e+10": "12345678901", "12.0": "12", "12.50": "", "1E3": "1000", "1E4": "", "0.0": "0",
		"1.23E+10": "", "12": "", "": "", "E5": "", "1E": "", "1E-2": "", "-1E2": "", "1E99": "", "1.x": "", "1.5E0": "", "０E1": "",
		strings.Repeat("1", 40) + "E1": "",
	} {
		if got := expand(s); got != want {
			t.Errorf("%q: got %q, want %q", s, got, want)
		}
	}
}
