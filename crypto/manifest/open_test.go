package manifest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"baitai/crypto"
)

// A result is a folder in memory with all that belongs in it.
type result struct {
	fs       fstest.MapFS
	m        *Manifest
	office   *crypto.Identity
	plain    map[string][]byte
	signers  string
	contents []byte // not sealed
}

func newResult(t testing.TB) *result {
	t.Helper()
	id, err := crypto.NewIdentity()
	if err != nil {
		t.Fatal(err)
	}
	r := &result{fs: fstest.MapFS{}, m: sample(), office: id, plain: map[string][]byte{
		"照会結果 1.csv": bytes.Repeat([]byte("1,00,架空 太郎\r\n"), 20000), "totals.txt": []byte("合計 20000\n"),
	}, signers: line(t, "fukuoka.example", 1)}
	r.m.OfficeKeys = []string{id.Recipient().Fingerprint()}
	r.m.Files = nil
	c := sampleContents()
	c.Files = nil
	add := func(name string, seal func(io.Writer, ...crypto.Recipient) (io.WriteCloser, error), plain []byte) {
		var b bytes.Buffer
		d := crypto.NewDigester(&b)
		w, err := seal(d, id.Recipient())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(plain); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		r.fs[name] = &fstest.MapFile{Data: b.Bytes()}
		r.m.Files = append(r.m.Files, File{name, d.Digest().Hex(), d.Digest().Bytes})
		if name != ContentsName {
			sum, err := crypto.DigestOf(bytes.NewReader(plain))
			if err != nil {
				t.Fatal(err)
			}
			plainName := strings.TrimSuffix(strings.TrimSuffix(name, ".age"), ".zst")
			c.Files = append(c.Files, Content{plainName, name, sum.Hex(), sum.Bytes, 0, 0, 0})
		}
	}
	add("照会結果 1.csv.zst.age", crypto.Pack, r.plain["照会結果 1.csv"])
	add("totals.txt.age", crypto.Seal, r.plain["totals.txt"])
	text, err := c.Encode()
	if err != nil {
		t.Fatal(err)
	}
	r.contents = text
	add(ContentsName, crypto.Seal, text)
	r.sign(t)
	r.fs[ProofName] = &fstest.MapFile{Data: []byte("proof")}
	return r
}

func (r *result) sign(t testing.TB) {
	t.Helper()
	text := encoded(t, r.m)
	sig, err := Sign(text, testKey(1))
	if err != nil {
		t.Fatal(err)
	}
	r.fs[Name], r.fs[SignatureName] = &fstest.MapFile{Data: text}, &fstest.MapFile{Data: sig}
}

func TestAResultIsReadCheckedAndOpened(t *testing.T) {
	r := newResult(t)
	m, err := Read(r.fs, signers(t, r.signers), noon)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(m.CheckFolder(r.fs), m.CheckOffice("税務課", r.office.Recipient())); err != nil {
		t.Fatal(err)
	}
	dst := t.TempDir()
	c, err := m.OpenInto(dst, r.fs, r.office)
	if err != nil || len(c.Files) != 2 {
		t.Fatal(err)
	}
	for name, want := range r.plain {
		if got, err := os.ReadFile(filepath.Join(dst, name)); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%v, or other bytes", err)
		}
	}
	if _, err := m.OpenInto(dst, r.fs, r.office); !errors.Is(err, crypto.ErrExists) {
		t.Errorf("a second time: %v", err)
	}
	if entries, err := os.ReadDir(dst); err != nil || len(entries) != 2 {
		t.Errorf("a second time: %d files left, %v", len(entries), err)
	}
}

func TestAWrongResultIsNamedAndNotOpened(t *testing.T) {
	flip := func(b []byte) []byte { b = bytes.Clone(b); b[len(b)/2] ^= 1; return b }
	for name, c := range map[string]struct {
		spoil func(r *result)
		want  error // of CheckFolder
		opens bool
	}{
		"whole":           {func(*result) {}, nil, true},
		"without proof":   {func(r *result) { delete(r.fs, ProofName) }, nil, true},
		"a bit":           {func(r *result) { r.fs["totals.txt.age"].Data = flip(r.fs["totals.txt.age"].Data) }, ErrDigest, false},
		"a bit of a list": {func(r *result) { f := r.fs["照会結果 1.csv.zst.age"]; f.Data = flip(f.Data) }, ErrDigest, false},
		"cut":             {func(r *result) { f := r.fs["totals.txt.age"]; f.Data = f.Data[:len(f.Data)-1] }, ErrSize, false},
		"lengthened":      {func(r *result) { f := r.fs["totals.txt.age"]; f.Data = append(f.Data, 0) }, ErrSize, false},
		"missing":         {func(r *result) { delete(r.fs, "totals.txt.age") }, ErrMissing, false},
		"no contents":     {func(r *result) { delete(r.fs, ContentsName) }, ErrMissing, false},
		"more than listed": {func(r *result) { r.fs["架空太郎.csv"] = &fstest.MapFile{} },
			ErrNotListed, true},
		"a folder more":         {func(r *result) { r.fs["架空太郎/a"] = &fstest.MapFile{} }, ErrNotListed, true},
		"sealed anew":           {func(r *result) { r.reseal(t, "totals.txt.age", "合計 20001\n") }, ErrDigest, false},
		"the same, sealed anew": {func(r *result) { r.reseal(t, "totals.txt.age", string(r.plain["totals.txt"])) }, ErrDigest, false},
		"contents sealed anew":  {func(r *result) { r.reseal(t, ContentsName, string(r.contents)) }, ErrDigest, false},
		"swapped":               {func(r *result) { r.fs["totals.txt.age"] = r.fs["照会結果 1.csv.zst.age"] }, ErrSize, false},
		"contents' bit":         {func(r *result) { r.fs[ContentsName].Data = flip(r.fs[ContentsName].Data) }, ErrDigest, false},
		"all of it wrong":       {func(r *result) { r.fs = fstest.MapFS{} }, ErrMissing, false},
	} {
		r := newResult(t)
		c.spoil(r)
		err := r.m.CheckFolder(r.fs)
		if !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
		if err != nil && strings.Contains(err.Error(), "架空") {
			t.Errorf("%s: a name that somebody else gave is printed", name)
		}
		if c.want != nil {
			if e, ok := errors.AsType[*FileError](err); !ok || e.Name == "" {
				t.Errorf("%s: no FileError", name)
			}
		}
		dst := t.TempDir()
		contents, err := r.m.OpenInto(dst, r.fs, r.office)
		entries, _ := os.ReadDir(dst)
		if (err == nil) != c.opens || (contents == nil) != (err != nil) || err != nil && len(entries) > 0 {
			t.Errorf("%s: opening says %v and leaves %d files", name, err, len(entries))
		}
	}
}

// reseal puts other bytes, well sealed, in the place of a file: what anybody can
// do who knows the office's public key.
func (r *result) reseal(t *testing.T, name, text string) {
	t.Helper()
	var b bytes.Buffer
	w, err := crypto.Seal(&b, r.office.Recipient())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(w, text); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	r.fs[name] = &fstest.MapFile{Data: b.Bytes()}
}

func TestSealedContentsMustAgreeWithWhatIsInside(t *testing.T) {
	// The outer digests are right, the inner ones are not: a fault of the sender.
	r := newResult(t)
	r.reseal(t, "totals.txt.age", "合計 99999\n")
	sum, err := crypto.DigestOf(bytes.NewReader(r.fs["totals.txt.age"].Data))
	if err != nil {
		t.Fatal(err)
	}
	for i := range r.m.Files {
		if r.m.Files[i].Name == "totals.txt.age" {
			r.m.Files[i].SHA256, r.m.Files[i].Bytes = sum.Hex(), sum.Bytes
		}
	}
	r.sign(t)
	m, err := Read(r.fs, signers(t, r.signers), noon)
	if err != nil {
		t.Fatal(err)
	}
	dst := t.TempDir()
	if _, err := m.OpenInto(dst, r.fs, r.office); !errors.Is(err, ErrDigest) {
		t.Error(err)
	}
	if entries, _ := os.ReadDir(dst); len(entries) > 0 {
		t.Errorf("%d files left", len(entries))
	}
	wrong, err := crypto.NewIdentity()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := m.OpenInto(dst, r.fs, wrong); !errors.Is(err, crypto.ErrNoMatch) {
		t.Errorf("another key: %v", err)
	}
}

func TestReadTellsWhatIsMissing(t *testing.T) {
	for _, name := range []string{Name, SignatureName} {
		r := newResult(t)
		delete(r.fs, name)
		_, err := Read(r.fs, signers(t, r.signers), noon)
		if e, ok := errors.AsType[*FileError](err); !ok || e.Name != name || e.Err != ErrMissing {
			t.Errorf("%s: %v", name, err)
		}
		r.fs[name] = &fstest.MapFile{Data: make([]byte, bytesMax+1)}
		if _, err := Read(r.fs, signers(t, r.signers), noon); !errors.Is(err, ErrTooLarge) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestTheRecipeInFormatMDWorks runs the lines that an office is told to type.
func TestTheRecipeInFormatMDWorks(t *testing.T) {
	for _, tool := range []string{"bash", "ssh-keygen", "sha256sum", "age", "zstd", "sed"} {
		if _, err := exec.LookPath(tool); err != nil {
			if os.Getenv("CI") == "true" {
				t.Fatal(err)
			}
			t.Skipf("%s is not installed", tool)
		}
	}
	format, err := os.ReadFile("FORMAT.md")
	if err != nil {
		t.Fatal(err)
	}
	script := regexp.MustCompile("(?s)```sh\n(.*?)```").FindSubmatch(format)
	if script == nil {
		t.Fatal("no recipe")
	}
	run := func(spoil func(dir string) error) error {
		r, dir := newResult(t), t.TempDir()
		if err := os.CopyFS(dir, r.fs); err != nil {
			t.Fatal(err)
		}
		var key bytes.Buffer
		if err := r.office.WriteKey(&key, "", noon); err != nil {
			t.Fatal(err)
		}
		keyFile := filepath.Join(t.TempDir(), "office.key")
		if err := os.WriteFile(keyFile, key.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "allowed_signers"), []byte(r.signers), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := spoil(dir); err != nil {
			t.Fatal(err)
		}
		// totals.txt is not packed: the recipe's loop passes it over.
		text := "set -e -o pipefail\n" + string(script[1])
		text = strings.Replace(text, "for f in", "age -d -i \"$KEY\" totals.txt.age > totals.txt\nfor f in", 1)
		cmd := exec.Command("bash", "-c", text)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "SITE=fukuoka.example", "KEY="+keyFile)
		out, err := cmd.CombinedOutput()
		if err != nil {
			return fmt.Errorf("%w: %s", err, out)
		}
		for name, want := range r.plain {
			if got, err := os.ReadFile(filepath.Join(dir, name)); err != nil || !bytes.Equal(got, want) {
				t.Errorf("%s: %v, or other bytes", name, err)
			}
		}
		return nil
	}
	if err := run(func(string) error { return nil }); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{Name, "totals.txt.age"} {
		err := run(func(dir string) error {
			b, err := os.ReadFile(filepath.Join(dir, name))
			if err != nil {
				return err
			}
			return os.WriteFile(filepath.Join(dir, name), bytes.Replace(b, b[len(b)/2:len(b)/2+1], []byte("~"), 1), 0o600)
		})
		if err == nil {
			t.Errorf("%s is changed and nobody notices", name)
		}
	}
}
