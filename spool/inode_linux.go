package spool

import (
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// inode says which file a name stood for when it was looked at.
type inode struct {
	Dev     uint64 `json:"dev"`
	Ino     uint64 `json:"ino"`
	Born    int64  `json:"born_ns"` // since 1970; 0 where the file system does not know
	Size    int64  `json:"size"`
	Written int64  `json:"written_ns"` // last change of the content, since 1970

	changed int64 // last change of content, name or mode: nobody can set it back
	mode    uint16
	links   uint32
}

// same reports whether both are the same file of the same size, whatever was
// written into it. The number of a removed file is given to the next one at once,
// so the time of birth has to agree; the number of a device may change when the
// machine starts again, so it counts only where no birth is known.
func (a inode) same(b inode) bool {
	if a.Ino != b.Ino || a.Size != b.Size || a.Born != b.Born {
		return false
	}
	return a.Born != 0 || a.Dev == b.Dev
}

// kind refuses by name what is no regular file with exactly one name.
func (a inode) kind() error {
	switch a.mode & unix.S_IFMT {
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
	if a.links > 1 {
		return ErrHardLink
	}
	return nil
}

// inodeAt looks at an entry of a folder without following a link, or at the open
// file itself when name is empty.
func inodeAt(folder *os.File, name string) (inode, error) {
	flags := unix.AT_SYMLINK_NOFOLLOW
	if name == "" {
		flags |= unix.AT_EMPTY_PATH
	}
	var st unix.Statx_t
	err := again(func() error {
		return unix.Statx(fd(folder), name, flags, unix.STATX_BASIC_STATS|unix.STATX_BTIME, &st)
	})
	if err != nil {
		return inode{}, err
	}
	id := inode{
		Dev: unix.Mkdev(st.Dev_major, st.Dev_minor), Ino: st.Ino, Size: int64(st.Size),
		Written: nanos(st.Mtime), changed: nanos(st.Ctime), mode: st.Mode, links: st.Nlink,
	}
	if st.Mask&unix.STATX_BTIME != 0 {
		id.Born = nanos(st.Btime)
	}
	return id, nil
}

func nanos(t unix.StatxTimestamp) int64 { return t.Sec*1e9 + int64(t.Nsec) }

// openRegular opens an entry of folder without following a link and without
// waiting for the other end of a pipe, and refuses what is no plain file.
func openRegular(folder *os.File, name string, flags int) (*os.File, error) {
	id, err := inodeAt(folder, name)
	if err != nil {
		return nil, err
	}
	if err := id.kind(); err != nil {
		return nil, err // opening a device may already do something
	}
	handle := -1
	err = again(func() (err error) {
		handle, err = unix.Openat(fd(folder), name, flags|unix.O_NOFOLLOW|unix.O_NONBLOCK|unix.O_CLOEXEC|unix.O_NOCTTY, 0)
		return err
	})
	if err != nil {
		return nil, err
	}
	f := os.NewFile(uintptr(handle), "spool")
	id, err = inodeAt(f, "") // it may have been exchanged since
	if err == nil {
		err = id.kind()
	}
	if err != nil {
		_ = f.Close()
		return nil, err
	}
	return f, nil
}

// OpenRegular opens a file for reading. It follows no symbolic link in the last
// part of path, waits for nothing, and refuses what is no regular file with
// exactly one name: [ErrSymlink], [ErrFIFO], [ErrSubfolder], [ErrNotRegular],
// [ErrHardLink]. Its errors do not hold the path.
func OpenRegular(path string) (*os.File, error) {
	folder, err := os.OpenFile(filepath.Dir(path), unix.O_RDONLY|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, &OpError{Step: "open", Err: bare(err)}
	}
	defer folder.Close()
	f, err := openRegular(folder, filepath.Base(path), unix.O_RDONLY)
	if err != nil {
		return nil, &OpError{Step: "open", Err: bare(err)}
	}
	return f, nil
}

// OpenForWriting reports whether some process of this machine has f open for
// writing, as far as the file system tells.
func OpenForWriting(f *os.File) bool {
	writer, _ := openForWriting(f)
	return writer
}

// openForWriting tells for certain whether some process of this machine has f
// open for writing: the kernel gives a read lease only when there is none. known
// is false where leases do not work (network file systems, a file of another
// owner); then only stillness tells.
func openForWriting(f *os.File) (writer, known bool) {
	err := again(func() error {
		_, err := unix.FcntlInt(f.Fd(), unix.F_SETLEASE, unix.F_RDLCK)
		return err
	})
	switch err {
	case nil:
		_, _ = unix.FcntlInt(f.Fd(), unix.F_SETLEASE, unix.F_UNLCK)
		return false, true
	case unix.EAGAIN:
		return true, true
	}
	return false, false
}
