package authority

import (
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"baitai/pipeline/issue"
	"baitai/pipeline/register"
)

// layoutRegister is the register of the decision table, with layouts, and with
// every form permitted to nogyo's n-01.
func layoutRegister(t *testing.T) *register.Register {
	t.Helper()
	fsys := fstest.MapFS{
		"layouts.csv": {Data: []byte("様式コード,照会元コード,事務コード,用途,形式,既定,文字コード,レコード長,改行\n" +
			"in,nogyo,n-01,リスト,固定長,,CP932,20,CRLF\n" +
			"in-k,kyoiku,,リスト,固定長,既定,CP932,20,CRLF\n" +
			"fix,nogyo,n-01、n-02,結果,固定長,既定,UTF-8,30,なし\n" +
			"csv,nogyo,,結果,csv,,,,\n" +
			"bare,nogyo,n-01,結果,xlsx,既定,,,\n" +
			"csv-k,kyoiku,,結果,csv,,,,\n")},
		"layout_columns.csv": {Data: []byte("様式コード,レコード,項目,名称,開始位置,バイト数,寄せ,埋め文字,値\n" +
			"in,,整理番号,,1,4,,,\nin,,氏名,,5,8,,,\nin,,生年月日,,13,8,,,\n" +
			"in-k,,整理番号,,1,4,,,\nin-k,,氏名,,5,8,,,\nin-k,,生年月日,,13,8,,,\n" +
			"fix,,整理番号,,1,4,,,\nfix,,回答区分,,5,2,,,\nfix,,氏名,,7,24,,,\n" +
			"csv,,氏名,名前,,,,,\ncsv,,整理番号,,,,,,\ncsv,,回答区分,,,,,,\ncsv,,最終住所,,,,,,\n" +
			"bare,,整理番号,,,,,,\nbare,,回答区分,,,,,,\n" +
			"csv-k,,整理番号,,,,,,\ncsv-k,,回答区分,,,,,,\n")},
	}
	for _, name := range []string{"offices.csv", "purposes.csv", "operators.csv", "media.csv"} {
		data, err := os.ReadFile("testdata/register/" + name)
		if err != nil {
			t.Fatal(err)
		}
		fsys[name] = &fstest.MapFile{Data: data}
	}
	data := string(fsys["purposes.csv"].Data)
	const forms = "氏名、最終住所,,,,100,csv,"
	at := strings.Index(data, forms) + len(forms) - len("csv,")
	fsys["purposes.csv"].Data = []byte(data[:at] + "csv、xlsx、固定長、jsonl," + data[at+len("csv,"):])
	reg, err := register.Read(fsys)
	if err != nil {
		t.Fatal(err)
	}
	return reg
}

// TestTheLayoutOfAResultIsStatedOrRegistered: what is granted, or why it is not.
func TestTheLayoutOfAResultIsStatedOrRegistered(t *testing.T) {
	reg := layoutRegister(t)
	op, _ := reg.Operator("sosa")
	for name, c := range map[string]struct {
		change func(*Request)
		layout string
		want   string
	}{
		"nothing stated":              {func(*Request) {}, "", "grant 氏名; 2; csv CP932 媒体"},
		"JSON Lines":                  {func(r *Request) { r.Form = "jsonl" }, "", "grant 氏名; 2; jsonl CP932 媒体"},
		"the default for the form":    {func(r *Request) { r.Form = "固定長" }, "fix", "grant 氏名; 2; 固定長 UTF-8 媒体"},
		"the layout says the form":    {func(r *Request) { r.ResultLayout = "fix" }, "fix", "grant 氏名; 2; 固定長 UTF-8 媒体"},
		"a layout for a CSV":          {func(r *Request) { r.ResultLayout = "csv" }, "csv", "grant 氏名; 2; csv CP932 媒体"},
		"both that agree":             {func(r *Request) { r.ResultLayout, r.Form, r.ResultCharset = "fix", "fixed", "UTF-8" }, "fix", "grant 氏名; 2; 固定長 UTF-8 媒体"},
		"another form":                {func(r *Request) { r.ResultLayout, r.Form = "fix", "csv" }, "", "F313"},
		"another character set":       {func(r *Request) { r.ResultLayout, r.ResultCharset = "fix", "CP932" }, "", "F313"},
		"another office's":            {func(r *Request) { r.ResultLayout = "csv-k" }, "", "F312"},
		"one for lists":               {func(r *Request) { r.ResultLayout = "in" }, "", "F312"},
		"none of that name":           {func(r *Request) { r.ResultLayout = "氏名" }, "", "F312"},
		"no place for a field":        {func(r *Request) { r.ResultLayout, r.Fields = "fix", []string{"氏名", "最終住所"} }, "", "F316"},
		"a default without the field": {func(r *Request) { r.Form = "xlsx" }, "", "F316"},
		"no request: what has a place": {func(r *Request) {
			*r = NewRequest(Default)
			r.Office, r.Form = "nogyo", "固定長"
			r.Keys = []Particular{KeyName, KeyBirth}
		}, "fix",
			"grant 氏名; 2; 固定長 UTF-8 媒体"},
		"no layout for fixed length": {func(r *Request) {
			r.Purpose, r.Basis, r.Form = "n-03", "本人同意", "固定長"
			r.Keys = append(r.Keys, KeyConsent)
		}, "", "F314 J108"},
		"totals have none": {func(r *Request) { r.Purpose, r.Basis, r.Fields = "n-02", "統計", []string{} }, "", "grant ; 2; csv CP932 媒体; totals"},
	} {
		req := NewRequest(SideFile)
		req.Number, req.Office, req.Purpose, req.Basis, req.Rows = "7", "nogyo", "n-01", "条例(利用)", 10
		req.Fields, req.Keys = []string{"氏名"}, []Particular{KeyName, KeyBirth}
		c.change(&req)
		g, err := Decide(reg, req, op, day(t, "2026-11-23"))
		layout, ok := g.Layout()
		if got := outcome(g, err); got != c.want || layout.Code != c.layout || ok != (c.layout != "") {
			t.Errorf("%s: %s, layout %q; want %s, %q", name, got, layout.Code, c.want, c.layout)
		}
	}
	if l, ok := (Grant{}).Layout(); ok || l.Code != "" {
		t.Error("the zero grant has a layout")
	}
}

// TestAListIsReadByALayoutThatIsStatedOrRegistered, and by none otherwise.
func TestAListIsReadByALayoutThatIsStatedOrRegistered(t *testing.T) {
	reg := layoutRegister(t)
	for name, c := range map[string]struct {
		office, purpose, layout, want string
		code                          issue.Code
	}{
		"nothing stated":           {"nogyo", "n-01", "", "", ""},
		"stated":                   {"nogyo", "n-01", "in", "in", ""},
		"for another purpose":      {"nogyo", "n-03", "in", "", issue.LayoutUnknown},
		"another office's":         {"kyoiku", "k-01", "in", "", issue.LayoutUnknown},
		"one for results":          {"nogyo", "n-01", "fix", "", issue.LayoutUnknown},
		"the office's default":     {"kyoiku", "k-01", "", "in-k", ""},
		"none, in spite of it":     {"kyoiku", "k-01", NoLayout, "", ""},
		"an office that is no one": {"x", "", "", "", ""},
	} {
		req := NewRequest(SideFile)
		req.Office, req.Purpose, req.Layout = c.office, c.purpose, c.layout
		l, err := ListLayout(reg, req)
		code := issue.Code("")
		if i := issue.Find(err); i != nil {
			code = i.Code
		}
		if (l == nil) != (c.want == "") || l != nil && l.Code != c.want || code != c.code {
			t.Errorf("%s: %v, %v", name, l, err)
		}
	}
	req := NewRequest(Default)
	req.Office, req.Layout = "nogyo", "in" // of the default purpose
	if l, err := ListLayout(reg, req); err != nil || l == nil {
		t.Error(err)
	}
	if l, err := ListLayout(nil, NewRequest(Default)); l != nil || err != nil {
		t.Error(l, err)
	}
}
