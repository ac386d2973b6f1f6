package answer

import (
	"os"
	"path/filepath"
	"reflect"
	"slices"
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
	for _, version := range []string{"own-full.jsonl", "own-objects.jsonl", "own-arrays.jsonl"} {
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

// What a file has by its number is what the decision table says: a word that it says no
// longer would only make the lines long.
func TestTheWordsOfAnOwnCopyAreThoseOfTheTable(t *testing.T) {
	files, err := filepath.Glob("../verdict/*.go")
	if err != nil {
		t.Fatal(err)
	}
	var source strings.Builder
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		source.Write(text)
	}
	for i, word := range ownWords {
		if !strings.Contains(source.String(), `"`+word+`"`) {
			t.Errorf("package verdict does not say %s", word)
		}
		if slices.Index(ownWords[:], word) != i {
			t.Errorf("%s stands twice", word)
		}
	}
}

func TestAnOwnCopyWithOtherLettersIsMalformed(t *testing.T) {
	const head = `{"words":["四情報一致","合う人がいない"]}` + "\n"
	for _, line := range []string{
		`{"no":1,"looked":[{"grades":"===="}]}`, `{"no":1,"looked":[{"grades":"======"}]}`, `{"no":1,"looked":[{"grades":"====?"}]}`,
		`{"no":1,"looked":[{"grades":7}]}`, `{"no":1,"looked":[{"grades":""}]}`, `{`,
		``, `[`, `[]`, `[01,1,"A","00",[]]`, `[1,-0,"A","00",[]]`, `[1,1,"A","00","F","why","",["=-==="]`, `[1,1,"A","00","F","why","",["=-==="]]]`, `[1,1,"A","00","F","why","",["=-==X"]]`,
		`[1,1,"A","00","F","why","",["=-===Q"]]`, `[1,1,"A","00","F","why","",["=-="]]`, `[1,1,"A","00","F","why","",[["=-===","",[5,0,"",""]]]]`,
		`[1,1,"A","00","F","why","",[["=-===","",[-1,0,"",""]]]]`, `[1,1,"A","00","F","why","",[["=-===",""]`, `[x,1,"A","00",[]]`, `[1,1,"A\q","00",[]]`,
		"[1,1,\"A\tB\",\"00\",[]]", `[1,1,"A","00",["R301"],7]`, `[1,1,"A","00",[7]]`, `[99999999999999999999,1,"A","00",[]]`,
		`["A","00F",0,"","=-===F"]`, `{"words":null}`, `{"words":7}`, `{"words":[7]}`, `{"words":["a"}`,
		head + `["A","00F",2,"","=-===F"]`, head + `["A","00F",-1,"","=-===F"]`, head + `["A","00F",01,"","=-===F"]`, head + `["A","00F",,"","=-===F"]`,
		head + `["A","00F",0,"",["=-===F",[2,2]]]`, head + `["A","00F",0,"",["=-===F",[2,0,"",1,1]]]`, head + `["A","00F",0,"",["=-===F",[2]]]`,
		head + `["A","00F",0,"",["=-===F",[2,0]]`, head + `["A","00F",0,"","=-===F",]`, head + `["A","00F",0]`, head + `[1,1,"A","00","F","why","",["=-==="]]]`,
		head + `["A","0",0,""]`, head + `["A","",0,""]`, head + `["A","77",0,""]`, head + `["A","あいう",0,""]`, head + `["A","80F",["R211"]]`, head + `["A","30R",0,"","=-==="]`,
		head + `["A","00F",0,"98765432103","=-===F7"]`, head + `["A","00F",0,"98765432103",["=-===F",[2,0,"",5]]]`, head + `["A","00F",0,"98765432103",["=-===F",[2,0,"",0]]]`,
		head + `["A","00F","why","",[]]`, head + `["A",0,""]`, head + `["A","00F",0,"","=-===F1F"]`, head + `["A","00F",0,"","=-==11"]`, head + `{"no":1,"row":2}`, head + head,
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
