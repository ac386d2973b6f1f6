package crypto

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// tool runs a program that was not written here. Where it is missing the test is
// skipped, but never in CI, where skipping would mean that nobody looks.
func tool(t *testing.T, stdin []byte, name string, args ...string) []byte {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("%s is not installed", name)
		}
		t.Skipf("%s is not installed", name)
	}
	cmd := exec.Command(path, args...)
	cmd.Stdin = bytes.NewReader(stdin)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v: %s", name, err, stderr.String())
	}
	return out
}

func TestStockAgeAndZstdOpenWhatWasSealedHere(t *testing.T) {
	id, other := newIdentity(t), newIdentity(t)
	key := filepath.Join(t.TempDir(), "key")
	f, err := os.OpenFile(key, os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	if err := id.WriteKey(f, "架空の鍵", time.Now()); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	for _, n := range sizes {
		plain := text(n)
		got := tool(t, sealed(t, Seal, plain, other.Recipient(), id.Recipient()), "age", "-d", "-i", key)
		if !bytes.Equal(got, plain) {
			t.Errorf("age opens %d bytes into others", n)
		}
		inner := tool(t, sealed(t, Pack, plain, id.Recipient()), "age", "-d", "-i", key)
		if got := tool(t, inner, "zstd", "-d", "-c"); !bytes.Equal(got, plain) {
			t.Errorf("zstd unpacks %d bytes into others", n)
		}
	}
	if to := strings.TrimSpace(string(tool(t, nil, "age-keygen", "-y", key))); to != id.Recipient().String() {
		t.Errorf("age-keygen says that the public key is another")
	}
}

func TestStockAgeAndZstdSealWhatIsOpenedHere(t *testing.T) {
	key := filepath.Join(t.TempDir(), "key")
	tool(t, nil, "age-keygen", "-o", key)
	f, err := os.Open(key)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	id, err := ParseIdentity(f)
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range sizes {
		plain := text(n)
		file := tool(t, plain, "age", "-r", id.Recipient().String())
		if got, err := open(bytes.NewReader(file), id); err != nil || !bytes.Equal(got, plain) {
			t.Errorf("%d bytes: %v", n, err)
		}
		if got, err := openAt(file, id); err != nil || !bytes.Equal(got, plain) {
			t.Errorf("%d bytes by random access: %v", n, err)
		}
		for _, level := range []string{"-1", "-19"} {
			file = tool(t, tool(t, plain, "zstd", level, "-c"), "age", "-r", id.Recipient().String())
			if got, err := unpack(bytes.NewReader(file), id); err != nil || !bytes.Equal(got, plain) {
				t.Errorf("%d bytes, zstd %s: %v", n, level, err)
			}
		}
	}
}
