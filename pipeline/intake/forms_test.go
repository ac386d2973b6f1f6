package intake

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"baitai/formats/charset"
	"baitai/pipeline"
	"baitai/pipeline/authority"
	"baitai/pipeline/person"

	"pgregory.net/rapid"
)

// anyTable draws a list: columns in any order, good cells and bad ones.
func anyTable(t *rapid.T) [][]string {
	headers := rapid.Permutation([]string{"No.", "住民票コード", "漢字氏名", "ﾌﾘｶﾞﾅ", "生年月日", "性別", "現住所", "旧姓", "備考"}).Draw(t, "headers")
	code := person.AppendCheckDigit("1234567890")
	cells := map[string]*rapid.Generator[string]{
		"住民票コード": rapid.SampledFrom([]string{"", code, code[:5] + "-" + code[5:], "1.23E+10", code[1:], code[:10] + "x"}),
		"漢字氏名":   rapid.SampledFrom([]string{"山田　花子", "髙橋 一郎", " 﨑村　ｼﾞﾛｰ ", "#N/A", "佐藤\n次郎", "", "\"鈴木\",三郎"}),
		"ﾌﾘｶﾞﾅ":  rapid.SampledFrom([]string{"ﾔﾏﾀﾞ ﾊﾅｺ", "やまだ　はなこ", ""}),
		"生年月日":   rapid.SampledFrom([]string{"1980-01-02", "昭和55年1月2日", "S55.1.2", "29222", "1980-02-30", "昭和65年1月1日", ""}),
		"性別":     rapid.SampledFrom([]string{"1", "女", "M", "夫", ""}),
		"現住所":    rapid.SampledFrom([]string{"福岡県福岡市中央区天神１丁目１番１号", "同上", "大字天神1-1", ""}),
		"旧姓":     rapid.SampledFrom([]string{"", "渡邊"}),
		"備考":     rapid.SampledFrom([]string{"", "至急", "一\n二", "①～∥"}),
	}
	table := [][]string{headers}
	for i := range rapid.IntRange(1, 12).Draw(t, "rows") {
		var line []string
		for _, h := range headers {
			if h == "No." {
				line = append(line, fmt.Sprintf("%s%d", rapid.SampledFrom([]string{"", "A-", "=", " "}).Draw(t, "ref"), i+1))
				continue
			}
			line = append(line, cells[h].Draw(t, h))
		}
		table = append(table, line)
	}
	return table
}

func TestTheSameListInEveryFormGivesTheSameRows(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		table := anyTable(rt)
		var first []string
		var totals pipeline.Totals
		var keys []authority.Particular
		for i, list := range [][]byte{
			csvOf(t, charset.CP932, table), csvOf(t, charset.UTF8BOM, table), csvOf(t, charset.UTF16LE, table),
			[]byte("\ufeff" + strings.ReplaceAll(string(csvOf(t, charset.UTF8, table)), "\r\n", "\n")),
			bookOf(t, part{name: "名簿", rows: texts(table)}),
		} {
			l, err := Open(context.Background(), source("list", list, ""), byDefault(), Options{})
			if err != nil {
				rt.Fatalf("form %d: %v", i, err)
			}
			var got []string
			for row, err := range l.Rows(context.Background()) {
				if err != nil {
					rt.Fatal(err)
				}
				got = append(got, say(row))
			}
			l.Close()
			if i == 0 {
				first, totals, keys = got, l.Totals, l.Request.Keys
			}
			if !slices.Equal(got, first) || l.Totals.Balance(totals) != nil || !slices.Equal(keys, l.Request.Keys) {
				rt.Fatalf("form %d gives\n%q\nnot\n%q", i, got, first)
			}
			if l.Totals.Rows != int64(len(table)-1) || len(got) != len(table)-1 {
				rt.Fatalf("form %d: %d rows counted, %d given", i, l.Totals.Rows, len(got))
			}
		}
	})
}

func TestTheOrderOfColumnsDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		table := anyTable(rt)
		order := rapid.Permutation([]int{0, 1, 2, 3, 4, 5, 6, 7, 8}).Draw(rt, "order")
		var other [][]string
		for _, line := range table {
			var moved []string
			for _, i := range order {
				moved = append(moved, line[i])
			}
			other = append(other, moved)
		}
		a, b := mustOpen(t, csvOf(t, charset.UTF8BOM, table)), mustOpen(t, csvOf(t, charset.UTF8BOM, other))
		x, y := collect(t, a), collect(t, b)
		for i := range x {
			if say(x[i]) != say(y[i]) {
				rt.Fatalf("%s\n%s", say(x[i]), say(y[i]))
			}
		}
	})
}

func TestRowsCanBeRangedOverAgainAndSideBySide(t *testing.T) {
	rows := [][]string{{"整理番号", "氏名", "生年月日"}}
	for i := range 300 {
		rows = append(rows, []string{fmt.Sprint(i), "山田　花子", "1980-01-01"})
	}
	for name, list := range map[string][]byte{"csv": csvOf(t, charset.CP932, rows), "xlsx": bookOf(t, part{name: "名簿", rows: texts(rows)})} {
		l, err := openList(t, source(name, list, ""), byDefault(), Options{})
		if err != nil {
			t.Fatal(err)
		}
		first := collect(t, l)
		n := 0
		for range l.Rows(context.Background()) { // given up half way
			if n++; n == 7 {
				break
			}
		}
		i := 0
		for row, err := range l.Rows(context.Background()) {
			if err != nil || say(row) != say(first[i]) {
				t.Fatalf("%s: row %d differs the second time: %v", name, i+1, err)
			}
			i++
		}
		if i != len(first) {
			t.Errorf("%s: %d rows the second time", name, i)
		}
	}
}

func TestACancelledListIsAFault(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	list := []byte("\ufeff整理番号,氏名,生年月日\n1,a,\n2,a,\n")
	l := mustOpen(t, list)
	n := 0
	for _, err := range l.Rows(ctx) {
		if n++; n == 1 {
			cancel()
			continue
		}
		if !errors.Is(err, context.Canceled) {
			t.Errorf("row %d: %v", n, err)
		}
	}
	if n != 2 {
		t.Errorf("%d rows", n)
	}
	_, err := Open(ctx, source("l.csv", list, ""), byDefault(), Options{})
	checkFault(t, err, context.Canceled)
}

// breaks is a list on a medium that fails from a byte on, or at the n-th read.
type breaks struct {
	memory
	at     int64
	reads  *atomic.Int64
	err    error
	closed *int
}

func (b breaks) ReadAt(p []byte, off int64) (int, error) {
	if b.reads.Add(-1) < 0 || off+int64(len(p)) > b.at {
		return 0, b.err
	}
	return b.memory.ReadAt(p, off)
}

func (b breaks) Close() error { *b.closed++; return nil }

func TestAReaderThatFailsAnywhereIsAFaultAndNoRefusal(t *testing.T) {
	broken := errors.New("the medium was pulled out")
	rows := [][]string{{"整理番号", "氏名", "生年月日"}}
	for i := range 200 {
		rows = append(rows, []string{fmt.Sprint(i), marker, "1980-01-01"})
	}
	for name, list := range map[string][]byte{
		"csv": csvOf(t, charset.CP932, rows), "utf8": csvOf(t, charset.UTF8BOM, rows),
		"xlsx": bookOf(t, part{name: "依頼書", rows: texts([][]string{{"照会元", "welfare"}})}, part{name: "名簿", rows: texts(rows)}),
	} {
		faults := 0
		check := func(at int64, reads int) {
			closed := 0
			var left atomic.Int64 // the list is read by two goroutines
			left.Store(int64(reads))
			src := source(name, list, "")
			src.List = func() (ReadAtCloser, error) {
				return breaks{memory{bytes.NewReader(list)}, at, &left, broken, &closed}, nil
			}
			l, err := Open(context.Background(), src, byDefault(), Options{})
			if err != nil {
				faults++
				checkFault(t, err, broken)
				checkSilent(t, err)
				if closed != 1 {
					t.Fatalf("%s: closed %d times", name, closed)
				}
				return
			}
			defer l.Close()
			n := int64(0)
			for _, err := range l.Rows(context.Background()) {
				if err != nil {
					faults++
					checkFault(t, err, broken)
					return
				}
				n++
			}
			if n != l.Totals.Rows {
				t.Fatalf("%s: %d of %d rows and no error", name, n, l.Totals.Rows)
			}
		}
		for at := int64(0); at < int64(len(list)); at += 61 {
			check(at, 1<<30)
		}
		byOffset := faults
		for reads := range 40 {
			check(1<<40, reads)
		}
		if byOffset < 3 || faults == byOffset {
			t.Errorf("%s: only %d faults came about", name, faults)
		}
	}
	src := source("l.csv", nil, "")
	src.List = func() (ReadAtCloser, error) { return nil, broken }
	_, err := openList(t, src, byDefault(), Options{})
	checkFault(t, err, broken)
}
