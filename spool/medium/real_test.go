//go:build linux

package medium_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"baitai/spool"
	"baitai/spool/medium"
	"baitai/spool/medium/mediumtest"
	"baitai/spool/spooltest"
)

const mib = 1 << 20

// TestEveryKindOfMediumIsServed: what is delivered is there when the medium was taken
// out and put in again.
func TestEveryKindOfMediumIsServed(t *testing.T) {
	kinds := map[string]medium.Kind{"fat": medium.FAT, "fat16": medium.FAT, "exfat": medium.ExFAT, "ntfs": medium.NTFS, "ext4": medium.Other}
	for _, kind := range append(mediumtest.Kinds(), "fat16") {
		t.Run(kind, func(t *testing.T) {
			m := mediumtest.New(t, kind, 40*mib)
			f, err := medium.Look(m.Dir)
			if err != nil || f.Kind != kinds[kind] || f.ReadOnly {
				t.Errorf("%+v, %v", f, err)
			}
			src := source(t)
			if _, err := medium.CopyFolder(context.Background(), nil, src, files, m.Dir, "job"); err != nil {
				t.Fatal(err)
			}
			if _, err := medium.CopyFolder(context.Background(), nil, src, files, m.Dir, "job"); !errors.Is(err, medium.ErrExists) {
				t.Errorf("a second time: %v", err)
			}
			if err := medium.Flush(nil, m.Dir); err != nil {
				t.Error(err)
			}
			m.Close()
			if out := t.TempDir(); m.Extract(t, "job", out) && !whole(t, filepath.Join(out, "job")) {
				t.Error("another program does not read what was written")
			}
			m.Mount(t)
			if !whole(t, filepath.Join(m.Dir, "job")) {
				t.Error("not whole after it was put in again")
			}
			// And back, from the medium into the site.
			dir := t.TempDir()
			if _, err := medium.Copy(context.Background(), nil, filepath.Join(m.Dir, "job", files[2]), dir, "list"); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestAFullMediumIsLeftAsItWas: what does not fit leaves nothing, and fits when there
// is room again.
func TestAFullMediumIsLeftAsItWas(t *testing.T) {
	src := t.TempDir()
	big := []string{"result.age", "manifest.json"}
	for i, name := range big {
		if err := os.WriteFile(filepath.Join(src, name), make([]byte, (3-2*i)*mib), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, kind := range mediumtest.Kinds() {
		t.Run(kind, func(t *testing.T) {
			m := mediumtest.New(t, kind, 40*mib)
			m.Fill(t, 2*mib)
			steps := 0
			disk := spool.NewDisk(func(string) error { steps++; return nil })
			_, err := medium.CopyFolder(context.Background(), disk, src, big, m.Dir, "job")
			if !errors.Is(err, medium.ErrNoSpace) {
				t.Errorf("got %v", err)
			}
			// fusefat does not tell how much is free.
			if f, lookErr := medium.Look(m.Dir); lookErr != nil || f.Free >= 0 && steps > 0 {
				t.Errorf("%+v, %v: %d steps before it was noticed", f, lookErr, steps)
			}
			if left, err := os.ReadDir(m.Dir); err != nil || len(named(left, "job")) > 0 {
				t.Errorf("left %v, %v", left, err)
			}
			if err := os.Remove(filepath.Join(m.Dir, "filler")); err != nil {
				t.Fatal(err)
			}
			if _, err := medium.CopyFolder(context.Background(), nil, src, big, m.Dir, "job"); err != nil {
				t.Errorf("with room again: %v", err)
			}
		})
	}
}

// TestAFileThatFATCannotHaveIsSaidBefore four gigabytes were written for nothing; the
// other kinds say that they are too small.
func TestAFileThatFATCannotHaveIsSaidBefore(t *testing.T) {
	src := t.TempDir()
	if err := errors.Join(os.WriteFile(filepath.Join(src, "big"), nil, 0o600), os.Truncate(filepath.Join(src, "big"), 1<<32)); err != nil {
		t.Fatal(err)
	}
	for kind, want := range map[string]error{"fat": medium.ErrTooLarge, "exfat": medium.ErrNoSpace, "ntfs": medium.ErrNoSpace, "ext4": medium.ErrNoSpace} {
		m := mediumtest.New(t, kind, 40*mib)
		steps := 0
		disk := spool.NewDisk(func(string) error { steps++; return nil })
		_, err := medium.CopyFolder(context.Background(), disk, src, []string{"big"}, m.Dir, "job")
		if e, ok := errors.AsType[*medium.Error](err); !errors.Is(err, want) || steps > 0 || !ok || e.Need < 1<<32 || e.Type == "" {
			t.Errorf("%s: %v after %d steps", kind, err, steps)
		}
		m.Close()
	}
}

// TestAMediumIsPulledOut at every step of a delivery, in the two ways in which the
// kernel notices; put in again it takes the delivery as if nothing had been.
func TestAMediumIsPulledOut(t *testing.T) {
	src := source(t)
	for _, kind := range mediumtest.Kinds() {
		for _, how := range []string{"PullOut", "Vanish"} {
			t.Run(kind+" "+how, func(t *testing.T) { pullOut(t, kind, how, src) })
		}
	}
}

func pullOut(t *testing.T, kind, how, src string) {
	m := mediumtest.New(t, kind, 40*mib)
	var steps []string
	_, err := medium.CopyFolder(context.Background(), spool.NewDisk(func(name string) error {
		steps = append(steps, name)
		return nil
	}), src, files, m.Dir, "trial")
	if err != nil || len(steps) < 10 {
		t.Fatalf("%d steps, %v", len(steps), err)
	}
	// Every third step: each of them takes a medium to be mounted.
	for at := 0; at < len(steps); at += 3 {
		name := "job-" + strings.Repeat("x", at+1)
		next := 0
		disk := spool.NewDisk(func(string) error {
			if next++; next != at+1 {
				return nil
			}
			if how == "Vanish" {
				return m.Vanish()
			}
			return m.PullOut()
		})
		_, err := medium.CopyFolder(context.Background(), disk, src, files, m.Dir, name)
		if !errors.Is(err, medium.ErrPulledOut) {
			t.Errorf("%s: %v", steps[at], err)
		}
		m.Close()
		if left, _ := os.ReadDir(m.Dir); len(left) > 0 {
			t.Errorf("%s: %v was written beside the medium", steps[at], left)
		}
		m.Mount(t)
		_, err = medium.CopyFolder(context.Background(), nil, src, files, m.Dir, name)
		// Pulled out after the last rename, the folder may be there, whole.
		if err != nil && !errors.Is(err, medium.ErrExists) || !whole(t, filepath.Join(m.Dir, name)) {
			t.Errorf("%s: put in again: %v", steps[at], err)
		}
		spooltest.NoLitter(t, m.Dir)
	}
}

func named(all []os.DirEntry, part string) (out []string) {
	for _, e := range all {
		if strings.Contains(e.Name(), part) {
			out = append(out, e.Name())
		}
	}
	return out
}
