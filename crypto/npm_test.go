package crypto

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// npmAge runs the age that was written in TypeScript, which knows post-quantum keys
// as Debian's does not. Its packages are fetched by «npm ci» in testdata/age-npm,
// which CI does; where that was not done, the test is skipped.
func npmAge(t *testing.T, stdin []byte, args ...string) []byte {
	t.Helper()
	if testing.Short() {
		t.Skip("starts node many times")
	}
	dir := filepath.Join("..", "testdata", "age-npm")
	if _, err := os.Stat(filepath.Join(dir, "node_modules", "age-encryption")); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("npm ci was not run in %s", dir)
		}
		t.Skipf("npm ci was not run in %s", dir)
	}
	return tool(t, stdin, "node", append([]string{filepath.Join(dir, "age.mjs")}, args...)...)
}

func TestPostQuantumFilesGoBothWaysWithAgeFromNpm(t *testing.T) {
	for kind, make := range map[string]func() (*Identity, error){"pq": NewPostQuantumIdentity, "x25519": NewIdentity} {
		ours, err := make()
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(t.TempDir(), "key")
		f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY, 0o600)
		if err != nil {
			t.Fatal(err)
		}
		if err := ours.WriteKey(f, "架空の鍵", time.Now()); err != nil {
			t.Fatal(err)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
		pair := strings.Fields(string(npmAge(t, nil, "keygen", kind)))
		theirs, err := ParseKeyFile(strings.NewReader(pair[0]), nil)
		if err != nil || theirs.Recipient().String() != pair[1] || theirs.Recipient().PostQuantum() != (kind == "pq") {
			t.Fatalf("%s: their key: %v", kind, err)
		}
		to, err := ParseRecipient(pair[1])
		if err != nil {
			t.Fatalf("%s: their public key: %v", kind, err)
		}
		for _, n := range []int{0, 2*chunk + 17} {
			plain := text(n)
			if got := npmAge(t, sealed(t, Seal, plain, to, ours.Recipient()), "open", path); !bytes.Equal(got, plain) {
				t.Errorf("%s: they open %d bytes into others", kind, n)
			}
			file := npmAge(t, plain, "seal", pair[1], ours.Recipient().String())
			for _, id := range []*Identity{ours, theirs} {
				if got, err := open(bytes.NewReader(file), id); err != nil || !bytes.Equal(got, plain) {
					t.Errorf("%s: what they sealed, %d bytes: %v", kind, n, err)
				}
			}
		}
	}
}
