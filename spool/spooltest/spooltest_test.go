//go:build linux

package spooltest_test

import (
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"baitai/spool"
	"baitai/spool/spooltest"
)

func put(d *spool.Disk, dir string) error {
	return d.Put(dir, "a", 0o600, func(w io.Writer) error { _, err := io.WriteString(w, "whole"); return err })
}

func TestEveryStepFailsCrashesAndTearsEach(t *testing.T) {
	seen := map[string]bool{}
	spooltest.EveryStep(t, put, func(t *testing.T, dir string, o spooltest.Outcome) {
		seen[o.Step] = true
		if o.Crashed != strings.HasPrefix(o.Step, "crash ") {
			t.Errorf("%s: crashed %v", o.Step, o.Crashed)
		}
		if strings.HasPrefix(o.Step, "fail ") && !errors.Is(o.Err, spooltest.ErrInjected) {
			t.Errorf("%s: %v", o.Step, o.Err)
		}
	})
	for _, step := range []string{"create:opendir", "create:tmp", "create:write", "create:fsync", "create:link", "create:dirsync"} {
		for _, how := range []string{"fail ", "crash "} {
			if !seen[how+step+"#1"] {
				t.Errorf("not played: %s%s", how, step)
			}
		}
	}
	if !seen["torn create:write#1"] || !seen[""] || len(seen) != 1+2*6+1 {
		t.Errorf("played %d runs", len(seen))
	}
}

// TestHookKillsAtTheStep runs this binary as a child that writes files.
func TestHookKillsAtTheStep(t *testing.T) {
	if dir := os.Getenv("BAITAI_TEST_DIR"); dir != "" {
		disk := spool.NewDisk(spooltest.HookFromEnv("BAITAI_TEST_KILL"))
		for _, name := range []string{"a", "b", "c"} {
			err := disk.Put(dir, name, 0o600, func(w io.Writer) error { _, err := io.WriteString(w, name); return err })
			if err != nil {
				t.Fatal(err)
			}
		}
		return
	}
	log := filepath.Join(t.TempDir(), "log")
	for _, c := range []struct {
		value string
		files int
		dies  bool
	}{
		{"", 3, false}, {"create:link#1", 0, true}, {"create:link#3", 2, true}, {"*#7", 1, true}, {"*#1", 0, true},
		{"create:link#9", 3, false}, {"log=" + log, 3, false}, {"nonsense", 0, true}, {"create:link#0", 0, true},
	} {
		dir := t.TempDir()
		child := exec.Command(os.Args[0], "-test.run=^TestHookKillsAtTheStep$")
		child.Env = append(os.Environ(), "BAITAI_TEST_DIR="+dir, "BAITAI_TEST_KILL="+c.value)
		err := child.Run()
		entries, _ := os.ReadDir(dir)
		if (err != nil) != c.dies || len(entries) != c.files {
			t.Errorf("%q: %d files, %v", c.value, len(entries), err)
		}
	}
	steps, err := os.ReadFile(log)
	if err != nil || strings.Count(string(steps), "\n") != 18 {
		t.Errorf("log %q, %v", steps, err)
	}
}

// A recorder is a test that may fail without failing this one.
type recorder struct {
	testing.TB
	failed bool
}

func (r *recorder) Helper()               {}
func (r *recorder) Errorf(string, ...any) { r.failed = true }
func (r *recorder) Error(...any)          { r.failed = true }

func TestNoPlainFindsMarks(t *testing.T) {
	root := t.TempDir()
	for _, dir := range []string{"inbox", "work"} {
		if err := os.Mkdir(filepath.Join(root, dir), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	look := func(except ...string) bool {
		r := &recorder{TB: t}
		spooltest.NoPlain(r, root, []string{"山田"}, except...)
		return r.failed
	}
	if look() {
		t.Error("found something in nothing")
	}
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(root, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("inbox/a", "x山田y")
	if !look() || look("inbox") {
		t.Error("content")
	}
	write("work/山田.age", "")
	if !look("inbox") {
		t.Error("name")
	}
	r := &recorder{TB: t}
	spooltest.NoLitter(r, root)
	write("work/.tmp-1", "")
	again := &recorder{TB: t}
	spooltest.NoLitter(again, root)
	if r.failed || !again.failed {
		t.Error("litter")
	}
}
