package charset

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// decodeSlowly decodes one character after the other, as the table has them.
func decodeSlowly(src []byte, last bool) (out []byte, used, bad int) {
	table := decodeTable()
	for i := 0; i < len(src); {
		c := src[i]
		switch {
		case c < 0x80:
			out, i = append(out, c), i+1
		case c >= 0xa1 && c <= 0xdf:
			out, i = append(out, string(rune(c)-0xa1+0xff61)...), i+1
		case rowOf(c) < 0:
			return out, i, i
		case i+1 == len(src) && !last:
			return out, i, -1
		case i+1 == len(src) || table.pair(c, src[i+1]) == 0:
			return out, i, i
		default:
			p := table.pair(c, src[i+1])
			out, i = append(out, []byte{byte(p), byte(p >> 8), byte(p >> 16)}[:p>>24]...), i+2
		}
	}
	return out, len(src), -1
}

func TestDecodingAndCheckingGoAsFarAsCharacterByCharacter(t *testing.T) {
	part := rapid.OneOf(rapid.SampledFrom([]string{"A0000001,", "\r\n", "\x95\x9f\x89\xaa\x8c\xa7", "\xb1\xb2", "\x82\x50", "\xfb\xfc", "\x95", "\x80", "\xa0", "\xfd", "\x95\x3f", "\x95\x7f", "12345678"}),
		rapid.Map(rapid.SliceOfN(rapid.Byte(), 0, 3), func(b []byte) string { return string(b) }))
	rapid.Check(t, func(t *rapid.T) {
		src := []byte(strings.Join(rapid.SliceOfN(part, 0, 30).Draw(t, "parts"), ""))
		last := rapid.Bool().Draw(t, "last")
		want, wantUsed, wantBad := decodeSlowly(src, last)
		got, used, bad := decodeCP932([]byte("before"), slices.Clone(src), last)
		if string(got) != "before"+string(want) || used != wantUsed || bad != wantBad {
			t.Fatalf("%q: %q, %d, %d; want %q, %d, %d", src, got, used, bad, want, wantUsed, wantBad)
		}
		if used, bad := validCP932(src, last); used != wantUsed || bad != wantBad {
			t.Fatalf("%q is valid to %d, %d; want %d, %d", src, used, bad, wantUsed, wantBad)
		}
	})
}

// encodeSlowly encodes one character after the other, as [AppendCP932] says.
func encodeSlowly(s string) (out []byte, lost []rune) {
	for _, r := range s {
		code := uint16(r)
		if r >= 0x80 {
			if code = 0; r < 1<<16 {
				code = encodeTable()[r]
			}
			if code == 0 {
				lost = append(lost, r)
				if isSelector(r) {
					continue
				}
				code = encodeTable()[Geta]
			}
		}
		if code >= 0x100 {
			out = append(out, byte(code>>8))
		}
		out = append(out, byte(code))
	}
	return out, lost
}

func TestEncodingGivesWhatCharacterByCharacterGives(t *testing.T) {
	check := func(t interface{ Fatalf(string, ...any) }, s string) {
		got, lost := AppendCP932([]byte("x"), s)
		want, wantLost := encodeSlowly(s)
		if string(got) != "x"+string(want) || !slices.Equal(lost, wantLost) {
			t.Fatalf("%q: %q, %q; want %q, %q", s, got, lost, want, wantLost)
		}
	}
	for r := rune(0); r <= 0x20000; r++ {
		check(t, string(r)+"名"+string(r))
	}
	part := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"髙橋　花子", "ﾀｶﾊｼ", "辻\ufe00", "\xe6\xb0", "\xed\xa0\x80", "\xe0\x82\xa2", "〜", "A-1"}))
	rapid.Check(t, func(t *rapid.T) { check(t, strings.Join(rapid.SliceOfN(part, 0, 8).Draw(t, "parts"), "")) })
}
