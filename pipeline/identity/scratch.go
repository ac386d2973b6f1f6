package identity

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"
	"iter"
	"os"

	"baitai/crypto"
)

// A scratch holds what a load puts aside on the disk. It is sealed to a key that
// exists in this process alone, and every file loses its name as soon as it is
// open: what a killed load leaves behind is neither found nor readable.
type scratch struct {
	dir string
	key *crypto.Identity
}

func newScratch(dir string) (*scratch, error) {
	key, err := crypto.NewIdentity()
	if err != nil {
		return nil, err
	}
	return &scratch{dir, key}, nil
}

// scratchBufferBytes lets the disk work in long strokes.
const scratchBufferBytes = 1 << 18

// file opens a new file that has lost its name.
func (s *scratch) file() (*os.File, error) {
	f, err := os.CreateTemp(s.dir, ".tmp-run-")
	if err != nil {
		return nil, err
	}
	if err := os.Remove(f.Name()); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// write makes a run of the records.
func (s *scratch) write(records iter.Seq[record]) (*run, error) {
	f, err := s.file()
	if err != nil {
		return nil, err
	}
	r := &run{file: f, key: s.key}
	if err := r.fill(records); err != nil {
		r.close()
		return nil, err
	}
	return r, nil
}

// A run is a sorted file without a name.
type run struct {
	file *os.File
	key  *crypto.Identity
}

// fill writes each record as hi, the length of rest, rest.
func (r *run) fill(records iter.Seq[record]) error {
	disk := bufio.NewWriterSize(r.file, scratchBufferBytes)
	seal, err := crypto.Seal(disk, r.key.Recipient())
	if err != nil {
		return err
	}
	w := bufio.NewWriterSize(seal, scratchBufferBytes)
	var head []byte
	for rec := range records {
		head = binary.BigEndian.AppendUint64(head[:0], rec.hi)
		head = binary.AppendUvarint(head, uint64(len(rec.rest)))
		if _, err := w.Write(head); err != nil {
			return err
		}
		if _, err := w.Write(rec.rest); err != nil {
			return err
		}
	}
	return errors.Join(w.Flush(), seal.Close(), disk.Flush())
}

// records reads the run from its start. The text of a record is valid until the
// next is asked for.
func (r *run) records() (func() (record, bool, error), error) {
	if _, err := r.file.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	opened, err := crypto.Open(bufio.NewReaderSize(r.file, scratchBufferBytes), r.key)
	if err != nil {
		return nil, err
	}
	in := bufio.NewReaderSize(opened, scratchBufferBytes)
	var buf []byte
	return func() (record, bool, error) {
		var hi [8]byte
		if _, err := io.ReadFull(in, hi[:]); err == io.EOF {
			return record{}, false, nil
		} else if err != nil {
			return record{}, false, err
		}
		n, err := binary.ReadUvarint(in)
		if err != nil {
			return record{}, false, io.ErrUnexpectedEOF
		}
		if uint64(cap(buf)) < n {
			buf = make([]byte, n)
		}
		buf = buf[:n]
		if _, err := io.ReadFull(in, buf); err != nil {
			return record{}, false, io.ErrUnexpectedEOF
		}
		return record{binary.BigEndian.Uint64(hi[:]), buf}, true, nil
	}, nil
}

func (r *run) close() { _ = r.file.Close() } // without a name, closing frees it
