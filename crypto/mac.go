package crypto

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"io"
	"log/slog"
	"sync"
)

// MACKeyBytes is the length of a MACKey.
const MACKeyBytes = 32

// ErrMACKey says that a MACKey was not made of exactly MACKeyBytes bytes.
var ErrMACKey = errors.New("crypto: a MAC key has 32 bytes")

// A MACKey turns what can be guessed (a 住民票コード, a 依頼番号) into what cannot
// be guessed without it: a bare SHA-256 of eleven digits is undone in a day on
// one core. It prints as a mask. The zero value cannot be used.
type MACKey struct {
	reveal func() *[MACKeyBytes]byte // a closure: see hide
}

// NewMACKey draws a key from random.
func NewMACKey(random io.Reader) (MACKey, error) {
	var b [MACKeyBytes]byte
	if _, err := io.ReadFull(random, b[:]); err != nil {
		return MACKey{}, fmt.Errorf("crypto: new MAC key: %w", err)
	}
	return MACKey{hide(&b)}, nil
}

// ParseMACKey copies the 32 bytes of a key.
func ParseMACKey(raw []byte) (MACKey, error) {
	if len(raw) != MACKeyBytes {
		return MACKey{}, ErrMACKey
	}
	b := [MACKeyBytes]byte(raw)
	return MACKey{hide(&b)}, nil
}

// IsZero reports whether there is no key.
func (k MACKey) IsZero() bool { return k.reveal == nil }

// Sum returns HMAC-SHA256 over the domain and the parts, each preceded by its
// length as eight bytes, big-endian, so that ("ab","c") and ("a","bc") differ.
// The domain keeps one use of the key apart from another, and MUST be a constant
// of the caller's. Sum panics without a key: that is a fault of the program, and
// going on would write something that can be guessed.
func (k MACKey) Sum(domain string, parts ...[]byte) [sha256.Size]byte {
	return k.In(domain).Sum(parts...)
}

// In is the key for many sums in one domain: setting up the key takes as long as
// three sums.
func (k MACKey) In(domain string) *Domain {
	if k.reveal == nil {
		panic("crypto: Sum of a zero MACKey")
	}
	d := &Domain{prefix: appendPart(nil, []byte(domain))}
	d.ready.New = func() any { return &summing{Hash: hmac.New(sha256.New, k.reveal()[:])} }
	return d
}

// A Domain is a MACKey that is kept apart from its other uses. It may be used by
// several goroutines.
type Domain struct {
	prefix []byte
	ready  sync.Pool // of *summing, keyed
}

type summing struct {
	hash.Hash
	buf []byte
}

// Sum is that of [MACKey.Sum].
func (d *Domain) Sum(parts ...[]byte) [sha256.Size]byte {
	h := d.ready.Get().(*summing)
	h.buf = append(h.buf[:0], d.prefix...)
	for _, p := range parts {
		h.buf = appendPart(h.buf, p)
	}
	h.Reset()
	h.Write(h.buf) // a hash never fails
	sum := [sha256.Size]byte(h.Hash.Sum(h.buf[:0]))
	d.ready.Put(h)
	return sum
}

func appendPart(dst, part []byte) []byte {
	return append(binary.BigEndian.AppendUint64(dst, uint64(len(part))), part...)
}

// Format prints the mask under every verb.
func (k MACKey) Format(f fmt.State, _ rune) { writeMask(f) }

// LogValue gives the mask to log/slog.
func (k MACKey) LogValue() slog.Value { return slog.StringValue(Mask) }

// MarshalText gives the mask to encoders.
func (k MACKey) MarshalText() ([]byte, error) { return []byte(Mask), nil }
