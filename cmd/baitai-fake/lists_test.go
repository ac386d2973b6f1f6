package main

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"baitai/cmd/internal/invent"
)

// truths reads a truth file: how many rows there are of each class, and how many
// of them mean somebody.
func truths(t *testing.T, path string) (rows, meant map[invent.Class]int) {
	t.Helper()
	lines, err := csv.NewReader(strings.NewReader(read(t, path))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	rows, meant = map[invent.Class]int{}, map[invent.Class]int{}
	for _, line := range lines[1:] {
		rows[invent.Class(line[1])]++
		if line[2] != "" {
			meant[invent.Class(line[1])]++
		}
	}
	return rows, meant
}

func TestLabelledListsHaveEveryClassFromThreeSeeds(t *testing.T) {
	const perClass = 4
	dir := t.TempDir()
	args := []string{"lists", "--labelled", "--people", "2500", "--rows-per-class", "4", "--out", dir}
	if code, _, stderr := call(nil, args...); code != exitOK || stderr != "" {
		t.Fatalf("exit %d: %s", code, stderr)
	}
	worlds := map[string]string{}
	for _, seed := range []string{"develop", "tune", "sealed"} {
		rows, meant := truths(t, filepath.Join(dir, seed, "list.csv.truth.csv"))
		all, hard := 0, 0
		for _, c := range invent.Classes() {
			all += rows[c.Class]
			if c.Sort == invent.Hard {
				hard += rows[c.Class]
			}
			if rows[c.Class] < perClass {
				t.Errorf("%s: %d rows of %s", seed, rows[c.Class], c.Class)
			}
			if c.Sort != invent.Positive && meant[c.Class] > 0 {
				t.Errorf("%s: %d rows of %s mean somebody", seed, meant[c.Class], c.Class)
			}
		}
		for _, class := range strings.Fields("P0 P1 P2 P3 P4 P5 P6 P7 P8 P9 P10 P11 P12 P13 P14 P15 N1 N2 N3 N4 N5 N6 N7 N8 N9 N10 N11 N12 N13") {
			if rows[invent.Class(class)] == 0 {
				t.Errorf("%s: no %s", seed, class)
			}
		}
		if 20*hard < all {
			t.Errorf("%s: %d hard negatives of %d rows are less than one in twenty", seed, hard, all)
		}
		for _, name := range []string{"people.csv", "list.csv"} {
			text := read(t, filepath.Join(dir, seed, name))
			if worlds[text] != "" {
				t.Errorf("%s and %s have one %s", seed, worlds[text], name)
			}
			worlds[text] = seed
		}
	}
	again := t.TempDir()
	args[len(args)-1] = again
	if code, _, stderr := call(nil, args...); code != exitOK {
		t.Fatalf("exit %d: %s", code, stderr)
	}
	for _, name := range []string{"people.csv", "list.csv", "list.csv.truth.csv"} {
		if read(t, filepath.Join(dir, "tune", name)) != read(t, filepath.Join(again, "tune", name)) {
			t.Errorf("%s differs with the same flags", name)
		}
	}
	if code, _, _ := call(nil, args...); code != exitFault {
		t.Errorf("exit %d where the files exist", code)
	}
}

func TestListsWithoutLabelsTellNoAnswers(t *testing.T) {
	dir := t.TempDir()
	if code, _, stderr := call(nil, "lists", "--people", "1100", "--rows-per-class", "1", "--seed", "7", "--out", dir); code != exitOK {
		t.Fatalf("exit %d: %s", code, stderr)
	}
	files, err := os.ReadDir(filepath.Join(dir, "7"))
	if err != nil || len(files) != 2 {
		t.Errorf("%v, %v", files, err)
	}
}

func TestListsRefusesWrongFlags(t *testing.T) {
	for _, args := range [][]string{{}, {"--out", "x", "--seed", "mine"}, {"--out", "x", "--seed", ""}, {"--out", "x", "--people", "0"}, {"--out", "x", "--rows-per-class", "0"},
		{"--out", "x", "--rows-per-class", "9000000"}, {"--out", "x", "--as-of", "today"}, {"--out", "x", "more"}, {"--out", "x", "--code-percent", "101"}} {
		if code, _, stderr := call(nil, append([]string{"lists", "--labelled"}, args...)...); code != exitUsage || stderr == "" {
			t.Errorf("%v: exit %d, %q", args, code, stderr)
		}
	}
	if _, err := os.Stat("x"); err == nil {
		t.Error("something was written")
	}
	for _, c := range []struct{ lang, want string }{{"ja", "正解ファイル"}, {"en", "truth files"}} {
		if code, stdout, _ := call(nil, "lists", "--help", "--lang", c.lang); code != exitOK || !strings.Contains(stdout, c.want) {
			t.Errorf("exit %d: %s", code, stdout)
		}
	}
}
