//go:build linux

package spool_test

import (
	"bytes"
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

func TestEraseOverwritesBeforeItRemoves(t *testing.T) {
	const secret = "invented 個人情報 marker "
	size := len(secret) * 60_000 // more than one chunk
	spooltest.EveryStep(t, func(d *spool.Disk, dir string) error {
		path := filepath.Join(dir, "plain")
		if err := os.WriteFile(path, bytes.Repeat([]byte(secret), 60_000), 0o600); err != nil {
			return err
		}
		// An open file shows what is left of the bytes when the name is gone.
		held, err := os.Open(path)
		if err != nil {
			return err
		}
		defer held.Close()
		if err := d.Erase(path); err != nil {
			return err
		}
		left, err := io.ReadAll(held)
		if err != nil {
			return err
		}
		if len(left) != size || bytes.Contains(left, []byte(secret)) {
			return errors.New("the bytes are still there")
		}
		return nil
	}, func(t *testing.T, dir string, o spooltest.Outcome) {
		_, err := os.Stat(filepath.Join(dir, "plain"))
		if o.Acked() != errors.Is(err, fs.ErrNotExist) && !strings.Contains(o.Step, "dirsync") {
			t.Errorf("step %s: %v", o.Step, err)
		}
	})
}

func TestEraseRefusesWhatIsNotOnePlainFile(t *testing.T) {
	dir := t.TempDir()
	var d *spool.Disk
	path := func(name string) string { return filepath.Join(dir, name) }
	for _, name := range []string{"target", "linked"} {
		if err := os.WriteFile(path(name), []byte("stays"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	must(t, os.Symlink("target", path("symlink")))
	must(t, os.Link(path("linked"), path("hardlink")))
	must(t, unix.Mkfifo(path("fifo"), 0o600))
	must(t, os.Mkdir(path("folder"), 0o700))
	for name, want := range map[string]error{
		"symlink": spool.ErrSymlink, "hardlink": spool.ErrHardLink, "fifo": spool.ErrFIFO,
		"folder": spool.ErrSubfolder, "none": fs.ErrNotExist,
	} {
		if err := d.Erase(path(name)); !errors.Is(err, want) {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := spool.OpenRegular(path(name)); !errors.Is(err, want) {
			t.Errorf("open %s: %v", name, err)
		}
	}
	if content(t, path("target")) != "stays" || content(t, path("linked")) != "stays" {
		t.Error("content was touched")
	}
	must(t, os.WriteFile(path("zero"), nil, 0o600))
	must(t, d.Erase(path("zero")))
}
