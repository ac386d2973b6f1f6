package crypto

import (
	"errors"
	"fmt"
	"io"
	"math"
	"sync/atomic"

	"filippo.io/age"
)

// What can go wrong with sealing and opening.
var (
	// ErrNoRecipient says that there is nobody to seal to.
	ErrNoRecipient = errors.New("crypto: no recipient to seal to")
	// ErrMixed says that some recipients are post-quantum and some are not; the
	// weaker kind would undo the stronger.
	ErrMixed = errors.New("crypto: post-quantum and classic recipients cannot be mixed")
	// ErrNoMatch says that the file is sealed, but to none of the keys given.
	ErrNoMatch = errors.New("crypto: sealed to another key")
	// ErrDamaged says that the file is not, or no longer, what was sealed: it was
	// cut, lengthened or changed, or it never was a sealed file.
	ErrDamaged = errors.New("crypto: not a whole sealed file")
	// ErrTooLarge says that more came out than the caller allows.
	ErrTooLarge = errors.New("crypto: more than allowed inside")
)

// Seal returns a writer whose bytes dst gets sealed to all of the recipients,
// each of whom can open it alone. Close finishes the seal and does not close
// dst; without a Close without error nothing is sealed.
func Seal(dst io.Writer, to ...Recipient) (io.WriteCloser, error) {
	if len(to) == 0 {
		return nil, ErrNoRecipient
	}
	keys := make([]age.Recipient, 0, len(to))
	for _, r := range to {
		if r.IsZero() {
			return nil, ErrNoRecipient
		}
		if r.PostQuantum() != to[0].PostQuantum() {
			return nil, ErrMixed
		}
		key, err := r.key()
		if err != nil {
			return nil, ErrRecipient
		}
		keys = append(keys, key)
	}
	w, err := age.Encrypt(dst, keys...)
	if err != nil {
		return nil, fmt.Errorf("crypto: seal: %w", err)
	}
	return w, nil
}

// Open returns a reader of what was sealed. io.EOF from it says that the seal
// was whole; until then the bytes are genuine, but may not be all. Errors are
// [ErrNoMatch], [ErrDamaged], or what src returned.
func Open(src io.Reader, with ...*Identity) (io.Reader, error) {
	keys, err := keysOf(with)
	if err != nil {
		return nil, err
	}
	in := &source{r: src, header: headerBytesMax}
	r, err := age.Decrypt(in, keys...)
	if err != nil {
		return nil, in.blame(err)
	}
	in.header = math.MaxInt64
	return &opened{r: r, in: in}, nil
}

// headerBytesMax bounds what age gathers in memory before it knows any key: 100
// post-quantum recipients need 170 KB.
const headerBytesMax = 1 << 20

func keysOf(with []*Identity) ([]age.Identity, error) {
	var keys []age.Identity
	for _, i := range with {
		if !i.isZero() {
			keys = append(keys, i.reveal().key)
		}
	}
	if len(keys) == 0 {
		return nil, ErrNoMatch
	}
	return keys, nil
}

// blame finds out whose fault an error of age is. The text of age's errors is
// never passed on, because it quotes what was read: opening a plain list by
// mistake would print its first line.
func blame(ageErr, sourceErr error) error {
	if sourceErr != nil {
		return sourceErr
	}
	if _, ok := errors.AsType[*age.NoIdentityMatchError](ageErr); ok {
		return ErrNoMatch
	}
	return ErrDamaged
}

// source remembers what the reader below said, so that a fault of the disk is
// not taken for a damaged file.
type source struct {
	r      io.Reader
	header int64 // bytes that may still be read
	err    error // first error that is not io.EOF
}

func (s *source) Read(p []byte) (int, error) {
	if s.header <= 0 {
		return 0, ErrDamaged // a header without end
	}
	n, err := s.r.Read(p[:min(int64(len(p)), s.header)])
	s.header -= int64(n)
	if err != nil && err != io.EOF && s.err == nil {
		s.err = err
	}
	return n, err
}

func (s *source) blame(err error) error { return blame(err, s.err) }

type opened struct {
	r   io.Reader
	in  *source
	any bool  // some byte has come out
	err error // sticky, never nil after the first error
}

func (o *opened) Read(p []byte) (int, error) {
	if o.err != nil {
		return 0, o.err
	}
	n, err := o.r.Read(p)
	o.any = o.any || n > 0
	if err != nil {
		if err != io.EOF {
			err = o.in.blame(err)
		}
		o.err = err
	}
	return n, err
}

// OpenAt opens a sealed file for random access and returns the size of what is
// inside. It verifies the end of the file before it returns, and every piece of
// 64 KiB as it is read; ReadAt may be called by several goroutines. Errors are
// those of [Open].
//
// Unlike a stream read to io.EOF, pieces that are never read are never verified:
// whoever needs the whole must read the whole, or check a digest.
func OpenAt(src io.ReaderAt, size int64, with ...*Identity) (io.ReaderAt, int64, error) {
	keys, err := keysOf(with)
	if err != nil {
		return nil, 0, err
	}
	in := &sourceAt{r: src}
	r, plain, err := age.DecryptReaderAt(in, size, keys...)
	if err != nil {
		return nil, 0, blame(err, in.fault())
	}
	return &openedAt{r, in, plain}, plain, nil
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
	r    io.ReaderAt
	in   *sourceAt
	size int64 // of the plain text
}

var errOffset = errors.New("crypto: negative offset")

func (o *openedAt) ReadAt(p []byte, off int64) (int, error) {
	if off < 0 {
		return 0, errOffset
	}
	if off >= o.size {
		return 0, io.EOF
	}
	n, err := o.r.ReadAt(p, off)
	if err != nil && err != io.EOF {
		err = blame(err, o.in.fault())
	}
	if err == io.EOF && n == len(p) {
		err = nil // age says EOF together with the last byte; io.ReaderAt allows both
	}
	return n, err
}
