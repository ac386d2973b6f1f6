package intake

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"baitai/pipeline/authority"
	"baitai/pipeline/issue"
)

func side(t testing.TB, toml string) *authority.Request {
	t.Helper()
	r, err := authority.ParseRequestTOML(strings.NewReader(toml), "l.csv.request.toml")
	if err != nil {
		t.Fatal(err)
	}
	return &r
}

func sheetRequest(t testing.TB, pairs ...string) *authority.Request {
	t.Helper()
	var list []authority.Pair
	for i := 0; i < len(pairs); i += 2 {
		list = append(list, authority.Pair{Name: pairs[i], Value: pairs[i+1], Pos: issue.Pos{Sheet: "依頼書", Row: i/2 + 1, Column: 2}})
	}
	r, err := authority.RequestFromPairs(authority.Sheet, list)
	if err != nil {
		t.Fatal(err)
	}
	return &r
}

func TestTheOfficesOwnRequestHoldsThenTheCommandThenTheDefault(t *testing.T) {
	command := authority.NewRequest(authority.Command)
	command.Purpose, command.Rows = "P002", 5
	stated := byDefault()
	stated.Default.Form = "csv"
	withCommand := stated
	withCommand.Command = command
	bare := stated
	bare.Command = authority.NewRequest(authority.Command)
	bare.Command.Charset = "CP932"
	for _, c := range []struct {
		name         string
		side, inside *authority.Request
		stated       Stated
		source       authority.Source
		purpose      string
		rows         int64
		form         string
		charset      string
	}{
		{"nothing", nil, nil, stated, authority.Default, "P001", -1, "csv", ""},
		{"side file", side(t, "office='welfare'\npurpose='P003'\nrows=9"), nil, stated, authority.SideFile, "P003", 9, "", ""},
		{"sheet", nil, sheetRequest(t, "照会元", "welfare", "利用事務", "P004"), stated, authority.Sheet, "P004", -1, "", ""},
		{"command", nil, nil, withCommand, authority.Command, "P002", 5, "csv", ""},
		{"a command that only says how to read", nil, nil, bare, authority.Command, "P001", -1, "csv", "CP932"},
		{"side file before the default", side(t, "office='welfare'"), nil, stated, authority.SideFile, "", -1, "", ""},
		{"side file and sheet complete each other", side(t, "office='welfare'\nrows=9"), sheetRequest(t, "利用事務", "P004", "形式", "xlsx"), stated, authority.SideFile, "P004", 9, "xlsx", ""},
		{"the command settles what may be left open", side(t, "office='welfare'\nrows=9"), nil, bare, authority.SideFile, "", 9, "", "CP932"},
		{"the command does not fill in what the office must state", side(t, "office='welfare'"), nil, withCommand, authority.SideFile, "", -1, "", ""},
	} {
		wrong := newRefusal(0)
		got := choose(c.side, c.inside, c.stated, wrong)
		if err := wrong.err(); err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
		if got.Source != c.source || got.Purpose != c.purpose || got.Rows != c.rows || got.Form != c.form || got.Charset != c.charset || got.Office != "welfare" {
			t.Errorf("%s: got %+v", c.name, got)
		}
	}
}

func TestContradictionsAreRefusedAtTheirPlace(t *testing.T) {
	command := authority.NewRequest(authority.Command)
	command.Office, command.Purpose = "welfare", "P009"
	commanded := byDefault()
	commanded.Command = command
	elsewhere := byDefault()
	elsewhere.Office = "nogyo"
	for _, c := range []struct {
		name         string
		side, inside *authority.Request
		stated       Stated
		want         string
	}{
		{"side and sheet", side(t, "office='welfare'\npurpose='P003'\nrows=9"), sheetRequest(t, "照会元", "welfare", "行数", "8", "利用事務", "P003"), byDefault(), "F133@依頼書!2:2(行数)"},
		{"side and sheet, fields", side(t, "office='welfare'\nfields=['氏名']"), sheetRequest(t, "提供項目", "氏名、住所"), byDefault(), "F133@依頼書!1:2(提供項目)"},
		{"spellings do not differ", side(t, "office='welfare'\nform='CSV'\nfields=['住所','氏名']"), sheetRequest(t, "形式", "csv", "提供項目", "氏名、住所"), byDefault(), ""},
		{"command and side", side(t, "office='welfare'\npurpose='P003'"), nil, commanded, "J116@2:0(利用事務)"},
		{"command and sheet", nil, sheetRequest(t, "照会元", "welfare", "利用事務", "P003"), commanded, "J116@依頼書!2:2(利用事務)"},
		{"command and sheet, which the side file lacks", side(t, "office='welfare'"), sheetRequest(t, "利用事務", "P003"), commanded, "J116@依頼書!1:2(利用事務)"},
		{"another office's folder", side(t, "purpose='P003'\noffice='welfare'"), nil, elsewhere, "J118@2:0(照会元)"},
		{"the default of another office", nil, nil, elsewhere, "J118@0:0"},
	} {
		wrong := newRefusal(0)
		choose(c.side, c.inside, c.stated, wrong)
		if got := places(wrong.Issues); got != c.want {
			t.Errorf("%s: got %s, want %s", c.name, got, c.want)
		}
	}
}

func TestARequestThatCannotBeReadRefusesTheListUnread(t *testing.T) {
	for text, want := range map[string]string{
		"office = '" + marker:                              "F114@1:0",
		"office = 'welfare'\n" + marker + "=1":             "F114@2:0",
		"boss = '" + marker + "'":                          "F116@1:0",
		"rows = '" + marker + "'":                          "F114@1:0(行数)",
		"note = '" + strings.Repeat(marker, 100_000) + "'": "F114@0:0",
	} {
		src := source("l.csv", []byte("x"), text)
		src.List = func() (ReadAtCloser, error) { t.Error("the list was opened"); return nil, io.EOF }
		r := refusalOf(t, src, byDefault(), Options{})
		got := places(r.Issues)
		if i := strings.IndexByte(want, ':'); !strings.HasPrefix(got, want[:i]) || r.Issues[0].Pos.File != "l.csv.request.toml" && want != "F114@0:0" {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

func TestTheRequestSheetIsReadAndNotTakenForTheList(t *testing.T) {
	rows := texts([][]string{{"整理番号", "氏名", "生年月日"}, {"1", "山田　花子", "1980-01-01"}})
	form := texts([][]string{{"依頼書"}, {"照会元", "welfare", "福祉課のコード"}, {}, {"利用事務", "P003"}, {"行数", "1"}, {"シート", "名簿"}})
	book := bookOf(t, part{name: "依頼書", rows: form}, part{name: "名簿", rows: rows}, part{name: "控え", rows: rows})
	l, err := openList(t, source("l.xlsx", book, ""), byDefault(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if r := l.Request; r.Source != authority.Sheet || r.Purpose != "P003" || r.Rows != 1 || l.Totals.Rows != 1 {
		t.Errorf("got %+v", l.Request)
	}
	for cell, want := range map[string]string{
		"rows": "F112@依頼書!5:2(行数)", "item": "F116@依頼書!5:2", "formula": "F119@依頼書!5:2",
	} {
		bad := append([][]string{}, form...)
		switch cell {
		case "rows":
			bad[4] = []string{text("行数"), number("3")}
		case "item":
			bad[4] = []string{text(marker), text("3")}
		case "formula":
			bad[4] = []string{text("行数"), `><f>1+1</f><v>2</v>`}
		}
		book := bookOf(t, part{name: "依頼書", rows: bad}, part{name: "名簿", rows: rows})
		if got := places(refusalOf(t, source("l.xlsx", book, ""), byDefault(), Options{}).Issues); got != want {
			t.Errorf("%s: got %s, want %s", cell, got, want)
		}
	}
}

func TestAFaultOfTheRequestFileIsNoRefusal(t *testing.T) {
	broken := errors.New("the disk failed")
	src := source("l.csv", []byte("x"), "")
	src.Side = func() (io.ReadCloser, error) { return nil, broken }
	_, err := openList(t, src, byDefault(), Options{})
	checkFault(t, err, broken)
	src.Side = func() (io.ReadCloser, error) {
		return io.NopCloser(io.MultiReader(bytes.NewReader([]byte("rows = 1\n")), failing{broken})), nil
	}
	_, err = openList(t, src, byDefault(), Options{})
	checkFault(t, err, broken)
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

func checkFault(t testing.TB, err, want error) {
	t.Helper()
	var r *Refusal
	if !errors.Is(err, want) || errors.As(err, &r) {
		t.Errorf("want the fault, got %v", err)
	}
}
