package wrap

import (
	"bufio"
	"errors"
	"io"

	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// gunzip opens a gzip file (RFC 1952) of exactly one member. Members in a row are
// legal and mean one file, but a list with a second one behind it, header and
// all, is nothing that an office wants.
func (c *Container) gunzip(packed io.ReadCloser) (io.ReadCloser, error) {
	in := &counted{r: packed}
	buf := bufio.NewReader(in) // a ByteReader, so that gzip reads no further than it must
	z, err := gzip.NewReader(buf)
	if err != nil {
		return nil, errors.Join(firstOf(in.err, blameGzip(err)), packed.Close())
	}
	z.Multistream(false)
	end := func() error {
		switch _, err := buf.ReadByte(); {
		case err == nil:
			return ErrTrailing
		case in.err != nil:
			return in.err
		}
		return nil
	}
	return &layer{r: z, in: in, packed: -1, budget: c.budget, blame: blameGzip, end: end, close: packed.Close}, nil
}

func blameGzip(err error) error {
	switch {
	case errors.Is(err, gzip.ErrChecksum):
		return ErrChecksum
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return ErrTruncated
	}
	return ErrDamaged
}

// unzstd opens a zstd file (RFC 8878).
func (c *Container) unzstd(packed io.ReadCloser) (io.ReadCloser, error) {
	in := &counted{r: packed}
	z, err := zstd.NewReader(in,
		zstd.WithDecoderConcurrency(1), // the caller decides what runs beside
		zstd.WithDecoderLowmem(true),
		zstd.WithDecoderMaxWindow(uint64(c.limits.WindowBytesMax)))
	if err != nil {
		return nil, errors.Join(firstOf(in.err, blameZstd(err)), packed.Close())
	}
	l := &layer{r: z, in: in, packed: -1, budget: c.budget, end: func() error { return in.err }}
	l.blame = func(err error) error {
		if errors.Is(err, zstd.ErrMagicMismatch) && l.out > 0 {
			return ErrTrailing
		}
		return blameZstd(err)
	}
	l.close = func() error {
		z.Close()
		return packed.Close()
	}
	return l, nil
}

func blameZstd(err error) error {
	switch {
	case errors.Is(err, zstd.ErrWindowSizeExceeded), errors.Is(err, zstd.ErrDecoderSizeExceeded):
		return ErrWindow
	case errors.Is(err, zstd.ErrCRCMismatch):
		return ErrChecksum
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return ErrTruncated
	}
	return ErrDamaged
}

// inflate opens the data of a zip's entry.
func inflate(data io.Reader) (io.ReadCloser, *bufio.Reader) {
	buf := bufio.NewReader(data)
	return flate.NewReader(buf), buf
}

func blameFlate(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return ErrTruncated
	}
	return ErrDamaged
}

// firstOf prefers what the layer below has said.
func firstOf(below, own error) error {
	if below != nil {
		return below
	}
	return own
}
