package normal

import "testing"

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
