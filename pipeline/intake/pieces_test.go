package intake

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"baitai/formats"
	"baitai/formats/charset"
	"baitai/pipeline/person"

	"pgregory.net/rapid"
)

// faults of a list, behind any line; %d is its number.
var faults = []string{"", "", "A%d,一\n", "\n", "\n\n", "A%d,\"一,,\n", "A%d,一\"二,,\n", "A%d,一\r", "\x81\n", "A%d,\x00,,\n", "\x1b$B;3\n", "\x1a", "A%d,整理番号福岡県,,\n", strings.Repeat("A", 40) + "%d\n"}

// What is found out about a list, and in which order it is said, does not depend on the
// pieces in which it is surveyed, nor on how many are surveyed side by side: lists with
// faults of every kind anywhere, and those of which some rows only are kept.
func TestPiecesOfAListAreSurveyedAsTheWhole(t *testing.T) {
	number := person.AppendCheckDigit("12345678901")
	line := rapid.SampledFrom([]string{"A%d,山田　花子,1980-01-02,\r\n", "A%d,山田　花子,1980-01-02,\n", "A%d,\"山田\n花子\",1980-01-02,備考\r\n", "\"A%d\",山田　花子,\"1980-01-02\",\"「\"\"」\"\n",
		"A7,二,,\n", " ,三,,\n", "A%d,四,," + number + "\n", number + ",五,,\n"})
	fault := rapid.SampledFrom(faults)
	head := rapid.SampledFrom([]string{"整理番号,氏名,生年月日,備考\r\n", "整理番号,\"氏名\",生年月日,備考\n", "整理番号,氏名,生年月日,備考,\"\n\"\r\n", "整理番号,氏名\r", "\n", "氏名,生年月日\n", "整理番号,氏名,生年月日,備考"})
	rapid.Check(t, func(rt *rapid.T) {
		text := head.Draw(rt, "head")
		lines := rapid.SliceOfN(line, 0, 30).Draw(rt, "lines")
		if len(lines) > 0 && rapid.Bool().Draw(rt, "broken") {
			lines[rapid.IntRange(0, len(lines)-1).Draw(rt, "where")] += fault.Draw(rt, "fault")
		}
		for i, l := range lines {
			text += strings.ReplaceAll(l, "%d", fmt.Sprint(i))
		}
		var list []byte
		switch c := rapid.SampledFrom([]charset.Charset{charset.CP932, charset.UTF8BOM, ""}).Draw(rt, "charset"); c {
		case "":
			list = []byte(text) // what is no UTF-8 in it is a fault
		default:
			list = encode(t, c, strings.ReplaceAll(text, "\x81", ""))
		}
		o := Options{PlacesMax: rapid.IntRange(1, 40).Draw(rt, "places"), KeepMost: rapid.SampledFrom([]int{0, -1, 1, 100, 300}).Draw(rt, "kept"),
			Limits: formats.Limits{RowsMax: rapid.SampledFrom([]int{5, 100}).Draw(rt, "rows"), CellCharactersMax: 50}}
		o.pieceBytes = -1
		want := surveyed(t, list, o)
		o.pieceBytes, o.Workers = rapid.SampledFrom([]int{1, 7, 40, 200, 0}).Draw(rt, "piece"), rapid.IntRange(0, 4).Draw(rt, "workers")
		if got := surveyed(t, list, o); !slices.Equal(got, want) {
			rt.Fatalf("%q in pieces\n%q\nnot\n%q", list, got, want)
		}
	})
}

// Each fault is found in its place, wherever that is.
func TestAFaultInAnyPieceIsFound(t *testing.T) {
	for _, fault := range faults {
		for at := range 7 {
			text := "整理番号,氏名,生年月日,備考\r\n"
			for i := range 6 {
				if i == at {
					text += strings.ReplaceAll(fault, "%d", "9")
				}
				text += fmt.Sprintf("A%d,\"山田\n花子\",1980-01-02,\n", i)
			}
			o := Options{Workers: 2, pieceBytes: -1}
			want := surveyed(t, []byte(text), o)
			for _, o.pieceBytes = range []int{1, 60, 0} {
				if got := surveyed(t, []byte(text), o); !slices.Equal(got, want) {
					t.Fatalf("%q in pieces of %d\n%q\nnot\n%q", text, o.pieceBytes, got, want)
				}
			}
		}
	}
}

// surveyed says all that comes of a list.
func surveyed(t *testing.T, list []byte, o Options) (out []string) {
	l, err := openList(t, source("list.csv", list, ""), byDefault(), o)
	var r *Refusal
	if errors.As(err, &r) {
		return []string{places(r.Issues), fmt.Sprint(r.Counts), fmt.Sprintf("%+v", r.Issues[0].Pos), r.Error()}
	}
	if err != nil {
		t.Fatal(err)
	}
	return append(sayAll(t, l), fmt.Sprint(l.Totals, l.Ignored, l.Charset))
}

// Nearly all lists have nothing to be said of any row: these MUST not be read twice.
func TestAUsualListIsSurveyedInPieces(t *testing.T) {
	for _, c := range []charset.Charset{charset.CP932, charset.UTF8, charset.UTF8BOM} {
		table := [][]string{{"整理番号", "氏名", "生年月日", "備考"}}
		for i := range 3_000 {
			table = append(table, []string{fmt.Sprint("A", i), "山田　花子", "昭和55年1月2日", []string{"", "一\n二", "「\""}[i%3]})
		}
		src := source("list.csv", csvOf(t, c, table), "")
		reads := &counting{}
		open := src.List
		src.List = func() (ReadAtCloser, error) {
			f, err := open()
			reads.ReadAtCloser = f
			return reads, err
		}
		l, err := openList(t, src, byDefault(), Options{Workers: 2})
		if err != nil || l.Totals.Rows != 3_000 {
			t.Fatal(err)
		}
		if most := src.Size + min(src.Size, glanceBytes) + 8<<10; reads.bytes > most { // and what tells the kinds of files apart
			t.Errorf("%s: %d bytes are read of %d", string(c), reads.bytes, src.Size)
		}
	}
}

// counting counts what is read.
type counting struct {
	ReadAtCloser
	bytes int64
}

func (c *counting) ReadAt(b []byte, off int64) (int, error) {
	n, err := c.ReadAtCloser.ReadAt(b, off)
	c.bytes += int64(n)
	return n, err
}
