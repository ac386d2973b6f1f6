package charset

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func decide(raw string, declared Charset, piece int) (Charset, error) {
	var p Probe
	for len(raw) > 0 {
		n := min(piece, len(raw))
		p.Write([]byte(raw[:n]))
		raw = raw[n:]
	}
	return p.Decide(declared)
}

// What the beginning leaves as the only possibility is what the whole file is decided
// to be, or the file is refused.
func TestTheOnlyPossibilityIsDecidedOrRefused(t *testing.T) {
	pieces := []string{"a,b\r\n", "整理番号", "福岡県福岡市中央区", "\x90\xae\x97\x9d", "\x94\xd4\x8d\x86", "\xe6\x95\xb4", "\x81", "\xff", "\x00", "\x1b$B", "\xef\xbb\xbf", "\xc0\xb0\xcd\xfd", "ｱｲ", "\xb1\xb2", "\n"}
	certain := 0
	rapid.Check(t, func(t *rapid.T) {
		whole := strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 0, 12).Draw(t, "pieces"), "")
		declared := rapid.SampledFrom([]Charset{"", UTF8, UTF8BOM, CP932, UTF16, UTF16LE, EUCJP, ISO2022JP}).Draw(t, "declared")
		var begun Probe
		begun.Write([]byte(whole[:rapid.IntRange(0, len(whole)).Draw(t, "begun")]))
		only, ok := begun.Only(declared)
		if !ok {
			return
		}
		certain++
		if decided, err := decide(whole, declared, 3); err == nil && decided != only {
			t.Fatalf("%q, declared %q: only %q is possible, but it is %q", whole, declared, only, decided)
		}
	})
	if certain == 0 {
		t.Error("nothing was ever certain")
	}
}

func TestDecideIsCertainOrRefuses(t *testing.T) {
	sjis := "\x90\xae\x97\x9d\x94\xd4\x8d\x86,\x8e\x81\x96\xbc\r\n" // 整理番号,氏名
	utf := "整理番号,氏名\r\n"
	both := "\xe6\x95\xb4,\xe3\x82\xa2\xe3\x82\xa4" // UTF-8 that is CP932 as well
	for _, c := range []struct {
		name     string
		raw      string
		declared Charset
		want     string // charset, or the error
	}{
		{"CP932", sjis, "", "CP932"},
		{"UTF-8", utf, "", "UTF-8"},
		{"with a mark", "\xef\xbb\xbf" + utf, "", "UTF-8-BOM"},
		{"with a mark, declared UTF-8", "\xef\xbb\xbf" + utf, UTF8, "UTF-8-BOM"},
		{"with a mark, declared CP932", "\xef\xbb\xbf" + utf, CP932, `declared CP932, found "UTF-8-BOM"`},
		{"a mark alone", "\xef\xbb\xbf", "", "UTF-8-BOM"},
		{"declared with a mark, without one", utf, UTF8BOM, "UTF-8"},
		{"empty", "", "", "UTF-8"},
		{"ASCII", "a,b\r\n", "", "UTF-8"},
		{"ASCII, declared CP932", "a,b\r\n", CP932, "CP932"},
		{"both possible", both, "", "may be any of [CP932 UTF-8]: must be declared"},
		{"both possible, UTF-8 declared", both, UTF8, "UTF-8"},
		{"both possible, CP932 declared", both, CP932, "CP932"},
		{"CP932, declared UTF-8", sjis, UTF8, `declared UTF-8, found "CP932"`},
		{"UTF-8, declared CP932", utf, CP932, `declared CP932, found "UTF-8"`},
		{"mixed", sjis + utf, "", "line 2, byte 20: no character of CP932"},
		{"mixed the other way", utf + sjis, "", "line 2, byte 21: no character of UTF-8"},
		{"mixed, declared CP932", sjis + utf, CP932, "line 2, byte 20: no character of CP932"},
		{"mixed, though all of it reads as CP932", sjis + "1,福岡県福岡市中央区\r\n", CP932, "line 2, byte 17: no character of CP932"},
		{"mixed, short", sjis + "1,福岡\r\n", "", "CP932"},
		{"JIS in the middle of CP932", sjis + "1,\x1b$B;3ED\x1b(B\r\n", CP932, "line 2, byte 17: ISO-2022-JP"},
		{"mixed, declared UTF-8", sjis + utf, UTF8, "line 1, byte 0: no character of UTF-8"},
		{"cut", sjis[:len(sjis)-3], "", "line 1, byte 11: no character of CP932"},
		{"NUL", "a\nb\x00c", "", "line 2, byte 3: NUL"},
		{"NUL, UTF-8 with a mark", "\xef\xbb\xbf\x00あ", "", "line 1, byte 3: NUL"},
		{"UTF-16LE", "\xff\xfea\x00\n\x00", "", "UTF-16LE"},
		{"UTF-16BE", "\xfe\xff\x00a\x00\n", "", "UTF-16BE"},
		{"UTF-16, by its mark", "\xfe\xff\x00a\x00\n", UTF16, "UTF-16BE"},
		{"UTF-16LE declared BE", "\xff\xfea\x00", UTF16BE, `declared UTF-16BE, found "UTF-16LE"`},
		{"UTF-16 declared CP932", "\xff\xfea\x00", CP932, `declared CP932, found "UTF-16LE"`},
		{"UTF-16 cut", "\xff\xfea\x00\n\x00b", "", "line 2, byte 6: no character of UTF-16LE"},
		{"UTF-16 half a pair", "\xff\xfe\x42\xd8a\x00", "", "line 1, byte 2: no character of UTF-16LE"},
		{"UTF-16 half a pair at the end", "\xfe\xff\xd8\x42", "", "line 1, byte 2: no character of UTF-16BE"},
		{"UTF-16 wrong half", "\xfe\xff\xdc\x42", "", "line 1, byte 2: no character of UTF-16BE"},
		{"UTF-16 whole pair", "\xfe\xff\xd8\x42\xdf\xb7", "", "UTF-16BE"},
		{"UTF-16 without a mark", "a\x00\n\x00", "", "line 1, byte 1: NUL"},
		{"UTF-16 without a mark, declared", "a\x00\n\x00", UTF16LE, "UTF-16LE"},
		{"UTF-16 without a mark, declared without order", "a\x00\n\x00", UTF16, "may be any of [UTF-16LE UTF-16BE]: must be declared"},
		{"CP932, declared UTF-16", sjis, UTF16LE, `declared UTF-16LE, found "CP932"`},
		{"ISO-2022-JP", "a\n\x1b$B@0M}\x1b(B", "", "line 2, byte 2: ISO-2022-JP"},
		{"ISO-2022-JP, declared CP932", "\x1b(J", CP932, "line 1, byte 0: ISO-2022-JP"},
		{"an escape that is none of JIS", "\x1b[0m", "", "UTF-8"},
		{"EUC-JP", "\xc0\xb0\xcd\xfd\xc8\xd6\xb9\xe6", "", "line 1, byte 0: EUC-JP"},
		{"unknown declaration", "a", "EBCDIC", "unknown character set"},
	} {
		for _, piece := range []int{1, 2, 3, 5, 1000} {
			got, err := decide(c.raw, c.declared, piece)
			out := string(got)
			if err != nil {
				out = err.Error()
			}
			if out != c.want || err != nil && got != "" {
				t.Errorf("%s, in pieces of %d: %s, want %s", c.name, piece, out, c.want)
			}
		}
	}
}

func TestErrorsOfDecideAreTyped(t *testing.T) {
	for want, raw := range map[error]string{
		&AmbiguousError{}: "\xe3\x82\xa2\xe3\x82\xa4", &InvalidError{}: "\xe3\x82\xff", &NULError{}: "\x00", &ISO2022Error{}: "\x1b$",
	} {
		_, err := decide(raw, "", 100)
		if fmt.Sprintf("%T", err) != fmt.Sprintf("%T", want) {
			t.Errorf("%q: %T, want %T", raw, err, want)
		}
	}
	_, err := decide("\x82\xa0", UTF8, 1)
	if c, ok := errors.AsType[*ContradictionError](err); !ok || c.Found != CP932 {
		t.Errorf("%v", err)
	}
}

// TestDecideIsNeverWrong: whatever Japanese text is written in a character set,
// the probe says that one, or that it must be declared.
func TestDecideIsNeverWrong(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOf(rapid.RuneFrom([]rune("整理番号氏名髙﨑あいうアイウｱｲｳﾞ０１２abc,\r\n\"①㈱　ー～"))).Draw(t, "text")
		raw, _ := AppendCP932(nil, text)
		ascii := !strings.ContainsFunc(text, func(r rune) bool { return r >= 0x80 })
		if got, err := decide(string(raw), "", 7); err == nil && got != CP932 && !ascii {
			t.Fatalf("CP932 taken for %s", string(got))
		}
		if got, err := decide(text, "", 7); err == nil && got != UTF8 {
			t.Fatalf("UTF-8 taken for %s", string(got))
		}
		if got, err := decide(string(raw), CP932, 3); err != nil || got != CP932 {
			t.Fatalf("declared CP932: %v", err)
		}
		if got, err := decide(text, UTF8, 3); err != nil || got != UTF8 {
			t.Fatalf("declared UTF-8: %v", err)
		}
	})
}

func TestParseKnowsUsualNames(t *testing.T) {
	for want, names := range map[Charset]string{
		CP932: "CP932|Shift_JIS|sjis|Windows-31J|MS932|shift-jis|ms932", UTF8: "utf8|UTF-8|UTF-8N", UTF8BOM: "utf-8-bom|UTF-8 (BOM付き)|utf_8_sig",
		UTF16: "UTF-16", UTF16LE: "utf-16le", UTF16BE: "UTF-16BE",
		EUCJP: "EUC-JP|eucJP-ms|日本語EUC", ISO2022JP: "ISO-2022-JP|JIS|JISコード", // to be refused by name
	} {
		for name := range strings.SplitSeq(names, "|") {
			if got, err := Parse(name); got != want || err != nil {
				t.Errorf("%s: %s, %v", name, string(got), err)
			}
		}
	}
	for _, name := range []string{"", "EUC-KR", "latin1", "utf7"} {
		if got, err := Parse(name); !errors.Is(err, ErrUnknown) || got != "" {
			t.Errorf("%s: %s, %v", name, string(got), err)
		}
	}
}
