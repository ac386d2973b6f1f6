package crypto

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"hash"
	"io"
)

// A Digest says which bytes a file holds: their SHA-256 and how many they are.
// It can be compared with ==.
type Digest struct {
	SHA256 [sha256.Size]byte
	Bytes  int64
}

// Hex returns the 64 lower-case digits that sha256sum prints.
func (d Digest) Hex() string { return hex.EncodeToString(d.SHA256[:]) }

// ErrHex says that a text is not 64 lower-case hexadecimal digits.
var ErrHex = errors.New("crypto: not a SHA-256 of 64 lower-case hexadecimal digits")

// ParseSHA256 reads what Hex writes.
func ParseSHA256(s string) ([sha256.Size]byte, error) {
	var sum [sha256.Size]byte
	raw, err := hex.DecodeString(s)
	if err != nil || len(raw) != len(sum) || hex.EncodeToString(raw) != s {
		return sum, ErrHex
	}
	copy(sum[:], raw)
	return sum, nil
}

// A Digester is a writer that passes its bytes on and takes their digest.
type Digester struct {
	dst  io.Writer // nil: only the digest is wanted
	hash hash.Hash
	n    int64
}

// NewDigester returns a Digester in front of dst, which may be nil.
func NewDigester(dst io.Writer) *Digester { return &Digester{dst: dst, hash: sha256.New()} }

// Write counts what dst has taken, and nothing else.
func (d *Digester) Write(p []byte) (int, error) {
	n, err := len(p), error(nil)
	if d.dst != nil {
		n, err = d.dst.Write(p)
	}
	d.hash.Write(p[:n])
	d.n += int64(n)
	return n, err
}

// Bytes returns how many bytes were written so far.
func (d *Digester) Bytes() int64 { return d.n }

// Digest returns the digest of what was written so far.
func (d *Digester) Digest() Digest {
	sum := Digest{Bytes: d.n}
	d.hash.Sum(sum.SHA256[:0])
	return sum
}

// DigestOf reads r to its end.
func DigestOf(r io.Reader) (Digest, error) {
	d := NewDigester(nil)
	if _, err := io.Copy(d, r); err != nil {
		return Digest{}, err
	}
	return d.Digest(), nil
}
