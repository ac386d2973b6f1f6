package normal

import (
	"reflect"
	"testing"
	"unicode/utf8"

	"baitai/pipeline/person"

	"pgregory.net/rapid"
)

// comparable lays open everything that comparing and finding look at.
func comparable(f *Folded) map[string]any {
	m := map[string]any{"code": f.Code.Reveal(), "old": f.OldCode.Reveal(), "birth": f.Birth.Date(), "dated": !f.Birth.IsZero(), "respelled": f.BirthRespelled,
		"sex": f.Sex, "support": f.Support, "state": f.State, "version": f.version}
	for what, n := range map[string]*Name{"name": f.Name, "former": f.Former} {
		if n != nil {
			p := *n.p
			m[what] = [...]any{p.received, p.formText(), p.variantText(), p.split, p.runes, p.kanji, p.selected}
		}
	}
	if f.Kana != nil {
		m["kana"] = [...]any{f.Kana.p.received, f.Kana.p.formText()}
	}
	if f.Address != nil {
		p := *f.Address.p
		if len(p.Numbers) == 0 {
			p.Numbers = nil
		}
		if len(p.Municipalities) == 0 {
			p.Municipalities = nil
		}
		m["address"] = p
	}
	return m
}

func checkCodec(t interface{ Fatalf(string, ...any) }, f *Folded) {
	got, rest, err := DecodeFolded(string(AppendFolded([]byte("before"), f)[len("before"):]) + "after")
	if err != nil || rest != "after" {
		t.Fatalf("%v, rest %q", err, rest)
	}
	if a, b := comparable(f), comparable(got); !reflect.DeepEqual(a, b) {
		t.Fatalf("other parts:\n%v\n%v", a, b)
	}
	if !reflect.DeepEqual(f.Keys(nil), got.Keys(nil)) {
		t.Fatalf("other keys")
	}
	checkKeys(t, f)
}

// Whatever a row or a version may hold comes back from its bytes as it was.
func TestWhatIsFoldedComesBackFromItsBytes(t *testing.T) {
	pieces := []string{"髙", "高", "﨑", "辻\U000E0101", "々", "　", " ", "ｶﾞ", "ゃ", "ー", "John", "〓", "神", "福岡県", "福岡市", "中央区", "京都市上京区", "烏丸通上る", "糸島郡二丈町", "天神", "一丁目", "２番", "3号", "-", "の", "無番地", "番外地", "大字", "字", "コーポ桜", "３０１号室", "甲", "北十一条西"}
	text := rapid.Custom(func(t *rapid.T) string {
		s := ""
		for range rapid.IntRange(0, 9).Draw(t, "pieces") {
			s += rapid.SampledFrom(pieces).Draw(t, "piece")
		}
		return s
	})
	any := rapid.OneOf(text, rapid.String())
	rapid.Check(t, func(t *rapid.T) {
		draw := func(what string) person.Text { return person.NewText(any.Draw(t, what)) }
		birth := rapid.SampledFrom([]string{"", "1950-01-02", "0000-00-00", "1955-02-29", "1920-A1-A3"}).Draw(t, "birth")
		b, _ := person.ParseBirth(birth)
		sex, _ := person.ParseSex(rapid.SampledFrom([]string{"", "0", "1", "2", "9"}).Draw(t, "sex"))
		code, old := person.ResidentCode{}, person.ResidentCode{}
		if rapid.Bool().Draw(t, "code") {
			code, _ = person.ParseResidentCode("00000000000")
		}
		if rapid.Bool().Draw(t, "old") {
			old, _ = person.ParseResidentCode("12345678902")
		}
		q := person.Query{Code: code, Name: draw("name"), Kana: draw("kana"), Birth: b, BirthRespelled: rapid.Bool().Draw(t, "respelled"), Sex: sex,
			Address: draw("address"), FormerSurname: draw("former")}
		checkCodec(t, FoldQuery(&q))
		v := person.Version{Code: code, OldCode: old, Name: q.Name, Kana: q.Kana, FormerSurname: q.FormerSurname, Birth: b, Sex: sex,
			State: person.State(rapid.IntRange(1, 3).Draw(t, "state")), Support: person.Support(rapid.IntRange(0, 3).Draw(t, "support")),
			Municipality: rapid.SampledFrom([]string{"", "401307", "40130", "999999"}).Draw(t, "municipality"), Address: q.Address, LastAddress: draw("last")}
		checkCodec(t, FoldVersion(&v))
		checkKeys(t, FoldVersion(&v), FoldQuery(&q), FoldVersion(&person.Version{Name: q.Kana, Kana: q.Name, Address: q.FormerSurname, Birth: v.Birth}))
		if a := FoldAddress(q.Address.Reveal(), ""); a != nil {
			got, rest, err := DecodeAddress(string(AppendAddress(nil, a)))
			if err != nil || rest != "" || !reflect.DeepEqual(comparable(&Folded{Address: a}), comparable(&Folded{Address: got})) {
				t.Fatalf("an address is another one: %v", err)
			}
		}
	})
}

func TestCutBytesAreRefused(t *testing.T) {
	q := person.Query{Name: person.NewText("髙橋　一郎"), Kana: person.NewText("タカハシ"), Address: person.NewText("福岡市中央区天神1丁目2番3号コーポ桜301号室")}
	q.Birth, _ = person.ParseBirth("1950-01-02")
	whole := string(AppendFolded(nil, FoldQuery(&q)))
	for n := range len(whole) {
		if _, _, err := DecodeFolded(whole[:n]); err != ErrFolded {
			t.Errorf("%d of %d bytes: %v", n, len(whole), err)
		}
	}
}

// Bytes that nothing has written are refused, or can be compared, found and
// written like any other.
func FuzzDecodeFolded(f *testing.F) {
	q := person.Query{Name: person.NewText("髙橋　一郎"), Kana: person.NewText("たかはし"), Address: person.NewText("糸島郡二丈町大字深江1番地")}
	f.Add(string(AppendFolded(nil, FoldQuery(&q))), "斉藤　花")
	f.Add("\x01\x1f\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", "")
	f.Fuzz(func(t *testing.T, s, other string) {
		x, _, err := DecodeFolded(s)
		if err != nil {
			return
		}
		checkCodec(t, x)
		if n := FoldName(other); n != nil && x.Name != nil && utf8.ValidString(s) {
			_, _ = n.Differences(nil, x.Name)
			_, _ = x.Name.SlipTo(n)
			_, _, _ = x.Name.RevealParts()
		}
	})
}

func BenchmarkDecodeFolded(b *testing.B) {
	q := person.Query{Name: person.NewText("髙橋　一郎"), Kana: person.NewText("タカハシイチロウ"), Sex: person.Male, Address: person.NewText("福岡県福岡市中央区天神１丁目２番３号")}
	q.Birth, _ = person.ParseBirth("1950-01-02")
	s := string(AppendFolded(nil, FoldQuery(&q)))
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := DecodeFolded(s); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(len(s)), "bytes")
}
