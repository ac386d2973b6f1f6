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
	before, now := read("own-full.jsonl"), read("own.jsonl")
	if len(before) == 0 || len(before) != len(now) {
		t.Fatalf("%d rows, then %d", len(before), len(now))
	}
	for i, b := range before {
		if n := now[i]; !reflect.DeepEqual(b, n) { // as explain --json shows it, too
			t.Errorf("row %d: %+v, then %+v", b.No, b, n)
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
