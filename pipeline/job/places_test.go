package job_test

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"

	"baitai/pipeline/issue"
	"baitai/pipeline/job"
	"baitai/pipeline/register"
	"baitai/spool"
)

// writeTowns lays a table of towns into the register.
func (p *place) writeTowns(t testing.TB, text string) {
	t.Helper()
	must(t, os.WriteFile(p.path("site", "register", register.TownsFile), []byte(text), 0o600))
}

// Keys of two tables are never mixed: after an edit nothing is answered until the
// identity file is loaded again, and then the list that waited is.
func TestTablesThatChangedSinceTheLoadStopAnswers(t *testing.T) {
	p := newPlace(t, true)
	p.writeTowns(t, "# まだ何もない\n")
	p.drop(t, plain, 3, "第1号")
	other := issue.New(issue.IdentityOtherTables, issue.Pos{})
	for range 4 { // more often than a job that breaks off would be tried
		if r := p.run(t); len(r.Faults) != 1 || !errors.Is(r.Faults[0], other) || len(r.Outcomes) != 0 {
			t.Fatalf("faults %v, outcomes %v", r.Faults, r.Outcomes)
		}
	}
	if !found(job.Check(p.site(), environment(first, nil)), other) {
		t.Error("check does not say that the tables changed")
	}
	s := p.open(t)
	if _, err := s.VerifyIdentity(); !errors.Is(err, other) {
		t.Errorf("verify: %v", err)
	}
	_, err := s.Load(context.Background(), []string{p.path("extract.csv")}, false, false)
	must(t, errors.Join(err, s.Close()))
	if out := outcome(t, p.run(t)); out.State != spool.Outbox {
		t.Errorf("the list that waited is %s", out.State)
	}
	if found(job.Check(p.site(), environment(first, nil)), other) {
		t.Error("check still says that the tables changed")
	}
	p.checkCustody(t)
}

func TestAFaultyTableOfPlacesLetsNothingStart(t *testing.T) {
	p := newPlace(t, true)
	p.writeTowns(t, "999999\tどこか\n")
	wrong := issue.New(issue.PlacesCode, issue.Pos{})
	if _, err := openQuietly(p, nil); !errors.Is(err, wrong) {
		t.Errorf("the site opens: %v", err)
	}
	findings := job.Check(p.site(), environment(first, nil))
	if !found(findings, wrong) || found(findings, issue.New(issue.IdentityOtherTables, issue.Pos{})) {
		t.Errorf("check says %v", findings)
	}
}

// What the office's tables say of places reaches the answers: keys, rows and
// comparisons are made by the same ones.
func TestTheOfficesTablesDecideWhereAnAddressLies(t *testing.T) {
	answer := func(t *testing.T, p *place, number string) string {
		t.Helper()
		v := invent(0, 0)
		old := strings.Replace(v.address, "福岡県福岡市中央区", "見本市", 1)
		text := "\ufeff整理番号,氏名,生年月日,性別,住所\r\nR1," + strings.Join([]string{v.name, v.birth, v.sex, old}, ",") + "\r\n"
		_, request := p.newList(plain, 1, number)
		p.put(t, plain, number, []byte(text), request)
		out := outcome(t, p.run(t))
		return p.readResult(t, plain, out.Job)["R1"][1]
	}
	p := newPlace(t, true)
	if got := answer(t, p, "第1号"); got != "30" {
		t.Errorf("a municipality that nobody knows: %s", got)
	}
	must(t, os.WriteFile(p.path("site", "register", register.MergedFile), []byte("\t\t見本市\t401331\t1990-04-01\t見本市史\n"), 0o600))
	p.writeTowns(t, "401331\t架空町\n")
	s := p.open(t)
	_, err := s.Load(context.Background(), []string{p.path("extract.csv")}, false, false)
	must(t, errors.Join(err, s.Close()))
	if got := answer(t, p, "第2号"); got != "00" {
		t.Errorf("with the tables of the office: %s", got)
	}
}

func found(findings []job.Finding, want *issue.Issue) bool {
	for _, f := range findings {
		if f.Issue != nil && errors.Is(f.Issue, want) {
			return true
		}
	}
	return false
}
