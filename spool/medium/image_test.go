//go:build linux

package medium_test

import (
	"context"
	"crypto/sha256"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"baitai/spool"
	"baitai/spool/medium"
	"baitai/spool/medium/mediumtest"
	"baitai/spool/spooltest"
)

func asOf() time.Time { return time.Date(2026, 11, 27, 15, 0, 0, 0, time.UTC) }

func fine([32]byte) error { return nil }

// TestAnImageHasNoNameBeforeItsDigestIsKnown to whoever keeps a record of it.
func TestAnImageHasNoNameBeforeItsDigestIsKnown(t *testing.T) {
	src, path, wrong := source(t), filepath.Join(t.TempDir(), "a.iso"), errors.New("could not be entered")
	image := func(made func([32]byte) error) (medium.Burnable, error) {
		return medium.Image(context.Background(), nil, src, files, "job", path, medium.DiscKinds(), asOf(), made)
	}
	if _, err := image(func([32]byte) error { return wrong }); !errors.Is(err, wrong) {
		t.Errorf("got %v", err)
	}
	var told [32]byte
	done, err := image(func(sum [32]byte) error {
		if _, err := os.Lstat(path); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("it has its name already: %v", err)
		}
		told = sum
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(path)
	if err != nil || sha256.Sum256(raw) != told || done.SHA256 != told {
		t.Errorf("the digest is another one, %v", err)
	}
}

func TestAnImageIsWholeOrNothing(t *testing.T) {
	src := source(t)
	spooltest.EveryStep(t, func(disk *spool.Disk, dir string) error {
		done, err := medium.Image(context.Background(), disk, src, files, "job", filepath.Join(dir, "a.iso"), medium.DiscKinds(), asOf(), fine)
		if err == nil && (done.Name != "a.iso" || done.Disc.Name != "cd" || done.Size == 0) {
			return errors.New("not what was asked for")
		}
		return err
	}, func(t *testing.T, dir string, o spooltest.Outcome) {
		info, err := os.Stat(filepath.Join(dir, "a.iso"))
		if err == nil && info.Size()%2048 != 0 || o.Acked() && err != nil {
			t.Errorf("%v", err)
		}
		spooltest.NoLitter(t, dir)
	})
}

// TestADiscInItsDrive has what its image was made of, can be read from, and is not
// written file by file.
func TestADiscInItsDrive(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.iso")
	if _, err := medium.Image(context.Background(), nil, source(t), files, "job", path, medium.DiscKinds(), asOf(), fine); err != nil {
		t.Fatal(err)
	}
	if _, err := medium.Image(context.Background(), nil, source(t), files, "job", path, medium.DiscKinds(), asOf(), fine); !errors.Is(err, medium.ErrExists) {
		t.Errorf("a second time: %v", err)
	}
	disc := mediumtest.Disc(t, path, t.TempDir())
	if !whole(t, filepath.Join(disc.Dir, "job")) {
		t.Error("not whole")
	}
	dir := t.TempDir()
	if _, err := medium.Copy(context.Background(), nil, filepath.Join(disc.Dir, "job", files[2]), dir, "list"); err != nil {
		t.Error(err)
	}
	steps := 0
	disk := spool.NewDisk(func(string) error { steps++; return nil })
	for name, want := range map[string]error{"other": medium.ErrDisc, "job": medium.ErrExists} {
		if _, err := medium.CopyFolder(context.Background(), disk, source(t), files, disc.Dir, name); !errors.Is(err, want) || steps != 0 {
			t.Errorf("%s: %v after %d steps", name, err, steps)
		}
	}
	if err := medium.Flush(disk, disc.Dir); err != nil || steps != 0 {
		t.Errorf("%v after %d steps", err, steps)
	}
}

func TestAnImageThatFitsOnNoDisc(t *testing.T) {
	src, dir := t.TempDir(), t.TempDir()
	sizes := map[string]int64{"cd": 700 << 20, "dvd": 4_600_000_000, "bd": 24_000_000_000, "": 26_000_000_000}
	for want, size := range sizes {
		name := "result" + want
		if err := errors.Join(os.WriteFile(filepath.Join(src, name), nil, 0o600), os.Truncate(filepath.Join(src, name), size)); err != nil {
			t.Fatal(err)
		}
		stop := errors.New("enough")
		disk := spool.NewDisk(func(string) error { return stop })
		done, err := medium.Image(context.Background(), disk, src, []string{name}, "job", filepath.Join(dir, "a.iso"), medium.DiscKinds(), asOf(), fine)
		if e, ok := errors.AsType[*medium.Error](err); want == "" && (!errors.Is(err, medium.ErrDiscSmall) || !ok || e.Need < size || e.Have < 25_000_000_000) {
			t.Errorf("%d: %v", size, err)
		}
		if want != "" && (done.Disc.Name != want || !errors.Is(err, stop) && !errors.Is(err, medium.ErrNoSpace)) {
			t.Errorf("%d: on %q, %v", size, done.Disc.Name, err)
		}
	}
	// 4.7 GB on a CD, said before anything is written.
	_, err := medium.Image(context.Background(), nil, src, []string{"resultdvd"}, "job", filepath.Join(dir, "a.iso"), medium.DiscKinds()[:1], asOf(), fine)
	if !errors.Is(err, medium.ErrDiscSmall) {
		t.Errorf("got %v", err)
	}
	if left, _ := os.ReadDir(dir); len(left) > 0 {
		t.Errorf("left %v", left)
	}
}
