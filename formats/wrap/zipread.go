package wrap

import (
	"bufio"
	"hash"
	"hash/crc32"
	"io"
)

// open gives the bytes of an entry, held against its size and checksum.
func (e *entry) open(r io.ReaderAt, b *budget) io.ReadCloser {
	in := &counted{r: io.NewSectionReader(r, e.data, e.packed)}
	l := &layer{in: in, packed: e.packed, budget: b, blame: blameFlate, close: func() error { return nil }}
	sum := &summed{entry: e, crc: crc32.NewIEEE()}
	if e.method == deflated {
		z, buf := inflate(in)
		sum.r, sum.rest = z, buf
		l.close = func() error {
			_ = z.Close() // says once more what Read has found, in words of its own, also where nobody wants the rest
			return nil
		}
	} else {
		sum.r = in
	}
	l.r, l.end = sum, func() error { return sum.end(in) }
	return l
}

// summed counts and sums what comes out of an entry.
type summed struct {
	entry *entry
	r     io.Reader
	rest  *bufio.Reader // packed bytes that the decoder has not taken; nil where nothing is packed
	crc   hash.Hash32
	n     int64
}

// Read stops one byte after the size that the directory states.
func (s *summed) Read(p []byte) (int, error) {
	n, err := s.r.Read(p[:min(int64(len(p)), s.entry.unpacked-s.n+1)])
	s.n += int64(n)
	s.crc.Write(p[:n])
	if s.n > s.entry.unpacked {
		return 0, io.EOF // end says why
	}
	return n, err
}

func (s *summed) end(in *counted) error {
	switch {
	case in.err != nil:
		return in.err
	case s.n > s.entry.unpacked:
		return ErrMismatch
	case s.n < s.entry.unpacked && s.rest == nil:
		return ErrTruncated
	case s.n < s.entry.unpacked:
		return ErrMismatch
	case s.rest != nil && (s.rest.Buffered() > 0 || in.n < s.entry.packed):
		return ErrTrailing
	case s.crc.Sum32() != s.entry.crc:
		return ErrChecksum
	}
	return nil
}
