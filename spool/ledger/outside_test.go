package ledger

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// recipe is the one in FORMAT.md: a ledger is verified with openssl and the hash
// function of Python, without any code of this program.
func recipe(t *testing.T) string {
	t.Helper()
	text := string(must[[]byte](t)(os.ReadFile("FORMAT.md")))
	_, rest, _ := strings.Cut(text, "```sh\n")
	script, _, found := strings.Cut(rest, "```")
	if !found {
		t.Fatal("FORMAT.md has no recipe")
	}
	return script
}

func runRecipe(t *testing.T, dir string) (string, error) {
	t.Helper()
	for _, tool := range []string{"sh", "openssl", "python3"} {
		if _, err := exec.LookPath(tool); err != nil {
			if os.Getenv("CI") == "true" {
				t.Fatalf("%s is not installed", tool)
			}
			t.Skipf("%s is not installed", tool)
		}
	}
	cmd := exec.Command("sh", "-e", "-s", dir, testVKey(t))
	cmd.Stdin = strings.NewReader(recipe(t))
	cmd.Dir = t.TempDir()
	out, err := cmd.CombinedOutput()
	return string(out), err
}

func TestOpenSSLAndPythonVerifyALedger(t *testing.T) {
	for _, n := range []int{0, 1, 2, 255, 256, 257, 700} {
		l := create(t, filepath.Join(t.TempDir(), "ledger"))
		must[int64](t)(l.Append(testEntries(0, n)...))
		ok(t, l.Publish())
		out, err := runRecipe(t, l.dir)
		if want := fmt.Sprintf("%d entries, root agrees", n); err != nil || !strings.Contains(out, want) {
			t.Errorf("%d entries: %v\n%s", n, err, out)
		}
	}
}

func TestOpenSSLAndPythonSeeAChange(t *testing.T) {
	for name, at := range map[string]int{"tile/entries/000": 40, "checkpoint": len(testOrigin) + 8} {
		l := create(t, filepath.Join(t.TempDir(), "ledger"))
		must[int64](t)(l.Append(testEntries(0, 300)...))
		ok(t, l.Publish())
		data := snapshot(t, l.dir)[name].Data
		data[at] ^= 1
		ok(t, os.WriteFile(filepath.Join(l.dir, name), data, 0o640))
		if out, err := runRecipe(t, l.dir); err == nil {
			t.Errorf("%s was changed:\n%s", name, out)
		}
	}
}
