package spool

import (
	"bufio"
	"fmt"
	"os"
	"strings"

	"golang.org/x/sys/unix"
)

// RiskyFilesystem names the file system of path if overwriting a file in place
// does not erase it there: copy-on-write (btrfs, zfs, overlay, bcachefs, f2fs),
// a journal of the data (ext4 data=journal), another machine's disk (NFS, SMB),
// memory that may be swapped out (tmpfs). risky is false where overwriting works or
// nothing is known against it.
func RiskyFilesystem(path string) (name string, risky bool) {
	var st unix.Statfs_t
	if err := again(func() error { return unix.Statfs(path, &st) }); err != nil {
		return "", false
	}
	switch uint32(st.Type) {
	case unix.BTRFS_SUPER_MAGIC:
		return "btrfs", true
	case 0x2fc12fc1:
		return "zfs", true
	case unix.OVERLAYFS_SUPER_MAGIC:
		return "overlay", true
	case 0xca451a4e:
		return "bcachefs", true
	case unix.F2FS_SUPER_MAGIC:
		return "f2fs", true
	case unix.NFS_SUPER_MAGIC:
		return "nfs", true
	case unix.SMB2_SUPER_MAGIC, unix.CIFS_SUPER_MAGIC, unix.SMB_SUPER_MAGIC:
		return "smb", true
	case unix.TMPFS_MAGIC:
		return "tmpfs", true
	case unix.EXT4_SUPER_MAGIC:
		if journalsData(path) {
			return "ext4 data=journal", true
		}
	}
	return "", false
}

// journalsData looks the mount options up; a device that is not listed journals
// nothing that we know of.
func journalsData(path string) bool {
	var st unix.Stat_t
	if err := unix.Stat(path, &st); err != nil {
		return false
	}
	mounts, err := os.Open("/proc/self/mountinfo")
	if err != nil {
		return false
	}
	defer mounts.Close()
	device := fmt.Sprintf("%d:%d", unix.Major(uint64(st.Dev)), unix.Minor(uint64(st.Dev)))
	for lines := bufio.NewScanner(mounts); lines.Scan(); {
		field := strings.Fields(lines.Text())
		if len(field) > 2 && field[2] == device && strings.Contains(field[len(field)-1], "data=journal") {
			return true
		}
	}
	return false
}
