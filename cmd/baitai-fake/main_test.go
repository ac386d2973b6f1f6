package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func call(env map[string]string, args ...string) (code int, stdout, stderr string) {
	var o, e bytes.Buffer
	code = run(args, func(name string) string { return env[name] }, &o, &e)
	return code, o.String(), e.String()
}

func read(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestSameFlagsGiveSameFiles(t *testing.T) {
	a, b := t.TempDir(), t.TempDir()
	for _, dir := range []string{a, b} {
		for _, args := range [][]string{
			{"people", "--people", "300", "--out", filepath.Join(dir, "e.csv")},
			{"people", "--people", "50", "--format", "xlsx", "--out", filepath.Join(dir, "e.xlsx")},
			{"list", "--people", "300", "--rows", "40", "--office", "welfare", "--purpose", "P001", "--out", filepath.Join(dir, "l.csv")},
			{"damaged", "--kind", "ragged", "--out", filepath.Join(dir, "d")},
		} {
			if code, _, stderr := call(nil, args...); code != exitOK || stderr != "" {
				t.Fatalf("%v: exit %d: %s", args, code, stderr)
			}
		}
	}
	for _, name := range []string{"e.csv", "e.xlsx", "l.csv", "l.csv.truth.csv", "l.csv.request.toml", "d/ragged/list.csv", "d/ragged/list.csv.request.toml"} {
		if read(t, filepath.Join(a, name)) != read(t, filepath.Join(b, name)) {
			t.Errorf("%s differs", name)
		}
	}
}

func TestWrongCommandLinesExitWith2AndWriteNothing(t *testing.T) {
	dir := t.TempDir()
	out := filepath.Join(dir, "x.csv")
	for _, args := range [][]string{
		{}, {"fly"}, {"people"}, {"people", "--out", out, "--people", "0"}, {"people", "--out", out, "--format", "pdf"},
		{"people", "--out", out, "--as-of", "1.4.2026"}, {"people", "--out", out, "more"}, {"people", "--colour"},
		{"list"}, {"list", "--out", out, "--mix", "P0=x"}, {"list", "--out", out, "--header", "loud"},
		{"list", "--out", out, "--format", "csv"}, {"list", "--out", out, "--columns", "氏名"},
		{"list", "--out", out, "--request-sheet"}, {"damaged", "--out", dir}, {"damaged", "--kind", "none", "--out", dir},
		{"classes", "x"}, {"kinds", "x"}, {"people", "--lang", "fr", "--out", out},
	} {
		if code, _, stderr := call(nil, args...); code != exitUsage || stderr == "" {
			t.Errorf("%v: exit %d, %q", args, code, stderr)
		}
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("left: %v %v", left, err)
	}
}

func TestAnExistingFileStays(t *testing.T) {
	dir := t.TempDir()
	out := filepath.Join(dir, "e.csv")
	if err := os.WriteFile(out, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, _, _ := call(nil, "people", "--people", "10", "--out", out); code != exitFault || read(t, out) != "mine" {
		t.Errorf("exit %d, or the file was replaced", code)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 1 {
		t.Errorf("litter: %v %v", left, err)
	}
	if code, _, _ := call(nil, "people", "--people", "10", "--force", "--out", out); code != exitOK || read(t, out) == "mine" {
		t.Errorf("--force: exit %d", code)
	}
	// A list whose request is there already must not appear without its own.
	if err := os.WriteFile(filepath.Join(dir, "l.csv.request.toml"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if code, _, _ := call(nil, "list", "--people", "10", "--rows", "3", "--office", "a", "--out", filepath.Join(dir, "l.csv")); code != exitFault {
		t.Errorf("exit %d", code)
	}
	if _, err := os.Stat(filepath.Join(dir, "l.csv")); err == nil {
		t.Error("the list was published without its request")
	}
	if code, _, stderr := call(nil, "people", "--people", "10", "--out", filepath.Join(dir, "no", "e.csv")); code != exitFault || stderr == "" {
		t.Errorf("no such folder: exit %d", code)
	}
}

func TestHelpSpeaksTheLanguageOfTheUser(t *testing.T) {
	for _, c := range []struct {
		env  map[string]string
		args []string
		want string
	}{
		{nil, []string{"help"}, "架空の人"},
		{map[string]string{"LANG": "ja_JP.UTF-8"}, []string{"--help"}, "架空の人"},
		{map[string]string{"LANG": "C"}, []string{"help"}, "invents people"},
		{map[string]string{"LANG": "C", "LC_ALL": "ja_JP.UTF-8"}, []string{"help"}, "架空の人"},
		{nil, []string{"--lang", "en", "help"}, "invents people"},
		{map[string]string{"LANG": "C"}, []string{"list", "--help", "--lang=ja"}, "見出し"},
		{nil, []string{"people", "--help"}, "終了コード: 0"},
		{nil, []string{"classes"}, "支援措置のある人"},
		{nil, []string{"kinds", "--lang", "en"}, "ambiguous-charset"},
	} {
		code, stdout, _ := call(c.env, c.args...)
		if code != exitOK || !strings.Contains(stdout, c.want) {
			t.Errorf("%v %v: exit %d\n%s", c.env, c.args, code, stdout)
		}
	}
}
