//go:build unix

package keyring

import (
	"io/fs"
	"os"
	"syscall"
)

// owner returns whom a file belongs to, and whether that is us.
func owner(st fs.FileInfo) (uid int, mine bool) {
	sys, ok := st.Sys().(*syscall.Stat_t)
	if !ok {
		return -1, false
	}
	return int(sys.Uid), int(sys.Uid) == os.Geteuid()
}

// openToOthers reports whether group or others have any right.
func openToOthers(st fs.FileInfo) bool { return st.Mode().Perm()&0o077 != 0 }
