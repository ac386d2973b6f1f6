//go:build linux

// Package mediumtest gives tests real media (媒体): images that are formatted by the
// stock tools and mounted by the kernel or by drivers of FUSE, which can be pulled
// out in the middle.
//
// It hides how each of them is made and mounted. It promises that a machine without
// the tools, or a user without the right to mount, skips the test, and that CI as
// root fails it, unless the machine lets not even root mount; and that nothing stays
// mounted.
package mediumtest

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// Kinds are the formats that media come in.
func Kinds() []string { return []string{"fat", "exfat", "ntfs", "ext4"} }

// A Medium is an image with a place where it is mounted.
type Medium struct {
	Dir   string
	kind  string
	image string
	loop  string // device, while it is mounted through one
}

// formats are the commands that format an image.
func formats() map[string][]string {
	return map[string][]string{
		"fat": {"mkfs.vfat", "-F", "32"}, "fat16": {"mkfs.vfat", "-F", "16"}, "exfat": {"mkfs.exfat"},
		"ntfs": {"mkntfs", "-F", "-Q"}, "ext4": {"mkfs.ext4", "-q", "-F", "-m", "0"},
	}
}

// New formats a medium of one of the Kinds, or fat16, and mounts it.
func New(t testing.TB, kind string, size int64) *Medium {
	t.Helper()
	m := &Medium{Dir: t.TempDir(), kind: kind, image: filepath.Join(t.TempDir(), "image")}
	if err := os.WriteFile(m.image, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(m.image, size); err != nil {
		t.Fatal(err)
	}
	format := formats()[kind]
	command(t, format[0], append(format[1:], m.image)...)
	t.Cleanup(m.Close)
	m.Mount(t)
	return m
}

// Disc mounts an ISO image at a place, as a disc in its drive is.
func Disc(t testing.TB, image, dir string) *Medium {
	t.Helper()
	m := &Medium{Dir: dir, kind: "iso", image: image}
	t.Cleanup(m.Close)
	m.Mount(t)
	return m
}

// Burn makes an ISO image of the files of a folder with the program that others use.
func Burn(t testing.TB, dir, image string) {
	t.Helper()
	command(t, "genisoimage", "-quiet", "-J", "-R", "-input-charset", "utf-8", "-o", image, dir)
}

// At moves the place where it is mounted.
func (m *Medium) At(t testing.TB, dir string) *Medium {
	t.Helper()
	m.Close()
	m.Dir = dir
	m.Mount(t)
	return m
}

// Mount puts the medium in.
func (m *Medium) Mount(t testing.TB) {
	t.Helper()
	mountable(t, m.kind)
	switch m.kind {
	case "fat", "fat16":
		command(t, "fusefat", "-o", "rw+", m.image, m.Dir)
	case "exfat":
		command(t, "mount.exfat-fuse", m.device(t), m.Dir)
	case "ntfs":
		command(t, "ntfs-3g", m.device(t), m.Dir)
	case "ext4":
		command(t, "mount", "-o", "loop", m.image, m.Dir)
	case "iso":
		command(t, "fuseiso", m.image, m.Dir)
	}
}

// mountable skips the test where the machine lets nobody mount, not even root: a
// container without the right or the devices has no media, whatever is installed.
func mountable(t testing.TB, kind string) {
	t.Helper()
	skip := func(err error) {
		t.Helper()
		if os.Getenv("CI") == "true" { // no program is missing, but nobody shall believe that it was tested
			fmt.Fprintf(os.Stderr, "real media (%s) are not tested: this machine lets nobody mount: %v\n", kind, err)
		}
		t.Skipf("nothing can be mounted on this machine: %v", err)
	}
	var devices []string
	if kind != "ext4" {
		devices = append(devices, "/dev/fuse")
	}
	if kind == "ext4" || kind == "exfat" || kind == "ntfs" {
		devices = append(devices, "/dev/loop-control")
	}
	for _, device := range devices {
		f, err := os.OpenFile(device, os.O_RDWR, 0)
		if err != nil {
			skip(err)
		}
		f.Close()
	}
	dir := t.TempDir()
	switch err := unix.Mount("tmpfs", dir, "tmpfs", 0, "size=64k"); err {
	case nil:
		_ = unix.Unmount(dir, unix.MNT_DETACH)
	case unix.EPERM, unix.EACCES, unix.ENOSYS:
		skip(err)
	}
}

func (m *Medium) device(t testing.TB) string {
	t.Helper()
	for range 20 { // others may take the free one first
		out, err := try("losetup", "-f", "--show", m.image)
		if m.loop = strings.TrimSpace(out); err == nil {
			return m.loop
		}
		time.Sleep(50 * time.Millisecond)
	}
	m.loop = strings.TrimSpace(command(t, "losetup", "-f", "--show", m.image))
	return m.loop
}

// PullOut takes the medium out while it is in use: its driver is killed, so that
// whatever is asked of it fails, or, without a driver, the mount is taken away.
func (m *Medium) PullOut() error {
	pid, err := driver(m.Dir)
	if err == nil && pid > 0 {
		err = unix.Kill(pid, unix.SIGKILL)
		for range 200 { // the kernel ends what waits for it a moment later
			var st unix.Statfs_t // stat may be answered from what the kernel remembers
			if unix.Statfs(m.Dir, &st) != nil {
				return err
			}
			time.Sleep(5 * time.Millisecond)
		}
		return fmt.Errorf("the driver is still there: %w", err)
	}
	return unix.Unmount(m.Dir, unix.MNT_DETACH)
}

// Vanish takes the mount away and leaves an empty folder in its place, as when
// somebody else unmounts it by force.
func (m *Medium) Vanish() error { return unix.Unmount(m.Dir, unix.MNT_DETACH) }

// Close takes the medium out in an orderly way, whatever state it is in, and waits
// for its driver, which still writes.
func (m *Medium) Close() {
	pid, _ := driver(m.Dir)
	if unix.Unmount(m.Dir, 0) != nil {
		_ = unix.Unmount(m.Dir, unix.MNT_DETACH)
	}
	for range 400 {
		if line, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid)); err != nil || len(line) == 0 {
			break // ended, though perhaps not buried
		}
		time.Sleep(5 * time.Millisecond)
	}
	if m.loop != "" {
		_ = exec.Command("losetup", "-d", m.loop).Run()
		m.loop = ""
	}
}

// Fill takes all the free space but about so many bytes.
func (m *Medium) Fill(t testing.TB, leave int64) {
	t.Helper()
	f, err := os.Create(filepath.Join(m.Dir, "filler"))
	if err != nil {
		t.Fatal(err)
	}
	sum := int64(0)
	for _, block := range []int{256 << 10, 4096, 512} { // the rest of a large one may still go
		for {
			n, err := f.Write(make([]byte, block))
			sum += int64(n)
			if err != nil {
				break
			}
		}
	}
	_ = f.Truncate(max(sum-leave, 0))
	_ = f.Close()
}

// Extract reads a folder of a medium that is not mounted with a program that has
// nothing to do with its driver, into dir. Of exFAT there is none: it is only checked.
func (m *Medium) Extract(t testing.TB, folder, dir string) (extracted bool) {
	t.Helper()
	switch m.kind {
	case "fat": // of fat16 fusefat leaves a mark that mtools do not understand
		command(t, "mcopy", "-s", "-n", "-i", m.image, "::/"+folder, dir)
	case "exfat":
		command(t, "fsck.exfat", "-n", m.image)
		return false
	default:
		command(t, "7zz", "x", "-y", "-o"+dir, m.image, folder)
	}
	return true
}

// driver finds the process of FUSE that serves a folder, by the arguments that it was
// started with; 0 where the kernel does it alone.
func driver(dir string) (int, error) {
	all, err := filepath.Glob("/proc/[0-9]*/cmdline")
	if err != nil {
		return 0, err
	}
	for _, file := range all {
		line, err := os.ReadFile(file)
		if err != nil || !bytes.Contains(line, []byte("\x00"+dir+"\x00")) {
			continue
		}
		name, _, _ := strings.Cut(string(line), "\x00")
		switch filepath.Base(name) {
		case "fusefat", "mount.exfat-fuse", "ntfs-3g", "fuseiso":
			return strconv.Atoi(filepath.Base(filepath.Dir(file)))
		}
	}
	return 0, nil
}

// command runs a program that was not written here.
func command(t testing.TB, name string, args ...string) string {
	t.Helper()
	out, err := try(name, args...)
	if err != nil {
		if os.Getenv("CI") == "true" && os.Getuid() == 0 {
			t.Fatal(err)
		}
		t.Skipf("no real medium: %v", err)
	}
	return out
}

func try(name string, args ...string) (string, error) {
	path, err := exec.LookPath(name)
	for _, dir := range []string{"/usr/sbin/", "/sbin/"} { // not on everybody's PATH
		if err != nil {
			path, err = exec.LookPath(dir + name)
		}
	}
	if err != nil {
		return "", fmt.Errorf("%s: %w", name, err)
	}
	var said bytes.Buffer
	c := exec.Command(path, args...)
	c.Stderr = &said
	out, err := c.Output()
	if err != nil {
		return "", fmt.Errorf("%s: %w: %s", name, err, said.String())
	}
	return string(out), nil
}
