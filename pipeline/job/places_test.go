package job_test

import (
	"context"
	"errors"
	"os"
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

func found(findings []job.Finding, want *issue.Issue) bool {
	for _, f := range findings {
		if f.Issue != nil && errors.Is(f.Issue, want) {
			return true
		}
	}
	return false
}
