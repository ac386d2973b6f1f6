package wrap

import (
	"bufio"
	"bytes"
	"errors"
	"io"

	"baitai/crypto"
)

// Keys open what was sealed to the prefecture (age). Their errors are those of
// package crypto.
type Keys interface {
	Open(sealed io.Reader) (io.Reader, error)
	OpenAt(sealed io.ReaderAt, size int64) (io.ReaderAt, int64, error)
}

const armorBegin = "-----BEGIN AGE"

// unseal opens an age file as a stream, armored or not.
func (c *Container) unseal(sealed io.ReadCloser) (io.ReadCloser, error) {
	in := &counted{r: sealed}
	r, err := c.unsealed(in)
	if err != nil {
		return nil, errors.Join(firstOf(in.err, blameSeal(err)), sealed.Close())
	}
	return &unsealed{r: r, in: in, below: sealed}, nil
}

func (c *Container) unsealed(in io.Reader) (io.Reader, error) {
	buf := bufio.NewReader(in)
	if head, _ := buf.Peek(len(armorBegin)); string(head) == armorBegin {
		buf = bufio.NewReader(crypto.Dearmor(buf))
	}
	header, err := c.sealHeader(buf)
	if err != nil {
		return nil, err
	}
	if c.keys == nil {
		return nil, ErrOtherKey
	}
	return c.keys.Open(io.MultiReader(bytes.NewReader(header), buf))
}

// sealHeader reads the header of an age file, which is text, and refuses what
// would cost memory or time: a header without end, which the library would
// gather whole, and a passphrase, whose work factor its maker chose.
func (c *Container) sealHeader(r *bufio.Reader) ([]byte, error) {
	var header []byte
	for {
		line, err := r.ReadSlice('\n')
		if errors.Is(err, bufio.ErrBufferFull) || len(header)+len(line) > c.limits.HeaderBytesMax {
			return nil, ErrSealHeader
		}
		if err == io.EOF {
			return nil, ErrSeal
		}
		if err != nil {
			return nil, err
		}
		header = append(header, line...)
		if bytes.HasPrefix(line, []byte("-> scrypt ")) {
			return nil, ErrPassphrase
		}
		if bytes.HasPrefix(line, []byte("---")) {
			return header, nil
		}
	}
}

// unsealAt opens an age file for random access; nil where it is armored.
func (c *Container) unsealAt(at io.ReaderAt, size int64) (io.ReaderAt, int64, error) {
	buf := bufio.NewReader(io.NewSectionReader(at, 0, size))
	if head, _ := buf.Peek(len(armorBegin)); string(head) == armorBegin {
		return nil, 0, nil
	}
	if _, err := c.sealHeader(buf); err != nil {
		return nil, 0, err
	}
	if c.keys == nil {
		return nil, 0, ErrOtherKey
	}
	plain, plainSize, err := c.keys.OpenAt(at, size)
	if err != nil {
		return nil, 0, blameSeal(err)
	}
	return &unsealedAt{plain}, plainSize, nil
}

func blameSeal(err error) error {
	switch {
	case errors.Is(err, crypto.ErrNoMatch):
		return ErrOtherKey
	case errors.Is(err, crypto.ErrDamaged):
		return ErrSeal
	}
	return err
}

// unsealed is a layer that unpacks nothing.
type unsealed struct {
	r     io.Reader
	in    *counted
	below io.Closer
}

func (u *unsealed) Read(p []byte) (int, error) {
	n, err := u.r.Read(p)
	if err != nil && err != io.EOF {
		err = firstOf(u.in.err, blameSeal(err))
	}
	return n, err
}

func (u *unsealed) Close() error { return u.below.Close() }

type unsealedAt struct{ r io.ReaderAt }

func (u *unsealedAt) ReadAt(p []byte, off int64) (int, error) {
	n, err := u.r.ReadAt(p, off)
	return n, blameSeal(err)
}
