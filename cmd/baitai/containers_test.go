//go:build linux

package main

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"baitai/cmd/internal/term"
	"baitai/crypto"
	"baitai/pipeline/job"
	"baitai/spool/ledger"
)

// hostileFiles gives the files of a folder of testdata/hostile, at least so many, and
// the code that each must be refused with.
func hostileFiles(t *testing.T, kind string, least int) (folder string, codes map[string]string) {
	t.Helper()
	folder = filepath.Join("..", "..", "testdata", "hostile", kind)
	text, err := os.ReadFile(filepath.Join(folder, "kinds.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	r := csv.NewReader(bytes.NewReader(text))
	r.Comma = '\t'
	rows, err := r.ReadAll()
	if err != nil || len(rows) < least {
		t.Fatalf("%d kinds, %v", len(rows), err)
	}
	codes = make(map[string]string)
	for _, row := range rows[1:] {
		codes[row[0]] = row[1]
	}
	return folder, codes
}

// sealToSite seals to the prefecture's public key, as an office does.
func (d *desk) sealToSite(text []byte) []byte {
	d.t.Helper()
	raw, err := os.ReadFile(d.path("site", job.PublicDir, "site.age.pub"))
	if err != nil {
		d.t.Fatal(err)
	}
	to, err := crypto.ParseRecipient(strings.TrimSpace(string(raw)))
	if err != nil {
		d.t.Fatal(err)
	}
	var b bytes.Buffer
	w, err := crypto.Seal(&b, to)
	if err != nil {
		d.t.Fatal(err)
	}
	_, err = w.Write(text)
	if err := errors.Join(err, w.Close()); err != nil {
		d.t.Fatal(err)
	}
	return b.Bytes()
}

// sealCuts are seals to the site that end too early: at each border of a chunk,
// and behind the header. They cannot lie in testdata, because each site has a key
// of its own.
func (d *desk) sealCuts() map[string][]byte {
	const chunk = 64<<10 + 16
	whole := d.sealToSite(bytes.Repeat([]byte("見本,太郎\r\n"), 20_000))
	header := bytes.Index(whole, []byte("\n--- ")) + 49 // the checksum of a header has 43 characters
	cut := map[string][]byte{"header-only.age": whole[:header], "header-and-nonce.age": whole[:header+16]}
	for n, at := 1, header+16+chunk; at < len(whole); n, at = n+1, at+chunk {
		cut["cut-"+strconv.Itoa(n)+".age"] = whole[:at]
	}
	return cut
}

// paths lists the files below a folder.
func paths(t *testing.T, dir string) map[string]bool {
	t.Helper()
	all := make(map[string]bool)
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			all[path] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// Every hostile container is refused by its name, in seconds and in little memory;
// it ends in the ledger, leaves the inbox, and writes nothing outside of the site.
func TestHostileContainersAreRefusedByNameAndEntered(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "welfare", "P001", filepath.Join("testdata", "people.csv"))
	folder, codes := hostileFiles(t, "containers", 70)
	files := d.sealCuts()
	for name := range files {
		codes[name] = "F221"
	}
	if len(files) < 5 {
		t.Fatal("too few chunks")
	}
	d.refuseAll(folder, files, codes)
}

// The same holds of hostile workbooks.
func TestHostileWorkbooksAreRefusedByNameAndEntered(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "welfare", "P001", filepath.Join("testdata", "people.csv"))
	folder, codes := hostileFiles(t, "workbooks", 28)
	d.refuseAll(folder, map[string][]byte{"huge-cell.xlsx": hugeCell(t)}, codes)
}

// hugeCell is a workbook with a cell of a gigabyte: too large to lie in testdata.
func hugeCell(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, p := range [][2]string{
		{"xl/_rels/workbook.xml.rels", `<Relationships><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="sheet.xml"/>` +
			`<Relationship Id="r2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/></Relationships>`},
		{"xl/styles.xml", `<styleSheet/>`},
		{"xl/workbook.xml", `<workbook xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="名簿" sheetId="1" r:id="r1"/></sheets></workbook>`},
		{"xl/sheet.xml", `<worksheet><sheetData><row><c t="inlineStr"><is><t>`},
	} {
		w, err := z.Create(p[0])
		if err == nil {
			_, err = w.Write([]byte(p[1]))
		}
		megabyte := bytes.Repeat([]byte("ア"), 1<<20/3)
		for n := 0; n < 1<<10 && err == nil && p[0] == "xl/sheet.xml"; n++ {
			_, err = w.Write(megabyte)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// refuseAll drops one file after the other and sees how each is refused. Those that
// are not given lie in folder.
func (d *desk) refuseAll(folder string, files map[string][]byte, codes map[string]string) {
	t := d.t
	t.Helper()
	before := paths(t, d.dir)
	var most int64
	for _, name := range slices.Sorted(maps.Keys(codes)) {
		raw, ok := files[name]
		if !ok {
			var err error
			if raw, err = os.ReadFile(filepath.Join(folder, name)); err != nil {
				t.Fatal(err)
			}
		}
		d.drop("welfare", name, raw, nil)
		began := time.Now()
		out, peak := d.runAlone(term.ExitRefused)
		if out.State != "refused" || out.Codes[codes[name]] != 1 || len(out.Codes) != 1 {
			t.Errorf("%s: %s, %v, not %s", name, out.State, out.Codes, codes[name])
		}
		if took := time.Since(began); took > 10*time.Second || peak > 512<<10 {
			t.Errorf("%s: %v, %d KB", name, took, peak)
		}
		most = max(most, peak)
		d.entered(out.Job, codes[name])
	}
	t.Logf("%d files, at most %d KB", len(codes), most)
	for path := range paths(t, d.dir) {
		below, _ := filepath.Rel(d.path("site"), path)
		place, _, _ := strings.Cut(filepath.ToSlash(strings.TrimPrefix(below, "spool/")), "/")
		if !before[path] && !slices.Contains([]string{"refused", job.LedgerDir, "detail", "log", ".talk"}, place) {
			t.Errorf("something was written to %s", place)
		}
	}
	if left := paths(t, d.path("site", "spool", "inbox")); len(left) > 0 {
		t.Errorf("%d files are left in the inbox", len(left))
	}
	d.baitai(0, "ledger", "verify")
}

// entered sees that the ledger tells how the job ended.
func (d *desk) entered(id, code string) {
	d.t.Helper()
	var entries []struct {
		Act   ledger.Act       `json:"act"`
		Codes map[string]int64 `json:"codes"`
	}
	if err := json.Unmarshal([]byte(d.baitai(0, "ledger", "show", "--job", id, "--json")), &entries); err != nil {
		d.t.Fatal(err)
	}
	if n := len(entries); n != 2 || entries[0].Act != ledger.Received || entries[1].Act != ledger.Refused || entries[1].Codes[code] != 1 {
		d.t.Errorf("%d entries of the job, or others", n)
	}
}

// runAlone is run in a process of its own, and returns also the most kilobytes of
// memory that it had.
func (d *desk) runAlone(want int) (outcomeLine, int64) {
	d.t.Helper()
	peak := d.path("peak")
	cmd := exec.Command(os.Args[0])
	cmd.Args = []string{"baitai", "run", "--json"}
	cmd.Env = append(os.Environ(), "BAITAI_SITE="+d.path("site"), peakFile+"="+peak)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if cmd.ProcessState.ExitCode() != want {
		d.t.Fatalf("baitai run: %v\n%s%s", err, out, stderr.String())
	}
	var report struct{ Jobs []outcomeLine }
	if err := json.Unmarshal(out, &report); err != nil || len(report.Jobs) != 1 {
		d.t.Fatalf("%d jobs, not one, %v", len(report.Jobs), err)
	}
	text, err := os.ReadFile(peak)
	if err := errors.Join(err, os.Remove(peak)); err != nil {
		d.t.Fatal(err)
	}
	used, err := strconv.ParseInt(string(text), 10, 64)
	if err != nil {
		d.t.Fatal(err)
	}
	return report.Jobs[0], used
}
