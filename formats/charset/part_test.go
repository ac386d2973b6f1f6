package charset

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

var someBytes = rapid.SampledFrom([]string{"a,b\r\n", "整理番号", "福岡県福岡市中央区", "\x90\xae\x97\x9d", "\x94\xd4\x8d\x86", "\xe6\x95\xb4", "\x81", "\xff", "\x00", "\x1b", "$B", "\x1b$B",
	"\xef\xbb\xbf", "\xc0\xb0\xcd\xfd", "ｱｲ", "\xb1\xb2", "\n", "\r"})

// Where a watch is clear, and all was decoded and holds no NUL, a look at everything says
// the same.
func TestAClearWatchSaysWhatAProbeOfTheWholeSays(t *testing.T) {
	clear := 0
	rapid.Check(t, func(t *rapid.T) {
		whole := strings.Join(rapid.SliceOfN(someBytes, 0, 12).Draw(t, "bytes"), "")
		declared := rapid.SampledFrom([]Charset{"", UTF8, UTF8BOM, CP932}).Draw(t, "declared")
		var begun Probe
		begun.Write([]byte(whole[:rapid.IntRange(0, len(whole)).Draw(t, "begun")]))
		only, ok := begun.Only(declared)
		if !ok || declared != "" && declared != only || strings.Contains(whole, "\x00") {
			return
		}
		if _, err := io.ReadAll(NewReader(strings.NewReader(whole), only)); err != nil {
			return
		}
		watch, piece := NewWatch(only), rapid.IntRange(1, 5).Draw(t, "piece")
		for rest := whole; rest != ""; {
			n := min(piece, len(rest))
			watch.Write([]byte(rest[:n]))
			rest = rest[n:]
		}
		if !watch.Clear() {
			return
		}
		clear++
		if got, err := decide(whole, declared, len(whole)+1); got != only || err != nil {
			t.Fatalf("%q, declared %q: %q, %v, not %s", whole, string(declared), string(got), err, string(only))
		}
	})
	if clear == 0 {
		t.Error("none is clear")
	}
}

// Parts of a file that end between characters are decoded by themselves as in the whole,
// with their faults where they stand.
func TestAPartReadsAsInTheWhole(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		first := strings.Join(rapid.SliceOfN(someBytes, 1, 6).Draw(t, "first"), "") + "\n"
		second := strings.Join(rapid.SliceOfN(someBytes, 0, 6).Draw(t, "second"), "")
		c := rapid.SampledFrom([]Charset{UTF8, UTF8BOM, CP932}).Draw(t, "charset")
		begin, err := io.ReadAll(NewReader(strings.NewReader(first), c))
		if err != nil {
			return
		}
		want, wantErr := io.ReadAll(NewReader(strings.NewReader(first+second), c))
		var lines lineCounter
		lines.n = 1
		lines.add([]byte(first))
		got, gotErr := io.ReadAll(NewReaderAt(strings.NewReader(second), c, int64(len(first)), lines.n))
		if got = append(begin, got...); !bytes.Equal(got, want) || fmt.Sprint(gotErr) != fmt.Sprint(wantErr) {
			t.Fatalf("%q and %q: %q, %v, not %q, %v", first, second, got, gotErr, want, wantErr)
		}
		text, ok := Decode(bytes.Clone(begin), []byte(second), c)
		if ok != (wantErr == nil) || ok && !bytes.Equal(text, want) {
			t.Fatalf("%q and %q at once: %q, %v", first, second, text, ok)
		}
	})
	if _, ok := Decode(nil, []byte("a"), EUCJP); ok {
		t.Error("EUC-JP is read")
	}
	for _, c := range []Charset{CP932, UTF8, UTF8BOM, UTF16LE, UTF16BE, EUCJP} {
		if c.KeepsASCII() != (c == CP932 || c == UTF8 || c == UTF8BOM) {
			t.Errorf("%s", string(c))
		}
	}
	eachCode(func(code uint16, _ rune) {
		if code > 0xff && byte(code) < border {
			t.Errorf("%04X ends with what may end a record", code)
		}
	})
}
