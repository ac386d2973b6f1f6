package identity

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"hash"
	"io"
	"os"
	"path/filepath"
	"sync"

	"baitai/crypto"
	"baitai/spool"
)

// A folder is the place where the parts of one generation are written.
type folder struct {
	disk       *spool.Disk
	dir        string
	recipients []crypto.Recipient
	prefix     string // of the names of parts: see layerPrefix
	parts      []partEntry
}

// seal seals what write produces into a new part. It may be called by several
// goroutines; the caller enters the part.
func (f *folder) seal(name string, write func(io.Writer) error) (entry partEntry, err error) {
	name = f.prefix + name
	err = f.disk.Put(f.dir, name, 0o600, func(w io.Writer) error {
		sum := newPartSum(w)
		seal, err := crypto.Seal(sum, f.recipients...)
		if err != nil {
			return err
		}
		if err := write(seal); err != nil {
			return err
		}
		if err := seal.Close(); err != nil {
			return err
		}
		entry = sum.entry(name)
		return nil
	})
	return entry, err
}

// put is seal, and enters the part.
func (f *folder) put(name string, write func(io.Writer) error) error {
	entry, err := f.seal(name, write)
	if err == nil {
		f.parts = append(f.parts, entry)
	}
	return err
}

// A partSum counts and digests what goes through it.
type partSum struct {
	w           io.Writer
	n           int64
	whole, head hash.Hash
}

func newPartSum(w io.Writer) *partSum {
	return &partSum{w: w, whole: sha256.New(), head: sha256.New()}
}

func (s *partSum) Write(p []byte) (int, error) {
	n, err := s.w.Write(p)
	s.whole.Write(p[:n])
	if s.n < headBytes {
		s.head.Write(p[:min(int64(n), headBytes-s.n)])
	}
	s.n += int64(n)
	return n, err
}

func (s *partSum) entry(name string) partEntry {
	return partEntry{name, s.n, hex.EncodeToString(s.whole.Sum(nil)), hex.EncodeToString(s.head.Sum(nil))}
}

// A part is a sealed file of a generation that is being read. The file is open
// from the start, so that a reader keeps its generation when the folder is
// removed; the seal is opened when somebody first reads.
type part struct {
	entry partEntry
	file  *os.File
	open  func() (opened, error) // once
}

type opened struct {
	r    io.ReaderAt
	size int64 // of the plain text
}

func openPart(dir string, entry partEntry, ids *crypto.Identity) (*part, error) {
	if filepath.Base(entry.Name) != entry.Name {
		return nil, &DamagedError{manifestName, errCorrupt}
	}
	f, err := os.Open(filepath.Join(dir, entry.Name))
	if err != nil {
		return nil, &DamagedError{entry.Name, bare(err)}
	}
	st, err := f.Stat()
	if err == nil && (!st.Mode().IsRegular() || st.Size() != entry.Size) {
		err = errSize
	}
	if err != nil {
		return nil, errors.Join(&DamagedError{entry.Name, bare(err)}, f.Close())
	}
	p := &part{entry: entry, file: f}
	p.open = sync.OnceValues(func() (opened, error) { return p.unseal(ids) })
	return p, nil
}

// unseal checks the head of the part (see the package comment) and opens it.
func (p *part) unseal(ids *crypto.Identity) (opened, error) {
	head := sha256.New()
	if _, err := io.Copy(head, io.NewSectionReader(p.file, 0, headBytes)); err != nil {
		return opened{}, p.damaged(bare(err))
	}
	if hex.EncodeToString(head.Sum(nil)) != p.entry.Head {
		return opened{}, p.damaged(errDigest)
	}
	r, size, err := crypto.OpenAt(p.file, p.entry.Size, ids)
	if errors.Is(err, crypto.ErrNoMatch) {
		return opened{}, err // not damaged: the wrong key
	}
	if err != nil {
		return opened{}, p.damaged(bare(err))
	}
	return opened{r, size}, nil
}

// readAt fills b from the plain text.
func (p *part) readAt(b []byte, off int64) error {
	o, err := p.open()
	if err != nil {
		return err
	}
	if off < 0 || off+int64(len(b)) > o.size {
		return p.damaged(errCorrupt)
	}
	if len(b) == 0 {
		return nil
	}
	if _, err := o.r.ReadAt(b, off); err != nil {
		return p.damaged(bare(err))
	}
	return nil
}

// slice reads the packed bytes of a block into memory of the pool, which is lent only
// where the part has as many.
func (p *part) slice(pool *sync.Pool, place blockPlace) (raw []byte, lent *[]byte, err error) {
	o, err := p.open()
	if err != nil {
		return nil, nil, err
	}
	if place.off > uint64(o.size) || uint64(place.packed) > uint64(o.size)-place.off {
		return nil, nil, p.damaged(errCorrupt)
	}
	lent = buffer(pool, place.packed)
	raw = (*lent)[:place.packed]
	return raw, lent, p.readAt(raw, int64(place.off))
}

// readAll returns the plain text.
func (p *part) readAll() ([]byte, error) {
	o, err := p.open()
	if err != nil {
		return nil, err
	}
	b := make([]byte, o.size)
	return b, p.readAt(b, 0)
}

// verify reads the part as it lies on the disk and compares its digest.
func (p *part) verify() error {
	whole := sha256.New()
	n, err := io.Copy(whole, io.NewSectionReader(p.file, 0, p.entry.Size+1))
	switch {
	case err != nil:
		return p.damaged(bare(err))
	case n != p.entry.Size:
		return p.damaged(errSize)
	case hex.EncodeToString(whole.Sum(nil)) != p.entry.SHA256:
		return p.damaged(errDigest)
	}
	return nil
}

func (p *part) damaged(err error) error { return &DamagedError{p.entry.Name, err} }
