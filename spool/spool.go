//go:build linux

package spool

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// A Spool is the folder that jobs live in. One process at a time may change it;
// its methods must not be called by several goroutines at once.
type Spool struct {
	root string
	disk *Disk
	now  func() time.Time
	opt  Options
	lock *os.File // nil in a view
}

// Options of a spool.
type Options struct {
	Disk     *Disk            // nil: one without a step function
	Now      func() time.Time // must be given
	Still    time.Duration    // how long a file must not have changed before it may be claimed
	MinAge   time.Duration    // the same for a list that came without a side file, which may still come
	MaxBytes int64            // a larger file is refused; 0 means 4 GiB

	// Ahead returns a reader that reads on by itself while what it gave is used, and
	// a function that ends that: a plain file is then read and hashed while it is
	// sealed. The reader MUST give io.EOF, or an error, only when it reads no more, and
	// stop MUST return only then: the file is closed next. nil: one after the other.
	Ahead func(io.Reader) (_ io.Reader, stop func())
}

// states that have a folder of jobs directly below the root.
func jobStates() []State { return []State{Work, Held, Done, Refused} }

// Init makes the folders of a spool, each 0700, and one in inbox/ and outbox/ for
// each office. The parent of root must exist. What is there already is left as
// it is, so Init also adds offices to a spool.
func Init(root string, disk *Disk, offices []string) error {
	for _, office := range offices {
		if err := CheckOffice(office); err != nil {
			return err
		}
	}
	folders := []string{"."}
	for _, state := range append(jobStates(), Inbox, Outbox) {
		folders = append(folders, string(state))
	}
	for _, office := range offices {
		folders = append(folders, filepath.Join(string(Inbox), office), filepath.Join(string(Outbox), office))
	}
	for _, folder := range folders {
		if err := disk.Mkdir(filepath.Join(root, folder), 0o700); err != nil && !errors.Is(err, ErrExists) {
			return err
		}
	}
	content := map[string]string{lockFile: "", formatFile: fmt.Sprintf("baitai spool %d\n", version)}
	for _, name := range []string{lockFile, formatFile} { // format last: it says that the rest is there
		err := disk.Put(root, name, 0o600, func(w io.Writer) error {
			_, err := io.WriteString(w, content[name])
			return err
		})
		if err != nil && !errors.Is(err, ErrExists) {
			return err
		}
	}
	return nil
}

// Open takes the spool for this process until Close. A spool that another process
// has taken is a [*HeldError]. After Open the caller should run Unfinished and
// Sweep before it looks for arrivals.
func Open(root string, o Options) (*Spool, error) {
	if o.Now == nil {
		return nil, ErrNoClock
	}
	if err := checkFormat(root); err != nil {
		return nil, err
	}
	lock, err := os.OpenFile(filepath.Join(root, lockFile), os.O_RDWR|unix.O_NOFOLLOW, 0)
	if err != nil {
		return nil, &OpError{Step: "lock", Err: bare(err)}
	}
	if err := takeLock(lock); err != nil {
		_ = lock.Close()
		return nil, err
	}
	if err := oneFilesystem(root); err != nil {
		_ = lock.Close()
		return nil, err
	}
	if o.MaxBytes == 0 {
		o.MaxBytes = 4 << 30
	}
	return &Spool{root: root, disk: o.Disk, now: o.Now, opt: o, lock: lock}, nil
}

// View opens a spool for reading only, whoever holds it. Jobs may move while they
// are looked at.
func View(root string) (*Spool, error) {
	if err := checkFormat(root); err != nil {
		return nil, err
	}
	return &Spool{root: root}, nil
}

// Close lets other processes have the spool.
func (s *Spool) Close() error {
	if s.lock == nil {
		return nil
	}
	// A program that was just started may still have the file open, until it begins
	// to run: closing alone would leave it locked for that moment.
	err := errors.Join(unix.Flock(fd(s.lock), unix.LOCK_UN), s.lock.Close())
	s.lock = nil
	return err
}

// Root returns the folder of the spool.
func (s *Spool) Root() string { return s.root }

func (s *Spool) mayWrite() error {
	if s.lock == nil {
		return ErrReadOnly
	}
	return nil
}

func (s *Spool) in(state State, more ...string) string {
	return filepath.Join(append([]string{s.root, string(state)}, more...)...)
}

func checkFormat(root string) error {
	text, err := os.ReadFile(filepath.Join(root, formatFile))
	if errors.Is(err, fs.ErrNotExist) {
		return ErrNoSpool
	}
	if err != nil {
		return &OpError{Step: "format", Err: bare(err)}
	}
	number, ok := strings.CutPrefix(strings.TrimSpace(string(text)), "baitai spool ")
	if n, err := strconv.Atoi(number); !ok || err != nil {
		return ErrNoSpool
	} else if n > version {
		return ErrVersion
	}
	return nil
}

// takeLock locks the open lock file and writes the process's number into it. The
// lock is the kernel's: it ends with the process however that ends. The number is
// for messages only.
func takeLock(lock *os.File) error {
	err := again(func() error { return unix.Flock(fd(lock), unix.LOCK_EX|unix.LOCK_NB) })
	if errors.Is(err, unix.EWOULDBLOCK) {
		text := make([]byte, 20)
		n, _ := lock.ReadAt(text, 0)
		pid, _ := strconv.Atoi(strings.TrimSpace(string(text[:n])))
		return &HeldError{PID: pid}
	}
	if err != nil {
		return &OpError{Step: "lock", Err: bare(err)}
	}
	_, err = lock.WriteAt(fmt.Appendf(nil, "%-19d\n", os.Getpid()), 0)
	if err != nil {
		return &OpError{Step: "lock", Err: bare(err)}
	}
	return nil
}

// oneFilesystem makes sure that jobs can move by rename. inbox/ may be a mount
// of its own: lists leave it as sealed copies.
func oneFilesystem(root string) error {
	var first uint64
	for i, state := range append(jobStates(), Outbox) {
		var st unix.Stat_t
		if err := unix.Stat(filepath.Join(root, string(state)), &st); err != nil {
			return ErrNoSpool
		}
		if i == 0 {
			first = uint64(st.Dev)
		} else if uint64(st.Dev) != first {
			return ErrCrossDevice
		}
	}
	return nil
}

// Sweep removes the litter of a crash: claims that did not get as far as an id,
// and unfinished files. It returns how many entries it removed. It leaves inbox/
// alone, where names beginning with a dot belong to those who put them there.
func (s *Spool) Sweep() (int, error) {
	if err := s.mayWrite(); err != nil {
		return 0, err
	}
	var found []string
	walk := func(path string, d fs.DirEntry, err error) error {
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return nil
		case err != nil:
			return &OpError{Step: "sweep", Err: bare(err)}
		case path == s.in(Inbox):
			return fs.SkipDir
		case strings.HasPrefix(d.Name(), litter), strings.HasPrefix(d.Name(), claimLitter):
			found = append(found, path)
			if d.IsDir() {
				return fs.SkipDir
			}
		}
		return nil
	}
	if err := filepath.WalkDir(s.root, walk); err != nil {
		return 0, err
	}
	for i, path := range found {
		if err := s.disk.RemoveAll(path); err != nil {
			return i, err
		}
	}
	return len(found), nil
}
