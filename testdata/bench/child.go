package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

// A command is one process.
type command struct {
	args  []string
	stdin string // text for its standard input
	dir   string
	pipe  *command // reads what this one writes
	fine  []int    // exit codes besides 0 that are no failure
}

// A step is a command, or two with a pipe between them, that is timed as a whole.
type step struct {
	work work // what the time of this step is noted as, too; 0: nothing of its own
	command
}

// A job is what is timed: steps, one after the other.
type job struct {
	work  work
	warm  []string // files and folders that are read first, so that all start with equal caches
	steps []step
}

// A sample is one measurement.
type sample struct {
	wall time.Duration
	cpu  time.Duration // user and system, of all processes
	rss  int64         // bytes: the largest peak of a process, as the kernel counts it (wait4)
	out  string        // standard output of the last step
}

// then adds what came after.
func (s sample) then(t sample) sample {
	return sample{wall: s.wall + t.wall, cpu: s.cpu + t.cpu, rss: max(s.rss, t.rss), out: t.out}
}

// measure runs a job once. Dirty pages are written out before, and what the job
// reads is read once, so that no job pays for the one before it.
func (j job) measure(ctx context.Context, note func(work, sample)) (sample, error) {
	for _, w := range j.warm {
		if err := readAll(w); err != nil {
			return sample{}, err
		}
	}
	syscall.Sync()
	var total sample
	for _, st := range j.steps {
		s, err := st.run(ctx)
		if err != nil {
			return total, err
		}
		if st.work != none {
			note(st.work, s)
		}
		total = total.then(s)
	}
	note(j.work, total)
	return total, nil
}

// run starts the command, and the one that reads from it, and waits for both.
//
// The kernel lets a child begin with the peak of the process that started it: a
// peak below that of this program cannot be seen. This program holds no data.
func (c command) run(ctx context.Context) (sample, error) {
	var stdout, stderr bytes.Buffer
	first := c.cmd(ctx, &stderr)
	first.Stdin = strings.NewReader(c.stdin)
	all, fine := []*exec.Cmd{first}, [][]int{c.fine}
	started := time.Now()
	if c.pipe == nil {
		first.Stdout = &stdout
		if err := first.Start(); err != nil {
			return sample{}, err
		}
	} else {
		r, w, err := os.Pipe()
		if err != nil {
			return sample{}, err
		}
		second := c.pipe.cmd(ctx, &stderr)
		first.Stdout, second.Stdin, second.Stdout = w, r, &stdout
		all, fine = append(all, second), append(fine, c.pipe.fine)
		err = first.Start()
		if err == nil {
			err = second.Start()
		}
		w.Close()
		r.Close()
		if err != nil {
			return sample{}, err
		}
	}
	var s sample
	for i, cmd := range all {
		if err := cmd.Wait(); err != nil && !slices.Contains(fine[i], cmd.ProcessState.ExitCode()) {
			return s, fmt.Errorf("%s: %w: %s", strings.Join(cmd.Args, " "), err, lastLine(stderr.String()))
		}
		s.cpu += cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
		s.rss = max(s.rss, cmd.ProcessState.SysUsage().(*syscall.Rusage).Maxrss<<10)
	}
	s.wall, s.out = time.Since(started), stdout.String()
	return s, nil
}

func (c command) cmd(ctx context.Context, stderr io.Writer) *exec.Cmd {
	cmd := exec.CommandContext(ctx, c.args[0], c.args[1:]...)
	cmd.Dir, cmd.Stderr = c.dir, stderr
	cmd.Env = append(os.Environ(), "LC_ALL=C.UTF-8", "TZ=Asia/Tokyo")
	return cmd
}

// readAll reads a file, or every file below a folder, to warm the kernel's cache.
func readAll(name string) error {
	return filepath.WalkDir(name, func(path string, d os.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		defer f.Close()
		_, err = io.Copy(io.Discard, f)
		return err
	})
}

func lastLine(s string) string {
	s = strings.TrimSpace(s)
	return s[strings.LastIndexByte(s, '\n')+1:]
}
