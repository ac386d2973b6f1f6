package register

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"baitai/formats/charset"
	"baitai/formats/fixed"
	"baitai/pipeline/issue"
)

func TestALayoutIsReadIntoItsPlace(t *testing.T) {
	for _, encode := range []func(string) []byte{plainUTF8, withBOM, cp932} {
		reg := mustRead(t, folder(good(), "\r\n", encode))
		if got := fmt.Sprint(reg.Layouts()); got != "[k-fix k-in k-out]" {
			t.Fatal(got)
		}
		in, _ := reg.Layout("k-in")
		want := &fixed.Layout{Charset: charset.CP932, Bytes: 40, End: fixed.CRLF, Records: [fixed.KindCount][]fixed.Column{
			fixed.Header: {{Item: fixed.Constant, From: 1, Bytes: 1, Value: "1"}, {Item: fixed.Day, From: 2, Bytes: 8}, {Item: fixed.Filler, From: 10, Bytes: 31}},
			fixed.Data: {{Item: fixed.Constant, From: 1, Bytes: 1, Value: "2"}, {Name: "整理番号", From: 2, Bytes: 5, Right: true, Pad: fixed.Zero},
				{Name: "対象者", From: 7, Bytes: 14, Pad: fixed.Wide}, {Name: "生年月日", From: 21, Bytes: 8}, {Name: "備考", From: 29, Bytes: 12}},
			fixed.Trailer: {{Item: fixed.Constant, From: 1, Bytes: 1, Value: "8"}, {Item: fixed.Count, From: 2, Bytes: 6, Right: true, Pad: fixed.Zero}, {Item: fixed.Filler, From: 8, Bytes: 33}},
		}}
		if got := in.Fixed(); fmt.Sprint(got) != fmt.Sprint(want) || len(got.Check()) > 0 {
			t.Errorf("got  %v\nwant %v", got, want)
		}
		columns := []LayoutColumn{{"整理番号", "整理番号"}, {"氏名", "対象者"}, {"生年月日", "生年月日"}, {"", "備考"}}
		if !slices.Equal(in.Columns, columns) || !in.Default || in.Use != UseList || in.Form != FormFixed || in.Charset != CharsetCP932 {
			t.Errorf("%+v", in)
		}
		out, _ := reg.Layout("k-out")
		if !slices.Equal(out.Columns, []LayoutColumn{{"回答区分", "結果"}, {"整理番号", "番号"}}) || out.Fixed() != nil || out.Default || out.Form != FormCSV {
			t.Errorf("%+v", out)
		}
		fix, _ := reg.Layout("k-fix")
		if f := fix.Fixed(); !f.Records[fixed.Data][2].Cut || f.Records[fixed.Data][1].Cut || f.Charset != charset.UTF8 || f.End != fixed.NoLineEnd {
			t.Errorf("%+v", f)
		}
	}
}

// withFields is a register with lists whose columns are told by their number: one with a
// trailer, and one that is bare.
func withFields() map[string][]string {
	files := good()
	files["layouts.csv"] = append(files["layouts.csv"], "n-csv,nogyo,,リスト,csv,既定,CP932,,,", "n-tsv,nogyo,n-01,リスト,ＴＳＶ,,UTF-8,,,")
	files["layout_columns.csv"] = append(files["layout_columns.csv"],
		"n-csv,トレーラー,固定値,,1,,,,8,", "n-csv,トレーラー,件数,,2,,,,,", "n-csv,トレーラー,合計,,3,,,,ＮＯ,", "n-csv,トレーラー,空き,,4,,,,,",
		"n-csv,,固定値,,1,,,,2,", "n-csv,,住所,,4,,,,,", "n-csv,,氏名,対象者,3,,,,,", "n-csv,,整理番号,No,2,,,,,",
		"n-tsv,,整理番号,,1,,,,,", "n-tsv,,氏名,,2,,,,,", "n-tsv,,住所,,3,,,,,", "n-tsv,,対象外,支給額,4,,,,,")
	return files
}

// TestALayoutOfFieldsIsReadIntoItsPlace: a list without a header line, told by the numbers
// of its fields.
func TestALayoutOfFieldsIsReadIntoItsPlace(t *testing.T) {
	reg := mustRead(t, folder(withFields(), "\r\n", cp932))
	in, _ := reg.Layout("n-csv")
	want := &fixed.Layout{Charset: charset.CP932, Comma: ',', Records: [fixed.KindCount][]fixed.Column{
		fixed.Data: {{Item: fixed.Constant, From: 1, Bytes: 1, Value: "2"}, {Name: "No", From: 2, Bytes: 1}, {Name: "対象者", From: 3, Bytes: 1}, {Name: "住所", From: 4, Bytes: 1}},
		fixed.Trailer: {{Item: fixed.Constant, From: 1, Bytes: 1, Value: "8"}, {Item: fixed.Count, From: 2, Bytes: 1},
			{Item: fixed.Sum, From: 3, Bytes: 1, Value: "No"}, {Item: fixed.Filler, From: 4, Bytes: 1}},
	}}
	if got := in.Fixed(); fmt.Sprint(got) != fmt.Sprint(want) || len(got.Check()) > 0 {
		t.Errorf("got  %v\nwant %v", got, want)
	}
	if !slices.Equal(in.Columns, []LayoutColumn{{"整理番号", "No"}, {"氏名", "対象者"}, {"住所", "住所"}}) || in.Form != FormCSV || in.Charset != CharsetCP932 {
		t.Errorf("%+v", in)
	}
	if tsv, _ := reg.Layout("n-tsv"); tsv.Form.String() != "tsv" || tsv.Fixed().Comma != '\t' || tsv.Default {
		t.Errorf("%+v", tsv)
	}
	if l, ok := reg.DefaultLayout("nogyo", "n-01", UseList, FormFixed); !ok || l.Code != "n-csv" {
		t.Error("the default for lists is not found, whatever its form:", l.Code)
	}
	for name, c := range map[string]struct{ file, old, with, want string }{
		"a number left out":     {"layout_columns.csv", "n-csv,,住所,,4", "n-csv,,住所,,5", "layout_columns.csv:23:5 開始位置 J206"},
		"a number twice":        {"layout_columns.csv", "n-csv,,住所,,4", "n-csv,,住所,,3", "layout_columns.csv:24:5 開始位置 S131"},
		"too many columns":      {"layout_columns.csv", "n-csv,,住所,,4", "n-csv,,住所,,257", "layout_columns.csv:23:5 開始位置 J206"},
		"bytes of a field":      {"layout_columns.csv", "n-csv,,住所,,4,", "n-csv,,住所,,4,10", "layout_columns.csv:23:6 バイト数 J206"},
		"a sum of nothing":      {"layout_columns.csv", "ＮＯ", "生年月日", "layout_columns.csv:20:9 値 J206"},
		"kinds alike":           {"layout_columns.csv", "n-csv,,固定値,,1,,,,2", "n-csv,,固定値,,1,,,,8", "layout_columns.csv:18:2 レコード S134"},
		"no character set":      {"layouts.csv", "n-tsv,nogyo,n-01,リスト,ＴＳＶ,,UTF-8", "n-tsv,nogyo,n-01,リスト,ＴＳＶ,,", "layouts.csv:6:7 文字コード J205"},
		"two defaults of lists": {"layouts.csv", "n-tsv,nogyo,n-01,リスト,ＴＳＶ,,UTF-8,,,", "n-fix,nogyo,,リスト,固定長,既定,CP932,9,CRLF,", "layouts.csv:6:1 様式コード S130|layouts.csv:6:6 既定 S139"},
	} {
		files := withFields()
		joined := strings.Join(files[c.file], "\n")
		if !strings.Contains(joined, c.old) {
			t.Fatal(name)
		}
		files[c.file] = strings.Split(strings.Replace(joined, c.old, c.with, 1), "\n")
		if c.file == "layouts.csv" && strings.Contains(c.with, "n-fix") {
			files["layout_columns.csv"] = files["layout_columns.csv"][:len(files["layout_columns.csv"])-4]
		}
		if _, err := Read(folder(files, "\n", plainUTF8)); !strings.HasPrefix(short(err), c.want) {
			t.Errorf("%s: %s, want %s", name, short(err), c.want)
		}
	}
}

func TestADefaultForThePurposeGoesFirst(t *testing.T) {
	files := good()
	files["layouts.csv"] = append(files["layouts.csv"], "k-all,kyoiku,,リスト,固定長,既定,CP932,12,LF,", "k-x,kyoiku,,結果,xlsx,既定,,,,")
	files["layout_columns.csv"] = append(files["layout_columns.csv"],
		"k-all,,整理番号,,1,2,,,,", "k-all,,氏名,,3,4,,,,", "k-all,,住所,,7,6,,,,", "k-x,,整理番号,,,,,,,", "k-x,,回答区分,,,,,,,")
	reg := mustRead(t, folder(files, "\n", plainUTF8))
	for _, c := range []struct {
		office, purpose string
		use             Use
		form            Form
		want            string
	}{
		{"kyoiku", "k-07", UseList, FormFixed, "k-in"},
		{"kyoiku", "k-99", UseList, FormFixed, "k-all"},
		{"nogyo", "n-01", UseList, FormFixed, ""},
		{"kyoiku", "k-07", UseResult, FormXLSX, "k-x"},
		{"kyoiku", "k-07", UseResult, FormFixed, ""}, // k-fix must be named
		{"kyoiku", "k-07", UseResult, FormCSV, ""},
	} {
		if l, ok := reg.DefaultLayout(c.office, c.purpose, c.use, c.form); l.Code != c.want || ok != (c.want != "") {
			t.Errorf("%+v: %q", c, l.Code)
		}
	}
	in, _ := reg.Layout("k-in")
	if !in.For("kyoiku", "k-07") || in.For("kyoiku", "k-08") || in.For("nogyo", "k-07") {
		t.Error("For")
	}
	files["layouts.csv"] = append(files["layouts.csv"], "k-y,kyoiku,,結果,xlsx,既定,,,,")
	files["layout_columns.csv"] = append(files["layout_columns.csv"], "k-y,,整理番号,,,,,,,", "k-y,,回答区分,,,,,,,")
	if _, err := Read(folder(files, "\n", plainUTF8)); short(err) != "layouts.csv:7:6 既定 S139" {
		t.Error(short(err))
	}
}

// TestALayoutCannotBeEditedByWhoAsks: what is handed out is a copy.
func TestALayoutCannotBeEditedByWhoAsks(t *testing.T) {
	reg := mustRead(t, folder(good(), "\n", plainUTF8))
	l, _ := reg.Layout("k-in")
	l.Columns[0].Item, l.Purposes[0], l.Fixed().Records[fixed.Data][0].Bytes = "", "", 0
	again, _ := reg.Layout("k-in")
	if again.Columns[0].Item == "" || again.Purposes[0] == "" || again.Fixed().Records[fixed.Data][0].Bytes == 0 {
		t.Error("the register has changed")
	}
}

// TestTheDigestHasTheLayouts: a register with other layouts is another one.
func TestTheDigestHasTheLayouts(t *testing.T) {
	reg := mustRead(t, folder(good(), "\n", plainUTF8))
	files := good()
	files["layout_columns.csv"][16] = strings.Replace(files["layout_columns.csv"][16], "不備", "不備,内容", 1)
	files["layout_columns.csv"][16] = strings.Replace(files["layout_columns.csv"][16], "内容,,", "内容,", 1)
	other := mustRead(t, folder(files, "\n", plainUTF8))
	before, _ := reg.Layout("k-fix")
	after, _ := other.Layout("k-fix")
	if other.Digest() == reg.Digest() || before.Digest() == after.Digest() {
		t.Error("the digest is the same")
	}
	delete(files, "layouts.csv")
	delete(files, "layout_columns.csv")
	none := mustRead(t, folder(files, "\n", plainUTF8))
	if none.Digest() == reg.Digest() || len(none.Layouts()) > 0 {
		t.Error("layouts are no part of the digest")
	}
}

// FuzzLayouts: whatever is read as a layout can be used.
func FuzzLayouts(f *testing.F) {
	for _, encode := range []func(string) []byte{plainUTF8, withBOM, cp932} {
		fsys := folder(good(), "\r\n", encode)
		f.Add(fsys["layouts.csv"].Data, fsys["layout_columns.csv"].Data)
		fsys = folder(withFields(), "\n", encode)
		f.Add(fsys["layouts.csv"].Data, fsys["layout_columns.csv"].Data)
	}
	f.Fuzz(func(t *testing.T, layouts, columns []byte) {
		fsys := folder(good(), "\n", plainUTF8)
		fsys["layouts.csv"], fsys["layout_columns.csv"] = &fstest.MapFile{Data: layouts}, &fstest.MapFile{Data: columns}
		reg, err := Read(fsys)
		if err != nil {
			if list, ok := errors.AsType[issue.List](err); !ok || len(list) == 0 || reg != nil {
				t.Fatalf("%T", err)
			}
			return
		}
		for _, code := range reg.Layouts() {
			l, _ := reg.Layout(code)
			if l.Use == 0 || l.Form == 0 || l.Office == "" || len(l.Columns) == 0 || (l.Fixed() == nil) == (l.Form == FormFixed || l.Use == UseList) {
				t.Fatal("a layout that must not be")
			}
			if places := l.Fixed(); places != nil && (len(places.Check()) > 0 || len(places.Names()) != len(l.Columns)) {
				t.Fatal("a layout with places that cannot be used")
			}
		}
	})
}

// TestTheExampleOfTheFormatIsALayout reads it as FORMAT.md shows it.
func TestTheExampleOfTheFormatIsALayout(t *testing.T) {
	doc, err := os.ReadFile("FORMAT.md")
	if err != nil {
		t.Fatal(err)
	}
	_, block, _ := strings.Cut(string(doc), "```\n")
	block, _, _ = strings.Cut(block, "```")
	files := good()
	file := ""
	for line := range strings.Lines(block) {
		cells := strings.Fields(line)
		if len(cells) == 2 {
			file = cells[0]
			files[file] = nil
		}
		files[file] = append(files[file], cells[len(cells)-1])
	}
	reg := mustRead(t, folder(files, "\n", plainUTF8))
	if l, ok := reg.DefaultLayout("nogyo", "n-01", UseList, FormFixed); !ok || l.Code != "nogyo-in" || len(l.Columns) != 3 {
		t.Errorf("%+v", l)
	}
}
