package spool

import (
	"bytes"
	"crypto/rand"
	"io"
	rand2 "math/rand/v2"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// Erase overwrites a file in place with random bytes, fsyncs it, reads it back,
// removes its name and fsyncs the folder. Only so do its bytes leave the disk: a
// rename or a plain remove leaves all of them there.
//
// It refuses a symbolic link, whatever is no regular file, and a file with a
// second name (hard link), each by its own error, before it writes anything.
//
// It promises nothing about copies that the file system, an SSD, a snapshot or a
// backup made; see [RiskyFilesystem].
func (d *Disk) Erase(path string) error {
	_, err := d.erase(path, nil)
	return err
}

// erase is Erase of the file only if it is still the one meant (nil: any). It
// reports whether the name stood for that file.
func (d *Disk) erase(path string, want *inode) (found bool, err error) {
	parent, err := d.openDir("erase:opendir", filepath.Dir(path))
	if err != nil {
		return false, err
	}
	defer parent.Close()
	name := filepath.Base(path)
	var f *os.File
	err = d.do("erase:open", func() (err error) {
		f, err = openRegular(parent, name, unix.O_RDWR)
		return err
	})
	if err != nil {
		return false, err
	}
	defer f.Close()
	id, err := inodeOf(f)
	if err != nil {
		return false, &OpError{Step: "erase:open", Err: bare(err)}
	}
	if want != nil && !id.same(*want) {
		return false, nil
	}
	if err := d.overwrite(f, id.Size); err != nil {
		return true, err
	}
	err = d.do("erase:unlink", func() error {
		var st unix.Stat_t
		if err := unix.Fstatat(fd(parent), name, &st, unix.AT_SYMLINK_NOFOLLOW); err != nil {
			return err
		}
		if uint64(st.Dev) != id.Dev || st.Ino != id.Ino {
			return ErrVanished
		}
		return again(func() error { return unix.Unlinkat(fd(parent), name, 0) })
	})
	if err != nil {
		return true, err
	}
	return true, d.sync("erase:dirsync", parent)
}

// overwrite writes size random bytes over the file and reads them back. The
// bytes come from a seeded stream, so that reading back needs no second copy.
func (d *Disk) overwrite(f *os.File, size int64) error {
	var seed [32]byte
	if _, err := rand.Read(seed[:]); err != nil {
		return &OpError{Step: "erase:write", Err: err}
	}
	buf := make([]byte, min(1<<20, max(size, 1)))
	noise := rand2.NewChaCha8(seed)
	w := d.writer(f, "erase:write")
	for left := size; left > 0; {
		chunk := buf[:min(left, int64(len(buf)))]
		_, _ = noise.Read(chunk) // documented never to fail
		if _, err := w.Write(chunk); err != nil {
			return err
		}
		left -= int64(len(chunk))
	}
	if err := d.sync("erase:fsync", f); err != nil {
		return err
	}
	return d.do("erase:readback", func() error {
		dropCache(f)
		return compare(io.NewSectionReader(f, 0, size), rand2.NewChaCha8(seed), buf)
	})
}

// compare reads r to its end and holds it against as many bytes of noise.
func compare(r io.Reader, noise *rand2.ChaCha8, buf []byte) error {
	want := make([]byte, len(buf))
	for {
		n, err := io.ReadFull(r, buf)
		_, _ = noise.Read(want[:n])
		if !bytes.Equal(buf[:n], want[:n]) {
			return ErrReadBack
		}
		if err == io.EOF || err == io.ErrUnexpectedEOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// inode says which file a name stood for.
type inode struct {
	Dev  uint64 `json:"dev"`
	Ino  uint64 `json:"ino"`
	Size int64  `json:"size"`
}

// same reports whether both are the same file, of the same size: a number that
// was given to another file after the first was removed is likely to be caught.
func (a inode) same(b inode) bool { return a == b }

func inodeOf(f *os.File) (inode, error) {
	var st unix.Stat_t
	if err := again(func() error { return unix.Fstat(fd(f), &st) }); err != nil {
		return inode{}, err
	}
	return inode{Dev: uint64(st.Dev), Ino: st.Ino, Size: st.Size}, nil
}

// openRegular opens an entry of folder without following a link and without
// waiting for the other end of a pipe, and refuses what is no plain file.
func openRegular(folder *os.File, name string, flags int) (*os.File, error) {
	handle := -1
	err := again(func() (err error) {
		handle, err = unix.Openat(fd(folder), name, flags|unix.O_NOFOLLOW|unix.O_NONBLOCK|unix.O_CLOEXEC|unix.O_NOCTTY, 0)
		return err
	})
	if err != nil {
		return nil, refineOpen(folder, name, err)
	}
	f := os.NewFile(uintptr(handle), "spool")
	var st unix.Stat_t
	err = again(func() error { return unix.Fstat(handle, &st) })
	if err == nil {
		err = checkKind(&st)
	}
	if err != nil {
		_ = f.Close()
		return nil, err
	}
	return f, nil
}

// refineOpen says what stands in the way when open itself refuses: a folder
// (EISDIR), a socket (ENXIO), a pipe opened for writing (ENXIO).
func refineOpen(folder *os.File, name string, cause error) error {
	var st unix.Stat_t
	if unix.Fstatat(fd(folder), name, &st, unix.AT_SYMLINK_NOFOLLOW) == nil {
		if err := checkKind(&st); err != nil && err != ErrHardLink {
			return err
		}
	}
	return cause
}

// checkKind refuses by name what is no regular file with exactly one name.
func checkKind(st *unix.Stat_t) error {
	switch st.Mode & unix.S_IFMT {
	case unix.S_IFREG:
	case unix.S_IFLNK:
		return ErrSymlink
	case unix.S_IFIFO:
		return ErrFIFO
	case unix.S_IFDIR:
		return ErrSubfolder
	default:
		return ErrNotRegular
	}
	if st.Nlink > 1 {
		return ErrHardLink
	}
	return nil
}

// dropCache asks the kernel to forget the clean pages of f, so that what is read
// next comes from the device. It is only a request.
func dropCache(f *os.File) { _ = unix.Fadvise(fd(f), 0, 0, unix.FADV_DONTNEED) }
