//go:build linux

package wrap

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// envChild tells a child process of a test which container to open.
const envChild = "BAITAI_TEST_CONTAINER"

func TestMain(m *testing.M) {
	if path := os.Getenv(envChild); path != "" {
		raw, err := os.ReadFile(path)
		if err != nil || readAll(raw, Options{Name: filepath.Base(path), Aside: onDisk(filepath.Dir(path))}) == nil {
			os.Exit(1)
		}
		status, _ := os.ReadFile("/proc/self/status") // of this process alone; what rusage tells begins with its parent's
		_, peak, _ := strings.Cut(string(status), "VmHWM:")
		fmt.Println(strings.Fields(peak)[0])
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// onDisk puts aside into files, as a site does, so that what lies aside does not
// count as memory. Nothing here is personal.
func onDisk(dir string) func(func(io.Writer) error) (ReadAtCloser, int64, error) {
	return func(write func(io.Writer) error) (ReadAtCloser, int64, error) {
		f, err := os.CreateTemp(dir, "aside-")
		if err != nil {
			return nil, 0, err
		}
		if err := write(f); err != nil {
			return nil, 0, err
		}
		info, err := f.Stat()
		return f, info.Size(), err
	}
}

// TestHostileContainersNeedLittleMemory opens each in a process of its own, of
// which the kernel tells the most memory that it ever had.
func TestHostileContainersNeedLittleMemory(t *testing.T) {
	const kilobytesMax, secondsMax = 128 << 10, 5
	var most int64
	for _, h := range corpus() {
		dir := t.TempDir()
		raw, err := os.ReadFile(filepath.Join(hostileFolder(), h.file))
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(dir, h.file)
		if err := os.WriteFile(path, bytes.Clone(raw), 0o600); err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), envChild+"="+path)
		began := time.Now()
		out, err := cmd.Output()
		if err != nil {
			t.Errorf("%s: %v", h.file, err)
			continue
		}
		used, err := strconv.ParseInt(strings.TrimSpace(string(out)), 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		most = max(most, used)
		if took := time.Since(began); used > kilobytesMax || took > secondsMax*time.Second {
			t.Errorf("%s: %d KB, %v", h.file, used, took)
		}
	}
	t.Logf("at most %d KB", most)
}
