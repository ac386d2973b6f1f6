package job_test

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"baitai/pipeline/identity"
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
