//go:build unix

package keyring

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"baitai/crypto"
	"baitai/spool"
)

var morning = time.Date(2026, 11, 23, 9, 0, 0, 0, time.FixedZone("JST", 9*3600))

// create makes the keys of a site in a new folder and returns the keys' folder.
func create(t testing.TB) (*Ring, string) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "keys")
	r, err := Create(nil, dir, "福岡県", morning, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return r, dir
}

func same(a, b *Ring) bool {
	return a.Recipient() == b.Recipient() && a.Ledger().Equal(b.Ledger()) && a.Signing().Equal(b.Signing()) &&
		a.MAC().Sum("x") == b.MAC().Sum("x")
}

func TestCreatedKeysAreOpenedAgain(t *testing.T) {
	made, dir := create(t)
	opened, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	if !same(made, opened) {
		t.Error("other keys came back")
	}
	var sealed bytes.Buffer
	w, err := crypto.Seal(&sealed, made.Recipient())
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := crypto.Open(&sealed, opened.Site()); err != nil {
		t.Error(err)
	}
	for name, mode := range map[string]fs.FileMode{
		"keys": 0o700 | fs.ModeDir, "keys/" + SiteName: 0o600, "keys/" + LedgerName: 0o600, "keys/" + SignerName: 0o600, "keys/" + MACName: 0o600,
		"public": 0o755 | fs.ModeDir, "public/" + SitePublicName: 0o644, "public/" + SignerPublicName: 0o644,
	} {
		st, err := os.Stat(filepath.Join(dir, "..", name))
		if err != nil || st.Mode() != mode {
			t.Errorf("%s: %v, %v", name, st.Mode(), err)
		}
	}
	if n := countFiles(t, filepath.Dir(dir)); n != 6 {
		t.Errorf("%d files, want 6", n)
	}
	other, _ := create(t)
	if same(made, other) {
		t.Error("two sites have the same keys")
	}
	made.Signing()[0]++
	if !same(made, opened) {
		t.Error("a caller can change the ring")
	}
}

func countFiles(t *testing.T, dir string) int {
	t.Helper()
	n := 0
	err := filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			n++
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestCreateNeverOverwrites(t *testing.T) {
	made, dir := create(t)
	if _, err := Create(nil, dir, "x", morning, rand.Reader); !errors.Is(err, ErrExists) {
		t.Error(err)
	}
	if again, err := Open(dir); err != nil || !same(made, again) {
		t.Errorf("the keys are others: %v", err)
	}
	empty := filepath.Join(t.TempDir(), "keys")
	if err := os.Symlink("/nowhere", empty); err != nil {
		t.Fatal(err)
	}
	if _, err := Create(nil, empty, "x", morning, rand.Reader); !errors.Is(err, ErrExists) {
		t.Errorf("a dead symlink: %v", err)
	}
	public := filepath.Join(dir, "..", "public")
	if err := made.WritePublic(nil, public); err != nil {
		t.Errorf("the same again: %v", err)
	}
	other, _ := create(t)
	if err := other.WritePublic(nil, public); !errors.Is(err, ErrExists) {
		t.Errorf("others' public keys: %v", err)
	}
}

func TestCreateRefusesOddSites(t *testing.T) {
	for _, site := range []string{"", "a\nb", "a\x1b", "\xff", strings.Repeat("県", 101)} {
		dir := filepath.Join(t.TempDir(), "keys")
		if _, err := Create(nil, dir, site, morning, rand.Reader); !errors.Is(err, ErrSite) {
			t.Errorf("%q: %v", site, err)
		}
	}
	dir := filepath.Join(t.TempDir(), "keys")
	if _, err := Create(nil, dir, "x", morning, bytes.NewReader(make([]byte, 50))); err == nil {
		t.Error("keys without randomness")
	}
	if n := countFiles(t, filepath.Dir(dir)); n != 0 {
		t.Errorf("%d files left", n)
	}
}

var errDisk = errors.New("disk on fire")

func TestCreateIsAllOrNothingAtEveryStep(t *testing.T) {
	var steps []string
	all := spool.NewDisk(func(s string) error { steps = append(steps, s); return nil })
	if _, err := Create(all, filepath.Join(t.TempDir(), "keys"), "x", morning, rand.Reader); err != nil {
		t.Fatal(err)
	}
	if len(steps) < 20 {
		t.Fatalf("only %d steps", len(steps))
	}
	for k, step := range steps {
		for _, dead := range []bool{false, true} {
			dir := filepath.Join(t.TempDir(), "keys")
			n := 0
			disk := spool.NewDisk(func(string) error {
				n++
				if n == k+1 || dead && n > k {
					return errDisk // dead: nothing works any more, not even cleaning up
				}
				return nil
			})
			if _, err := Create(disk, dir, "x", morning, rand.Reader); !errors.Is(err, errDisk) {
				t.Errorf("%d %s fails: %v", k, step, err)
			}
			before, err := Open(dir)
			if err != nil {
				if _, ok := errors.AsType[*MissingError](err); !ok || len(Problems(err)) != 1 {
					t.Errorf("%d %s fails: half a folder: %v", k, step, err)
				}
				// The next try succeeds.
				if _, err := Create(nil, dir, "x", morning, rand.Reader); err != nil {
					t.Errorf("%d %s failed, second try: %v", k, step, err)
				}
			} else if err := before.WritePublic(nil, filepath.Join(dir, "..", "public")); err != nil {
				t.Errorf("%d %s failed, public keys: %v", k, step, err)
			}
			if n := countFiles(t, filepath.Dir(dir)); n != 6 {
				t.Errorf("%d %s failed: %d files in the end", k, step, n)
			}
		}
	}
}

// edit replaces in a file.
func edit(t *testing.T, path, old, new string) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(b), old) {
		t.Fatalf("%q is not in %s", old, filepath.Base(path))
	}
	if err := os.WriteFile(path, []byte(strings.Replace(string(b), old, new, 1)), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestOpenNamesWhatIsWrong(t *testing.T) {
	in := func(dir, name string) string { return filepath.Join(dir, name) }
	for what, c := range map[string]struct {
		spoil func(t *testing.T, dir string) error
		want  error
	}{
		"missing":         {func(_ *testing.T, d string) error { return os.Remove(in(d, MACName)) }, &MissingError{MACName}},
		"no folder":       {func(_ *testing.T, d string) error { return os.RemoveAll(d) }, &MissingError{"."}},
		"group may read":  {func(_ *testing.T, d string) error { return os.Chmod(in(d, SignerName), 0o640) }, &ModeError{SignerName, 0o640}},
		"others may run":  {func(_ *testing.T, d string) error { return os.Chmod(in(d, LedgerName), 0o601) }, &ModeError{LedgerName, 0o601}},
		"folder is open":  {func(_ *testing.T, d string) error { return os.Chmod(d, 0o750) }, &ModeError{".", fs.ModeDir | 0o750}},
		"empty":           {func(_ *testing.T, d string) error { return os.Truncate(in(d, LedgerName), 0) }, &ParseError{LedgerName, 0, ErrCount}},
		"empty age key":   {func(_ *testing.T, d string) error { return os.Truncate(in(d, SiteName), 0) }, &ParseError{SiteName, 0, crypto.ErrNoKey}},
		"too long":        {func(_ *testing.T, d string) error { return os.Truncate(in(d, MACName), keyFileBytesMax+1) }, &ParseError{MACName, 0, ErrSize}},
		"another kind":    {func(_ *testing.T, d string) error { return os.Rename(in(d, LedgerName), in(d, SignerName)) }, &ParseError{SignerName, 3, ErrForm}},
		"a later version": {func(t *testing.T, d string) error { edit(t, in(d, MACName), "KEY-0 ", "KEY-1 "); return nil }, &ParseError{MACName, 3, ErrForm}},
		"spoilt age key": {func(t *testing.T, d string) error {
			edit(t, in(d, SiteName), "SECRET-KEY-1", "SECRET-KEY-1Q")
			return nil
		},
			&ParseError{SiteName, 4, crypto.ErrNotKey}},
		"two keys": {func(t *testing.T, d string) error {
			b, err := os.ReadFile(in(d, MACName))
			if err != nil {
				return err
			}
			return os.WriteFile(in(d, MACName), append(b, b...), 0o600)
		}, &ParseError{MACName, 6, ErrCount}},
		"a symlink": {func(_ *testing.T, d string) error {
			if err := os.Rename(in(d, MACName), in(d, "../real")); err != nil {
				return err
			}
			return os.Symlink("../real", in(d, MACName))
		}, &ModeError{MACName, fs.ModeSymlink | 0o777}},
		"a FIFO": {func(_ *testing.T, d string) error {
			if err := os.Remove(in(d, MACName)); err != nil {
				return err
			}
			return syscall.Mkfifo(in(d, MACName), 0o600)
		}, &ModeError{MACName, fs.ModeNamedPipe | 0o600}},
	} {
		t.Run(what, func(t *testing.T) {
			_, dir := create(t)
			if err := c.spoil(t, dir); err != nil {
				t.Fatal(err)
			}
			r, err := Open(dir)
			if r != nil {
				t.Fatal("opened")
			}
			found := false
			for _, p := range Problems(err) {
				found = found || fmt.Sprintf("%T %v", p, p) == fmt.Sprintf("%T %v", c.want, c.want)
				if strings.Contains(p.Error(), dir) || strings.Contains(p.Error(), "SECRET") {
					t.Errorf("%v says too much", p)
				}
			}
			if !found {
				t.Errorf("%v, want %v", err, c.want)
			}
		})
	}
}

func TestEveryDigitOfAKeyCounts(t *testing.T) {
	_, dir := create(t)
	for name, k := range map[string]kind{LedgerName: ledgerKind, SignerName: signerKind, MACName: macKind} {
		good, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := k.parse(bytes.ReplaceAll(good, []byte("\n"), []byte("\r\n"))); err != nil {
			t.Errorf("%s with CRLF: %v", name, err)
		}
		start := bytes.Index(good, []byte("BAITAI-"))
		for i := start; i < len(good)-1; i++ {
			bad := bytes.Clone(good)
			bad[i]++
			if secret, _, err := k.parse(bad); err == nil || secret != nil {
				t.Errorf("%s: byte %d does not count", name, i)
			}
			if _, _, err := k.parse(good[:i]); err == nil {
				t.Errorf("%s: cut at %d it is still a key", name, i)
			}
		}
	}
}

func TestAllProblemsAreToldAtOnce(t *testing.T) {
	_, dir := create(t)
	for _, err := range []error{
		os.Remove(filepath.Join(dir, SiteName)), os.Chmod(filepath.Join(dir, LedgerName), 0o644), os.Truncate(filepath.Join(dir, SignerName), 3), os.Chmod(dir, 0o755),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	_, err := Open(dir)
	if n := len(Problems(err)); n != 4 {
		t.Errorf("%d problems, want 4: %v", n, err)
	}
	missing, ok := errors.AsType[*MissingError](err)
	if !ok || missing.Name != SiteName {
		t.Error(err)
	}
	if Problems(nil) != nil || len(Problems(errDisk)) != 1 {
		t.Error("Problems of one error or none")
	}
}

func TestKeysOfSomebodyElseAreRefused(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root can give a file away")
	}
	_, dir := create(t)
	if err := os.Chown(filepath.Join(dir, MACName), 65534, -1); err != nil {
		t.Fatal(err)
	}
	_, err := Open(dir)
	if e, ok := errors.AsType[*OwnerError](err); !ok || e.Name != MACName || e.UID != 65534 {
		t.Error(err)
	}
}

func FuzzParseSecret(f *testing.F) {
	var good bytes.Buffer
	if err := macKind.write(&good, "架空", morning, make([]byte, 32)); err != nil {
		f.Fatal(err)
	}
	f.Add(good.Bytes())
	f.Add([]byte("# only a comment\n"))
	f.Add([]byte("BAITAI-MAC-KEY-0  \n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		secret, _, err := macKind.parse(text)
		if (err == nil) != (len(secret) == secretBytes) {
			t.Fatalf("%d bytes, %v", len(secret), err)
		}
	})
}
