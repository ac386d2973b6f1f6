//go:build linux

package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"baitai/cmd/internal/invent"
	"baitai/cmd/internal/term"
	"baitai/crypto"
	"baitai/pipeline/verdict"
)

// A desk is a site in a folder of the test, worked on in this process.
type desk struct {
	t    *testing.T
	dir  string
	key  string // file of the office's key
	said bytes.Buffer
}

// baitai runs the program and returns what it printed.
func (d *desk) baitai(want int, args ...string) string {
	d.t.Helper()
	var out, err bytes.Buffer
	p := &program{Term: &term.Term{Out: &out, Err: &err, Program: "baitai"}, in: strings.NewReader(""), now: time.Now,
		getenv: func(name string) string { return map[string]string{"BAITAI_SITE": d.path("site")}[name] }}
	if got := p.run(args); got != want {
		d.t.Fatalf("baitai %v: exit %d, not %d\n%s%s", args, got, want, out.String(), err.String())
	}
	d.said.Write(out.Bytes())
	d.said.Write(err.Bytes())
	return out.String()
}

func (d *desk) path(parts ...string) string {
	return filepath.Join(append([]string{d.dir}, parts...)...)
}

// newDesk makes a site with one office and one purpose, and loads an extract.
func newDesk(t *testing.T, office, purpose, extract string) *desk {
	t.Helper()
	d := &desk{t: t, dir: t.TempDir()}
	d.baitai(0, "init", d.path("site"), "--origin", "example.invalid/desk")
	id, err := crypto.NewIdentity()
	if err != nil {
		t.Fatal(err)
	}
	d.key = d.path("office.key")
	f, err := os.OpenFile(d.key, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(id.WriteKey(f, office, time.Now()), f.Close()); err != nil {
		t.Fatal(err)
	}
	d.write("site/register/offices.csv", "照会元コード,名称,種別,受取鍵,既定の事務コード,文字コード,返却形式,返却方法,有効開始日,有効終了日,備考\n"+
		office+",見本課,部署,"+id.Recipient().String()+","+purpose+",UTF-8,csv,媒体,2000-04-01,2099-03-31,\n")
	d.write("site/register/purposes.csv", "事務コード,照会元コード,事務名,根拠,根拠条項,対象者,対象者条項,検索キー,提供項目,住民票コード提供,住民票コード条項,支援措置,最大行数,返却形式,返却方法,二人承認,有効開始日,有効終了日,備考\n"+
		purpose+","+office+",見本の事務,条例(利用),見本県条例第2条,全員,見本県条例第3条,"+allKeys+","+allFields+",否,見本県条例第4条,抑止,1000,csv、xlsx,媒体,不要,2000-04-01,2099-03-31,\n")
	text, err := os.ReadFile(d.path("site", "baitai.toml"))
	if err != nil {
		t.Fatal(err)
	}
	d.write("site/baitai.toml", strings.NewReplacer("still_seconds = 3", "still_seconds = 0", "min_age_seconds = 10", "min_age_seconds = 0").Replace(string(text)))
	d.baitai(0, "identity", "load", extract)
	return d
}

func (d *desk) write(name, text string) {
	d.t.Helper()
	if err := os.WriteFile(d.path(name), []byte(text), 0o600); err != nil {
		d.t.Fatal(err)
	}
}

// run answers what lies in the inbox, which must be one list, and returns its job.
func (d *desk) run(want int) outcomeLine {
	d.t.Helper()
	var report struct{ Jobs []outcomeLine }
	if err := json.Unmarshal([]byte(d.baitai(want, "run", "--json")), &report); err != nil {
		d.t.Fatal(err)
	}
	if len(report.Jobs) != 1 {
		d.t.Fatalf("%d jobs, not one", len(report.Jobs))
	}
	return report.Jobs[0]
}

// result delivers and opens what was answered; the first row is the header.
func (d *desk) result(job string) [][]string {
	d.t.Helper()
	medium, opened := d.path("medium"), d.path("opened", job)
	if err := os.MkdirAll(medium, 0o700); err != nil {
		d.t.Fatal(err)
	}
	d.baitai(0, "deliver", job, "--to", medium)
	d.baitai(0, "open", filepath.Join(medium, job), "--key", d.key, "--to", opened)
	raw, err := os.ReadFile(filepath.Join(opened, "result.csv"))
	if err != nil {
		d.t.Fatal(err)
	}
	rows, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(raw, []byte("\ufeff")))).ReadAll()
	if err != nil {
		d.t.Fatal(err)
	}
	return rows
}

// drop puts a list with its request into the inbox.
func (d *desk) drop(office, name string, list, request []byte) {
	d.t.Helper()
	inbox := filepath.Join("site", "spool", "inbox", office)
	if err := os.MkdirAll(d.path(inbox), 0o700); err != nil {
		d.t.Fatal(err)
	}
	if request != nil {
		d.write(filepath.Join(inbox, name+".request.toml"), string(request))
	}
	d.write(filepath.Join(inbox, name), string(list))
}

// Every way to break a list that baitai-fake knows ends as it says: the whole
// list is refused, or exactly the broken rows are at fault, or all is answered.
func TestDamagedListsEndAsTheyMust(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "welfare", "P001", filepath.Join("testdata", "people.csv"))
	for n, kind := range invent.DamageKinds() {
		if testing.Short() && kind.Kind == "bomb" {
			continue
		}
		damage, err := invent.Damaged(kind.Kind, invent.DamageOptions{Seed: uint64(n), AsOf: asOf(), Office: "welfare", Purpose: "P001", Rows: 8})
		if err != nil {
			t.Fatal(err)
		}
		d.drop("welfare", damage.Name, damage.List, damage.Request)
		t.Run(kind.Kind, func(t *testing.T) {
			d := &desk{t: t, dir: d.dir, key: d.key}
			want := term.ExitOK
			switch {
			case kind.Refused:
				want = term.ExitRefused
			case len(kind.Rows) > 0:
				want = term.ExitRowFaults
			}
			out := d.run(want)
			if !kind.Refused {
				d.checkRows(out, kind.Rows)
			} else if out.Codes["F115"] > 0 {
				t.Errorf("refused for what its request lacks: %v", out.Codes)
			}
			if left, err := os.ReadDir(d.path("site", "spool", "inbox", "welfare")); err != nil || len(left) > 0 {
				t.Errorf("%d files are left in the inbox, %v", len(left), err)
			}
			d.holdsNothingOf(damage.List)
		})
		if left, _ := filepath.Glob(d.path("site", "spool", "inbox", "welfare", "*")); len(left) > 0 {
			for _, name := range left {
				_ = os.Remove(name) // so that one failure does not become many
			}
		}
	}
	d.baitai(0, "ledger", "verify")
}

// checkRows holds the answers of a result against the rows that must be at fault.
func (d *desk) checkRows(out outcomeLine, faulty []int) {
	d.t.Helper()
	rows := d.result(out.Job)
	bad := make(map[int]bool)
	for _, n := range faulty {
		bad[n] = true
	}
	for n, row := range rows[1:] {
		if got := verdict.Answer(row[1]).RowFailure(); got != bad[n+1] {
			d.t.Errorf("row %d: answer %s", n+1, row[1])
		}
	}
	if int64(len(rows)-1) != out.Rows {
		d.t.Errorf("%d answers for %d rows", len(rows)-1, out.Rows)
	}
}

// holdsNothingOf fails if the program has said a cell of the list.
func (d *desk) holdsNothingOf(list []byte) {
	d.t.Helper()
	for line := range bytes.Lines(list) {
		for i, cell := range bytes.Split(bytes.TrimSpace(line), []byte(",")) {
			if i > 0 && len(cell) > 8 && bytes.Contains(d.said.Bytes(), cell) && !strings.Contains(allKeys, string(cell)) {
				d.t.Errorf("the program said a cell of the list")
			}
		}
	}
}

// What the small scenario promises of each row holds through the whole program:
// nobody gets somebody else's data.
func TestSmallScenarioIsAnsweredAsItsTruthSays(t *testing.T) {
	t.Parallel()
	folder := filepath.Join("..", "..", "testdata", "scenarios", "small")
	for _, name := range []string{"list.csv", "other.csv", "even.csv", "sheet.xlsx"} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t, "welfare", "P001", filepath.Join(folder, "people.csv"))
			var request []byte
			if raw, err := os.ReadFile(filepath.Join(folder, name+".request.toml")); err == nil {
				request = raw
			}
			list, err := os.ReadFile(filepath.Join(folder, name))
			if err != nil {
				t.Fatal(err)
			}
			d.drop("welfare", name, list, request)
			out := d.run(term.ExitRowFaults)
			d.checkTruth(out, filepath.Join(folder, name+".truth.csv"))
		})
	}
}

// checkTruth holds each answer against those that are right.
func (d *desk) checkTruth(out outcomeLine, path string) {
	d.t.Helper()
	f, err := os.Open(path)
	if err != nil {
		d.t.Fatal(err)
	}
	defer f.Close()
	truth, err := csv.NewReader(f).ReadAll()
	if err != nil {
		d.t.Fatal(err)
	}
	rows := d.result(out.Job)
	if len(rows) != len(truth) {
		d.t.Fatalf("%d answers for %d rows", len(rows)-1, len(truth)-1)
	}
	wrong := 0
	for i, row := range rows[1:] {
		want := truth[i+1]
		if row[0] != want[0] {
			d.t.Fatalf("row %d answers another row", i+1)
		}
		allowed := strings.FieldsFunc(want[3], func(r rune) bool { return r < '0' || r > '9' })
		if !slices.Contains(allowed, row[1]) {
			wrong++
			d.t.Logf("row %d (%s): answer %s, allowed %v", i+1, want[1], row[1], allowed)
			if verdict.Answer(row[1]).Provides() {
				d.t.Errorf("row %d (%s): data went out with %s, allowed %v", i+1, want[1], row[1], allowed)
			}
		}
	}
	if wrong*50 > len(truth) {
		d.t.Errorf("%d of %d answers are not among those that are right", wrong, len(truth)-1)
	}
}
