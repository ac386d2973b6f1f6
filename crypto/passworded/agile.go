package passworded

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/binary"
	"encoding/xml"
	"fmt"
	"hash"
	"io"
	"slices"
	"strings"
)

// Agile encryption (MS-OFFCRYPTO 2.3.4.10 to 2.3.4.15). The package is cut into
// segments, each encrypted with AES-CBC under its own start value; the key is
// random and lies encrypted under the password; an HMAC over what is encrypted
// tells whether anything was changed.
const (
	segmentBytes = 4096
	saltBytes    = 16
	keyBytes     = 32
	hashBytes    = sha512.Size
	spinCount    = 100_000    // as Excel writes
	spinMost     = 10_000_000 // of the specification; 3 s of one core
	infoMost     = 64 << 10   // of the description; Excel's has 1.2 kB
)

// Block keys: what a hash is salted with for each use (2.3.4.13, 2.3.4.14).
const (
	blockVerifierInput = "\xfe\xa7\xd2\x76\x3b\x4b\x9e\x79"
	blockVerifierHash  = "\xd7\xaa\x0f\x6d\x30\x61\x34\x4e"
	blockKeyValue      = "\x14\x6e\x0b\xe7\xab\xac\xd0\xd6"
	blockHMACKey       = "\x5f\xb2\xad\x01\x0c\xb9\xe1\xf6"
	blockHMACValue     = "\xa0\x67\x7f\x02\xb2\x2c\x84\x33"
)

// A suite is a cipher and a hash as one part of the description names them.
type suite struct {
	hash     func() hash.Hash
	hashSize int
	keyBytes int
	salt     []byte
}

func ownSuite(salt []byte) suite { return suite{sha512.New, hashBytes, keyBytes, salt} }

// fit cuts a hash to n bytes, or fills it up as the specification says.
func fit(b []byte, n int) []byte {
	for len(b) < n {
		b = append(b, 0x36)
	}
	return b[:n]
}

// spun is the password hashed count times (2.3.4.11): what a guess costs.
func (s suite) spun(p Password, count int) []byte {
	h := s.hash()
	h.Write(s.salt)
	h.Write(p.utf16le())
	sum := h.Sum(nil)
	var n [4]byte
	for i := range count {
		binary.LittleEndian.PutUint32(n[:], uint32(i))
		h.Reset()
		h.Write(n[:])
		h.Write(sum)
		sum = h.Sum(sum[:0])
	}
	return sum
}

func (s suite) sum(parts ...[]byte) []byte {
	h := s.hash()
	for _, p := range parts {
		h.Write(p)
	}
	return h.Sum(nil)
}

// underPassword gives the cipher for one of the values that lie encrypted under the
// password; its start value is the salt.
func (s suite) underPassword(spun []byte, block string) (cipher.Block, []byte, error) {
	c, err := aes.NewCipher(fit(s.sum(spun, []byte(block)), s.keyBytes))
	return c, fit(slices.Clone(s.salt), aes.BlockSize), err
}

// start is the start value for a block of data under the key of the package.
func (s suite) start(block []byte) []byte { return fit(s.sum(s.salt, block), aes.BlockSize) }

func encryptCBC(c cipher.Block, iv, plain []byte) []byte {
	out := make([]byte, (len(plain)+aes.BlockSize-1)/aes.BlockSize*aes.BlockSize)
	copy(out, plain)
	cipher.NewCBCEncrypter(c, iv).CryptBlocks(out, out)
	return out
}

func decryptCBC(c cipher.Block, iv, sealed []byte) ([]byte, error) {
	if len(sealed) == 0 || len(sealed)%aes.BlockSize != 0 {
		return nil, ErrDamaged
	}
	out := make([]byte, len(sealed))
	cipher.NewCBCDecrypter(c, iv).CryptBlocks(out, sealed)
	return out, nil
}

// agileKeys are what a new workbook is encrypted with.
type agileKeys struct {
	data                      suite
	key, hmacKey              []byte
	password                  suite
	verifier                  []byte
	inputSealed, verifySealed []byte
	keySealed                 []byte
}

// newAgileKeys draws the keys and puts them under the password.
func newAgileKeys(p Password, random io.Reader) (*agileKeys, error) {
	drawn := make([]byte, 3*saltBytes+keyBytes+hashBytes)
	if _, err := io.ReadFull(random, drawn); err != nil {
		return nil, fmt.Errorf("passworded: randomness: %w", err)
	}
	next := func(n int) []byte {
		b := drawn[:n:n]
		drawn = drawn[n:]
		return b
	}
	k := &agileKeys{data: ownSuite(next(saltBytes)), password: ownSuite(next(saltBytes)), verifier: next(saltBytes),
		key: next(keyBytes), hmacKey: next(hashBytes)}
	spun := k.password.spun(p, spinCount)
	for _, v := range []struct {
		to    *[]byte
		block string
		plain []byte
	}{
		{&k.inputSealed, blockVerifierInput, k.verifier},
		{&k.verifySealed, blockVerifierHash, k.password.sum(k.verifier)},
		{&k.keySealed, blockKeyValue, k.key},
	} {
		c, iv, err := k.password.underPassword(spun, v.block)
		if err != nil {
			return nil, err
		}
		*v.to = encryptCBC(c, iv, v.plain)
	}
	return k, nil
}

// info is the stream EncryptionInfo: version 4.4, then the description. Its length
// does not depend on the keys.
func (k *agileKeys) info(c cipher.Block, hmacValue []byte) []byte {
	text := base64.StdEncoding.EncodeToString
	const kind = `saltSize="16" blockSize="16" keyBits="256" hashSize="64" cipherAlgorithm="AES" cipherChaining="ChainingModeCBC" hashAlgorithm="SHA512"`
	var b strings.Builder
	b.Write([]byte{4, 0, 4, 0, 0x40, 0, 0, 0})
	b.WriteString(`<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\r\n" +
		`<encryption xmlns="http://schemas.microsoft.com/office/2006/encryption"` +
		` xmlns:p="http://schemas.microsoft.com/office/2006/keyEncryptor/password"` +
		` xmlns:c="http://schemas.microsoft.com/office/2006/keyEncryptor/certificate">`)
	fmt.Fprintf(&b, `<keyData %s saltValue="%s"/>`, kind, text(k.data.salt))
	fmt.Fprintf(&b, `<dataIntegrity encryptedHmacKey="%s" encryptedHmacValue="%s"/>`,
		text(encryptCBC(c, k.data.start([]byte(blockHMACKey)), k.hmacKey)),
		text(encryptCBC(c, k.data.start([]byte(blockHMACValue)), hmacValue)))
	b.WriteString(`<keyEncryptors><keyEncryptor uri="http://schemas.microsoft.com/office/2006/keyEncryptor/password">`)
	fmt.Fprintf(&b, `<p:encryptedKey spinCount="%d" %s saltValue="%s" encryptedVerifierHashInput="%s" encryptedVerifierHashValue="%s" encryptedKeyValue="%s"/>`,
		spinCount, kind, text(k.password.salt), text(k.inputSealed), text(k.verifySealed), text(k.keySealed))
	b.WriteString(`</keyEncryptor></keyEncryptors></encryption>`)
	return []byte(b.String())
}

// An agileInfo is a description as others write it.
type agileInfo struct {
	KeyData   agileSuite `xml:"keyData"`
	Integrity struct {
		Key   string `xml:"encryptedHmacKey,attr"`
		Value string `xml:"encryptedHmacValue,attr"`
	} `xml:"dataIntegrity"`
	Encryptors []keyEncryptor `xml:"keyEncryptors>keyEncryptor"`
}

// A keyEncryptor says how the key of the package lies under a password.
type keyEncryptor struct {
	URI string `xml:"uri,attr"`
	Key struct {
		agileSuite
		SpinCount   int    `xml:"spinCount,attr"`
		VerifyInput string `xml:"encryptedVerifierHashInput,attr"`
		VerifyHash  string `xml:"encryptedVerifierHashValue,attr"`
		KeyValue    string `xml:"encryptedKeyValue,attr"`
	} `xml:"encryptedKey"`
}

type agileSuite struct {
	SaltSize  int    `xml:"saltSize,attr"`
	BlockSize int    `xml:"blockSize,attr"`
	KeyBits   int    `xml:"keyBits,attr"`
	HashSize  int    `xml:"hashSize,attr"`
	Cipher    string `xml:"cipherAlgorithm,attr"`
	Chaining  string `xml:"cipherChaining,attr"`
	Hash      string `xml:"hashAlgorithm,attr"`
	Salt      string `xml:"saltValue,attr"`
}

const passwordEncryptor = "http://schemas.microsoft.com/office/2006/keyEncryptor/password"

// parseInfo reads EncryptionInfo. What is not agile is refused by its version.
func parseInfo(raw []byte) (*agileInfo, error) {
	if len(raw) < 8 {
		return nil, ErrDamaged
	}
	major, minor := binary.LittleEndian.Uint16(raw), binary.LittleEndian.Uint16(raw[2:])
	switch {
	case major == 4 && minor == 4:
	case minor == 2 || major == 1 && minor == 1:
		return nil, ErrOldEncryption
	default:
		return nil, ErrOtherCipher
	}
	info := new(agileInfo)
	if err := xml.NewDecoder(bytes.NewReader(raw[8:])).Decode(info); err != nil {
		return nil, ErrDamaged // the error of the decoder quotes
	}
	return info, nil
}

// suite checks what a part of the description names.
func (a agileSuite) suite() (suite, error) {
	hashes := map[string]struct {
		size int
		make func() hash.Hash
	}{"SHA1": {sha1.Size, sha1.New}, "SHA-1": {sha1.Size, sha1.New}, "SHA256": {sha256.Size, sha256.New},
		"SHA384": {sha512.Size384, sha512.New384}, "SHA512": {sha512.Size, sha512.New}}
	h, ok := hashes[a.Hash]
	if !ok || a.Cipher != "AES" || a.Chaining != "ChainingModeCBC" || a.BlockSize != aes.BlockSize ||
		a.KeyBits != 128 && a.KeyBits != 192 && a.KeyBits != 256 {
		return suite{}, ErrOtherCipher
	}
	salt, err := base64.StdEncoding.DecodeString(a.Salt)
	if err != nil || a.HashSize != h.size || len(salt) != a.SaltSize || len(salt) == 0 {
		return suite{}, ErrDamaged
	}
	return suite{h.make, h.size, a.KeyBits / 8, salt}, nil
}

// unlock finds the cipher of the package, if the password is right, and its suite.
func (info *agileInfo) unlock(p Password) (cipher.Block, suite, error) {
	data, err := info.KeyData.suite()
	if err != nil {
		return nil, suite{}, err
	}
	i := slices.IndexFunc(info.Encryptors, func(e keyEncryptor) bool { return e.URI == passwordEncryptor })
	if i < 0 {
		return nil, suite{}, ErrOtherCipher // certificates alone
	}
	key := info.Encryptors[i].Key
	under, err := key.suite()
	if err != nil {
		return nil, suite{}, err
	}
	if key.SpinCount < 0 || key.SpinCount > spinMost {
		return nil, suite{}, ErrDamaged
	}
	spun := under.spun(p, key.SpinCount)
	open := func(block, text string, n int) ([]byte, error) {
		c, iv, err := under.underPassword(spun, block)
		if err != nil {
			return nil, err
		}
		b, err := sealedValue(c, iv, text)
		if err != nil {
			return nil, err
		}
		return atLeast(b, n)
	}
	input, err := open(blockVerifierInput, key.VerifyInput, key.SaltSize)
	if err != nil {
		return nil, suite{}, err
	}
	want, err := open(blockVerifierHash, key.VerifyHash, under.hashSize)
	if err != nil {
		return nil, suite{}, err
	}
	if !hmac.Equal(under.sum(input), want) {
		return nil, suite{}, ErrPassword
	}
	secret, err := open(blockKeyValue, key.KeyValue, data.keyBytes)
	if err != nil {
		return nil, suite{}, err
	}
	c, err := aes.NewCipher(secret)
	return c, data, err
}

// sealedValue opens a value that stands encrypted in the description.
func sealedValue(c cipher.Block, iv []byte, text string) ([]byte, error) {
	raw, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return nil, ErrDamaged
	}
	return decryptCBC(c, iv, raw)
}

// atLeast cuts off what fills up the last block.
func atLeast(b []byte, n int) ([]byte, error) {
	if len(b) < n {
		return nil, ErrDamaged
	}
	return b[:n], nil
}

// checkIntegrity holds the integrity code against the encrypted package.
func (info *agileInfo) checkIntegrity(c cipher.Block, data suite, pkg io.Reader) error {
	key, err := info.integrity(c, data, blockHMACKey, info.Integrity.Key)
	if err != nil {
		return err
	}
	want, err := info.integrity(c, data, blockHMACValue, info.Integrity.Value)
	if err != nil {
		return err
	}
	mac := hmac.New(data.hash, key)
	if _, err := io.Copy(mac, pkg); err != nil {
		return err
	}
	if !hmac.Equal(mac.Sum(nil), want) {
		return ErrChanged
	}
	return nil
}

func (info *agileInfo) integrity(c cipher.Block, data suite, block, text string) ([]byte, error) {
	b, err := sealedValue(c, data.start([]byte(block)), text)
	if err != nil {
		return nil, err
	}
	return atLeast(b, data.hashSize)
}
