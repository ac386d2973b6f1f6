package charset

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf16"

	"pgregory.net/rapid"
)

const sample = "整理番号,氏名\r\n1,髙橋　﨑\r\n2,ｱｲｳ①〜\r\n"

func encode(t testing.TB, s string, c Charset) []byte {
	t.Helper()
	var b bytes.Buffer
	w := NewWriter(&b, c, nil)
	if _, err := io.WriteString(w, s); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

var all = []Charset{CP932, UTF8, UTF8BOM, UTF16LE, UTF16BE}

func TestReadingGivesWhatWasWritten(t *testing.T) {
	want := strings.ReplaceAll(sample, "〜", "～")
	for _, c := range all {
		raw := encode(t, want, c)
		for _, r := range []io.Reader{bytes.NewReader(raw), iotest.OneByteReader(bytes.NewReader(raw)), iotest.DataErrReader(bytes.NewReader(raw))} {
			got, err := io.ReadAll(NewReader(r, c))
			if err != nil || string(got) != want {
				t.Errorf("%s: %q, %v", string(c), got, err)
			}
		}
	}
}

// TestReadingAnyPiecesGivesTheSame puts block borders inside characters.
func TestReadingAnyPiecesGivesTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOf(rapid.OneOf(rapid.RuneFrom([]rune("aé髙ｱ\n\r〓\ue000漢字")), rapid.RuneFrom([]rune("住所氏名あア")))).Draw(t, "text")
		text, _ = ReplaceLost(strings.ReplaceAll(text, "é", "e"))
		c := rapid.SampledFrom(all).Draw(t, "charset")
		var b bytes.Buffer
		w := NewWriter(&b, c, nil)
		for rest := []byte(text); len(rest) > 0; {
			n := rapid.IntRange(1, len(rest)).Draw(t, "write")
			if _, err := w.Write(rest[:n]); err != nil {
				t.Fatal(err)
			}
			rest = rest[n:]
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		pieces := &pieces{data: b.Bytes(), t: t}
		got, err := io.ReadAll(NewReader(pieces, c))
		if err != nil || string(got) != text {
			t.Fatalf("%q, %v; want %q", got, err, text)
		}
	})
}

type pieces struct {
	data []byte
	t    *rapid.T
}

func (p *pieces) Read(b []byte) (int, error) {
	if len(p.data) == 0 {
		return 0, io.EOF
	}
	n := copy(b[:min(len(b), rapid.IntRange(1, 5).Draw(p.t, "read"))], p.data)
	p.data = p.data[n:]
	return n, nil
}

// TestHalfAPairAtBlockBorders decodes files in which a two-byte character lies at
// every offset around the borders of the blocks that the reader works in.
func TestHalfAPairAtBlockBorders(t *testing.T) {
	for _, border := range []int{4096, readBlock, readBlock + 8, 2 * readBlock} {
		for at := border - 4; at <= border+4; at++ {
			text := strings.Repeat("a", at) + "髙ｱ漢" + strings.Repeat("字", 10)
			raw := encode(t, text, CP932)
			if got, err := io.ReadAll(NewReader(bytes.NewReader(raw), CP932)); err != nil || string(got) != text {
				t.Fatalf("at %d: %d bytes, %v", at, len(got), err)
			}
			// The same with the second half missing at the end of the file.
			cut := raw[:at+1]
			got, err := io.ReadAll(NewReader(bytes.NewReader(cut), CP932))
			var bad *DecodeError
			if !errors.As(err, &bad) || bad.Offset != int64(at) || bad.Line != 1 || len(got) != at {
				t.Fatalf("cut at %d: %d bytes, %v", at, len(got), err)
			}
		}
	}
}

func TestABadByteIsAnErrorWithItsPlace(t *testing.T) {
	for _, c := range []struct {
		name    string
		charset Charset
		raw     string
		offset  int64
		line    int
	}{
		{"no such first byte", CP932, "a\r\nb\r\n\x80c", 6, 3},
		{"A0", CP932, "\xa0", 0, 1},
		{"FD", CP932, "\n\xfd\x40", 1, 2},
		{"unassigned", CP932, "\x81\xad", 0, 1},
		{"row without characters", CP932, "\x82\xa0\x85\x40", 2, 1},
		{"second byte is a line end", CP932, "\x82\n", 0, 1},
		{"second byte is 7F", CP932, "\x82\x7f", 0, 1},
		{"CR line ends", CP932, "a\rb\r\x80", 4, 3},
		{"half a character", UTF8, "あ\n\xe3\x81", 4, 2},
		{"overlong", UTF8, "\xc0\xaf", 0, 1},
		{"surrogate", UTF8, "a\xed\xa0\x80", 1, 1},
		{"Shift_JIS in UTF-8", UTF8BOM, "\xef\xbb\xbfa\n\x8d\x82", 5, 2},
		{"odd length", UTF16LE, "\xff\xfea\x00b", 4, 1},
		{"lone low surrogate", UTF16LE, "\x0a\x30\n\x00\x00\xdc", 4, 2},
		{"lone high surrogate", UTF16BE, "\xfe\xff\xd8\x42\x00\x41", 2, 1},
		{"high surrogate at the end", UTF16BE, "\xd8\x42", 0, 1},
	} {
		for _, r := range []io.Reader{strings.NewReader(c.raw), iotest.OneByteReader(strings.NewReader(c.raw))} {
			_, err := io.ReadAll(NewReader(r, c.charset))
			var bad *DecodeError
			if !errors.As(err, &bad) || bad.Offset != c.offset || bad.Line != c.line || bad.Charset != c.charset {
				t.Errorf("%s: %v", c.name, err)
			}
		}
	}
}

func TestWhatPrecedesABadByteIsGiven(t *testing.T) {
	r := NewReader(strings.NewReader("ab\x80cd"), CP932)
	got, err := io.ReadAll(r)
	if string(got) != "ab" || err == nil {
		t.Errorf("%q, %v", got, err)
	}
	if n, again := r.Read(make([]byte, 8)); n != 0 || !errors.Is(again, err) {
		t.Errorf("the error is not kept: %d, %v", n, again)
	}
}

func TestAReadErrorIsNoFaultOfTheFile(t *testing.T) {
	broken := errors.New("cable pulled")
	for _, raw := range []string{"ab\x82", "ab", ""} {
		_, err := io.ReadAll(NewReader(io.MultiReader(strings.NewReader(raw), iotest.ErrReader(broken)), CP932))
		if !errors.Is(err, broken) {
			t.Errorf("%q: %v", raw, err)
		}
	}
}

func TestNoReplacementCharacterIsMadeUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		raw := rapid.SliceOf(rapid.Byte()).Draw(t, "raw")
		c := rapid.SampledFrom([]Charset{CP932, UTF16LE, UTF16BE}).Draw(t, "charset")
		got, _ := io.ReadAll(NewReader(bytes.NewReader(raw), c))
		want := 0
		if c != CP932 { // U+FFFD may stand in the file itself
			order := func(i int) uint16 { return uint16(raw[i]) | uint16(raw[i+1])<<8 }
			if c == UTF16BE {
				order = func(i int) uint16 { return uint16(raw[i+1]) | uint16(raw[i])<<8 }
			}
			for i := 0; i+1 < len(raw); i += 2 {
				if order(i) == 0xfffd {
					want++
				}
			}
		}
		if n := strings.Count(string(got), "\uFFFD"); n > want {
			t.Fatalf("%d replacement characters, %d in the file", n, want)
		}
	})
}

func TestWriterReportsWhatIsLost(t *testing.T) {
	var b bytes.Buffer
	var lost []rune
	w := NewWriter(&b, CP932, func(r rune) { lost = append(lost, r) })
	if _, err := io.WriteString(w, "𠮷と鷗"); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if b.String() != "\x81\xac\x82\xc6\x81\xac" || string(lost) != "𠮷鷗" {
		t.Errorf("% x, %q", b.Bytes(), string(lost))
	}
	if _, err := io.WriteString(NewWriter(io.Discard, CP932, nil), "𠮷"); !errors.Is(err, ErrLost) {
		t.Errorf("nobody asked, and: %v", err)
	}
	if _, err := NewWriter(io.Discard, CP932, nil).Write([]byte{0xff}); !errors.Is(err, ErrNotUTF8) {
		t.Errorf("not UTF-8: %v", err)
	}
	w = NewWriter(io.Discard, UTF8, nil)
	if _, err := w.Write([]byte("\xe3\x81")); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); !errors.Is(err, ErrNotUTF8) {
		t.Errorf("half a character at the end: %v", err)
	}
	if _, err := NewWriter(io.Discard, "EBCDIC", nil).Write(nil); !errors.Is(err, ErrUnknown) {
		t.Errorf("EBCDIC: %v", err)
	}
	if _, err := NewReader(nil, "EBCDIC").Read(make([]byte, 1)); !errors.Is(err, ErrUnknown) {
		t.Errorf("EBCDIC: %v", err)
	}
}

func TestWriterPassesOnTheErrorOfTheDisk(t *testing.T) {
	full := errors.New("no space")
	w := NewWriter(failing{full}, UTF8, nil)
	if _, err := w.Write([]byte("a")); !errors.Is(err, full) {
		t.Fatal(err)
	}
	if _, err := w.Write([]byte("b")); !errors.Is(err, full) {
		t.Error("forgotten at the next write")
	}
	if err := w.Close(); !errors.Is(err, full) {
		t.Error("forgotten at Close")
	}
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }

func TestSurrogatesAreWrittenAsPairs(t *testing.T) {
	got := encode(t, "𠮷", UTF16LE)
	u := utf16.Encode([]rune("𠮷"))
	want := []byte{0xff, 0xfe, byte(u[0]), byte(u[0] >> 8), byte(u[1]), byte(u[1] >> 8)}
	if !bytes.Equal(got, want) {
		t.Errorf("% x, want % x", got, want)
	}
}

func FuzzReader(f *testing.F) {
	for _, c := range all {
		f.Add(encode(f, "整理番号,氏名\r\n1,髙橋\r\n", c), string(c))
	}
	f.Add([]byte("\x81"), string(CP932))
	f.Add([]byte("\xff\xfe\x00\xd8"), string(UTF16LE))
	f.Fuzz(func(t *testing.T, raw []byte, name string) {
		c, err := Parse(name)
		if err != nil || c == UTF16 {
			return
		}
		whole, err1 := io.ReadAll(NewReader(bytes.NewReader(raw), c))
		slow, err2 := io.ReadAll(NewReader(iotest.OneByteReader(bytes.NewReader(raw)), c))
		if !bytes.Equal(whole, slow) || (err1 == nil) != (err2 == nil) {
			t.Fatal("the size of pieces matters")
		}
		var bad *DecodeError
		if errors.As(err1, &bad) {
			var bad2 *DecodeError
			if !errors.As(err2, &bad2) || *bad != *bad2 || bad.Offset >= int64(len(raw)) {
				t.Fatal("the place depends on the pieces, or is outside the file")
			}
		}
		if err1 == nil { // what was read can be written and reads the same
			again, err := io.ReadAll(NewReader(bytes.NewReader(encode(t, string(whole), c)), c))
			if err != nil || !bytes.Equal(again, whole) {
				t.Fatalf("does not come back: %v", err)
			}
		}
		// The probe agrees with the reader about what is possible.
		var p Probe
		p.Write(raw)
		if found, err := p.Decide(""); err == nil && found != UTF16LE && found != UTF16BE {
			if _, err := io.ReadAll(NewReader(bytes.NewReader(raw), found)); err != nil {
				t.Fatalf("probe was certain of %s, reader was not: %v", string(found), err)
			}
		}
	})
}

func BenchmarkDecodeCP932(b *testing.B) {
	line := "000123,12345678901,髙橋　花子,ﾀｶﾊｼ ﾊﾅｺ,昭和55年1月2日,2,福岡県福岡市中央区天神一丁目８番１号,,A-1\r\n"
	raw := []byte(strings.Repeat(string(encode(b, line, CP932)), 100_000))
	b.SetBytes(int64(len(raw)))
	for b.Loop() {
		if _, err := io.Copy(io.Discard, NewReader(bytes.NewReader(raw), CP932)); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkProbe(b *testing.B) {
	line := "000123,12345678901,髙橋　花子,ﾀｶﾊｼ ﾊﾅｺ,昭和55年1月2日,2,福岡県福岡市中央区天神一丁目８番１号,,A-1\r\n"
	for _, c := range []Charset{CP932, UTF8} {
		raw := []byte(strings.Repeat(string(encode(b, line, c)), 100_000))
		b.Run(string(c), func(b *testing.B) {
			b.SetBytes(int64(len(raw)))
			for b.Loop() {
				var p Probe
				for rest := raw; len(rest) > 0; {
					n := min(len(rest), 64<<10)
					p.Write(rest[:n])
					rest = rest[n:]
				}
				if got, err := p.Decide(""); got != c {
					b.Fatal(got, err)
				}
			}
		})
	}
}
