package house

import (
	"go/format"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

func TestGofmtHasNothingToSay(t *testing.T) {
	h := loadHouse(t)
	for _, g := range h.goes {
		text := h.texts[g.path]
		want, err := format.Source([]byte(text))
		if err != nil {
			t.Errorf("%s: %v", g.path, err)
		} else if string(want) != text {
			line := 1 + strings.Count(commonPrefix(string(want), text), "\n")
			t.Errorf("%s:%d: not as gofmt writes it", g.path, line)
		}
	}
}

func commonPrefix(a, b string) string {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return a[:n]
}

// What starts goroutines is tested with the race detector by .ci/run.
func TestWhatStartsGoroutinesIsRunUnderTheRaceDetector(t *testing.T) {
	h := loadHouse(t)
	_, after, ok := strings.Cut(h.texts[".ci/run"], "go test -race")
	if !ok {
		t.Fatal(".ci/run does not run the race detector")
	}
	line, _, _ := strings.Cut(strings.ReplaceAll(after, "\\\n", " "), "\n")
	for _, p := range starters() {
		if !slices.Contains(strings.Fields(line), "./"+p) {
			t.Errorf(".ci/run: ./%s is not run under the race detector", p)
		}
	}
}

func TestVetAndStaticcheckHaveNothingToSay(t *testing.T) {
	if testing.Short() {
		t.Skip("builds every package for two tools")
	}
	for _, args := range [][]string{{"vet", "./..."}, {"tool", "staticcheck", "./..."}} {
		cmd := exec.Command("go", args...)
		cmd.Dir = root(t)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("go %s: %v\n%s", strings.Join(args, " "), err, out)
		}
	}
}
