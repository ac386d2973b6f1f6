package passworded

import (
	"bytes"
	"crypto/rand"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// strong is an invented password that the rule lets pass.
const strong = "Kz7#mWq9!Tb2xLd5"

// tool runs a program that was not written here. Where it is missing the test is
// skipped, but never in CI, where skipping would mean that nobody looks.
func tool(t *testing.T, name string, args ...string) ([]byte, error) {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("%s is not installed", name)
		}
		t.Skipf("%s is not installed", name)
	}
	cmd := exec.Command(path, args...)
	cmd.Dir = t.TempDir()
	return cmd.CombinedOutput()
}

func scratch(t testing.TB) *os.File {
	t.Helper()
	f, err := os.Create(filepath.Join(t.TempDir(), "scratch"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

// encrypted writes a package as a workbook.
func encrypted(t testing.TB, plain []byte, password string) []byte {
	t.Helper()
	var out bytes.Buffer
	w, err := NewWorkbook(&out, scratch(t), New(password), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	for p := plain; len(p) > 0; { // in pieces of odd sizes
		n := min(len(p), 1+len(p)/3)
		if _, err := w.Write(p[:n]); err != nil {
			t.Fatal(err)
		}
		p = p[n:]
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// opened reads a workbook whole.
func opened(raw []byte, password string) ([]byte, error) {
	r, size, err := OpenWorkbook(bytes.NewReader(raw), int64(len(raw)), New(password))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(io.NewSectionReader(r, 0, size))
}

func pattern(n int) []byte {
	out := make([]byte, n)
	x := uint32(1)
	for i := range out {
		x = x*1664525 + 1013904223
		out[i] = byte(x >> 24)
	}
	return out
}
