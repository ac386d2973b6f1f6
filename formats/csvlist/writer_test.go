package csvlist

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"baitai/formats"
	"baitai/formats/charset"

	"pgregory.net/rapid"
)

func write(o WriteOptions, records [][]string) (string, error) {
	var b bytes.Buffer
	w := NewWriter(&b, o)
	for _, r := range records {
		if err := w.Write(r); err != nil {
			return "", err
		}
	}
	err := w.Close()
	return b.String(), err
}

func TestWriterQuotesWhatNeedsIt(t *testing.T) {
	for _, c := range []struct {
		o    WriteOptions
		in   []string
		want string
	}{
		{WriteOptions{Charset: charset.UTF8}, []string{"a", "b c", ""}, "a,b c,\r\n"},
		{WriteOptions{Charset: charset.UTF8}, []string{"a,b", "c\"d", "e\nf", "g\rh", " i", "j ", "k\tl", "m\x1a"}, "\"a,b\",\"c\"\"d\",\"e\nf\",\"g\rh\",\" i\",\"j \",k\tl,\"m\x1a\"\r\n"},
		{WriteOptions{Charset: charset.UTF8, Comma: '\t'}, []string{"a,b", "c\td"}, "a,b\t\"c\td\"\r\n"},
		{WriteOptions{Charset: charset.UTF8, QuoteAll: true}, []string{"a", ""}, "\"a\",\"\"\r\n"},
		{WriteOptions{Charset: charset.UTF8}, []string{""}, "\"\"\r\n"},
		{WriteOptions{Charset: charset.UTF8BOM}, []string{"住"}, "\xef\xbb\xbf住\r\n"},
		{WriteOptions{Charset: charset.CP932}, []string{"住", "髙"}, "\x8f\x5a,\xfb\xfc\r\n"},
		{WriteOptions{Charset: charset.UTF16LE}, []string{"a"}, "\xff\xfea\x00\r\x00\n\x00"},
	} {
		if got, err := write(c.o, [][]string{c.in}); got != c.want || err != nil {
			t.Errorf("%q: %q, %v; want %q", c.in, got, err, c.want)
		}
	}
}

func TestWriterTellsWhereACharacterWasLost(t *testing.T) {
	var lost []string
	o := WriteOptions{Charset: charset.CP932, OnLost: func(record, column int, r rune) {
		lost = append(lost, fmt.Sprintf("%d:%d %c", record, column, r))
	}}
	got, err := write(o, [][]string{{"氏名", "住所"}, {"𠮷田", "鷗と〜"}})
	if err != nil || strings.Join(lost, ", ") != "2:1 𠮷, 2:2 鷗" {
		t.Fatalf("%v, %v", lost, err)
	}
	utf, _ := io.ReadAll(charset.NewReader(strings.NewReader(got), charset.CP932))
	if string(utf) != "氏名,住所\r\n〓田,〓と～\r\n" {
		t.Errorf("%q", utf)
	}
	_, err = write(WriteOptions{Charset: charset.CP932}, [][]string{{"a", "𠮷"}})
	if at, ok := errors.AsType[*formats.Error](err); !ok || !errors.Is(err, charset.ErrLost) || at.Row != 1 || at.Column != 2 || strings.Contains(err.Error(), "𠮷") {
		t.Errorf("nobody listens, and: %v", err)
	}
}

func TestWriterRefusesWhatCannotComeBack(t *testing.T) {
	utf := WriteOptions{Charset: charset.UTF8}
	for _, c := range []struct {
		o    WriteOptions
		in   [][]string
		want error
	}{
		{utf, [][]string{{"a", "b"}, {"c"}}, formats.ErrFieldCount},
		{utf, [][]string{{}}, formats.ErrFieldCount},
		{utf, [][]string{{"a\x00"}}, formats.ErrNUL},
		{utf, [][]string{{"\xff"}}, charset.ErrNotUTF8},
		{WriteOptions{Charset: charset.UTF8, Comma: ';'}, [][]string{{"a"}}, formats.ErrDelimiter},
		{WriteOptions{}, [][]string{{"a"}}, charset.ErrUnknown},
	} {
		if _, err := write(c.o, c.in); !errors.Is(err, c.want) {
			t.Errorf("%q: %v, want %v", c.in, err, c.want)
		}
	}
}

func TestWriterPassesOnTheErrorOfTheDisk(t *testing.T) {
	full := errors.New("no space")
	w := NewWriter(failing{full}, WriteOptions{Charset: charset.UTF8})
	if err := w.Write([]string{"a"}); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); !errors.Is(err, full) {
		t.Error(err)
	}
	w = NewWriter(failing{full}, WriteOptions{Charset: charset.UTF8})
	var err error
	for i := 0; i < 100_000 && err == nil; i++ {
		err = w.Write([]string{"aaaaaaaaaa"})
	}
	if !errors.Is(err, full) || !errors.Is(w.Close(), full) {
		t.Error(err)
	}
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }

func TestWhatIsWrittenIsRead(t *testing.T) {
	cell := rapid.StringOf(rapid.RuneFrom([]rune("ab,\"\r\n\t \x1a氏名髙ｱ　")))
	rapid.Check(t, func(t *rapid.T) {
		o := WriteOptions{
			Charset:  rapid.SampledFrom([]charset.Charset{charset.CP932, charset.UTF8, charset.UTF8BOM, charset.UTF16LE, charset.UTF16BE}).Draw(t, "charset"),
			Comma:    rapid.SampledFrom([]byte{',', '\t'}).Draw(t, "comma"),
			QuoteAll: rapid.Bool().Draw(t, "quote all"),
		}
		width := rapid.IntRange(1, 4).Draw(t, "width")
		records := rapid.SliceOfN(rapid.SliceOfN(cell, width, width), 1, 5).Draw(t, "records")
		raw, err := write(o, records)
		if err != nil {
			t.Fatal(err)
		}
		got, _, err := collect(Read(charset.NewReader(strings.NewReader(raw), o.Charset), Options{Comma: o.Comma}))
		if err != nil || !reflect.DeepEqual(got, records) {
			t.Fatalf("%q, %v; want %q", got, err, records)
		}
	})
}

// TestAgreesWithEncodingCSV: what both readers accept, they read alike, but for
// the CRLF that encoding/csv rewrites and the blank lines that it drops.
func TestAgreesWithEncodingCSV(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := rapid.StringOf(rapid.RuneFrom([]rune("aab,,\"\n氏 "))).Draw(t, "in")
		got, _, err := collect(Read(strings.NewReader(in), Options{Comma: ','}))
		want, wantErr := csv.NewReader(strings.NewReader(in)).ReadAll()
		if err == nil && (wantErr != nil || !reflect.DeepEqual(got, want)) {
			t.Fatalf("%q: %q; encoding/csv %q, %v", in, got, want, wantErr)
		}
		if err != nil && wantErr == nil && len(want) > 0 && !strings.Contains("\n"+in, "\n\n") {
			t.Fatalf("%q: %v; encoding/csv %q", in, err, want)
		}
	})
}

func FuzzReadWriteRead(f *testing.F) {
	for _, c := range cases {
		f.Add(unmark(c.input).input, c.o.Comma == ',')
	}
	f.Fuzz(func(t *testing.T, in string, comma bool) {
		o := Options{}
		if comma {
			o.Comma = ','
		}
		first, rows, err := collect(Read(strings.NewReader(strings.ToValidUTF8(in, "?")), o))
		if err != nil {
			return
		}
		for i := 1; i < len(rows); i++ {
			if rows[i] <= rows[i-1] {
				t.Fatal("rows do not grow")
			}
		}
		raw, err := write(WriteOptions{Charset: charset.UTF8}, first)
		if err != nil {
			t.Fatal(err)
		}
		again, _, err := collect(Read(strings.NewReader(raw), Options{Comma: ','}))
		if err != nil || !reflect.DeepEqual(first, again) {
			t.Fatalf("%q, then %q, %v", first, again, err)
		}
	})
}

const benchLine = "000123,12345678901,髙橋　花子,ﾀｶﾊｼ ﾊﾅｺ,昭和55年1月2日,2,福岡県福岡市中央区天神一丁目８番１号,,A-1,x\r\n"

func BenchmarkRead(b *testing.B) {
	const rows = 200_000
	quoted := "\"" + strings.ReplaceAll(strings.TrimSpace(benchLine), ",", "\",\"") + "\"\r\n"
	for name, line := range map[string]string{"plain": benchLine, "quoted": quoted} {
		in := strings.Repeat(line, rows)
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(in)))
			for b.Loop() {
				n := 0
				for _, err := range Read(strings.NewReader(in), Options{}) {
					if err != nil {
						b.Fatal(err)
					}
					n++
				}
				if n != rows {
					b.Fatal(n)
				}
			}
			b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
		})
		b.Run(name+"/encoding-csv", func(b *testing.B) {
			b.SetBytes(int64(len(in)))
			for b.Loop() {
				r := csv.NewReader(strings.NewReader(in))
				r.ReuseRecord = true
				for {
					if _, err := r.Read(); err != nil {
						break
					}
				}
			}
			b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}

func BenchmarkReadCP932(b *testing.B) {
	const rows = 200_000
	raw, _ := charset.AppendCP932(nil, strings.Repeat(benchLine, rows))
	b.SetBytes(int64(len(raw)))
	for b.Loop() {
		for _, err := range Read(charset.NewReader(bytes.NewReader(raw), charset.CP932), Options{}) {
			if err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}

func BenchmarkWrite(b *testing.B) {
	const rows = 100_000
	cells := strings.Split(strings.TrimSpace(benchLine), ",")
	for _, c := range []charset.Charset{charset.CP932, charset.UTF8} {
		b.Run(string(c), func(b *testing.B) {
			for b.Loop() {
				w := NewWriter(io.Discard, WriteOptions{Charset: c})
				for range rows {
					if err := w.Write(cells); err != nil {
						b.Fatal(err)
					}
				}
				if err := w.Close(); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}

// appendSlowly is what Append promises, without a first look.
func appendSlowly(comma byte, c charset.Charset, s string) (string, []rune, error) {
	if strings.Contains(s, "\x00") {
		return "", nil, formats.ErrNUL
	}
	if !utf8.ValidString(s) {
		return "", nil, charset.ErrNotUTF8
	}
	quote := strings.ContainsAny(s, string(comma)+"\"\r\n\x1a") || strings.HasPrefix(s, " ") || strings.HasSuffix(s, " ")
	text, lost := s, []rune(nil)
	if c == charset.CP932 {
		var code []byte
		code, lost = charset.AppendCP932(nil, s)
		text = string(code)
	}
	if quote {
		text = `"` + strings.ReplaceAll(text, `"`, `""`) + `"`
	}
	return text, lost, nil
}

func TestAFieldIsAppendedAsItsRuleSays(t *testing.T) {
	part := rapid.OneOf(rapid.SampledFrom([]string{"福岡県天神一丁目", "A-0000001", " ", ",", "\t", ";", "\"", "\\", "\r\n", "\x1a", "\x00", "\x1f", "𠮷", "ｱ", "\xff", "\xe6\xb0"}), rapid.String())
	rapid.Check(t, func(t *rapid.T) {
		comma := rapid.SampledFrom([]byte{',', '\t', ';'}).Draw(t, "comma")
		c := rapid.SampledFrom([]charset.Charset{charset.CP932, charset.UTF8, charset.UTF8BOM}).Draw(t, "charset")
		s := strings.Join(rapid.SliceOfN(part, 0, 4).Draw(t, "parts"), "")
		f := NewFormat(comma, c)
		want, wantLost, wantErr := appendSlowly(comma, c, s)
		got, lost, err := f.Append([]byte("x"), s)
		if string(got) != "x"+want || !slices.Equal(lost, wantLost) || !errors.Is(err, wantErr) {
			t.Fatalf("%q: %q, %q, %v; want %q, %q, %v", s, got, lost, err, want, wantLost, wantErr)
		}
		if f.Bare([]byte(s)) && (wantErr != nil || want != s) {
			t.Fatalf("%q is bare, and is written %q", s, want)
		}
	})
}
