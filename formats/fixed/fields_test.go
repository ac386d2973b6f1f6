package fixed

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/big"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/iotest"

	"pgregory.net/rapid"

	"baitai/formats"
	"baitai/formats/charset"
	"baitai/formats/csvlist"
)

// pension is a layout of fields as a host sends them: kinds of record told by the first
// field, a trailer with count and hash total.
func pension(comma byte) *Layout {
	mark := func(v string) Column { return Column{Item: Constant, From: 1, Bytes: 1, Value: v} }
	at := func(i Item, from int, name string) Column {
		return Column{Item: i, From: from, Bytes: 1, Value: name}
	}
	cell := func(from int, name string) Column { return Column{Name: name, From: from, Bytes: 1} }
	return &Layout{Charset: charset.CP932, Comma: comma, Records: [KindCount][]Column{
		Header:  {mark("1"), at(Day, 2, "")},
		Data:    {mark("2"), cell(2, "整理番号"), at(Filler, 3, ""), cell(4, "氏名"), cell(5, "支給額")},
		Trailer: {mark("8"), at(Count, 2, ""), at(CountAll, 3, ""), at(Sum, 4, "整理番号"), at(Sum, 5, "支給額")},
	}}
}

const pensionFile = "1,20261120\r\n2,00017,,\"見本, 太郎\",12000\r\n2,00004,,ﾔﾏﾀﾞ 花子,\r\n8,2,000004,21,0012000\r\n"

func TestAFileOfFieldsIsReadByTheirNumbers(t *testing.T) {
	for comma, file := range map[byte]string{',': pensionFile, '\t': strings.NewReplacer(", ", "、", ",", "\t").Replace(pensionFile)} {
		l := pension(comma)
		if faults := l.Check(); len(faults) > 0 {
			t.Fatal(faults)
		}
		rows, places, err := read(iotest.OneByteReader(bytes.NewReader(sjis(file))), l, formats.Limits{})
		name := "見本, 太郎"
		if comma == '\t' {
			name = "見本、太郎"
		}
		want := [][]string{{"整理番号", "氏名", "支給額"}, {"00017", name, "12000"}, {"00004", "ﾔﾏﾀﾞ 花子", ""}}
		if err != nil || fmt.Sprint(rows) != fmt.Sprint(want) || fmt.Sprint(places) != "[0 2 3]" {
			t.Errorf("%q: %q %v %v", comma, rows, places, err)
		}
		if l.Column(0) != 2 || l.Column(1) != 4 || bank(CRLF, charset.CP932).Column(1) != 2 {
			t.Error("the number of a field is not the sender's")
		}
	}
}

// TestEachFaultIsNamedWithLineAndField breaks the file at one place each.
func TestEachFaultIsNamedWithLineAndField(t *testing.T) {
	for name, c := range map[string]struct {
		old, with  string
		err        error
		row, field int
		stated     string
	}{
		"a field less":       {"2,00017,,", "2,00017,", ErrFields, 2, 0, "5 4"},
		"a field more":       {"2,00004,,", "2,00004,,,", ErrFields, 3, 0, "5 6"},
		"a short trailer":    {",0012000", "", ErrFields, 4, 0, "5 4"},
		"another kind":       {"2,00004", "3,00004", ErrMark, 3, 1, "0 0"},
		"no mark":            {"2,00004", ",00004", ErrMark, 3, 1, "0 0"},
		"no header":          {"1,20261120\r\n", "", ErrNoHeader, 1, 1, "0 0"},
		"two headers":        {"2,00017,,", "1,20261120\r\n2,00017,,", ErrOrder, 2, 1, "0 0"},
		"no trailer":         {"8,2,000004,21,0012000\r\n", "", ErrNoTrailer, 3, 0, "0 0"},
		"no day":             {"20261120", "令和", ErrFigures, 1, 2, "0 0"},
		"a filler":           {"2,00017,,", "2,00017,x,", ErrPadding, 2, 3, "0 0"},
		"another count":      {"8,2,", "8,3,", ErrCount, 4, 2, "3 2"},
		"another count all":  {"000004", "000005", ErrCount, 4, 3, "5 4"},
		"no count":           {"8,2,", "8,,", ErrFigures, 4, 2, "0 0"},
		"a code for a count": {"8,2,", "8,90000000018,", ErrFigures, 4, 2, "0 0"},
		"a signed sum":       {",21,", ",+21,", ErrFigures, 4, 4, "0 0"},
		"another sum":        {",21,", ",22,", ErrSum, 4, 4, "0 2"},
		"a digit of a row":   {"00004", "00005", ErrSum, 4, 4, "0 2"},
		"the other sum":      {"12000\r\n2", "12001\r\n2", ErrSum, 4, 5, "0 2"},
		"no addend":          {"00004", "4-1", ErrNoAddend, 3, 2, "0 0"},
		"a wide addend":      {"00004", "１", ErrNoAddend, 3, 2, "0 0"},
		"a long addend":      {"00004", "1234567890123456789", ErrNoAddend, 3, 2, "0 0"},
		"a blank line":       {"\r\n2,00004", "\r\n\r\n2,00004", formats.ErrFieldCount, 3, 0, ""},
		"quotes":             {"\"見本, 太郎\"", "\"見本, 太郎\"x", formats.ErrQuote, 2, 4, ""},
		"nothing":            {pensionFile, "", formats.ErrEmpty, 0, 0, ""},
	} {
		file := strings.Replace(pensionFile, c.old, c.with, 1)
		_, _, err := read(bytes.NewReader(sjis(file)), pension(','), formats.Limits{})
		where, ok := errors.AsType[*formats.Error](err)
		if !ok || !errors.Is(err, c.err) || where.Row != c.row || where.Column != c.field {
			t.Errorf("%s: %v (%+v)", name, err, where)
			continue
		}
		if e, ok := errors.AsType[*Error](err); ok && fmt.Sprint(e.Stated, e.Found) != c.stated {
			t.Errorf("%s: states %d, %d", name, e.Stated, e.Found)
		}
		if strings.Contains(err.Error(), "21") || strings.Contains(err.Error(), "見本") {
			t.Errorf("%s: %v quotes the file", name, err)
		}
	}
	for _, limits := range []formats.Limits{{RowsMax: 2}, {RowsMax: 3}} {
		_, _, err := read(bytes.NewReader(sjis(pensionFile)), pension(','), limits)
		if errors.Is(err, formats.ErrTooManyRows) != (limits.RowsMax == 2) {
			t.Errorf("at most %d rows with a header: %v", limits.RowsMax, err)
		}
	}
	broken := errors.New("cable pulled")
	for n := range len(pensionFile) {
		file := sjis(pensionFile)
		_, _, err := read(io.MultiReader(bytes.NewReader(file[:min(n, len(file))]), iotest.ErrReader(broken)), pension(','), formats.Limits{})
		if !errors.Is(err, broken) {
			t.Fatalf("after %d bytes: %v", n, err)
		}
	}
}

// TestSumsOfFixedLength: a hash total in the trailer holds every digit of its column.
func TestSumsOfFixedLength(t *testing.T) {
	l := bank(CRLF, charset.CP932)
	l.Records[Trailer] = []Column{l.Records[Trailer][0], l.Records[Trailer][1], {Item: Sum, From: 8, Bytes: 12, Right: true, Pad: Zero, Value: "整理番号"}, {Item: Filler, From: 20, Bytes: 21}}
	if faults := l.Check(); len(faults) > 0 {
		t.Fatal(faults)
	}
	file := bytes.Replace(write(t, l, sample()), sjis("8000003            "), sjis("8000003000000000006"), 1)
	if _, _, err := read(bytes.NewReader(file), l, formats.Limits{}); err != nil {
		t.Fatal(err)
	}
	wrong := func(from, to string, want error, row, column, at int) {
		t.Helper()
		_, _, err := read(bytes.NewReader(bytes.Replace(file, []byte(from), []byte(to), 1)), l, formats.Limits{})
		e, ok := errors.AsType[*Error](err)
		where, _ := errors.AsType[*formats.Error](err)
		if !ok || !errors.Is(err, want) || e.Byte != at || e.Name != "整理番号" || where.Row != row || where.Column != column || strings.Contains(err.Error(), "6") {
			t.Errorf("%s: %v", to, err)
		}
	}
	wrong("000000000006", "000000000007", ErrSum, 5, 0, 8)
	wrong("200001", "200011", ErrSum, 5, 0, 8)
	wrong("200001", "20000A", ErrNoAddend, 2, 1, 2)
	// A host that lets what has no room overflow: 00001 and 99999 and 00003 in four digits.
	low := bank(CRLF, charset.CP932)
	low.Records[Trailer] = []Column{low.Records[Trailer][0], low.Records[Trailer][1], {Item: SumLow, From: 8, Bytes: 4, Right: true, Pad: Zero, Value: "整理番号"}, {Item: Filler, From: 12, Bytes: 29}}
	rows := sample()
	rows[1][0] = "99999"
	for stated, want := range map[string]error{"0003": nil, "0004": ErrSum, "    ": ErrFigures} {
		file := bytes.Replace(write(t, low, rows), sjis("8000003    "), sjis("8000003"+stated), 1)
		if _, _, err := read(bytes.NewReader(file), low, formats.Limits{}); !errors.Is(err, want) {
			t.Errorf("%s: %v", stated, err)
		}
	}
	for name, c := range map[string]struct {
		change func(*Layout)
		want   error
	}{
		"of nothing":        {func(l *Layout) { l.Records[Trailer][2].Value = "番号" }, ErrNoCell},
		"in a data record":  {func(l *Layout) { l.Records[Data][4].Item = Sum }, ErrBadItem},
		"fields overlap":    {func(l *Layout) { *l = *pension(','); l.Records[Data][4].From = 4 }, ErrOverlap},
		"a field left out":  {func(l *Layout) { *l = *pension(','); l.Records[Data][4].From = 6 }, ErrGap},
		"fields beyond":     {func(l *Layout) { *l = *pension(','); l.Records[Data][4].From = FieldsMax + 1 }, ErrBeyond},
		"low of fields":     {func(l *Layout) { *l = *pension(','); l.Records[Trailer][3].Item = SumLow }, ErrBadItem},
		"marks alike":       {func(l *Layout) { *l = *pension(','); l.Records[Trailer][0].Value = "2" }, ErrAlike},
		"a mark of nothing": {func(l *Layout) { *l = *pension(','); l.Records[Trailer][0].Value = "" }, ErrBadValue},
	} {
		l := bank(CRLF, charset.CP932)
		l.Records[Trailer] = slices.Clone(l.Records[Trailer])
		l.Records[Trailer][2] = Column{Item: Sum, From: 8, Bytes: 6, Value: "整理番号"}
		c.change(l)
		if got := l.Check(); len(got) != 1 || !errors.Is(got[0].Err, c.want) {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

// TestASumIsThatOfArithmetic with more digits than a machine word has.
func TestASumIsThatOfArithmetic(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var s sum
		want := new(big.Int)
		for _, n := range rapid.SliceOf(rapid.Uint64Range(0, sumBase-1)).Draw(t, "cells") {
			if !s.add(rapid.SampledFrom([]string{"", "0", " 000"}).Draw(t, "before") + strconv.FormatUint(n, 10)) {
				t.Fatal("no number")
			}
			want.Add(want, new(big.Int).SetUint64(n))
		}
		if !s.add(" ") {
			t.Fatal("a blank is no number")
		}
		digits := strings.TrimLeft(want.String(), "0")
		if got := s.total(Column{Item: Sum, Bytes: 1}); got != digits {
			t.Fatalf("%s, want %s", got, digits)
		}
		last := digits[max(0, len(digits)-7):]
		if got := s.total(Column{Item: SumLow, Bytes: 7}); got != strings.TrimLeft(last, "0") {
			t.Fatalf("%s, want %s", got, last)
		}
	})
}

// FuzzReadFields: whatever is read without an error reads the same when it is written
// again, by the same layout, as csvlist writes it.
func FuzzReadFields(f *testing.F) {
	for _, name := range []string{"fields-mark.csv", "fields-mark.tsv", "fields-bare.csv"} {
		seed, err := os.ReadFile("testdata/" + name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(seed, strings.HasSuffix(name, ".tsv"), strings.Contains(name, "bare"))
	}
	f.Fuzz(func(t *testing.T, file []byte, tabs, bare bool) {
		l := pension(',')
		if tabs {
			l.Comma = '\t'
		}
		if bare {
			l.Records = [KindCount][]Column{Data: {{Name: "a", From: 1, Bytes: 1}, {Item: Filler, From: 2, Bytes: 1}, {Name: "b", From: 3, Bytes: 1}}}
		}
		got, _, err := read(bytes.NewReader(file), l, formats.Limits{})
		if err != nil {
			return
		}
		var again bytes.Buffer
		w := csvlist.NewWriter(&again, csvlist.WriteOptions{Comma: l.Comma, Charset: charset.UTF8})
		for _, row := range got[1:] {
			if slices.ContainsFunc(row, func(s string) bool { return strings.ContainsAny(s, "\x00\ufeff") }) {
				return
			}
			line := []string{row[0], "", row[1]}
			if !bare {
				line = []string{"2", row[0], "", row[1], row[2]}
			}
			if err := w.Write(line); err != nil {
				return // a cell that a CSV cannot hold in this form
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		l.Charset, l.Records[Header], l.Records[Trailer] = charset.UTF8, nil, nil
		back, _, err := read(bytes.NewReader(again.Bytes()), l, formats.Limits{})
		if len(got) == 1 && errors.Is(err, formats.ErrEmpty) {
			return
		}
		if err != nil || fmt.Sprint(back) != fmt.Sprint(got) {
			t.Fatalf("%q, was %q: %v", back, got, err)
		}
	})
}

func BenchmarkReadFields(b *testing.B) {
	const n = 10_000
	row := "2,1,,見本　太郎,12000\r\n"
	file := sjis("1,20261120\r\n" + strings.Repeat(row, n) + fmt.Sprintf("8,%d,%d,%d,%d\r\n", n, n+2, n, n*12000))
	b.SetBytes(int64(len(file)))
	for b.Loop() {
		for _, err := range Read(bytes.NewReader(file), pension(','), Options{}) {
			if err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(float64(b.N)*n/b.Elapsed().Seconds(), "rows/s")
}
