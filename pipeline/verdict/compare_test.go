package verdict

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"baitai/pipeline/normal"
	"baitai/pipeline/person"
)

func TestNamePairsGetTheirGradeAndGround(t *testing.T) {
	for _, c := range readCases(t, "testdata/name_pairs.txt", 4) {
		row := normal.FoldQuery(&person.Query{Name: person.NewText(c[2])})
		version := normal.FoldVersion(&person.Version{State: person.Present, Name: person.NewText(c[3])})
		g := Compare(row, []*normal.Folded{version}).Name
		got := g.Grade.String()
		if g.Near != NotNear {
			got += " " + g.Near.String()
		}
		if got != c[0] {
			t.Errorf("row %s, file %s: %s, want %s", c[2], c[3], got, c[0])
		}
		if g.Ground != c[1] {
			t.Errorf("row %s, file %s: ground %q, want %q", c[2], c[3], g.Ground, c[1])
		}
	}
}

func TestKanaPairsGetTheirGrade(t *testing.T) {
	for _, c := range readCases(t, "testdata/kana_pairs.txt", 3) {
		for _, way := range [2][2]string{{c[1], c[2]}, {c[2], c[1]}} {
			row := normal.FoldQuery(&person.Query{Kana: person.NewText(way[0])})
			version := normal.FoldVersion(&person.Version{State: person.Present, Kana: person.NewText(way[1])})
			if got := Compare(row, []*normal.Folded{version}).Kana.Grade.String(); got != c[0] {
				t.Errorf("row %s, file %s: %s, want %s", way[0], way[1], got, c[0])
			}
		}
	}
}

func TestBirthPairsGetTheirGrade(t *testing.T) {
	for _, c := range readCases(t, "testdata/birth_pairs.txt", 3) {
		b, respelled, err := normal.ParseBirth(c[1])
		if err != nil {
			t.Fatal(c[1], err)
		}
		row := &normal.Folded{Birth: b, BirthRespelled: respelled}
		file, err := person.ParseBirth(c[2])
		if err != nil {
			t.Fatal(c[2], err)
		}
		if got := Compare(row, []*normal.Folded{{Birth: file}}).Birth.Grade.String(); got != c[0] {
			t.Errorf("row %s, file %s: %s, want %s", c[1], c[2], got, c[0])
		}
	}
}

// readCases reads lines of n fields with tabs between them.
func readCases(t *testing.T, file string, n int) [][]string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var out [][]string
	for line := range strings.Lines(string(text)) {
		line = strings.TrimRight(line, "\r\n")
		if line == "" || line[0] == '#' {
			continue
		}
		f := strings.Split(line, "\t")
		if len(f) != n {
			t.Fatalf("%s: a line has %d fields, not %d", file, len(f), n)
		}
		out = append(out, f)
	}
	if len(out) == 0 {
		t.Fatalf("%s is empty", file)
	}
	return out
}

func foldVersion(v person.Version) *normal.Folded { return normal.FoldVersion(&v) }

func TestAnEarlierNameIsPastAndTheCurrentOneIsPreferred(t *testing.T) {
	current := foldVersion(person.Version{State: person.Present, Name: person.NewText("山田　花子")})
	earlier := foldVersion(person.Version{State: person.Present, Name: person.NewText("佐藤　花子")})
	row := func(name string) *normal.Folded {
		return normal.FoldQuery(&person.Query{Name: person.NewText(name)})
	}
	versions := []*normal.Folded{current, earlier}
	if g := Compare(row("佐藤　花子"), versions).Name; g.Grade != Same || !g.Past {
		t.Errorf("an earlier name gives %v past=%v", g.Grade, g.Past)
	}
	if g := Compare(row("山田　花子"), versions).Name; g.Grade != Same || g.Past {
		t.Errorf("the current name gives %v past=%v", g.Grade, g.Past)
	}
	if g := Compare(row("山田花子"), []*normal.Folded{current, current}).Name; g.Grade != Form || g.Past {
		t.Errorf("an equal grade takes the earlier version: %v past=%v", g.Grade, g.Past)
	}
	if g := Compare(row("鈴木　一郎"), versions).Name; g.Grade != Differs || g.Past {
		t.Errorf("a stranger's name gives %v past=%v", g.Grade, g.Past)
	}
}

func TestAFormerSurnameCountsAsAnEarlierName(t *testing.T) {
	version := foldVersion(person.Version{State: person.Present, Name: person.NewText("山田　花子"), FormerSurname: person.NewText("齋藤")})
	for row, want := range map[string]Grade{"齋藤　花子": Same, "斎藤花子": Variant, "佐藤花江": Differs} {
		g := Compare(normal.FoldQuery(&person.Query{Name: person.NewText(row)}), []*normal.Folded{version}).Name
		if g.Grade != want || g.Past != (want != Differs) {
			t.Errorf("%s: %v past=%v, want %v", row, g.Grade, g.Past, want)
		}
	}
	bare := foldVersion(person.Version{State: person.Present, Name: person.NewText("佐藤　花子")})
	q := &person.Query{Name: person.NewText("山田　花子"), FormerSurname: person.NewText("佐藤")}
	if g := Compare(normal.FoldQuery(q), []*normal.Folded{bare}).Name; g.Grade != Same || !g.Past {
		t.Errorf("a row's 旧氏: %v past=%v", g.Grade, g.Past)
	}
}

func TestWhatIsNotGivenIsMissingAndWhatIsNotHeldIsBlank(t *testing.T) {
	g := Compare(&normal.Folded{}, []*normal.Folded{{}})
	for what, got := range map[string]Graded{"name": g.Name, "kana": g.Kana, "birth": g.Birth, "sex": g.Sex, "address": g.Address} {
		if got.Grade != Missing {
			t.Errorf("%s: %v", what, got.Grade)
		}
	}
	birth, _ := person.ParseBirth("1980-01-02")
	row := normal.FoldQuery(&person.Query{Name: person.NewText("山田"), Kana: person.NewText("ヤマダ"), Birth: birth, Sex: person.Male, Address: person.NewText("福岡市中央区天神1")})
	g = Compare(row, []*normal.Folded{{}})
	for what, got := range map[string]Graded{"name": g.Name, "kana": g.Kana, "birth": g.Birth, "sex": g.Sex, "address": g.Address} {
		if got.Grade != Blank {
			t.Errorf("%s: %v", what, got.Grade)
		}
	}
	unsure := &normal.Folded{Sex: person.SexUnknown}
	if g := Compare(unsure, []*normal.Folded{{Sex: person.Male}}).Sex.Grade; g != Missing {
		t.Errorf("性別 0 in a row is %v", g)
	}
	if g := Compare(&normal.Folded{Sex: person.Male}, []*normal.Folded{{Sex: person.SexOther}}).Sex.Grade; g != Blank {
		t.Errorf("性別 9 in the file is %v", g)
	}
}

func TestAPersonAbroadIsComparedWithTheLastAddress(t *testing.T) {
	v := foldVersion(person.Version{State: person.Abroad, LastAddress: person.NewText("福岡県福岡市中央区天神一丁目2番3号")})
	if g := Compare(rowAt("福岡市中央区天神1-2-3"), []*normal.Folded{v}).Address; g.Grade != Form {
		t.Errorf("最終住所: %v", g.Grade)
	}
}

func TestTheMunicipalityCodeOfTheFileDecides(t *testing.T) {
	row := rowAt("福岡市中央区天神1-2-3")
	for code, want := range map[string]Grade{"401331": Form, "401307": Form, "401315": Differs, "402036": Differs} {
		if g := Compare(row, []*normal.Folded{versionAt("天神一丁目2番3号", code)}).Address.Grade; g != want {
			t.Errorf("市町村コード %s: %v, want %v", code, g, want)
		}
	}
	if g := Compare(rowAt("天神1-2-3"), []*normal.Folded{versionAt("天神1-2-3", "401331")}).Address.Grade; g != Partial {
		t.Errorf("a row without its municipality: %v", g)
	}
}

func TestSameKanaOtherKanjiIsNear(t *testing.T) {
	row := normal.FoldQuery(&person.Query{Name: person.NewText("山田　太郎"), Kana: person.NewText("ヤマダ　タロウ")})
	v := foldVersion(person.Version{State: person.Present, Name: person.NewText("山田　多朗"), Kana: person.NewText("やまだ　たろう")})
	if g := Compare(row, []*normal.Folded{v}).Name; g.Grade != Differs || g.Near != SameKanaOther {
		t.Errorf("%v %v", g.Grade, g.Near)
	}
}

func TestGradesPrintNoParticular(t *testing.T) {
	row := normal.FoldQuery(&person.Query{Name: person.NewText("髙橋　花子"), Address: person.NewText("福岡市中央区天神1-2-3")})
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%d", "%q"} {
		for _, value := range []any{row, *row, row.Name, *row.Name, row.Address, *row.Address, []*normal.Name{row.Name}, struct{ n *normal.Name }{row.Name}, struct{ f *normal.Folded }{row}, struct{ f normal.Folded }{*row}, struct{ a *normal.Address }{row.Address}, map[string]normal.Name{"": *row.Name}} {
			if out := fmt.Sprintf(verb, value); strings.ContainsAny(out, "髙高橋花神") || strings.Contains(out, "401307") {
				t.Errorf("%s of %T prints a particular", verb, value)
			}
		}
	}
}
