package intake

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"baitai/formats"
	"baitai/formats/charset"
	"baitai/pipeline/authority"
	"baitai/pipeline/issue"
	"baitai/pipeline/person"
)

const headLine = "整理番号,氏名,生年月日,住所\r\n"

// wants are what must become of testdata/hostile/lists; "" is a list that is
// answered, with the faults of rows in its rows.
func hostileWants() map[string]string {
	return map[string]string{
		"ambiguous-charset": "F110@0:0",
		"bad-cp932":         "F109@3:0",
		"cut":               "F112@5:0(行数)",
		"digest":            "F113@6:0(ダイジェスト)",
		"doubled-reference": "F105@4:1(整理番号)",
		"euc-jp":            "F352@1:0",
		"euc-or-kana":       "F110@0:0",
		"formula":           "F119@名簿!3:3",
		"gaiji":             "",
		"half-pair-end":     "F109@9:0",
		"half-pair-line":    "F109@3:0",
		"header-only":       "F102@0:0",
		"impossible-date":   "",
		"iso-2022-jp":       "F138@3:0",
		"jis-kana":          "F138@2:0",
		"jis-x-0213":        "F138@2:0",
		"lone-cr":           "F108@3:5",
		"lost-digit":        "",
		"macro":             "F123@0:0",
		"merged":            "F120@名簿!3:3",
		"mixed-encoding":    "F109@3:0",
		"mynumber-cell":     "F118@4:9(備考)",
		"mynumber-column":   "F117@1:9(個人番号)",
		"nul":               "F132@3:0",
		"open-quote":        "F108@3:3",
		"part-alone":        "F350@1:3(氏)",
		"part-empty":        "",
		"part-twice":        "F351@1:9(氏) F351@1:10(名)",
		"parts":             "",
		"quoted-newline":    "",
		"ragged":            "F126@3:0",
		"row-count":         "F112@5:0(行数)",
		"serial-date":       "",
		"unknown-key":       "F106@1:9(本籍地住所)",
		"utf16":             "",
		"utf16-cut":         "F109@9:0",
		"utf16-unmarked":    "F122@0:0",
	}
}

func TestEachHostileListGetsItsCodeAndPlace(t *testing.T) {
	dirs, err := filepath.Glob("../../testdata/hostile/lists/*")
	if err != nil || len(dirs) == 0 {
		t.Fatal("no hostile lists")
	}
	wants := hostileWants()
	for _, dir := range dirs {
		kind := filepath.Base(dir)
		want, known := wants[kind]
		if !known {
			t.Errorf("%s: a hostile list that no test expects", kind)
			continue
		}
		src := hostile(t, dir)
		stated := byDefault()
		l, err := openList(t, src, stated, Options{})
		if want == "" {
			if err != nil {
				t.Errorf("%s: %v", kind, err)
				continue
			}
			faulty := 0
			for _, row := range collect(t, l) {
				faulty += len(row.Issues)
			}
			if none := slices.Contains([]string{"gaiji", "quoted-newline", "parts", "utf16"}, kind); none != (faulty == 0) {
				t.Errorf("%s: %d faults of rows", kind, faulty)
			}
			continue
		}
		var r *Refusal
		if !errors.As(err, &r) {
			t.Errorf("%s: want a refusal, got %v", kind, err)
			continue
		}
		if got := places(r.Issues); got != want {
			t.Errorf("%s: got %s, want %s", kind, got, want)
		}
	}
}

// hostile reads one of the lists of testdata with its request.
func hostile(t testing.TB, dir string) Source {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, "list.*"))
	if err != nil || len(names) == 0 {
		t.Fatal(dir)
	}
	var list, side []byte
	name := ""
	for _, n := range names {
		raw, err := os.ReadFile(n)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(n, ".request.toml") {
			side = raw
		} else {
			list, name = raw, filepath.Base(n)
		}
	}
	return source(name, list, string(side))
}

func TestTextListsAreRefusedWithCodeAndPlace(t *testing.T) {
	utf8, cp932 := charset.UTF8BOM, charset.CP932
	row := func(n int) string {
		return fmt.Sprintf("%d,%s,1980-01-01,福岡県福岡市中央区天神一丁目1番1号\r\n", n, marker)
	}
	limits := formats.Limits{RowsMax: 3, ColumnsMax: 5, CellCharactersMax: 30}
	for _, c := range []struct {
		name string
		c    charset.Charset
		text string
		o    Options
		want string
	}{
		{"no byte", "", "", Options{}, "F101@0:0"},
		{"only a mark", "", "\xef\xbb\xbf", Options{}, "F101@0:0"},
		{"only line ends", "", "\r\n\r\n", Options{}, "F101@0:0"},
		{"header alone", utf8, headLine, Options{}, "F102@0:0"},
		{"no 整理番号 in a row", utf8, headLine + row(1) + "　 ," + marker + ",,\r\n" + row(2), Options{}, "F104@3:1(整理番号)"},
		{"整理番号 twice", cp932, headLine + row(1) + row(2) + row(1) + row(1), Options{}, "F105@4:1(整理番号) F105@5:1(整理番号)"},
		{"整理番号 twice but for spaces", utf8, headLine + row(1) + "　1 ," + marker + ",,\r\n", Options{}, "F105@3:1(整理番号)"},
		{"after a quoted newline", cp932, headLine + "1,\"" + marker + "\r\n次\",,\r\n" + row(1), Options{}, "F105@4:1(整理番号)"},
		{"quote in a bare cell", cp932, headLine + row(1) + "2," + marker + "\"x,,\r\n", Options{}, "F108@3:2"},
		{"quote that never closes", utf8, headLine + row(1) + "2,\"" + marker + ",,\r\n" + row(3), Options{}, "F108@3:2"},
		{"lone CR", utf8, headLine + row(1) + "2," + marker + "\rx,,\r\n", Options{}, "F108@3:2"},
		{"a field too many", cp932, headLine + row(1) + "2," + marker + ",,,\r\n", Options{}, "F126@3:0"},
		{"a blank line", cp932, headLine + row(1) + "\r\n" + row(2), Options{}, "F126@3:0"},
		{"comma or tab", utf8, "整理番号,氏名\t生年月日\r\n", Options{}, "F137@1:0"},
		{"NUL", "", headLine + "1,a\x00b,,\r\n", Options{}, "F132@2:0"},
		{"NUL after a mark", "", "\xef\xbb\xbf" + headLine + "1,a\x00b,,\r\n", Options{}, "F132@2:0"},
		{"ISO-2022-JP", "", "No.,Name,Birth\r\n1,\x1b$B;3ED\x1b(B,1980\r\n", Options{}, "F138@2:0"},
		{"no CP932", "", "No.,Name,Birth\r\n1,\x8e\x20\xfd,1980\r\n", Options{}, "F109@2:0"},
		{"no UTF-8 after a mark", "", "\xef\xbb\xbfNo.,Name,Birth\r\n1,\x8e\x20,1980\r\n", Options{}, "F109@2:0"},
		{"half a UTF-16", "", "\xff\xfeN\x00o\x00.", Options{}, "F109@1:0"},
		{"ambiguous", "", "No.,Name,Birth\r\n1,\xc2\xb1\xc2\xb2,1980\r\n", Options{}, "F110@0:0"},
		{"too many rows", utf8, headLine + row(1) + row(2) + row(3), Options{Limits: limits}, "F129@4:0"},
		{"too many columns", utf8, strings.TrimSuffix(headLine, "\r\n") + ",備考,備考\r\n", Options{Limits: limits}, "F128@1:6"},
		{"cell too long", utf8, headLine + "1," + strings.Repeat(marker, 8) + ",,\r\n", Options{Limits: limits}, "F136@2:2"},
		{"a program", "", "MZ\x90\x00\x03\x00\x00\x00\x04\x00", Options{}, "F122@0:0"},
		{"a script", "", "#!/bin/sh\necho\n", Options{}, "F122@0:0"},
		{"a PDF", "", "%PDF-1.7\n", Options{}, "F339@0:0"},
		{"HTML", "", "<html><table></table></html>", Options{}, "F341@0:0"},
		{"gzip", "", "\x1f\x8b\x08\x00abc", Options{}, "F125@0:0"},
		{"an old or protected workbook", "", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + strings.Repeat("\x00", 504), Options{}, "F125@0:0"},
		{"half a container", "", "PK\x03\x04abc", Options{}, "F125@0:0"},
	} {
		list := []byte(c.text)
		if c.c != "" {
			list = encode(t, c.c, c.text)
		}
		r := refusalOf(t, source("list.csv", list, ""), byDefault(), c.o)
		if got := places(r.Issues); got != c.want {
			t.Errorf("%s: got %s, want %s", c.name, got, c.want)
		}
		for _, i := range r.Issues {
			if i.Pos.File != "list.csv" {
				t.Errorf("%s: %s names file %q", c.name, i.Code, i.Pos.File)
			}
			if says := i.In(issue.Japanese); strings.Contains(says.Says+says.Hint, "{") {
				t.Errorf("%s: the sentence has a hole: %s", c.name, says.Says)
			}
		}
	}
}

func TestRefusalsNameTheLimitsOfTheSite(t *testing.T) {
	o := Options{Limits: formats.Limits{RowsMax: 3, ColumnsMax: 7}}
	r := refusalOf(t, source("l.csv", []byte("\ufeff"+headLine+"1,,,\n2,,,\n3,,,\n"), ""), byDefault(), o)
	if got := strings.Join(r.Issues[0].Args, " "); got != "2" { // rows, the header not counted
		t.Errorf("most rows: %s", got)
	}
	r = refusalOf(t, source("l.csv", []byte("\ufeff"+headLine[:len(headLine)-2]+",a,b,c,d\r\n"), ""), byDefault(), o)
	if got := strings.Join(r.Issues[0].Args, " "); got != "7" {
		t.Errorf("most columns: %s", got)
	}
}

func TestWorkbooksAreRefusedWithSheetRowAndColumn(t *testing.T) {
	head := []string{text("整理番号"), text("氏名"), text("生年月日"), text("備考")}
	rows := func(more ...[]string) [][]string { return append([][]string{head}, more...) }
	good := []string{text("1"), text(marker), text("1980-01-01"), text("")}
	for _, c := range []struct {
		name  string
		parts []part
		want  string
	}{
		{"doubled", []part{{name: "名簿", rows: rows(good, nil, good)}}, "F105@名簿!4:1(整理番号)"},
		{"numbers double too", []part{{name: "名簿", rows: rows([]string{number("1")}, []string{number("1.0")}, []string{text("1")})}},
			"F105@名簿!3:1(整理番号) F105@名簿!4:1(整理番号)"},
		{"no 整理番号", []part{{name: "名簿", rows: rows(good, []string{text(""), text(marker)})}}, "F104@名簿!3:1(整理番号)"},
		{"formula", []part{{name: "名簿", rows: rows(good, []string{text("2"), `><f>A1</f><v>` + marker + `</v>`})}}, "F119@名簿!3:2"},
		{"個人番号 as text", []part{{name: "名簿", rows: rows([]string{text("1"), text("a"), text(""), text("１２３４ ５６７８ ９０１８")})}}, "F118@名簿!2:4(備考)"},
		{"個人番号 as a number", []part{{name: "名簿", rows: rows([]string{text("1"), text("a"), text(""), number("123456789018")})}}, "F118@名簿!2:4(備考)"},
		{"個人番号 with an exponent", []part{{name: "名簿", rows: rows([]string{text("1"), text("a"), text(""), number("1.23456789018E+11")})}}, "F118@名簿!2:4(備考)"},
		{"two sheets", []part{{name: "名簿", rows: rows(good)}, {name: "名簿2", rows: rows(good)}}, "F130@0:0"},
		{"only a hidden one", []part{{name: "名簿", rows: rows(good), hidden: true}}, "F130@0:0"},
		{"only a request", []part{{name: "依頼書", rows: [][]string{{text("照会元"), text("welfare")}}}}, "F130@0:0"},
		{"an empty sheet", []part{{name: "名簿"}}, "F101@名簿!0:0"},
		{"two requests in it", []part{{name: "名簿", rows: rows(good)}, {name: "依頼書", rows: rows(good)}, {name: "依頼書 ", rows: rows(good)}}, "F143@0:0"},
		{"a title above the header", []part{{name: "名簿", rows: [][]string{{text(marker)}, head, good}}}, "F131@名簿!1:0"},
	} {
		r := refusalOf(t, source("list.xlsx", bookOf(t, c.parts...), ""), byDefault(), Options{})
		if got := places(r.Issues); got != c.want {
			t.Errorf("%s: got %s, want %s", c.name, got, c.want)
		}
	}
}

func TestAHiddenSheetIsNoListUnlessItIsNamed(t *testing.T) {
	rows := texts([][]string{{"整理番号", "氏名", "生年月日"}, {"1", "山田　花子", "1980-01-01"}})
	other := texts([][]string{{"整理番号", "氏名", "生年月日"}, {"7", "山田　花子", "1980-01-01"}, {"8", "山田　花子", ""}})
	book := bookOf(t, part{name: "名簿", rows: rows}, part{name: "控え", rows: other, hidden: true})
	l, err := openList(t, source("l.xlsx", book, ""), byDefault(), Options{})
	if err != nil || l.Totals.Rows != 1 {
		t.Fatalf("%v", err)
	}
	stated := byDefault()
	stated.Default.Sheet = "控え"
	if l, err = openList(t, source("l.xlsx", book, ""), stated, Options{}); err != nil || l.Totals.Rows != 2 {
		t.Fatalf("%v", err)
	}
	stated.Default.Sheet = "別の名簿"
	if got := places(refusalOf(t, source("l.xlsx", book, ""), stated, Options{}).Issues); got != "F130@0:0" {
		t.Error(got)
	}
}

// 番号法20条: nobody collects or keeps a 個人番号 without a ground of 19条.
func TestAMyNumberInAnyCellRefusesTheList(t *testing.T) {
	digits := person.AppendCheckDigit("12345678901")
	wide := strings.Map(func(r rune) rune { return r + 0xFEE0 }, digits)
	spellings := []string{digits, wide, digits[:4] + " " + digits[4:8] + " " + digits[8:], digits[:4] + "　" + digits[4:], digits[:4] + "-" + digits[4:8] + "-" + digits[8:],
		wide[:12] + "－" + wide[12:], " " + digits + " ", "'" + digits, "’" + wide, "1.23456789018E+11", digits + ".0"}
	headers := strings.Split("整理番号,住民票コード,氏名,氏名ふりがな,生年月日,性別,住所,旧氏,同意番号,備考", ",")
	for _, s := range spellings {
		for column, h := range headers {
			cells := make([]string, len(headers))
			cells[0] = "1"
			cells[column] = s
			list := csvOf(t, charset.UTF8BOM, [][]string{headers, cells})
			if column == 0 {
				if l := mustOpen(t, list); l.Totals.Rows != 1 {
					t.Errorf("整理番号 may look like one")
				}
				continue
			}
			r := refusalOf(t, source("l.csv", list, ""), byDefault(), Options{})
			if got, want := places(r.Issues), fmt.Sprintf("F118@2:%d(%s)", column+1, h); got != want {
				t.Errorf("%q in %s: %s", s, h, got)
			}
			if text := fmt.Sprintf("%v %+v", r, r.Issues[0]); strings.Contains(text, digits) || strings.Contains(text, s) {
				t.Error("the number is quoted")
			}
		}
	}
	wrong := digits[:11] + string('0'+(digits[11]-'0'+1)%10)
	for _, s := range []string{wrong, digits[:11], digits + "0", "1.23E+11", "x" + digits} {
		mustOpen(t, csvOf(t, charset.UTF8BOM, [][]string{{"整理番号", "氏名", "生年月日", "備考"}, {"1", "", "", s}}))
	}
}

func TestCountsAndDigestMustAgree(t *testing.T) {
	list := []byte("\ufeff" + headLine + "1,,,\r\n2,,,\r\n")
	sum := sha256.Sum256(list)
	digest := hex.EncodeToString(sum[:])
	for _, c := range []struct{ side, want string }{
		{"office='welfare'\nrows=2\n", ""},
		{"office='welfare'\nrows=2\nsha256='" + strings.ToUpper(digest) + "'\n", ""},
		{"office='welfare'\nrows=3\n", "F112@2:0(行数)"},
		{"office='welfare'\nrows=0\n", "F112@2:0(行数)"},
		{"office='welfare'\nsha256='" + strings.Repeat("0", 64) + "'\n", "F113@2:0(ダイジェスト)"},
		{"office='welfare'\nrows=1\nsha256='" + strings.Repeat("0", 64) + "'\n", "F112@2:0(行数) F113@3:0(ダイジェスト)"},
	} {
		_, err := openList(t, source("l.csv", list, c.side), byDefault(), Options{})
		got := ""
		var r *Refusal
		if errors.As(err, &r) {
			got = places(r.Issues)
		} else if err != nil {
			t.Fatal(err)
		}
		if got != c.want {
			t.Errorf("%q: got %s, want %s", c.side, got, c.want)
		}
	}
	r := refusalOf(t, source("l.csv", list, "office='welfare'\nrows=3\n"), byDefault(), Options{})
	if got := strings.Join(r.Issues[0].Args, " "); got != "3 2" {
		t.Errorf("stated and found: %s", got)
	}
}

func TestARefusalNamesPlacesUpToALimitAndCountsTheRest(t *testing.T) {
	var b strings.Builder
	b.WriteString("\ufeff" + headLine)
	for range 50 {
		b.WriteString("7,,,\r\n")
	}
	b.WriteString(",,,\r\n")
	r := refusalOf(t, source("l.csv", []byte(b.String()), ""), byDefault(), Options{PlacesMax: 10})
	if len(r.Issues) != 10 || r.Counts[issue.DoubledReference] != 49 || r.Counts[issue.NoReference] != 1 {
		t.Errorf("%d places, counts %v", len(r.Issues), r.Counts)
	}
	if !strings.Contains(r.Error(), "and 49 more") {
		t.Errorf("%v", r)
	}
	if !errors.Is(r, issue.New(issue.DoubledReference, issue.Pos{})) {
		t.Error("errors.Is does not see the code")
	}
	if r := Refuse(issue.New(issue.EmptyFile, issue.Pos{})); strings.Contains(r.Error(), "more") {
		t.Error(r.Error())
	}
}

func TestCharsetIsCertainOrStated(t *testing.T) {
	ambiguous := []byte("No.,Name,Birth\r\n1,\xc2\xb1\xc2\xb2,1980-01-02\r\n")
	for stated, want := range map[string]string{"": "F110@0:0", "UTF-8": "±²", "Shift_JIS": "ﾂｱﾂｲ", "UTF-8-BOM": "±²", "latin1": "F114@0:0"} {
		s := byDefault()
		s.Default.Charset = stated
		l, err := openList(t, source("l.csv", ambiguous, ""), s, Options{})
		var r *Refusal
		switch {
		case errors.As(err, &r):
			if got := places(r.Issues); got != want {
				t.Errorf("%q: %s", stated, got)
			}
		case err != nil:
			t.Fatal(err)
		default:
			if got := collect(t, l)[0].Value.Name.Reveal(); got != want {
				t.Errorf("%q: %s", stated, got)
			}
		}
	}
	for stated, want := range map[string]string{"EUC-JP": "F352@2:0(文字コード)", "JIS": "F138@2:0(文字コード)"} {
		side := "office='welfare'\ncharset='" + stated + "'\n"
		if got := places(refusalOf(t, source("l.csv", []byte("\ufeff"+headLine+"1,,,\r\n"), side), byDefault(), Options{}).Issues); got != want {
			t.Errorf("%s: %s", stated, got)
		}
	}
	s := byDefault()
	s.Default.Charset = "Shift_JIS"
	utf8 := []byte("\ufeff" + headLine + "1,,,\r\n")
	if got := places(refusalOf(t, source("l.csv", utf8, ""), s, Options{}).Issues); got != "F111@0:0" {
		t.Error(got)
	}
	// UTF-16 without a mark looks like nothing; only a statement makes it text.
	wide := encode(t, charset.UTF16LE, headLine+"1,上原　理子,1980-01-01,\r\n")[2:]
	if got := places(refusalOf(t, source("l.csv", wide, ""), byDefault(), Options{}).Issues); got != "F122@0:0" && got != "F132@1:0" {
		t.Error(got)
	}
	s.Default.Charset = "UTF-16LE"
	l, err := openList(t, source("l.csv", wide, ""), s, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if got := collect(t, l)[0].Value.Name.Reveal(); got != "上原　理子" {
		t.Error(got)
	}
	if l.Charset != charset.UTF16LE || l.Kind != formats.Text {
		t.Errorf("%v %v", l.Charset, l.Kind)
	}
	s.Default.Charset = "UTF-16"
	if got := places(refusalOf(t, source("l.csv", wide, ""), s, Options{}).Issues); got != "F110@0:0" {
		t.Error(got)
	}
	if _, ok := authority.ParseItem("文字コード"); !ok {
		t.Error("the request has no word for it")
	}
}
