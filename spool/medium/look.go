//go:build linux

package medium

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// Look tells how the medium on which the folder dir lies is formatted, and what is
// free on it.
func Look(dir string) (Format, error) {
	folder, err := os.OpenFile(dir, unix.O_RDONLY|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return Format{}, classify(err)
	}
	defer folder.Close()
	return look(folder)
}

func look(folder *os.File) (Format, error) {
	var st unix.Statfs_t
	if err := unix.Fstatfs(int(folder.Fd()), &st); err != nil {
		return Format{}, classify(err)
	}
	f := Format{Free: -1, Files: -1, NameMax: st.Namelen, ReadOnly: st.Flags&unix.ST_RDONLY != 0}
	unit := st.Frsize
	if unit == 0 {
		unit = st.Bsize
	}
	f.Cluster = max(unit, 512)
	// Some drivers of FUSE (fusefat, fuseiso) say nothing of their size. A medium that
	// fills up in the middle is ErrNoSpace too, only later.
	if st.Blocks > 0 {
		f.Free = int64(st.Bavail) * unit
	}
	at, err := spotOf(int(folder.Fd()), "")
	if err != nil {
		return Format{}, err
	}
	m, err := mountOf(at)
	if err != nil {
		return Format{}, err
	}
	f.Type, f.Kind = m.kind()
	if f.Type == "udf" && !f.ReadOnly {
		f.Kind = Other // a memory stick or a DVD-RAM, not a disc that is written once
	}
	f.Short = m.fstype == "msdos"
	// What FAT and its kin tell of files is made up of the free space.
	if st.Files > 0 && st.Blocks > 0 && !f.Kind.windows() {
		f.Files = int64(st.Ffree)
	}
	return f, nil
}

// A mount is a line of /proc/self/mountinfo, as far as it is needed.
type mount struct {
	id     uint64
	device string // major:minor
	fstype string // with the subtype of FUSE behind a dot
	source string
}

// A spot is where a path leads to: the mount and its device. The number of a mount,
// unlike that of a device, is another one when a medium was pulled out and put in
// again, as long as a file of the old one is open.
type spot struct {
	mount  uint64 // 0 where the kernel does not tell (before 5.8)
	device string // major:minor
}

// spotOf tells where a path leads, or, with an empty path, where an open file lies.
func spotOf(fd int, path string) (spot, error) {
	flags := 0
	if path == "" {
		flags = unix.AT_EMPTY_PATH
	}
	var st unix.Statx_t
	if err := unix.Statx(fd, path, flags, unix.STATX_BASIC_STATS|unix.STATX_MNT_ID, &st); err != nil {
		return spot{}, classify(err)
	}
	at := spot{device: fmt.Sprintf("%d:%d", st.Dev_major, st.Dev_minor)}
	if st.Mask&unix.STATX_MNT_ID != 0 {
		at.mount = st.Mnt_id
	}
	return at, nil
}

// mountOf finds the mount of a spot; one that is not in the list (of another name
// space) is known by nothing.
func mountOf(at spot) (mount, error) {
	list, err := os.Open("/proc/self/mountinfo")
	if err != nil {
		return mount{}, err
	}
	defer list.Close()
	for lines := bufio.NewScanner(list); lines.Scan(); {
		m, ok := parseMount(lines.Text())
		if ok && (m.id == at.mount || at.mount == 0 && m.device == at.device) {
			return m, nil
		}
	}
	return mount{}, nil
}

// parseMount reads a line: «36 35 98:0 /root /where options… - type source super».
func parseMount(line string) (mount, bool) {
	front, back, ok := strings.Cut(line, " - ")
	left, right := strings.Fields(front), strings.Fields(back)
	if !ok || len(left) < 6 || len(right) < 2 {
		return mount{}, false
	}
	id, err := strconv.ParseUint(left[0], 10, 64)
	return mount{id: id, device: left[2], fstype: right[0], source: unescape(right[1])}, err == nil
}

// unescape undoes what the kernel writes for spaces in paths: \040.
func unescape(s string) string {
	var out strings.Builder
	for len(s) > 0 {
		if len(s) >= 4 && s[0] == '\\' {
			if n, err := strconv.ParseUint(s[1:4], 8, 8); err == nil {
				out.WriteByte(byte(n))
				s = s[4:]
				continue
			}
		}
		out.WriteByte(s[0])
		s = s[1:]
	}
	return out.String()
}

// kind names the file system. Drivers of FUSE call themselves fuse.NAME; those of
// block devices (ntfs-3g, exfat-fuse) are all «fuseblk», so that the first sector of
// the device, or what udev has read of it, has to tell.
func (m mount) kind() (string, Kind) {
	if m.fstype == "fuse" || m.fstype == "fuseblk" {
		name := bootSector(m.source)
		if name == "" {
			name = udevType(m.device)
		}
		if name != "" {
			return name, kindOf(name)
		}
	}
	return m.fstype, kindOf(m.fstype)
}

func kindOf(fstype string) Kind {
	name := strings.TrimPrefix(strings.TrimPrefix(fstype, "fuseblk."), "fuse.")
	switch name {
	case "vfat", "msdos", "fat", "fusefat", "fat12", "fat16", "fat32":
		return FAT
	case "exfat", "exfat-fuse", "texfat":
		return ExFAT
	case "ntfs", "ntfs3", "ntfs-3g", "lowntfs-3g":
		return NTFS
	case "iso9660", "udf", "fuseiso", "cdfs":
		return Disc
	}
	return Other
}

// bootSector tells a file system by the first sector of the device or image that is
// mounted; "" where that cannot be read, or tells nothing.
func bootSector(source string) string {
	if !strings.HasPrefix(source, "/") {
		return ""
	}
	f, err := os.OpenFile(source, unix.O_RDONLY|unix.O_NONBLOCK|unix.O_CLOEXEC|unix.O_NOCTTY, 0)
	if err != nil {
		return ""
	}
	defer f.Close()
	if info, err := f.Stat(); err != nil || info.Mode()&os.ModeCharDevice != 0 {
		return ""
	}
	sector := make([]byte, 512)
	if _, err := io.ReadFull(f, sector); err != nil {
		return ""
	}
	return typeOfSector(sector)
}

func typeOfSector(sector []byte) string {
	maker, fat16, fat32 := string(sector[3:11]), string(sector[54:59]), string(sector[82:90])
	switch {
	case maker == "NTFS    ":
		return "ntfs"
	case maker == "EXFAT   ":
		return "exfat"
	case fat32 == "FAT32   ", strings.HasPrefix(fat16, "FAT1"):
		return "vfat"
	}
	return ""
}

// udevType asks what udev found on a device, which everybody may read.
func udevType(device string) string {
	f, err := os.Open(fmt.Sprintf("/run/udev/data/b%s", device))
	if err != nil {
		return ""
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if name, ok := strings.CutPrefix(lines.Text(), "E:ID_FS_TYPE="); ok {
			return name
		}
	}
	return ""
}

// A place is the folder of a medium to which is written, held open, so that it is
// noticed when another medium, or none, is there at the end.
type place struct {
	path   string
	folder *os.File
	spot   spot
	Format
}

func openPlace(path string) (*place, error) {
	folder, err := os.OpenFile(path, unix.O_RDONLY|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, classify(err)
	}
	p := &place{path: path, folder: folder}
	if p.Format, err = look(folder); err == nil {
		p.spot, err = spotOf(int(folder.Fd()), "")
	}
	if err != nil {
		_ = folder.Close()
		return nil, err
	}
	return p, nil
}

func (p *place) close() { _ = p.folder.Close() }

// still refuses when the medium does not answer, or when the path leads to another
// mount than at the beginning: what was written went to one that is not there any more.
func (p *place) still() error {
	var st unix.Statfs_t // the kernel remembers what stat says; this it has to ask
	if err := unix.Fstatfs(int(p.folder.Fd()), &st); err != nil {
		return classify(err)
	}
	at, err := spotOf(unix.AT_FDCWD, p.path)
	if err != nil {
		return err
	}
	if at != p.spot {
		return &Error{Kind: ErrPulledOut, Cause: unix.ENODEV}
	}
	return nil
}
