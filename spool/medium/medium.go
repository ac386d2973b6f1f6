//go:build linux

// Package medium copies files from and to a removable medium (媒体: a flash memory
// or a disc that is handed over in person).
//
// It hides what file systems of media cannot do (no nameless files, no hard links,
// no modes) and the ways in which a medium fails: full, pulled out, or not holding
// what was written. It promises that what appears on the medium under its final
// name was fsynced, then read back from the medium as far as the kernel can be
// made to, and found equal; nothing half-written is ever under a final name, and
// nothing is overwritten.
//
// It promises nothing about what stays on a medium after files are removed from
// it, and it never works on the medium itself: claims, locks and lists that are
// read more than once are on the site's own disk.
//
// Errors hold no path. Names of offices' files may be personal data.
package medium

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"baitai/spool"
)

// Why a copy fails. They come wrapped with their cause. Others are those of
// package spool: [spool.ErrExists] (never overwritten), [spool.ErrSymlink], ….
var (
	ErrReadBack  = spool.ErrReadBack
	ErrExists    = spool.ErrExists
	ErrNoSpace   = errors.New("the medium has not enough space")
	ErrReadOnly  = errors.New("the medium is read-only")
	ErrTooLarge  = errors.New("the file is larger than the medium's file system allows")
	ErrPulledOut = errors.New("the medium is gone or failing")
	ErrChanged   = errors.New("the source changed while it was copied")
)

// Error is a failure of a copy: one of the errors above and its cause.
type Error struct {
	Kind  error
	Cause error
}

func (e *Error) Error() string { return "medium: " + e.Kind.Error() + ": " + e.Cause.Error() }

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
	return copyFile(ctx, disk, src, dir, name, func(*os.File, fs.FileInfo, [32]byte) error { return nil })
}

// Take is Copy from a medium whose files somebody else writes: the source is read a
// second time, past the cache, and both readings have to agree. It must be the file
// under that name from beginning to end, with nobody writing into it; otherwise
// [ErrChanged], and nothing was copied.
func Take(ctx context.Context, disk *spool.Disk, src, dir, name string) (Copied, error) {
	return copyFile(ctx, disk, src, dir, name, func(in *os.File, was fs.FileInfo, sum [32]byte) error {
		spool.DropCache(in)
		hash := sha256.New()
		if _, err := io.Copy(hash, reader(ctx, io.NewSectionReader(in, 0, was.Size()+1))); err != nil {
			return err
		}
		now, err := in.Stat()
		if err != nil {
			return err
		}
		named, err := os.Lstat(src)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return ErrChanged
		case err != nil:
			return err
		case [32]byte(hash.Sum(nil)) != sum, now.Size() != was.Size(), !now.ModTime().Equal(was.ModTime()),
			!os.SameFile(named, was), spool.OpenForWriting(in):
			return ErrChanged
		}
		return nil
	})
}

// copyFile copies a file and reads it back; again looks at the source once more
// before the copy gets its name.
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
	if err := room(dir, info.Size()); err != nil {
		return Copied{}, err
	}
	done := Copied{Name: name}
	write := func(w io.Writer) error {
		hash := sha256.New()
		done.Size, err = io.Copy(io.MultiWriter(hash, w), reader(ctx, io.NewSectionReader(in, 0, info.Size()+1)))
		done.SHA256 = [32]byte(hash.Sum(nil))
		if err == nil && done.Size != info.Size() {
			err = ErrChanged
		}
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
		return again(in, info, done.SHA256)
	}
	if err := disk.PutChecked(dir, name, 0o600, write, check); err != nil {
		return Copied{}, classify(err)
	}
	return done, nil
}

// CopyFolder copies the named files of the folder src into the new folder
// dir/name, as one unit: the folder gets its name when all of it was read back.
// Where the medium's file system cannot rename a folder, the files are renamed
// one by one in the order given, so that the last of names (the manifest) being
// there says that all are. On error there is no dir/name, unless [ErrExists]; in
// that second way there may be a part of it, without the last file.
func CopyFolder(ctx context.Context, disk *spool.Disk, src string, names []string, dir, name string) ([]Copied, error) {
	if name != filepath.Base(name) || name == "." || name == ".." || len(names) == 0 {
		return nil, spool.ErrBadName
	}
	if _, err := os.Lstat(filepath.Join(dir, name)); err == nil {
		return nil, &Error{Kind: ErrExists, Cause: fs.ErrExist}
	}
	if err := roomForAll(src, names, dir); err != nil {
		return nil, err
	}
	temp := filepath.Join(dir, ".tmp-"+rand.Text())
	all, err := fillFolder(ctx, disk, src, names, temp)
	if err == nil {
		err = land(disk, temp, names, filepath.Join(dir, name))
	}
	if err != nil {
		_ = os.RemoveAll(temp)
		return nil, classify(err)
	}
	return all, nil
}

func fillFolder(ctx context.Context, disk *spool.Disk, src string, names []string, temp string) ([]Copied, error) {
	if err := disk.Mkdir(temp, 0o700); err != nil {
		return nil, err
	}
	var all []Copied
	for _, file := range names {
		one, err := Copy(ctx, disk, filepath.Join(src, file), temp, file)
		if err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, nil
}

// land gives the finished folder its name.
func land(disk *spool.Disk, temp string, names []string, final string) error {
	err := disk.Rename(temp, final)
	if err == nil || !cannotRename(err) {
		return err
	}
	if err := disk.Mkdir(final, 0o700); err != nil {
		return err
	}
	for _, file := range names {
		if err := disk.Rename(filepath.Join(temp, file), filepath.Join(final, file)); err != nil {
			return err
		}
	}
	return disk.RemoveAll(temp)
}

// roomForAll looks before the first byte is written: a full medium that is found
// out at the last of ten files wastes the operator's time.
func roomForAll(src string, names []string, dir string) error {
	var sum int64
	for _, name := range names {
		info, err := os.Lstat(filepath.Join(src, name))
		if err != nil {
			return classify(err)
		}
		sum += info.Size()
	}
	return room(dir, sum)
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
