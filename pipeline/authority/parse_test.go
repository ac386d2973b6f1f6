package authority

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"pgregory.net/rapid"

	"baitai/pipeline/issue"
)

const digest64 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"

func english() string {
	return `# a request
number = "農振第12号"
date = 2026-11-20
office = "nogyo"
purpose = "n-01"
basis = "条例(利用)"
rows = 1200
sha256 = "` + digest64 + `"
fields = ["氏名", "最終住所"]
form = "csv"
charset = "Shift_JIS"
result_charset = "UTF-8"
way = "媒体"
password_ref = "R8-12"
sheet = "一覧"
layout = "n-in"
result_layout = "n-out"
note = "at once"
`
}

func japanese(quote string) string {
	k := func(s string) string { return quote + s + quote }
	return k("依頼番号") + ` = "農振第12号"
` + k("依頼日") + ` = "2026/11/20"
` + k("照会元コード") + ` = "nogyo"
` + k("事務コード") + `="n-01"
  ` + k("根拠") + ` = '条例(利用)'
` + k("件数") + ` = "１，２００"
` + k("ダイジェスト") + ` = "` + strings.ToUpper(digest64) + `"
` + k("提供項目") + ` = "氏名、最終住所"
` + k("返却形式") + ` = "csv"
` + k("文字コード") + ` = "CP932"
` + k("結果の文字コード") + ` = "UTF-8"
` + k("返却方法") + ` = "媒体"
` + k("パスワード参照") + ` = "R8-12"
` + k("シート") + ` = "一覧"
` + k("様式") + ` = "n-in"
` + k("結果の様式") + ` = "n-out"
` + k("備考") + ` = """
依頼番号 = 1
"""
`
}

func wantRequest() Request {
	return Request{
		Source: SideFile, Number: "農振第12号", Office: "nogyo", Purpose: "n-01", Basis: "条例(利用)", Rows: 1200, Digest: digest64,
		Fields: []string{"氏名", "最終住所"}, Form: "csv", Charset: "CP932", ResultCharset: "UTF-8", Way: "媒体", PasswordRef: "R8-12",
		Date: "2026-11-20", Sheet: "一覧", Layout: "n-in", ResultLayout: "n-out",
	}
}

func TestARequestReadsTheSameInBothLanguages(t *testing.T) {
	for name, text := range map[string]string{
		"English":            english(),
		"Japanese":           japanese(`"`),
		"Japanese unquoted":  japanese(""),
		"byte order mark":    "\ufeff" + japanese(""),
		"Windows line ends":  strings.ReplaceAll(japanese(`'`), "\n", "\r\n"),
		"English after BOM":  "\ufeff" + english(),
		"no end of the line": strings.TrimSuffix(english(), "\n"),
	} {
		got, err := ParseRequestTOML(strings.NewReader(text), "a.request.toml")
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		got.at = nil
		if !reflect.DeepEqual(got, wantRequest()) {
			t.Errorf("%s: got %+v", name, got)
		}
	}
}

func TestEachStatementKnowsItsLine(t *testing.T) {
	for _, text := range []string{english(), japanese(`"`), japanese("")} {
		req, err := ParseRequestTOML(strings.NewReader(text), "a.request.toml")
		if err != nil {
			t.Fatal(err)
		}
		offset := 0
		if strings.HasPrefix(text, "#") {
			offset = 1
		}
		for _, n := range itemNames() {
			want := issue.Pos{File: "a.request.toml", Row: int(n.item) + offset, Name: n.japanese[0]}
			if got := req.Pos(n.item); got != want {
				t.Errorf("%v: %+v, want %+v", n.item, got, want)
			}
		}
	}
	if (NewRequest(Command)).Pos(ItemRows) != (issue.Pos{}) {
		t.Error("what is not stated has a place")
	}
}

func TestFaultsOfARequestAreToldWithTheirLine(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"unknown":             {"number = \"1\"\npassword = \"x\"\n", "2 F116"},
		"two unknown":         {"zzz = 1\nnumber = \"1\"\n\"個人番号\" = \"x\"\n", "1 F116|3 F116"},
		"unknown table":       {"[x]\ny = 1\n", "1 F116"},
		"the item as a table": {"[rows]\ny = 1\n", "0 F114"},
		"syntax":              {"number = \"1\"\nrows = \n", "2 F114"},
		"no quotes":           {"number = 農振\n", "1 F114"},
		"doubled":             {"rows = 1\nrows = 1\n", "2 F114"},
		"in two languages":    {"rows = 1\n\"行数\" = 1\n", "2 F114"},
		"rows as words":       {"rows = \"many\"\n", "1 F114"},
		"rows negative":       {"rows = -1\n", "1 F114"},
		"rows with a point":   {"rows = 1.5\n", "1 F114"},
		"rows too many":       {"rows = \"99999999999999999999\"\n", "1 F114"},
		"rows true":           {"rows = true\n", "1 F114"},
		"rows as a list":      {"rows = [1]\n", "1 F114"},
		"number as a list":    {"number = [\"1\"]\n", "1 F114"},
		"digest cut":          {"sha256 = \"" + digest64[1:] + "\"\n", "1 F114"},
		"digest no hex":       {"sha256 = \"" + strings.Repeat("g", 64) + "\"\n", "1 F114"},
		"date of no day":      {"date = \"2026-02-30\"\n", "1 F114"},
		"date of an era":      {"date = \"令和8年1月1日\"\n", "1 F114"},
		"date with a time":    {"date = 2026-11-20T10:00:00+09:00\n", "1 F114"},
		"charset":             {"charset = \"latin1\"\n", "1 F114"},
		"charset of result":   {"result_charset = \"UTF-16\"\n", "1 F114"},
		"fields not words":    {"fields = [1]\n", "1 F114"},
		"control character":   {"number = \"a\\u0007\"\n", "1 F114"},
		"too long":            {"number = \"" + strings.Repeat("あ", statementCharactersMax+1) + "\"\n", "1 F114"},
		"a note like a book":  {"note = \"" + strings.Repeat("あ", noteCharactersMax+1) + "\"\n", "1 F114"},
		"too large":           {strings.Repeat("#\n", requestBytesMax), "0 F114"},
		"CP932":               {"number = \"\x88\xcb\"\n", "1 F114"},
		"a ZIP":               {"PK\x03\x04", "1 F114"},
	} {
		_, err := ParseRequestTOML(strings.NewReader(c.text), "")
		list, ok := errors.AsType[issue.List](err)
		if !ok {
			t.Errorf("%s: %v", name, err)
			continue
		}
		var got []string
		for _, i := range list {
			got = append(got, fmt.Sprintf("%d %s", i.Pos.Row, i.Code))
		}
		if strings.Join(got, "|") != c.want {
			t.Errorf("%s: got %s, want %s", name, strings.Join(got, "|"), c.want)
		}
	}
}

func TestAnEmptyValueStatesNothing(t *testing.T) {
	req, err := ParseRequestTOML(strings.NewReader("number = \"\"\noffice = \" \"\n\"照会元\" = \"nogyo\"\nfields = []\n"), "")
	if err != nil {
		t.Fatal(err)
	}
	if req.Number != "" || req.Office != "nogyo" || req.Rows != -1 || req.Fields == nil || len(req.Fields) != 0 {
		t.Errorf("%+v", req)
	}
	empty, err := ParseRequestTOML(strings.NewReader(""), "")
	if err != nil {
		t.Fatal(err)
	}
	empty.at = nil
	if !reflect.DeepEqual(empty, NewRequest(SideFile)) {
		t.Errorf("%+v", empty)
	}
}

func TestAFailingReaderIsNoFaultOfTheRequest(t *testing.T) {
	broken := errors.New("broken medium")
	_, err := ParseRequestTOML(iotest.ErrReader(broken), "")
	if !errors.Is(err, broken) || issue.Find(err) != nil {
		t.Error(err)
	}
}

func TestASheetReadsAsASideFileDoes(t *testing.T) {
	at := func(row int) issue.Pos { return issue.Pos{Sheet: "依頼書", Row: row, Column: 2} }
	req, err := RequestFromPairs(Sheet, []Pair{
		{"依頼番号", "農振第12号", at(1)}, {"依頼日", "2026-11-20", at(2)}, {"照会元", "nogyo", at(3)}, {"利用事務", "n-01", at(4)},
		{"根拠", " 条例(利用)\u3000", at(5)}, {"行 数", "1200", at(6)}, {"ＳＨＡ－２５６", digest64, at(7)}, {"提供項目", "氏名\n最終住所", at(8)},
		{"形式", "csv", at(9)}, {"文字コード", "sjis", at(10)}, {"結果の文字コード", "UTF-8", at(11)}, {"返却方法", "媒体", at(12)},
		{"Password_Ref", "R8-12", at(13)}, {"シート", "一覧", at(14)}, {"備考", "", at(15)},
		{"リストの様式", "n-in", at(16)}, {"Result_Layout", "n-out", at(17)},
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := req.Pos(ItemDigest); got.Row != 7 || got.Sheet != "依頼書" || got.Column != 2 {
		t.Errorf("%+v", got)
	}
	req.at = nil
	want := wantRequest()
	want.Source = Sheet
	if !reflect.DeepEqual(req, want) {
		t.Errorf("%+v", req)
	}
	_, err = RequestFromPairs(Sheet, []Pair{{"課長", "x", at(1)}, {"行数", "x", at(2)}, {"行数", "3", at(3)}, {"行数", "", at(4)}})
	if got := codes(err); got != "F116 F114 F114" {
		t.Error(got)
	}
}

func TestTwoRequestsContradictOnlyWhereBothSpeak(t *testing.T) {
	full := wantRequest()
	if got := full.Contradicts(NewRequest(Command)); got != nil {
		t.Errorf("silence contradicts on %v", got)
	}
	same := full
	same.Basis, same.Form, same.Way, same.ResultCharset = "条例（利用）", "CSV", "medium", "utf8"
	same.Fields = []string{"last_address", "氏名"}
	if got := full.Contradicts(same); got != nil {
		t.Errorf("another spelling contradicts on %v", got)
	}
	other := Request{
		Number: "x", Office: "x", Purpose: "x", Basis: "別表5", Rows: 0, Digest: "x", Fields: []string{}, Form: "xlsx", Charset: "UTF-8",
		ResultCharset: "CP932", Way: "mail", PasswordRef: "x", Sheet: "x", Layout: "x", ResultLayout: "x",
	}
	want := []Item{ItemNumber, ItemOffice, ItemPurpose, ItemBasis, ItemRows, ItemDigest, ItemFields, ItemForm, ItemCharset, ItemResultCharset, ItemWay, ItemPasswordRef, ItemSheet, ItemLayout, ItemResultLayout}
	if got := full.Contradicts(other); !reflect.DeepEqual(got, want) {
		t.Errorf("got %v", got)
	}
	if got := other.Contradicts(full); !reflect.DeepEqual(got, want) {
		t.Errorf("the other way round: %v", got)
	}
}

func TestWhatOneRequestLeavesOpenAnotherStates(t *testing.T) {
	full, err := ParseRequestTOML(strings.NewReader(english()), "a.request.toml")
	if err != nil {
		t.Fatal(err)
	}
	got := NewRequest(Sheet).Completed(full)
	if got.Source != Sheet {
		t.Errorf("source %q", got.Source)
	}
	got.Source = full.Source
	delete(full.at, ItemNote) // notes are not kept
	if !reflect.DeepEqual(got, full) {
		t.Errorf("an empty request completed: %+v", got)
	}
	other := wantRequest()
	other.Number, other.Rows, other.Fields, other.Sheet = "other", 7, []string{"住所"}, ""
	got = other.Completed(full)
	if got.Number != "other" || got.Rows != 7 || !slices.Equal(got.Fields, []string{"住所"}) || got.Sheet != "一覧" {
		t.Errorf("what was stated was overwritten: %+v", got)
	}
	if got.Pos(ItemNumber) != (issue.Pos{}) || got.Pos(ItemSheet) != full.Pos(ItemSheet) {
		t.Error("the places are not those of the statements")
	}
	if len(other.at) > 0 {
		t.Error("completing changed the request itself")
	}
}

func TestItemsAreFoundByEveryName(t *testing.T) {
	seen := map[string]bool{}
	for _, n := range itemNames() {
		for _, name := range append(n.japanese, n.english, strings.ToUpper(n.english)) {
			if got, ok := ParseItem(name); !ok || got != n.item {
				t.Errorf("%s is %v", name, got)
			}
		}
		for _, name := range append(n.japanese, n.english) {
			if seen[name] {
				t.Errorf("%s names two items", name)
			}
			seen[name] = true
		}
		if n.item.String() != n.japanese[0] || n.item.Key() != n.english {
			t.Errorf("%v", n)
		}
	}
	if i, ok := ParseItem(""); ok || i.String() != "?" || i.Key() != "?" {
		t.Error("the empty name is an item")
	}
}

func TestWhatIsStatedIsReadWhateverTheOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lines := strings.SplitAfter(english(), "\n")
		lines = lines[:len(lines)-1]
		shuffled := rapid.Permutation(lines).Draw(t, "lines")
		req, err := ParseRequestTOML(strings.NewReader(strings.Join(shuffled, "")), "")
		if err != nil {
			t.Fatal(err)
		}
		for i, line := range shuffled {
			key, _, _ := strings.Cut(line, " =")
			if item, ok := ParseItem(key); ok && req.Pos(item).Row != i+1 {
				t.Fatalf("%s is on line %d, not %d", key, i+1, req.Pos(item).Row)
			}
		}
		req.at = nil
		if !reflect.DeepEqual(req, wantRequest()) {
			t.Fatalf("%+v", req)
		}
	})
}

func FuzzParseRequestTOML(f *testing.F) {
	f.Add(english())
	f.Add(japanese(""))
	f.Add(japanese(`"`))
	f.Add("rows = 1\n\"行数\" = 1\n")
	reg := testRegister(f)
	op, _ := reg.Operator("sosa")
	now := day(f, "2026-11-23")
	f.Fuzz(func(t *testing.T, text string) {
		req, err := ParseRequestTOML(strings.NewReader(text), "")
		if err != nil {
			if list, ok := err.(issue.List); !ok || len(list) == 0 {
				t.Fatalf("%T", err)
			}
			return
		}
		if req.Source != SideFile || req.Rows < -1 || req.Digest != "" && len(req.Digest) != 64 {
			t.Fatal("a request that must not be")
		}
		if got := req.Contradicts(req); got != nil {
			t.Fatalf("it contradicts itself on %v", got)
		}
		req.Keys = []Particular{KeyName, KeyBirth}
		if g, err := Decide(reg, req, op, now); g.Valid() != (err == nil) {
			t.Fatal("neither granted nor refused")
		}
	})
}

// TestFieldsAreChosenOneByOne, in one cell, or in both ways that agree.
func TestFieldsAreChosenOneByOne(t *testing.T) {
	for name, c := range map[string]struct {
		pairs string
		want  string
		row   int // where the fields stand, or what is wrong
	}{
		"chosen":                  {"提供項目:氏名=○|提供項目:性別=|提供項目:住所=〇", "[氏名 住所]", 1},
		"full-width, English":     {"ｆｉｅｌｄｓ=|提供項目：氏名=◯", "[氏名]", 2},
		"in one cell":             {"提供項目=氏名、住所", "[氏名 住所]", 1},
		"both, that agree":        {"提供項目=住所、name|提供項目:氏名=○|提供項目:住所=○", "[住所 name]", 1},
		"both, and the cell less": {"提供項目=氏名|提供項目:氏名=○|提供項目:住所=○", "F360", 2},
		"both, and the cell more": {"提供項目:氏名=○|提供項目=氏名、住所", "F360", 1},
		"none of them":            {"提供項目:なし=○|提供項目:氏名=", "[]", 1},
		"none and some":           {"提供項目:氏名=○|提供項目:なし=○", "F360", 1},
		"none and a cell":         {"提供項目:なし=○|提供項目=氏名", "F360", 1},
		"nothing chosen":          {"提供項目:氏名=|提供項目:なし=", "<nil>", 0},
		"a cross":                 {"提供項目:氏名=×", "F361", 1},
		"a word":                  {"提供項目:氏名=はい", "F361", 1},
		"no field":                {"提供項目:電話番号=○", "F116", 1},
		"no field at all":         {"提供項目:=○", "F116", 1},
		"of another item":         {"照会元:氏名=○", "F116", 1},
	} {
		var pairs []Pair
		for i, pair := range strings.Split(c.pairs, "|") {
			name, value, _ := strings.Cut(pair, "=")
			pairs = append(pairs, Pair{name, value, issue.Pos{Row: i + 1}})
		}
		req, err := RequestFromPairs(Sheet, pairs)
		got, row := fmt.Sprint(req.Fields), req.Pos(ItemFields).Row
		if req.Fields == nil {
			got = "<nil>"
		}
		if i := issue.Find(err); i != nil {
			got, row = string(i.Code), i.Pos.Row
		}
		if got != c.want || row != c.row {
			t.Errorf("%s: %s in row %d, want %s in %d", name, got, row, c.want, c.row)
		}
	}
}
