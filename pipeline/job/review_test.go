package job_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"baitai/crypto"
	"baitai/formats/sheet"
	"baitai/pipeline/issue"
	"baitai/pipeline/job"
	"baitai/spool"
	"baitai/spool/ledger"
)

// doubtful answers a list whose rows 2 and 3 need review: a digit of the day
// is wrong, and the name stands in the other order. Row 1 is right, row 4 a stranger.
func doubtful(t *testing.T, p *place) string {
	t.Helper()
	v := []invented{invent(1, 0), invent(2, 0), invent(3, 0)}
	v[1].birth = v[1].birth[:9] + "4" // the 23rd became the 24th
	surname, given, _ := strings.Cut(v[2].name, "　")
	v[2].name = given + "　" + surname
	var b strings.Builder
	b.WriteString("\ufeff整理番号,氏名,生年月日,性別,住所\r\n")
	for n, w := range v {
		fmt.Fprintf(&b, "R%d,%s,%s,%s,%s\r\n", n+1, w.name, w.birth, w.sex, w.address)
	}
	b.WriteString("R4,架空　外人,1999-09-09,1,福岡県福岡市東区架空町9丁目9番9号\r\n")
	_, request := p.newList(plain, 4, "審査")
	p.put(t, plain, "審査", []byte(b.String()), request)
	out := outcome(t, p.run(t))
	if out.Totals.ByCode["30"] != 2 || out.Totals.ByCode["00"] != 1 || out.Totals.ByCode["10"] != 1 {
		t.Fatalf("answers %v", out.Totals.ByCode)
	}
	return out.Job
}

// reviewList writes the review list of a job and reads it back as rows.
func reviewList(t *testing.T, p *place, id string) (rows [][]string, about [][]string) {
	t.Helper()
	s := p.open(t)
	var b bytes.Buffer
	n, err := s.ReviewList(context.Background(), id, &b)
	must(t, errors.Join(err, s.Close()))
	if n != 2 {
		t.Fatalf("%d rows are under review", n)
	}
	book, err := sheet.OpenAt(bytes.NewReader(b.Bytes()), int64(b.Len()), sheet.Options{})
	must(t, err)
	defer book.Close()
	read := func(name string) (rows [][]string) {
		for rec, err := range book.Rows(name) {
			must(t, err)
			var row []string
			for _, c := range rec.Cells {
				row = append(row, c.Text)
			}
			rows = append(rows, row)
		}
		return rows
	}
	return read("要確認"), read("受付")
}

// fillIn writes the list back with a decision for each reference, as an operator
// would with a spreadsheet.
func fillIn(t *testing.T, p *place, rows, about [][]string, decide map[string]string) string {
	t.Helper()
	tmp := t.TempDir()
	must(t, os.Chmod(tmp, 0o700))
	w, err := sheet.NewWriter(sheet.WriterOptions{TmpDir: tmp})
	must(t, err)
	defer w.Close()
	for _, part := range []struct {
		name string
		rows [][]string
	}{{"要確認", rows}, {"受付", about}} {
		var cols []sheet.Column
		for _, h := range part.rows[0] {
			cols = append(cols, sheet.Column{Header: h, Width: 10})
		}
		must(t, w.AddSheet(part.name, cols))
		for _, row := range part.rows[1:] {
			if d, ok := decide[row[1]]; ok && part.name == "要確認" && row[2] == "リスト" {
				row[4] = d
			}
			must(t, w.Write(row))
		}
	}
	path := p.path("decided.xlsx")
	f, err := os.Create(path)
	must(t, err)
	_, err = w.WriteTo(f)
	must(t, errors.Join(err, f.Close()))
	return path
}

func takeReview(t *testing.T, p *place, path string) (job.Outcome, error) {
	t.Helper()
	s := p.open(t)
	defer func() { must(t, s.Close()) }()
	j, err := s.TakeReview(context.Background(), path, false)
	if err != nil {
		return job.Outcome{}, err
	}
	return s.Answer(context.Background(), j)
}

// TestAReviewedRowIsAnsweredByAJobOfItsOwn: the decisions go to the office as a
// new result, and the ledger tells of both.
func TestAReviewedRowIsAnsweredByAJobOfItsOwn(t *testing.T) {
	p := newPlace(t, true)
	id := doubtful(t, p)
	rows, about := reviewList(t, p, id)
	if len(rows) != 5 { // a header, two rows, a candidate of each
		t.Fatalf("the review list has %d rows", len(rows))
	}
	out, err := takeReview(t, p, fillIn(t, p, rows, about, map[string]string{"R2": "1", "R3": "該当なし"}))
	must(t, err)
	if out.State != spool.Outbox || out.Job == id || out.Totals.ByCode["00"] != 1 || out.Totals.ByCode["10"] != 1 || out.Totals.Rows != 2 {
		t.Fatalf("%s %s %v", out.Job, out.State, out.Totals)
	}
	answered := p.readResult(t, plain, out.Job)
	if got := answered["R2"]; got[1] != "00" || got[3] != invent(2, 0).name || got[4] != invent(2, 0).birth {
		t.Error("the person decided for is not the one answered")
	}
	if got := answered["R3"]; got[1] != "10" || got[3] != "" {
		t.Error("a row decided as nobody gives data")
	}
	all := p.checkCustody(t)
	for act, want := range map[ledger.Act]int{ledger.OpenedByOperator: 1, ledger.Published: 2, ledger.Received: 2} {
		if n := count(all, act, ""); n != want {
			t.Errorf("%d entries %s, want %d", n, act, want)
		}
	}
	again, err := takeReview(t, p, fillIn(t, p, clone(rows), about, map[string]string{"R2": "該当なし"}))
	must(t, err)
	if again.State != spool.Refused {
		t.Errorf("a row that was decided is decided again: %s", again.State)
	}
	p.checkClean(t)
}

// TestADecisionThatTheRowDoesNotAllowRefusesThemAll, and data never leaves by it.
func TestADecisionThatTheRowDoesNotAllowRefusesThemAll(t *testing.T) {
	p := newPlace(t, true)
	id := doubtful(t, p)
	rows, about := reviewList(t, p, id)
	for name, decide := range map[string]map[string]string{
		"a candidate that is not there": {"R2": "2"},
		"no number":                     {"R2": "はい"},
		"nothing":                       {},
	} {
		copied := clone(rows)
		out, err := takeReview(t, p, fillIn(t, p, copied, about, decide))
		if err == nil && out.State != spool.Refused {
			t.Errorf("%s: %s", name, out.State)
		}
		if err != nil && issue.Find(err) == nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	other := clone(rows)
	for _, row := range other {
		if row[1] == "R2" {
			row[0] = "1" // the row that was answered already
		}
	}
	out, err := takeReview(t, p, fillIn(t, p, other, about, map[string]string{"R2": "1"}))
	must(t, err)
	if out.State != spool.Refused || out.Refusal.Counts[issue.BadDecision] != 1 {
		t.Errorf("a row that was not under review: %s %v", out.State, out.Refusal)
	}
	if n := count(p.checkCustody(t), ledger.Published, ""); n != 1 {
		t.Errorf("%d results were published", n)
	}
}

// TestSomebodyOutsideThePurposeIsNotAnsweredThoughAReviewerSaysWho.
func TestSomebodyOutsideThePurposeIsNotAnsweredThoughAReviewerSaysWho(t *testing.T) {
	p := newPlace(t, true)
	id := doubtful(t, p)
	rows, about := reviewList(t, p, id)
	p.writeRegister(t, "国外転出者のみ")
	out, err := takeReview(t, p, fillIn(t, p, rows, about, map[string]string{"R2": "1"}))
	must(t, err)
	if out.Totals.ByCode["90"] != 1 {
		t.Errorf("answers %v", out.Totals.ByCode)
	}
}

// TestExplainShowsTheRowBesideWhomItWasComparedWith, and that is entered first.
func TestExplainShowsTheRowBesideWhomItWasComparedWith(t *testing.T) {
	p := newPlace(t, true)
	id := doubtful(t, p)
	s := p.open(t)
	e, err := s.Explain(context.Background(), id, 2)
	must(t, err)
	if e.Row.Answer != "30" || len(e.People) == 0 {
		t.Fatalf("answer %s, %d people", e.Row.Answer, len(e.People))
	}
	found := false
	for _, l := range e.People[0].Lines {
		found = found || l.Name == "生年月日" && l.Grade.Grade == "slip" && l.File == invent(2, 0).birth
	}
	if !found {
		t.Error("the slip of the birth is not shown")
	}
	if _, err := s.Explain(context.Background(), id, 99); !errors.Is(err, issue.New(issue.BadArgument, issue.Pos{})) {
		t.Errorf("a row that is not there: %v", err)
	}
	must(t, s.Close())
	s = p.openAs(t, second, nil) // without 審査 and 閲覧
	if _, err := s.Explain(context.Background(), id, 2); !errors.Is(err, issue.New(issue.OperatorLacksRight, issue.Pos{})) {
		t.Errorf("without the right: %v", err)
	}
	must(t, s.Close())
	if n := count(p.checkCustody(t), ledger.OpenedByOperator, id); n != 2 {
		t.Errorf("%d entries of opening", n)
	}
}

// rewriteOwn puts other lines in place of the own copy of a job.
func (p *place) rewriteOwn(t *testing.T, id, name string, seal func(io.Writer, ...crypto.Recipient) (io.WriteCloser, error), lines string) {
	t.Helper()
	folder := p.path("site", "spool", "done", id)
	raw, err := os.ReadFile(p.path("site", job.PublicDir, "site.age.pub"))
	must(t, err)
	to, err := crypto.ParseRecipient(strings.TrimSpace(string(raw)))
	must(t, err)
	must(t, os.Remove(filepath.Join(folder, "own.jsonl.age")))
	f, err := os.Create(filepath.Join(folder, name))
	must(t, err)
	w, err := seal(f, to)
	must(t, err)
	_, err = io.WriteString(w, lines)
	must(t, errors.Join(err, w.Close(), f.Close()))
}

// What an earlier version wrote: the own copy packed, its lines arrays with a number.
func TestAnOwnCopyThatAnEarlierVersionPackedIsRead(t *testing.T) {
	p := newPlace(t, true)
	id := doubtful(t, p)
	explain := func() job.Explanation {
		s := p.open(t)
		e, err := s.Explain(context.Background(), id, 2)
		must(t, errors.Join(err, s.Close()))
		return e
	}
	now := explain()
	p.rewriteOwn(t, id, "own.jsonl.zst.age", crypto.Pack, fmt.Sprintf(
		"[1,1,\"R1\",\"10\",\"\",\"\",\"\",[]]\n[2,1,\"R2\",\"30\",\"R\",%q,\"\",[[\"=-d==F\",%q,[2,0,\"\",\"数字が一つ違う\"]],[\"=-x=x\",%q]]]\n",
		now.Row.Why, now.People[0].Looked.Person, now.People[1].Looked.Person))
	if before := explain(); !reflect.DeepEqual(before, now) {
		t.Errorf("read as %+v, was %+v", before, now)
	}
}

// A row beside the candidates of another one would be taken for one of them.
func TestAnOwnCopyOfOtherRowsIsRefused(t *testing.T) {
	p := newPlace(t, true)
	id := doubtful(t, p)
	s := p.open(t)
	e, err := s.Explain(context.Background(), id, 2)
	must(t, errors.Join(err, s.Close()))
	p.rewriteOwn(t, id, "own.jsonl.age", crypto.Seal, fmt.Sprintf("{\"words\":[]}\n[\"R2\",\"30R\",\"\",\"\",\"=-d==F%s\"]\n", e.People[0].Looked.Person)) // row 1 is R1
	s = p.open(t)
	damaged := issue.New(issue.OwnCopyDamaged, issue.Pos{})
	if _, err := s.Explain(context.Background(), id, 1); !errors.Is(err, damaged) {
		t.Errorf("explained: %v", err)
	}
	if _, err := s.ReviewList(context.Background(), id, io.Discard); !errors.Is(err, damaged) {
		t.Errorf("listed for review: %v", err)
	}
	must(t, errors.Join(s.Close(), os.Truncate(p.path("site", "spool", "done", id, "own.jsonl.age"), 250)))
	s = p.open(t)
	if _, err := s.Explain(context.Background(), id, 1); !errors.Is(err, damaged) {
		t.Errorf("cut off: %v", err)
	}
	must(t, s.Close())
}

func clone(rows [][]string) [][]string {
	out := make([][]string, len(rows))
	for i, r := range rows {
		out[i] = append([]string{}, r...)
	}
	return out
}

// readResult opens the result of a job as the office does; rows by 整理番号.
func (p *place) readResult(t *testing.T, office, id string) map[string][]string {
	t.Helper()
	folder := p.path("site", "spool", "outbox", office, id)
	to := newFolder(t)
	_, err := p.verify(t, folder).OpenInto(to, os.DirFS(folder), p.keys[office])
	must(t, err)
	raw, err := os.ReadFile(filepath.Join(to, "result.csv"))
	must(t, err)
	must(t, os.RemoveAll(to))
	all, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(raw, []byte("\ufeff")))).ReadAll()
	must(t, err)
	rows := make(map[string][]string)
	for _, row := range all[1:] {
		rows[row[0]] = row
	}
	return rows
}
