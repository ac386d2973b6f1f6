package crypto

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// leftIn names what lies in dir.
func leftIn(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

func TestOpenFilePutsTheWholeFileUnderItsName(t *testing.T) {
	id := newIdentity(t)
	for name, c := range map[string]struct {
		seal sealer
		to   func(string, string, io.Reader, int64, ...*Identity) (Digest, error)
	}{"OpenFile": {Seal, OpenFile}, "UnpackFile": {Pack, UnpackFile}} {
		for _, n := range sizes {
			dir, plain := t.TempDir(), text(n)
			sum, err := c.to(dir, "照会結果 1.csv", bytes.NewReader(sealed(t, c.seal, plain, id.Recipient())), int64(n), id)
			if err != nil {
				t.Fatalf("%s, %d bytes: %v", name, n, err)
			}
			got, err := os.ReadFile(filepath.Join(dir, "照会結果 1.csv"))
			if err != nil || !bytes.Equal(got, plain) {
				t.Fatalf("%s, %d bytes: another file: %v", name, n, err)
			}
			if want, _ := DigestOf(bytes.NewReader(plain)); sum != want {
				t.Errorf("%s, %d bytes: digest %v", name, n, sum)
			}
			st, err := os.Stat(filepath.Join(dir, "照会結果 1.csv"))
			if err != nil || st.Mode() != 0o600 {
				t.Errorf("%s: mode %v, %v", name, st.Mode(), err)
			}
			if left := leftIn(t, dir); len(left) != 1 {
				t.Errorf("%s: %d files in the folder", name, len(left))
			}
		}
	}
}

func TestOpenFileKeepsToItsLimitAndLeavesNothing(t *testing.T) {
	id := newIdentity(t)
	for _, n := range []int{1, 100, chunk, 2*chunk + 1} {
		dir := t.TempDir()
		_, err := OpenFile(dir, "a", bytes.NewReader(sealed(t, Seal, text(n), id.Recipient())), int64(n-1), id)
		if !errors.Is(err, ErrTooLarge) {
			t.Errorf("%d bytes: %v", n, err)
		}
		_, err = UnpackFile(dir, "a", bytes.NewReader(sealed(t, Pack, text(n), id.Recipient())), int64(n-1), id)
		if !errors.Is(err, ErrTooLarge) {
			t.Errorf("%d bytes packed: %v", n, err)
		}
		if left := leftIn(t, dir); len(left) > 0 {
			t.Errorf("%d bytes: %d files left", n, len(left))
		}
	}
}

func TestNoFileIsOverwritten(t *testing.T) {
	dir := t.TempDir()
	kept := filepath.Join(dir, "a")
	for what, make := range map[string]func() error{
		"a file":         func() error { return os.WriteFile(kept, []byte("old"), 0o600) },
		"a folder":       func() error { return os.Mkdir(kept, 0o700) },
		"a dead symlink": func() error { return os.Symlink("/nowhere", kept) },
	} {
		if err := make(); err != nil {
			t.Fatal(err)
		}
		if _, err := Save(dir, "a", strings.NewReader("new"), 10); !errors.Is(err, ErrExists) {
			t.Errorf("%s: %v", what, err)
		}
		if b, err := os.ReadFile(kept); what == "a file" && string(b) != "old" {
			t.Errorf("overwritten: %v", err)
		}
		if left := leftIn(t, dir); len(left) != 1 {
			t.Errorf("%s: %d files left", what, len(left))
		}
		if err := os.Remove(kept); err != nil {
			t.Fatal(err)
		}
	}
}

func TestNoNameLeavesTheFolder(t *testing.T) {
	outer := t.TempDir()
	dir := filepath.Join(outer, "in")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{
		"", ".", "..", "../a", "a/b", "/a", `a\b`, `..\a`, "a:b", "a\x00", "a\nb", "a\x1b[2J", ".hidden", "a.", "a ", "\xff",
		strings.Repeat("a", 256), "x/../../a", "a*", "<a", "a|b", "a\u202egnp.exe", "a\u2028",
	} {
		if _, err := Save(dir, name, strings.NewReader("x"), 10); !errors.Is(err, ErrName) {
			t.Errorf("%q: %v", name, err)
		}
	}
	if n := len(leftIn(t, dir)) + len(leftIn(t, outer)); n != 1 {
		t.Errorf("%d entries, want the folder alone", n)
	}
	if _, err := Save(filepath.Join(outer, "架空"), "a", strings.NewReader("x"), 10); !errors.Is(err, os.ErrNotExist) || strings.Contains(err.Error(), "架空") {
		t.Errorf("no such folder: %v", err)
	}
}

func TestSaveIsAllOrNothingAtEveryStep(t *testing.T) {
	count := 0
	if _, err := save(t.TempDir(), "a", strings.NewReader("text"), 10, func(string) error { count++; return nil }); err != nil {
		t.Fatal(err)
	}
	if count < 7 {
		t.Fatalf("only %d steps", count)
	}
	for k := range count {
		dir, n, failed := t.TempDir(), 0, ""
		sum, err := save(dir, "a", strings.NewReader("text"), 10, func(step string) error {
			if n++; n == k+1 {
				failed = step
				return errDisk
			}
			return nil
		})
		if !errors.Is(err, errDisk) || sum != (Digest{}) {
			t.Errorf("%s fails: %v", failed, err)
		}
		if left := leftIn(t, dir); len(left) > 0 {
			t.Errorf("%s fails: %d files left", failed, len(left))
		}
	}
	// Stopped dead instead, as by a power cut: the file is whole or absent.
	for k := range count {
		dir, n := t.TempDir(), 0
		func() {
			defer func() { _ = recover() }()
			_, _ = save(dir, "a", strings.NewReader("text"), 10, func(string) error {
				if n++; n == k+1 {
					panic("dead")
				}
				return nil
			})
		}()
		b, err := os.ReadFile(filepath.Join(dir, "a"))
		if err == nil && string(b) != "text" {
			t.Errorf("stopped at step %d: half a file", k)
		}
	}
}

func TestAFaultOfTheSourceLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	if _, err := Save(dir, "a", &limited{strings.NewReader("text and more"), 4}, 100); err != errDisk {
		t.Error(err)
	}
	if left := leftIn(t, dir); len(left) > 0 {
		t.Errorf("%d files left", len(left))
	}
}

func TestFolderWithoutLinksGetsTheFileByRename(t *testing.T) {
	// What publish does on FAT: the name is reserved, then taken.
	dir := t.TempDir()
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	if err := root.WriteFile("temp", []byte("text"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := publishByRename(root, "temp", "a"); err != nil {
		t.Fatal(err)
	}
	if b, err := root.ReadFile("a"); err != nil || string(b) != "text" {
		t.Errorf("%q, %v", b, err)
	}
	if err := root.WriteFile("temp", []byte("other"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := publishByRename(root, "temp", "a"); !errors.Is(err, ErrExists) {
		t.Errorf("second time: %v", err)
	}
	if err := publishByRename(root, "gone", "b"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("nothing to rename: %v", err)
	}
	if _, err := root.Stat("b"); err == nil {
		t.Error("the reserved name is left")
	}
}
