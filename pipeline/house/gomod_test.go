package house

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/mod/modfile"
)

// groups are the three blocks of go.mod, by the first word of their comments.
var groups = [...]string{"Program", "Tests", "Tools"}

func readGoMod(t *testing.T) *modfile.File {
	t.Helper()
	name := filepath.Join(root(t), "go.mod")
	raw, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	f, err := modfile.Parse(name, raw, nil)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// required gives the modules of each block of requirements.
func required(t *testing.T, f *modfile.File) map[string][]string {
	t.Helper()
	out, n := make(map[string][]string), 0
	for _, s := range f.Syntax.Stmt {
		switch b := s.(type) {
		case *modfile.Line:
			if b.Token[0] == "require" {
				t.Errorf("go.mod:%d: a requirement outside the three blocks", b.Start.Line)
			}
		case *modfile.LineBlock:
			if b.Token[0] != "require" {
				continue
			}
			if n == len(groups) {
				t.Fatalf("go.mod:%d: a fourth block of requirements", b.Start.Line)
			}
			if c := b.Before; len(c) == 0 || !strings.HasPrefix(c[0].Token, "// "+groups[n]) {
				t.Errorf("go.mod:%d: the comment of this block begins with %q", b.Start.Line, "// "+groups[n])
			}
			for _, l := range b.Line {
				out[groups[n]] = append(out[groups[n]], l.Token[0])
			}
			n++
		}
	}
	if n != len(groups) {
		t.Errorf("go.mod has %d blocks of requirements, not %d", n, len(groups))
	}
	return out
}

// modulesOf asks the go command which modules packages are built from.
func modulesOf(t *testing.T, args ...string) map[string]bool {
	t.Helper()
	out := make(map[string]bool)
	// A program of one system needs modules that another does not.
	for _, system := range []string{"linux", "windows", "darwin"} {
		cmd := exec.Command("go", append([]string{"list", "-e", "-deps", "-f", "{{with .Module}}{{if not .Main}}{{.Path}}{{end}}{{end}}"}, args...)...)
		cmd.Dir, cmd.Env = root(t), append(os.Environ(), "CGO_ENABLED=0", "GOOS="+system)
		raw, err := cmd.Output()
		if err != nil {
			t.Fatalf("go list %q: %v", args, err)
		}
		for _, m := range strings.Fields(string(raw)) {
			out[m] = true
		}
	}
	return out
}

// A requirement stands in the first group that needs it: what is built into a
// program, what tests import, what go tool runs. What none of them imports, but
// the graph of modules needs, stands with the group that brought it.
func TestGoModStandsInThreeGroups(t *testing.T) {
	f := readGoMod(t)
	blocks := required(t, f)
	program := modulesOf(t, "./...")
	tests := modulesOf(t, "-test", "./...")
	var tools []string
	for _, l := range f.Tool {
		tools = append(tools, l.Path)
	}
	if len(tools) == 0 {
		t.Fatal("go.mod names no tools")
	}
	tool := modulesOf(t, tools...)
	for group, modules := range blocks {
		for _, m := range modules {
			want := group
			switch {
			case program[m]:
				want = "Program"
			case tests[m]:
				want = "Tests"
			case tool[m]:
				want = "Tools"
			}
			if want != group {
				t.Errorf("go.mod: %s belongs in the block %q, not %q", m, want, group)
			}
		}
		if !slices.IsSorted(modules) {
			t.Errorf("go.mod: the block %q is not sorted", group)
		}
	}
}

// Tidy marks what is imported directly and what is not, and knows what is missing.
func TestGoModIsTidy(t *testing.T) {
	if testing.Short() {
		t.Skip("go mod tidy reads the whole graph of modules")
	}
	for _, dir := range []string{".", "spool/ledger/interop", "crypto/manifest/interop"} {
		cmd := exec.Command("go", "mod", "tidy", "-diff")
		cmd.Dir = filepath.Join(root(t), dir)
		out, err := cmd.CombinedOutput()
		if err != nil && os.Getenv("CI") == "" && !strings.Contains(string(out), "diff current/") {
			// Tidy also wants what the tests of libraries import.
			t.Skipf("the modules cannot be had here: %s", out)
		}
		if err != nil {
			t.Errorf("%s: go mod tidy -diff: %v\n%s", dir, err, out)
		}
	}
}
