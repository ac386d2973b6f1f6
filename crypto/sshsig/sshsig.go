// Package sshsig makes and checks signatures (署名) in the form of OpenSSH's
// SSHSIG, so that whoever receives a result can check it with ssh-keygen, which
// is on every desk, and with nothing of ours:
//
//	ssh-keygen -Y verify -f allowed_signers -I SITE -n NAMESPACE -s FILE.sig < FILE
//
// It hides the wire format and golang.org/x/crypto/ssh. It promises that what
// [Sign] makes is byte for byte what `ssh-keygen -Y sign` makes with the same
// ed25519 key, and that [Verify] accepts nothing that ssh-keygen would refuse
// with the same list of signers. It is stricter in places: certificates, DSA,
// RSA below 2048 bits or with SHA-1, and options that it does not know are
// refused; a time without Z in a list of signers is Japanese time (JST).
//
// A namespace keeps signatures of one purpose from being passed off as another's:
// a signed manifest is not a signed ticket, though one key made both.
package sshsig

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"errors"
	"fmt"
	"hash"
	"io"
	"time"

	"golang.org/x/crypto/ssh"
)

// Why a signature is not accepted. The errors hold nothing of the message.
var (
	ErrMalformed     = errors.New("sshsig: not an SSH signature")
	ErrAlgorithm     = errors.New("sshsig: kind of key or hash that is not accepted")
	ErrUnknownSigner = errors.New("sshsig: signed by a key that is not registered for this signer")
	ErrNamespace     = errors.New("sshsig: signed for another purpose (namespace)")
	ErrNotYetValid   = errors.New("sshsig: the signer's key is not valid yet")
	ErrExpired       = errors.New("sshsig: the signer's key is no longer valid")
	ErrSignature     = errors.New("sshsig: the message is not what was signed")
)

// Errors of what the caller hands in.
var (
	ErrKey  = errors.New("sshsig: not an ed25519 key")
	ErrName = errors.New("sshsig: a signer or namespace is 1 to 255 bytes of UTF-8 without spaces, control characters or any of \" \\ , * ? ! #")
)

const (
	magic            = "SSHSIG"
	version          = 1
	begin            = "-----BEGIN SSH SIGNATURE-----"
	end              = "-----END SSH SIGNATURE-----"
	armorColumns     = 70
	armoredBytesMax  = 64 << 10
	rsaBitsMin       = 2048
	hashSHA256       = "sha256"
	hashSHA512       = "sha512" // what ssh-keygen writes
	rsaSHA256Format  = "rsa-sha2-256"
	rsaSHA512Format  = "rsa-sha2-512"
	keyEd25519       = ssh.KeyAlgoED25519
	keySecurityED    = ssh.KeyAlgoSKED25519
	keySecurityECDSA = ssh.KeyAlgoSKECDSA256
)

// blob is what the armor holds, after the magic (OpenSSH, PROTOCOL.sshsig).
type blob struct {
	Version   uint32
	PublicKey []byte
	Namespace string
	Reserved  []byte
	Hash      string
	Signature []byte
}

// toSign is what the key signs, after the magic.
type toSign struct {
	Namespace string
	Reserved  []byte
	Hash      string
	Digest    []byte
}

func (s toSign) bytes() []byte { return append([]byte(magic), ssh.Marshal(s)...) }

// Sign reads message to its end and returns the armored signature (text with LF
// and a final newline), as ssh-keygen writes it to FILE.sig. ed25519 needs no
// randomness: the same message gives the same signature.
func Sign(key ed25519.PrivateKey, namespace string, message io.Reader) ([]byte, error) {
	if len(key) != ed25519.PrivateKeySize {
		return nil, ErrKey
	}
	if !validName(namespace) {
		return nil, ErrName
	}
	pub, err := publicKey(key.Public().(ed25519.PublicKey))
	if err != nil {
		return nil, err
	}
	digest := sha512.New()
	if _, err := io.Copy(digest, message); err != nil {
		return nil, err
	}
	signed := ed25519.Sign(key, toSign{Namespace: namespace, Hash: hashSHA512, Digest: digest.Sum(nil)}.bytes())
	raw := append([]byte(magic), ssh.Marshal(blob{
		Version:   version,
		PublicKey: pub.Marshal(),
		Namespace: namespace,
		Hash:      hashSHA512,
		Signature: ssh.Marshal(ssh.Signature{Format: keyEd25519, Blob: signed}),
	})...)
	return armor(raw), nil
}

func armor(raw []byte) []byte {
	text := base64.StdEncoding.EncodeToString(raw)
	var b bytes.Buffer
	b.WriteString(begin + "\n")
	for len(text) > 0 {
		n := min(armorColumns, len(text))
		b.WriteString(text[:n] + "\n")
		text = text[n:]
	}
	b.WriteString(end + "\n")
	return b.Bytes()
}

// dearmor takes the armor off. It allows CR before LF, because files pass through
// Windows, and lines of any length; nothing may stand before or behind.
func dearmor(text []byte) ([]byte, error) {
	if len(text) > armoredBytesMax {
		return nil, ErrMalformed
	}
	text = bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n"))
	text, ok := bytes.CutPrefix(text, []byte(begin+"\n"))
	if !ok {
		return nil, ErrMalformed
	}
	text = bytes.TrimSuffix(text, []byte("\n"))
	text, ok = bytes.CutSuffix(text, []byte("\n"+end))
	if !ok || bytes.ContainsRune(text, '\r') { // the decoder would skip it
		return nil, ErrMalformed
	}
	raw, err := base64.StdEncoding.Strict().DecodeString(string(text))
	if err != nil {
		return nil, ErrMalformed
	}
	return raw, nil
}

// A signature is a parsed, not yet verified one.
type signature struct {
	key       ssh.PublicKey
	namespace string
	hash      string
	sig       ssh.Signature
}

func parse(text []byte) (*signature, error) {
	raw, err := dearmor(text)
	if err != nil {
		return nil, err
	}
	rest, ok := bytes.CutPrefix(raw, []byte(magic))
	if !ok {
		return nil, ErrMalformed
	}
	var b blob
	if err := ssh.Unmarshal(rest, &b); err != nil || b.Version != version || b.Namespace == "" || len(b.Reserved) > 0 {
		return nil, ErrMalformed
	}
	s := signature{namespace: b.Namespace, hash: b.Hash}
	if s.key, err = parseKey(b.PublicKey); err != nil {
		return nil, err
	}
	if err := ssh.Unmarshal(b.Signature, &s.sig); err != nil {
		return nil, ErrMalformed
	}
	if b.Hash != hashSHA256 && b.Hash != hashSHA512 {
		return nil, ErrAlgorithm
	}
	if !acceptedFormat(s.key, &s.sig) {
		return nil, ErrAlgorithm
	}
	return &s, nil
}

// parseKey reads the wire form of a public key of an accepted kind.
func parseKey(wire []byte) (ssh.PublicKey, error) {
	key, err := ssh.ParsePublicKey(wire)
	if err != nil {
		return nil, ErrMalformed
	}
	switch key.Type() {
	case keyEd25519, keySecurityED, keySecurityECDSA, ssh.KeyAlgoECDSA256, ssh.KeyAlgoECDSA384, ssh.KeyAlgoECDSA521:
		return key, nil
	case ssh.KeyAlgoRSA:
		if k, ok := key.(ssh.CryptoPublicKey).CryptoPublicKey().(*rsa.PublicKey); ok && k.N.BitLen() >= rsaBitsMin {
			return key, nil
		}
	}
	return nil, ErrAlgorithm
}

// acceptedFormat refuses RSA with SHA-1 and anything hidden behind the signature
// proper; a security key alone has more to say there (flags and counter).
func acceptedFormat(key ssh.PublicKey, sig *ssh.Signature) bool {
	switch key.Type() {
	case ssh.KeyAlgoRSA:
		return (sig.Format == rsaSHA256Format || sig.Format == rsaSHA512Format) && len(sig.Rest) == 0
	case keySecurityED, keySecurityECDSA:
		return sig.Format == key.Type()
	}
	return sig.Format == key.Type() && len(sig.Rest) == 0
}

// Verify reports whether sig is a signature over message, made for namespace by a
// key that signers holds for principal, valid at the time. nil says that it is;
// any other answer is one of the errors of this package or what message returned.
func Verify(signers *Signers, principal, namespace string, message io.Reader, sig []byte, at time.Time) error {
	s, err := parse(sig)
	if err != nil {
		return err
	}
	if s.namespace != namespace {
		return ErrNamespace
	}
	if err := signers.allow(principal, namespace, s.key, at); err != nil {
		return err
	}
	var digest hash.Hash = sha512.New()
	if s.hash == hashSHA256 {
		digest = sha256.New()
	}
	if _, err := io.Copy(digest, message); err != nil {
		return err
	}
	signed := toSign{Namespace: s.namespace, Hash: s.hash, Digest: digest.Sum(nil)}.bytes()
	// For a security key this demands the touch (user presence) as well.
	if err := s.key.Verify(signed, &s.sig); err != nil {
		return ErrSignature
	}
	return nil
}

func publicKey(pub ed25519.PublicKey) (ssh.PublicKey, error) {
	if len(pub) != ed25519.PublicKeySize {
		return nil, ErrKey
	}
	key, err := ssh.NewPublicKey(pub)
	if err != nil {
		return nil, fmt.Errorf("sshsig: %w", err)
	}
	return key, nil
}
