//go:build !linux

package spool

import (
	"errors"
	"io"
	"io/fs"
	"os"
)

// Elsewhere than on Linux nothing can be written durably by this package; it
// compiles so that programs that only read (baitai-audit) can import it.

func isTorn(err error) bool { return errors.Is(err, ErrTorn) }

func (d *Disk) unsupported(op string) error {
	return &OpError{Step: op, Err: errors.ErrUnsupported}
}

// Put is not supported on this system.
func (d *Disk) Put(dir, name string, mode fs.FileMode, write func(io.Writer) error) error {
	return d.unsupported("create")
}

// PutChecked is not supported on this system.
func (d *Disk) PutChecked(dir, name string, mode fs.FileMode, write func(io.Writer) error, check func(io.ReaderAt) error) error {
	return d.unsupported("create")
}

// Replace is not supported on this system.
func (d *Disk) Replace(dir, name string, mode fs.FileMode, write func(io.Writer) error) error {
	return d.unsupported("replace")
}

// Rename is not supported on this system.
func (d *Disk) Rename(oldPath, newPath string) error { return d.unsupported("rename") }

// Link is not supported on this system.
func (d *Disk) Link(oldPath, newPath string) error { return d.unsupported("link") }

// Mkdir is not supported on this system.
func (d *Disk) Mkdir(path string, mode fs.FileMode) error { return d.unsupported("mkdir") }

// RemoveAll is not supported on this system.
func (d *Disk) RemoveAll(path string) error { return d.unsupported("remove") }

// Append is not supported on this system.
func (d *Disk) Append(f *os.File, p []byte, step string) error { return d.unsupported(step) }

// Erase is not supported on this system.
func (d *Disk) Erase(path string) error { return d.unsupported("erase") }

// SyncFS is not supported on this system.
func (d *Disk) SyncFS(dir string) error { return d.unsupported("syncfs") }
