package csvlist

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"baitai/formats"
)

// The inputs below carry marks, an idea of encoding/csv's own tests: ¶ stands
// where a record begins, ∑ where the error is to be reported, § where the field
// begins whose number the error is to have. They are taken out before reading.
type marked struct {
	input     string
	recordRow []int // the physical line of each ¶
	errRow    int
	errOffset int64
	field     int
}

func unmark(s string) marked {
	var m marked
	var b strings.Builder
	line, field, quoted := 1, 1, false
	for i, r := range s {
		switch r {
		case '¶':
			m.recordRow = append(m.recordRow, line)
			field = 1
			continue
		case '∑':
			m.errRow, m.errOffset = line, int64(b.Len())
			continue
		case '§':
			m.field = field
			continue
		case '"':
			quoted = !quoted
		case ',', '\t':
			if !quoted {
				field++
			}
		case '\r':
			if !strings.HasPrefix(s[i+1:], "\n") {
				line++
			}
		case '\n':
			line++
		}
		if !quoted && (r == '\n' || r == '\r') {
			field = 1
		}
		b.WriteRune(r)
	}
	m.input = b.String()
	return m
}

func collect(records formats.Records) (out [][]string, rows []int, err error) {
	for rec, e := range records {
		if e != nil {
			return out, rows, e
		}
		var cells []string
		for _, c := range rec.Cells {
			if (c.Text == "") != (c.Kind == formats.CellBlank) {
				return nil, nil, errors.New("kind and text disagree")
			}
			cells = append(cells, c.Text)
		}
		out, rows = append(out, cells), append(rows, rec.Row)
	}
	return out, rows, nil
}

var small = formats.Limits{RowsMax: 4, ColumnsMax: 4, CellCharactersMax: 10}

var cases = []struct {
	name   string
	input  string
	o      Options
	want   string // fields by |, records by /
	err    error
	column bool // the error has the number of the field at §
}{
	{name: "plain", input: "¶a,b\r\n¶c,d\r\n", want: "a|b/c|d"},
	{name: "LF", input: "¶a,b\n¶c,d\n", want: "a|b/c|d"},
	{name: "CR only", input: "¶a,b\r¶c,d\r¶e,\"f\rg\"\r¶h,i\r", want: "a|b/c|d/e|f\rg/h|i"},
	{name: "CRLF and LF mixed", input: "¶a,b\r\n¶c,d\n¶e,f\r\n", want: "a|b/c|d/e|f"},
	{name: "no last line end", input: "¶a,b\n¶c,d", want: "a|b/c|d"},
	{name: "header alone", input: "¶a,b", want: "a|b"},
	{name: "tabs", input: "¶a\tb\n¶c,\td\n", want: "a|b/c,|d"},
	{name: "delimiter in quotes does not count", input: "¶\"a,b\"\tc\n¶d\te", want: "a,b|c/d|e"},
	{name: "quoted newlines are kept and counted", input: "¶a,b\r\n¶\"c\r\nc\nc\rc\",d\r\n¶e,f\r\n", want: "a|b/c\r\nc\nc\rc|d/e|f"},
	{name: "quoted newline in the header", input: "¶\"a\nb\",c\n¶d,e\n", want: "a\nb|c/d|e"},
	{name: "doubled quotes", input: "¶\"a\"\"b\",\"\"\"\"\n¶\"\",\"\"\"\"\"\"\n", want: "a\"b|\"/|\"\""},
	{name: "spaces belong to the field", input: "¶ a ,　b\n¶,\n", want: " a |　b/|"},
	{name: "blank lines at the end", input: "¶a,b\r\n¶c,d\r\n\r\n\r\n", want: "a|b/c|d"},
	{name: "end mark", input: "¶a,b\r\n¶c,d\r\n\x1a", want: "a|b/c|d"},
	{name: "end mark after a bare field", input: "¶a,b\r\n¶c,d\x1a", want: "a|b/c|d"},
	{name: "end mark after a quoted field", input: "¶a,b\r\n¶c,\"d\"\x1a", want: "a|b/c|d"},
	{name: "end mark after an empty field", input: "¶a,b\r\n¶c,\x1a", want: "a|b/c|"},
	{name: "the byte of an end mark elsewhere", input: "¶a,b\r\n¶\x1ac,d\x1a\r\n", want: "a|b/\x1ac|d\x1a"},
	{name: "one column, stated", input: "¶a\n¶b\n", o: Options{Comma: ','}, want: "a/b"},
	{name: "empty quoted field alone", input: "¶a\n¶\"\"\n", o: Options{Comma: ','}, want: "a/"},
	{name: "other characters", input: "¶氏名,𠮷\n¶\u2028,\u0085\n", want: "氏名|𠮷/\u2028|\u0085"},

	{name: "nothing", input: "", err: formats.ErrEmpty},
	{name: "blank lines only", input: "\r\n\r\n", err: formats.ErrEmpty},
	{name: "end mark only", input: "\x1a", err: formats.ErrEmpty},
	{name: "one column, not stated", input: "∑a\nb,c\n", err: formats.ErrDelimiter},
	{name: "both delimiters in the header", input: "∑a,b\tc\n", err: formats.ErrDelimiter},
	{name: "too few fields", input: "¶a,b\n¶c,d\n∑e\n", want: "a|b/c|d", err: formats.ErrFieldCount},
	{name: "too many fields", input: "¶a,b\n∑c,d,e\n", want: "a|b", err: formats.ErrFieldCount},
	{name: "too many fields after a quoted newline", input: "¶a,b\n¶\"x\ny\",z\n∑c,\"d\",e\n", want: "a|b/x\ny|z", err: formats.ErrFieldCount},
	{name: "not as many as stated", input: "∑a,b\n", o: Options{Fields: 3}, err: formats.ErrFieldCount},
	{name: "cut in the middle of a row", input: "¶a,b,c\n∑d,e", want: "a|b|c", err: formats.ErrFieldCount},
	{name: "blank line in the middle", input: "¶a,b\n\nc,d\n", want: "a|b", err: formats.ErrFieldCount},
	{name: "blank line at the start", input: "\na,b\n", err: formats.ErrFieldCount},
	{name: "blank line in one column", input: "¶a\n\nb\n", o: Options{Comma: ','}, want: "a", err: formats.ErrFieldCount},
	{name: "quote never closed", input: "¶a,b\n¶c,d\ne,§∑\"f\ng,h\n", want: "a|b/c|d", err: formats.ErrQuote, column: true},
	{name: "quote never closed, too long for a cell", input: "¶a,b\ne,§∑\"fffffffffffffffffffffffffff\ng,h\n", o: Options{Limits: small}, want: "a|b", err: formats.ErrQuote, column: true},
	{name: "quote in a bare field", input: "¶a,b\nc,§d∑\"e\"\n", want: "a|b", err: formats.ErrQuote, column: true},
	{name: "text after the closing quote", input: "¶a,b\n§\"c\"∑d,e\n", want: "a|b", err: formats.ErrQuote, column: true},
	{name: "text after a quote that spans lines", input: "¶a,b\n\"c\nc\"∑ ,e\n", want: "a|b", err: formats.ErrQuote},
	{name: "CR in a line of LF", input: "¶a,b\n§c∑\rd,e\n", want: "a|b", err: formats.ErrLineEnd, column: true},
	{name: "LF in a file of CR", input: "¶a,b\r¶c,d\re,§f∑\n", want: "a|b/c|d", err: formats.ErrLineEnd, column: true},
	{name: "CR at the end of a file of LF", input: "¶a,b\n¶c,d\n∑\r", want: "a|b/c|d", err: formats.ErrLineEnd},
	{name: "NUL", input: "¶a,b\nc,§d∑\x00\n", want: "a|b", err: formats.ErrNUL, column: true},
	{name: "NUL in quotes", input: "¶a,b\nc,§\"d\nd∑\x00\"\n", want: "a|b", err: formats.ErrNUL},
	{name: "too many columns", input: "a,b,c,d,§∑e\n", o: Options{Limits: small}, err: formats.ErrTooManyColumns, column: true},
	{name: "too many columns, quoted", input: "\"a\",b,c,d,§∑e\n", o: Options{Limits: small}, err: formats.ErrTooManyColumns, column: true},
	{name: "as many columns as may be", input: "¶a,b,c,d\n", o: Options{Limits: small}, want: "a|b|c|d"},
	{name: "too many rows", input: "¶a,b\n¶a,b\n¶a,b\n¶a,b\n∑a,b\n", o: Options{Limits: small}, want: "a|b/a|b/a|b/a|b", err: formats.ErrTooManyRows},
	{name: "cell too long", input: "¶a,b\nc,§∑住所住所住所住所住所住\n", o: Options{Limits: small}, want: "a|b", err: formats.ErrCellTooLong, column: true},
	{name: "cell as long as may be", input: "¶a,b\n¶\"住所住所住所住所住所\",住所住所住所住所住所\n", o: Options{Limits: small}, want: "a|b/住所住所住所住所住所|住所住所住所住所住所"},
	{name: "quoted cell too long", input: "¶a,b\nc,§∑\"住所住所\n住所住所住所\"\n", o: Options{Limits: small}, want: "a|b", err: formats.ErrCellTooLong, column: true},
	{name: "last cell too long", input: "¶a,b\nc,§∑01234567890", o: Options{Limits: small}, want: "a|b", err: formats.ErrCellTooLong, column: true},
}

func TestReadGivesRecordsAndPlaces(t *testing.T) {
	for _, c := range cases {
		m := unmark(c.input)
		for _, slow := range []bool{false, true} {
			var r io.Reader = strings.NewReader(m.input)
			if slow {
				r = iotest.OneByteReader(r)
			}
			out, rows, err := collect(Read(r, c.o))
			var got []string
			for _, rec := range out {
				got = append(got, strings.Join(rec, "|"))
			}
			if s := strings.Join(got, "/"); s != c.want {
				t.Errorf("%s: %q, want %q", c.name, s, c.want)
			}
			if !errors.Is(err, c.err) || (err == nil) != (c.err == nil) {
				t.Errorf("%s: error %v, want %v", c.name, err, c.err)
				continue
			}
			for i, row := range rows {
				if len(rows) != len(m.recordRow) || row != m.recordRow[i] {
					t.Errorf("%s: rows %v, want %v", c.name, rows, m.recordRow)
					break
				}
			}
			at, ok := errors.AsType[*formats.Error](err)
			if !ok || m.errRow == 0 {
				continue
			}
			if at.Row != m.errRow || at.Offset != m.errOffset {
				t.Errorf("%s: error at line %d, byte %d; want %d, %d", c.name, at.Row, at.Offset, m.errRow, m.errOffset)
			}
			if c.column && at.Column != m.field {
				t.Errorf("%s: error in field %d, want %d", c.name, at.Column, m.field)
			}
		}
	}
}

func TestABlankLineIsReportedWhereItStands(t *testing.T) {
	for input, row := range map[string]int{"a,b\n\n\nc,d\n": 2, "\n\na,b\n": 1, "a,b\r\n\"c\r\n\",d\r\n\r\ne,f": 4} {
		_, _, err := collect(Read(strings.NewReader(input), Options{}))
		if at, ok := errors.AsType[*formats.Error](err); !ok || at.Row != row {
			t.Errorf("%q: %v, want row %d", input, err, row)
		}
	}
}

func TestSummaryTellsWhatCameAfterTheLastRecord(t *testing.T) {
	for input, want := range map[string]Summary{
		"a,b\n":                     {',', 2, 1, 1, 0, false},
		"a\tb\n1\t2":                {'\t', 2, 2, 2, 0, true},
		"a,b\r\n1,2\r\n\r\n\r\n":    {',', 2, 2, 4, 2, false},
		"a,b\r\n\"1\r\n\",\"2\"":    {',', 2, 2, 3, 0, true},
		"a,b\r\n1,2\r\n\x1a":        {',', 2, 2, 2, 0, false},
		"a,b\r\n1,\"2\"\r\n1,2\r\n": {',', 2, 3, 3, 0, false},
	} {
		var got Summary
		if _, _, err := collect(Read(strings.NewReader(input), Options{Summary: &got})); err != nil || got != want {
			t.Errorf("%q: %+v, %v; want %+v", input, got, err, want)
		}
	}
	got := Summary{Lines: 7}
	if _, _, err := collect(Read(strings.NewReader("a,b\nc\n"), Options{Summary: &got})); err == nil || got.Lines != 7 {
		t.Error("the summary was filled although the list is broken")
	}
}

func TestACutSourceIsNoFaultOfTheFile(t *testing.T) {
	broken := errors.New("cable pulled")
	whole := "a,b\r\n\"c\",d\r\ne,f\r\n"
	for n := range len(whole) + 1 {
		r := io.MultiReader(strings.NewReader(whole[:n]), iotest.ErrReader(broken))
		out, _, err := collect(Read(r, Options{}))
		if !errors.Is(err, broken) {
			t.Fatalf("after %d bytes: %v", n, err)
		}
		// Records that end with CRLF are given only when the LF is there, too.
		if want := strings.Count(whole[:n], "\n"); len(out) != want {
			t.Fatalf("after %d bytes: %d records, want %d", n, len(out), want)
		}
	}
}

// TestEveryCutEndsInAnErrorOrShows: a list that is cut anywhere never reads as a
// whole one, unless the cut is between records or in the last field, which the
// summary shows.
func TestEveryCutEndsInAnErrorOrShows(t *testing.T) {
	whole := "整理番号,氏名\r\n1,\"山田\r\n太郎\"\r\n2,佐藤\r\n"
	for n := range len(whole) {
		var s Summary
		out, _, err := collect(Read(strings.NewReader(whole[:n]), Options{Summary: &s}))
		if err == nil && !s.NoFinalLineEnd && len(out) == 3 {
			t.Errorf("cut at %d: nothing shows", n)
		}
	}
}

func TestStoppingEarlyIsFine(t *testing.T) {
	n := 0
	for range Read(strings.NewReader("a,b\n1,2\n3,4\n"), Options{}) {
		if n++; n == 2 {
			break
		}
	}
	if n != 2 {
		t.Error(n)
	}
}

func TestStringsOfARecordMayBeKept(t *testing.T) {
	var kept []string
	for rec, err := range Read(strings.NewReader("a,b\n\"1\",2\n\"3\",4\n5,6\n"), Options{}) {
		if err != nil {
			t.Fatal(err)
		}
		kept = append(kept, rec.Cells[0].Text, rec.Cells[1].Text)
	}
	if got := strings.Join(kept, ""); got != "ab123456" {
		t.Error(got)
	}
}

// TestErrorsHoldNoContent prints every error of the table above.
func TestErrorsHoldNoContent(t *testing.T) {
	const secret = "ヒミツ"
	for _, c := range cases {
		in := strings.NewReplacer("c", secret, "d", secret, "e", secret, "f", secret, "住所", secret).Replace(unmark(c.input).input)
		_, _, err := collect(Read(strings.NewReader(in), c.o))
		if err != nil && strings.Contains(err.Error(), secret) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

func TestDetectDelimiterJudgesByTheHeaderOnly(t *testing.T) {
	for head, want := range map[string]byte{"a,b\n1\t2": ',', "a\tb\r1,2": '\t', "\"a\tb\",c": ',', "a": 0, "": 0, "a,b\tc": 0, "\"a,b\"\n1,2": 0} {
		got, err := DetectDelimiter([]byte(head))
		if got != want || (err == nil) != (want != 0) {
			t.Errorf("%q: %q, %v", head, got, err)
		}
	}
}

func TestAnEndlessHeaderEnds(t *testing.T) {
	endless := io.MultiReader(strings.NewReader("\""), endlessly("a\n"))
	if _, _, err := collect(Read(endless, Options{Limits: small})); !errors.Is(err, formats.ErrDelimiter) {
		t.Error(err)
	}
	if _, _, err := collect(Read(endlessly("a,"), Options{})); !errors.Is(err, formats.ErrTooManyColumns) {
		t.Error(err)
	}
	if _, _, err := collect(Read(endlessly("a"), Options{Comma: ','})); !errors.Is(err, formats.ErrCellTooLong) {
		t.Error(err)
	}
}

type endlessly string

func (e endlessly) Read(b []byte) (int, error) {
	return copy(b, bytes.Repeat([]byte(e), len(b)/len(e))), nil
}
