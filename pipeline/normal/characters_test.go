package normal

import (
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/encoding/japanese"
)

// What a union of the tables would join and nobody may: read from the analysis of
// the tables, not from the stop-list.
func TestCharactersThatAreKnownToBeWronglyJoinedStayApart(t *testing.T) {
	for _, two := range strings.Fields("書昼 切功 師帥 宍肉 綱網 藁稿 柁舵 島雀 嶋雀 亥充 丁介 明朋 売殻 玄糸 玉王 斎斉 浜瀕 浜頻 高享 高亨 斎粂") {
		r := []rune(two)
		if variantClasses().of(r[0]) == variantClasses().of(r[1]) || broadEqual(r[0], r[1]) || broadEqual(r[1], r[0]) {
			t.Errorf("%s are joined", two)
		}
		ds, _ := FoldName(string(r[0])+"田").Differences(nil, FoldName(string(r[1])+"田"))
		if len(ds) != 1 || ds[0].Relation != Other && ds[0].Relation != Alike {
			t.Errorf("%s: %v", two, ds)
		}
	}
	if !broadEqual('舘', '館') {
		t.Error("舘 and 館 are apart")
	}
	// The last pair of the analysis is one of two code points that look the same.
	if a, b := '着', '\u8457'; a != b && broadEqual(a, b) {
		t.Errorf("%c and %c are joined", a, b)
	}
}

// levelOne are the kanji of JIS X 0208 第1水準, which are characters of their own to
// everybody.
func levelOne(t *testing.T) []rune {
	t.Helper()
	var all []rune
	for row := 16; row <= 47; row++ {
		for cell := 1; cell <= 94; cell++ {
			s, err := japanese.EUCJP.NewDecoder().String(string([]byte{byte(0xA0 + row), byte(0xA0 + cell)}))
			if err == nil && !strings.ContainsRune(s, 0xFFFD) {
				all = append(all, []rune(s)...)
			}
		}
	}
	if len(all) != 2965 {
		t.Fatalf("%d kanji", len(all))
	}
	return all
}

// Each pair of usual kanji that any tier joins was looked at by a reader: a table
// that joins one more fails here and is to be read, not waved through.
func TestOfUsualKanjiOnlyThoseThatWereLookedAtAreJoined(t *testing.T) {
	var joined []string
	all := levelOne(t)
	for i, a := range all {
		for _, b := range all[i+1:] {
			if broadEqual(a, b) || broadEqual(b, a) {
				joined = append(joined, string([]rune{a, b}))
			}
		}
	}
	want := strings.Fields("穐秋 穎頴 園薗 栢柏 刈苅 館舘 駆駈 曾曽 滝瀧 弔吊 島嶋 灯燈 禰祢 埜野 杯盃 梅楳 富冨 舗鋪 峰峯 湧涌 竜龍 亙亘")
	slices.Sort(joined)
	slices.Sort(want)
	if !slices.Equal(joined, want) {
		t.Errorf("joined: %v, want %v", joined, want)
	}
}

// Of the compatibility ideographs all fold but twelve, which are characters of
// their own: 﨑 among them.
func TestTwelveCompatibilityIdeographsDoNotFold(t *testing.T) {
	var stay []rune
	for r := rune(0xF900); r <= 0xFAD9; r++ {
		if r == 0xFA6E || r == 0xFA6F {
			continue // not characters
		}
		if n := FoldName(string(r) + "田"); strings.HasPrefix(n.Reveal(AsReceived), string(r)) {
			stay = append(stay, r)
		}
	}
	want := []rune{0xFA0E, 0xFA0F, 0xFA11, 0xFA13, 0xFA14, 0xFA1F, 0xFA21, 0xFA23, 0xFA24, 0xFA27, 0xFA28, 0xFA29}
	if !slices.Equal(stay, want) {
		t.Errorf("%U stay, want %U", stay, want)
	}
}

func TestLookAlikesAreWeakEvidenceOnly(t *testing.T) {
	for _, two := range strings.Fields("ニ二 ハ八 ロ口 カ力 エ工 ト卜 タ夕 一ー 〆締 〆占") {
		r := []rune(two)
		a, b := FoldName("山"+string(r[0])), FoldName("山"+string(r[1]))
		ds, ok := a.Differences(nil, b)
		if !ok || len(ds) != 1 || ds[0].Relation != Alike || a.Reveal(AsVariant) == b.Reveal(AsVariant) {
			t.Errorf("%s: %v", two, ds)
		}
	}
	if ds, _ := FoldName("〆木").Differences(nil, FoldName("乄木")); len(ds) != 1 || ds[0].Relation != JISClass {
		t.Errorf("〆 and 乄: %v", ds)
	}
	if !HasKanji("〆　ヨネ") || KanaOnly("〆　ヨネ") {
		t.Error("〆 is taken for kana")
	}
}
