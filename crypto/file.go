package crypto

import (
	"crypto/rand"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"unicode"
	"unicode/utf8"
)

// What can go wrong with putting an opened file into a folder.
var (
	// ErrName says that a name is not that of one file in the folder.
	ErrName = errors.New("crypto: not a plain file name")
	// ErrExists says that there is such a file already. Nothing is overwritten.
	ErrExists = errors.New("crypto: there is a file of that name already")
)

// OpenFile opens src and puts what was inside into dstDir under name, mode 0600,
// but only after the clean end of the seal: until then it lies beside under
// another name, and after any error nothing is left. At most bytesMax bytes may be
// inside ([ErrTooLarge]). A file of that name is never overwritten ([ErrExists]).
// The digest is that of the plain file.
func OpenFile(dstDir, name string, src io.Reader, bytesMax int64, with ...*Identity) (Digest, error) {
	r, err := Open(src, with...)
	if err != nil {
		return Digest{}, err
	}
	return Save(dstDir, name, r, bytesMax)
}

// UnpackFile is [OpenFile] for what was packed.
func UnpackFile(dstDir, name string, src io.Reader, bytesMax int64, with ...*Identity) (Digest, error) {
	r, err := UnpackAtMost(bytesMax, src, with...)
	if err != nil {
		return Digest{}, err
	}
	defer r.Close() // returns memory; it cannot fail
	return Save(dstDir, name, r, bytesMax)
}

// Save puts what src gives up to its io.EOF into dstDir under name, on the terms
// of [OpenFile]. Any other error of src leaves nothing.
func Save(dstDir, name string, src io.Reader, bytesMax int64) (Digest, error) {
	return save(dstDir, name, src, bytesMax, func(string) error { return nil })
}

// save announces each operation to step, so that tests can fail every one.
func save(dstDir, name string, src io.Reader, bytesMax int64, step func(string) error) (sum Digest, err error) {
	if !PlainName(name) {
		return Digest{}, ErrName
	}
	if err := step("open folder"); err != nil {
		return Digest{}, err
	}
	// The folder is held from here on: it cannot be exchanged under our hands.
	dir, err := os.OpenRoot(dstDir)
	if err != nil {
		return Digest{}, bare(err)
	}
	defer dir.Close()
	temp := ".baitai-" + rand.Text() + ".tmp"
	linked := false
	defer func() {
		if err == nil {
			return
		}
		// What went wrong first is what is told; litter that cannot be removed
		// is told by the next use of the folder.
		sum = Digest{}
		_ = dir.Remove(temp)
		if linked {
			_ = dir.Remove(name)
		}
	}()
	if sum, err = fill(dir, temp, src, bytesMax, step); err != nil {
		return sum, err
	}
	if err = step("link"); err != nil {
		return sum, err
	}
	if err = publish(dir, temp, name); err != nil {
		return sum, err
	}
	linked = true
	if err = step("unlink"); err != nil {
		return sum, err
	}
	if err = dir.Remove(temp); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return sum, bare(err) // not there: it was renamed, not linked
	}
	err = syncFolder(dir, step)
	return sum, err
}

// fill writes the file under its passing name and syncs it.
func fill(dir *os.Root, temp string, src io.Reader, bytesMax int64, step func(string) error) (Digest, error) {
	if err := step("create"); err != nil {
		return Digest{}, err
	}
	f, err := dir.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return Digest{}, bare(err)
	}
	sum := NewDigester(stepped{f, step})
	_, err = io.Copy(sum, &capped{src, bytesMax})
	if err == nil {
		if err = step("fsync"); err == nil {
			err = f.Sync()
		}
	}
	// Close always, but what went wrong first is what is told.
	if closed := f.Close(); err == nil {
		err = closed
	}
	return sum.Digest(), bare(err)
}

// publish gives the file its name without overwriting anything.
func publish(dir *os.Root, temp, name string) error {
	err := dir.Link(temp, name)
	switch {
	case err == nil:
		return nil
	case errors.Is(err, fs.ErrExist):
		return ErrExists
	}
	return publishByRename(dir, temp, name)
}

// publishByRename is for FAT and some network drives, which know no second name:
// an empty file made with O_EXCL reserves the name, and the rename takes its
// place. A power cut between the two leaves an empty file under the name.
func publishByRename(dir *os.Root, temp, name string) error {
	place, err := dir.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return ErrExists
	}
	if err != nil {
		return bare(err)
	}
	err = place.Close()
	if err == nil {
		err = dir.Rename(temp, name)
	}
	if err != nil {
		return errors.Join(bare(err), bare(dir.Remove(name)))
	}
	return nil
}

func syncFolder(dir *os.Root, step func(string) error) error {
	if err := step("fsync folder"); err != nil {
		return err
	}
	if runtime.GOOS == "windows" {
		return nil // a folder cannot be synced there; NTFS journals the name
	}
	d, err := dir.Open(".")
	if err != nil {
		return bare(err)
	}
	return bare(errors.Join(d.Sync(), d.Close()))
}

// PlainName reports whether name is that of one file in a folder, on Windows too,
// and shows all that it is: no separators, nothing hidden, no control characters
// or marks that turn the direction of writing. Names come from manifests that
// somebody else wrote.
func PlainName(name string) bool {
	return filepath.IsLocal(name) && len(name) <= 255 && utf8.ValidString(name) &&
		!strings.HasPrefix(name, ".") && strings.TrimRight(name, ". ") == name &&
		!strings.ContainsAny(name, `/\:*?"<>|`) &&
		!strings.ContainsFunc(name, func(r rune) bool { return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp) })
}

// bare takes the path out of an error of package os: a name of a file can be
// somebody's name.
func bare(err error) error {
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		return &opError{e.Op, e.Err}
	}
	if e, ok := errors.AsType[*os.LinkError](err); ok {
		return &opError{e.Op, e.Err}
	}
	return err
}

// An opError is an *fs.PathError without its path.
type opError struct {
	op  string
	err error
}

func (e *opError) Error() string { return "crypto: " + e.op + ": " + e.err.Error() }
func (e *opError) Unwrap() error { return e.err }

// stepped announces each write.
type stepped struct {
	w    io.Writer
	step func(string) error
}

func (s stepped) Write(p []byte) (int, error) {
	if err := s.step("write"); err != nil {
		return 0, err
	}
	return s.w.Write(p)
}

// capped fails once more than left bytes have come.
type capped struct {
	r    io.Reader
	left int64
}

func (c *capped) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	if c.left -= int64(n); c.left < 0 {
		return 0, ErrTooLarge
	}
	return n, err
}
