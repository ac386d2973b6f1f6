//go:build linux

package medium_test

import (
	"context"
	"crypto/sha256"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"baitai/spool"
	"baitai/spool/medium"
	"baitai/spool/spooltest"
)

func TestTakeIsWholeOrNothing(t *testing.T) {
	src := filepath.Join(source(t), files[2])
	spooltest.EveryStep(t, func(disk *spool.Disk, dir string) error {
		done, err := medium.Take(context.Background(), disk, src, dir, "a")
		if want := strings.Repeat(body, 2001); err == nil && (done.Size != int64(len(want)) || done.SHA256 != sha256.Sum256([]byte(want))) {
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

// A medium that gives other bytes the second time, with the same size and the same
// times, is not believed either time.
func TestTakeComparesTwoReadings(t *testing.T) {
	dir := t.TempDir()
	src := filepath.Join(source(t), files[2])
	was, err := os.Stat(src)
	if err != nil {
		t.Fatal(err)
	}
	disk := spool.NewDisk(func(step string) error {
		if step != "create:check" {
			return nil
		}
		other := strings.Repeat(strings.Replace(body, "架", "仮", 1), 2001)
		return errors.Join(os.WriteFile(src, []byte(other), 0o600), os.Chtimes(src, was.ModTime(), was.ModTime()))
	})
	if _, err := medium.Take(context.Background(), disk, src, dir, "a"); !errors.Is(err, medium.ErrChanged) {
		t.Errorf("got %v", err)
	}
	if left, _ := os.ReadDir(dir); len(left) > 0 {
		t.Errorf("%d files are left", len(left))
	}
	f, err := os.OpenFile(src, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := medium.Take(context.Background(), nil, src, dir, "a"); !errors.Is(err, medium.ErrChanged) {
		t.Errorf("while somebody writes: %v", err)
	}
}
