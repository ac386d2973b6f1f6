//go:build linux

package main

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"baitai/formats/sheet"
)

// need skips a test whose tools are missing, but never where the tests run for
// everybody.
func need(t *testing.T, tools ...string) {
	t.Helper()
	for _, tool := range tools {
		if _, err := exec.LookPath(tool); err != nil {
			if os.Getenv("CI") != "" {
				t.Fatalf("%s is not installed", tool)
			}
			t.Skipf("%s is not installed", tool)
		}
	}
}

// recipe takes the n-th shell recipe out of a FORMAT.md, so that what is tested
// is what people read.
func recipe(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	all := regexp.MustCompile("(?s)```sh\n(.*?)```").FindAllSubmatch(text, -1)
	if len(all) != 1 {
		t.Fatalf("%s has %d recipes, want 1", path, len(all))
	}
	return string(all[0][1])
}

func shell(dir, script string, env []string, args ...string) ([]byte, error) {
	c := exec.Command("sh", append([]string{"-e", "-c", script, "recipe"}, args...)...)
	c.Dir = dir
	c.Env = append(os.Environ(), env...)
	return c.CombinedOutput()
}

const manifestFormat, ledgerFormat = "../../crypto/manifest/FORMAT.md", "../../spool/ledger/FORMAT.md"

func TestStockToolsVerifyAndOpenAResult(t *testing.T) {
	need(t, "sh", "sed", "ssh-keygen", "sha256sum", "age", "zstd")
	f := site(t)
	script := recipe(t, manifestFormat)
	run := func(spoil func(dir string) error) (string, []byte, error) {
		dir := f.copyOf(t, "medium", f.first)
		signers, err := os.ReadFile(f.path("public", "allowed_signers"))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "allowed_signers"), signers, 0o600); err != nil {
			t.Fatal(err)
		}
		if spoil != nil {
			if err := spoil(dir); err != nil {
				t.Fatal(err)
			}
		}
		out, err := shell(dir, script, []string{"SITE=baitai.invalid/test", "KEY=" + f.path("keys", "fukushi.txt")})
		return dir, out, err
	}
	dir, out, err := run(nil)
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if !bytes.Contains(out, []byte("result.csv.zst.age: OK")) {
		t.Errorf("the digests of the sealed files were not checked:\n%s", out)
	}
	ours := filepath.Join(t.TempDir(), "plain")
	if code, _, said := audit("open", f.path("medium", f.first), "--signers", f.path("public", "allowed_signers"),
		"--identity", f.path("keys", "fukushi.txt"), "--to", ours); code != 0 {
		t.Fatalf("exit %d, said %q", code, said)
	}
	theirs, err := os.ReadFile(filepath.Join(dir, "result.csv"))
	if err != nil {
		t.Fatal(err)
	}
	if same, err := os.ReadFile(filepath.Join(ours, "result.csv")); err != nil || !bytes.Equal(same, theirs) {
		t.Errorf("age and zstd give another file than baitai-audit (%v)", err)
	}
	for what, spoil := range map[string]func(string) error{
		"a changed manifest": func(dir string) error {
			return change(filepath.Join(dir, "result.manifest.json"), func(b []byte) []byte { return bytes.Replace(b, []byte("fukushi"), []byte("fukushj"), 1) })
		},
		"a changed file": func(dir string) error {
			return change(filepath.Join(dir, "notes.txt.age"), func(b []byte) []byte { b[len(b)-1] ^= 1; return b })
		},
		"another plain digest": func(dir string) error { return f.forge(dir, "other-plain-digest") },
	} {
		if dir, out, err := run(spoil); err == nil {
			t.Errorf("the recipe accepts %s in %s:\n%s", what, dir, out)
		}
	}
}

// The recipe opens a split result, and the line below it puts the parts together.
func TestStockToolsOpenASplitResult(t *testing.T) {
	need(t, "sh", "ssh-keygen", "sha256sum", "age", "zstd")
	f := site(t)
	run := func(spoil func(dir string) error) ([]byte, error) {
		dir := f.copyOf(t, "medium", f.split)
		signers, err := os.ReadFile(f.path("public", "allowed_signers"))
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(os.WriteFile(filepath.Join(dir, "allowed_signers"), signers, 0o600), spoil(dir)); err != nil {
			t.Fatal(err)
		}
		join := `{ head -n 1 result-001.csv; for f in result-*.csv; do tail -n +2 "$f"; done; } > all`
		if text, err := os.ReadFile(manifestFormat); err != nil || !bytes.Contains(text, []byte(strings.TrimSuffix(join[2:], "; } > all"))) {
			t.Fatalf("the format says another line: %v", err)
		}
		out, err := shell(dir, recipe(t, manifestFormat)+"\n"+join, []string{"SITE=baitai.invalid/test", "KEY=" + f.path("keys", "fukushi.txt")})
		if err != nil {
			return out, err
		}
		return os.ReadFile(filepath.Join(dir, "all"))
	}
	all, err := run(func(string) error { return nil })
	if err != nil || bytes.Count(all, []byte("\r\n")) != 61 {
		t.Fatalf("%v, %d lines\n%s", err, bytes.Count(all, []byte("\r\n")), all)
	}
	for what, spoil := range map[string]func(string) error{
		"missing": func(dir string) error { return os.Remove(filepath.Join(dir, "result-002.csv.zst.age")) },
		"doubled": func(dir string) error {
			raw, err := os.ReadFile(filepath.Join(dir, "result-001.csv.zst.age"))
			return errors.Join(err, os.WriteFile(filepath.Join(dir, "result-002.csv.zst.age"), raw, 0o600))
		},
	} {
		if out, err := run(spoil); err == nil {
			t.Errorf("the recipe accepts a part that is %s:\n%s", what, out)
		}
	}
}

func TestStockToolsVerifyTheLedger(t *testing.T) {
	need(t, "sh", "python3", "openssl")
	f := site(t)
	script := recipe(t, ledgerFormat)
	vkey, err := os.ReadFile(f.path("public", "ledger.vkey"))
	if err != nil {
		t.Fatal(err)
	}
	key := strings.TrimSpace(string(vkey))
	out, err := shell(t.TempDir(), script, nil, f.path("ledger"), key)
	if err != nil || !bytes.Contains(out, []byte("entries, root agrees")) {
		t.Fatalf("%v\n%s", err, out)
	}
	_, ours, _ := audit("ledger", "verify", f.path("ledger"), "--key", f.path("public", "ledger.vkey"), "--json")
	size := regexp.MustCompile(`"size": (\d+)`).FindStringSubmatch(ours)
	if size == nil || !bytes.Contains(out, []byte(size[1]+" entries")) {
		t.Errorf("it counts another number of entries:\n%s%s", out, ours)
	}
	dir := f.copyOf(t, "ledger")
	for _, name := range ledgerFiles(t, dir) {
		if strings.Contains(name, "entries") {
			if err := change(filepath.Join(dir, name), func(b []byte) []byte { b[len(b)/2] ^= 1; return b }); err != nil {
				t.Fatal(err)
			}
		}
	}
	if out, err := shell(t.TempDir(), script, nil, dir, key); err == nil {
		t.Errorf("the recipe accepts a changed entry:\n%s", out)
	}
}

// TestLibreOfficeReadsTheSameCells converts the workbook of a result with
// LibreOffice, as the office's own spreadsheet would open it.
func TestLibreOfficeReadsTheSameCells(t *testing.T) {
	need(t, "soffice")
	f := site(t)
	dir := filepath.Join(t.TempDir(), "plain")
	if code, _, said := audit("open", f.path("medium", f.book), "--signers", f.path("public", "allowed_signers"),
		"--identity", f.path("keys", "kyoiku.txt"), "--to", dir); code != 0 {
		t.Fatalf("exit %d, said %q", code, said)
	}
	sheets, want := bookRows(t, filepath.Join(dir, "result.xlsx"))
	// 44 comma, 34 quote, 76 UTF-8, from line 1, cells as shown, and all sheets (-1), each into a file of its own.
	c := exec.Command("soffice", "-env:UserInstallation=file://"+filepath.Join(dir, "profile"), "--headless", "--convert-to",
		"csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1", "--outdir", dir, filepath.Join(dir, "result.xlsx"))
	c.Env = append(os.Environ(), "HOME="+dir)
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, name := range sheets {
		raw, err := os.ReadFile(filepath.Join(dir, "result-"+name+".csv"))
		if err != nil {
			t.Fatal(err)
		}
		r := csv.NewReader(bytes.NewReader(raw))
		r.FieldsPerRecord = -1
		got, err := r.ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		if len(got) != len(want[name]) {
			t.Fatalf("sheet %s: %d rows, want %d", name, len(got), len(want[name]))
		}
		for i := range got {
			if !slices.Equal(trimRight(got[i]), trimRight(want[name][i])) {
				t.Errorf("sheet %s, row %d differs: %d cells, want %d", name, i+1, len(got[i]), len(want[name][i]))
			}
		}
	}
	if n := len(want[sheets[0]]); n != 61 {
		t.Errorf("%d rows in the first sheet, want 61", n)
	}
}

func trimRight(row []string) []string {
	for len(row) > 0 && row[len(row)-1] == "" {
		row = row[:len(row)-1]
	}
	return row
}

func bookRows(t *testing.T, path string) (names []string, rows map[string][][]string) {
	t.Helper()
	book, err := sheet.Open(path, sheet.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	rows = map[string][][]string{}
	for _, s := range book.Sheets() {
		names = append(names, s.Name)
		for rec, err := range book.Rows(s.Name) {
			if err != nil {
				t.Fatal(err)
			}
			var row []string
			for _, c := range rec.Cells {
				row = append(row, c.Text)
			}
			rows[s.Name] = append(rows[s.Name], row)
		}
	}
	if len(names) == 0 {
		t.Fatal(io.ErrUnexpectedEOF)
	}
	return names, rows
}
