package identity

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"
	"iter"
	"os"
	"slices"

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

// scratchBufferBytes is what records are gathered in. To the disk they go as the seal
// makes them, 64 KiB at once.
const scratchBufferBytes = 1 << 16

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
	seal, err := crypto.Seal(r.file, r.key.Recipient())
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
	return errors.Join(w.Flush(), seal.Close())
}

// records reads the run from its start. The text of a record is valid until the
// next is asked for.
func (r *run) records() (func() (record, bool, error), error) {
	if _, err := r.file.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	opened, err := crypto.Open(r.file, r.key)
	if err != nil {
		return nil, err
	}
	in := bufio.NewReaderSize(opened, scratchBufferBytes)
	given := 0       // bytes of the record before, which lie in the buffer of in
	var large []byte // a record that has no room there
	return func() (record, bool, error) {
		_, _ = in.Discard(given) // they were looked at
		given = 0
		head, err := in.Peek(hiBytes + binary.MaxVarintLen32) // the last record may be shorter
		switch {
		case err == io.EOF && len(head) == 0:
			return record{}, false, nil
		case err != nil && err != io.EOF:
			return record{}, false, err
		case len(head) <= hiBytes:
			return record{}, false, io.ErrUnexpectedEOF
		}
		hi := binary.BigEndian.Uint64(head)
		n, size := binary.Uvarint(head[hiBytes:])
		size += hiBytes
		if size <= hiBytes {
			return record{}, false, io.ErrUnexpectedEOF
		}
		if whole := size + int(n); whole <= in.Size() {
			text, err := in.Peek(whole)
			if err != nil {
				return record{}, false, io.ErrUnexpectedEOF
			}
			given = whole
			return record{hi, text[size:]}, true, nil
		}
		_, _ = in.Discard(size)
		large = slices.Grow(large[:0], int(n))[:n]
		if _, err := io.ReadFull(in, large); err != nil {
			return record{}, false, io.ErrUnexpectedEOF
		}
		return record{hi, large}, true, nil
	}, nil
}

const hiBytes = 8

func (r *run) close() { _ = r.file.Close() } // without a name, closing frees it
