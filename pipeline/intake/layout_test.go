package intake

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"baitai/formats/charset"
	"baitai/formats/fixed"
	"baitai/pipeline/authority"
	"baitai/pipeline/issue"
	"baitai/pipeline/register"
)

// layoutOf is a layout as the register has it: 40 bytes in CP932 with header and
// trailer, an office's own names, and a column that is not used.
func layoutOf(t testing.TB, change func(columns string) string) *authority.Layout {
	t.Helper()
	columns := change("様式コード,レコード,項目,名称,開始位置,バイト数,寄せ,埋め文字,値\n" +
		"w-in,ヘッダー,固定値,,1,1,,,1\nw-in,ヘッダー,作成日,,2,8,,,\nw-in,ヘッダー,空き,,10,31,,,\n" +
		"w-in,,固定値,,1,1,,,2\nw-in,,整理番号,,2,5,右,0,\nw-in,,氏名,被保険者,7,14,,全角空白,\nw-in,,生年月日,,21,8,,,\nw-in,,対象外,市町村コード,29,12,,,\n" +
		"w-in,トレーラー,固定値,,1,1,,,8\nw-in,トレーラー,件数,,2,6,右,0,\nw-in,トレーラー,空き,,8,33,,,\n")
	l, _ := registerOf(t, "w-in,welfare,,リスト,固定長,,CP932,40,CRLF\n", columns).Layout("w-in")
	return &l
}

// registerOf is a register with these layouts.
func registerOf(t testing.TB, layouts, columns string) *register.Register {
	t.Helper()
	const from = "有効開始日,有効終了日\n"
	reg, err := register.Read(fstest.MapFS{
		"offices.csv":        {Data: []byte("照会元コード,名称,種別,受取鍵,既定の事務コード,文字コード,返却形式,返却方法," + from + "welfare,福祉課,部署,,P001,CP932,csv,媒体,2026-04-01,期限なし\n")},
		"purposes.csv":       {Data: []byte("事務コード,照会元コード,事務名,根拠,根拠条項,対象者,対象者条項,検索キー,提供項目,住民票コード提供,住民票コード条項,支援措置,最大行数,返却形式,返却方法,二人承認," + from + "P001,welfare,手当,条例(利用),試験条例第3条,,,氏名、生年月日,氏名,,,,100,csv,媒体,不要,2026-04-01,期限なし\n")},
		"operators.csv":      {Data: []byte("操作者ID,利用者名,所属,権限," + from)},
		"media.csv":          {Data: []byte("媒体番号,種別,製品名,製造番号,暗号化,所有所属,登録日,状態\n")},
		"layouts.csv":        {Data: []byte("様式コード,照会元コード,事務コード,用途,形式,既定,文字コード,レコード長,改行\n" + layouts)},
		"layout_columns.csv": {Data: []byte(columns)},
	})
	if err != nil {
		t.Fatal(err)
	}
	return reg
}

func same(s string) string { return s }

// by are the options of a list that is read by a layout.
func by(l *authority.Layout) Options {
	return Options{Layout: func(authority.Request) (*authority.Layout, error) { return l, nil }}
}

// fixedList writes rows as a host does.
func fixedList(t testing.TB, l *authority.Layout, rows ...[]string) []byte {
	t.Helper()
	f := fixed.NewFormat(l.Fixed())
	frame := fixed.Frame{Rows: int64(len(rows)), Day: "20261120"}
	out := f.AppendFirst(nil, frame)
	for _, row := range rows {
		var err error
		if out, _, err = f.Append(out, row); err != nil {
			t.Fatal(err)
		}
	}
	return f.AppendLast(out, frame)
}

func TestAListOfFixedLengthGivesWhatACSVGives(t *testing.T) {
	l := layoutOf(t, same)
	list := fixedList(t, l, []string{"1", "見本　太郎", "19500304", "401307"}, []string{"2", "架空　渡", "S450131", ""}, []string{"3", "仮名　去男", "昭和の頃", ""})
	for _, keep := range []int{0, -1} { // from memory, and read again
		o := by(l)
		o.KeepMost = keep
		got, err := openList(t, source("list.txt", list, ""), byDefault(), o)
		if err != nil {
			t.Fatal(err)
		}
		if got.Totals.Rows != 3 || got.Charset != charset.CP932 || fmt.Sprint(got.Ignored) != "[市町村コード]" {
			t.Errorf("%+v", got)
		}
		if keys := fmt.Sprint(got.Request.Keys); keys != "[氏名 生年月日]" {
			t.Error(keys)
		}
		var said []string
		for row, err := range got.Rows(context.Background()) {
			if err != nil {
				t.Fatal(err)
			}
			line := fmt.Sprintf("%d %s %s %s", row.Pos.Row, row.Ref.Reveal(), row.Value.Name.Reveal(), row.Value.Birth.Reveal())
			for _, i := range row.Issues {
				line += fmt.Sprintf(" %s %d %s", i.Code, i.Pos.Column, i.Pos.Name)
			}
			said = append(said, line)
		}
		want := "2 00001 見本　太郎 1950-03-04|3 00002 架空　渡 1970-01-31|4 00003   R203 3 生年月日"
		if s := strings.Join(said, "|"); s != want {
			t.Errorf("got  %s\nwant %s", s, want)
		}
	}
}

// TestAFaultOfFixedLengthRefusesTheList by record, byte and name.
func TestAFaultOfFixedLengthRefusesTheList(t *testing.T) {
	l := layoutOf(t, same)
	rows := [][]string{{"1", "見本　太郎", "19500304", ""}, {"2", "架空　渡", "19700131", ""}}
	good := fixedList(t, l, rows...)
	const line = 42
	put := func(at int, with string) []byte {
		return append(append(bytes.Clone(good[:at]), with...), good[at+len(with):]...)
	}
	for name, c := range map[string]struct {
		list []byte
		side string
		want string
	}{
		"a byte less":        {append(bytes.Clone(good[:line+39]), good[line+40:]...), "", "F301 2 0  40 39"},
		"a byte more":        {append(append(bytes.Clone(good[:line+40]), ' '), good[line+40:]...), "", "F302 2 0  40"},
		"another line end":   {append(append(bytes.Clone(good[:line+40]), '\n'), good[line+42:]...), "", "F303 2 0  41"},
		"half a kanji":       {put(line+27, "\x8e\x52"), "", "F304 2 3 生年月日 28"},
		"half-width padding": {put(line+16, "    "), "", "F305 2 2 被保険者 7"},
		"another kind":       {put(line, "5"), "", "F306 2 0  1"},
		"no header":          {good[line:], "", "F307 1 0 "},
		"no trailer":         {good[:3*line], "", "F308 3 0 "},
		"two headers":        {append(bytes.Clone(good[:line]), good...), "", "F309 2 0 "},
		"a row less":         {append(bytes.Clone(good[:line]), good[2*line:]...), "", "F310 3 0  2 1"},
		"no figures":         {put(3*line+1, "00000x"), "", "F311 4 0  2"},
		"no rows":            {fixedList(t, l), "", "F102 0 0 "},
		"a reference twice":  {fixedList(t, l, rows[0], rows[0]), "", "F105 3 1 整理番号 2"},
		"a number of people": {fixedList(t, l, []string{"1", "見本　太郎", "19500304", "123456789018"}), "", "F118 2 4 市町村コード"},
		"another charset":    {good, "charset = \"UTF-8\"", "F313 1 0 文字コード 文字コード"},
	} {
		src := source("list.txt", c.list, c.side)
		r := refusalOf(t, src, byDefault(), by(l))
		i := r.Issues[0]
		if got := strings.TrimRight(fmt.Sprintf("%s %d %d %s %s", i.Code, i.Pos.Row, i.Pos.Column, i.Pos.Name, strings.Join(i.Args, " ")), " "); got != strings.TrimRight(c.want, " ") {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

func TestALayoutIsNeverUsedForAnythingElse(t *testing.T) {
	l := layoutOf(t, same)
	book := bookOf(t, part{name: "一覧", rows: texts([][]string{{"整理番号", "氏名", "生年月日"}, {"1", "見本　太郎", "1950-03-04"}})})
	if _, err := openList(t, source("list.xlsx", book, ""), byDefault(), by(l)); err != nil {
		t.Error("a workbook of an office with a default layout:", err)
	}
	r := refusalOf(t, source("list.xlsx", book, "layout = \"w-in\""), byDefault(), by(l))
	if r.Issues[0].Code != issue.LayoutForBook || r.Issues[0].Pos.Row != 1 {
		t.Error(r)
	}
	unknown := Options{Layout: func(authority.Request) (*authority.Layout, error) {
		return nil, issue.New(issue.LayoutUnknown, issue.Pos{})
	}}
	if r := refusalOf(t, source("list.txt", fixedList(t, l), ""), byDefault(), unknown); r.Issues[0].Code != issue.LayoutUnknown {
		t.Error(r)
	}
	// Without a layout nobody takes bytes for columns.
	r = refusalOf(t, source("list.txt", fixedList(t, l, []string{"1", "見本　太郎", "19500304", ""}), ""), byDefault(), Options{})
	if r.Issues[0].Code != issue.UnknownDelimiter {
		t.Error(r)
	}
}

// TestNoLayoutHidesANumberOfPeople: a column that is called 個人番号 refuses the list,
// whatever the layout says it is.
func TestNoLayoutHidesANumberOfPeople(t *testing.T) {
	for _, change := range []func(string) string{
		func(s string) string { return strings.Replace(s, "市町村コード", "個人番号", 1) },
		func(s string) string {
			return strings.Replace(s, "整理番号,", "整理番号,マイナンバー", 1)
		},
	} {
		l := layoutOf(t, change)
		r := refusalOf(t, source("list.txt", fixedList(t, l, []string{"1", "見本　太郎", "19500304", ""}), ""), byDefault(), by(l))
		if r.Issues[0].Code != issue.MyNumberColumn {
			t.Error(r)
		}
	}
}
