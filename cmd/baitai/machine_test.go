//go:build linux

package main

// What scripts do with the machine: disks that are full, other processes, files
// that are none.

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"baitai/spool"
)

// limited CODE BLOCKS PROGRAM ARGS… runs a program that can write no file longer
// than so many blocks of 512 bytes, and must end with the exit code.
func cmdLimited(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, args, 3, "limited CODE BLOCKS PROGRAM [ARG…]")
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	// The limit is an error to the program, not its end: Go ignores SIGXFSZ.
	run(ts, want, append([]string{"sh", "-c", `ulimit -f "$0"; "$@"`}, args[1:]...)...)
}

// smalldisk DIR SIZE mounts a small file system, or skips the script where that is
// not allowed.
func cmdSmallDisk(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, args, 2, "smalldisk DIR SIZE")
	dir := ts.MkAbs(args[0])
	ts.Check(os.MkdirAll(dir, 0o700))
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "mode=0700,size="+args[1]); err != nil {
		of(ts).t.Skipf("no file system can be mounted here: %v", err)
	}
	ts.Defer(func() { _ = syscall.Unmount(dir, syscall.MNT_DETACH) }) // with the script's folder it is gone anyway
}

// waitfor PATTERN [N] waits until a running program has made a file, or N.
func cmdWaitFor(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, args, 1, "waitfor PATTERN [N]")
	want := 1
	if len(args) > 1 {
		var err error
		want, err = strconv.Atoi(args[1])
		ts.Check(err)
	}
	for range 600 {
		if found, err := filepath.Glob(ts.MkAbs(args[0])); err == nil && len(found) >= want {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	ts.Fatalf("%s did not come", args[0])
}

// inside DIR N checks how many entries a folder holds; 0 for one that is missing.
func cmdInside(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, args, 2, "inside DIR N")
	entries, err := os.ReadDir(ts.MkAbs(args[0]))
	if err != nil && !os.IsNotExist(err) {
		ts.Fatalf("%v", err)
	}
	if fmt.Sprint(len(entries)) != args[1] {
		var names []string
		for _, e := range entries {
			names = append(names, e.Name())
		}
		ts.Fatalf("%d entries, not %s: %s", len(entries), args[1], strings.Join(names, " "))
	}
}

// hold takes the spool as another baitai does that is at work, until release.
func cmdHold(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, args, 0, "hold")
	s, err := spool.Open(ts.MkAbs("site/spool"), spool.Options{Now: time.Now})
	ts.Check(err)
	of(ts).held = s
	ts.Defer(func() { _ = s.Close() }) // where release was not reached
}

// release lets the spool go.
func cmdRelease(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, args, 0, "release")
	ts.Check(of(ts).held.Close())
}

// fifo PATH makes a FIFO.
func cmdFIFO(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, args, 1, "fifo PATH")
	ts.Check(syscall.Mkfifo(strings.TrimSpace(ts.MkAbs(args[0])), 0o600))
}
