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
	ErrRecipient = errors.New("crypto: not an age recipient (age1… or age1pq1…)")
	// ErrSecretKey says that somebody has put a private key where a public one
	// belongs. The key must be taken as disclosed.
	ErrSecretKey = errors.New("crypto: this is a private key, where a public one belongs")
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

// ParseRecipient reads the text of an X25519 recipient (age1…, 62 characters) or
// of a post-quantum one (age1pq1…, 1,959 characters), without anything around it.
// Other kinds of age (plugins, SSH keys, passphrases) are refused.
func ParseRecipient(s string) (Recipient, error) {
	if strings.HasPrefix(strings.ToUpper(strings.TrimSpace(s)), secretPrefix) {
		return Recipient{}, ErrSecretKey
	}
	r := Recipient{s}
	key, err := r.key()
	// One key has one text: it is compared and fingerprinted as text.
	if err != nil || key.(fmt.Stringer).String() != s {
		return Recipient{}, ErrRecipient
	}
	return r, nil
}

// key gives what age works with.
func (r Recipient) key() (age.Recipient, error) {
	if r.PostQuantum() {
		return age.ParseHybridRecipient(r.text)
	}
	return age.ParseX25519Recipient(r.text)
}

// String returns the text of the public key, which is no secret.
func (r Recipient) String() string { return r.text }

// IsZero reports whether r is nobody.
func (r Recipient) IsZero() bool { return r.text == "" }

// PostQuantum reports whether r is of the hybrid kind (ML-KEM-768 with X25519).
// The two kinds cannot be mixed in one file.
func (r Recipient) PostQuantum() bool { return strings.HasPrefix(r.text, postQuantumPrefix) }

// Fingerprint returns "SHA256:" and the unpadded base64 of the SHA-256 of the
// text, as OpenSSH writes fingerprints: short enough to be read aloud over the
// counter (対面確認) and to stand on a printed form. "" for the zero value.
//
// With stock tools: printf %s age1… | openssl dgst -sha256 -binary | base64
func (r Recipient) Fingerprint() string {
	if r.IsZero() {
		return ""
	}
	sum := sha256.Sum256([]byte(r.text))
	return "SHA256:" + base64.RawStdEncoding.EncodeToString(sum[:])
}
