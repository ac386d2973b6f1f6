package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestScorePrintsATableAndWritesAPageAndLeavesNothingElse(t *testing.T) {
	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)
	page := filepath.Join(t.TempDir(), "score.html")
	args := []string{"score", "--lang", "en", "--people", "1100", "--rows-per-class", "3", "--html", page}
	code, stdout, stderr := call(nil, args...)
	if code != exitOK || stderr != "" {
		t.Fatalf("exit %d: %s\n%s", code, stderr, stdout)
	}
	for _, want := range []string{"seed develop, 1100 people", "twin's kana", "Fellegi–Sunter, top score", "negative"} {
		if !strings.Contains(stdout, want) {
			t.Errorf("%q is not in the table", want)
		}
	}
	if !strings.HasPrefix(read(t, page), "<!DOCTYPE html>") {
		t.Error("the page is none")
	}
	if left, err := os.ReadDir(temp); err != nil || len(left) > 0 {
		t.Errorf("%v, %v", left, err)
	}
	before := read(t, page)
	if code, _, _ := call(nil, args...); code != exitFault || read(t, page) != before {
		t.Errorf("exit %d where the page exists", code)
	}
}

func TestScoreRefusesWrongFlags(t *testing.T) {
	for _, args := range [][]string{{"--seed", "mine"}, {"--people", "0"}, {"--rows-per-class", "0"}, {"--portion", "0"}, {"--examples", "-1"}, {"more"}, {"--out", "x"}} {
		if code, _, stderr := call(nil, append([]string{"score"}, args...)...); code != exitUsage || stderr == "" {
			t.Errorf("%v: exit %d, %q", args, code, stderr)
		}
	}
	if code, stdout, _ := call(nil, "score", "--help"); code != exitOK || !strings.Contains(stdout, "rows-per-class") {
		t.Errorf("exit %d: %s", code, stdout)
	}
}
