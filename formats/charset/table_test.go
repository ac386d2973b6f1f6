package charset

import (
	"bytes"
	"os"
	"os/exec"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/encoding/japanese"
)

// TestTableIsWhole: what the packed table assumes.
func TestTableIsWhole(t *testing.T) {
	codes, user := 0, 0
	eachCode(func(code uint16, r rune) {
		codes++
		if r >= 0xe000 && r <= 0xe757 {
			user++
		}
		if r < 0x80 || r > 0xffff || r == utf8.RuneError {
			t.Errorf("code %04X is %U", code, r)
		}
		if trail := byte(code); trail < 0x40 || trail == 0x7f || trail > 0xfc || rowOf(byte(code>>8)) < 0 {
			t.Errorf("code %04X cannot be", code)
		}
	})
	if codes != 7724+1880 || user != 1880 {
		t.Errorf("%d codes, %d of them user-defined; want 9604 and 1880", codes, user)
	}
}

// TestEveryPairOfBytesAgreesWithTheOracle decodes all 65,536 sequences of two
// bytes. Differences from x/text, all of them: it gives U+FFFD where we have an
// error, U+FFFD for 外字, and U+0080 for 80.
func TestEveryPairOfBytesAgreesWithTheOracle(t *testing.T) {
	dec := japanese.ShiftJIS.NewDecoder()
	var user, bad int
	for a := range 256 {
		for b := range 256 {
			src := []byte{byte(a), byte(b)}
			got, at := DecodeCP932(nil, src)
			want, err := dec.Bytes(src)
			if err != nil {
				t.Fatal(err)
			}
			if a >= 0xf0 && a <= 0xf9 && b >= 0x40 && b <= 0xfc && b != 0x7f {
				user++
				r := rune(0xe000 + (a-0xf0)*188 + b - 0x40)
				if b > 0x7f {
					r--
				}
				if at != -1 || string(got) != string(r) {
					t.Fatalf("% x: %q, %d; want %U", src, got, at, r)
				}
				continue
			}
			if i := strings.IndexAny(string(want), "\uFFFD\u0080"); i >= 0 {
				bad++
				if at < 0 || string(got) != string(want[:i]) {
					t.Fatalf("% x: %q, %d; the oracle has %q", src, got, at, want)
				}
				// The place is that of the first byte of what is no character.
				if wantAt := len([]rune(string(want[:i]))); at != wantAt {
					t.Fatalf("% x: bad at %d, want %d", src, at, wantAt)
				}
				continue
			}
			if at != -1 || !bytes.Equal(got, want) {
				t.Fatalf("% x: %q, %d; the oracle has %q", src, got, at, want)
			}
		}
	}
	if user != 1880 || bad == 0 {
		t.Errorf("%d user-defined, %d bad", user, bad)
	}
}

// TestEveryCharacterComesBack: each character of the table is written with one of
// its codes, and that code reads as the same character.
func TestEveryCharacterComesBack(t *testing.T) {
	other := 0
	eachCode(func(code uint16, r rune) {
		b, lost := AppendCP932(nil, string(r))
		if len(lost) > 0 || len(b) != 2 || !Encodable(r) {
			t.Fatalf("%U is lost", r)
		}
		if uint16(b[0])<<8|uint16(b[1]) != code {
			other++
		}
		if back, bad := DecodeCP932(nil, b); bad >= 0 || string(back) != string(r) {
			t.Fatalf("%U comes back as %q", r, back)
		}
	})
	if other != 398 {
		t.Errorf("%d codes are written as another one, want 398", other)
	}
}

// TestWindowsPriority holds the codes that Windows writes where there are
// several. They are also what glibc and Java MS932 write.
func TestWindowsPriority(t *testing.T) {
	for r, want := range map[rune]string{
		'髙': "\xfb\xfc", '﨑': "\xfa\xb1", 'ⅰ': "\xfa\x40", '纊': "\xfa\x5c",
		'≒': "\x81\xe0", '≡': "\x81\xdf", '∫': "\x81\xe7", '√': "\x81\xe3", '⊥': "\x81\xdb", '∠': "\x81\xda",
		'∵': "\x81\xe6", '∩': "\x81\xbf", '∪': "\x81\xbe", '￢': "\x81\xca",
		'Ⅰ': "\x87\x54", '㈱': "\x87\x8a", '№': "\x87\x82", '℡': "\x87\x84",
		'￤': "\xfa\x55", '＇': "\xfa\x56", '＂': "\xfa\x57",
		'〜': "\x81\x60", '～': "\x81\x60", '−': "\x81\x7c", '－': "\x81\x7c", '‖': "\x81\x61", '∥': "\x81\x61",
		'¢': "\x81\x91", '£': "\x81\x92", '¬': "\x81\xca", '—': "\x81\x5c", '―': "\x81\x5c",
		'\ue000': "\xf0\x40", '\ue757': "\xf9\xfc", 'ｱ': "\xb1", '\\': "\\", '~': "~",
	} {
		if got, lost := AppendCP932(nil, string(r)); string(got) != want || len(lost) > 0 {
			t.Errorf("%c: % x, want % x", r, got, want)
		}
	}
}

// TestAgreesWithIconv compares every character of the basic plane with glibc,
// a codec not written here. glibc differs in what it adds only: ¥ and ‾ become
// the ASCII characters whose places they have in JIS X 0201.
func TestAgreesWithIconv(t *testing.T) {
	path, err := exec.LookPath("iconv")
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("iconv is missing")
		}
		t.Skip("no iconv here")
	}
	var in strings.Builder
	var runes []rune
	for r := rune(0x80); r < 0x10000; r++ {
		if Encodable(r) {
			runes = append(runes, r)
			in.WriteString(string(r) + "\n")
		}
	}
	cmd := exec.Command(path, "-f", "UTF-8", "-t", "CP932")
	cmd.Stdin = strings.NewReader(in.String())
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("glibc does not have one of our characters: %v", err)
	}
	lines := bytes.Split(out, []byte("\n"))
	for i, r := range runes {
		if got, _ := AppendCP932(nil, string(r)); !bytes.Equal(got, lines[i]) {
			t.Errorf("%U: % x, glibc % x", r, got, lines[i])
		}
	}
}

func TestReplaceLost(t *testing.T) {
	for _, c := range []struct{ in, out, lost string }{
		{"", "", ""},
		{"plain", "plain", ""},
		{"髙橋 﨑", "髙橋 﨑", ""},
		{"𠮷野", "〓野", "𠮷"},
		{"鷗と鷗", "〓と〓", "鷗鷗"},
		{"1〜2 − ‖", "1～2 － ∥", ""},
		{"邉\U000E0102です", "邉です", "\U000E0102"},
		{"𠮷\U000E0100", "〓", "𠮷\U000E0100"},
		{"¥", "〓", "¥"},
	} {
		out, lost := ReplaceLost(c.in)
		if out != c.out || string(lost) != c.lost {
			t.Errorf("%q: %q, lost %q; want %q, %q", c.in, out, string(lost), c.out, c.lost)
		}
	}
	if Encodable('𠮷') || Encodable(-1) || Encodable(utf8.RuneError) || !Encodable('A') || !Encodable(0) {
		t.Error("Encodable is wrong about 𠮷, -1, U+FFFD, A or NUL")
	}
}
