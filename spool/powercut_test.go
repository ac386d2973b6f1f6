//go:build linux

package spool_test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"unsafe"

	"golang.org/x/sys/unix"

	"baitai/spool"
)

// A laboratory for power cuts: an ext4 in a file, and the ioctl that stops it
// without writing its journal out, which is what the disk sees when the power fails.

// childPuts writes files until it is killed and says each name when it is written:
// by the recipe, or (the control) by os.WriteFile.
func childPuts(root string) error {
	var d *spool.Disk
	fmt.Println("started")
	for i := 0; ; i++ {
		name, body := fmt.Sprintf("f%06d", i), strings.Repeat("x", 4500)
		var err error
		switch {
		case os.Getenv("BAITAI_RECIPE") == "none":
			err = os.WriteFile(filepath.Join(root, name), []byte(body), 0o600)
		case i%3 == 0:
			err = d.Put(root, name, 0o600, func(w io.Writer) error { _, err := io.WriteString(w, body); return err })
		case i%3 == 1:
			err = d.Replace(root, name, 0o600, func(w io.Writer) error { _, err := io.WriteString(w, body); return err })
		default:
			err = d.WithTemp(root, name, body)
		}
		if err != nil {
			return err
		}
		fmt.Println(name)
	}
}

func TestWhatWasAcknowledgedSurvivesAPowerCut(t *testing.T) {
	rounds := 6
	if testing.Short() {
		rounds = 2
	}
	for round := range rounds {
		acked, lost, torn := powerCut(t, "put", 10+37*round)
		if acked == 0 || lost != 0 || torn != 0 {
			t.Errorf("round %d: %d acknowledged, %d lost, %d torn", round, acked, lost, torn)
		}
	}
}

// TestTheLaboratoryLosesWhatIsNotSynced makes sure that the test above can fail.
func TestTheLaboratoryLosesWhatIsNotSynced(t *testing.T) {
	if acked, lost, torn := powerCut(t, "none", 200); acked == 0 || lost+torn == 0 {
		t.Errorf("%d acknowledged, %d lost, %d torn", acked, lost, torn)
	}
}

// powerCut lets a child write at least so many files, cuts the power, and counts.
func powerCut(t *testing.T, recipe string, files int) (acked, lost, torn int) {
	t.Helper()
	place, err := os.MkdirTemp("/dev/shm", "image-") // the disk below the disk need not be real
	if err != nil {
		place = t.TempDir()
	}
	defer os.RemoveAll(place)
	image, dir := filepath.Join(place, "image"), t.TempDir()
	must(t, os.WriteFile(image, nil, 0o600))
	must(t, os.Truncate(image, 64<<20))
	lab(t, exec.Command("mkfs.ext4", "-q", "-F", image))
	mount := func() { lab(t, exec.Command("mount", "-o", "loop", image, dir)) }
	mount()
	defer func() { _ = exec.Command("umount", "-l", dir).Run() }()
	self, err := os.Executable()
	must(t, err)
	child := exec.Command(self)
	child.Env = append(os.Environ(), "BAITAI_SPOOL_CHILD=puts", "BAITAI_SPOOL_ROOT="+dir, "BAITAI_RECIPE="+recipe)
	out, err := child.StdoutPipe()
	must(t, err)
	must(t, child.Start())
	lines := bufio.NewReader(out)
	for range 1 + files {
		_, err = lines.ReadString('\n')
		must(t, err)
	}
	must(t, child.Process.Signal(unix.SIGSTOP))
	must(t, cutPower(dir))
	must(t, child.Process.Kill())
	var names []string
	for i := range files {
		names = append(names, fmt.Sprintf("f%06d", i))
	}
	for {
		line, err := lines.ReadString('\n')
		if err != nil {
			break
		}
		names = append(names, strings.TrimSpace(line))
	}
	_ = child.Wait()
	must(t, exec.Command("umount", dir).Run())
	mount()
	for _, name := range names {
		info, err := os.Stat(filepath.Join(dir, name))
		if errors.Is(err, os.ErrNotExist) {
			lost++
		} else if err != nil || info.Size() != 4500 || content(t, filepath.Join(dir, name)) != strings.Repeat("x", 4500) {
			torn++
		}
	}
	return len(names), lost, torn
}

// lab runs a command that needs root and loop devices; without them the test is
// skipped, but never where CI promises them.
func lab(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	if out, err := cmd.CombinedOutput(); err != nil {
		if loops, _ := filepath.Glob("/dev/loop[0-9]*"); os.Getenv("CI") == "true" && os.Getuid() == 0 && len(loops) > 0 {
			t.Fatalf("%v: %s", err, out)
		}
		t.Skipf("no laboratory: %v", err)
	}
}

// cutPower is FS_IOC_SHUTDOWN without flushing the journal.
func cutPower(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer f.Close()
	const shutdown, noLogFlush = 0x8004587d, 2
	how := uint32(noLogFlush)
	if _, _, errno := unix.Syscall(unix.SYS_IOCTL, f.Fd(), shutdown, uintptr(unsafe.Pointer(&how))); errno != 0 {
		return errno
	}
	return nil
}
