package intake

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"baitai/formats/charset"
	"baitai/pipeline/issue"
	"baitai/pipeline/normal"
	"baitai/pipeline/register"

	"pgregory.net/rapid"
)

// Names of parts count only beside the parts that they belong to: alone, each of
// them refuses the list as a name that nobody knows does.
func TestAPartAloneRefusesTheList(t *testing.T) {
	for header, f := range headerNames {
		if wholeOf(f) == fieldNone {
			continue
		}
		line := "整理番号,住民票コード,氏名,生年月日," + header
		if whole := wholeOf(f); whole == fieldName || whole == fieldBirth {
			line = "整理番号,氏名ふりがな,生年月日," + header
			if whole == fieldBirth {
				line = "整理番号,氏名,住所," + header
			}
		}
		r := refusalOf(t, source("list.csv", []byte("\ufeff"+line+"\r\n1,,,\r\n"), ""), byDefault(), Options{})
		want := fmt.Sprintf("F350@1:%d(%s)", strings.Count(line, ",")+1, header)
		if got := places(r.Issues); got != want {
			t.Errorf("%s: got %s, want %s", line, got, want)
		}
	}
}

func TestPartsOfAHeaderLineAreWholeOrRefuseIt(t *testing.T) {
	for _, c := range []struct{ line, want, args string }{
		{"整理番号,氏,名,生年月日", "", ""},
		{"整理番号,姓,名,セイ,メイ,年,月,日", "", ""},
		{"整理番号,Last Name,First Name,Birth Year,Birth Month,Birth Day", "", ""},
		{"整理番号,姓フリガナ,名フリガナ,生年月日(元号),生年月日(年),生年月日(月),生年月日(日)", "", ""},
		{"整理番号,氏名,都道府県,市区町村,町域,番地,建物名", "", ""},
		{"整理番号,氏名,市区町村,番地以降", "", ""},
		{"整理番号,氏名,Birthday", "", ""},
		{"整理番号,氏名,都道府県,市区町村", "F350@1:4(市区町村)", "町域"},
		{"整理番号,氏名,住所１,住所２,住所３", "", ""},
		{"整理番号,氏名,住所,方書", "", ""},
		{"整理番号,対象者の姓,対象者の名,対象者生年月日", "", ""},
		{"整理番号,氏名【必須】,生年月日（必須）,備考(任意)", "", ""},
		{"整理番号,氏,生年月日", "F350@1:2(氏)", "名"},
		{"整理番号,氏名,生年月日,元号", "F351@1:4(元号)", "生年月日"},
		{"整理番号,氏名,年,日", "F350@1:3(年) F350@1:4(日)", "生月"},
		{"整理番号,氏名,生年月日,町域,号", "F350@1:4(町域) F350@1:5(号)", "市区町村"},
		{"整理番号,氏名,生年月日,住所,住所3", "F350@1:5(住所3)", "住所2"},
		{"整理番号,氏名,生年月日,住所2,住所3", "F350@1:4(住所2) F350@1:5(住所3)", "住所"},
		{"整理番号,氏名,氏,名,生年月日", "F351@1:3(氏) F351@1:4(名)", "氏名"},
		{"整理番号,姓,名前,生年月日", "F351@1:2(姓)", "氏名"},
		{"整理番号,カナ,姓カナ,名カナ,生年月日", "F351@1:3(姓カナ) F351@1:4(名カナ)", "氏名ふりがな"},
		{"整理番号,氏名,生年月日,年,月,日", "F351@1:4(年) F351@1:5(月) F351@1:6(日)", "生年月日"},
		{"整理番号,氏名,住所,都道府県,市区町村,番地", "F351@1:4(都道府県) F351@1:5(市区町村) F351@1:6(番地)", "住所"},
		{"整理番号,氏,姓,名,生年月日", "F107@1:3(姓)", ""},
		{"整理番号,氏,名,性別", "F127@1:0", ""},
		{"整理番号,住所,住所1,氏名", "F107@1:3(住所1)", ""},
		{"整理番号,氏名,本人氏名,生年月日", "F107@1:3(本人氏名)", ""},
	} {
		list := []byte("\ufeff" + c.line + "\r\n1" + strings.Repeat(",", strings.Count(c.line, ",")) + "\r\n")
		if c.want == "" {
			mustOpen(t, list)
			continue
		}
		r := refusalOf(t, source("l.csv", list, ""), byDefault(), Options{})
		if got := places(r.Issues); got != c.want {
			t.Errorf("%s: got %s, want %s", c.line, got, c.want)
		}
		if got := strings.Join(r.Issues[0].Args, ""); got != c.args {
			t.Errorf("%s: says %q, not %q", c.line, got, c.args)
		}
	}
}

func TestPartsAreJoined(t *testing.T) {
	for _, c := range []struct{ headers, cells, want string }{
		{"氏,名,生年月日", "山田,花子,1980-01-01", "山田　花子"},
		{"名,生年月日,氏", " 花子　,1980-01-01,山田", "山田　花子"}, // the order of columns does not matter
		{"氏,名,生年月日", ",,1980-01-01", ""},
		{"姓カナ,名カナ,生年月日", "ﾔﾏﾀﾞ,ﾊﾅｺ,1980-01-01", "ﾔﾏﾀﾞ　ﾊﾅｺ"},
		{"氏名,元号,年,月,日", "x,昭和,55,1,2", "1980-01-02"},
		{"氏名,日,月,年,元号", "x,2,1,55,S", "1980-01-02"},
		{"氏名,元号,年,月,日", "x,３,５５,０１,０２", "1980-01-02"},
		{"氏名,元号,年,月,日", "x,5,元,5,1", "2019-05-01"},
		{"氏名,元号,年,月,日", "x,昭和,55年,1月,2日", "1980-01-02"},
		{"氏名,元号,年,月,日", "x,西暦,1980,1,2", "1980-01-02"},
		{"氏名,元号,年,月,日", "x,,1980,1,2", "1980-01-02"},
		{"氏名,元号,年,月,日", "x,昭和,,,", ""},
		{"氏名,年,月,日", "x,1980,1,2", "1980-01-02"},
		{"氏名,年,月,日", "x,S55,1,2", "1980-01-02"},
		{"氏名,年,月,日", "x,1980,00,00", "1980-00-00"},
		{"氏名,年,月,日", "x,1980,1,不明", "1980-01-00"},
		{"氏名,都道府県,市区町村,町域,丁目,番地,号,建物,部屋番号", "x,福岡県,福岡市中央区,天神,1,2,3,天神ビル,401", "福岡県福岡市中央区天神1丁目2-3　天神ビル　401"},
		{"氏名,部屋番号,建物,号,番地,丁目,町域,市区町村,都道府県", "x,401,天神ビル,3,2,1,天神,福岡市中央区,福岡県", "福岡県福岡市中央区天神1丁目2-3　天神ビル　401"},
		{"氏名,都道府県,市区町村,町域,番地,建物", "x,福岡県,福岡市中央区,天神１,２－３,", "福岡県福岡市中央区天神１-２－３"},
		{"氏名,市区町村,町域,番地,号", "x,福岡市中央区,天神一丁目,二,三", "福岡市中央区天神一丁目二-三"},
		{"氏名,市区町村,町域,番地,号", "x,福岡市中央区,天神一丁目,2番,3号", "福岡市中央区天神一丁目2番3号"},
		{"氏名,市区町村,大字,字,番地", "x,糸島市,二丈深江,東,1", "糸島市二丈深江東1"},
		{"氏名,市区町村,町域", "x,福岡市中央区,", "福岡市中央区"},
		{"氏名,住所1,住所2", "x,福岡市中央区天神1-1,1-201", "福岡市中央区天神1-1　1-201"},
		{"氏名,住所2,住所1", "x,,福岡市中央区天神1-1", "福岡市中央区天神1-1"},
		{"氏名,住所,方書", "x,福岡市中央区天神1-1 天神ビル101号,天神ビル １０１号", "福岡市中央区天神1-1 天神ビル101号"},
		{"氏名,住所,方書", "x,,", ""},
	} {
		l := mustOpen(t, []byte("\ufeff整理番号,"+c.headers+"\r\n1,"+c.cells+"\r\n"))
		row := collect(t, l)[0]
		if len(row.Issues) > 0 {
			t.Errorf("%s of %s: %v", c.headers, c.cells, row.Issues)
			continue
		}
		q := row.Value
		got := map[string]string{"氏": q.Name.Reveal(), "名": q.Name.Reveal(), "姓": q.Kana.Reveal()}[string([]rune(c.headers)[:1])]
		switch {
		case strings.Contains(c.headers, "年,"), strings.Contains(c.headers, ",年"):
			got = q.Birth.Reveal()
		case strings.HasPrefix(c.headers, "氏名,"):
			got = q.Address.Reveal()
		}
		if got != c.want {
			t.Errorf("%s of %s: got %s, want %s", c.headers, c.cells, got, c.want)
		}
	}
}

func TestWhatIsWrongWithPartsNamesTheirColumns(t *testing.T) {
	for _, c := range []struct{ headers, cells, want string }{
		{"氏,名,生年月日", "山田,,1980-01-01", "R215@2:3(名)"},
		{"氏,名,生年月日", ",花子,1980-01-01", "R215@2:2(氏)"},
		{"氏,名,生年月日", "#N/A,花子,1980-01-01", "R214@2:2(氏)"},
		{"備考,氏,続柄,名,生年月日", "x,山田,子,#REF!,1980-01-01", "R214@2:5(名)"},
		{"氏,名,元号,生年,生月,生日", "山田,花子,昭和,65,1,1", "R211@2:4(元号・生年・生月・生日)"},
		{"氏,名,年,月,日", "山田,花子,55,1,1", "R203@2:4(年・月・日)"},
		{"氏,名,日,月,年", "山田,花子,30,2,1980", "R208@2:4(日・月・年)"},
		{"氏,名,年,月,日", "山田,花子,1980,,1", "R215@2:5(月)"},
		{"氏,名,年,月,日", "山田,花子,,1,1", "R215@2:4(年)"},
		{"氏,名,年,月,日", "山田,花子,1980,1,", "R215@2:6(日)"},
		{"氏名,市区町村,町域,番地", "x,同上,天神,1", "R207@2:3(市区町村)"},
		{"氏名,市区町村,番地,建物", "x,,,天神ビル", "R215@2:3(市区町村)"},
		{"氏名,住所,方書", "x,,天神ビル", "R215@2:3(住所)"},
		{"氏名,住所1,住所2", "x," + strings.Repeat("あ", 300) + "," + strings.Repeat("い", 300), "R212@2:3(住所1・住所2)"},
		{"氏名,住所1,住所2", "x," + strings.Repeat("あ", 501) + ",", "R212@2:3(住所1)"},
	} {
		l := mustOpen(t, []byte("\ufeff整理番号,"+c.headers+"\r\n1,"+c.cells+"\r\n"))
		if got := places(collect(t, l)[0].Issues); got != c.want {
			t.Errorf("%s of %s: got %s, want %s", c.headers, c.cells, got, c.want)
		}
	}
}

// A list in parts gives the rows of the list in whole columns, from memory and
// from the file, in text and in a workbook, and asks for the same permission.
func TestAListInPartsGivesTheRowsOfTheWholeOne(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		part := func(name string, all ...string) string { return rapid.SampledFrom(all).Draw(rt, name) }
		whole := [][]string{{"整理番号", "氏名", "生年月日", "住所"}}
		parts := [][]string{{"整理番号", "名", "氏", "元号", "年", "月", "日", "番地", "市区町村", "町域", "都道府県"}}
		for i := range rapid.IntRange(1, 8).Draw(rt, "rows") {
			no, surname, given := fmt.Sprint(i), part("氏", "山田", "髙橋", "佐藤"), part("名", "花子", "太郎", "ｼﾞﾛｰ")
			year, month, day := part("年", "30", "55", "元"), part("月", "1", "12", "02"), part("日", "1", "31", "29")
			block := part("番地", "1-2-3", "5番6号", "")
			whole = append(whole, []string{no, surname + "　" + given, "昭和" + year + "年" + month + "月" + day + "日", "福岡県福岡市中央区天神" + block})
			parts = append(parts, []string{no, given, surname, part("元号", "昭和", "S", "3"), year, month, day, block, "福岡市中央区", "天神", "福岡県"})
		}
		w, err := openList(t, source("l", csvOf(t, charset.CP932, whole), ""), byDefault(), Options{})
		if err != nil {
			rt.Fatal(err)
		}
		for i, list := range [][]byte{csvOf(t, charset.CP932, parts), bookOf(t, part2("名簿", parts))} {
			l, err := openList(t, source("l", list, ""), byDefault(), Options{KeepMost: []int{0, -1}[i]})
			if err != nil {
				rt.Fatal(err)
			}
			if !slices.Equal(l.Request.Keys, w.Request.Keys) {
				rt.Fatalf("keys %v, not %v", l.Request.Keys, w.Request.Keys)
			}
			a, b := collect(t, l), collect(t, w)
			for n := range a {
				if len(a[n].Issues) != len(b[n].Issues) || len(a[n].Issues) == 0 && say(a[n]) != say(b[n]) {
					rt.Fatalf("%s\n%s", say(a[n]), say(b[n]))
				}
				for k, i := range a[n].Issues {
					if i.Code != b[n].Issues[k].Code || i.Code != issue.EraNeverHadYear && i.Code != issue.ImpossibleDate {
						rt.Fatalf("%v, not %v", a[n].Issues, b[n].Issues)
					}
				}
			}
		}
	})
}

func part2(name string, table [][]string) part { return part{name: name, rows: texts(table)} }

// The register offers what intake knows, and nothing else.
func TestEveryFieldCanBeRegistered(t *testing.T) {
	for f := fieldReference; f < fieldMyNumber; f++ {
		own := registered(map[string]string{"独自の列": standardHeader[f]})
		if got, ok := own[normal.FoldHeader("独自の列")]; !ok || got != f {
			t.Errorf("%s cannot be registered", standardHeader[f])
		}
	}
	if got, ok := registered(map[string]string{"世帯主氏名": register.HeaderNotUsed})["世帯主氏名"]; !ok || got != fieldNone {
		t.Error("a column cannot be registered as not used")
	}
}

func TestAColumnThatIsRegisteredAsNotUsedIsIgnoredAndNamed(t *testing.T) {
	list := []byte("\ufeff整理番号,氏名,生年月日,世帯主氏名,郵便番号\r\n1,山田　花子,1980-01-01,山田　一郎,810-0001\r\n")
	own := map[string]string{"世帯主 氏名": register.HeaderNotUsed}
	r := refusalOf(t, source("l.csv", list, ""), byDefault(), Options{Headers: own})
	if got := places(r.Issues); got != "F106@1:5(郵便番号)" {
		t.Error(got)
	}
	maps.Copy(own, map[string]string{"郵便番号": register.HeaderNotUsed, "個人番号": "整理番号"})
	l, err := openList(t, source("l.csv", list, ""), byDefault(), Options{Headers: own})
	if err != nil || strings.Join(l.Ignored, "|") != "世帯主氏名|郵便番号" {
		t.Fatalf("%v", err)
	}
	number := []byte("\ufeff個人番号,氏名,生年月日\r\n1,山田　花子,1980-01-01\r\n")
	if got := places(refusalOf(t, source("l.csv", number, ""), byDefault(), Options{Headers: own}).Issues); !strings.HasPrefix(got, "F117@1:1") {
		t.Errorf("a register lets a 個人番号 in: %s", got)
	}
}
