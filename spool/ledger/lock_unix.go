//go:build unix

package ledger

import (
	"errors"
	"os"
	"sync"

	"golang.org/x/sys/unix"
)

// lock holds the folder itself, so that no lock file can be left over or
// removed. The kernel gives it up when the process ends, however it ends.
func lock(dir string) (unlock func() error, err error) {
	f, err := os.OpenFile(dir, unix.O_RDONLY|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, err
	}
	if err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		f.Close()
		if errors.Is(err, unix.EWOULDBLOCK) {
			return nil, ErrHeld
		}
		return nil, err
	}
	// A program that was just started may still have the folder open, until it begins
	// to run: closing alone would leave it locked for that moment.
	return sync.OnceValue(func() error { return errors.Join(unix.Flock(int(f.Fd()), unix.LOCK_UN), f.Close()) }), nil
}
