package job

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"baitai/pipeline/issue"
)

// privatePrefix is what names of private folders begin with.
const privatePrefix = "baitai-"

// A privateDir is a folder of this process alone for what must not reach a disk:
// excelize writes whole sheets into temporary files. Its lock is the kernel's and
// ends with the process, so that what a killed process left is told from what
// another one, of another site perhaps, is using.
type privateDir struct {
	path string
	lock *os.File
}

// newPrivateDir removes what killed processes have left and makes a new folder.
func newPrivateDir(parent string) (*privateDir, error) {
	if err := sweepPrivate(parent); err != nil {
		return nil, err
	}
	for {
		path, err := os.MkdirTemp(parent, privatePrefix)
		if err != nil {
			return nil, issue.New(issue.NoSuchPath, issue.Pos{File: filepath.Base(parent)}).Because(err)
		}
		lock, err := lockFolder(path)
		if err != nil && !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, err
		}
		if err == nil && same(lock, path) {
			return &privateDir{path, lock}, nil
		}
		if lock != nil { // another process swept it before it was locked
			_ = lock.Close()
		}
	}
}

func (p *privateDir) remove() error {
	return errors.Join(os.RemoveAll(p.path), p.lock.Close())
}

// sweepPrivate removes the private folders that no process holds.
func sweepPrivate(parent string) error {
	left, err := filepath.Glob(filepath.Join(parent, privatePrefix+"*"))
	if err != nil {
		return err
	}
	for _, dir := range left {
		if info, err := os.Lstat(dir); err != nil || !info.IsDir() || !ownedByUs(info) {
			continue
		}
		lock, err := lockFolder(dir)
		if err != nil {
			continue // in use, or gone
		}
		if err := errors.Join(os.RemoveAll(dir), lock.Close()); err != nil {
			return err
		}
	}
	return nil
}

func lockFolder(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_DIRECTORY|syscall.O_NOFOLLOW, 0)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// same reports whether the name still stands for the open folder.
func same(f *os.File, path string) bool {
	open, err := f.Stat()
	if err != nil {
		return false
	}
	named, err := os.Lstat(path)
	return err == nil && os.SameFile(open, named)
}

// ownedByUs reports whether a folder belongs to the user this program runs as.
func ownedByUs(info fs.FileInfo) bool {
	st, ok := info.Sys().(*syscall.Stat_t)
	return ok && int(st.Uid) == os.Geteuid()
}
