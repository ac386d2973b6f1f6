package spool

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

func isTorn(err error) bool { return errors.Is(err, ErrTorn) }

// Put writes a new file dir/name of the given mode with what write produces. It
// never overwrites: a name that is taken is [ErrExists]. The file appears whole,
// under its final name, or not at all; it is durable when Put returns nil.
//
// Where the file system has O_TMPFILE the unfinished file has no name and leaves
// no litter after a crash; elsewhere it is named ".tmp-…".
func (d *Disk) Put(dir, name string, mode fs.FileMode, write func(io.Writer) error) error {
	return d.PutChecked(dir, name, mode, write, nil)
}

// PutChecked is Put that hands the finished, fsynced file to check before it gets
// its name; an error of check means that there will be no file. Before check the
// kernel is asked to forget the file, and a file that has a name is opened anew, so
// that what check reads is what the device holds.
func (d *Disk) PutChecked(dir, name string, mode fs.FileMode, write func(io.Writer) error, check func(io.ReaderAt) error) error {
	if err := checkName("create", name); err != nil {
		return err
	}
	folder, err := d.openDir("create:opendir", dir)
	if err != nil {
		return err
	}
	defer folder.Close()
	if exists(folder, name) { // saves the work; the link below is what decides
		// The caller will take the file for written: a run that was killed may
		// not have come as far as this.
		if err := d.sync("create:dirsync", folder); err != nil {
			return err
		}
		return &OpError{Step: "create:link", Err: ErrExists}
	}
	f, temp, err := d.newTemp("create:tmp", folder, mode, d == nil || !d.named)
	if err != nil {
		return err
	}
	defer f.Close()
	err = d.fill(f, "create", write)
	if err == nil && check != nil {
		DropCache(f)
		if err = d.Step("create:check"); err == nil {
			err = checkBack(folder, f, temp, check)
		}
	}
	if err == nil {
		err = d.do("create:link", func() error { return publish(folder, f, temp, name) })
	}
	if err != nil {
		discard(folder, temp)
		return err
	}
	return d.sync("create:dirsync", folder)
}

// checkBack reads the file as the next reader will, by its name where it has one:
// drivers of FUSE (fusefat) read wrongly from a handle that was written through.
func checkBack(folder, f *os.File, temp string, check func(io.ReaderAt) error) error {
	if temp == "" {
		return check(f)
	}
	back, err := openRegular(folder, temp, unix.O_RDONLY)
	if err != nil {
		return err
	}
	defer back.Close()
	return check(back)
}

// Replace writes dir/name whether it exists or not: at every moment the name
// stands for the whole old content or the whole new one. What the old file held
// stays on the disk; where that matters, use Erase.
func (d *Disk) Replace(dir, name string, mode fs.FileMode, write func(io.Writer) error) error {
	if err := checkName("replace", name); err != nil {
		return err
	}
	folder, err := d.openDir("replace:opendir", dir)
	if err != nil {
		return err
	}
	defer folder.Close()
	f, temp, err := d.newTemp("replace:tmp", folder, mode, false)
	if err != nil {
		return err
	}
	defer f.Close()
	err = d.fill(f, "replace", write)
	if err == nil {
		err = d.do("replace:rename", func() error {
			return again(func() error { return unix.Renameat(fd(folder), temp, fd(folder), name) })
		})
	}
	if err != nil {
		discard(folder, temp)
		return err
	}
	return d.sync("replace:dirsync", folder)
}

// Rename moves a file or folder within one file system. It never overwrites:
// a name that is taken is [ErrExists], also when it is an empty folder.
func (d *Disk) Rename(oldPath, newPath string) error {
	from, err := d.openDir("rename:opendir-old", filepath.Dir(oldPath))
	if err != nil {
		return err
	}
	defer from.Close()
	to, err := d.openDir("rename:opendir-new", filepath.Dir(newPath))
	if err != nil {
		return err
	}
	defer to.Close()
	err = d.do("rename:rename", func() error {
		return renameNoReplace(from, filepath.Base(oldPath), to, filepath.Base(newPath))
	})
	if err != nil {
		return err
	}
	// The new name first: a power cut between the two must not lose both.
	if err := d.sync("rename:dirsync-new", to); err != nil {
		return err
	}
	if filepath.Dir(oldPath) == filepath.Dir(newPath) {
		return nil
	}
	return d.sync("rename:dirsync-old", from)
}

// Link gives a file that is whole and never changes a second name in another folder
// of the same file system, so that it need not be copied. A name that is taken is
// [ErrExists].
func (d *Disk) Link(oldPath, newPath string) error {
	to, err := d.openDir("link:opendir", filepath.Dir(newPath))
	if err != nil {
		return err
	}
	defer to.Close()
	err = d.do("link:link", func() error { return again(func() error { return os.Link(oldPath, newPath) }) })
	if errors.Is(err, fs.ErrExist) {
		err = fmt.Errorf("%w: %w", ErrExists, err)
	}
	if err != nil {
		return err
	}
	return d.sync("link:dirsync", to)
}

// Mkdir makes one folder; its parent must exist. A name that is taken is
// [ErrExists].
func (d *Disk) Mkdir(path string, mode fs.FileMode) error {
	parent, err := d.openDir("mkdir:opendir", filepath.Dir(path))
	if err != nil {
		return err
	}
	defer parent.Close()
	err = d.do("mkdir:mkdir", func() error {
		name := filepath.Base(path)
		if err := again(func() error { return unix.Mkdirat(fd(parent), name, uint32(mode.Perm())) }); err != nil {
			return err
		}
		err := again(func() error { return unix.Fchmodat(fd(parent), name, uint32(mode.Perm()), 0) })
		if lacksModes(err) {
			return nil
		}
		return err
	})
	if err != nil {
		return err
	}
	return d.sync("mkdir:dirsync", parent)
}

// RemoveAll removes path and what is below it, following no symbolic link. It is
// not atomic and it does not erase: what the files held stays on the disk. A path
// that does not exist is no error.
func (d *Disk) RemoveAll(path string) error {
	parent, err := d.openDir("remove:opendir", filepath.Dir(path))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer parent.Close()
	if err := d.do("remove:remove", func() error { return os.RemoveAll(path) }); err != nil {
		return err
	}
	return d.sync("remove:dirsync", parent)
}

// Append writes p at the end of f, which the caller opened with O_APPEND, and
// makes it durable (fdatasync). Its steps are step+":write" and step+":fsync".
// When it fails, any prefix of p may be in the file: the caller's format has to
// tell a whole record from a torn one.
func (d *Disk) Append(f *os.File, p []byte, step string) error {
	if _, err := d.writer(f, step+":write").Write(p); err != nil {
		return err
	}
	err := d.Step(step + ":fsync")
	if err == nil {
		err = again(func() error { return unix.Fdatasync(fd(f)) })
	}
	if err != nil {
		return &SyncError{Step: step + ":fsync", Err: bare(err)}
	}
	return nil
}

// SyncFS makes durable everything that was written to the file system on which the
// folder dir lies, the tables that no single fsync reaches included.
func (d *Disk) SyncFS(dir string) error {
	folder, err := d.openDir("syncfs:opendir", dir)
	if err != nil {
		return err
	}
	defer folder.Close()
	err = d.Step("syncfs:syncfs")
	if err == nil {
		err = again(func() error { return unix.Syncfs(fd(folder)) })
	}
	if err != nil {
		return &SyncError{Step: "syncfs:syncfs", Err: bare(err)}
	}
	return nil
}

func (d *Disk) openDir(step, path string) (dir *os.File, err error) {
	err = d.do(step, func() error {
		dir, err = os.OpenFile(path, unix.O_RDONLY|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
		return err
	})
	return dir, err
}

// syncDir makes durable what another run, which may have been killed before its
// last step, did in a folder.
func (d *Disk) syncDir(step, path string) error {
	dir, err := d.openDir(step+":opendir", path)
	if err != nil {
		return err
	}
	defer dir.Close()
	return d.sync(step+":dirsync", dir)
}

// fill writes and fsyncs; an error of write itself is returned as it is.
func (d *Disk) fill(f *os.File, op string, write func(io.Writer) error) error {
	if err := write(&eagerWriter{to: d.writer(f, op+":write"), file: f}); err != nil {
		return err
	}
	return d.sync(op+":fsync", f)
}

// An eagerWriter has the kernel begin to write a long file to the device while the rest
// of it is made: the fsync at the end, for which everything waits, then finds little left
// to do. It promises nothing of what is on the device; that is said by the fsync, which
// also gives the errors of these writings (Linux keeps them for it, errseq_t).
type eagerWriter struct {
	to          io.Writer
	file        *os.File
	given, told int64
}

// eagerBytes is how much is told at a time.
const eagerBytes = 8 << 20

func (w *eagerWriter) Write(p []byte) (int, error) {
	n, err := w.to.Write(p)
	if w.given += int64(n); w.given-w.told >= eagerBytes {
		// A file system that cannot do it will do all of it in the fsync.
		_ = unix.SyncFileRange(fd(w.file), w.told, w.given-w.told, unix.SYNC_FILE_RANGE_WRITE)
		w.told = w.given
	}
	return n, err
}

// newTemp opens a new file in folder: without a name where the file system can
// do that (temp is ""), else under a name of its own.
func (d *Disk) newTemp(step string, folder *os.File, mode fs.FileMode, nameless bool) (f *os.File, temp string, err error) {
	err = d.do(step, func() error {
		handle := -1
		if nameless {
			err := again(func() (err error) {
				handle, err = unix.Openat(fd(folder), ".", unix.O_TMPFILE|unix.O_RDWR|unix.O_CLOEXEC, uint32(mode.Perm()))
				return err
			})
			if err != nil && !lacksTmpfile(err) {
				return err
			}
		}
		if handle < 0 {
			temp = fmt.Sprintf("%s%s", litter, rand.Text())
			err := again(func() (err error) {
				handle, err = unix.Openat(fd(folder), temp,
					unix.O_CREAT|unix.O_EXCL|unix.O_RDWR|unix.O_NOFOLLOW|unix.O_CLOEXEC, uint32(mode.Perm()))
				return err
			})
			if err != nil {
				return err
			}
		}
		f = os.NewFile(uintptr(handle), "spool")
		// The umask may have taken bits away.
		if err := unix.Fchmod(handle, uint32(mode.Perm())); err != nil && !lacksModes(err) {
			return err
		}
		return nil
	})
	return f, temp, err
}

// publish gives an unfinished file its final name, which must be free.
func publish(folder, f *os.File, temp, name string) error {
	if temp == "" {
		self := fmt.Sprintf("/proc/self/fd/%d", fd(f))
		return again(func() error {
			return unix.Linkat(unix.AT_FDCWD, self, fd(folder), name, unix.AT_SYMLINK_FOLLOW)
		})
	}
	return renameNoReplace(folder, temp, folder, name)
}

// renameNoReplace is rename without overwriting. On a file system that cannot do
// it in one step (some of FUSE) it looks first: two writers could then meet.
func renameNoReplace(from *os.File, oldName string, to *os.File, newName string) error {
	err := again(func() error {
		return unix.Renameat2(fd(from), oldName, fd(to), newName, unix.RENAME_NOREPLACE)
	})
	if !errors.Is(err, unix.EINVAL) && !errors.Is(err, unix.ENOSYS) {
		return err
	}
	if exists(to, newName) {
		return ErrExists
	}
	return again(func() error { return unix.Renameat(fd(from), oldName, fd(to), newName) })
}

func exists(folder *os.File, name string) bool {
	var st unix.Stat_t
	return again(func() error { return unix.Fstatat(fd(folder), name, &st, unix.AT_SYMLINK_NOFOLLOW) }) == nil
}

// discard removes the named temp of an operation that failed; a crash leaves it
// to Sweep, and so does an error here.
func discard(folder *os.File, temp string) {
	if temp != "" {
		_ = unix.Unlinkat(fd(folder), temp, 0)
	}
}

// lacksModes tells the file systems that know no modes (FAT; some drivers of FUSE
// say so in other words): whoever mounted them decides who may read.
func lacksModes(err error) bool {
	return errors.Is(err, unix.EPERM) || errors.Is(err, unix.ENOSYS) || errors.Is(err, unix.EOPNOTSUPP)
}

func lacksTmpfile(err error) bool {
	for _, e := range []error{unix.EOPNOTSUPP, unix.EISDIR, unix.ENOENT, unix.EINVAL, unix.ENOSYS} {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}

// again repeats a system call that a signal interrupted.
func again(call func() error) error {
	for {
		if err := call(); !errors.Is(err, unix.EINTR) {
			return err
		}
	}
}

func fd(f *os.File) int { return int(f.Fd()) }
