package main

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
)

// staged is a file that is written but does not have its name yet. Nothing that
// watches a folder takes a name that ends in .tmp.
type staged struct {
	path   string
	digest string
	bytes  int64
}

// stage writes a file beside its place.
func stage(path string, write func(io.Writer) error) (s staged, err error) {
	s.path = path
	f, err := os.OpenFile(s.temp(), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return s, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(s.temp()))
		}
	}()
	sum := sha256.New()
	counted := &counter{w: io.MultiWriter(f, sum)}
	err = write(counted)
	if err == nil {
		err = f.Sync()
	}
	s.digest, s.bytes = fmt.Sprintf("%x", sum.Sum(nil)), counted.n
	return s, errors.Join(err, f.Close())
}

func (s staged) temp() string { return s.path + ".tmp" }

// discard removes what was staged and not published.
func (s staged) discard() { _ = os.Remove(s.temp()) } // best effort: the name says what it is

// publish gives the file its name. Without force an existing file stays.
func (s staged) publish(force bool) error {
	if force {
		return os.Rename(s.temp(), s.path)
	}
	if err := os.Link(s.temp(), s.path); err != nil {
		return err
	}
	return os.Remove(s.temp())
}

// publishAll publishes in order; what is left over after a fault is removed.
func publishAll(force bool, files ...staged) error {
	for i, s := range files {
		if err := s.publish(force); err != nil {
			for _, rest := range files[i:] {
				rest.discard()
			}
			return err
		}
	}
	return nil
}

// counter counts what passes.
type counter struct {
	w io.Writer
	n int64
}

func (c *counter) Write(p []byte) (int, error) {
	n, err := c.w.Write(p)
	c.n += int64(n)
	return n, err
}
