package normal

import (
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

func TestACodeOfTheJukiNetworkIsReadAsItsCharacters(t *testing.T) {
	for code, want := range map[uint16]string{0x3400: "㐀", 0x4E00: "一", 0xAEAC: "𠮷", 0xB6DA: "斎\U000E0102", 0xFA6B: "鬭\U000E0104"} {
		if got, ok := JukiText(code); !ok || got != want {
			t.Errorf("J+%04X is %+q, want %+q", code, got, want)
		}
	}
	for _, code := range []uint16{0, 'A', 0x3042, 0xFFFF} {
		if got, ok := JukiText(code); ok {
			t.Errorf("J+%04X is %+q", code, got)
		}
	}
	n := 0
	for code := range 0x10000 {
		text, ok := JukiText(uint16(code))
		if !ok {
			continue
		}
		n++
		selectors := strings.IndexFunc(text, isSelector)
		if r, size := utf8.DecodeRuneInString(text); !isKanji([]rune(norm.NFC.String(string(r)))[0]) && (r < 0x2E80 || r > 0x2FDF) || size != len(text) && selectors != size {
			t.Errorf("J+%04X is %+q", code, text)
		}
	}
	if n != 19_563 {
		t.Errorf("%d codes", n)
	}
}

func TestACodeInANameMeansItsCharacter(t *testing.T) {
	for in, want := range map[string]string{"J+AEAC田　一": "𠮷田　一", "Ｊ＋ＡＥＡＣ田　一": "𠮷田　一", "j+b6da藤": "斎\U000E0102藤", "J+0041": "J+0041", "J+AEA": "J+AEA", "A+B": "A+B", "": "", "J+J+AEAC": "J+𠮷", "J+ＡＥＡ藤": "J+ＡＥＡ藤"} {
		if got := ExpandJuki(in); got != want {
			t.Errorf("%s is %+q, want %+q", in, got, want)
		}
	}
	n := FoldName("J+AEAC田　一")
	if n.Reveal(AsForm) != "𠮷田一" || n.Reveal(AsVariant) != FoldName("吉田一").Reveal(AsVariant) || n.Reveal(AsReceived) != "J+AEAC田　一" || !n.HasKanji() {
		t.Error("a name with a code is not folded to its character")
	}
	if FoldName("J+9AD8橋").Reveal(AsVariant) != FoldName("高橋").Reveal(AsVariant) {
		t.Error("a code that is Unicode's is not read")
	}
}
