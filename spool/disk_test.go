//go:build linux

package spool_test

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"baitai/spool"
	"baitai/spool/spooltest"
)

func text(s string) func(io.Writer) error {
	return func(w io.Writer) error { _, err := io.WriteString(w, s); return err }
}

func content(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return ""
	}
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// TestWhatIsCheckedIsWhatHasTheName: the check reads what was written, also through a
// name, and another file that took that name is noticed.
func TestWhatIsCheckedIsWhatHasTheName(t *testing.T) {
	for _, d := range []*spool.Disk{nil, spool.NewDisk(nil).WithoutTmpfile()} {
		var got []byte
		err := d.PutChecked(t.TempDir(), "a", 0o600, text("what was written"), func(back io.ReaderAt) (err error) {
			got, err = io.ReadAll(io.NewSectionReader(back, 0, 100))
			return err
		})
		if err != nil || string(got) != "what was written" {
			t.Errorf("%q, %v", got, err)
		}
	}
	dir := t.TempDir()
	disk := spool.NewDisk(func(step string) error {
		if step != "create:check" {
			return nil
		}
		temps, err := filepath.Glob(filepath.Join(dir, ".tmp-*"))
		if err != nil || len(temps) != 1 {
			return errors.New("no temp")
		}
		return errors.Join(os.Remove(temps[0]), os.Symlink("/etc/passwd", temps[0]))
	}).WithoutTmpfile()
	err := disk.PutChecked(dir, "a", 0o600, text("x"), func(io.ReaderAt) error { t.Error("another file was checked"); return nil })
	if !errors.Is(err, spool.ErrSymlink) || content(t, filepath.Join(dir, "a")) != "" {
		t.Errorf("got %v", err)
	}
}

// TestAFileSystemIsFlushed or it is said that it was not.
func TestAFileSystemIsFlushed(t *testing.T) {
	spooltest.EveryStep(t, func(d *spool.Disk, dir string) error { return d.SyncFS(dir) }, func(t *testing.T, _ string, o spooltest.Outcome) {
		if sync, failed := errors.AsType[*spool.SyncError](o.Err); failed != (o.Step == "fail syncfs:syncfs#1") {
			t.Errorf("%s: %v", o.Step, sync)
		}
	})
	if err := (*spool.Disk)(nil).SyncFS(filepath.Join(t.TempDir(), "none")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v", err)
	}
}

func TestPutIsAllOrNothing(t *testing.T) {
	for name, disk := range map[string]func(*spool.Disk) *spool.Disk{
		"tmpfile":    func(d *spool.Disk) *spool.Disk { return d },
		"named temp": (*spool.Disk).WithoutTmpfile,
	} {
		t.Run(name, func(t *testing.T) {
			spooltest.EveryStep(t, func(d *spool.Disk, dir string) error {
				return disk(d).Put(dir, "a", 0o640, func(w io.Writer) error {
					for range 3 {
						if _, err := io.WriteString(w, "0123456789"); err != nil {
							return err
						}
					}
					return nil
				})
			}, func(t *testing.T, dir string, o spooltest.Outcome) {
				want := strings.Repeat("0123456789", 3)
				got := content(t, filepath.Join(dir, "a"))
				if got != want && (got != "" || o.Acked()) {
					t.Errorf("half written: %q", got)
				}
				if o.Acked() {
					info, err := os.Stat(filepath.Join(dir, "a"))
					if err != nil || info.Mode() != 0o640 {
						t.Errorf("mode %v, %v", info.Mode(), err)
					}
				}
				if !o.Crashed || name == "tmpfile" {
					spooltest.NoLitter(t, dir)
				}
			})
		})
	}
}

func TestPutNeverOverwrites(t *testing.T) {
	for _, d := range []*spool.Disk{spool.NewDisk(nil), spool.NewDisk(nil).WithoutTmpfile()} {
		dir := t.TempDir()
		if err := d.Put(dir, "a", 0o600, text("first")); err != nil {
			t.Fatal(err)
		}
		if err := d.Put(dir, "a", 0o600, text("second")); !errors.Is(err, spool.ErrExists) {
			t.Errorf("got %v", err)
		}
		// The name may also be taken while the content is being written.
		err := d.Put(dir, "b", 0o600, func(w io.Writer) error {
			return os.WriteFile(filepath.Join(dir, "b"), []byte("other"), 0o600)
		})
		if !errors.Is(err, spool.ErrExists) {
			t.Errorf("got %v", err)
		}
		if a, b := content(t, filepath.Join(dir, "a")), content(t, filepath.Join(dir, "b")); a != "first" || b != "other" {
			t.Errorf("overwritten: %q %q", a, b)
		}
		spooltest.NoLitter(t, dir)
	}
}

func TestPutReturnsTheErrorOfTheWriterAndLeavesNothing(t *testing.T) {
	mine := errors.New("mine")
	for _, d := range []*spool.Disk{nil, spool.NewDisk(nil).WithoutTmpfile()} {
		dir := t.TempDir()
		err := d.Put(dir, "a", 0o600, func(w io.Writer) error { _, _ = io.WriteString(w, "half"); return mine })
		if err != mine {
			t.Errorf("got %v", err)
		}
		err = d.PutChecked(dir, "a", 0o600, text("x"), func(io.ReaderAt) error { return mine })
		if err != mine {
			t.Errorf("check: got %v", err)
		}
		if entries, _ := os.ReadDir(dir); len(entries) != 0 {
			t.Errorf("left %v", entries)
		}
	}
}

func TestReplaceIsTheOldOrTheNew(t *testing.T) {
	spooltest.EveryStep(t, func(d *spool.Disk, dir string) error {
		if err := os.WriteFile(filepath.Join(dir, "a"), []byte("old"), 0o600); err != nil {
			return err
		}
		return d.Replace(dir, "a", 0o600, text("newer"))
	}, func(t *testing.T, dir string, o spooltest.Outcome) {
		got := content(t, filepath.Join(dir, "a"))
		if got != "newer" && (got != "old" || o.Acked()) {
			t.Errorf("got %q", got)
		}
		if !o.Crashed {
			spooltest.NoLitter(t, dir)
		}
	})
}

func TestRenameIsHereOrThere(t *testing.T) {
	spooltest.EveryStep(t, func(d *spool.Disk, dir string) error {
		for _, folder := range []string{"x", "y", "x/job"} {
			if err := os.Mkdir(filepath.Join(dir, folder), 0o700); err != nil {
				return err
			}
		}
		return d.Rename(filepath.Join(dir, "x/job"), filepath.Join(dir, "y/job"))
	}, func(t *testing.T, dir string, o spooltest.Outcome) {
		_, before := os.Stat(filepath.Join(dir, "x/job"))
		_, after := os.Stat(filepath.Join(dir, "y/job"))
		if (before == nil) == (after == nil) {
			t.Errorf("before %v, after %v", before, after)
		}
		if o.Acked() && after != nil {
			t.Error("not there")
		}
	})
}

func TestRenameNeverOverwrites(t *testing.T) {
	dir := t.TempDir()
	var d *spool.Disk
	for _, folder := range []string{"a", "empty"} {
		if err := os.Mkdir(filepath.Join(dir, folder), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if err := d.Rename(filepath.Join(dir, "a"), filepath.Join(dir, "empty")); !errors.Is(err, spool.ErrExists) {
		t.Errorf("got %v", err)
	}
	if err := d.Rename(filepath.Join(dir, "none"), filepath.Join(dir, "b")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v", err)
	}
}

func TestMkdirAndRemoveAll(t *testing.T) {
	spooltest.EveryStep(t, func(d *spool.Disk, dir string) error {
		return d.Mkdir(filepath.Join(dir, "a"), 0o750)
	}, func(t *testing.T, dir string, o spooltest.Outcome) {
		info, err := os.Stat(filepath.Join(dir, "a"))
		if o.Acked() && (err != nil || info.Mode().Perm() != 0o750) {
			t.Errorf("%v", err)
		}
	})
	spooltest.EveryStep(t, func(d *spool.Disk, dir string) error {
		if err := os.MkdirAll(filepath.Join(dir, "a/b"), 0o700); err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(dir, "outside"), []byte("stays"), 0o600); err != nil {
			return err
		}
		if err := os.Symlink("../outside", filepath.Join(dir, "a/link")); err != nil {
			return err
		}
		return d.RemoveAll(filepath.Join(dir, "a"))
	}, func(t *testing.T, dir string, o spooltest.Outcome) {
		if _, err := os.Lstat(filepath.Join(dir, "a")); o.Acked() && !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("still there: %v", err)
		}
		if content(t, filepath.Join(dir, "outside")) != "stays" {
			t.Error("followed a link")
		}
	})
}

func TestAppendAddsAPrefixAtMost(t *testing.T) {
	spooltest.EveryStep(t, func(d *spool.Disk, dir string) error {
		f, err := os.OpenFile(filepath.Join(dir, "log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
		if err != nil {
			return err
		}
		defer f.Close()
		if err := d.Append(f, []byte("first."), "wal"); err != nil {
			return err
		}
		return d.Append(f, []byte("second."), "wal")
	}, func(t *testing.T, dir string, o spooltest.Outcome) {
		got := content(t, filepath.Join(dir, "log"))
		if !strings.HasPrefix("first.second.", got) || o.Acked() && got != "first.second." {
			t.Errorf("got %q", got)
		}
		if strings.HasPrefix(o.Step, "torn wal:write#2") && got != "first.sec" {
			t.Errorf("not torn: %q", got)
		}
	})
}

func TestAFailedFsyncIsASyncError(t *testing.T) {
	for _, step := range []string{"create:fsync", "create:dirsync", "replace:fsync", "x:fsync"} {
		tries := 0
		d := spool.NewDisk(func(name string) error {
			if name == step {
				tries++
				return unix.EIO
			}
			return nil
		})
		dir := t.TempDir()
		err := d.Put(dir, "a", 0o600, text("x"))
		if strings.HasPrefix(step, "replace") {
			err = d.Replace(dir, "b", 0o600, text("x"))
		}
		if step == "x:fsync" {
			f, _ := os.Create(filepath.Join(dir, "f"))
			defer f.Close()
			err = d.Append(f, []byte("x"), "x")
		}
		failed, ok := errors.AsType[*spool.SyncError](err)
		if !ok || failed.Step != step || !errors.Is(err, unix.EIO) || tries != 1 {
			t.Errorf("%s: %v after %d tries", step, err, tries)
		}
	}
}

func TestErrorsHoldNoPath(t *testing.T) {
	const mark = "山田花子"
	dir := filepath.Join(t.TempDir(), mark)
	var d *spool.Disk
	path := filepath.Join(dir, mark+".csv")
	_, openErr := spool.OpenRegular(path)
	errs := []error{
		d.Put(dir, mark, 0o600, text("")), d.Replace(dir, mark, 0o600, text("")), d.Rename(path, path+"2"),
		d.Mkdir(path, 0o700), d.Erase(path), openErr, d.Put(dir, "../"+mark, 0o600, text("")),
	}
	must(t, os.Mkdir(dir, 0o700))
	must(t, os.WriteFile(path, nil, 0o600))
	errs = append(errs, d.Mkdir(path, 0o700), d.Put(dir, mark+".csv", 0o600, text("")),
		d.Rename(path, path), d.Mkdir(filepath.Join(path, "below"), 0o700), d.Erase(filepath.Join(path, mark)))
	for i, err := range errs {
		if err == nil || strings.Contains(err.Error(), mark) {
			t.Errorf("%d: %v", i, err)
		}
	}
}

func TestNamesThatAreNotOneEntryAreRefused(t *testing.T) {
	dir := t.TempDir()
	var d *spool.Disk
	for _, name := range []string{"", ".", "..", "a/b", "../a", "/a", "a\x00", `a\b`} {
		if err := d.Put(dir, name, 0o600, text("x")); !errors.Is(err, spool.ErrBadName) {
			t.Errorf("put %q: %v", name, err)
		}
		if err := d.Replace(dir, name, 0o600, text("x")); !errors.Is(err, spool.ErrBadName) {
			t.Errorf("replace %q: %v", name, err)
		}
	}
}

func TestRiskyFilesystemKnowsMemory(t *testing.T) {
	if name, risky := spool.RiskyFilesystem("/dev/shm"); isTmpfs("/dev/shm") && (!risky || name != "tmpfs") {
		t.Errorf("got %q %v", name, risky)
	}
	if name, risky := spool.RiskyFilesystem(filepath.Join(t.TempDir(), "none")); risky {
		t.Errorf("got %q for nothing", name)
	}
}

func isTmpfs(path string) bool {
	var st unix.Statfs_t
	return unix.Statfs(path, &st) == nil && st.Type == unix.TMPFS_MAGIC
}

// TestAFullDiskLeavesNothing needs a file system that it may fill.
func TestAFullDiskLeavesNothing(t *testing.T) {
	dir := mountTmpfs(t, "size=1m,nr_inodes=64")
	for _, d := range []*spool.Disk{spool.NewDisk(nil), spool.NewDisk(nil).WithoutTmpfile()} {
		err := d.Put(dir, "big", 0o600, func(w io.Writer) error { _, err := w.Write(make([]byte, 2<<20)); return err })
		if !errors.Is(err, unix.ENOSPC) {
			t.Errorf("got %v", err)
		}
		must(t, d.Put(dir, "small", 0o600, text("fits")))
		must(t, d.Replace(dir, "small", 0o600, text("kept")))
		err = d.Replace(dir, "small", 0o600, func(w io.Writer) error { _, err := w.Write(make([]byte, 2<<20)); return err })
		if !errors.Is(err, unix.ENOSPC) || content(t, filepath.Join(dir, "small")) != "kept" {
			t.Errorf("replace: %v", err)
		}
		must(t, d.Erase(filepath.Join(dir, "small")))
		if entries, _ := os.ReadDir(dir); len(entries) != 0 {
			t.Errorf("left %v", entries)
		}
	}
}

// mountTmpfs mounts a small file system, or skips the test where it may not.
func mountTmpfs(t *testing.T, options string) string {
	t.Helper()
	dir := t.TempDir()
	if err := unix.Mount("tmpfs", dir, "tmpfs", 0, options); err != nil {
		t.Skipf("needs the right to mount: %v", err)
	}
	t.Cleanup(func() { _ = unix.Unmount(dir, unix.MNT_DETACH) })
	return dir
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func BenchmarkPut(b *testing.B) {
	dir := b.TempDir()
	var d *spool.Disk
	data := make([]byte, 64<<10)
	b.SetBytes(int64(len(data)))
	for i := range b.N {
		if err := d.Put(dir, "f"+string(rune('a'+i%26))+strings.Repeat("x", i/26%50)+"-"+itoa(i), 0o600,
			func(w io.Writer) error { _, err := w.Write(data); return err }); err != nil {
			b.Fatal(err)
		}
	}
}
