//go:build linux

package main

// What scripts do with real media.

import (
	"os"
	"strconv"
	"syscall"

	"github.com/rogpeppe/go-internal/testscript"

	"baitai/spool/medium/mediumtest"
)

// insert puts a medium into a folder of the script, and takes it out at the end of
// the script, before its folder is removed.
func insert(ts *testscript.TestScript, dir string, put func(dir string) *mediumtest.Medium) {
	full := ts.MkAbs(dir)
	ts.Check(os.MkdirAll(full, 0o700))
	m := put(full)
	ts.Defer(m.Close)
	of(ts).media[dir] = m
}

// usb DIR KIND MEBIBYTES formats a memory stick (fat, exfat, ntfs, ext4) and mounts it.
func cmdUSB(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, args, 3, "usb DIR KIND MEBIBYTES")
	size, err := strconv.ParseInt(args[2], 10, 64)
	ts.Check(err)
	insert(ts, args[0], func(dir string) *mediumtest.Medium {
		t := of(ts).t
		return mediumtest.New(t, args[1], size<<20).At(t, dir)
	})
}

// disc DIR IMAGE puts a disc into its drive.
func cmdDisc(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, args, 2, "disc DIR IMAGE")
	insert(ts, args[0], func(dir string) *mediumtest.Medium { return mediumtest.Disc(of(ts).t, ts.MkAbs(args[1]), dir) })
}

// burn DIR IMAGE makes the image of a disc with the files of a folder.
func cmdBurn(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, args, 2, "burn DIR IMAGE")
	mediumtest.Burn(of(ts).t, ts.MkAbs(args[0]), ts.MkAbs(args[1]))
}

// replug DIR takes a medium out and puts it in again.
func cmdReplug(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, args, 1, "replug DIR")
	m := of(ts).media[args[0]]
	m.Close()
	m.Mount(of(ts).t)
}

// fill DIR KIBIBYTES leaves so much of a medium free.
func cmdFill(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, args, 2, "fill DIR KIBIBYTES")
	leave, err := strconv.ParseInt(args[1], 10, 64)
	ts.Check(err)
	of(ts).media[args[0]].Fill(of(ts).t, leave<<10)
}

// protect-medium DIR turns the write-protect switch of a medium.
func cmdProtectMedium(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, args, 1, "protect-medium DIR")
	ts.Check(syscall.Mount("", ts.MkAbs(args[0]), "", syscall.MS_REMOUNT|syscall.MS_BIND|syscall.MS_RDONLY, ""))
}
