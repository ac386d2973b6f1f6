package job_test

import (
	"bytes"
	"encoding/csv"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"baitai/crypto/manifest"
	"baitai/formats/charset"
	"baitai/pipeline/job"
	"baitai/spool"
	"baitai/spool/ledger"
	"baitai/spool/spooltest"
)

// story reads the whole ledger as an auditor would, and verifies it.
func (p *place) story(t testing.TB) ([]ledger.Stored, *ledger.Report) {
	t.Helper()
	vkey, err := os.ReadFile(p.path("site", job.PublicDir, job.VKeyFile))
	must(t, err)
	key := strings.TrimSpace(string(vkey))
	report, err := ledger.Verify(os.DirFS(p.path("site", job.LedgerDir)), key)
	must(t, err)
	r, err := ledger.OpenReader(p.path("site", job.LedgerDir), key)
	must(t, err)
	var all []ledger.Stored
	for s, err := range r.All(0) {
		must(t, err)
		all = append(all, s)
	}
	return all, report
}

// count counts the entries of an act; job "" means of any job.
func count(all []ledger.Stored, act ledger.Act, job string) int {
	n := 0
	for _, s := range all {
		if s.Entry.Act == act && (job == "" || s.Entry.Job == job) {
			n++
		}
	}
	return n
}

// checkCustody: the ledger verifies and tells a sound story of jobs that all ended.
func (p *place) checkCustody(t testing.TB) []ledger.Stored {
	t.Helper()
	all, report := p.story(t)
	for _, f := range report.Custody.Findings {
		t.Errorf("custody: %s: entry %d, %s of attempt %d", f.Rule, f.Index, f.Act, f.Attempt)
	}
	for _, o := range report.Custody.Open {
		t.Errorf("custody: job %s is open after %s", o.Job, o.Act)
	}
	return all
}

// checkClean: nothing plain but in the inbox, no litter, no temporary folder.
func (p *place) checkClean(t testing.TB) {
	t.Helper()
	spooltest.NoPlain(t, p.site(), p.marks(t), "spool/inbox")
	spooltest.NoLitter(t, p.site())
	left, err := os.ReadDir(p.path("tmp"))
	must(t, err)
	if len(left) > 0 {
		t.Errorf("%d temporary folders are left", len(left))
	}
}

// marks are strings of the list, in the two character sets that could hold them.
func (p *place) marks(t testing.TB) []string {
	t.Helper()
	marks := []string{marker}
	for _, row := range p.rows[:min(3, len(p.rows))] {
		marks = append(marks, row.name, row.address)
	}
	for _, m := range slices.Clone(marks) {
		cp932, lost := charset.AppendCP932(nil, m)
		if len(lost) > 0 {
			t.Fatal("a mark that CP932 lacks")
		}
		marks = append(marks, string(cp932))
	}
	return marks
}

func (p *place) emptyInbox(t testing.TB) {
	t.Helper()
	for _, office := range []string{plain, paired} {
		left, err := os.ReadDir(p.path("site", "spool", "inbox", office))
		must(t, err)
		if len(left) > 0 {
			t.Errorf("%d files are left in the inbox of %s", len(left), office)
		}
	}
}

// results are the folders of results, by kind, wherever in the site they rest.
func (p *place) results(t testing.TB) map[manifest.Kind][]string {
	t.Helper()
	found := map[manifest.Kind][]string{}
	must(t, filepath.WalkDir(p.path("site", "spool"), func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() && d.Name() == string(spool.Work) {
			return fs.SkipDir // not results yet
		}
		if err == nil && d.Name() == manifest.Name {
			m := p.verify(t, filepath.Dir(path))
			found[m.Kind] = append(found[m.Kind], filepath.Dir(path))
		}
		return err
	}))
	return found
}

// checkResult opens a result as the office does and holds its rows against the list.
func (p *place) checkResult(t testing.TB, folder, office string) {
	t.Helper()
	to := newFolder(t)
	_, err := p.verify(t, folder).OpenInto(to, os.DirFS(folder), p.keys[office])
	must(t, err)
	rows := resultRows(t, to)
	if len(rows) != len(p.rows)+1 {
		t.Fatalf("%d answers for %d rows", len(rows)-1, len(p.rows))
	}
	ref := slices.Index(rows[0], "整理番号")
	answer, name := slices.Index(rows[0], "回答区分"), slices.Index(rows[0], "氏名")
	for i, row := range p.rows {
		if got := rows[i+1]; got[ref] != row.ref || got[answer] != "00" || got[name] != row.name {
			t.Fatalf("answer %d is of another row, or another answer", i+1)
		}
	}
	must(t, os.RemoveAll(to))
}

// resultRows reads a result that was opened into a folder: the header, and the rows
// of all its parts in the order of their numbers.
func resultRows(t testing.TB, folder string) (all [][]string) {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(folder, "result*.csv"))
	must(t, err)
	for i, name := range names { // Glob sorts
		raw, err := os.ReadFile(name)
		must(t, err)
		rows, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(raw, []byte("\ufeff")))).ReadAll()
		must(t, err)
		if i > 0 && !slices.Equal(rows[0], all[0]) {
			t.Fatal("a part has another header")
		}
		all = append(all, rows[min(i, 1):]...)
	}
	return all
}
