package verdict

import (
	"testing"

	"baitai/pipeline/normal"
	"baitai/pipeline/person"

	"pgregory.net/rapid"
)

// A world of few values, so that two draws are often the same person, nearly the
// same, or alike in one particular only.
var (
	surnames  = []string{"山田", "髙橋", "高橋", "渡邊", "渡辺", "渡邉", "佐々木", "佐佐木", "斎藤", "齋藤", "斉藤", "〓橋", "山﨑", "山崎", "ヤマダ", "さくら"}
	givens    = []string{"太郎", "太朗", "花子", "惠子", "恵子", "一", "二", "ニ", "タロウ", "はな"}
	gaps      = []string{"", "　", " "}
	kanas     = []string{"", "ヤマダ　タロウ", "ﾔﾏﾀﾞ ﾀﾛｳ", "やまだたろう", "タカハシ　ケイコ", "タケシ", "タケジ", "サクラ　ハナ"}
	births    = []string{"", "1980-01-02", "1980-02-01", "1980-01-03", "1980-00-00", "1975-12-25", "0000-00-00"}
	addresses = []string{"", "福岡県福岡市中央区天神一丁目2番3号コーポ桜301号室", "福岡市中央区天神1-2-3-301", "福岡市天神1-2-3", "天神1-2-3", "中央区天神1-2-3",
		"福岡県福岡市中央区天神1-2-4", "糟屋郡須恵町大字須恵123番地の4", "須惠町須惠123-4", "福岡市中央区天神", "府中市本町1-2", "東京都府中市本町1-2", "福岡市中央区天神1丁目", "朝倉市無番地", "だれも知らない町7"}
	munis = []string{"", "401331", "401307", "403440"}
	codes = []string{"", person.AppendCheckDigit("1234567890"), person.AppendCheckDigit("2222222222")}
)

func drawCode(t *rapid.T, label string) person.ResidentCode {
	c, err := normal.ParseResidentCode(rapid.SampledFrom(codes).Draw(t, label))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func drawBirth(t *rapid.T) person.Birth {
	s := rapid.SampledFrom(births).Draw(t, "birth")
	if s == "" {
		return person.Birth{}
	}
	b, err := person.ParseBirth(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func drawText(t *rapid.T, from []string, label string) person.Text {
	return person.NewText(rapid.SampledFrom(from).Draw(t, label))
}

func drawName(t *rapid.T) person.Text {
	a, b := rapid.SampledFrom(surnames).Draw(t, "surname"), rapid.SampledFrom(givens).Draw(t, "given")
	if rapid.IntRange(0, 9).Draw(t, "turn") == 0 {
		a, b = b, a
	}
	return person.NewText(a + rapid.SampledFrom(gaps).Draw(t, "gap") + b)
}

func drawSex(t *rapid.T) person.Sex {
	return rapid.SampledFrom([]person.Sex{{}, person.Male, person.Female, person.SexUnknown}).Draw(t, "sex")
}

func drawRow(t *rapid.T) *normal.Folded {
	q := &person.Query{Code: drawCode(t, "code"), Kana: drawText(t, kanas, "kana"), Birth: drawBirth(t), Sex: drawSex(t), Address: drawText(t, addresses, "address"),
		FormerSurname: drawText(t, append([]string{""}, surnames...), "former")}
	if rapid.IntRange(0, 5).Draw(t, "named") > 0 {
		q.Name = drawName(t)
	}
	return normal.FoldQuery(q)
}

func drawVersion(t *rapid.T) *normal.Folded {
	return normal.FoldVersion(&person.Version{Code: drawCode(t, "code"), OldCode: drawCode(t, "old code"), State: person.Present, Name: drawName(t),
		Kana: drawText(t, kanas, "kana"), FormerSurname: drawText(t, append([]string{""}, surnames...), "former"), Birth: drawBirth(t), Sex: drawSex(t),
		Municipality: rapid.SampledFrom(munis).Draw(t, "municipality"), Address: drawText(t, addresses, "address")})
}

// fitsAnyLine reports whether a line of the decision table could take the grades.
func fitsAnyLine(g Grades) string {
	for _, n := range append(append([]Need{four, two, suppressed, rivalElsewhere}, rivals...), review...) {
		if n.fits(&g) {
			return n.Why
		}
	}
	return ""
}

func TestWhoFitsAnyLineOfTheTableSharesAKey(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		row := drawRow(t)
		versions := []*normal.Folded{drawVersion(t)}
		if rapid.Bool().Draw(t, "history") {
			versions = append(versions, drawVersion(t))
		}
		why := fitsAnyLine(Compare(row, versions))
		if why == "" {
			return
		}
		found := map[normal.Key]bool{}
		for _, k := range normal.PersonKeys(nil, versions...) {
			found[k] = true
		}
		for _, k := range row.Keys(nil) {
			if found[k] {
				return
			}
		}
		t.Fatalf("fits %q and shares no key", why)
	})
}

func TestACodeFindsItsHolderNowAndFormerly(t *testing.T) {
	a, _ := normal.ParseResidentCode(codes[1])
	b, _ := normal.ParseResidentCode(codes[2])
	v := normal.FoldVersion(&person.Version{Code: a, OldCode: b, State: person.Present})
	held := map[normal.Key]bool{}
	for _, k := range v.Keys(nil) {
		held[k] = true
	}
	for _, c := range []person.ResidentCode{a, b} {
		keys := normal.FoldQuery(&person.Query{Code: c}).Keys(nil)
		if len(keys) != 1 || !held[keys[0]] {
			t.Errorf("a code makes %d keys, found %v", len(keys), len(keys) == 1 && held[keys[0]])
		}
	}
}

// Every pair of the small world, for those who do not trust the dice: each fit
// of name, birth and address must share a key on its own.
func TestEveryPairOfAddressesUpToShortSharesTheAddressKey(t *testing.T) {
	birth, _ := person.ParseBirth("1980-01-02")
	pairsSeen := 0
	for _, a := range addresses {
		for _, b := range addresses {
			for _, code := range munis {
				if a == "" || b == "" {
					continue
				}
				row := normal.FoldQuery(&person.Query{Birth: birth, Address: person.NewText(a)})
				version := normal.FoldVersion(&person.Version{State: person.Present, Birth: birth, Address: person.NewText(b), Municipality: code})
				if !fAddress.Has(Compare(row, []*normal.Folded{version}).Address.Grade) {
					continue
				}
				pairsSeen++
				if !share(row, version, normal.KeyBirthAddress) {
					t.Errorf("%s and %s share no address key", a, b)
				}
			}
		}
	}
	if pairsSeen < 20 {
		t.Fatalf("only %d pairs agree", pairsSeen)
	}
	for _, p := range pairs(t, "address_same.txt") {
		row := normal.FoldQuery(&person.Query{Birth: birth, Address: person.NewText(p[1])})
		version := normal.FoldVersion(&person.Version{State: person.Present, Birth: birth, Address: person.NewText(p[2])})
		if !share(row, version, normal.KeyBirthAddress) {
			t.Errorf("%s and %s share no address key", p[1], p[2])
		}
	}
}

func share(a, b *normal.Folded, kind normal.KeyKind) bool {
	for _, x := range a.Keys(nil) {
		for _, y := range b.Keys(nil) {
			if x == y && x.Kind == kind {
				return true
			}
		}
	}
	return false
}

func TestGradesDoNotDependOnTheOrderOfEarlierVersions(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		row := drawRow(t)
		a, b, c := drawVersion(t), drawVersion(t), drawVersion(t)
		g, h := Compare(row, []*normal.Folded{a, b, c}), Compare(row, []*normal.Folded{a, c, b})
		for _, p := range [][2]Graded{{g.Name, h.Name}, {g.Kana, h.Kana}, {g.Birth, h.Birth}, {g.Sex, h.Sex}, {g.Address, h.Address}} {
			if p[0].Grade != p[1].Grade || p[0].Past != p[1].Past || (p[0].Near == NotNear) != (p[1].Near == NotNear) {
				t.Fatal("another order gives another grade")
			}
		}
	})
}

func BenchmarkCompare(b *testing.B) {
	birth, _ := person.ParseBirth("1980-01-02")
	version := normal.FoldVersion(&person.Version{State: person.Present, Name: person.NewText("髙橋　惠子"), Kana: person.NewText("タカハシ　ケイコ"), Birth: birth, Sex: person.Female,
		Address: person.NewText("福岡県福岡市中央区天神一丁目2番3号コーポ桜301号室"), Municipality: "401331"})
	queries := map[string]*person.Query{
		"equal":    {Name: person.NewText("髙橋　惠子"), Kana: person.NewText("タカハシ　ケイコ"), Birth: birth, Sex: person.Female, Address: person.NewText("福岡県福岡市中央区天神一丁目2番3号コーポ桜301号室")},
		"spelled":  {Name: person.NewText("高橋恵子"), Kana: person.NewText("ﾀｶﾊｼ ｹｲｺ"), Birth: birth, Sex: person.Female, Address: person.NewText("福岡市中央区天神1-2-3-301")},
		"stranger": {Name: person.NewText("山田太郎"), Kana: person.NewText("ヤマダ"), Birth: birth, Sex: person.Male, Address: person.NewText("福岡市博多区吉塚1-2-3")},
	}
	for name, q := range queries {
		row, versions := normal.FoldQuery(q), []*normal.Folded{version}
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Compare(row, versions)
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "comparisons/s")
		})
	}
	// Of ten candidates that a key found, six are written as in the file.
	b.Run("typical", func(b *testing.B) {
		var rows [10]*normal.Folded
		for i := range rows {
			rows[i] = normal.FoldQuery(queries[[...]string{"equal", "equal", "equal", "spelled", "stranger"}[i%5]])
		}
		versions := []*normal.Folded{version}
		i := 0
		for b.Loop() {
			Compare(rows[i%len(rows)], versions)
			i++
		}
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "comparisons/s")
	})
}
