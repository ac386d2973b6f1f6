package answer

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"testing"

	"baitai/formats/sheet"
	"baitai/pipeline"
	"baitai/pipeline/authority/authoritytest"
	"baitai/pipeline/issue"
	"baitai/pipeline/register"
	"baitai/pipeline/verdict"
)

// sheetOf reads a sheet of a workbook.
func sheetOf(t testing.TB, book []byte, name string) [][]string {
	t.Helper()
	b, err := sheet.OpenAt(bytes.NewReader(book), int64(len(book)), sheet.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	var rows [][]string
	for rec, err := range b.Rows(name) {
		if err != nil {
			t.Fatal(err)
		}
		var row []string
		for _, c := range rec.Cells {
			row = append(row, c.Text)
		}
		rows = append(rows, row)
	}
	return rows
}

func lineOf(t testing.TB, rows [][]string, first string) []string {
	t.Helper()
	for _, r := range rows {
		if r[0] == first {
			return r
		}
	}
	t.Fatalf("no line %q in %q", first, rows)
	return nil
}

// TestCountsOfAPartAreItsOwnAndThoseUpToIt: nobody has to add parts up by hand.
func TestCountsOfAPartAreItsOwnAndThoseUpToIt(t *testing.T) {
	const most = 4
	answers := []verdict.Answer{verdict.NotFound, verdict.NotFound, verdict.NotFound, verdict.NeedsReview, verdict.NeedsReview, verdict.NeedsReview,
		verdict.NeedsReview, verdict.NeedsReview, verdict.Several}
	var rows []row
	for i, a := range answers {
		rows = append(rows, rowOf(int64(i+1), fmt.Sprint(i), hit(a, nil)))
	}
	files, _, _, err := writeParts(t, authoritytest.Terms{Form: "xlsx"}, Split(int64(len(rows)), most), rows)
	if err != nil || len(files) != 3 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for i, want := range [][]string{
		{"10:3:75:3:75", "30:1:25:1:25", "計:4:100:4:100"},
		{"10:0:0:3:37.5", "30:4:100:5:62.5", "計:4:100:8:100"},
		{"10:0:0:3:33.33", "20:1:100:1:11.11", "30:0:0:5:55.56", "計:1:100:9:100"},
	} {
		got := sheetOf(t, files[i], countsSheet)
		if len(got) != len(want)+1 || strings.Join(got[0][3:], ",") != "件数,割合(%),ここまでの件数,ここまでの割合(%)" {
			t.Fatalf("part %d: %q", i+1, got)
		}
		for n, w := range want {
			if line := strings.Join(append(got[n+1][:1:1], got[n+1][3:]...), ":"); line != w {
				t.Errorf("part %d: %s, want %s", i+1, line, w)
			}
		}
	}
}

func TestAResultWithoutRowsHasCountsAndNoChart(t *testing.T) {
	var to bytes.Buffer
	if _, err := write(t, grant(t, authoritytest.Terms{Form: "xlsx"}), &to, io.Discard, stream(nil), nil); err != nil {
		t.Fatal(err)
	}
	if got := sheetOf(t, to.Bytes(), countsSheet); len(got) != 2 || got[1][3] != "0" || got[1][4] != "" {
		t.Errorf("%q", got)
	}
}

// TestTheLegendExplainsEverythingThatIsShown holds it against every answer, every
// field that can be granted and every grade: a new one must be explained.
func TestTheLegendExplainsEverythingThatIsShown(t *testing.T) {
	columns := append([]string{}, headColumns...)
	for _, f := range register.Fields() {
		columns = append(columns, f.String())
	}
	columns = append(append(columns, groundColumns...), tailColumns...)
	said := make(map[string]bool)
	for _, line := range bookLegend(columns, columns) {
		for i, cell := range line {
			if cell == "" {
				t.Errorf("%q: cell %d is empty", line, i)
			}
		}
		if key := line[0] + " " + line[1]; said[key] {
			t.Errorf("%s is explained twice", key)
		} else {
			said[key] = true
		}
	}
	for _, a := range verdict.Answers() {
		if !said[legendAnswer+" "+string(a)] {
			t.Errorf("%s is not explained", a)
		}
	}
	for _, c := range columns {
		if !said[legendColumn+" "+c] {
			t.Errorf("%s is not explained", c)
		}
	}
	for g := range verdict.GradeCount {
		if !said["照合の度合い "+verdict.Grade(g).Japanese()] {
			t.Errorf("grade %d is not explained", g)
		}
	}
}

// TestFormulasInAWorkbookAreText: whatever a cell begins with, no spreadsheet
// calculates it, and it is shown as it is, without a mark.
func TestFormulasInAWorkbookAreText(t *testing.T) {
	var rows []row
	starts := []string{"=1+1", "+81", "-5", "@SUM(A1)", "\tx", "\r=1", "＝1", "=HYPERLINK(\"http://x\")"}
	for i, s := range starts {
		rows = append(rows, rowOf(int64(i+1), s, hit(verdict.NotFound, nil)))
	}
	var to bytes.Buffer
	sum, err := write(t, grant(t, authoritytest.Terms{Form: "xlsx"}), &to, io.Discard, stream(nil, rows...), nil)
	if err != nil || len(sum.Defused) != 0 {
		t.Fatalf("%v, %v", sum.Defused, err)
	}
	b, err := sheet.OpenAt(bytes.NewReader(to.Bytes()), int64(to.Len()), sheet.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	n := -1
	for rec, err := range b.Rows(rowsSheet) {
		if err != nil { // a formula would be one
			t.Fatal(err)
		}
		if n++; n > 0 && rec.Cells[0].Text != starts[n-1] {
			t.Errorf("%q came back as %q", starts[n-1], rec.Cells[0].Text)
		}
	}
}

// faultyRows are n rows each with a fault of its own place, and one of another kind
// at the end.
func faultyRows(n int) pipeline.Rows[verdict.Hit] {
	return func(yield func(row, error) bool) {
		for i := range n {
			code := issue.EraNeverHadYear
			if i == n-1 {
				code = issue.ResidentCodeCheckDigit
			}
			at := issue.Pos{File: "名簿.xlsx", Sheet: "名簿", Row: i + 2, Column: 5, Name: "生年月日"}
			if !yield(rowOf(int64(i+1), fmt.Sprint(i), verdict.Hit{}, issue.New(code, at)), nil) {
				return
			}
		}
	}
}

// heapGrown samples what lives on the heap while do runs, and gives the most.
func heapGrown(do func(sample func())) uint64 {
	var m runtime.MemStats
	live := func() uint64 {
		runtime.GC()
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	before := live()
	var most uint64
	do(func() { most = max(most, live()) })
	return most - min(most, before)
}

// TestAMillionFaultyRowsGiveASmallErrorFile bounds what is kept of them in memory,
// and the files. Every row is also written as a row of the result (answer 80).
func TestAMillionFaultyRowsGiveASmallErrorFile(t *testing.T) {
	const (
		rows   = 1_000_000
		places = 1000
		small  = 512 << 10 // bytes of a file: 1,000 lines of four sentences
		flat   = 8 << 20   // bytes on the heap, whatever the number of rows
	)
	var sum Summary
	grown := heapGrown(func(sample func()) {
		o := Output{Grant: grant(t, authoritytest.Terms{}), To: io.Discard, Own: io.Discard, PlacesMax: places}
		o.Progress = func(n int64) {
			if n%200_000 == 0 {
				sample()
			}
		}
		var err error
		if sum, err = Write(t.Context(), SourceOf(faultyRows(rows)), o); err != nil {
			t.Fatal(err)
		}
		sample()
	})
	if grown > flat {
		t.Errorf("the heap grew by %d bytes", grown)
	}
	if len(sum.Places) != places || sum.Issues[issue.EraNeverHadYear] != rows-1 || sum.Places[places-1].Code != issue.ResidentCodeCheckDigit {
		t.Fatalf("%d places, counts %v", len(sum.Places), sum.Issues)
	}
	var list, book bytes.Buffer
	if err := WriteErrors(&list, sum.Places, sum.Issues); err != nil {
		t.Fatal(err)
	}
	if err := WriteErrorBook(&book, tmpfs(t), sum.Places, sum.Issues); err != nil {
		t.Fatal(err)
	}
	if list.Len() > small || book.Len() > small {
		t.Errorf("%d bytes of CSV, %d of a workbook", list.Len(), book.Len())
	}
	if !strings.Contains(list.String(), "ほかに 999000 件") {
		t.Error("the rest is not counted")
	}
	counts := sheetOf(t, book.Bytes(), errorCounts)
	if got := lineOf(t, counts, string(issue.EraNeverHadYear)); got[1] != "999999" || got[2] != "999" {
		t.Errorf("%q", got)
	}
	if got := lineOf(t, counts, "計"); got[1] != "1000000" || got[2] != "1000" {
		t.Errorf("%q", got)
	}
}

func TestAnErrorBookHasTheLinesOfTheCSV(t *testing.T) {
	places := issue.List{
		issue.New(issue.DoubledReference, issue.Pos{File: "名簿.csv", Row: 7, Column: 1, Name: "整理番号"}, 3),
		issue.New(issue.Formula, issue.Pos{File: "=名簿\xff.xlsx", Sheet: "=名簿", Row: 12, Column: 28, Name: "+\x01見出し"}),
	}
	counts := map[issue.Code]int64{issue.DoubledReference: 41, issue.Formula: 1}
	var book bytes.Buffer
	tmp := tmpfs(t)
	if err := WriteErrorBook(&book, tmp, places, counts); err != nil {
		t.Fatal(err)
	}
	if left, err := os.ReadDir(tmp); err != nil || len(left) > 0 {
		t.Errorf("%d files are left, %v", len(left), err)
	}
	lines := sheetOf(t, book.Bytes(), errorSheet)
	if len(lines) != 4 || strings.Join(lines[1][:7], ",") != "名簿.csv,,7,1,,整理番号,F105" ||
		strings.Join(lines[2][:7], ",") != "=名簿〓.xlsx,=名簿,12,28,AB12,+〓見出し,F119" || !strings.HasPrefix(lines[3][7], "ほかに 40 件") {
		t.Errorf("%q", lines)
	}
	for _, l := range lines {
		if len(l) != len(errorColumns) || l[7] == "" || l[8] == "" || l[9] == "" || l[10] == "" {
			t.Errorf("%q: sentence or advice is missing in one language", l)
		}
	}
	if err := WriteErrorBook(&full{3}, tmpfs(t), places, counts); err == nil {
		t.Error("a full disk is not told")
	}
}

// TestABookThatGoesAloneSaysWhereRowsAreFaulty: by mail goes one file.
func TestABookThatGoesAloneSaysWhereRowsAreFaulty(t *testing.T) {
	for _, alone := range []bool{false, true} {
		var to bytes.Buffer
		o := Output{Grant: grant(t, authoritytest.Terms{Form: "xlsx"}), To: &to, Own: io.Discard, TmpDir: tmpfs(t), Notes: notes(), PlacesMax: 2, FaultSheets: alone}
		o.Notes.Faults = "シート「不備一覧」"
		if _, err := Write(t.Context(), SourceOf(faultyRows(4)), o); err != nil {
			t.Fatal(err)
		}
		text := bookText(t, to.Bytes())
		if strings.Contains(text, "# "+errorSheet+"\n") != alone || strings.Contains(text, "# "+faultCounts+"\n") != alone {
			t.Errorf("alone %t: %s", alone, text)
		}
		if got := lineOf(t, sheetOf(t, to.Bytes(), notesSheet), "行の不備"); got[1] != "場所と直し方はシート「不備一覧」にあります。" {
			t.Errorf("%q", got)
		}
	}
}

// TestEveryRowThatFailsHasAPlace: also one whose character could only be found to be
// unreadable when it was compared.
func TestEveryRowThatFailsHasAPlace(t *testing.T) {
	o := Output{Grant: grant(t, authoritytest.Terms{}), To: io.Discard, Own: io.Discard, PlacesMax: 100}
	rows := []row{rowOf(1, "1", hit(verdict.NotFound, nil)), rowOf(2, "2", hit(verdict.UnknownCharacter, nil)), rowOf(3, "3", hit(verdict.Several, nil))}
	for i, code := range []issue.Code{issue.BadBirth, issue.ResidentCodeCheckDigit, issue.RowFault, issue.UnreadableCharacter} {
		rows = append(rows, rowOf(int64(i+4), "x", verdict.Hit{}, issue.New(code, issue.Pos{Row: i + 5, Column: 2})))
	}
	sum, err := Write(t.Context(), SourceOf(stream(nil, rows...)), o)
	if err != nil {
		t.Fatal(err)
	}
	at := make(map[int]bool)
	for _, p := range sum.Places {
		at[p.Pos.Row] = true
	}
	for _, r := range rows {
		if AnswerOf(&r).RowFailure() != at[r.Pos.Row] {
			t.Errorf("row %d was answered %s and has a place: %t", r.Pos.Row, AnswerOf(&r), at[r.Pos.Row])
		}
	}
}
