package answer

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"

	"baitai/pipeline"
	"baitai/pipeline/authority"
	"baitai/pipeline/authority/authoritytest"
	"baitai/pipeline/issue"
	"baitai/pipeline/person"
	"baitai/pipeline/verdict"
)

// All people in these tests are invented. marker is in every field of the person
// who is held, so that a leak of any of them shows.
const marker = "秘密"

func held(t testing.TB, state person.State) *person.Version {
	t.Helper()
	code, err := person.ParseResidentCode(person.AppendCheckDigit("9876543210"))
	if err != nil {
		t.Fatal(err)
	}
	birth, err := person.ParseBirth("1987-06-05")
	if err != nil {
		t.Fatal(err)
	}
	return &person.Version{
		Code: code, History: 3, State: state, Name: person.NewText(marker + "　𠮷子"), Kana: person.NewText(marker + "　よしこ"),
		FormerSurname: person.NewText(marker + "川"), Birth: birth, Sex: person.Female, Municipality: "401307",
		Address: person.NewText(marker + "県天神一丁目1番1号"), LastAddress: person.NewText(marker + "国"), Registrar: "401005",
		Reason: "41" + marker, ChangeDate: "2020-04-01", NoticeDate: "2020-04-02",
	}
}

// leaks are texts that stand in the person's record and nowhere else.
func leaks(v *person.Version) []string {
	return []string{marker, v.Code.Reveal(), "1987-06-05", "401307", "2020-04-01"}
}

func hit(a verdict.Answer, v *person.Version) verdict.Hit {
	h := verdict.Hit{Decision: verdict.Decision{Answer: a, Step: verdict.StepFour, Chosen: -1, Why: "四情報一致"}}
	h.Grades = verdict.Grades{
		Name:    verdict.Graded{Grade: verdict.Variant, Ground: "髙→高 JIS包摂"},
		Kana:    verdict.Graded{Grade: verdict.Missing},
		Birth:   verdict.Graded{Grade: verdict.Form, Ground: "元号・書式の表記"},
		Sex:     verdict.Graded{Grade: verdict.Same},
		Address: verdict.Graded{Grade: verdict.Short, Past: true},
	}
	h.Person = v
	h.Looked = []verdict.Looked{{Code: codeOf("1234567890"), Grades: h.Grades, HoldsCode: true}, {Code: codeOf("2345678901"), Protected: true}}
	return h
}

func codeOf(body string) person.ResidentCode {
	code, err := person.ParseResidentCode(person.AppendCheckDigit(body))
	if err != nil {
		panic(err)
	}
	return code
}

type row = pipeline.Row[verdict.Hit]

func rowOf(no int64, ref string, h verdict.Hit, wrong ...*issue.Issue) row {
	return row{No: no, Pos: issue.Pos{File: "l.csv", Row: int(no) + 1}, Ref: person.NewText(ref), Value: h, Issues: wrong}
}

func stream(end error, rows ...row) pipeline.Rows[verdict.Hit] {
	return func(yield func(row, error) bool) {
		for _, r := range rows {
			if !yield(r, nil) {
				return
			}
		}
		if end != nil {
			yield(row{}, end)
		}
	}
}

// someRows is one row of every kind that there is.
func someRows(t testing.TB) []row {
	birthPos := issue.Pos{File: "l.csv", Row: 9, Column: 5, Name: "生年月日(和暦)"}
	rows := []row{
		rowOf(1, "A-1", hit(verdict.FoundPresent, held(t, person.Present))),
		rowOf(2, "=2", hit(verdict.FoundAbroad, held(t, person.Abroad))),
		rowOf(3, "３\n番", hit(verdict.FoundRemoved, held(t, person.Removed))),
	}
	for _, a := range []verdict.Answer{verdict.NotFound, verdict.NotFoundLatin, verdict.Several, verdict.NeedsReview, verdict.Contradiction,
		verdict.TooFewKeys, verdict.UnknownCharacter, verdict.NotAuthorised, verdict.Suppressed} {
		rows = append(rows, rowOf(int64(len(rows)+1), "鷗"+string(a), hit(a, nil)))
	}
	rows = append(rows,
		rowOf(int64(len(rows)+1), "80", verdict.Hit{}, issue.New(issue.EraNeverHadYear, birthPos), issue.New(issue.CellTooLong, birthPos, 500)),
		rowOf(int64(len(rows)+2), "81", verdict.Hit{}, issue.New(issue.ResidentCodeCheckDigit, birthPos)),
		rowOf(int64(len(rows)+3), "99", verdict.Hit{}, issue.New(issue.RowFault, issue.Pos{File: "l.csv", Row: 9}).Because(errors.New(marker))))
	return rows
}

func notes() Notes {
	return Notes{Job: "J0001", Number: "試験第1号", Office: "shikaku 資格審査課", Purpose: "shikaku-01 資格審査の事務", Basis: "条例(提供) 試験条例第3条",
		Generation: "abc123", Received: "2026-11-23T10:00:00+09:00", Answered: "2026-11-23T10:00:05+09:00", Ignored: []string{"備考", "連絡\n先"}}
}

// tmpfs is a private folder, as workbooks need one.
func tmpfs(t testing.TB) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "tmp")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	return dir
}

func write(t testing.TB, g authority.Grant, to, own io.Writer, in pipeline.Rows[verdict.Hit], provided *Provided) (Summary, error) {
	t.Helper()
	o := Output{Grant: g, To: to, Own: own, TmpDir: tmpfs(t), Notes: notes()}
	if provided != nil {
		o.Provided = provided
		o.Hash = func(c person.ResidentCode) [HashSize]byte {
			return [HashSize]byte([]byte(fmt.Sprintf("%032s", c.Reveal())))
		}
	}
	sum, err := Write(context.Background(), SourceOf(in), o)
	if left, dirErr := os.ReadDir(o.TmpDir); dirErr != nil || len(left) > 0 {
		t.Errorf("%d files left in the folder for temporary ones, %v", len(left), dirErr)
	}
	return sum, err
}

func grant(t testing.TB, terms authoritytest.Terms) authority.Grant {
	return authoritytest.Grant(t, terms)
}

// entered counts the hashes that were entered.
func (p *Provided) entered() (n int) {
	for _, hashes := range p.by {
		n += len(hashes)
	}
	return n
}
