package charset

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"golang.org/x/text/encoding/japanese"
	"pgregory.net/rapid"
)

// The sets that are not read are refused by their names: whichever sequence of
// ISO-2022-JP, -1, -2, -3, CP50221 or JIS X 0213 comes first, wherever it is cut.
func TestEverySequenceOfJISIsNamed(t *testing.T) {
	for _, seq := range []string{"\x1b$@", "\x1b$B", "\x1b&@\x1b$B", "\x1b$(D", "\x1b$(O", "\x1b$(P", "\x1b$(Q", "\x1b(B", "\x1b(J", "\x1b(I", "\x1b)I", "\x1b.A", "\x1b$A", "\x1b$(C"} {
		for _, declared := range []Charset{"", CP932, UTF8} {
			for piece := 1; piece <= 4; piece++ {
				_, err := decide("No.,Name\r\n1,"+seq+";3ED\x1b(B\r\n", declared, piece)
				iso, ok := errors.AsType[*ISO2022Error](err)
				if !ok || iso.Line != 2 || iso.Offset != 12 {
					t.Errorf("%q, declared %q, in pieces of %d: %v", seq, string(declared), piece, err)
				}
			}
		}
	}
	if _, err := decide("a", ISO2022JP, 1); err == nil {
		t.Error("a declared ISO-2022-JP is read")
	}
}

func TestEUCIsNamedOrAskedAbout(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOf(rapid.RuneFrom([]rune("整理番号氏名山田花子あいうアイウｱｲｳﾞ０１２abc,\r\n\"①－"))).Draw(t, "text")
		euc, err := japanese.EUCJP.NewEncoder().String(text)
		if err != nil {
			return // EUC-JP lacks a character of it
		}
		if !strings.ContainsFunc(text, func(r rune) bool { return r >= 0x80 }) {
			return // ASCII is everything at once
		}
		got, err := decide(euc, "", rapid.IntRange(1, 5).Draw(t, "piece"))
		if _, asked := errors.AsType[*AmbiguousError](err); err == nil || !asked && !isEUC(err) {
			t.Fatalf("EUC-JP taken for %s: %v", string(got), err)
		}
		for _, declared := range []Charset{UTF8, EUCJP} {
			if got, err := decide(euc, declared, 3); err == nil && got != UTF8 {
				t.Fatalf("declared %s, taken for %s", string(declared), string(got))
			}
		}
	})
}

func isEUC(err error) bool {
	_, ok := errors.AsType[*EUCError](err)
	return ok
}

func TestEUCJPHasItsPlaceAndItsLimits(t *testing.T) {
	for raw, want := range map[string]string{
		"No.\n\xc0\xb0\xcd\xfd\xc8\xd6\xb9\xe6":              "line 2, byte 4: EUC-JP",
		"\x8e\xb1\x8f\xb0\xa1\xcd\xfd":                       "line 1, byte 0: EUC-JP", // half-width kana, JIS X 0212
		"\x8e\xe0\xc0\xb0\xfd\xfd":                           "line 1, byte 4: no character of CP932",
		"\xc0\xb0\xcd\xfd\xc8":                               "line 1, byte 3: no character of CP932", // cut
		"\xd4\xcf,\xca\xc5":                                  "may be any of [CP932 EUC-JP]: must be declared",
		"\xd4\xcf\xc0\xde \xca\xc5\xba":                      "CP932",                                          // ﾔﾏﾀﾞ ﾊﾅｺ: an odd number
		"\xd4\xcf,\x8e\x52\x93\x63":                          "CP932",                                          // with kanji
		"\xef\xbd\xb1\xef\xbd\xb2":                           "may be any of [UTF-8 EUC-JP]: must be declared", // ｱｲ
		"No.,\xe6\xb0\x8f\xe5\x90\x8d\r\n1,\xef\xbd\xb1\n\n": "UTF-8",
	} {
		got, err := decide(raw, "", 2)
		out := string(got)
		if err != nil {
			out = err.Error()
		}
		if out != want {
			t.Errorf("%q: %s, want %s", raw, out, want)
		}
	}
	_, err := decide("\xc0\xb0\xcd\xfd\xc8\xd6\xb9\xe6", CP932, 3)
	if c, ok := errors.AsType[*ContradictionError](err); !ok || c.Found != EUCJP {
		t.Errorf("declared CP932: %v", err)
	}
	if got, err := decide("\xd4\xcf,\xca\xc5", CP932, 3); got != CP932 || err != nil {
		t.Errorf("what is declared decides: %v", err)
	}
}

// The first byte of a pair before a comma, a quote or the end of a line, of the
// file or of what was read at once swallows nothing: it is an error with its place.
func TestHalfAPairSwallowsNothing(t *testing.T) {
	for lead := 0x81; lead <= 0xfc; lead++ {
		if lead == 0xa0 {
			lead = 0xe0 // between them are half-width kana
		}
		for _, next := range []string{"", ",", "\"", "\t", "\r\n", "\n", "\r", "\x00"} {
			for _, size := range []int{1, 2, 4095, 4096, 4097} {
				raw := strings.Repeat("a", size-1) + "\n" + string([]byte{byte(lead)}) + next + "b"
				if next == "" {
					raw = raw[:len(raw)-1]
				}
				out, err := io.ReadAll(NewReader(strings.NewReader(raw), CP932))
				bad, ok := errors.AsType[*DecodeError](err)
				if !ok || bad.Offset != int64(size) || bad.Line != 2 || len(out) != size {
					t.Fatalf("%#x before %q at %d: %d bytes, %v", lead, next, size, len(out), err)
				}
			}
		}
	}
	if _, err := decide("\x8e\x52,\x8e", "", 1); err == nil {
		t.Error("half a pair at the end of a file")
	}
}

// NEC row 13, NEC-selected IBM (ED, EE) and IBM (FA–FC) have 398 characters a
// second time. Each reads as the same character and is written as Windows writes it.
func TestTheDoublesReadAsOneCharacter(t *testing.T) {
	codes := map[rune][]uint16{}
	eachCode(func(code uint16, r rune) { codes[r] = append(codes[r], code) })
	doubled := 0
	for r, all := range codes {
		if len(all) == 1 {
			continue
		}
		doubled += len(all) - 1
		written, _ := AppendCP932(nil, string(r))
		for _, code := range all {
			text, bad := DecodeCP932(nil, []byte{byte(code >> 8), byte(code)})
			if bad >= 0 || string(text) != string(r) {
				t.Errorf("%04X is %q", code, text)
			}
			again, _ := AppendCP932(nil, string(text))
			if !bytes.Equal(again, written) {
				t.Errorf("%04X is written as % x, not % x", code, again, written)
			}
		}
	}
	if doubled != 398 {
		t.Errorf("%d doubles", doubled)
	}
	for r, all := range map[rune]string{'髙': "[EEE0 FBFC]", '﨑': "[ED95 FAB1]", '∵': "[81E6 879A FA5B]", '￢': "[81CA EEF9 FA54]", 'ⅰ': "[EEEF FA40]", '㈱': "[878A FA58]"} {
		if got := fmt.Sprintf("%X", codes[r]); got != all {
			t.Errorf("%c has %s, want %s", r, got, all)
		}
	}
}

// The characters that two makers of tables took differently: both are written as
// the one code, and the code reads as Windows reads it.
func TestTheKnownPairsShareACode(t *testing.T) {
	for _, pair := range []struct {
		code           string
		windows, other rune
	}{
		{"\x81\x60", '～', '〜'}, {"\x81\x7c", '－', '−'}, {"\x81\x61", '∥', '‖'}, {"\x81\x5c", '―', '—'},
		{"\x81\x91", '￠', '¢'}, {"\x81\x92", '￡', '£'}, {"\x81\xca", '￢', '¬'},
	} {
		text, bad := DecodeCP932(nil, []byte(pair.code))
		if bad >= 0 || string(text) != string(pair.windows) {
			t.Errorf("% x reads as %q", pair.code, text)
		}
		for _, r := range []rune{pair.windows, pair.other} {
			if code, lost := AppendCP932(nil, string(r)); string(code) != pair.code || len(lost) > 0 {
				t.Errorf("%c is written as % x", r, code)
			}
		}
	}
	// ¥ and ‾ have no code: 5C and 7E are \ and ~, as Windows has them.
	for _, r := range "¥‾" {
		if _, lost := AppendCP932(nil, string(r)); len(lost) != 1 {
			t.Errorf("%c is written in silence", r)
		}
	}
}

// However a file is cut into pieces, it is decided alike, and what is decided reads
// without an error.
func FuzzDecide(f *testing.F) {
	for _, s := range []string{"\xc0\xb0\xcd\xfd\r\n", "\x8e\xb1\x8f\xb0\xa1", "\xef\xbb\xbfa", "\xff\xfea\x00", "\xfe\xff\x00a\xd8", "\x1b$(Q.!", "\x81\x60\x00", "整理番号,氏名\r\n", "\x8b\r\n", "\xd4\xcf,\xca\xc5"} {
		f.Add([]byte(s), "", byte(1))
		f.Add([]byte(s), "CP932", byte(3))
	}
	f.Fuzz(func(t *testing.T, raw []byte, declared string, piece byte) {
		whole, err := decide(string(raw), Charset(declared), len(raw)+1)
		cut, cutErr := decide(string(raw), Charset(declared), int(piece)%7+1)
		if whole != cut || fmt.Sprint(err) != fmt.Sprint(cutErr) {
			t.Fatalf("whole %s, %v; in pieces %s, %v", string(whole), err, string(cut), cutErr)
		}
		if err != nil || declared == string(UTF16LE) || declared == string(UTF16BE) { // without a mark checked as it is read
			return
		}
		if _, err := io.ReadAll(NewReader(bytes.NewReader(raw), whole)); err != nil {
			t.Fatalf("decided as %s, which it is not: %v", string(whole), err)
		}
	})
}
