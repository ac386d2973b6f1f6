package crypto

import (
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"io"
	"sync"
	"sync/atomic"

	"filippo.io/age"
	"golang.org/x/crypto/chacha20poly1305"
)

// OpenAt opens a sealed file for random access and returns the size of what is
// inside. It verifies the end of the file before it returns, and every piece of
// 64 KiB as it is read; ReadAt may be called by several goroutines. Errors are
// those of [Open].
//
// Unlike a stream read to io.EOF, pieces that are never read are never verified:
// whoever needs the whole must read the whole, or check a digest.
//
// Where ReadAt is asked for whole pieces, from a multiple of [PieceBytes], they are opened
// straight into p: age opens each into memory of its own, and copies it.
func OpenAt(src io.ReaderAt, size int64, with ...*Identity) (io.ReaderAt, int64, error) {
	keys, err := keysOf(with)
	if err != nil {
		return nil, 0, err
	}
	in := &sourceAt{r: src}
	header, err := age.ExtractHeader(io.NewSectionReader(in, 0, size))
	if err != nil {
		return nil, 0, blame(err, in.fault())
	}
	key, err := age.DecryptHeader(header, keys...)
	if err != nil {
		return nil, 0, blame(err, in.fault())
	}
	r, plain, err := age.DecryptReaderAt(in, size, age.NewInjectedFileKeyIdentity(key))
	if err != nil {
		return nil, 0, blame(err, in.fault())
	}
	o := &openedAt{r: r, in: in, size: plain, begin: int64(len(header)) + streamNonceBytes}
	if o.pieces, err = piecesOf(in, o.begin-streamNonceBytes, key); err != nil {
		return nil, 0, blame(err, in.fault())
	}
	return o, plain, nil
}

// PieceBytes is how much age seals at once.
const PieceBytes = 64 << 10

const streamNonceBytes = 16 // between the header and the first piece

// piecesOf makes what opens single pieces (age-encryption.org/v1, Payload), of which the
// nonce is at off.
func piecesOf(in io.ReaderAt, off int64, fileKey []byte) (cipher.AEAD, error) {
	var nonce [streamNonceBytes]byte
	if _, err := io.ReadFull(io.NewSectionReader(in, off, streamNonceBytes), nonce[:]); err != nil {
		return nil, err
	}
	key, err := hkdf.Key(sha256.New, fileKey, nonce[:], "payload", chacha20poly1305.KeySize)
	if err != nil {
		return nil, err
	}
	return chacha20poly1305.New(key)
}

type sourceAt struct {
	r   io.ReaderAt
	err atomic.Pointer[error]
}

func (s *sourceAt) ReadAt(p []byte, off int64) (int, error) {
	n, err := s.r.ReadAt(p, off)
	if err != nil && err != io.EOF {
		s.err.CompareAndSwap(nil, &err)
	}
	return n, err
}

// fault returns the first fault of the disk; one is enough to distrust the rest.
func (s *sourceAt) fault() error {
	if p := s.err.Load(); p != nil {
		return *p
	}
	return nil
}

type openedAt struct {
	r      io.ReaderAt
	in     *sourceAt
	size   int64 // of the plain text
	pieces cipher.AEAD
	begin  int64     // of the first piece in the sealed file
	sealed sync.Pool // of *[PieceBytes + chacha20poly1305.Overhead]byte
}

var errOffset = errors.New("crypto: negative offset")

func (o *openedAt) ReadAt(p []byte, off int64) (n int, err error) {
	if off < 0 {
		return 0, errOffset
	}
	if off >= o.size {
		return 0, io.EOF
	}
	// The last piece is never opened here: it alone may be short, and is sealed as the last.
	for off%PieceBytes == 0 && len(p)-n >= PieceBytes && off+PieceBytes < o.size {
		if err := o.piece(p[n:n+PieceBytes], off/PieceBytes); err != nil {
			return n, err
		}
		n, off = n+PieceBytes, off+PieceBytes
	}
	if n == len(p) {
		return n, nil
	}
	m, err := o.r.ReadAt(p[n:], off)
	n += m
	if err != nil && err != io.EOF {
		err = blame(err, o.in.fault())
	}
	if err == io.EOF && n == len(p) {
		err = nil // age says EOF together with the last byte; io.ReaderAt allows both
	}
	return n, err
}

// piece opens a piece that is not the last into dst, which is as long.
func (o *openedAt) piece(dst []byte, no int64) error {
	sealed, ok := o.sealed.Get().(*[PieceBytes + chacha20poly1305.Overhead]byte)
	if !ok {
		sealed = new([PieceBytes + chacha20poly1305.Overhead]byte)
	}
	defer o.sealed.Put(sealed)
	if n, err := o.in.ReadAt(sealed[:], o.begin+no*int64(len(sealed))); n < len(sealed) {
		return blame(err, o.in.fault())
	}
	var nonce [chacha20poly1305.NonceSize]byte // its number, and a byte that says whether it is the last
	binary.BigEndian.PutUint64(nonce[len(nonce)-1-8:], uint64(no))
	if _, err := o.pieces.Open(dst[:0], nonce[:], sealed[:], nil); err != nil {
		return ErrDamaged // and dst is zero
	}
	return nil
}
