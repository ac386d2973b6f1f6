package normal

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"baitai/pipeline/person"

	"pgregory.net/rapid"
)

var update = flag.Bool("update", false, "write the results into testdata, to be read by a Japanese reader before they are kept")

// folders are the tables of testdata: each line is a text and what becomes of it.
var folders = map[string]func(string) string{
	"birth.txt": func(s string) string {
		b, respelled, err := ParseBirth(s)
		if err != nil {
			return strings.TrimPrefix(err.Error(), "normal: ")
		}
		if respelled {
			return b.Reveal()
		}
		return b.Reveal() + " as stored"
	},
	"sex.txt": func(s string) string {
		v, err := ParseSex(s)
		if err != nil {
			return "error"
		}
		return "code " + v.Reveal()
	},
	"code.txt": func(s string) string {
		c, err := ParseResidentCode(s)
		switch {
		case errors.Is(err, person.ErrLength):
			return "wrong length"
		case errors.Is(err, person.ErrCheckDigit):
			return "wrong check digit"
		case errors.Is(err, person.ErrNotDigits):
			return "not digits"
		case errors.Is(err, ErrScientific):
			return "scientific notation"
		}
		return c.Reveal()
	},
	"name.txt": func(s string) string {
		n := FoldName(s)
		if n == nil {
			return "nothing"
		}
		surname, given, _ := n.RevealParts()
		return fmt.Sprintf("%s | %s | %s+%s", n.Reveal(AsForm), n.Reveal(AsVariant), surname, given)
	},
	"kana.txt": func(s string) string { return FoldKana(s).Reveal(AsForm) },
	"address.txt": func(s string) string {
		p := FoldAddress(s, "").Reveal()
		out := fmt.Sprintf("%s %s | %s | %s | %s %s", strings.Join(p.Municipalities, ","), p.Ward, p.Town, strings.Join(p.Numbers, " "), p.Building, p.Room)
		for flag, on := range map[string]bool{" 無番地": p.NoNumber, " 番外地": p.Outside} {
			if on {
				out += flag
			}
		}
		if p.Street != "" {
			out += " 通り名 " + p.Street
		}
		return out
	},
}

func TestEachTextOfTheTablesFoldsAsWritten(t *testing.T) {
	for name, fold := range folders {
		path := "testdata/" + name
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		n := 0
		for line := range strings.Lines(string(text)) {
			in, want, _ := strings.Cut(strings.TrimRight(line, "\n"), "\t")
			if in == "" || in[0] == '#' {
				out.WriteString(line)
				continue
			}
			n++
			got := strings.Join(strings.Fields(fold(in)), " ")
			if got != want && !*update {
				t.Errorf("%s: %s gives %s, want %s", name, in, got, want)
			}
			fmt.Fprintf(&out, "%s\t%s\n", in, got)
		}
		if n == 0 {
			t.Errorf("%s is empty", name)
		}
		if *update {
			if err := os.WriteFile(path, out.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func TestABirthIsReadBackFromEveryNotation(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		y, m, d := rapid.IntRange(1873, 2026).Draw(t, "year"), rapid.IntRange(1, 12).Draw(t, "month"), rapid.IntRange(1, 28).Draw(t, "day")
		want := fmt.Sprintf("%04d-%02d-%02d", y, m, d)
		texts := []string{want, fmt.Sprintf("%d/%d/%d", y, m, d), fmt.Sprintf("%04d%02d%02d", y, m, d), fmt.Sprintf("%d年%d月%d日", y, m, d), fmt.Sprintf("%d.%02d.%02d", y, m, d)}
		day := person.Date{Year: y, Month: m, Day: d}
		for i := range eras {
			e := eras[i]
			if _, err := e.date(y-e.first[0]+1, m, d); err != nil || y < e.first[0] {
				continue
			}
			n := y - e.first[0] + 1
			texts = append(texts, fmt.Sprintf("%s%d年%d月%d日", e.names[0], n, m, d), fmt.Sprintf("%s%d.%d.%d", e.names[1], n, m, d),
				fmt.Sprintf("%s%02d%02d%02d", e.names[2], n, m, d), fmt.Sprintf("%s%02d-%02d-%02d", strings.ToLower(e.names[1]), n, m, d))
			if n == 1 {
				texts = append(texts, fmt.Sprintf("%s元年%d月%d日", e.names[0], m, d))
			}
		}
		if len(texts) < 9 {
			t.Fatalf("no era holds %v", day)
		}
		for _, s := range texts {
			for _, spelled := range []string{s, fullWidth(s)} {
				b, respelled, err := ParseBirth(spelled)
				if err != nil || b.Reveal() != want || respelled != (spelled != want) {
					t.Fatalf("%s: %s %v %v", spelled, b.Reveal(), respelled, err)
				}
			}
		}
	})
}

func fullWidth(s string) string {
	return strings.Map(func(r rune) rune {
		if r > ' ' && r < 0x7F {
			return r + 0xFEE0
		}
		return r
	}, s)
}

func TestAWrongBirthIsRefusedForItsReason(t *testing.T) {
	for s, want := range map[string]error{
		"昭和65年1月1日": ErrEraOverflow, "平成32年1月1日": ErrEraOverflow, "大正16.1.1": ErrEraOverflow, "3650101": ErrEraOverflow, "昭和0年1月1日": ErrEraOverflow,
		"昭和64年1月8日": ErrWrongEra, "平成31年5月1日": ErrWrongEra, "令和元年4月30日": ErrWrongEra, "昭和元年12月24日": ErrWrongEra, "大正15年12月26日": ErrWrongEra, "明治45.7.31": ErrWrongEra, "大正元年7月29日": ErrWrongEra, "昭和64年2月": ErrWrongEra,
		"2021-02-30": ErrImpossible, "2021/13/01": ErrImpossible, "昭和55年4月31日": ErrImpossible, "20210230": ErrImpossible, "2021-04-31": ErrImpossible,
		"29500": ErrSerial, "４５０００": ErrSerial,
		"": ErrNotDate, "山田": ErrNotDate, "55.1.2": ErrNotDate, "昭和": ErrNotDate, "1980-01-02-03": ErrNotDate, "12345678901": ErrNotDate, "昭和55年1月2日3": ErrNotDate, strings.Repeat("1", 5000): ErrNotDate,
	} {
		if b, _, err := ParseBirth(s); !errors.Is(err, want) || !b.IsZero() {
			t.Errorf("%.20s: %v, want %v", s, err, want)
		} else if s != "" && strings.Contains(err.Error(), s) {
			t.Errorf("the error quotes the text")
		}
	}
}

func TestANumberThatLooksLikeAMyNumberIsSeenInEveryWriting(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := person.AppendCheckDigit(rapid.StringMatching(`[0-9]{11}`).Draw(t, "body"))
		for _, s := range []string{n, fullWidth(n), n[:4] + " " + n[4:8] + "　" + n[8:], n[:4] + "-" + n[4:8] + "－" + n[8:], " " + n + "\u00a0"} {
			if !LooksLikeMyNumber(s) {
				t.Fatal("not seen")
			}
		}
		for _, s := range []string{n[:11], n + "0", "x" + n, n[:11] + string('0'+(n[11]-'0'+1)%10), "第" + n} {
			if LooksLikeMyNumber(s) {
				t.Fatal("seen where there is none")
			}
		}
	})
}

func drawAny(t *rapid.T) string {
	parts := rapid.SliceOfN(rapid.SampledFrom([]string{"山田", "髙橋", "﨑", "邊", "󠄀", "々", "ゝ", "ゞ", "ヽ", "ﾀﾞ", "ｶﾞ", "゛", "か", "ガ", "ッ", "ー", "－", "-", "　", " ", "A", "ａ", "〓", "1", "２", "三", "十", "丁目", "番地", "番", "号", "の", "大字", "字", "町", "福岡市", "中央区", "天神", "ヶ", "神", "𠮷", "ヴ", "ゔ", "ｰ", "甲", "条", "\xff", "é", "e\u0301"}), 0, 12)
	return strings.Join(parts.Draw(t, "parts"), "")
}

func TestFoldingTwiceIsFoldingOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawAny(t)
		if n := FoldName(s); n != nil {
			for _, l := range []Level{AsForm, AsVariant} {
				if again := FoldName(n.Reveal(l)); again == nil || again.Reveal(l) != n.Reveal(l) {
					t.Fatalf("name: %q becomes %q", n.Reveal(l), again.Reveal(l))
				}
			}
		}
		if k := FoldKana(s); k != nil {
			if again := FoldKana(k.Reveal(AsForm)); again == nil || again.Reveal(AsForm) != k.Reveal(AsForm) {
				t.Fatalf("kana: %q becomes %q", k.Reveal(AsForm), again.Reveal(AsForm))
			}
		}
		once := string(foldAddressText(nil, toNFC(s)))
		if again := string(foldAddressText(nil, once)); again != once {
			t.Fatalf("address: %q becomes %q", once, again)
		}
	})
}

func TestASpellingInOtherWidthOrTierOneGivesTheSameKeys(t *testing.T) {
	tier1 := map[rune]rune{}
	for line := range lines(jisTable) {
		r := []rune(line)
		tier1[r[2]] = r[0]
	}
	respell := func(s string) string {
		return strings.Map(func(r rune) rune {
			if v, ok := tier1[r]; ok {
				return v
			}
			return r
		}, s)
	}
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.SampledFrom([]string{"高橋　一郎", "吉田　昂", "山田　太郎", "佐々木　涼子"}).Draw(t, "name")
		kana := rapid.SampledFrom([]string{"ﾀｶﾊｼ ｲﾁﾛｳ", "たかはし　いちろう", "タカハシイチロウ"}).Draw(t, "kana")
		address := fmt.Sprintf("福岡県福岡市博多区吉塚%d-%d-%d", rapid.IntRange(1, 8).Draw(t, "a"), rapid.IntRange(1, 40).Draw(t, "b"), rapid.IntRange(1, 40).Draw(t, "c"))
		birth, _, err := ParseBirth("1980-01-02")
		if err != nil {
			t.Fatal(err)
		}
		keys := func(name, kana, address string) []Key {
			return FoldQuery(&person.Query{Name: person.NewText(name), Kana: person.NewText(kana), Birth: birth, Address: person.NewText(address)}).Keys(nil)
		}
		want := fmt.Sprint(keys(name, "タカハシ　イチロウ", address))
		for _, other := range []string{
			fmt.Sprint(keys(respell(name), kana, fullWidth(address))),
			fmt.Sprint(keys(strings.ReplaceAll(name, "　", " "), kana, strings.TrimPrefix(respell(address), "福岡県"))),
		} {
			if other != want {
				t.Fatalf("%s %s %s: other keys", name, kana, address)
			}
		}
	})
}

// The hashes stand on disk. If this fails, raise NormalVersion and write anew.
func TestKeysAreTheOnesOfThisVersion(t *testing.T) {
	birth, _, _ := ParseBirth("1980-01-02")
	code, err := ParseResidentCode(person.AppendCheckDigit("1234567890"))
	if err != nil {
		t.Fatal(err)
	}
	got := fmt.Sprintf("%d", NormalVersion)
	for _, k := range FoldQuery(&person.Query{Code: code, Name: person.NewText("髙橋　惠子"), Kana: person.NewText("たかはし　けいこ"), Birth: birth, Address: person.NewText("福岡市中央区天神1-2-3")}).Keys(nil) {
		got += fmt.Sprintf("\n%s %016x", k.Kind, k.Hash)
	}
	path := "testdata/keys.golden"
	if *update {
		if err := os.WriteFile(path, []byte(got+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got+"\n" != string(want) {
		t.Errorf("keys are\n%s\nwant\n%s", got, want)
	}
}

func TestVariantTablesKeepDifferentCharactersApart(t *testing.T) {
	c := variantClasses()
	for _, pair := range []string{"玉王", "斎斉", "昼書", "師帥", "辺部", "阪坂", "島鳥"} {
		r := []rune(pair)
		if c.of(r[0]) == c.of(r[1]) || broadEqual(r[0], r[1]) {
			t.Errorf("%s are one character", pair)
		}
	}
	for line := range lines(stopTable) {
		r := []rune(line)
		if len(r) != 2 {
			t.Fatalf("%q is no pair", line)
		}
		if broadEqual(r[0], r[1]) || broadEqual(r[1], r[0]) {
			t.Errorf("%s are joined in spite of the stop-list", line)
		}
	}
	for _, pair := range []string{"舘館", "邉辺", "﨑崎", "嵜崎", "濵浜", "嶌島", "栁柳", "桒桑", "槗橋", "邉邊"} {
		r := []rune(pair)
		if !broadEqual(r[0], r[1]) || c.of(r[0]) == c.of(r[1]) {
			t.Errorf("%s are not broad", pair)
		}
	}
	size := map[rune]int{}
	for _, table := range []string{jisTable, joyoTable} {
		for line := range lines(table) {
			size[c.of([]rune(line)[0])]++
		}
	}
	for r, n := range size {
		if n > 4 {
			t.Errorf("the class of %c has %d pairs", r, n)
		}
	}
}

func TestLettersKanjiAndUnreadableCharactersAreTold(t *testing.T) {
	for s, want := range map[string][2]bool{"山田": {false, true}, "SMITH JOHN": {true, false}, "Ｓｍｉｔｈ　Ｊｏｈｎ": {true, false}, "ヤマダ": {false, false}, "": {false, false}, "O'Brien-Núñez": {true, false}, "スミス JOHN": {false, false}, "李 JOHN": {false, true}, "佐々": {false, true}, "\ue001田": {false, true}, "ーー": {false, false}} {
		if Latin(s) != want[0] || HasKanji(s) != want[1] {
			t.Errorf("%q: Latin %v, HasKanji %v", s, Latin(s), HasKanji(s))
		}
	}
	for _, r := range "〓●■□?？\ufffd\ue000" {
		if !Unreadable(r) {
			t.Errorf("%U is readable", r)
		}
	}
	for _, r := range "山ア1A々ー" {
		if Unreadable(r) {
			t.Errorf("%U is unreadable", r)
		}
	}
}

func TestASlipIsOneStrokeOfTheHandAndIsSeenFromBothSides(t *testing.T) {
	back := map[Slip]Slip{NoSlip: NoSlip, Dropped: Added, Added: Dropped, Turned: Turned}
	rapid.Check(t, func(t *rapid.T) {
		r := rapid.SliceOfN(rapid.SampledFrom([]rune("山田太郎花子一高木")), 3, 6).Draw(t, "name")
		file := FoldName(string(r))
		at := rapid.IntRange(0, len(r)-1).Draw(t, "at")
		row, want := string(r[:at])+string(r[at+1:]), Dropped
		switch rapid.IntRange(0, 2).Draw(t, "slip") {
		case 1:
			row, want = string(r[:at])+"林"+string(r[at:]), Added
		case 2:
			at = min(at, len(r)-2)
			if r[at] == r[at+1] {
				return
			}
			row, want = string(r[:at])+string(r[at+1])+string(r[at])+string(r[at+2:]), Turned
		}
		if got, _ := FoldName(row).SlipTo(file); got != want {
			t.Fatalf("%s for %s: %d, want %d", row, string(r), got, want)
		}
		if got, _ := file.SlipTo(FoldName(row)); got != back[want] {
			t.Fatalf("%s for %s: %d seen from the other side", string(r), row, got)
		}
		if got, _ := FoldName(row + "林森").SlipTo(file); got != NoSlip {
			t.Fatal("three strokes are one slip")
		}
	})
}

// The pass for usual names and the one for any other MUST agree: a name in another
// width takes the other way.
func TestTheShortWayOfAUsualNameLeadsWhereTheLongOneDoes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := strings.Join(rapid.SliceOfN(rapid.SampledFrom([]string{"山", "髙", "邊", "惠", "さ", "ア", "　", " ", "々", "ー", "っ", "〓", "A", "？", "\xe3\x81", "\xed\xa0\x80", "\xef\xbf\xbd", "\xff", "𠮷", "é"}), 0, 7).Draw(t, "parts"), "")
		short, long := FoldName(s), FoldName(s+"\u3099") // a mark that stands alone
		if short != nil && short.Usual() && (Latin(s) || HasUnreadable(s)) {
			t.Fatalf("%q is usual", s)
		}
		if (short == nil) != (strings.Trim(s, " 　") == "") {
			t.Fatal("nil is not for spaces alone")
		}
		if short == nil || long == nil || strings.HasSuffix(s, " ") || strings.HasSuffix(s, "　") || strings.HasSuffix(s, "っ") || strings.HasSuffix(s, "さ") || strings.HasSuffix(s, "ア") {
			return
		}
		for _, l := range []Level{AsForm, AsVariant} {
			if cut := strings.TrimRight(long.Reveal(l), "゛\u3099"); cut != short.Reveal(l) {
				t.Fatalf("%q: %q and %q", s, short.Reveal(l), cut)
			}
		}
		a, _, okA := short.RevealParts()
		b, _, okB := long.RevealParts()
		if a != b || okA != okB {
			t.Fatalf("%q: parts %q %v and %q %v", s, a, okA, b, okB)
		}
	})
}

// The notations that are read straight from the bytes are read as all others are.
func TestAUsualBirthIsWhatAnyBirthIs(t *testing.T) {
	check := func(t failer, s string) bool {
		t.Helper()
		d, ok, err := usualBirth(s)
		if ok {
			if want, wantErr := anyBirth(s); d != want && err == nil || !errors.Is(err, wantErr) {
				t.Fatalf("%s: %v %v, not %v %v", s, d, err, want, wantErr)
			}
		}
		return ok
	}
	for _, s := range foldedTexts(t, "testdata/birth.txt") {
		check(t, s)
	}
	for _, s := range []string{"昭和55年1月2日", "S55.1.2", "1980/01/02", "１９８０年１２月３１日", "１９８０－１２－３１", "１９８０／１／２", "令和７年４月１日", "H1.1.8"} {
		if !check(t, s) {
			t.Errorf("%s goes the long way", s)
		}
	}
	sample := func(t *rapid.T, of ...string) string { return rapid.SampledFrom(of).Draw(t, "piece") }
	rapid.Check(t, func(t *rapid.T) {
		first := sample(t, "", "昭和", "S", "大正", "明治", "平成", "R", "令和", "昭", "s", "西暦")
		sep := sample(t, "/", ".", "-", "．", "／", "－", "")
		y, m, d := sep, sep, ""
		if rapid.Bool().Draw(t, "words") {
			y, m, d = "年", "月", "日"
		}
		if rapid.IntRange(0, 9).Draw(t, "spoilt") == 0 {
			m = sample(t, "月", "/", "", " ")
		}
		number := func(of ...string) string {
			return sample(t, append(of, "1", "02", "12", "0", "元", "３", "２９", "31", "99", "1.5")...)
		}
		check(t, first+number("1980", "55", "64", "１９２６", "980", "19800")+y+number("13")+m+number("30")+d)
	})
}
