package identity

import (
	"io"
	"os"

	"baitai/crypto"
	"baitai/pipeline/normal"
)

// bucketBits is how many first bits of the hash say where an entry waits: 64 buckets
// a kind, each of which is sorted by itself in the end.
const bucketBits = 6

// A keyStore holds the entries of all kinds, dealt out to buckets, until everybody
// is known. What memory does not hold goes to the disk, bucket by bucket, so that
// none is ever merged: a bucket is read where it lies and sorted once.
type keyStore struct {
	scratch   *scratch
	bytesMost int // in memory
	bytes     int
	buckets   [normal.KeyKinds][1 << bucketBits][]byte // entries as they stand in a key part
	entries   [normal.KeyKinds]int64
	spills    []*spill
}

// A spill is a sealed file without a name that holds what all buckets had at one
// time, one after the other.
type spill struct {
	file *os.File
	r    io.ReaderAt
	ends [normal.KeyKinds][1 << bucketBits]int64
}

// add takes the entries of one kind. Entries of equal hash MUST come in the order of
// their numbers.
func (s *keyStore) add(kind normal.KeyKind, pairs []pair) error {
	for _, p := range pairs {
		b := &s.buckets[kind][p.hash>>(64-bucketBits)]
		*b = appendEntry(*b, p)
	}
	s.entries[kind] += int64(len(pairs))
	if s.bytes += len(pairs) * entryBytes; s.bytes < s.bytesMost {
		return nil
	}
	return s.spill()
}

func (s *keyStore) spill() error {
	f, err := s.scratch.file()
	if err != nil {
		return err
	}
	sp := &spill{file: f}
	s.spills = append(s.spills, sp)
	seal, err := crypto.Seal(f, s.scratch.key.Recipient())
	if err != nil {
		return err
	}
	var at int64
	for kind := range s.buckets {
		for i, b := range s.buckets[kind] {
			if _, err := seal.Write(b); err != nil {
				return err
			}
			at += int64(len(b))
			sp.ends[kind][i] = at
			s.buckets[kind][i] = b[:0]
		}
	}
	s.bytes = 0
	if err := seal.Close(); err != nil {
		return err
	}
	size, err := f.Seek(0, io.SeekCurrent)
	if err != nil {
		return err
	}
	sp.r, _, err = crypto.OpenAt(f, size, s.scratch.key)
	return err
}

// of gives the entries of the buckets from to to-1, in the order in which they came
// within each. It may be called by several goroutines once nothing is added any more.
func (s *keyStore) of(kind normal.KeyKind, from, to int) ([]item, error) {
	var n int
	for _, sp := range s.spills {
		first, last := sp.extent(kind, from, to)
		n += int(last - first)
	}
	for _, b := range s.buckets[kind][from:to] {
		n += len(b)
	}
	items := make([]item, 0, n/entryBytes)
	for _, sp := range s.spills {
		first, last := sp.extent(kind, from, to)
		b := make([]byte, last-first)
		if len(b) > 0 {
			if _, err := sp.r.ReadAt(b, first); err != nil {
				return nil, err
			}
		}
		items = appendItems(items, b)
	}
	for _, b := range s.buckets[kind][from:to] {
		items = appendItems(items, b)
	}
	return items, nil
}

func (sp *spill) extent(kind normal.KeyKind, from, to int) (first, last int64) {
	switch {
	case from > 0:
		first = sp.ends[kind][from-1]
	case kind > 0:
		first = sp.ends[kind-1][1<<bucketBits-1]
	}
	return first, sp.ends[kind][to-1]
}

func (s *keyStore) close() {
	for _, sp := range s.spills {
		_ = sp.file.Close() // without a name, closing frees it
	}
	*s = keyStore{}
}
