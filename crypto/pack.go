package crypto

import (
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/klauspost/compress/zstd"
)

// unpackWindowBytesMax bounds the memory that a packed file can demand of whoever
// unpacks it: what stock zstd writes up to level 19, and what `zstd -d` accepts
// without --long.
const unpackWindowBytesMax = 8 << 20

// Pack is [Seal] with zstd (its fastest level) before it: sealing runs at 1 GB/s,
// a higher level costs more time than it saves space. Close finishes both and
// does not close dst.
//
// With stock tools: zstd -1 | age -r age1…
func Pack(dst io.Writer, to ...Recipient) (io.WriteCloser, error) {
	sealed, err := Seal(dst, to...)
	if err != nil {
		return nil, err
	}
	z, err := zstd.NewWriter(sealed,
		zstd.WithEncoderLevel(zstd.SpeedFastest),
		zstd.WithEncoderCRC(false), // the seal already tells every byte that is not what was written
		// Where the cores have other work, handing each block to another one costs more
		// than it gains (BenchmarkPack).
		zstd.WithEncoderConcurrency(1),
		zstd.WithZeroFrames(true)) // nothing inside is a frame too, as zstd -d expects
	if err != nil {
		return nil, fmt.Errorf("crypto: pack: %w", err)
	}
	return &packer{z, sealed}, nil
}

type packer struct {
	z      *zstd.Encoder
	sealed io.WriteCloser
}

func (p *packer) Write(b []byte) (int, error) { return p.z.Write(b) }

func (p *packer) Close() error {
	if err := p.z.Close(); err != nil {
		return err // an unfinished frame must not be sealed as if it were whole
	}
	return p.sealed.Close()
}

// Unpack opens what [Pack] has sealed, or zstd and age in that order. As with
// [Open], only io.EOF says that all of it was genuine. Close gives back memory
// and does not close src.
func Unpack(src io.Reader, with ...*Identity) (io.ReadCloser, error) {
	return UnpackAtMost(math.MaxInt64, src, with...)
}

// UnpackAtMost is [Unpack] for what others have packed: it fails with
// [ErrTooLarge] where more than bytesMax bytes come out.
func UnpackAtMost(bytesMax int64, src io.Reader, with ...*Identity) (io.ReadCloser, error) {
	r, err := Open(src, with...)
	if err != nil {
		return nil, err
	}
	sealed := r.(*opened)
	z, err := zstd.NewReader(sealed,
		zstd.WithDecoderConcurrency(1),
		zstd.WithDecoderLowmem(true),
		zstd.WithDecoderMaxWindow(unpackWindowBytesMax))
	if err != nil {
		if sealed.err != nil && sealed.err != io.EOF {
			err = sealed.err
		} else {
			err = ErrDamaged
		}
		return nil, err
	}
	return &unpacker{z: z, sealed: sealed, left: bytesMax}, nil
}

type unpacker struct {
	z      *zstd.Decoder
	sealed *opened
	left   int64 // bytes that may still come out
	err    error // sticky
}

func (u *unpacker) Read(p []byte) (int, error) {
	if u.err != nil {
		return 0, u.err
	}
	if int64(len(p)) > u.left && u.left < math.MaxInt64 {
		p = p[:u.left+1] // one more than allowed, to see whether there is more
	}
	n, err := u.z.Read(p)
	if int64(n) > u.left {
		n, u.err = int(u.left), ErrTooLarge
		u.left = 0
		return n, u.err
	}
	u.left -= int64(n)
	if err != nil {
		u.err = u.blame(err)
	}
	return n, u.err
}

func (u *unpacker) blame(err error) error {
	switch {
	case u.sealed.err != nil && u.sealed.err != io.EOF:
		return u.sealed.err // the seal broke; what zstd thinks of it is no news
	case errors.Is(err, zstd.ErrWindowSizeExceeded):
		return ErrTooLarge
	case err != io.EOF, !u.sealed.any, u.sealed.err != io.EOF:
		return ErrDamaged
	}
	return io.EOF
}

func (u *unpacker) Close() error {
	u.z.Close()
	if u.err == nil {
		u.err = errClosed
	}
	return nil
}

var errClosed = errors.New("crypto: already closed")

// A Compressor packs and unpacks blocks of bytes with zstd, without any seal. It
// keeps its working memory from one block to the next, so that each worker of
// package identity holds one of its own. It MUST NOT be used by two goroutines
// at once.
type Compressor struct {
	enc *zstd.Encoder
	dec *zstd.Decoder
}

// NewCompressor returns a Compressor whose Decompress refuses blocks of more than
// bytesMax unpacked bytes.
func NewCompressor(bytesMax int) (*Compressor, error) {
	if bytesMax <= 0 {
		return nil, fmt.Errorf("crypto: a compressor needs a positive limit, not %d", bytesMax)
	}
	enc, err := zstd.NewWriter(nil,
		zstd.WithEncoderLevel(zstd.SpeedFastest),
		zstd.WithEncoderConcurrency(1),
		zstd.WithZeroFrames(true))
	if err != nil {
		return nil, fmt.Errorf("crypto: compressor: %w", err)
	}
	dec, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(uint64(bytesMax)))
	if err != nil {
		return nil, fmt.Errorf("crypto: compressor: %w", err)
	}
	return &Compressor{enc, dec}, nil
}

// Compress appends the packed form of block, one zstd frame, to dst.
func (c *Compressor) Compress(dst, block []byte) []byte { return c.enc.EncodeAll(block, dst) }

// Decompress appends what was packed to dst. Errors are [ErrDamaged] and
// [ErrTooLarge]; dst then comes back as it was.
func (c *Compressor) Decompress(dst, packed []byte) ([]byte, error) {
	out, err := c.dec.DecodeAll(packed, dst)
	switch {
	case errors.Is(err, zstd.ErrDecoderSizeExceeded), errors.Is(err, zstd.ErrWindowSizeExceeded):
		return dst, ErrTooLarge
	case err != nil, len(packed) == 0:
		return dst, ErrDamaged
	}
	return out, nil
}

// Close gives the working memory back.
func (c *Compressor) Close() {
	_ = c.enc.Close() // it writes to nobody, so that nothing can fail
	c.dec.Close()
}
