package intake

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"baitai/formats"
	"baitai/formats/charset"
	"baitai/formats/csvlist"
	"baitai/pipeline/authority"
	"baitai/pipeline/issue"
)

// fieldsOf is a layout of a list without a header line, with or without records around
// the rows; its character set and separator are those of the list.
func fieldsOf(t testing.TB, form, set string, marked bool) *authority.Layout {
	t.Helper()
	columns := "様式コード,レコード,項目,名称,開始位置,バイト数,寄せ,埋め文字,値\n" +
		"w-csv,,整理番号,,1,,,,\nw-csv,,氏名,被保険者,2,,,,\nw-csv,,生年月日,,3,,,,\nw-csv,,住所,,4,,,,\nw-csv,,対象外,支給額,5,,,,\n"
	if marked {
		columns = "様式コード,レコード,項目,名称,開始位置,バイト数,寄せ,埋め文字,値\n" +
			"w-csv,,固定値,,1,,,,2\nw-csv,,整理番号,,2,,,,\nw-csv,,氏名,被保険者,3,,,,\nw-csv,,空き,,4,,,,\nw-csv,,生年月日,,5,,,,\nw-csv,,住所,,6,,,,\nw-csv,,対象外,支給額,7,,,,\n" +
			"w-csv,トレーラー,固定値,,1,,,,8\nw-csv,トレーラー,件数,,2,,,,\nw-csv,トレーラー,合計,,3,,,,整理番号\nw-csv,トレーラー,合計,,4,,,,支給額\n"
	}
	l, ok := registerOf(t, "w-csv,welfare,,リスト,"+form+",既定,"+set+",,\n", columns).Layout("w-csv")
	if !ok {
		t.Fatal("no layout")
	}
	return &l
}

// written is a list as csvlist writes it.
func written(t interface{ Fatal(...any) }, comma byte, c charset.Charset, rows [][]string) []byte {
	var b bytes.Buffer
	w := csvlist.NewWriter(&b, csvlist.WriteOptions{Comma: comma, Charset: c, OnLost: func(int, int, rune) {}})
	for _, row := range rows {
		if err := w.Write(row); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestAListWithoutItsHeaderLineGivesTheSameRows: the same list with and without the line,
// whatever its rows hold and wherever what is wrong with one stands.
func TestAListWithoutItsHeaderLineGivesTheSameRows(t *testing.T) {
	layouts := map[byte]map[charset.Charset]*authority.Layout{
		',':  {charset.CP932: fieldsOf(t, "csv", "CP932", false), charset.UTF8: fieldsOf(t, "csv", "UTF-8", false)},
		'\t': {charset.CP932: fieldsOf(t, "tsv", "CP932", false), charset.UTF8: fieldsOf(t, "tsv", "UTF-8", false)},
	}
	headers := []string{"整理番号", "氏名", "生年月日", "住所", "支給額"}
	cells := [][]string{nil, {"見本　太郎", "架空, 渡", "", "〓", "𠮷田", "甲\"乙"}, {"1950-03-04", "S45.1.31", "昭和の頃", ""},
		{"福岡市中央区大名1-1-1", "同上", "", "改\n行"}, {"12,000", "", "0"}}
	rapid.Check(t, func(rt *rapid.T) {
		comma := rapid.SampledFrom([]byte{',', '\t'}).Draw(rt, "comma")
		set := rapid.SampledFrom([]charset.Charset{charset.CP932, charset.UTF8}).Draw(rt, "charset")
		var rows [][]string
		for no := range rapid.IntRange(1, 6).Draw(rt, "rows") {
			row := []string{fmt.Sprintf("%03d", no)}
			for _, of := range cells[1:] {
				row = append(row, rapid.SampledFrom(of).Draw(rt, "cell"))
			}
			rows = append(rows, row)
		}
		with, err := Open(t.Context(), source("list.csv", written(rt, comma, set, append([][]string{headers}, rows...)), "charset = \""+string(set)+"\""), byDefault(), Options{})
		if err != nil {
			rt.Fatal(err)
		}
		defer with.Close()
		without, err := Open(t.Context(), source("list.csv", written(rt, comma, set, rows), ""), byDefault(), by(layouts[comma][set]))
		if err != nil {
			rt.Fatal(err)
		}
		defer without.Close()
		a, b := collect(t, with), collect(t, without)
		if len(a) != len(b) || fmt.Sprint(with.Request.Keys, with.Ignored, with.Totals) != fmt.Sprint(without.Request.Keys, without.Ignored, without.Totals) {
			rt.Fatalf("%d rows and %d, %v and %v", len(a), len(b), with.Ignored, without.Ignored)
		}
		for i := range a {
			// The column of the name has the office's own name.
			if x, y := say(a[i]), strings.ReplaceAll(say(b[i]), "被保険者", "氏名"); x != y || a[i].Pos.Row != b[i].Pos.Row+1 {
				rt.Fatalf("with    %s\nwithout %s", x, y)
			}
			for k := range a[i].Issues {
				if a[i].Issues[k].Pos.Column != b[i].Issues[k].Pos.Column {
					rt.Fatal("a fault stands in another column")
				}
			}
		}
	})
}

// TestAFaultOfAListWithoutHeadersRefusesIt by line, number of the column, and name.
func TestAFaultOfAListWithoutHeadersRefusesIt(t *testing.T) {
	const good = "2,1," + marker + ",,19500304,,12000\r\n2,2,架空　渡,,S450131,,\r\n8,2,3,12000\r\n"
	for name, c := range map[string]struct{ old, with, side, want string }{
		"an item less":         {marker + ",,", marker + ",", "", "F355@1:0 7 6"},
		"an item more":         {",S450131", ",,S450131", "", "F355@2:0 7 8"},
		"another kind":         {"2,2,", "5,2,", "", "F357@2:1"},
		"an item to be empty":  {marker + ",,", marker + "," + marker + ",", "", "F358@1:4"},
		"a wrong count":        {"8,2,", "8,3,", "", "F310@3:2 3 2"},
		"a wrong sum":          {",3,12000", ",4,12000", "", "F353@3:3(整理番号) 2"},
		"a wrong sum of money": {"12000\r\n2", "12001\r\n2", "", "F353@3:4(支給額) 2"},
		"no number":            {"12000\r\n2", marker + "\r\n2", "", "F354@1:7(支給額)"},
		"no figures":           {"8,2,", "8," + marker + ",", "", "F359@3:2"},
		"no trailer":           {"8,2,3,12000\r\n", "", "", "F308@2:0"},
		"two trailers":         {"8,2,", "8,2,3,12000\r\n8,2,", "", "F309@4:1"},
		"quotes":               {marker, "\"" + marker + "\"x", "", "F108@1:3"},
		"a header line":        {"2,1,", "区分,整理番号,被保険者,空き,生年月日,住所,支給額\r\n2,1,", "", "F356@1:0"},
		"a reference twice":    {"2,2,架空　渡", "2,1,架空　渡", "", "F105@2:2(整理番号) 1"},
		"a number of people":   {"12000\r\n2", "123456789018\r\n2", "", "F118@1:7(支給額)"},
		"another charset":      {"2,1", "2,1", "charset = \"UTF-8\"", "F313@1:0(文字コード) 文字コード"},
	} {
		if !strings.Contains(good, c.old) {
			t.Fatal(name)
		}
		file, _ := charset.AppendCP932(nil, strings.Replace(good, c.old, c.with, 1))
		r := refusalOf(t, source("list.csv", file, c.side), byDefault(), by(fieldsOf(t, "csv", "CP932", true)))
		i := r.Issues[0]
		if got := strings.TrimSpace(places(issue.List{i}) + " " + strings.Join(i.Args, " ")); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
	for _, side := range []string{"", "rows = 2"} {
		file, _ := charset.AppendCP932(nil, good)
		l, err := openList(t, source("list.csv", file, side), byDefault(), by(fieldsOf(t, "csv", "CP932", true)))
		if err != nil || l.Totals.Rows != 2 {
			t.Errorf("%q: %v", side, err)
		}
	}
}

// TestAHeaderLineIsNeverReadByALayout, of whatever form, character set and separator: it
// is refused, and read where the request says that there is no layout.
func TestAHeaderLineIsNeverReadByALayout(t *testing.T) {
	rows := [][]string{{"整理番号", "氏名", "生年月日"}, {"1", "見本　太郎", "1950-03-04"}}
	lists := map[string][]byte{
		"CP932":     written(t, ',', charset.CP932, rows),
		"UTF-8":     written(t, ',', charset.UTF8, rows),
		"tabs":      written(t, '\t', charset.CP932, rows),
		"UTF-16":    written(t, ',', charset.UTF16, rows),
		"UTF-8 BOM": written(t, ',', charset.UTF8BOM, rows),
		"own names": written(t, ',', charset.CP932, [][]string{{"整理番号", "被保険者", "生年月日"}, rows[1]}),
	}
	layouts := map[string]*authority.Layout{"fixed": layoutOf(t, same), "csv": fieldsOf(t, "csv", "CP932", false)}
	for what, list := range lists {
		for form, layout := range layouts {
			for _, side := range []string{"", "layout = \"w-in\""} {
				r := refusalOf(t, source("list.csv", list, side), byDefault(), by(layout))
				if got := places(r.Issues); got != "F356@1:0" {
					t.Errorf("%s by %s: %s", what, form, got)
				}
			}
		}
		o := Options{Headers: map[string]string{"被保険者": "氏名"}, Layout: func(r authority.Request) (*authority.Layout, error) {
			return authority.ListLayout(registerOf(t, "w-in,welfare,,リスト,csv,既定,CP932,,\n",
				"様式コード,レコード,項目,名称,開始位置,バイト数,寄せ,埋め文字,値\nw-in,,整理番号,,1,,,,\nw-in,,氏名,,2,,,,\nw-in,,生年月日,,3,,,,\n"), r)
		}}
		if l, err := openList(t, source("list.csv", list, "layout = \"なし\"\noffice = \"welfare\""), byDefault(), o); err != nil || l.Totals.Rows != 1 {
			t.Errorf("%s without a layout: %v", what, err)
		}
		if r := refusalOf(t, source("list.csv", list, "office = \"welfare\"\npurpose = \"P001\""), byDefault(), o); places(r.Issues) != "F356@1:0" {
			t.Errorf("%s by the default: %v", what, r)
		}
	}
	// Fewer headers than a whole line of them are no row either; a person is.
	own := map[string]field{"整理番号": fieldReference, "被保険者": fieldName, "生年月日": fieldBirth, "住所": fieldAddress, "支給額": fieldNone}
	for line, want := range map[string]bool{"整理番号,A,B,C,D": true, "A,氏名,生年月日,B,C": true, "A,被保険者,生年月日,,": true, "生年月日,支給額,被保険者,,": false,
		"1,カナ,性,名,": false, "1,町,カナ,,": false, "1,氏名,1950-03-04,,": false, "A": false} {
		var cells []formats.Cell
		for s := range strings.SplitSeq(line, ",") {
			cells = append(cells, formats.Cell{Text: s})
		}
		layout := layouts["csv"].Fixed()
		if got := isHeader(cells, own, layout); got != want {
			t.Errorf("%s: %v", line, got)
		}
	}
}

// FuzzOpenFields is FuzzOpen for lists without a header line.
func FuzzOpenFields(f *testing.F) {
	for _, marked := range []bool{false, true} {
		for _, list := range []string{
			"1," + marker + ",19800101,,\r\n2,見本　太郎,S450131,,12000\r\n",
			"2,1," + marker + ",,19500304,,12000\r\n2,2,架空　渡,,S450131,,\r\n8,2,3,12000\r\n",
			"整理番号,氏名,生年月日,住所,支給額\r\n1," + marker + ",,,\r\n",
			"2,1,\"" + marker + ",,,,\r\n", "8,0,0,0\r\n", "",
		} {
			file, _ := charset.AppendCP932(nil, list)
			f.Add(file, "", marked)
			f.Add(file, "layout = 'w-csv'\nrows = 2", marked)
		}
	}
	layouts := map[bool]*authority.Layout{false: fieldsOf(f, "csv", "CP932", false), true: fieldsOf(f, "csv", "CP932", true)}
	f.Fuzz(func(t *testing.T, list []byte, side string, marked bool) {
		o := by(layouts[marked])
		o.Limits, o.PlacesMax = smallLimits(), 50
		checkOpening(t, list, side, o)
	})
}

// TestAFaultOfARowStandsInItsField, where what is no cell counts too.
func TestAFaultOfARowStandsInItsField(t *testing.T) {
	list, _ := charset.AppendCP932(nil, "2,1,"+marker+",,昭和の頃,,12000\r\n8,1,1,12000\r\n")
	l, err := openList(t, source("list.csv", list, ""), byDefault(), by(fieldsOf(t, "csv", "CP932", true)))
	if err != nil {
		t.Fatal(err)
	}
	rows := collect(t, l)
	if len(rows) != 1 || len(rows[0].Issues) != 1 {
		t.Fatalf("%v", rows)
	}
	if got := places(rows[0].Issues); got != "R203@1:5(生年月日)" {
		t.Error(got)
	}
}
