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
	parent, err := d.openDir("erase:opendir", filepath.Dir(path))
	if err != nil {
		return err
	}
	defer parent.Close()
	_, err = d.eraseIn(parent, filepath.Base(path), nil)
	return err
}

// eraseIn is Erase of an entry of a folder that is open, if the entry is still
// the file meant (nil: any). It reports whether the name stood for that file.
func (d *Disk) eraseIn(parent *os.File, name string, want *inode) (found bool, err error) {
	var f *os.File
	err = d.do("erase:open", func() (err error) {
		f, err = openRegular(parent, name, unix.O_RDWR)
		return err
	})
	if err != nil {
		return false, err
	}
	defer f.Close()
	id, err := inodeAt(f, "")
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
		if now, err := inodeAt(parent, name); err != nil {
			return err
		} else if !now.same(id) {
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
		DropCache(f)
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

// DropCache asks the kernel to forget the clean pages of f, so that what is read
// next comes from the device. It is only a request.
func DropCache(f *os.File) { _ = unix.Fadvise(fd(f), 0, 0, unix.FADV_DONTNEED) }
