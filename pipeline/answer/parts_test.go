package answer

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"

	"baitai/pipeline/authority/authoritytest"
	"baitai/pipeline/person"
	"baitai/pipeline/verdict"
)

const most = 4 // rows of a part in these tests

// manyRows are so many rows, of which every third is answered with data.
func manyRows(t testing.TB, n int) []row {
	rows := make([]row, 0, n)
	for i := 1; i <= n; i++ {
		h := hit(verdict.NotFound, nil)
		if i%3 == 0 {
			h = hit(verdict.FoundPresent, held(t, person.Present))
		}
		rows = append(rows, rowOf(int64(i), fmt.Sprintf("=%d", i), h))
	}
	return rows
}

// writeParts writes rows into the parts given, with room for the rows that follow.
func writeParts(t testing.TB, terms authoritytest.Terms, parts []Part, rows []row) (files [][]byte, own []byte, sum Summary, err error) {
	t.Helper()
	var ours bytes.Buffer
	o := Output{Grant: grant(t, terms), Own: &ours, TmpDir: tmpfs(t), Notes: notes(), Workers: 2}
	sum, err = WriteParts(context.Background(), SourceOf(stream(nil, rows...)), o, parts, func(p Part, write func(io.Writer) error) error {
		if p != parts[len(files)] {
			t.Errorf("part %+v after %d parts", p, len(files))
		}
		var b bytes.Buffer
		err := write(&b)
		files = append(files, b.Bytes())
		return err
	})
	if left, dirErr := os.ReadDir(o.TmpDir); dirErr != nil || len(left) > 0 {
		t.Errorf("%d files left in the folder for temporary ones, %v", len(left), dirErr)
	}
	return files, ours.Bytes(), sum, err
}

func TestSplitDealsOutAllRowsInOrder(t *testing.T) {
	for rows, want := range map[int64][]Part{
		0:          {{1, 1, 0}},
		1:          {{1, 1, 1}},
		most - 1:   {{1, 1, 3}},
		most:       {{1, 1, 4}},
		most + 1:   {{1, 2, 4}, {2, 2, 1}},
		3 * most:   {{1, 3, 4}, {2, 3, 4}, {3, 3, 4}},
		3*most + 1: {{1, 4, 4}, {2, 4, 4}, {3, 4, 4}, {4, 4, 1}},
	} {
		if got := Split(rows, most); fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%d rows: %v", rows, got)
		}
	}
	if got := Split(10_000_000, 1_000_000); len(got) != 10 || got[9].Rows != 1_000_000 {
		t.Errorf("ten million rows: %d parts", len(got))
	}
}

// The parts of a CSV, without all headers but the first, are the whole one; the own
// copy and the summary do not know of parts.
func TestPartsOfACSVAreTheWholeOne(t *testing.T) {
	for _, terms := range []authoritytest.Terms{{}, {Charset: "CP932"}} {
		for _, n := range []int{0, 1, most - 1, most, most + 1, 3 * most} {
			rows := manyRows(t, n)
			var whole, own bytes.Buffer
			sum, err := write(t, grant(t, terms), &whole, &own, stream(nil, rows...), nil)
			if err != nil {
				t.Fatal(err)
			}
			files, ownParts, sumParts, err := writeParts(t, terms, Split(int64(n), most), rows)
			if err != nil || len(files) != max(1, (n+most-1)/most) {
				t.Fatalf("%d rows: %d files, %v", n, len(files), err)
			}
			joined, header := bytes.Clone(files[0]), files[0][:bytes.IndexByte(files[0], '\n')+1]
			for _, f := range files[1:] {
				rest, ok := bytes.CutPrefix(f, header)
				if !ok || len(rest) == 0 {
					t.Fatalf("%d rows: a part without header or without rows", n)
				}
				joined = append(joined, rest...)
			}
			if !bytes.Equal(joined, whole.Bytes()) || !bytes.Equal(ownParts, own.Bytes()) || fmt.Sprint(sum) != fmt.Sprint(sumParts) {
				t.Errorf("%d rows: parts differ from the whole", n)
			}
		}
	}
}

func TestPartsOfAWorkbookHaveHeaderRowsAndNotes(t *testing.T) {
	for _, n := range []int{0, 1, most - 1, most, most + 1, 3 * most} {
		files, _, sum, err := writeParts(t, authoritytest.Terms{Form: "xlsx"}, Split(int64(n), most), manyRows(t, n))
		if err != nil || sum.Totals.Rows != int64(n) {
			t.Fatalf("%d rows: %d, %v", n, sum.Totals.Rows, err)
		}
		next := 1
		for i, f := range files {
			sheet, notes, ok := strings.Cut(bookText(t, f), "# 説明\n")
			lines := strings.Split(strings.TrimSpace(sheet), "\n")
			if !ok || lines[0] != "# 照会結果" || !strings.HasPrefix(lines[1], "[整理番号]") {
				t.Fatalf("part %d of %d rows: %s", i+1, n, sheet)
			}
			for _, line := range lines[2:] {
				if !strings.HasPrefix(line, fmt.Sprintf("[=%d]", next)) {
					t.Errorf("row %d of %d is %s", next, n, line)
				}
				next++
			}
			if !strings.Contains(notes, fmt.Sprintf("[行数][%d]", len(lines)-2)) {
				t.Errorf("part %d of %d rows counts others", i+1, n)
			}
			said := strings.Contains(notes, fmt.Sprintf("%d のうち %d 番目", len(files), i+1))
			if said != (len(files) > 1) {
				t.Errorf("part %d of %d says %t", i+1, len(files), said)
			}
		}
		if next != n+1 {
			t.Errorf("%d of %d rows", next-1, n)
		}
	}
}

func TestNotesOfASplitResultSpeakOfAllParts(t *testing.T) {
	n := notes()
	n.Part = Part{Of: 3}
	var b bytes.Buffer
	if err := n.WriteText(&b, newSummary()); err != nil || !strings.Contains(b.String(), "結果は 3 のファイルに分かれています") {
		t.Errorf("%v: %s", err, b.String())
	}
}

// Rows that are not those that were counted end the result: nothing may go out.
func TestPartsTakeNeitherMoreNorFewerRowsThanWereCounted(t *testing.T) {
	for _, form := range []string{"", "xlsx"} {
		for _, n := range []int{0, 1, most, 2*most - 1, 2*most + 1, 3 * most} {
			_, _, _, err := writeParts(t, authoritytest.Terms{Form: form}, Split(2*most, most), manyRows(t, n))
			if !errors.Is(err, errPartRows) {
				t.Errorf("%d rows in room for %d: %v", n, 2*most, err)
			}
		}
	}
}

func TestAPartThatCannotBeWrittenEndsAll(t *testing.T) {
	full := errors.New("no space")
	o := Output{Grant: grant(t, authoritytest.Terms{}), Own: io.Discard, TmpDir: tmpfs(t), Notes: notes()}
	calls := 0
	_, err := WriteParts(context.Background(), SourceOf(stream(nil, manyRows(t, 3*most)...)), o, Split(3*most, most), func(p Part, write func(io.Writer) error) error {
		calls++
		return errors.Join(write(io.Discard), map[bool]error{true: full}[p.Number == 2])
	})
	if !errors.Is(err, full) || calls != 2 {
		t.Errorf("%d calls, %v", calls, err)
	}
}
