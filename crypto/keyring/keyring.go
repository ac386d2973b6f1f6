// Package keyring keeps the keys (鍵) of a site: one folder, one file a key, each
// readable by its owner alone.
//
// It hides the files and their form (FORMAT.md beside this file) and the keys
// themselves: a [Ring] prints as a mask under every verb of fmt. It promises that
// [Create] makes all keys or none and never overwrites one, that [Open] accepts
// no key that others could have read, and that it names everything that is wrong
// with the folder at once. No error holds anything of a key.
//
// What it cannot promise: that the keys are not copied by whoever may read as
// their owner, and that a removed key is gone from the disk (that is what package
// shred is for).
package keyring

import (
	"crypto/ed25519"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"slices"

	"baitai/crypto"
)

// The files of the folder.
const (
	SiteName   = "site.agekey" // age identity: opens all that is kept in the site
	LedgerName = "ledger.key"  // ed25519: signs the ledger's checkpoints
	SignerName = "signer"      // ed25519: signs results
	MACName    = "mac.key"     // 32 bytes: keyed hashes of what could be guessed
)

// The files of the folder of public keys.
const (
	SitePublicName   = "site.age.pub" // age recipient
	SignerPublicName = "signer.pub"   // as OpenSSH writes id_ed25519.pub
)

// What can be wrong with the folder or what the caller hands in.
var (
	ErrExists = errors.New("keyring: there are keys already; they are never overwritten")
	ErrSite   = errors.New("keyring: the name of a site is one line of 1 to 100 characters")
	ErrForm   = errors.New("not a key of this kind")
	ErrCheck  = errors.New("the key does not agree with its check digits")
	ErrCount  = errors.New("not exactly one key")
	ErrSize   = errors.New("too long for a key file")
)

// A MissingError says that a key is not there (exit 11).
type MissingError struct{ Name string } // name of the file; "." for the folder

func (e *MissingError) Error() string { return "keyring: " + e.Name + " is missing" }

// A ModeError says that a key is not a plain file of its owner alone.
type ModeError struct {
	Name string
	Mode fs.FileMode
}

func (e *ModeError) Error() string {
	want := "-rw-------"
	if e.Name == "." {
		want = "drwx------"
	}
	return fmt.Sprintf("keyring: %s has mode %v, which must be %s", e.Name, e.Mode, want)
}

// An OwnerError says that a key belongs to somebody else than the user this
// program runs as.
type OwnerError struct {
	Name string
	UID  int // whom it belongs to
}

func (e *OwnerError) Error() string {
	return fmt.Sprintf("keyring: %s belongs to user %d, not to the user of this program", e.Name, e.UID)
}

// A ParseError says that a file holds no key, or not the one that belongs there.
type ParseError struct {
	Name string
	Line int // physical line, from 1; 0 for the file as a whole
	Err  error
}

func (e *ParseError) Error() string {
	if e.Line == 0 {
		return fmt.Sprintf("keyring: %s: %v", e.Name, e.Err)
	}
	return fmt.Sprintf("keyring: %s: line %d: %v", e.Name, e.Line, e.Err)
}

// Unwrap returns the reason.
func (e *ParseError) Unwrap() error { return e.Err }

// A Ring is the keys of a site. It prints as a mask, and so do the Identity and
// the MACKey in it; an ed25519.PrivateKey, once taken out, does not.
type Ring struct {
	// A closure, because fmt prints what a pointer in an unexported field points
	// to under a verb that does not fit.
	reveal func() *keys
}

type keys struct {
	site   *crypto.Identity
	ledger ed25519.PrivateKey
	signer ed25519.PrivateKey
	mac    crypto.MACKey
}

// Site returns the key that opens what is kept in the site.
func (r *Ring) Site() *crypto.Identity { return r.reveal().site }

// Recipient returns the public half of Site: what the site seals to itself.
func (r *Ring) Recipient() crypto.Recipient { return r.reveal().site.Recipient() }

// Ledger returns the key that signs checkpoints, for package ledger alone.
func (r *Ring) Ledger() ed25519.PrivateKey { return slices.Clone(r.reveal().ledger) }

// LedgerPublic returns the public half of Ledger.
func (r *Ring) LedgerPublic() ed25519.PublicKey { return r.Ledger().Public().(ed25519.PublicKey) }

// Signing returns the key that signs results, for package sshsig alone.
func (r *Ring) Signing() ed25519.PrivateKey { return slices.Clone(r.reveal().signer) }

// SigningPublic returns the public half of Signing.
func (r *Ring) SigningPublic() ed25519.PublicKey { return r.Signing().Public().(ed25519.PublicKey) }

// MAC returns the key of keyed hashes.
func (r *Ring) MAC() crypto.MACKey { return r.reveal().mac }

// Format prints the mask under every verb.
func (r Ring) Format(f fmt.State, _ rune) {
	_, _ = f.Write([]byte(crypto.Mask)) // fmt offers no way to report an error here
}

// LogValue gives the mask to log/slog.
func (r Ring) LogValue() slog.Value { return slog.StringValue(crypto.Mask) }

// MarshalText gives the mask to encoders.
func (r Ring) MarshalText() ([]byte, error) { return []byte(crypto.Mask), nil }
