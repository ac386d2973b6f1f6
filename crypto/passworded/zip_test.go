package passworded

import (
	"bytes"
	"crypto/rand"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// zipped writes entries a.csv and b.txt.
func zipped(t testing.TB, password string, a, b []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	z, err := NewZip(&out, New(password), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range []struct {
		name  string
		plain []byte
	}{{"a.csv", a}, {"b.txt", b}} {
		w, err := z.Create(e.name)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range [][]byte{e.plain[:len(e.plain)/3], e.plain[len(e.plain)/3:]} {
			if _, err := w.Write(p); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func unzipped(raw []byte, password, name string) ([]byte, error) {
	z, err := OpenZip(bytes.NewReader(raw), int64(len(raw)), New(password))
	if err != nil {
		return nil, err
	}
	r, err := z.Open(name)
	if err != nil {
		return nil, err
	}
	return io.ReadAll(r)
}

func TestAZipIsOpenedAgain(t *testing.T) {
	for _, n := range []int{0, 1, 15, 16, 17, 4096, 70_000, 3_000_000} {
		a, b := pattern(n), []byte(strings.Repeat("架空の人 ", n/7))
		raw := zipped(t, strong, a, b)
		for name, want := range map[string][]byte{"a.csv": a, "b.txt": b} {
			if got, err := unzipped(raw, strong, name); err != nil || !bytes.Equal(got, want) {
				t.Errorf("%s of %d bytes: %d come back, %v", name, n, len(got), err)
			}
		}
	}
	if _, err := unzipped(zipped(t, strong, nil, nil), strong, "c"); !errors.Is(err, ErrDamaged) {
		t.Errorf("an entry that is not there: %v", err)
	}
}

func TestAZipSaysWhatIsWrong(t *testing.T) {
	a := pattern(5000)
	raw := zipped(t, strong, a, a)
	said := 0
	for _, wrong := range []string{"x", strong + " ", "架空"} { // one in 65,536 passes until the code is checked
		if _, err := unzipped(raw, wrong, "a.csv"); errors.Is(err, ErrPassword) {
			said++
		} else if !errors.Is(err, ErrChanged) {
			t.Error(err)
		}
	}
	if said < 2 {
		t.Errorf("a wrong password is said %d times of 3", said)
	}
	for at := 0; at < len(raw); at += 13 {
		bad := bytes.Clone(raw)
		bad[at] ^= 1 << (at % 8)
		if got, err := unzipped(bad, strong, "a.csv"); err == nil && !bytes.Equal(got, a) {
			t.Errorf("bit in byte %d: other content without an error", at)
		}
	}
	bad := bytes.Clone(raw)
	bad[1000] ^= 1
	if _, err := unzipped(bad, strong, "a.csv"); !errors.Is(err, ErrChanged) {
		t.Errorf("one flipped bit: %v", err)
	}
	if _, err := NewZip(io.Discard, Password{}, rand.Reader); !errors.Is(err, ErrPassword) {
		t.Errorf("a zip without a password: %v", err)
	}
	z, err := NewZip(io.Discard, New(strong), strings.NewReader("short"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"", "../a", "架空 太郎.csv", "A.csv", "a/b", ".a", strings.Repeat("a", 65)} {
		if _, err := z.Create(name); !errors.Is(err, ErrBadName) {
			t.Errorf("%q: %v", name, err)
		}
	}
	if _, err := z.Create("a"); err == nil || errors.Is(err, ErrBadName) {
		t.Errorf("without randomness: %v", err)
	}
}

// What may stand in a result is not told by what everybody can read of a zip.
func TestAZipShowsConstantNamesAndTimesOnly(t *testing.T) {
	a := []byte(strings.Repeat("架空 太郎", 100))
	one, two := zipped(t, strong, a, a), zipped(t, strong, a, a)
	if bytes.Equal(one, two) {
		t.Error("the same salt twice")
	}
	if bytes.Contains(one, []byte("架空")) || bytes.Contains(one, []byte(strong)) {
		t.Error("something plain in the archive")
	}
}

func TestStockToolsOpenTheZip(t *testing.T) {
	dir := t.TempDir()
	a, b := pattern(300_000), []byte(strings.Repeat("整理番号,氏名\r\n", 30_000))
	good, bad := filepath.Join(dir, "good.zip"), filepath.Join(dir, "bad.zip")
	raw := zipped(t, strong, a, b)
	changed := bytes.Clone(raw)
	changed[150_000] ^= 1
	for name, content := range map[string][]byte{good: raw, bad: changed} {
		if err := os.WriteFile(name, content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, p := range []struct {
		name string
		args func(password, file, out string) []string
	}{
		{"7zz", func(password, file, out string) []string {
			return []string{"x", "-y", "-p" + password, "-o" + out, file}
		}},
		{"bsdtar", func(password, file, out string) []string {
			return []string{"--passphrase", password, "-x", "-f", file, "-C", out}
		}},
	} {
		out := t.TempDir()
		if said, err := tool(t, p.name, p.args(strong, good, out)...); err != nil {
			t.Errorf("%s: %v: %s", p.name, err, said)
		}
		for name, want := range map[string][]byte{"a.csv": a, "b.txt": b} {
			if got, err := os.ReadFile(filepath.Join(out, name)); err != nil || !bytes.Equal(got, want) {
				t.Errorf("%s: %s has %d bytes, %v", p.name, name, len(got), err)
			}
		}
		if _, err := tool(t, p.name, p.args("wrong", good, t.TempDir())...); err == nil {
			t.Errorf("%s opens it with a wrong password", p.name)
		}
		if _, err := tool(t, p.name, p.args(strong, bad, t.TempDir())...); err == nil {
			t.Errorf("%s does not see a flipped bit", p.name)
		}
	}
}

func TestWhat7ZipEncryptsIsOpened(t *testing.T) {
	dir := t.TempDir()
	a := pattern(100_000)
	name, file := filepath.Join(dir, "a.csv"), filepath.Join(dir, "by-7zip.zip")
	if err := os.WriteFile(name, a, 0o600); err != nil {
		t.Fatal(err)
	}
	for method, want := range map[string]error{"AES256": nil, "AES128": ErrOtherCipher, "ZipCrypto": ErrOldEncryption} {
		if err := os.RemoveAll(file); err != nil {
			t.Fatal(err)
		}
		if said, err := tool(t, "7zz", "a", "-tzip", "-mem="+method, "-p"+strong, file, name); err != nil {
			t.Fatalf("%v: %s", err, said)
		}
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := unzipped(raw, strong, "a.csv"); !errors.Is(err, want) || want == nil && !bytes.Equal(got, a) {
			t.Errorf("%s: %d bytes, %v", method, len(got), err)
		}
	}
}
