package job_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"baitai/crypto/manifest"
	"baitai/pipeline/issue"
	"baitai/pipeline/job"
	"baitai/spool"
	"baitai/spool/ledger"
)

// step finds the step of a run before which it has to be killed, so that the
// ledger has the act (after) or does not have it yet (before). Each entry is one
// ledger:write, and entries come in the order in which a trial entered them.
func step(t *testing.T, template *place, what, arg string, act ledger.Act, after bool) int {
	t.Helper()
	before, _ := template.story(t)
	trial := template.copy(t)
	if arg == template.path("medium") {
		arg = trial.path("medium")
	}
	steps := trial.steps(t, what, arg)
	all, _ := trial.story(t)
	nth := slices.IndexFunc(all[len(before):], func(s ledger.Stored) bool { return s.Entry.Act == act })
	for i, name := range steps {
		if name != "ledger:write" {
			continue
		}
		if nth--; nth < 0 {
			if after {
				return i + 3 // write, fsync, and the one after them
			}
			return i + 1
		}
	}
	t.Fatalf("no entry «%s»", act)
	return 0
}

// TestRecoveryBringsSpoolAndLedgerIntoStep: what opening the site alone makes of
// a run that was killed beside each entry.
func TestRecoveryBringsSpoolAndLedgerIntoStep(t *testing.T) {
	good, bad, two := newPlace(t, true), newPlace(t, true), newPlace(t, true)
	good.drop(t, plain, 12, "依頼1")
	bad.dropBad(t)
	two.drop(t, paired, 12, "依頼1")
	waiting, id := held(t)
	for _, c := range []struct {
		name     string
		from     *place
		what     string
		arg      string
		act      ledger.Act
		after    bool
		state    string // folder of the job once the site was opened
		entries  int    // of the act
		archived bool   // the result is in outbox/
	}{
		{"before received", good, "run", "", ledger.Received, false, "work", 1, false},
		{"after received", good, "run", "", ledger.Received, true, "work", 1, false},
		{"after granted", good, "run", "", ledger.Granted, true, "work", 1, false},
		{"after matched", good, "run", "", ledger.Matched, true, "work", 1, false},
		{"before sealed", good, "run", "", ledger.Sealed, false, "work", 0, false},
		{"after sealed", good, "run", "", ledger.Sealed, true, "done", 1, true},
		{"between publishing and «published»", good, "run", "", ledger.Published, false, "done", 1, true},
		{"after published", good, "run", "", ledger.Published, true, "done", 1, true},
		{"before refused", bad, "run", "", ledger.Refused, false, "work", 0, false},
		{"between «refused» and the move", bad, "run", "", ledger.Refused, true, "refused", 1, false},
		{"between «held» and the move", two, "run", "", ledger.Held, true, "held", 1, false},
		{"before released", waiting, "approve", id, ledger.Released, false, "held", 0, false},
		{"between «released» and the move", waiting, "approve", id, ledger.Released, true, "work", 1, false},
		{"before delivered", good, "run", good.path("medium"), ledger.Delivered, false, "done", 0, true},
		{"between «delivered» and the outbox", good, "run", good.path("medium"), ledger.Delivered, true, "done", 1, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			k := step(t, c.from, c.what, c.arg, c.act, c.after)
			p := c.from.copy(t)
			arg := strings.ReplaceAll(c.arg, c.from.dir, p.dir)
			die(t, p, c.what, arg, k)
			must(t, p.open(t).Close())
			id := p.onlyJob(t, c.state)
			all, report := p.story(t)
			if n := count(all, c.act, id); n != c.entries || len(report.Custody.Findings) > 0 {
				t.Errorf("%d entries «%s», findings %v", n, c.act, report.Custody.Findings)
			}
			_, err := os.Stat(p.path("site", "spool", "outbox", plain, id))
			if (err == nil) != c.archived {
				t.Errorf("in the outbox: %v", err == nil)
			}
			must(t, p.open(t).Close()) // and a second time it finds nothing to do
			again, _ := p.story(t)
			if len(again) != len(all) {
				t.Errorf("recovery entered %d acts when there was nothing to do", len(again)-len(all))
			}
		})
	}
}

// TestALoadThatWasNotEnteredIsEnteredByRecovery: the new generation is current,
// and the run was killed before the ledger's entry. It is entered once.
func TestALoadThatWasNotEnteredIsEnteredByRecovery(t *testing.T) {
	p := newPlace(t, true)
	p.writeExtract(t, "new.csv", 1)
	die(t, p, "load", p.path("new.csv"), step(t, p, "load", p.path("new.csv"), ledger.IdentityLoaded, false))
	for range 2 {
		s := p.open(t)
		f, err := s.Identity()
		must(t, err)
		generation := f.Generation()
		must(t, s.Close())
		all, _ := p.story(t)
		last := all[len(all)-1].Entry
		if count(all, ledger.IdentityLoaded, "") != 2 || last.Generation != generation || last.Codes[string(issue.Interrupted)] != 1 || last.Counts["people"] != people {
			t.Fatalf("%d loads; the last entry: %s, %v, %v", count(all, ledger.IdentityLoaded, ""), last.Act, last.Codes, last.Counts)
		}
	}
	p.drop(t, plain, 12, "依頼1") // with the addresses of the old generation
	if out := outcome(t, p.run(t)); out.State != spool.Outbox {
		t.Errorf("answered from it: %s", out.State)
	}
}

// TestWhatRecoveryEndedIsReported: the next run tells of it as if it had done it.
func TestWhatRecoveryEndedIsReported(t *testing.T) {
	p := newPlace(t, true)
	p.drop(t, plain, 12, "依頼1")
	die(t, p, "run", "", step(t, p, "run", "", ledger.Sealed, true))
	out := outcome(t, p.run(t))
	if out.State != spool.Outbox || out.Totals.Rows != 12 || out.Totals.ByCode["00"] != 12 || out.Faulty != 0 {
		t.Errorf("answered: %+v", out)
	}
	q := newPlace(t, true)
	q.dropBad(t)
	die(t, q, "run", "", step(t, q, "run", "", ledger.Refused, true))
	if out := outcome(t, q.run(t)); !refusedAs(out, issue.MyNumberColumn) || len(out.Refusal.Issues) != 1 {
		t.Errorf("refused: %+v", out)
	}
}

// TestASealedResultIsPublishedAndNotMadeAnew: also when publishing it failed
// without the program being killed, and within the same process.
func TestASealedResultIsPublishedAndNotMadeAnew(t *testing.T) {
	template := newPlace(t, true)
	template.drop(t, plain, 12, "依頼1")
	k := step(t, template, "run", "", ledger.Sealed, true)
	for extra := range 30 { // each step from there on to the end of the job
		p := template.copy(t)
		left, watch := k+extra, false
		s := p.openAs(t, first, func(string) error {
			if left--; left == 0 {
				watch = true
				return errors.New("injected")
			}
			return nil
		})
		r, err := s.Run(context.Background(), nil)
		if !watch {
			must(t, s.Close())
			break
		}
		if err == nil && len(r.Faults) == 1 { // a fault that leaves the process able to go on
			r, err := s.Run(context.Background(), nil)
			must(t, err)
			if out := outcome(t, r); out.State != spool.Outbox || out.Totals.Rows != 12 {
				t.Errorf("step %d: %+v", extra, out)
			}
		}
		_ = s.Close()
		p.finish(t)
		all := p.checkCustody(t)
		if count(all, ledger.Sealed, "") != 1 || count(all, ledger.Published, "") != 1 {
			t.Errorf("step %d: sealed %d times, published %d times", extra, count(all, ledger.Sealed, ""), count(all, ledger.Published, ""))
		}
	}
}

func TestASecondProcessIsTurnedAway(t *testing.T) {
	p := newPlace(t, true)
	p.drop(t, plain, 12, "依頼1")
	s := p.open(t)
	c := p.command("run", "", "")
	var said bytes.Buffer
	c.Stderr = &said
	err := c.Run()
	if err == nil || !strings.Contains(said.String(), string(issue.SpoolHeld)) {
		t.Errorf("a second process: %v, %s", err, &said)
	}
	if n := len(p.onlyFiles(t)); n != 2 {
		t.Errorf("it left %d files of 2 in the inbox", n)
	}
	must(t, s.Close())
	if out := outcome(t, p.run(t)); out.State != spool.Outbox {
		t.Errorf("after the first has ended: %s", out.State)
	}
}

func (p *place) onlyFiles(t *testing.T) []os.DirEntry {
	t.Helper()
	entries, err := os.ReadDir(p.path("site", "spool", "inbox", plain))
	must(t, err)
	return entries
}

// TestSitesShareTheFolderForTemporaryFiles: opening one leaves alone what another
// is using, and removes what a killed one has left.
func TestSitesShareTheFolderForTemporaryFiles(t *testing.T) {
	p, q := newPlace(t, false), newPlace(t, false)
	q.setting(t, q.path("tmp"), p.path("tmp"))
	must(t, os.MkdirAll(p.path("tmp", "baitai-dead", "sub"), 0o700))
	must(t, os.WriteFile(p.path("tmp", "baitai-dead", "sub", "sheet"), []byte(marker), 0o600))
	must(t, os.Mkdir(p.path("tmp", "other"), 0o700))
	a := p.open(t)
	b := q.open(t)
	names, err := filepath.Glob(p.path("tmp", "*"))
	must(t, err)
	if len(names) != 3 || grep(t, p.path("tmp"), marker) != "" {
		t.Errorf("left: %d folders; two in use and one of others were expected", len(names))
	}
	must(t, errors.Join(a.Close(), b.Close()))
	if names, _ := filepath.Glob(p.path("tmp", "*")); len(names) != 1 {
		t.Errorf("after the end %d folders are left", len(names))
	}
}

// TestOneJobsTroubleIsItsOwn: each trouble is reported, and the other list of the
// night is answered all the same.
func TestOneJobsTroubleIsItsOwn(t *testing.T) {
	t.Run("a hard link that comes late", func(t *testing.T) {
		p := newPlace(t, true)
		p.drop(t, plain, 12, "依頼1")
		file := p.path("site", "spool", "inbox", plain, marker+"依頼1.csv")
		link := p.path("link")
		s := p.openAs(t, first, func(name string) error {
			if name == "erase:open" {
				_ = os.Link(file, link)
			}
			return nil
		})
		r, err := s.Run(context.Background(), nil)
		must(t, errors.Join(err, s.Close()))
		if len(r.Faults) != 1 || !errors.Is(r.Faults[0], issue.New(issue.HardLink, issue.Pos{})) {
			t.Fatalf("faults %v", r.Faults)
		}
		rows := p.rows
		p.drop(t, paired, 3, "依頼2")
		if r := p.run(t); len(r.Outcomes) != 1 || r.Outcomes[0].State != spool.Held || len(r.Faults) != 1 {
			t.Errorf("beside it: %+v, faults %v", r.Outcomes, r.Faults)
		}
		must(t, os.Remove(link))
		p.rows = rows
		if out := outcome(t, p.run(t)); out.State != spool.Outbox {
			t.Errorf("without the link: %s", out.State)
		}
	})
	t.Run("a job in done that cannot be read", func(t *testing.T) {
		p := newPlace(t, true)
		p.drop(t, plain, 12, "依頼1")
		p.finish(t)
		must(t, os.WriteFile(p.path("site", "spool", "done", p.onlyJob(t, "done"), "claim.json"), []byte("{"), 0o600))
		p.drop(t, plain, 11, "依頼2")
		if out := outcome(t, p.run(t)); out.State != spool.Outbox {
			t.Errorf("beside it: %s", out.State)
		}
	})
	t.Run("a job in work that cannot be read", func(t *testing.T) {
		p := newPlace(t, true)
		p.drop(t, plain, 12, "依頼1")
		die(t, p, "run", "", step(t, p, "run", "", ledger.Opened, false))
		must(t, os.WriteFile(p.path("site", "spool", "work", p.onlyJob(t, "work"), "claim.json"), []byte("{"), 0o600))
		if r := p.run(t); len(r.Faults) == 0 || len(r.Outcomes) != 0 {
			t.Errorf("outcomes %d, faults %v", len(r.Outcomes), r.Faults)
		}
	})
	t.Run("a sealed result that was changed", func(t *testing.T) {
		p := newPlace(t, true)
		p.drop(t, plain, 12, "依頼1")
		die(t, p, "run", "", step(t, p, "run", "", ledger.Sealed, true))
		must(t, p.spoil("site", "spool", "work", p.onlyJob(t, "work"), "out", manifest.Name))
		p.drop(t, paired, 11, "依頼2")
		r := p.run(t)
		var changed *job.ChangedError
		if len(r.Faults) != 1 || !errors.As(r.Faults[0], &changed) || len(r.Outcomes) != 1 {
			t.Errorf("outcomes %d, faults %v", len(r.Outcomes), r.Faults)
		}
		if entries, _ := os.ReadDir(p.path("site", "spool", "outbox", plain)); len(entries) > 0 {
			t.Error("it was published")
		}
	})
	t.Run("a job that the ledger does not know", func(t *testing.T) {
		p := newPlace(t, true)
		q := newPlace(t, true)
		q.drop(t, plain, 12, "依頼1")
		die(t, q, "run", "", step(t, q, "run", "", ledger.Opened, false))
		id := q.onlyJob(t, "work")
		must(t, os.CopyFS(p.path("site", "spool", "work", id), os.DirFS(q.path("site", "spool", "work", id))))
		// Its claim is finished, which the ledger comes before: it was set back.
		if _, err := openQuietly(p, nil); !errors.Is(err, issue.New(issue.LedgerTampered, issue.Pos{})) {
			t.Errorf("open: %v", err)
		}
	})
}

// TestNoReportSaysWhatAListHolds: no cell of it is in an outcome or a fault.
func TestNoReportSaysWhatAListHolds(t *testing.T) {
	p := newPlace(t, true)
	p.drop(t, plain, 12, "依頼1")
	p.dropBad(t)
	r := p.run(t)
	said := fmt.Sprintf("%v %+v %#v", r, r, r.Outcomes)
	for _, row := range p.rows {
		if strings.Contains(said, row.name) || strings.Contains(said, row.birth) {
			t.Error("a report holds a cell")
		}
	}
}
