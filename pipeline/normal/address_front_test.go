package normal

import (
	"maps"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// A failer is a test of package testing or of rapid.
type failer interface {
	Helper()
	Fatal(...any)
	Fatalf(string, ...any)
}

// foldedTexts are the texts of tables of test data: all columns that are not empty.
func foldedTexts(t testing.TB, paths ...string) []string {
	t.Helper()
	var out []string
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for line := range lines(string(text)) {
			for cell := range strings.SplitSeq(line, "\t") {
				if cell != "" {
					out = append(out, cell)
				}
			}
		}
	}
	return out
}

// sameAddress holds that every part is the same; that a list is empty is all that
// is asked of one.
func sameAddress(t failer, a, b *Address) {
	t.Helper()
	if x, y := comparable(&Folded{Address: a}), comparable(&Folded{Address: b}); !reflect.DeepEqual(x, y) {
		t.Fatalf("the parts differ:\n%#v\n%#v", x["address"], y["address"])
	}
}

// bothWays folds an address by its front, twice so that it is met again, and
// from its first character on, and holds that the two agree; front says that
// the short way was taken.
func bothWays(t failer, tables *Tables, s, code string) (front bool) {
	t.Helper()
	var whole addressBox
	given := tables.foldWhole(&whole, s, code)
	for range 2 {
		var short addressBox
		if !tables.foldFront(&short, s, code, tables.fronts.seek(s, code)) {
			if short.self.p != nil || short.parts.Received != "" {
				t.Fatal("an address that goes the long way leaves something behind")
			}
			return false
		}
		if !given {
			t.Fatal("spaces become an address")
		}
		sameAddress(t, &short.self, &whole.self)
	}
	return true
}

func TestTheFrontOfAnAddressSaysWhatTheWholeDoes(t *testing.T) {
	fronts := 0
	texts := foldedTexts(t, "testdata/address.txt", "../verdict/testdata/address_same.txt", "../verdict/testdata/address_differs.txt", "../verdict/testdata/address_partial.txt")
	for _, s := range texts {
		for _, code := range []string{"", "401331", "401307", "403440", "40344", "011011", "999999"} {
			if bothWays(t, EmbeddedTables(), s, code) {
				fronts++
			}
		}
	}
	if fronts < len(texts)/2 {
		t.Errorf("only %d of %d go the short way", fronts, 7*len(texts))
	}
}

// Whatever lies where a front is looked for, too many of one bucket or, after two have
// written at once, another one: an address is what it is.
func TestWhatIsRememberedNeverSaysWhatAnAddressIs(t *testing.T) {
	tables, err := NewTables(TableFiles{})
	if err != nil {
		t.Fatal(err)
	}
	texts := []string{"福岡県福岡市中央区天神", "福岡市中央区天神", "福岡市早良区百道浜二丁目", "糸島郡二丈町深江", "糟屋郡久山町大字久原", "札幌市中央区北", "京都市上京区烏丸通", "久山町猪野", "どこにもない町", "飯塚市川津甲"}
	var made []*front
	for _, text := range texts {
		made = append(made, tables.makeFront(text, ""))
	}
	for _, other := range append(made, nil) {
		for _, text := range texts {
			h := tables.fronts.hash(text, "")
			for i := range uint64(2 * frontWays) {
				tables.fronts.buckets[h%frontBuckets].put(h+i*frontBuckets, other)
			}
			tables.fronts.buckets[h%frontBuckets].put(h, other)
			for _, code := range []string{"", "401331"} {
				bothWays(t, tables, text+"1丁目2番3号　コーポ桜101号室", code)
			}
		}
	}
	if text := strings.Repeat("中", frontBytesMax/3); bothWays(t, tables, text+"町1-2", "") || !bothWays(t, tables, "福岡市中央区天神1-2", "401331") {
		t.Error("a long front is remembered, or a usual one is not")
	}
}

// addressPieces are what stands between and behind the numbers of an address,
// and what could be taken for it.
var addressPieces = []string{"1", "２", "30", "4567", "007", "十三", "二", "一丁目", "丁目", "番", "番地", "番地の", "号", "号室", "の", "ノ", "-", "－", "ー", "−", " ", "　", "条", "線", "町", "区",
	"大字", "字", "小字", "甲", "乙", "イ", "無番地", "番外地", "官有無番地", "地割", "西", "北", "三菱ビル", "コーポ桜", "Ａ棟", "Ⅱ", "階", "F", "様方", "が", "ケ", "々", "゛", "(", "J+9AD8", "髙", "𠮷", "か\u3099", "󠄀"}

// addressTails stand behind the numbers.
var addressTails = []string{"", " ", "　", "　コーポ桜301号室", " 三菱ビル2F", "　室町ハイツ", "　室", "　Ａ棟", "　様方", "　番町荘", "　字", "　大字荘", "　壱番館", "　乙荘２", "　乙2", "　ー1", "　々", "　ケ丘荘",
	"　無番地", "　ｺｰﾎﾟ", "　301", " -3", "　　桜", "コーポ", "階", "　小字荘", "　之荘", "　がき荘", "　J+9AD8荘", "　丁"}

// Every way to write one or two numbers and go on, behind a town and behind 丁目 in kanji.
func TestNumbersReadFromTheirBytesAreThoseOfTheWhole(t *testing.T) {
	units := []string{"", "丁目", "番", "番地", "番地の", "号", "-", "－", "の", "番館", "階"}
	var numbers []string
	for _, f := range []string{"1", "０２", "4567", "12345"} {
		for _, u := range units {
			numbers = append(numbers, f+u)
		}
	}
	seconds := append([]string{""}, numbers[:2*len(units)]...)
	short := 0
	for _, town := range []string{"福岡県福岡市中央区天神", "福岡市早良区百道浜二丁目"} {
		for _, first := range numbers {
			for _, second := range seconds {
				for _, tail := range addressTails {
					if bothWays(t, EmbeddedTables(), town+first+second+tail, "") {
						short++
					}
				}
			}
		}
	}
	if all := 2 * len(numbers) * len(seconds) * len(addressTails); short < all/2 {
		t.Errorf("only %d of %d go the short way", short, all)
	}
}

func TestAnyAddressFoldsAlikeBothWays(t *testing.T) {
	tables := EmbeddedTables()
	var names, codes []string
	for name, places := range tables.places.names {
		names = append(names, name)
		codes = append(codes, places[0].code)
	}
	slices.Sort(names)
	slices.Sort(codes)
	own := slices.Sorted(maps.Keys(tables.towns))
	var towns []string
	for line := range lines(townTable) {
		_, raw, _ := strings.Cut(line, "\t")
		towns = append(towns, strings.Split(raw, "|")...)
	}
	total, short := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		code := ""
		if rapid.Bool().Draw(t, "coded") {
			code = rapid.SampledFrom(codes).Draw(t, "code")
		}
		name := rapid.SampledFrom(names).Draw(t, "municipality")
		town := rapid.SampledFrom(towns).Draw(t, "town")
		if set := tables.places.names[name][0].towns; set != nil && rapid.IntRange(0, 3).Draw(t, "its own") > 0 {
			town = rapid.SampledFrom(strings.Split(set.raw, "|")).Draw(t, "town of it")
		}
		if rapid.Bool().Draw(t, "today's") {
			set := rapid.SampledFrom(own).Draw(t, "of today")
			name, town = tables.places.fullNames[set], rapid.SampledFrom(strings.Split(tables.towns[set].raw, "|")).Draw(t, "town of today")
		}
		rest := rapid.SampledFrom([]string{"", "1", "２", "一丁目3", "十三", "甲5", "　12"}).Draw(t, "number") + strings.Join(rapid.SliceOfN(rapid.SampledFrom(addressPieces), 0, 8).Draw(t, "rest"), "")
		if rapid.Bool().Draw(t, "usual") {
			rest = ""
			for range rapid.IntRange(1, 5).Draw(t, "numbers") {
				rest += rapid.SampledFrom([]string{"1", "２", "03", "１２３", "4567", "12345"}).Draw(t, "figures") + rapid.SampledFrom([]string{"丁目", "番", "番地", "号", "-", "－", "−", "", "号", "の", "番館"}).Draw(t, "unit")
			}
			rest += rapid.SampledFrom(addressTails).Draw(t, "tail")
		}
		total++
		if bothWays(t, tables, name+rapid.SampledFrom([]string{"", "大字", "字", " "}).Draw(t, "between")+town+rest, code) {
			short++
		}
	})
	if short < total/10 {
		t.Errorf("only %d of %d go the short way", short, total)
	}
}

func FuzzFrontOfAddress(f *testing.F) {
	for _, s := range []string{"福岡県福岡市中央区天神1-2-3-301", "札幌市中央区北1条西2丁目3", "百道浜二丁目３番４号　センタービル３０１号室", "久留米市田主丸町田主丸459-11", "飯塚市大字川津甲123"} {
		f.Add(s, "")
		f.Add(s, "401307")
	}
	f.Fuzz(func(t *testing.T, s, code string) { bothWays(t, EmbeddedTables(), s, code) })
}

// What is quick for katakana gives what all other characters are asked for.
func TestKatakanaOfAnAddressIsFoldedAsAllElse(t *testing.T) {
	c := placeClasses()
	for r := 'ァ'; r <= 'ヴ'; r++ {
		long := foldAddressRune(c, widen(r))
		if got := appendFolded(nil, c, r); string(got) != string(long) {
			t.Errorf("%c becomes %s, not %c", r, string(got), long)
		}
		for _, s := range []string{"3%A", "棟%棟", "様%方", "-%-", "Ⅱ%二"} {
			before, after, _ := strings.Cut(s, "%")
			if got, want := foldBuilding([]rune(before+string(r)+after)), foldBuilding([]rune(before+"を"+after)); got != strings.Replace(want, "を", string(r), 1) {
				t.Errorf("%s%c%s becomes %s", before, r, after, got)
			}
		}
	}
}
