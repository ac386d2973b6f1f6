package job_test

import (
	"bytes"
	"errors"
	"os"
	"strings"
	"testing"

	"baitai/pipeline/identity"
	"baitai/pipeline/issue"
	"baitai/spool/ledger"
)

// TestRemovingOldGenerationsKilledAtAnyStep: after the next start, the generations
// that are there are those that the ledger does not say are removed, each removal is
// entered once, and what is answered from is whole.
func TestRemovingOldGenerationsKilledAtAnyStep(t *testing.T) {
	for _, what := range []string{"load", "update"} {
		t.Run(what, func(t *testing.T) {
			template := newPlace(t, true)
			template.setting(t, "generations = 35", "generations = 1")
			template.writeExtract(t, "new.csv", 1)
			if what == "update" { // the same rows as a second version of everybody
				text, err := os.ReadFile(template.path("new.csv"))
				must(t, err)
				must(t, os.WriteFile(template.path("new.csv"), bytes.ReplaceAll(text, []byte(",1,1,"), []byte(",2,1,")), 0o600))
			}
			first, err := identity.Current(template.path("site", "identity"))
			must(t, err)
			trial := template.copy(t)
			steps := trial.steps(t, what, trial.path("new.csv"))
			if got := trial.removed(t); len(got) != 1 || got[first] != 1 {
				t.Fatalf("not killed: removed %v", got)
			}
			forEachStep(t, steps, 2, func(t *testing.T, k int) {
				p := template.copy(t)
				die(t, p, what, p.path("new.csv"), k)
				s := p.open(t)
				_, err := s.VerifyIdentity()
				must(t, err)
				must(t, s.Close())
				now, err := identity.Current(p.path("site", "identity"))
				must(t, err)
				removed := p.removed(t)
				if removed[now] > 0 || removed[first] > 1 || len(removed) > 1 {
					t.Errorf("removed: %v", removed)
				}
				there := p.generationFolders(t)
				if there["gen-"+first[:16]] == (removed[first] > 0) || !there["gen-"+now[:16]] {
					t.Errorf("there are %v; removed by the ledger: %v", there, removed)
				}
			})
		})
	}
}

// TestALostNameOfTheCurrentGenerationIsHealedByALoad: what was answered from the
// generation before can still be explained, and people who are missing are noticed.
func TestALostNameOfTheCurrentGenerationIsHealedByALoad(t *testing.T) {
	for _, damage := range []string{"lost", "damaged"} {
		t.Run(damage, func(t *testing.T) {
			p, id := waiting(t)
			first, err := identity.Current(p.path("site", "identity"))
			must(t, err)
			current := p.path("site", "identity", "current")
			if damage == "lost" {
				must(t, os.Remove(current))
			} else {
				must(t, os.WriteFile(current, []byte("?"), 0o600))
			}
			few := p.fewPeople(t)
			s := p.open(t)
			_, err = s.Load(t.Context(), []string{few}, false, false)
			if !errors.Is(err, issue.New(issue.FarFewerPeople, issue.Pos{})) {
				t.Errorf("an extract of few people: %v", err)
			}
			_, err = s.Load(t.Context(), []string{few}, false, true)
			must(t, err)
			must(t, s.Close())
			s = p.open(t) // the next start sweeps
			if there := p.generationFolders(t); !there["gen-"+first[:16]] || len(there) != 3 {
				t.Errorf("there are %v", there)
			}
			_, err = s.Explain(t.Context(), id, 1)
			must(t, err)
			must(t, s.Close())
			p.setting(t, "generations = 35", "generations = 1")
			s = p.open(t)
			_, err = s.Load(t.Context(), []string{p.path("extract.csv")}, false, true)
			must(t, err)
			if p.removed(t)[first] != 0 {
				t.Error("a generation that an undelivered result needs was removed")
			}
			_, err = s.Deliver(t.Context(), id, p.path("medium"), "")
			must(t, err)
			_, err = s.Load(t.Context(), []string{few}, false, true)
			must(t, err)
			must(t, s.Close())
			if p.removed(t)[first] != 1 || p.generationFolders(t)["gen-"+first[:16]] {
				t.Errorf("it is kept for ever: %v", p.removed(t))
			}
		})
	}
}

// fewPeople is an extract of the first people of the usual one.
func (p *place) fewPeople(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(p.path("extract.csv"))
	must(t, err)
	lines := bytes.SplitAfter(text, []byte("\n"))
	path := p.path("few.csv")
	must(t, os.WriteFile(path, bytes.Join(lines[:len(lines)/2], nil), 0o600))
	return path
}

// removed counts what the ledger says of generations that were removed.
func (p *place) removed(t *testing.T) map[string]int {
	t.Helper()
	all, _ := p.story(t)
	removed := make(map[string]int)
	for _, e := range all {
		if e.Entry.Act == ledger.GenerationRemoved {
			removed[e.Entry.Generation]++
		}
	}
	return removed
}

func (p *place) generationFolders(t *testing.T) map[string]bool {
	t.Helper()
	entries, err := os.ReadDir(p.path("site", "identity"))
	must(t, err)
	there := make(map[string]bool)
	for _, e := range entries {
		if e.Name() != "current" && !strings.HasPrefix(e.Name(), "gen-") {
			t.Errorf("litter: %s", e.Name())
		}
		there[e.Name()] = true
	}
	return there
}
