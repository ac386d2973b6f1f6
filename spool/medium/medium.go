//go:build linux

// Package medium copies files from and to a removable medium (媒体: a flash memory
// or a disc that is handed over in person).
//
// It hides what file systems of media cannot do (no nameless files, no hard links,
// no modes; FAT's 4 GiB; what Windows has as no name) and the ways in which a medium
// fails: full, write-protected, pulled out, or not holding what was written. What can
// be known before is looked at before the first byte is written. It promises that
// what appears on the medium under its final name was fsynced, then read back from
// the medium as far as the kernel can be made to, and found equal; nothing
// half-written is ever under a final name, and nothing is overwritten. When
// [CopyFolder] returns, the whole file system was flushed, and the medium was still
// the one that it began with. What is broken off leaves nothing that is in the way
// of doing it again.
//
// Discs that are written once (CD-R, DVD-R, BD-R) take no files one by one: for
// them [Image] makes an image that any program for writing discs takes.
//
// It promises nothing about what stays on a medium after files are removed from
// it, and it never works on the medium itself: claims, locks and lists that are
// read more than once are on the site's own disk.
//
// Errors hold no path. Names of offices' files may be personal data.
package medium

import (
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"io/fs"
	"os"

	"baitai/spool"
)

// Why a copy fails. They come wrapped with their cause. Others are those of
// package spool: [spool.ErrExists] (never overwritten), [spool.ErrSymlink], ….
var (
	ErrReadBack  = spool.ErrReadBack
	ErrExists    = spool.ErrExists
	ErrNoSpace   = errors.New("the medium has not enough space")
	ErrNoEntries = errors.New("the medium has no room for so many files")
	ErrReadOnly  = errors.New("the medium is read-only")
	ErrDisc      = errors.New("the medium is a disc that is written as a whole")
	ErrTooLarge  = errors.New("the file is larger than the medium's file system allows")
	ErrName      = errors.New("the medium's file system cannot have this name")
	ErrNameLong  = errors.New("the name is too long for the medium's file system")
	ErrSameName  = errors.New("two names differ in capital letters only")
	ErrPulledOut = errors.New("the medium is gone or failing")
	ErrChanged   = errors.New("the source changed while it was copied")
	ErrDiscSmall = errors.New("the files do not fit on the disc")
)

// Error is a failure of a copy: one of the errors above, its cause, and what is
// known of the medium.
type Error struct {
	Kind  error
	Cause error
	Type  string // of the file system; "" if it was not looked at
	Need  int64  // bytes, or files with ErrNoEntries
	Have  int64  // that there are, or that are allowed
}

func (e *Error) Error() string {
	if e.Kind == e.Cause {
		return "medium: " + e.Kind.Error()
	}
	return "medium: " + e.Kind.Error() + ": " + e.Cause.Error()
}

// Unwrap returns both.
func (e *Error) Unwrap() []error { return []error{e.Kind, e.Cause} }

// Copied is a file as it was written and read back.
type Copied struct {
	Name   string // under the target folder; given by the program
	Size   int64
	SHA256 [32]byte
}

// Copy copies the file src to the new file dir/name, mode 0600, and reads it back
// before it gets its name. On error there is no dir/name, unless [ErrExists].
func Copy(ctx context.Context, disk *spool.Disk, src, dir, name string) (Copied, error) {
	if err := admit(src, dir, name); err != nil {
		return Copied{}, err
	}
	return copyFile(ctx, disk, src, dir, name, nil)
}

// admit looks whether the file may come to lie there, before anything is written.
func admit(src, dir, name string) error {
	size, err := sizeOf(src)
	if err != nil {
		return err
	}
	f, err := Look(dir)
	if err != nil {
		return err
	}
	return f.admit("", []piece{{name, size}})
}

// Take is Copy from a medium whose files somebody else writes: the source is read a
// second time, past the cache, and both readings have to agree. It must be the file
// under that name from beginning to end, with nobody writing into it; otherwise
// [ErrChanged], and nothing was copied.
func Take(ctx context.Context, disk *spool.Disk, src, dir, name string) (Copied, error) {
	if err := admit(src, dir, name); err != nil {
		return Copied{}, err
	}
	return copyFile(ctx, disk, src, dir, name, func(in *os.File, was fs.FileInfo, sum [32]byte) error {
		spool.DropCache(in)
		// Opened anew, because some drivers of media give other bytes to whoever has read
		// a file to its end already.
		second, err := spool.OpenRegular(src)
		switch {
		case errors.Is(err, fs.ErrNotExist), errors.Is(err, spool.ErrSymlink), errors.Is(err, spool.ErrNotRegular):
			return ErrChanged
		case err != nil:
			return err
		}
		defer second.Close()
		hash := sha256.New()
		if _, err := io.Copy(hash, reader(ctx, io.NewSectionReader(second, 0, was.Size()+1))); err != nil {
			return err
		}
		named, err := second.Stat()
		if err != nil {
			return err
		}
		now, err := in.Stat()
		switch {
		case err != nil:
			return err
		case [32]byte(hash.Sum(nil)) != sum, altered(was, now), !os.SameFile(named, was) && altered(was, named), spool.OpenForWriting(in):
			return ErrChanged
		}
		return nil
	})
}

// altered reports that a file is not as it was. Drivers of media that run as a
// process (FUSE) number a file anew each time that it is looked up, so that the
// number alone says nothing.
func altered(was, now fs.FileInfo) bool {
	return now.Mode() != was.Mode() || now.Size() != was.Size() || !now.ModTime().Equal(was.ModTime())
}

// copyFile copies a file and reads it back; again, unless it is nil, looks at the
// source once more before the copy gets its name.
func copyFile(ctx context.Context, disk *spool.Disk, src, dir, name string, again func(*os.File, fs.FileInfo, [32]byte) error) (Copied, error) {
	in, err := spool.OpenRegular(src)
	if err != nil {
		return Copied{}, classify(err)
	}
	defer in.Close()
	info, err := in.Stat()
	if err != nil {
		return Copied{}, classify(err)
	}
	fill := func(w io.Writer) error {
		n, err := io.Copy(w, reader(ctx, io.NewSectionReader(in, 0, info.Size()+1)))
		if err == nil && n != info.Size() {
			err = ErrChanged
		}
		return err
	}
	return put(ctx, disk, dir, name, fill, func(sum [32]byte) error {
		if again == nil {
			return nil
		}
		return again(in, info, sum)
	})
}

// put writes a new file and gives it its name when it was read back and last, given
// its digest, has nothing against it.
func put(ctx context.Context, disk *spool.Disk, dir, name string, fill func(io.Writer) error, last func(sum [32]byte) error) (Copied, error) {
	done := Copied{Name: name}
	write := func(w io.Writer) error {
		hash := sha256.New()
		err := fill(io.MultiWriter(hash, writerFunc(func(p []byte) (int, error) {
			n, err := w.Write(p)
			done.Size += int64(n)
			return n, err
		})))
		done.SHA256 = [32]byte(hash.Sum(nil))
		return err
	}
	check := func(back io.ReaderAt) error {
		hash := sha256.New()
		// One byte more than was written, so that a longer file is seen too.
		n, err := io.Copy(hash, reader(ctx, io.NewSectionReader(back, 0, done.Size+1)))
		switch {
		case err != nil:
			return err
		case n != done.Size || [32]byte(hash.Sum(nil)) != done.SHA256:
			return ErrReadBack
		}
		return last(done.SHA256)
	}
	if err := disk.PutChecked(dir, name, 0o600, write, check); err != nil {
		return Copied{}, classify(err)
	}
	return done, nil
}

// reader is r until the context ends.
func reader(ctx context.Context, r io.Reader) io.Reader {
	return readFunc(func(p []byte) (int, error) {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		return r.Read(p)
	})
}

type readFunc func([]byte) (int, error)

func (f readFunc) Read(p []byte) (int, error) { return f(p) }

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }
