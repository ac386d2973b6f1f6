package normal

import (
	"testing"
	"unicode"
)

func TestSameSoundIsLooseForItsLongVowelsAlone(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"おおの", "おーの", true}, {"おうの", "おおの", true}, {"こうた", "こおた", true}, {"ユータ", "ゆうた", true},
		{"たけじ", "たけし", false}, {"けいご", "けいこ", false}, {"みづほ", "みずほ", false},
	} {
		a, b := FoldKana(c.a), FoldKana(c.b)
		if !a.Loose(b) {
			t.Errorf("%s and %s are not even loose", c.a, c.b)
		}
		if a.SameSound(b) != c.want || b.SameSound(a) != c.want {
			t.Errorf("%s and %s: same sound is not %v", c.a, c.b, c.want)
		}
	}
}

func TestKanaOnlyIsKanaAlone(t *testing.T) {
	for s, want := range map[string]bool{"やまだ　たろう": true, "ﾔﾏﾀﾞ ﾀﾛｳ": true, "サーシャ": true, "みすゞ": true, "YAMADA TARO": false, "山田": false,
		"ヤマダ太郎": false, "": false, "　": false, "〓〓": false} {
		if KanaOnly(s) != want {
			t.Errorf("KanaOnly(%q) is not %v", s, want)
		}
	}
}

// What is asked first of a character changes no answer.
func TestCommonKanjiAreNeitherLatinNorUnreadable(t *testing.T) {
	for r := rune(0x4E00); r <= 0x9FFF; r++ {
		w := widen(r)
		if w != r || unicode.Is(unicode.Latin, r) || unicode.Is(unicode.Mn, r) || isSpace(r) || isDash(r) || Unreadable(r) {
			t.Errorf("%U is something else too", r)
		}
	}
	for s, want := range map[string]bool{"山田": false, "山〓": true, "〓": true, "山\xFF": true, "": false, "山田?": true, "山\uE000": true} {
		if HasUnreadable(s) != want {
			t.Errorf("HasUnreadable(%q) is not %v", s, want)
		}
	}
}
