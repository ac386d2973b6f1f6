//go:build linux

package spool

import (
	"crypto/sha256"
	"hash"
	"io"
)

// Written is what a file holds: its SHA-256 and how many bytes it has.
type Written struct {
	SHA256 [sha256.Size]byte
	Bytes  int64
}

// digests are of what was put into files, by the name that they have in their job. They
// are taken while these are written, because reading a long file once more only to hash
// it takes as long as sealing it.
type digests map[string]Written

// Written says what a file of the job holds (see [Job.OpenFile] for its name), if it was
// written through this Job: by [Spool.PutFile] since the last [Spool.Attempt], or by the
// claim that made the job. Of any other known is false, and the file itself has to be read.
func (j *Job) Written(name string) (_ Written, known bool) {
	w, known := j.written[name]
	return w, known
}

// put is [Disk.Put], and remembers by key what was written.
func (d digests) put(disk *Disk, dir, name, key string, write func(io.Writer) error) error {
	delete(d, key)
	sum := summing{hash: sha256.New()}
	err := disk.Put(dir, name, 0o600, func(to io.Writer) error {
		sum.to = to
		return write(&sum)
	})
	if err == nil {
		d[key] = Written{[sha256.Size]byte(sum.hash.Sum(nil)), sum.n}
	}
	return err
}

// summing hashes what the writer below it has taken.
type summing struct {
	to   io.Writer
	hash hash.Hash
	n    int64
}

func (s *summing) Write(p []byte) (int, error) {
	n, err := s.to.Write(p)
	s.hash.Write(p[:n])
	s.n += int64(n)
	return n, err
}
