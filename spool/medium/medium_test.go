//go:build linux

package medium_test

import (
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"baitai/spool"
	"baitai/spool/medium"
	"baitai/spool/spooltest"
)

const body = "架空の照会結果\n"

var files = []string{"result.age", "manifest.json.sig", "manifest.json"}

// source is a folder with the files of a result.
func source(t testing.TB) string {
	t.Helper()
	dir := t.TempDir()
	for i, name := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(strings.Repeat(body, 1000*i+1)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func whole(t testing.TB, dir string) bool {
	t.Helper()
	for i, name := range files {
		got, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil || string(got) != strings.Repeat(body, 1000*i+1) {
			return false
		}
	}
	return true
}

func TestCopyIsWholeOrNothing(t *testing.T) {
	src := filepath.Join(source(t), files[2])
	spooltest.EveryStep(t, func(disk *spool.Disk, dir string) error {
		done, err := medium.Copy(context.Background(), disk, src, dir, "a")
		want := strings.Repeat(body, 2001)
		if err == nil && (done.Size != int64(len(want)) || done.SHA256 != sha256.Sum256([]byte(want)) || done.Name != "a") {
			return errors.New("wrong size or digest")
		}
		return err
	}, func(t *testing.T, dir string, o spooltest.Outcome) {
		got, err := os.ReadFile(filepath.Join(dir, "a"))
		if err == nil && string(got) != strings.Repeat(body, 2001) || o.Acked() && err != nil {
			t.Errorf("%d bytes, %v", len(got), err)
		}
		spooltest.NoLitter(t, dir)
	})
}

func TestAFolderIsDeliveredAsOne(t *testing.T) {
	src := source(t)
	spooltest.EveryStep(t, func(disk *spool.Disk, dir string) error {
		all, err := medium.CopyFolder(context.Background(), disk, src, files, dir, "job-0001")
		if err == nil && len(all) != len(files) {
			return errors.New("not all files reported")
		}
		return err
	}, func(t *testing.T, dir string, o spooltest.Outcome) {
		_, err := os.Stat(filepath.Join(dir, "job-0001"))
		if err == nil && !whole(t, filepath.Join(dir, "job-0001")) || o.Acked() && err != nil {
			t.Errorf("half a folder, %v", err)
		}
		if !o.Crashed {
			spooltest.NoLitter(t, dir)
		}
	})
}

func TestAFolderIsDeliveredWhereFoldersCannotBeRenamed(t *testing.T) {
	src, dir := source(t), t.TempDir()
	var order []string
	disk := spool.NewDisk(func(step string) error {
		if step != "rename:rename" {
			return nil
		}
		order = append(order, step)
		if len(order) == 1 {
			return unix.EOPNOTSUPP
		}
		// The manifest comes last.
		_, err := os.Stat(filepath.Join(dir, "job", files[2]))
		if err == nil {
			t.Error("the last file was there before the others")
		}
		return nil
	})
	if _, err := medium.CopyFolder(context.Background(), disk, src, files, dir, "job"); err != nil {
		t.Fatal(err)
	}
	if !whole(t, filepath.Join(dir, "job")) || len(order) != 1+len(files) {
		t.Errorf("not whole after %d renames", len(order))
	}
	spooltest.NoLitter(t, dir)
}

func TestNothingIsOverwritten(t *testing.T) {
	src, dir := source(t), t.TempDir()
	ctx := context.Background()
	if err := os.WriteFile(filepath.Join(dir, "a"), []byte("theirs"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, fileErr := medium.Copy(ctx, nil, filepath.Join(src, files[0]), dir, "a")
	_, folderErr := medium.CopyFolder(ctx, nil, src, files, dir, "a")
	if !errors.Is(fileErr, medium.ErrExists) || !errors.Is(folderErr, medium.ErrExists) {
		t.Errorf("%v; %v", fileErr, folderErr)
	}
	if got, _ := os.ReadFile(filepath.Join(dir, "a")); string(got) != "theirs" {
		t.Error("overwritten")
	}
	for _, name := range []string{"", "..", "x/y"} {
		if _, err := medium.CopyFolder(ctx, nil, src, files, dir, name); !errors.Is(err, spool.ErrBadName) {
			t.Errorf("%q: %v", name, err)
		}
	}
}

func TestEachFailureHasItsName(t *testing.T) {
	for _, c := range []struct {
		step  string
		cause error
		want  error
	}{
		{"create:write", unix.ENOSPC, medium.ErrNoSpace}, {"create:write", unix.EFBIG, medium.ErrTooLarge},
		{"create:tmp", unix.EROFS, medium.ErrReadOnly}, {"create:fsync", unix.EIO, medium.ErrPulledOut},
		{"create:write", unix.ENODEV, medium.ErrPulledOut}, {"create:opendir", unix.ENOENT, medium.ErrPulledOut},
		{"create:link", unix.ENXIO, medium.ErrPulledOut}, {"create:dirsync", unix.EIO, medium.ErrPulledOut},
		{"create:check", spool.ErrReadBack, medium.ErrReadBack},
	} {
		disk := spool.NewDisk(func(step string) error {
			if step == c.step {
				return c.cause
			}
			return nil
		})
		dir := t.TempDir()
		_, err := medium.Copy(context.Background(), disk, filepath.Join(source(t), files[0]), dir, "a")
		if !errors.Is(err, c.want) || !errors.Is(err, c.cause) {
			t.Errorf("%s %v: %v", c.step, c.cause, err)
		}
	}
	const mark = "山田花子"
	_, err := medium.Copy(context.Background(), nil, "/nowhere/"+mark, t.TempDir(), "a")
	if err == nil || strings.Contains(err.Error(), mark) {
		t.Errorf("got %v", err)
	}
	_, err = medium.CopyFolder(context.Background(), nil, "/nowhere", []string{mark}, t.TempDir(), "a")
	if err == nil || strings.Contains(err.Error(), mark) {
		t.Errorf("got %v", err)
	}
}

// TestAMediumThatHoldsSomethingElseIsFoundOut changes the file behind the copy's
// back, after it was fsynced and before it is read back.
func TestAMediumThatHoldsSomethingElseIsFoundOut(t *testing.T) {
	for _, change := range []string{"flip", "longer", "shorter"} {
		dir := t.TempDir()
		disk := spool.NewDisk(func(step string) error {
			if step != "create:check" {
				return nil
			}
			return changeOpenFile(dir, change)
		})
		_, err := medium.Copy(context.Background(), disk, filepath.Join(source(t), files[2]), dir, "a")
		if !errors.Is(err, medium.ErrReadBack) {
			t.Errorf("%s: %v", change, err)
		}
		if entries, _ := os.ReadDir(dir); len(entries) != 0 {
			t.Errorf("%s: left %v", change, entries)
		}
	}
}

// changeOpenFile finds the nameless file of this process that lies in dir.
func changeOpenFile(dir, change string) error {
	found, err := filepath.Glob("/proc/self/fd/*")
	if err != nil {
		return err
	}
	for _, link := range found {
		target, err := os.Readlink(link)
		if err != nil || !strings.HasPrefix(target, dir+"/") {
			continue
		}
		f, err := os.OpenFile(link, os.O_RDWR, 0)
		if err != nil {
			return err
		}
		defer f.Close()
		switch change {
		case "flip":
			_, err = f.WriteAt([]byte{0}, 10)
		case "longer":
			_, err = f.Seek(0, io.SeekEnd)
			if err == nil {
				_, err = f.Write([]byte{0})
			}
		case "shorter":
			err = f.Truncate(3)
		}
		return err
	}
	return errors.New("the file was not found")
}

func TestAFullMediumIsSeenBeforeTheFirstByte(t *testing.T) {
	dir := t.TempDir()
	if err := unix.Mount("tmpfs", dir, "tmpfs", 0, "size=2m"); err != nil {
		t.Skipf("needs the right to mount: %v", err)
	}
	defer func() { _ = unix.Unmount(dir, unix.MNT_DETACH) }()
	src := t.TempDir()
	if err := os.WriteFile(filepath.Join(src, "big"), make([]byte, 3<<20), 0o600); err != nil {
		t.Fatal(err)
	}
	steps := 0
	disk := spool.NewDisk(func(string) error { steps++; return nil })
	if _, err := medium.Copy(context.Background(), disk, filepath.Join(src, "big"), dir, "a"); !errors.Is(err, medium.ErrNoSpace) || steps != 0 {
		t.Errorf("%v after %d steps", err, steps)
	}
	if _, err := medium.CopyFolder(context.Background(), disk, src, []string{"big"}, dir, "a"); !errors.Is(err, medium.ErrNoSpace) || steps != 0 {
		t.Errorf("%v after %d steps", err, steps)
	}
}

func TestAMediumOfFATIsServed(t *testing.T) {
	dir := t.TempDir()
	image := filepath.Join(t.TempDir(), "image")
	if err := errors.Join(os.WriteFile(image, nil, 0o600), os.Truncate(image, 16<<20)); err != nil {
		t.Fatal(err)
	}
	// The kernel here may have no vfat: then this test is for machines that do.
	if err := exec.Command("mkfs.vfat", image).Run(); err != nil {
		t.Skip("no mkfs.vfat")
	}
	if err := exec.Command("mount", "-o", "loop", image, dir).Run(); err != nil {
		t.Skip("no vfat")
	}
	defer func() { _ = exec.Command("umount", dir).Run() }()
	if _, err := medium.CopyFolder(context.Background(), nil, source(t), files, dir, "job"); err != nil || !whole(t, filepath.Join(dir, "job")) {
		t.Errorf("%v", err)
	}
}

func TestACopyStopsWhenItsContextDoes(t *testing.T) {
	ctx, stop := context.WithCancel(context.Background())
	stop()
	dir := t.TempDir()
	_, err := medium.CopyFolder(ctx, nil, source(t), files, dir, "job")
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if entries, _ := os.ReadDir(dir); len(entries) != 0 {
		t.Errorf("left %v", entries)
	}
}

func BenchmarkCopy(b *testing.B) {
	src, dir := filepath.Join(b.TempDir(), "src"), b.TempDir()
	const size = 16 << 20
	if err := os.WriteFile(src, make([]byte, size), 0o600); err != nil {
		b.Fatal(err)
	}
	b.SetBytes(size)
	for b.Loop() {
		if _, err := medium.Copy(context.Background(), nil, src, dir, "a"); err != nil {
			b.Fatal(err)
		}
		if err := os.Remove(filepath.Join(dir, "a")); err != nil {
			b.Fatal(err)
		}
	}
}
