//go:build linux

package main

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// ledgerFiles lists the files of a ledger.
func ledgerFiles(t *testing.T, dir string) []string {
	t.Helper()
	var names []string
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			names = append(names, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// saysWhy is what an auditor must read: the code, and words in brackets that are
// not just a question mark.
func saysWhy(lang, err string) bool {
	english := regexp.MustCompile(`L102 the ledger does not verify \([a-z][^)]{9,}\)`)
	japanese := regexp.MustCompile(`L102 授受・提供記録[((]台帳[))]が検証できません[((].*\p{Han}.*[))]`)
	if lang == "ja" {
		return japanese.MatchString(err)
	}
	return english.MatchString(err)
}

func TestAFlippedBitAnywhereInTheLedgerIsFoundAndSaid(t *testing.T) {
	f := site(t)
	dir := f.copyOf(t, "ledger")
	key := f.path("public", "ledger.vkey")
	if code, _, err := audit("ledger", "verify", dir, "--key", key, "--lang", "en"); code != 0 {
		t.Fatalf("the ledger as it is: %d %s", code, err)
	}
	flips := 0
	for _, name := range ledgerFiles(t, dir) {
		path := filepath.Join(dir, name)
		good, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		step := 1 // every byte of the small files
		if len(good) > 400 {
			step = 61
		}
		for at := 0; at < len(good); at += step {
			bad := slices.Clone(good)
			bad[at] ^= 1 << (at % 8)
			if err := os.WriteFile(path, bad, 0o600); err != nil {
				t.Fatal(err)
			}
			lang := []string{"ja", "en"}[flips%2]
			code, out, said := audit("ledger", "verify", dir, "--key", key, "--lang", lang)
			if code != 20 || !saysWhy(lang, said) || out != "" {
				t.Fatalf("%s, byte %d of %d: exit %d, said %q", name, at, len(good), code, said)
			}
			// Nobody may be told that an entry was changed where it was not.
			if !strings.Contains(name, "entries") && (strings.Contains(said, "an entry was changed") || strings.Contains(said, "記録が書き換えられて")) {
				t.Fatalf("%s, byte %d of %d: said %q", name, at, len(good), said)
			}
			flips++
		}
		if err := os.WriteFile(path, good, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if flips < 300 {
		t.Errorf("only %d flips", flips)
	}
}

func TestAFileThatIsMissingOrSurplusInTheLedgerIsFoundAndSaid(t *testing.T) {
	f := site(t)
	key := f.path("public", "ledger.vkey")
	whole := f.path("ledger")
	found := 0
	for _, name := range ledgerFiles(t, whole) {
		dir := f.copyOf(t, "ledger")
		if err := os.Remove(filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
		code, _, said := audit("ledger", "verify", dir, "--key", key, "--lang", "en")
		if replaced(t, whole, name) {
			if code != 0 {
				t.Errorf("without %s, which a larger one has replaced: exit %d, said %q", name, code, said)
			}
			continue
		}
		found++
		if code != 20 || !saysWhy("en", said) && !strings.Contains(said, "L101") {
			t.Errorf("without %s: exit %d, said %q", name, code, said)
		}
	}
	if found < 5 { // checkpoint, wal, verifier, tile, bundle
		t.Errorf("only %d files count", found)
	}
	dir := f.copyOf(t, "ledger")
	if err := os.WriteFile(filepath.Join(dir, "tile", "0", "001"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if code, _, said := audit("ledger", "verify", dir, "--key", key, "--lang", "en"); code != 20 || !saysWhy("en", said) {
		t.Errorf("with a tile too many: exit %d, said %q", code, said)
	}
}

// replaced reports whether there is a wider partial file than name: the one that
// counts is the widest.
func replaced(t *testing.T, dir, name string) bool {
	t.Helper()
	width, err := strconv.Atoi(filepath.Base(name))
	if err != nil || !strings.HasSuffix(filepath.Dir(name), ".p") {
		return false
	}
	others, err := os.ReadDir(filepath.Join(dir, filepath.Dir(name)))
	if err != nil {
		t.Fatal(err)
	}
	return slices.ContainsFunc(others, func(o os.DirEntry) bool { w, err := strconv.Atoi(o.Name()); return err == nil && w > width })
}

// TestAnEntryThatWasTakenOutIsFoundAndSaid takes each entry out of the bundle in
// turn, leaving everything else as it is.
func TestAnEntryThatWasTakenOutIsFoundAndSaid(t *testing.T) {
	f := site(t)
	key := f.path("public", "ledger.vkey")
	dir := f.copyOf(t, "ledger")
	bundles, err := filepath.Glob(filepath.Join(dir, "tile", "entries", "000.p", "*"))
	if err != nil || len(bundles) == 0 {
		t.Fatalf("no bundle: %v", err)
	}
	i := slices.IndexFunc(bundles, func(path string) bool { name, _ := filepath.Rel(dir, path); return !replaced(t, dir, name) })
	path := bundles[i]
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for at := 0; at < len(good); n++ {
		next := at + 2 + int(binary.BigEndian.Uint16(good[at:]))
		if err := os.WriteFile(path, append(slices.Clone(good[:at]), good[next:]...), 0o600); err != nil {
			t.Fatal(err)
		}
		if code, _, said := audit("ledger", "verify", dir, "--key", key, "--lang", "en"); code != 20 || !saysWhy("en", said) {
			t.Errorf("without entry %d: exit %d, said %q", n, code, said)
		}
		at = next
	}
	if n < 20 {
		t.Errorf("only %d entries in the bundle", n)
	}
}

// TestAnEntryThatWasRewrittenIsNamed changes an office in an entry; the message
// names the entry.
func TestAnEntryThatWasRewrittenIsNamed(t *testing.T) {
	f := site(t)
	dir := f.copyOf(t, "ledger")
	_, out, _ := audit("ledger", "show", dir, "--key", f.path("public", "ledger.vkey"), "--lang", "en", "--job", f.book)
	first := regexp.MustCompile(`(?m)^(\d+) .*received`).FindStringSubmatch(out)
	if first == nil {
		t.Fatalf("the job is not in the list:\n%s", out)
	}
	bundles, err := filepath.Glob(filepath.Join(dir, "tile", "entries", "000.p", "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range bundles {
		if err := change(path, func(b []byte) []byte {
			return bytes.Replace(b, []byte(`"office":"kyoiku"`), []byte(`"office":"kyoikv"`), 1)
		}); err != nil {
			t.Fatal(err)
		}
	}
	code, _, said := audit("ledger", "verify", dir, "--key", f.path("public", "ledger.vkey"), "--lang", "en")
	if want := fmt.Sprintf("an entry was changed, entry %s)", first[1]); code != 20 || !strings.Contains(said, want) {
		t.Errorf("exit %d, said %q, want %q", code, said, want)
	}
	if code, _, said := audit("ledger", "show", dir, "--key", f.path("public", "ledger.vkey"), "--lang", "en"); code != 20 || !saysWhy("en", said) {
		t.Errorf("show: exit %d, said %q", code, said)
	}
}

// TestAuditingWritesNothing looks at every file of a site before and after.
func TestAuditingWritesNothing(t *testing.T) {
	f := site(t)
	copied := f.copyOf(t, "site")
	key := f.path("public", "ledger.vkey")
	before := snapshot(t, copied)
	for _, args := range [][]string{
		{"ledger", "verify", filepath.Join(copied, "ledger"), "--key", key},
		{"ledger", "show", filepath.Join(copied, "ledger"), "--key", key},
		{"verify", filepath.Join(copied, "spool", "refused", f.refused), "--signers", f.path("public", "allowed_signers")},
	} {
		if code, _, said := audit(args...); code != 0 && args[0] == "ledger" {
			t.Errorf("%v: exit %d, said %q", args, code, said)
		}
	}
	if after := snapshot(t, copied); after != before {
		t.Errorf("the site was changed:\n%s\n%s", before, after)
	}
}

func snapshot(t *testing.T, dir string) string {
	t.Helper()
	var b strings.Builder
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		fmt.Fprintln(&b, path, info.Size(), info.ModTime().UnixNano(), info.Mode())
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}
