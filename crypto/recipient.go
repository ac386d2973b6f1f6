package crypto

import (
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"filippo.io/age"
)

// What can be wrong with the text of a public key.
var (
	// ErrRecipient says that a text is no public key that this program uses.
	ErrRecipient = errors.New("crypto: not a public key of age or OpenSSH")
	// ErrSecretKey says that somebody has put a private key where a public one
	// belongs. The key must be taken as disclosed.
	ErrSecretKey = errors.New("crypto: this is a private key, where a public one belongs")
	// ErrKeyKind says that it is a public key of a kind that age cannot seal to:
	// ECDSA, DSA, keys in security tokens, plugins of age. It is an ErrRecipient too.
	ErrKeyKind = fmt.Errorf("%w: of a kind that nothing can be sealed to", ErrRecipient)
	// ErrWeakKey says that an RSA key has fewer than [RSABitsMin] bits.
	ErrWeakKey = errors.New("crypto: an RSA key of fewer than 2,048 bits")
)

// A Recipient is a public key (公開鍵) to which things are sealed: an office's, or
// the site's own. Recipients can be compared with ==. The zero value is nobody
// and cannot be sealed to.
type Recipient struct{ text string }

const (
	classicPrefix     = "age1"
	postQuantumPrefix = "age1pq1"
	secretPrefix      = "AGE-SECRET-KEY-"
)

// ParseRecipient reads the text of one public key: an X25519 recipient (age1…, 62
// characters) or a post-quantum one (age1pq1…, 1,959 characters) without anything
// around it, or the line of a public key of OpenSSH (ssh-ed25519, or ssh-rsa of at
// least [RSABitsMin] bits), whose comment is dropped. What it returns can be sealed
// to: that is tried.
func ParseRecipient(s string) (Recipient, error) {
	if HoldsSecretKey(s) {
		return Recipient{}, ErrSecretKey
	}
	text := s
	if kind, _, _ := strings.Cut(s, " "); sshKind(kind) {
		line, err := sshText(s)
		if err != nil {
			return Recipient{}, err
		}
		text = line
	}
	r := Recipient{text}
	key, err := r.key()
	switch {
	case err != nil && ofPlugin(s):
		return Recipient{}, ErrKeyKind
	case err != nil:
		return Recipient{}, ErrRecipient
	}
	// One key has one text: it is compared and fingerprinted as text.
	if !r.SSH() && key.(fmt.Stringer).String() != s {
		return Recipient{}, ErrRecipient
	}
	// A point of low order reads well, and fails the night that something is to be
	// sealed to it.
	if _, err := key.Wrap(make([]byte, fileKeyBytes)); err != nil {
		return Recipient{}, ErrRecipient
	}
	return r, nil
}

// fileKeyBytes is how long the key of a file is in age.
const fileKeyBytes = 16

// ofPlugin tells a key of a plugin (age1yubikey1…) from what is no key at all.
func ofPlugin(s string) bool {
	rest, ok := strings.CutPrefix(s, classicPrefix)
	name, data, two := strings.Cut(rest, "1")
	const least = 38 // characters of 16 bytes and the checksum
	return ok && two && name != "" && name != "pq" && len(data) >= least && strings.Trim(name, "abcdefghijklmnopqrstuvwxyz-") == ""
}

// key gives what age works with.
func (r Recipient) key() (age.Recipient, error) {
	switch {
	case r.SSH():
		return sshRecipient(r.text)
	case r.PostQuantum():
		return age.ParseHybridRecipient(r.text)
	}
	return age.ParseX25519Recipient(r.text)
}

// String returns the text of the public key, which is no secret.
func (r Recipient) String() string { return r.text }

// IsZero reports whether r is nobody.
func (r Recipient) IsZero() bool { return r.text == "" }

// PostQuantum reports whether r is of the hybrid kind (ML-KEM-768 with X25519).
// It cannot be mixed with other kinds in one file.
func (r Recipient) PostQuantum() bool { return strings.HasPrefix(r.text, postQuantumPrefix) }

// SSH reports whether r is a key of OpenSSH.
func (r Recipient) SSH() bool { return strings.HasPrefix(r.text, "ssh-") }

// Fingerprint returns "SHA256:" and the unpadded base64 of a SHA-256, as OpenSSH
// writes fingerprints: short enough to be read aloud over the counter (対面確認) and
// to stand on a printed form. It is taken of the text, and of a key of OpenSSH as
// OpenSSH does. "" for the zero value.
//
// With stock tools: printf %s age1… | openssl dgst -sha256 -binary | base64, and
// ssh-keygen -lf KEY.pub.
func (r Recipient) Fingerprint() string {
	if r.IsZero() {
		return ""
	}
	of := []byte(r.text)
	if r.SSH() {
		of = sshBlob(r.text)
	}
	sum := sha256.Sum256(of)
	return "SHA256:" + base64.RawStdEncoding.EncodeToString(sum[:])
}
