package main

import (
	"archive/zip"
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the invented files of testdata anew")

// What stands in testdata came from this program, with these flags and no others.
// With -update the files are written anew.
func TestTestdataComesFromThisProgram(t *testing.T) {
	root := filepath.Join("..", "..", "testdata")
	made := t.TempDir()
	if *update {
		made = root
	}
	if err := os.MkdirAll(filepath.Join(made, "scenarios", "small"), 0o755); err != nil {
		t.Fatal(err)
	}
	small := func(name string) string { return filepath.Join(made, "scenarios", "small", name) }
	request := []string{"--people", "400", "--force", "--office", "welfare", "--purpose", "P001",
		"--basis", "条例(利用)", "--fields", "氏名,生年月日,住所"}
	commands := [][]string{
		{"people", "--people", "400", "--force", "--out", small("people.csv")},
		{"people", "--people", "400", "--force", "--format", "xlsx", "--out", small("people.xlsx")},
		append([]string{"list", "--rows", "120", "--out", small("list.csv")}, request...),
		append([]string{"list", "--rows", "60", "--list-seed", "2", "--format", "csv-utf8-bom-lf", "--header", "other", "--japanese-keys", "--out", small("other.csv")}, request...),
		append([]string{"list", "--rows", "60", "--list-seed", "3", "--format", "xlsx", "--header", "english", "--request-sheet", "--out", small("sheet.xlsx")}, request...),
		append([]string{"list", "--rows", "62", "--list-seed", "4", "--mix", "even", "--format", "csv-utf8", "--out", small("even.csv")}, request...),
	}
	for _, kind := range []string{"doubled-reference", "mynumber-column", "mynumber-cell", "ragged", "open-quote", "bad-cp932",
		"mixed-encoding", "gaiji", "serial-date", "lost-digit", "impossible-date", "row-count", "digest", "formula", "merged", "macro",
		"ambiguous-charset", "quoted-newline", "header-only", "cut", "euc-jp", "euc-or-kana", "iso-2022-jp", "jis-kana", "jis-x-0213",
		"utf16-unmarked", "utf16-cut", "utf16", "half-pair-line", "half-pair-end", "lone-cr", "nul", "parts", "part-alone", "part-twice",
		"part-empty", "unknown-key"} {
		commands = append(commands, []string{"damaged", "--kind", kind, "--force", "--out", filepath.Join(made, "hostile", "lists")})
	}
	for _, args := range commands {
		if code, _, stderr := call(nil, args...); code != exitOK {
			t.Fatalf("%v: exit %d: %s", args, code, stderr)
		}
	}
	err := filepath.WalkDir(made, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || *update {
			return err
		}
		name, err := filepath.Rel(made, path)
		if err != nil {
			return err
		}
		if unpacked(t, path) != unpacked(t, filepath.Join(root, name)) {
			t.Errorf("testdata/%s is not what this program writes now (go test -update)", filepath.ToSlash(name))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// unpacked is the content of a file; of a workbook, that of its parts, because
// how well they are packed is up to the version of Go.
func unpacked(t *testing.T, path string) string {
	t.Helper()
	raw := read(t, path)
	if filepath.Ext(path) != ".xlsx" {
		return raw
	}
	z, err := zip.NewReader(strings.NewReader(raw), int64(len(raw)))
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	for _, f := range z.File {
		b.WriteString(f.Name + "\n")
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := b.ReadFrom(r); err != nil {
			t.Fatal(err)
		}
		if err := r.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return b.String()
}
