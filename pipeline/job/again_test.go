package job_test

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"

	"baitai/crypto/manifest"
	"baitai/pipeline/authority"
	"baitai/pipeline/identity"
	"baitai/pipeline/issue"
	"baitai/pipeline/job"
	"baitai/spool"
	"baitai/spool/ledger"
)

// take takes a file in by hand, as baitai answer does, and answers it.
func (p *place) take(t *testing.T, s *job.Site, path, again string) job.Outcome {
	t.Helper()
	h := job.ByHand{Path: path, Office: plain, Again: again, Request: authority.NewRequest(authority.Command)}
	h.Request.Rows = -1
	j, err := s.Take(context.Background(), h)
	must(t, err)
	out, err := s.Answer(context.Background(), j)
	must(t, err)
	return out
}

func refusedAs(out job.Outcome, code issue.Code) bool {
	return out.State == spool.Refused && out.Refusal.Counts[code] == 1
}

func TestTheSameContentIsAnsweredOnceUnlessAskedForAgain(t *testing.T) {
	p := newPlace(t, true)
	list, request := p.newList(plain, 5, "依頼1")
	path := p.path(marker + ".csv")
	must(t, os.WriteFile(path, list, 0o600))
	must(t, os.WriteFile(path+".request.toml", request, 0o600))
	s := p.open(t)
	first := p.take(t, s, path, "")
	if first.State != spool.Outbox {
		t.Fatalf("state %s", first.State)
	}
	if out := p.take(t, s, path, ""); !refusedAs(out, issue.SameContent) {
		t.Errorf("the same content ended %s", out.State)
	} else if got := out.Refusal.Issues[0].Args; len(got) != 1 || got[0] != first.Job {
		t.Errorf("the refusal names job %v, not %s", got, first.Job)
	}
	const reason = "目印理由媒体を紛失"
	again := p.take(t, s, path, reason)
	if again.State != spool.Outbox || again.Job == first.Job || !strings.HasPrefix(again.Job, first.Job) {
		t.Errorf("again: state %s, job %s after %s", again.State, again.Job, first.Job)
	}
	// Another list under the same number.
	other, request := p.newList(plain, 6, "依頼1")
	path = p.path(marker + "2.csv")
	must(t, os.WriteFile(path, other, 0o600))
	must(t, os.WriteFile(path+".request.toml", request, 0o600))
	if out := p.take(t, s, path, ""); !refusedAs(out, issue.RequestNumberUsed) {
		t.Errorf("a number used before ended %s", out.State)
	}
	must(t, s.Close())
	// All of it holds after a restart too: it stands in the ledger.
	s = p.open(t)
	if out := p.take(t, s, path, ""); !refusedAs(out, issue.RequestNumberUsed) {
		t.Errorf("after a restart a number used before ended %s", out.State)
	}
	if out := p.take(t, s, path, reason); out.State != spool.Outbox {
		t.Errorf("with a reason a number used before ended %s", out.State)
	}
	must(t, s.Close())
	p.checkCustody(t)
	p.checkClean(t)
	for _, place := range []string{p.site(), p.path("medium")} {
		if found := grep(t, place, reason); found != "" {
			t.Errorf("the reason stands plain in %s", found)
		}
	}
}

func TestTwoFilesOfTheSameContentGetOneAnswer(t *testing.T) {
	p := newPlace(t, true)
	list, request := p.newList(plain, 5, "依頼1")
	p.put(t, plain, "a", list, request)
	p.put(t, plain, "b", list, request)
	r := p.run(t)
	states := map[spool.State]int{}
	for _, out := range r.Outcomes {
		states[out.State]++
	}
	if states[spool.Outbox] != 1 || states[spool.Refused] != 1 || len(r.Faults) > 0 {
		t.Errorf("ended %v, faults %v", states, r.Faults)
	}
	p.checkCustody(t)
}

func TestARefusedListDoesNotStandInItsOwnWay(t *testing.T) {
	p := newPlace(t, true)
	p.writeRegister(t, "全員")
	purposes := p.path("site", "register", "purposes.csv")
	good, err := os.ReadFile(purposes)
	must(t, err)
	must(t, os.WriteFile(purposes, []byte(strings.ReplaceAll(string(good), "2999-12-31", "2001-12-31")), 0o600))
	list, request := p.newList(plain, 5, "依頼1")
	p.put(t, plain, "a", list, request)
	if out := outcome(t, p.run(t)); !refusedAs(out, issue.PurposeNotValid) {
		t.Fatalf("a purpose that expired ended %s", out.State)
	}
	must(t, os.WriteFile(purposes, good, 0o600))
	p.put(t, plain, "a", list, request)
	if out := outcome(t, p.run(t)); out.State != spool.Outbox {
		t.Errorf("the same list with a valid purpose ended %s", out.State)
	}
	p.checkCustody(t)
}

// TestALedgerThatWasSetBackIsRefused: the proofs of results, and the checkpoint
// of the identity file, are newer than it.
func TestALedgerThatWasSetBackIsRefused(t *testing.T) {
	for name, act := range map[string]func(*place){
		"result in the outbox": func(p *place) { p.drop(t, plain, 5, "依頼1"); p.run(t) },
		"result in done":       func(p *place) { p.drop(t, plain, 5, "依頼1"); p.finish(t) },
		"generation": func(p *place) {
			p.dropBad(t) // leaves no proof, but an entry that the next load has seen
			p.run(t)
			s := p.open(t)
			_, err := s.Load(context.Background(), []string{p.path("extract.csv")}, false, false)
			must(t, errors.Join(err, s.Close()))
		},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPlace(t, true)
			old := newFolder(t)
			must(t, os.CopyFS(old, os.DirFS(p.path("site", job.LedgerDir))))
			act(p)
			must(t, os.RemoveAll(p.path("site", job.LedgerDir)))
			must(t, os.CopyFS(p.path("site", job.LedgerDir), os.DirFS(old)))
			s, err := job.Open(p.site(), environment(first, nil))
			if i := issue.Find(err); i == nil || i.Code != issue.LedgerTampered {
				t.Errorf("open: %v", err)
			}
			if s != nil {
				t.Error("a site came with the error")
			}
		})
	}
}

// TestAnIdentityFileThatWasSetBackIsNotAsked: a backup of identity/ was put back.
func TestAnIdentityFileThatWasSetBackIsNotAsked(t *testing.T) {
	p := newPlace(t, true)
	old := newFolder(t)
	must(t, os.CopyFS(old, os.DirFS(p.path("site", "identity"))))
	p.writeExtract(t, "new.csv", 1)
	s := p.open(t)
	_, err := s.Load(context.Background(), []string{p.path("new.csv")}, false, false)
	must(t, errors.Join(err, s.Close()))
	must(t, os.RemoveAll(p.path("site", "identity")))
	must(t, os.CopyFS(p.path("site", "identity"), os.DirFS(old)))
	p.drop(t, plain, 5, "依頼1")
	r := p.run(t)
	if len(r.Faults) != 1 || !errors.Is(r.Faults[0], issue.New(issue.IdentityDamaged, issue.Pos{})) {
		t.Errorf("faults %v, outcomes %d", r.Faults, len(r.Outcomes))
	}
	all, _ := p.story(t)
	if n := count(all, ledger.IdentityLoaded, ""); n != 2 {
		t.Errorf("%d loads are entered", n)
	}
	if len(p.results(t)[manifest.Result]) != 0 {
		t.Error("it was answered")
	}
	s = p.open(t)
	if _, err := s.VerifyIdentity(); err != nil && !errors.Is(err, identity.ErrNone) {
		t.Errorf("what was put back is whole: %v", err)
	}
	must(t, s.Close())
}
