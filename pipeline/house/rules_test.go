package house

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/rogpeppe/go-internal/txtar"
)

// A rule reads the house and says where it is broken.
type rule func(*house) []finding

// rules gives each rule under the name that findings and exceptions bear.
func rules() map[string]rule {
	return map[string]rule{
		"floor":      floorRule,
		"apart":      apartRule,
		"library":    libraryRule,
		"init":       initRule,
		"state":      stateRule,
		"exit":       exitRule,
		"clock":      clockRule,
		"random":     randomRule,
		"reveal":     revealRule,
		"goroutine":  goroutineRule,
		"workbook":   workbookRule,
		"function":   functionRule,
		"file":       fileRule,
		"package":    packageRule,
		"english":    englishRule,
		"skip":       skipRule,
		"unfinished": unfinishedRule,
		"machine":    machineRule,
		"format":     formatRule,
		"top":        topRule,
	}
}

// exceptionsMost is how many lines exceptions.txt has. It may only go down.
const exceptionsMost = 11

// An exception lets one finding pass: rule, file, key and the reason.
type exception struct {
	rule, file, key, why string
	line                 int
}

func readExceptions(text string) ([]exception, error) {
	var out []exception
	for i, l := range strings.Split(text, "\n") {
		if l == "" || strings.HasPrefix(l, "#") {
			continue
		}
		f := strings.Split(l, "\t")
		if len(f) != 4 || slices.Contains(f, "") {
			return nil, fmt.Errorf("exceptions.txt:%d: want rule, file, key and why, with tabs between", i+1)
		}
		out = append(out, exception{f[0], f[1], f[2], f[3], i + 1})
	}
	return out, nil
}

// unexcused gives the findings that no exception names, and the exceptions that
// no finding needs.
func unexcused(found []finding, list []exception) (bad []finding, idle []exception) {
	used := make([]bool, len(list))
	for _, f := range found {
		i := slices.IndexFunc(list, func(e exception) bool { return e.rule == f.rule && e.file == f.file && e.key == f.key })
		if i < 0 {
			bad = append(bad, f)
			continue
		}
		used[i] = true
	}
	for i, e := range list {
		if !used[i] {
			idle = append(idle, e)
		}
	}
	return bad, idle
}

func TestEveryRuleHolds(t *testing.T) {
	h := loadHouse(t)
	raw, err := os.ReadFile("exceptions.txt")
	if err != nil {
		t.Fatal(err)
	}
	list, err := readExceptions(string(raw))
	if err != nil {
		t.Fatal(err)
	}
	if len(list) != exceptionsMost {
		t.Errorf("exceptions.txt has %d lines, exceptionsMost says %d: the list may only shrink, and the number with it", len(list), exceptionsMost)
	}
	var found []finding
	for _, r := range rules() {
		found = append(found, r(h)...)
	}
	bad, idle := unexcused(found, list)
	slices.SortFunc(bad, func(a, b finding) int { return strings.Compare(a.String(), b.String()) })
	for _, f := range bad {
		t.Errorf("%v (key %q)", f, f.key)
	}
	for _, e := range idle {
		t.Errorf("exceptions.txt:%d: nothing breaks the rule %s in %s any more: take the line out", e.line, e.rule, e.file)
	}
}

// Every rule is shown a small house that breaks it. A line that ends in
// «want RULE» must be found, once for each name, and no other line may be.
func TestEveryRuleFindsWhatBreaksIt(t *testing.T) {
	a, err := txtar.ParseFile("testdata/broken.txtar")
	if err != nil {
		t.Fatal(err)
	}
	marks := regexp.MustCompile(`\^| *«want [a-z ]*»`)
	fsys, want := make(fstest.MapFS), make(map[string]bool)
	for _, f := range a.Files {
		fsys[f.Name] = &fstest.MapFile{Data: marks.ReplaceAll(f.Data, nil)}
		for i, l := range strings.Split(string(f.Data), "\n") {
			_, names, ok := strings.Cut(l, "«want ")
			if !ok {
				continue
			}
			names, _, _ = strings.Cut(names, "»")
			for _, n := range strings.Fields(names) {
				want[fmt.Sprintf("%s:%d: %s", f.Name, i+1, n)] = false
			}
		}
	}
	h, err := load(fsys)
	if err != nil {
		t.Fatal(err)
	}
	shown := make(map[string]bool)
	for name, r := range rules() {
		for _, f := range r(h) {
			if f.rule != name {
				t.Errorf("the rule %s calls itself %s", name, f.rule)
			}
			k := fmt.Sprintf("%s:%d: %s", f.file, f.line, f.rule)
			if _, ok := want[k]; !ok {
				t.Errorf("found, but not wanted: %v", f)
			}
			want[k], shown[name] = true, true
		}
		if !shown[name] {
			t.Errorf("nothing in broken.txtar breaks the rule %s", name)
		}
	}
	for k, ok := range want {
		if !ok {
			t.Errorf("wanted, but not found: %s", k)
		}
	}
}

func TestExceptionsMayOnlyShrink(t *testing.T) {
	list, err := readExceptions("# why\n\nclock\ta.go\ttime.Now\tbecause\nclock\tb.go\ttime.Now\tno more\n")
	if err != nil {
		t.Fatal(err)
	}
	bad, idle := unexcused([]finding{{"clock", "a.go", 3, "time.Now", ""}, {"clock", "a.go", 4, "time.Since", ""}}, list)
	if len(bad) != 1 || bad[0].line != 4 || len(idle) != 1 || idle[0].file != "b.go" {
		t.Errorf("bad %v, idle %v", bad, idle)
	}
	if _, err := readExceptions("clock\ta.go\ttime.Now\n"); err == nil {
		t.Error("an exception without a reason was taken")
	}
}
