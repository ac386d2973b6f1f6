package intake

import (
	"bytes"
	"fmt"
	"testing"

	"baitai/formats/charset"
	"baitai/pipeline/issue"
)

// A list is surveyed while the rest of its bytes is still being looked at. Where these
// are of another character set, nothing counts but that.
func TestWhatWasSurveyedDoesNotCountWhereTheWholeIsNotWhatItsBeginningIs(t *testing.T) {
	var list bytes.Buffer
	list.WriteString("\x90\xae\x97\x9d\x94\xd4\x8d\x86,\x8e\x81\x96\xbc,\x90\xb6\x94N\x8c\x8e\x93\xfa\r\n") // 整理番号,氏名,生年月日
	lines := 1
	for list.Len() < 3*glanceBytes/2 {
		fmt.Fprintf(&list, "A%d,\x8b\xe0\x93c \x97m\x8eq,1980-01-02\r\n", lines%7) // every 整理番号 stands often
		lines++
	}
	good := bytes.Clone(list.Bytes())
	if got := places(refusalOf(t, source("list.csv", good, ""), byDefault(), Options{PlacesMax: 1}).Issues); got != "F105@9:1(整理番号)" {
		t.Errorf("the list as it is: %s", got)
	}
	for _, c := range []struct{ name, end, want string }{
		{"no character", "A1,\xff,1980-01-02\r\n", fmt.Sprintf("F109@%d:0", lines+1)},
		{"UTF-8", "A1,福岡県福岡市中央区,1980-01-02\r\n", fmt.Sprintf("F109@%d:0", lines+1)},
		{"JIS", "A1,\x1b$B;3ED\x1b(B,1980-01-02\r\n", fmt.Sprintf("F138@%d:0", lines+1)},
		{"NUL", "A1,\x00,1980-01-02\r\n", fmt.Sprintf("F132@%d:0", lines+1)},
	} {
		r := refusalOf(t, source("list.csv", append(bytes.Clone(good), c.end...), ""), byDefault(), Options{})
		if got := places(r.Issues); got != c.want || len(r.Counts) != 1 {
			t.Errorf("%s: %s, counts %v, want %s", c.name, got, r.Counts, c.want)
		}
	}
	// A survey that broke off at the header has not read the end.
	broken := bytes.Replace(good, []byte("\x90\xae\x97\x9d\x94\xd4\x8d\x86,"), []byte("\x94\xf5\x8d\x6c,"), 1) // 備考
	if r := refusalOf(t, source("list.csv", broken, ""), byDefault(), Options{}); r.Counts[issue.BadCharacter] > 0 {
		t.Errorf("a list without 整理番号: %v", r.Counts)
	}
	r := refusalOf(t, source("list.csv", append(broken, "A1,\xff,1980-01-02\r\n"...), ""), byDefault(), Options{})
	if got := places(r.Issues); got != fmt.Sprintf("F109@%d:0", lines+1) || len(r.Counts) != 1 {
		t.Errorf("without 整理番号 and with a wrong byte: %s, counts %v", got, r.Counts)
	}
	begun := []byte("No,\x8e\x81\x96\xbc,\x90\xb6\x94N\x8c\x8e\x93\xfa\r\n1,\x8b\xe0\x93c \x97m\x8eq,1980-01-02\r\n")
	if l := mustOpen(t, begun); l.Charset != charset.CP932 || l.Totals.Rows != 1 {
		t.Errorf("%s, %d rows", l.Charset, l.Totals.Rows)
	}
}
