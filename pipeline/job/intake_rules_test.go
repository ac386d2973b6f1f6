package job_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// INTAKE.md says which test holds which rule for which way in. Each of its names is
// a test that there is, and no rule lacks one for any way.
func TestEveryRuleOfIntakeHasItsTests(t *testing.T) {
	text, err := os.ReadFile("INTAKE.md")
	must(t, err)
	there := testNames(t)
	name := regexp.MustCompile(`Test[A-Z]\w+|\w+\.txtar`)
	rules := 0
	for line := range strings.Lines(string(text)) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		number, err := strconv.Atoi(strings.Fields(cells[0] + " -")[0])
		if err != nil || !strings.HasPrefix(line, "|") {
			continue
		}
		if rules++; number != rules || len(cells) != 4 {
			t.Fatalf("rule %d has %d cells where rule %d belongs", number, len(cells), rules)
		}
		for i, cell := range cells[1:] {
			named := name.FindAllString(cell, -1)
			if len(named) == 0 {
				t.Errorf("rule %d has no test for way %d", number, i+1)
			}
			for _, n := range named {
				if !there[n] {
					t.Errorf("rule %d names %s, which is no test", number, n)
				}
			}
		}
	}
	if rules != 12 {
		t.Errorf("%d rules, not 12", rules)
	}
}

// testNames are the tests and scripts of the program.
func testNames(t *testing.T) map[string]bool {
	t.Helper()
	names, declared := map[string]bool{}, regexp.MustCompile(`(?m)^func (Test\w+)\(`)
	must(t, filepath.WalkDir("../..", func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && strings.HasPrefix(d.Name(), ".git"):
			return fs.SkipDir
		case strings.HasSuffix(path, ".txtar"):
			names[d.Name()] = true
		case strings.HasSuffix(path, "_test.go"):
			raw, err := os.ReadFile(path)
			for _, m := range declared.FindAllSubmatch(raw, -1) {
				names[string(m[1])] = true
			}
			return err
		}
		return nil
	}))
	return names
}
