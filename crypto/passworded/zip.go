package passworded

import (
	"archive/zip"
	"compress/flate"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/pbkdf2"
	"crypto/sha1"
	"crypto/subtle"
	"encoding/binary"
	"fmt"
	"hash"
	"io"
	"regexp"
	"slices"
)

// WinZip's AES encryption (AE-2): each entry is salt, two bytes that most wrong
// passwords are told by, the deflated content under AES-256 in counter mode, and
// ten bytes of an HMAC over it. The directory is not protected at all.
const (
	aesMethod     = 99
	aesExtraID    = 0x9901
	aesStrength   = 3 // 256 bits
	zipSaltBytes  = 16
	verifyBytes   = 2
	macBytes      = 10
	zipIterations = 1000
	zipVersion    = 51       // of a program that can read it
	msdosNewYear  = 1<<5 | 1 // 1980-01-01: when a result was made is said by its manifest
)

// A ZipWriter writes an archive whose entries open with one password.
type ZipWriter struct {
	zip      *zip.Writer
	password Password
	random   io.Reader
	entry    *zipEntry // that is being written
}

// NewZip begins an archive. Close MUST be called and its error heeded; it does not
// close w, which is written from front to back.
func NewZip(w io.Writer, p Password, random io.Reader) (*ZipWriter, error) {
	if p.IsZero() {
		return nil, ErrPassword
	}
	return &ZipWriter{zip: zip.NewWriter(w), password: p, random: random}, nil
}

// Create begins an entry and ends the one before. The name stands in the archive
// for everybody to read and MUST be a constant that says nothing.
func (z *ZipWriter) Create(name string) (io.Writer, error) {
	if !regexp.MustCompile(`^[a-z0-9][a-z0-9._-]{0,63}$`).MatchString(name) {
		return nil, ErrBadName
	}
	if err := z.finish(); err != nil {
		return nil, err
	}
	salt := make([]byte, zipSaltBytes)
	if _, err := io.ReadFull(z.random, salt); err != nil {
		return nil, fmt.Errorf("passworded: randomness: %w", err)
	}
	keys, err := newZipKeys(z.password, salt)
	if err != nil {
		return nil, err
	}
	// Flags: encrypted; sizes follow the content. CRC 0, because AE-2 has none: that
	// of the plain content would let guesses be tried without the password.
	head := &zip.FileHeader{Name: name, Method: aesMethod, Flags: 1 | 8, ReaderVersion: zipVersion, CreatorVersion: zipVersion,
		Extra: []byte{aesExtraID & 0xff, aesExtraID >> 8, 7, 0, 2, 0, 'A', 'E', aesStrength, byte(zip.Deflate), 0}}
	//lint:ignore SA1019 CreateRaw writes what stands in the old field
	head.ModifiedDate = msdosNewYear
	raw, err := z.zip.CreateRaw(head)
	if err != nil {
		return nil, err
	}
	if _, err := raw.Write(append(salt, keys.verify...)); err != nil {
		return nil, err
	}
	e := &zipEntry{head: head, raw: raw, keys: keys, sealed: int64(len(salt) + verifyBytes)}
	// BestSpeed: the level changes a result's size by a tenth and its time by three.
	if e.deflate, err = flate.NewWriter(sealingWriter{e}, flate.BestSpeed); err != nil {
		return nil, err
	}
	z.entry = e
	return e, nil
}

func (z *ZipWriter) finish() error {
	e := z.entry
	if e == nil {
		return nil
	}
	z.entry = nil
	if e.err != nil {
		return e.err
	}
	e.err = io.ErrClosedPipe // for whoever writes on
	if err := e.deflate.Close(); err != nil {
		return err
	}
	if _, err := e.raw.Write(e.keys.mac.Sum(nil)[:macBytes]); err != nil {
		return err
	}
	e.sealed += macBytes
	const most = 1<<32 - 1
	e.head.CompressedSize64, e.head.UncompressedSize64 = uint64(e.sealed), uint64(e.plain)
	//lint:ignore SA1019 the directory of what CreateRaw has written has the old fields
	e.head.CompressedSize, e.head.UncompressedSize = uint32(min(e.sealed, most)), uint32(min(e.plain, most))
	return nil
}

// Close ends the archive.
func (z *ZipWriter) Close() error {
	if err := z.finish(); err != nil {
		return err
	}
	return z.zip.Close()
}

// A zipEntry takes the plain content of an entry.
type zipEntry struct {
	head          *zip.FileHeader
	raw           io.Writer
	keys          *zipKeys
	deflate       *flate.Writer
	plain, sealed int64
	err           error
}

func (e *zipEntry) Write(p []byte) (int, error) {
	if e.err != nil {
		return 0, e.err
	}
	n, err := e.deflate.Write(p)
	e.plain += int64(n)
	e.err = err
	return n, err
}

// sealingWriter takes the deflated content of an entry.
type sealingWriter struct{ e *zipEntry }

func (w sealingWriter) Write(p []byte) (int, error) {
	sealed := slices.Clone(p) // a writer must not change what it is given
	w.e.keys.xor(sealed)
	w.e.keys.mac.Write(sealed)
	n, err := w.e.raw.Write(sealed)
	w.e.sealed += int64(n)
	return n, err
}

// zipKeys are the keys of one entry and how far they have been used.
type zipKeys struct {
	cipher  cipher.Block
	mac     hash.Hash
	verify  []byte
	counter uint64 // of blocks; one entry has fewer than 2^60
	stream  []byte // for some blocks at once
	used    int    // bytes of stream
}

func newZipKeys(p Password, salt []byte) (*zipKeys, error) {
	raw, err := pbkdf2.Key(sha1.New, p.Reveal(), salt, zipIterations, 2*keyBytes+verifyBytes)
	if err != nil {
		return nil, err
	}
	c, err := aes.NewCipher(raw[:keyBytes])
	if err != nil {
		return nil, err
	}
	return &zipKeys{cipher: c, mac: hmac.New(sha1.New, raw[keyBytes:2*keyBytes]), verify: raw[2*keyBytes:]}, nil
}

// xor encrypts or decrypts. The counter runs in little-endian order from 1, which
// is not what crypto/cipher's counter mode does.
func (k *zipKeys) xor(p []byte) {
	for len(p) > 0 {
		if k.used == len(k.stream) {
			k.refill()
		}
		n := subtle.XORBytes(p, p, k.stream[k.used:])
		k.used += n
		p = p[n:]
	}
}

func (k *zipKeys) refill() {
	if k.stream == nil {
		k.stream = make([]byte, 256*aes.BlockSize)
	}
	clear(k.stream)
	for at := 0; at < len(k.stream); at += aes.BlockSize {
		k.counter++
		block := k.stream[at : at+aes.BlockSize]
		binary.LittleEndian.PutUint64(block, k.counter)
		k.cipher.Encrypt(block, block)
	}
	k.used = 0
}
