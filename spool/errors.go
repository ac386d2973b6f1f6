package spool

import (
	"errors"
	"io/fs"
	"os"
	"syscall"
)

// Errors of the disk. They come wrapped in an [*OpError] that names the step.
var (
	ErrExists      = errors.New("name is already taken")
	ErrBadName     = errors.New("not a usable name")
	ErrSymlink     = errors.New("symbolic link")
	ErrNotRegular  = errors.New("not a regular file")
	ErrFIFO        = errors.New("named pipe")
	ErrSubfolder   = errors.New("folder where a file belongs")
	ErrHardLink    = errors.New("file has more than one name")
	ErrReadBack    = errors.New("what was read back is not what was written")
	ErrCrossDevice = errors.New("source and target are on different file systems")
	ErrVanished    = errors.New("file is not the one that was looked at before")

	// ErrTorn may be returned by the step function of [NewDisk] for a step whose
	// name ends in ":write": half of the bytes are written, then the write fails.
	ErrTorn = errors.New("write stopped half-way")
)

// OpError says which step failed and why. It holds no path: names of files that
// offices bring may be personal data.
type OpError struct {
	Step string
	Err  error
}

func (e *OpError) Error() string { return "spool: " + e.Step + ": " + e.Err.Error() }

// Unwrap returns the cause.
func (e *OpError) Unwrap() error { return e.Err }

// SyncError is a failed fsync. After it nobody knows what is on the disk, and a
// second fsync would report success without having written anything: the caller
// MUST give up what it was writing and MUST NOT try again with the same file.
type SyncError struct {
	Step string
	Err  error
}

func (e *SyncError) Error() string { return "spool: " + e.Step + ": fsync failed: " + e.Err.Error() }

// Unwrap returns the cause.
func (e *SyncError) Unwrap() error { return e.Err }

// bare takes the path out of an error of package os and translates errno values
// that callers tell apart.
func bare(err error) error {
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		err = e.Err
	} else if e, ok := errors.AsType[*os.LinkError](err); ok {
		err = e.Err
	} else if e, ok := errors.AsType[*os.SyscallError](err); ok {
		err = e.Err
	}
	switch {
	case errors.Is(err, syscall.EEXIST), errors.Is(err, syscall.ENOTEMPTY):
		return ErrExists
	case errors.Is(err, syscall.ELOOP):
		return ErrSymlink
	case errors.Is(err, syscall.EXDEV):
		return ErrCrossDevice
	}
	return err
}
