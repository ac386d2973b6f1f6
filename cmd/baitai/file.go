package main

import (
	"bufio"
	"errors"
	"io"
	"io/fs"
	"path/filepath"
	"syscall"

	"baitai/pipeline/issue"
	"baitai/spool"
)

// For whom a file is that the program writes for people.
const (
	forOwner  fs.FileMode = 0o600
	forOthers fs.FileMode = 0o644 // to be filled in by somebody else; nothing about anybody
)

// paperBytes is how much is written at once: a page is made of many small pieces.
const paperBytes = 64 << 10

// putFile makes a new file for a person (紙・ひな形・証明・要確認一覧). It is the one way in which
// this program writes where people look: the file appears whole and durable under its
// name, or not at all, and nothing is ever overwritten. What is wrong with the place is
// an issue; an error of write that is one already is returned as it is.
func putFile(disk *spool.Disk, path string, mode fs.FileMode, write func(io.Writer) error) error {
	dir, name := filepath.Split(path)
	if dir == "" {
		dir = "."
	}
	err := disk.Put(dir, name, mode, func(w io.Writer) error {
		b := bufio.NewWriterSize(w, paperBytes)
		if err := write(b); err != nil {
			return err
		}
		return b.Flush()
	})
	if err == nil || issue.Find(err) != nil {
		return err
	}
	for _, known := range []struct {
		err  error
		code issue.Code
	}{
		{spool.ErrExists, issue.TargetExists}, {spool.ErrBadName, issue.NoSuchPath}, {fs.ErrNotExist, issue.NoSuchPath}, {syscall.ENOTDIR, issue.NoSuchPath},
		{syscall.ENOSPC, issue.DiskFull}, {syscall.EDQUOT, issue.DiskFull},
	} {
		if errors.Is(err, known.err) {
			return issue.New(known.code, issue.Pos{}).Because(err)
		}
	}
	return issue.New(issue.CannotWrite, issue.Pos{}).Because(err)
}

// disk is for what is written outside of a site.
func (p *program) disk() *spool.Disk { return spool.NewDisk(p.step) }
