package intake

import (
	"strings"
	"testing"

	"baitai/pipeline/issue"
	"baitai/pipeline/normal"
)

func TestUsualHeadersAreKnown(t *testing.T) {
	for header, want := range map[string]field{
		"整理番号": fieldReference, "No.": fieldReference, "Ｎｏ．": fieldReference, "№": fieldReference, " 受付　番号 ": fieldReference, "Reference_No": fieldReference,
		"住民票コード": fieldCode, "住民票ｺｰﾄﾞ": fieldCode, "Resident Code": fieldCode,
		"氏名": fieldName, "漢字氏名": fieldName, "氏　名": fieldName, "氏名（漢字）": fieldName, "氏名\n(漢字)": fieldName, "NAME": fieldName, "ｎａｍｅ": fieldName,
		"フリガナ": fieldKana, "ﾌﾘｶﾞﾅ": fieldKana, "氏名（ｶﾅ）": fieldKana, "カナ氏名": fieldKana, "ふりがな※": fieldKana, "振り仮名": fieldKana,
		"生年月日(西暦)": fieldBirth, "生年月日（西暦）": fieldBirth, "Date of Birth": fieldBirth, "＊生年月日": fieldBirth,
		"性別": fieldSex, "男女": fieldSex, "Sex": fieldSex, "現住所": fieldAddress, "ADDRESS": fieldAddress,
		"旧氏": fieldFormerSurname, "旧姓": fieldFormerSurname, "同意番号": fieldConsent,
		"個人番号": fieldMyNumber, "個人No.": fieldMyNumber, "個 人 番 号": fieldMyNumber, "ﾏｲﾅﾝﾊﾞｰ": fieldMyNumber, "個人番号(12桁)": fieldMyNumber, "My Number": fieldMyNumber, "本人の個番": fieldMyNumber,
		"対象者氏名": fieldName, "本人の生年月日": fieldBirth, "ご住所": fieldAddress, "お誕生日": fieldBirth, "【必須】氏名": fieldName, "住所(任意)": fieldAddress,
		"電話番号": fieldNone, "口座番号": fieldNone, "世帯番号": fieldNone, "年齢": fieldNone, "備考": fieldNone, "連絡先": fieldNone, "件名": fieldNone, "会社名": fieldNone, "支店名": fieldNone, "続柄": fieldNone,
	} {
		f, unsafe := meaning(header, nil)
		if f != want || unsafe {
			t.Errorf("%q: field %d, unsafe %v; want %d", header, f, unsafe, want)
		}
	}
}

func TestAnUnknownHeaderThatCouldBeASearchKeyIsSuspicious(t *testing.T) {
	for _, header := range []string{"本籍地住所", "世帯主氏名", "保護者名", "よみがな", "ﾖﾐ", "生まれた日", "郵便番号", "前方書", "都道府県コード", "市区町村名コード", "元号区分", "番地以降の住所",
		"Middle Name", "Zip Code", "旧住所", "住基番号", "児童名", "マンション号棟", "整理コード", "世帯主番号", "配偶者氏名", "枝番", "転出先", "本人確認", "ローマ字"} {
		f, unsafe := meaning(header, nil)
		if f != fieldNone || !unsafe {
			t.Errorf("%q: field %d, unsafe %v", header, f, unsafe)
		}
	}
}

func TestAnOfficesOwnHeadersComeFirst(t *testing.T) {
	own := registered(map[string]string{"被保険者 ＮＯ": "整理番号", "児童名": "氏名", "備考": "no such field", "番号カード": "個人番号"})
	if f, unsafe := meaning("被保険者No.", own); f != fieldReference || unsafe {
		t.Errorf("field %d", f)
	}
	if f, unsafe := meaning("児童名", own); f != fieldName || unsafe {
		t.Errorf("field %d", f)
	}
	if f, _ := meaning("備考", own); f != fieldNone {
		t.Errorf("field %d for a header registered for nothing", f)
	}
	if f, _ := meaning("番号カード", own); f != fieldNone {
		t.Errorf("個人番号 cannot be registered as a column, got %d", f)
	}
}

// table tests of whole header lines: what is wrong, and where.
func TestHeaderLinesAreRefusedWithTheirPlace(t *testing.T) {
	number := "123456789018"
	for _, c := range []struct{ name, line, want string }{
		{"no 整理番号", "氏名,生年月日", "F103@1:0"},
		{"doubled", "整理番号,氏名,生年月日,漢字氏名", "F107@1:4(漢字氏名)"},
		{"tripled", "整理番号,氏名,生年月日,漢字氏名,Name", "F107@1:4(漢字氏名) F107@1:5(Name)"},
		{"suspicious", "整理番号,氏名,生年月日,本籍地住所", "F106@1:4(本籍地住所)"},
		{"個人番号", "整理番号,氏名,生年月日,個人番号", "F117@1:4(個人番号)"},
		{"個人番号 twice", "整理番号,氏名,生年月日,個人番号,マイナンバー", "F117@1:4(個人番号) F117@1:5(マイナンバー)"},
		{"a 個人番号 as a header", "整理番号,氏名,生年月日," + number, "F118@1:4"},
		{"empty header", "整理番号,氏名,生年月日,", "F142@1:4"},
		{"header of spaces", "整理番号,氏名,　 ,生年月日", "F142@1:3"},
		{"long header", "整理番号,氏名,生年月日," + strings.Repeat("長", 201), "F142@1:4"},
		{"control character", "整理番号,氏名,生年月日,備\u0085考", "F142@1:4"},
		{"code alone", "整理番号,住民票コード", "F127@1:0"},
		{"name alone", "整理番号,氏名,性別", "F127@1:0"},
		{"no header", "1," + marker + ",1980-01-01,男", "F131@1:0"},
		{"no header, but somebody is called カナ", "1," + marker + "家氏名,カナ,1980-01-01", "F106@1:2 F103@1:0"},
		{"no header, and a 整理番号 that is a word", "整理番号," + marker + "住所,1980-01-01", "F106@1:2"},
	} {
		r := refusalOf(t, source("list.csv", []byte("\ufeff"+c.line+"\r\n"+strings.Repeat("1,", strings.Count(c.line, ","))+"x\r\n"), ""), byDefault(), Options{})
		if got := places(r.Issues); got != c.want {
			t.Errorf("%s: got %s, want %s", c.name, got, c.want)
		}
	}
}

func TestNothingOfALineThatMayBeAPersonIsQuoted(t *testing.T) {
	// every known header word, in a line that is otherwise a person
	for word := range headerNames {
		line := "\ufeff1,氏" + marker + "," + word + ",住所" + marker + "," + marker + ",1980-01-01\r\n"
		r := refusalOf(t, source("list.csv", []byte(line), ""), byDefault(), Options{})
		for _, i := range r.Issues {
			if i.Pos.Name != "" {
				t.Errorf("%q: %s quotes a header", word, i.Code)
			}
		}
	}
}

func TestAColumnThatNobodyKnowsIsIgnoredAndNamed(t *testing.T) {
	l := mustOpen(t, []byte("\ufeff備考,整理番号,氏名,連絡先,生年月日\r\nx,1,山田　花子,y,1980-01-01\r\n"))
	if got := strings.Join(l.Ignored, "|"); got != "備考|連絡先" {
		t.Errorf("ignored %s", got)
	}
	rows := collect(t, l)
	if got, want := say(rows[0]), "1 1||山田　花子||1980-01-01 false|||||[]"; got != want {
		t.Errorf("got %s", got)
	}
	if got := len(l.Request.Keys); got != 2 {
		t.Errorf("%d keys for the grant", got)
	}
}

func TestEveryFieldHasAStandardHeaderThatIsKnown(t *testing.T) {
	for f := fieldReference; f < fieldCount; f++ {
		if got, unsafe := meaning(standardHeader[f], nil); got != f || unsafe {
			t.Errorf("%q means %d", standardHeader[f], got)
		}
	}
	for name := range headerNames {
		if normal.FoldHeader(name) != name {
			t.Errorf("%q is not folded and can never be met", name)
		}
	}
	for _, part := range append(append([]string{}, suspicious...), theirOwn...) {
		if normal.FoldHeader(part) != part {
			t.Errorf("%q is not folded and can never be met", part)
		}
	}
	for name := range harmlessNames {
		if f, unsafe := meaning(name, nil); f != fieldNone || unsafe {
			t.Errorf("%q is not harmless", name)
		}
	}
	if issue.NoHeader.Row() {
		t.Error("a missing header is a matter of the list")
	}
}
