package normal

import (
	"strings"
	"testing"

	"baitai/pipeline/person"
)

func FuzzParseBirth(f *testing.F) {
	for _, s := range []string{"1980-01-02", "昭和55年1月2日", "S55.1.2", "3550102", "令和元年5月1日", "昭和20年4月5日から10日頃までの間", "年月日不詳", "㍼55.1.2", "1945-A1-00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		b, respelled, err := ParseBirth(s)
		if err != nil {
			return
		}
		again, r, err := ParseBirth(b.Reveal())
		if err != nil || r || !again.Equal(b) {
			t.Fatal("the stored form is not read back")
		}
		if respelled == (s == b.Reveal()) {
			t.Fatal("respelled is wrong")
		}
	})
}

func FuzzParseResidentCode(f *testing.F) {
	for _, s := range []string{"12345678903", "１２３４－５６７", "1.23E+10", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		c, err := ParseResidentCode(s)
		if err == nil && !c.IsZero() {
			if again, err := person.ParseResidentCode(c.Reveal()); err != nil || !again.Equal(c) {
				t.Fatal("not read back")
			}
		}
		if s, err := ParseSex(s); err == nil && s == person.SexOther {
			t.Fatal("9 is no known sex")
		}
	})
}

func FuzzFold(f *testing.F) {
	for _, s := range []string{"髙橋　惠子", "ｶﾞｷﾞ", "福岡市中央区天神1-2-3-301", "京都市中京区寺町通御池上る上本能寺前町488番地", "十三一丁目二の三", "甲甲1甲", "字字大字", "番地番地"} {
		f.Add(s, "401331")
	}
	f.Add(strings.Repeat("十三一番", 5_000), "401331")
	f.Add(strings.Repeat("1-", 5_000), "")
	f.Fuzz(func(t *testing.T, s, code string) {
		n, k, a := FoldName(s), FoldKana(s), FoldAddress(s, code)
		if n != nil {
			if ds, ok := n.Differences(nil, n); !ok || len(ds) != 0 {
				t.Fatal("a name differs from itself")
			}
			if again := FoldName(n.Reveal(AsVariant)); again == nil || again.Reveal(AsVariant) != n.Reveal(AsVariant) {
				t.Fatal("folding twice is not folding once")
			}
		}
		if k != nil && !k.Loose(k) {
			t.Fatal("a kana does not sound like itself")
		}
		if a != nil && a.Reveal().Received != toNFC(s) {
			t.Fatal("what was received is lost")
		}
		keys := (&Folded{Name: n, Kana: k, Address: a}).Keys(nil)
		if len(keys) > 64 {
			t.Fatalf("%d keys", len(keys))
		}
	})
}

func FuzzNewTables(f *testing.F) {
	f.Add("\t宗像郡\t赤間村\t402206\t1954-04-01\t宗像市史\n", "402303\t初|二丈\n")
	f.Add("403628\t\t市\t402206\t1954-04-01\tx", "402303\t||\n\n#")
	f.Add("\uFEFF# x\r\n", "\xff")
	f.Fuzz(func(t *testing.T, merged, towns string) {
		tables, err := NewTables(TableFiles{Merged: strings.NewReader(merged), Towns: strings.NewReader(towns)})
		if (tables == nil) == (err == nil) {
			t.Fatal("tables and an error, or neither")
		}
		if tables != nil && tables.FoldAddress("福岡市中央区天神1-2-3", "403628") == nil {
			t.Fatal("an address is lost")
		}
	})
}
