package identity

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"baitai/formats"
	"baitai/pipeline/issue"
	"baitai/pipeline/person"
)

// goodRow is the cells of one row without a fault, in the order of Headers.
func goodRow() []string {
	return []string{
		code(1).Reveal(), "3", "1", "試験　太郎", "しけん　たろう", "旧試験", "1955-01-02", "1", "401307",
		"福岡県福岡市中央区天神一丁目1番1号", "", "401005", "41", "2020-04-01", "2020-04-02", "", "",
	}
}

// table gives rows of texts as records; the first is line 1.
func table(rows ...[]string) formats.Records {
	return func(yield func(formats.Record, error) bool) {
		for i, row := range rows {
			cells := make([]formats.Cell, len(row))
			for j, s := range row {
				cells[j] = formats.Cell{Text: s}
			}
			if !yield(formats.Record{Row: i + 1, Cells: cells}, nil) {
				return
			}
		}
	}
}

func readAll(t *testing.T, records formats.Records) ([]Extracted, error) {
	t.Helper()
	var all []Extracted
	for row, err := range ReadExtract(context.Background(), records, "extract.csv", 2) {
		if err != nil {
			return all, err
		}
		all = append(all, row)
	}
	return all, nil
}

func versionOf(t *testing.T, row Extracted) *person.Version {
	t.Helper()
	v, err := row.Version()
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestAGoodRowIsKeptAsItCame(t *testing.T) {
	rows, err := readAll(t, table(Headers(), goodRow()))
	if err != nil || len(rows) != 1 || len(rows[0].Issues) != 0 {
		t.Fatalf("%v, %v", rows, err)
	}
	want := &person.Version{
		Code: code(1), History: 3, State: person.Present, Name: person.NewText("試験　太郎"), Kana: person.NewText("しけん　たろう"),
		FormerSurname: person.NewText("旧試験"), Birth: birth("1955-01-02"), Sex: person.Male, Municipality: "401307",
		Address:   person.NewText("福岡県福岡市中央区天神一丁目1番1号"),
		Registrar: "401005", Reason: "41", ChangeDate: "2020-04-01", NoticeDate: "2020-04-02",
	}
	if !equalVersions(versionOf(t, rows[0]), want) {
		t.Error("the version is not what the row says")
	}
	if rows[0].Pos != (issue.Pos{File: "extract.csv", Row: 2}) {
		t.Errorf("position %v", rows[0].Pos)
	}
}

func TestColumnsMayStandInAnyOrder(t *testing.T) {
	headers, row := Headers(), goodRow()
	slices.Reverse(headers)
	slices.Reverse(row)
	a, err := readAll(t, table(headers, row))
	if err != nil {
		t.Fatal(err)
	}
	b, err := readAll(t, table(Headers(), goodRow()))
	if err != nil {
		t.Fatal(err)
	}
	if !equalVersions(versionOf(t, a[0]), versionOf(t, b[0])) {
		t.Error("another version")
	}
}

func TestEachFaultOfARowHasItsCodeAndPlace(t *testing.T) {
	long := func(n int) string { return strings.Repeat("字", n) }
	for _, c := range []struct {
		header, value string
		code          issue.Code // "" for none
	}{
		{"住民票コード", "", "R301"},
		{"住民票コード", "1234567890", "R302"},
		{"住民票コード", "12345678901", "R302"},
		{"住民票コード", "０" + code(1).Reveal()[1:], "R302"},
		{"履歴番号", "", "R303"}, {"履歴番号", "0", "R303"}, {"履歴番号", "-1", "R303"}, {"履歴番号", "1.0", "R303"},
		{"履歴番号", "10000000", "R303"}, {"履歴番号", "99999999999", "R303"}, {"履歴番号", "0007", ""}, {"履歴番号", "9999999", ""},
		{"状態", "", "R304"}, {"状態", "4", "R304"}, {"状態", "0", "R304"}, {"状態", "現存", "R304"}, {"状態", "3", ""},
		{"氏名", "", "R305"}, {"氏名", long(101), "R319"}, {"氏名", long(100), ""}, {"氏名", "試験\x00太郎", "R320"},
		{"氏名", "試験\ufffd", "R320"}, {"氏名", "試験\u0085", "R320"}, {"氏名", "試験\n太郎", "R320"}, {"氏名", "\ue000試験", ""}, {"氏名", "〓試験", ""},
		{"氏名ふりがな", "", ""}, {"氏名ふりがな", long(201), "R319"},
		{"旧氏", "", ""}, {"旧氏", long(101), "R319"},
		{"生年月日", "", "R306"}, {"生年月日", "1955/01/02", "R306"}, {"生年月日", "昭和30年1月2日", "R306"}, {"生年月日", "1955-02-30", "R306"},
		{"生年月日", "1955-02-29", ""}, {"生年月日", "0000-00-00", ""}, {"生年月日", "1955-A1-A3", ""},
		{"性別", "", "R307"}, {"性別", "3", "R307"}, {"性別", "男", "R307"}, {"性別", "0", ""}, {"性別", "9", ""},
		{"市町村コード", "", "R308"}, {"市町村コード", "40130", "R308"}, {"市町村コード", "401308", "R308"},
		{"住所", "", "R311"}, {"住所", long(501), "R319"}, {"住所", long(500), ""},
		{"最終住所", long(501), "R319"},
		{"附票管理市町村コード", "", "R309"}, {"附票管理市町村コード", "400000", "R309"},
		{"異動事由", "", "R317"}, {"異動事由", "転居", "R317"}, {"異動事由", "123456789", "R317"}, {"異動事由", "A1", ""},
		{"異動年月日", "", "R312"}, {"異動年月日", "20200401", "R312"}, {"異動年月日", "2020-04-00", ""},
		{"通知年月日", "", ""}, {"通知年月日", "2020-4-1", "R312"},
		{"旧住民票コード", "12345678901", "R318"}, {"旧住民票コード", code(2).Reveal(), ""},
		{"支援措置", "4", "R313"}, {"支援措置", "0", "R313"}, {"支援措置", "2", ""},
	} {
		row := goodRow()
		column := slices.Index(Headers(), c.header)
		row[column] = c.value
		rows, err := readAll(t, table(Headers(), row))
		if err != nil || len(rows) != 1 {
			t.Errorf("%s %.20q: %v", c.header, c.value, err)
			continue
		}
		got := codesOf(rows[0].Issues)
		if c.code == "" {
			if len(got) != 0 {
				t.Errorf("%s %.20q: %v", c.header, c.value, got)
			}
			continue
		}
		pos := issue.Pos{File: "extract.csv", Row: 2, Column: column + 1, Name: c.header}
		if !slices.Equal(got, []issue.Code{c.code}) || rows[0].Issues[0].Pos != pos {
			t.Errorf("%s %.20q: %v at %v, want %s", c.header, c.value, got, rows[0].Issues, c.code)
			continue
		}
		if c.value != "" && len(c.value) > 1 && strings.Contains(rows[0].Issues.Error()+strings.Join(rows[0].Issues[0].Args, ""), c.value) {
			t.Errorf("%s: the issue quotes the cell", c.header)
		}
	}
}

func TestStateAndAddressMustAgree(t *testing.T) {
	for _, c := range []struct {
		state, municipality, address string
		codes                        []issue.Code
	}{
		{"1", "401307", "福岡市", nil},
		{"1", "401307", "", []issue.Code{"R311"}},
		{"1", "", "福岡市", []issue.Code{"R308"}},
		{"1", "401308", "福岡市", []issue.Code{"R308"}},
		{"2", "", "", nil},
		{"2", "401307", "福岡市", []issue.Code{"R310"}},
		{"3", "", "", nil},
		{"3", "401307", "福岡市", nil},
	} {
		row := goodRow()
		row[2], row[8], row[9] = c.state, c.municipality, c.address
		rows, err := readAll(t, table(Headers(), row))
		if err != nil {
			t.Fatal(err)
		}
		if got := codesOf(rows[0].Issues); !slices.Equal(got, c.codes) {
			t.Errorf("%+v: %v", c, got)
		}
	}
}

func TestAnExtractWithMyNumbersIsRefusedWhole(t *testing.T) {
	number := person.AppendCheckDigit("12345678901")
	wide := strings.Map(func(r rune) rune { return r - '0' + '０' }, number)
	for _, header := range []string{"個人番号", "個人番号(12桁)", "マイナンバー", "My Number", "my_number"} {
		headers := append(Headers(), header)
		rows, err := readAll(t, table(headers, append(goodRow(), "")))
		if i := issue.Find(err); len(rows) != 0 || i == nil || i.Code != issue.MyNumberColumn || i.Pos.Column != 18 {
			t.Errorf("%s: %v", header, err)
		}
	}
	for column, header := range Headers() {
		for _, value := range []string{number, wide, number[:4] + " " + number[4:8] + " " + number[8:]} {
			row := goodRow()
			row[column] = value
			rows, err := readAll(t, table(Headers(), goodRow(), row, goodRow()))
			i := issue.Find(err)
			if len(rows) != 1 || i == nil || i.Code != issue.MyNumberCell || i.Pos.Row != 3 || i.Pos.Column != column+1 {
				t.Errorf("%s: %d rows, %v", header, len(rows), err)
			}
			if err != nil && strings.Contains(err.Error(), number) {
				t.Error("the error quotes the number")
			}
		}
	}
}

func TestTheHeadersMustBeTheSeventeen(t *testing.T) {
	h := Headers()
	if len(h) != 17 {
		t.Fatalf("%d headers", len(h))
	}
	for name, headers := range map[string][]string{
		"one missing": h[:16],
		"one more":    append(slices.Clone(h), "備考"),
		"one doubled": append(slices.Clone(h), "氏名"),
		"one other":   append(slices.Clone(h[:16]), "支援"),
		"none":        {},
		"a row":       goodRow(),
	} {
		_, err := readAll(t, table(headers, goodRow()))
		if i := issue.Find(err); i == nil || i.Code != issue.UnknownHeaderInExtract {
			t.Errorf("%s: %v", name, err)
		}
	}
	h[0] = "\ufeff" + h[0]
	if rows, err := readAll(t, table(h, goodRow())); err != nil || len(rows) != 1 {
		t.Errorf("with a byte order mark: %v", err)
	}
}

func TestBlankRowsArePassedOverAndShortOnesFilled(t *testing.T) {
	rows, err := readAll(t, table(Headers(), make([]string, 17), goodRow()[:14], nil, goodRow()))
	if err != nil || len(rows) != 2 || rows[0].Pos.Row != 3 || len(rows[0].Issues) != 0 || rows[1].Pos.Row != 5 {
		t.Errorf("%v, %v", rows, err)
	}
	if _, err := readAll(t, table(Headers(), append(goodRow(), "x"))); !errors.Is(err, formats.ErrFieldCount) {
		t.Errorf("a row with one cell more: %v", err)
	}
}

func TestErrorsOfTheFileAndTheContextPassThrough(t *testing.T) {
	broken := &formats.Error{Row: 3, Err: formats.ErrQuote}
	_, err := readAll(t, func(yield func(formats.Record, error) bool) {
		for r := range table(Headers(), goodRow()) {
			if !yield(r, nil) {
				return
			}
		}
		yield(formats.Record{}, broken)
	})
	if !errors.Is(err, broken) {
		t.Error(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	for _, err = range ReadExtract(ctx, table(Headers(), goodRow()), "x", 1) {
	}
	if !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestTheHeadersAreNotPeople(t *testing.T) {
	if rows, err := readAll(t, table(Headers())); err != nil || len(rows) != 0 {
		t.Errorf("%v, %v", rows, err)
	}
}

// The kinds of characters that are passed over quickly are those of which none is unreadable.
func TestATextIsReadableAsItsCharactersAre(t *testing.T) {
	check := func(s string) {
		want := true
		for _, r := range s {
			want = want && r >= ' ' && (r < 0x7f || r >= 0xa0) && r != '\ufffd' && r&0xfffe != 0xfffe
		}
		if got := readable(s); got != want {
			t.Errorf("%q: %t", s, got)
		}
	}
	for r := range rune(0x110000) {
		check(string(r))
	}
	for _, s := range []string{"", "試験", "\xe3", "\xe3\x81", "あ\xe3\x81", "\xe3\x81x", "\xe3x\x81", "試\xff験", "試験\x80"} {
		check(s)
	}
}
