package charset

import (
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

// plainSlowly is what Plain promises, byte by byte.
func plainSlowly(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c == '"' || c == ',' || c == '\\' {
			return false
		}
	}
	return utf8.ValidString(s)
}

func checkPlain(t interface{ Fatalf(string, ...any) }, s string) {
	want := plainSlowly(s)
	if Plain(s) != want || Plain([]byte(s)) != want {
		t.Fatalf("%q: want %v", s, want)
	}
}

// Every character, and every three bytes that look like one, at every place of a text
// that is longer than what is looked at in a step.
func TestPlainIsExactForEveryCharacter(t *testing.T) {
	for r := rune(0); r <= utf8.MaxRune; r++ {
		c := string(r) // U+FFFD for halves of a pair
		checkPlain(t, "氏"+c+"名 abc")
		if r < 0x3000 {
			for at := range 20 {
				checkPlain(t, strings.Repeat("a", at)+c+"福岡県天神一丁目"+c)
			}
		}
	}
	for lead := 0xe0; lead <= 0xef; lead++ {
		for second := 0x7f; second <= 0xc0; second++ {
			for _, third := range []int{0x7f, 0x80, 0xbf, 0xc0} {
				c := string([]byte{byte(lead), byte(second), byte(third)})
				for _, s := range []string{c, c + "福岡県", "福" + c + "岡県", "abcde" + c, "福岡" + c, "福岡" + c[:2], "福岡県天神" + c[:1]} {
					checkPlain(t, s)
				}
			}
		}
	}
}

func TestPlainIsExact(t *testing.T) {
	part := rapid.OneOf(rapid.StringOf(rapid.RuneFrom([]rune("ab 1氏名髙ｱ　𠮷é\x00\x1f\x7f,\"\\"))), rapid.StringOfN(rapid.RuneFrom([]rune("氏名福岡県")), 0, 9, -1),
		rapid.StringMatching(`[0-9-]{0,20}`), rapid.Map(rapid.SliceOfN(rapid.Byte(), 0, 4), func(b []byte) string { return string(b) }))
	rapid.Check(t, func(t *rapid.T) {
		checkPlain(t, strings.Join(rapid.SliceOfN(part, 0, 6).Draw(t, "parts"), ""))
	})
}

func FuzzPlain(f *testing.F) {
	for _, s := range []string{"", "A0000001", "福岡県北九州市小倉南区呼野１丁目２１番２１号", "a,b", "氏\xed\xa0\x80名", "\xe0\x80\x80", "𠮷", "é\\", strings.Repeat("a", 7) + "\xe6\xb0"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) { checkPlain(t, s) })
}

func BenchmarkPlain(b *testing.B) {
	for _, s := range []string{"A0000001", "1957-02-04", "小幡　忠光", "福岡県北九州市小倉南区呼野１丁目２１番２１号", "四情報一致 / 住所: 丁目・番・号の表記"} {
		b.Run(s, func(b *testing.B) {
			for b.Loop() {
				if !Plain(s) {
					b.Fatal("not plain")
				}
			}
		})
		b.Run("slow"+s, func(b *testing.B) {
			for b.Loop() {
				if !plainSlowly(s) {
					b.Fatal("not plain")
				}
			}
		})
	}
}
