package answer

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"baitai/pipeline/verdict"
)

// What earlier versions wrote in full says the same as what is written now.
func TestTheOwnCopyOfEarlierVersionsIsRead(t *testing.T) {
	read := func(name string) []OwnRow {
		f, err := os.Open(filepath.Join("testdata", name))
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		var rows []OwnRow
		for row, err := range ReadOwn(f) {
			if err != nil {
				t.Fatal(err)
			}
			rows = append(rows, row)
		}
		return rows
	}
	now := read("own.jsonl")
	for _, version := range []string{"own-full.jsonl", "own-objects.jsonl"} {
		before := read(version)
		if len(before) == 0 || len(before) != len(now) {
			t.Fatalf("%s: %d rows, now %d", version, len(before), len(now))
		}
		for i, b := range before {
			if n := now[i]; !reflect.DeepEqual(b, n) { // as explain --json shows it, too
				t.Errorf("%s, row %d: %+v, now %+v", version, b.No, b, n)
			}
		}
	}
}

func TestEveryGradeHasALetterOfItsOwn(t *testing.T) {
	if len(gradeLetters) != verdict.GradeCount {
		t.Fatalf("%d letters for %d grades", len(gradeLetters), verdict.GradeCount)
	}
	for i := range gradeLetters {
		if strings.IndexByte(gradeLetters, gradeLetters[i]) != i {
			t.Errorf("%q stands twice", gradeLetters[i])
		}
		letters := strings.Repeat(gradeLetters[i:i+1], verdict.ParticularCount)
		var g OwnGrades
		if err := g.UnmarshalJSON([]byte(`"` + letters + `"`)); err != nil {
			t.Fatal(err)
		}
		if got := (OwnLooked{Grades: g}).Grade("name").Grade; got != verdict.Grade(i).String() {
			t.Errorf("%q is read as %q", letters, got)
		}
	}
}

func TestAnOwnCopyWithOtherLettersIsMalformed(t *testing.T) {
	for _, line := range []string{
		`{"no":1,"looked":[{"grades":"===="}]}`, `{"no":1,"looked":[{"grades":"======"}]}`, `{"no":1,"looked":[{"grades":"====?"}]}`,
		`{"no":1,"looked":[{"grades":7}]}`, `{"no":1,"looked":[{"grades":""}]}`, `{`,
		``, `[`, `[]`, `[01,1,"A","00",[]]`, `[1,-0,"A","00",[]]`, `[1,1,"A","00","F","why","",["=-==="]`, `[1,1,"A","00","F","why","",["=-==="]]]`, `[1,1,"A","00","F","why","",["=-==X"]]`,
		`[1,1,"A","00","F","why","",["=-===Q"]]`, `[1,1,"A","00","F","why","",["=-="]]`, `[1,1,"A","00","F","why","",[["=-===","",[5,0,"",""]]]]`,
		`[1,1,"A","00","F","why","",[["=-===","",[-1,0,"",""]]]]`, `[1,1,"A","00","F","why","",[["=-===",""]`, `[x,1,"A","00",[]]`, `[1,1,"A\q","00",[]]`,
		"[1,1,\"A\tB\",\"00\",[]]", `[1,1,"A","00",["R301"],7]`, `[1,1,"A","00",[7]]`, `[99999999999999999999,1,"A","00",[]]`,
	} {
		n := 0
		for _, err := range ReadOwn(strings.NewReader(line + "\n")) {
			if err == nil {
				t.Errorf("%s is read", line)
			}
			n++
		}
		if n != 1 {
			t.Errorf("%s gives %d rows", line, n)
		}
	}
}
