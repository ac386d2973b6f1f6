package medium

import (
	"errors"
	"io/fs"
	"os"

	"golang.org/x/sys/unix"

	"baitai/spool"
)

// classify puts the causes that an operator can do something about under one name
// each, and takes paths out of what package os returned.
func classify(err error) error {
	if e, ok := errors.AsType[*Error](err); ok {
		return e
	}
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		err = e.Err
	}
	if e, ok := errors.AsType[*os.SyscallError](err); ok {
		err = e.Err
	}
	for _, kind := range []error{ErrReadBack, ErrExists, ErrChanged} {
		if errors.Is(err, kind) {
			return &Error{Kind: kind, Cause: err}
		}
	}
	// No right is asked for to write into an open file: so fusefat says that it is full.
	if e, ok := errors.AsType[*spool.OpError](err); ok && e.Step == "create:write" && errors.Is(err, unix.EPERM) {
		return &Error{Kind: ErrNoSpace, Cause: err}
	}
	for _, class := range []struct {
		kind   error
		causes []error
	}{
		{ErrNoSpace, []error{unix.ENOSPC, unix.EDQUOT}},
		{ErrReadOnly, []error{unix.EROFS}},
		{ErrTooLarge, []error{unix.EFBIG}},
		{ErrPulledOut, []error{
			unix.ENODEV, unix.ENXIO, unix.EIO, unix.ENOMEDIUM, unix.ESTALE, unix.ENOTCONN, unix.ESHUTDOWN, unix.ECONNABORTED, unix.ENOENT, unix.ENOTDIR,
		}},
	} {
		for _, cause := range class.causes {
			if errors.Is(err, cause) {
				return &Error{Kind: class.kind, Cause: err}
			}
		}
	}
	return err
}

// cannotRename tells the file systems that do not rename folders at all.
func cannotRename(err error) bool {
	if _, failed := errors.AsType[*spool.SyncError](err); failed {
		return false
	}
	for _, cause := range []error{unix.ENOSYS, unix.EOPNOTSUPP, unix.EPERM, spool.ErrCrossDevice} {
		if errors.Is(err, cause) {
			return true
		}
	}
	return false
}
