package spool

import (
	"io"
	"os"
	"path/filepath"
	"strings"
)

// A Disk performs every durable operation of the program. Each operation is a
// row of named steps ("create:tmp", "create:write", "create:fsync", …), so that
// a test can fail or kill the program at every one of them.
//
// The recipe is the same everywhere: open the folder first (an error of the
// folder must not be swallowed between rename and fsync), write beside the
// target, fsync, rename or link, fsync the folder. A failed fsync is never
// retried; it is a [*SyncError].
//
// What an operation leaves when it fails: Put, Replace, Rename and Mkdir leave
// the old state or the new one, whole; when the last step, the fsync of the
// folder, fails, the new state is there but may be lost in a power cut. Litter
// begins with ".tmp-" and is removed by [Spool.Sweep].
//
// A nil *Disk works and has no step function. A Disk holds no state of its own
// and may be used by several goroutines if its step function may.
type Disk struct {
	step  func(name string) error
	named bool // as on a file system without O_TMPFILE; set by tests only
}

// NewDisk returns a Disk that calls step before each step of each operation. An
// error from step is taken as the failure of that step. step may be nil.
func NewDisk(step func(name string) error) *Disk { return &Disk{step: step} }

// Step announces a step that the caller does by itself.
func (d *Disk) Step(name string) error {
	if d == nil || d.step == nil {
		return nil
	}
	return d.step(name)
}

// do announces a step and performs it.
func (d *Disk) do(step string, op func() error) error {
	err := d.Step(step)
	if err == nil {
		err = op()
	}
	if err != nil {
		return &OpError{Step: step, Err: bare(err)}
	}
	return nil
}

// sync is do for an fsync.
func (d *Disk) sync(step string, f *os.File) error {
	err := d.Step(step)
	if err == nil {
		err = f.Sync()
	}
	if err != nil {
		return &SyncError{Step: step, Err: bare(err)}
	}
	return nil
}

// writer is the file under the name of a step; every Write is one step.
func (d *Disk) writer(f *os.File, step string) io.Writer { return &stepWriter{d, f, step} }

type stepWriter struct {
	disk *Disk
	file *os.File
	step string
}

func (w *stepWriter) Write(p []byte) (int, error) {
	if err := w.disk.Step(w.step); err != nil {
		n := 0
		if isTorn(err) {
			n, _ = w.file.Write(p[:len(p)/2])
		}
		return n, &OpError{Step: w.step, Err: err}
	}
	n, err := w.file.Write(p)
	if err != nil {
		err = &OpError{Step: w.step, Err: bare(err)}
	}
	return n, err
}

// checkName refuses what is not the name of one entry of a folder.
func checkName(step, name string) error {
	if name == "" || name == "." || name == ".." || strings.ContainsAny(name, "/\\\x00") || filepath.Base(name) != name {
		return &OpError{Step: step, Err: ErrBadName}
	}
	return nil
}

// litter is what names of unfinished files begin with.
const litter = ".tmp-"
