package crypto

import (
	"crypto/ed25519"
	"crypto/rsa"
	"encoding/base64"
	"errors"
	"io"
	"strings"

	"filippo.io/age"
	"filippo.io/age/agessh"
	"golang.org/x/crypto/ssh"
)

// RSABitsMin is the least that an RSA key must have, which is what age demands.
const RSABitsMin = 2048

// What can be wrong with a private key of OpenSSH, inside a [KeyError].
var (
	ErrPublicKey  = errors.New("a public key, where the private one belongs")
	ErrPassphrase = errors.New("not the passphrase of the private key")
	ErrPuTTY      = errors.New("a key of PuTTY, which has to be exported in the form of OpenSSH")
	ErrSSHKey     = errors.New("a key of OpenSSH is not written by this program")
)

// HoldsSecretKey reports whether there is a private key in a text, of age, OpenSSH,
// PEM or PuTTY, or a part of one by which it can be told.
func HoldsSecretKey(s string) bool {
	upper := strings.ToUpper(s)
	return strings.Contains(upper, secretPrefix) || strings.Contains(upper, "AGE-PLUGIN-") ||
		strings.Contains(upper, "PRIVATE KEY") || strings.Contains(upper, "PRIVATE-LINES") ||
		strings.Contains(upper, "PUTTY-USER-KEY-FILE") ||
		strings.Contains(s, "b3BlbnNzaC1rZXktdjE") // «openssh-key-v1», without the lines around it
}

// sshKind reports whether a word is the first of a public key of OpenSSH, of any
// kind.
func sshKind(word string) bool {
	for _, p := range []string{"ssh-", "ecdsa-sha2-", "sk-ssh-", "sk-ecdsa-"} {
		if strings.HasPrefix(word, p) {
			return true
		}
	}
	return false
}

// sshText gives the one text of a key: kind and base64, without the comment.
func sshText(line string) (string, error) {
	if strings.ContainsAny(line, "\r\n") {
		return "", ErrRecipient // one key, not two
	}
	words := strings.Fields(line)
	if len(words) < 2 {
		return "", ErrRecipient
	}
	text := words[0] + " " + words[1]
	switch words[0] {
	case "ssh-ed25519", "ssh-rsa":
	default:
		return "", ErrKeyKind
	}
	blob := sshBlob(text)
	key, err := ssh.ParsePublicKey(blob)
	if err != nil || key.Type() != words[0] || base64.StdEncoding.EncodeToString(blob) != words[1] {
		return "", ErrRecipient
	}
	if k, ok := cryptoKey(key).(*rsa.PublicKey); ok && k.N.BitLen() < RSABitsMin {
		return "", ErrWeakKey
	}
	return text, nil
}

func cryptoKey(key ssh.PublicKey) any {
	if k, ok := key.(ssh.CryptoPublicKey); ok {
		return k.CryptoPublicKey()
	}
	return nil
}

// sshBlob gives the bytes in the second word; nil where that is no base64.
func sshBlob(text string) []byte {
	_, word, _ := strings.Cut(text, " ")
	blob, err := base64.StdEncoding.Strict().DecodeString(word)
	if err != nil {
		return nil
	}
	return blob
}

func sshRecipient(text string) (age.Recipient, error) {
	key, err := ssh.ParsePublicKey(sshBlob(text))
	if err != nil {
		return nil, err
	}
	if key.Type() == ssh.KeyAlgoRSA {
		return agessh.NewRSARecipient(key)
	}
	return agessh.NewEd25519Recipient(key)
}

// An Asker gives the passphrase of a private key; only called where there is one.
type Asker func() ([]byte, error)

// ParseKeyFile reads the private key of an office: a key file of age, as
// [ParseIdentity] does, or one of OpenSSH (ssh-ed25519, or RSA of at least
// [RSABitsMin] bits). ask may be nil, where nobody can be asked: then a key with a
// passphrase is [ErrPassphrase]. Errors are [*KeyError], or what r or ask returns.
func ParseKeyFile(r io.Reader, ask Asker) (*Identity, error) {
	raw, err := io.ReadAll(io.LimitReader(r, keyFileBytesMax+1))
	if err != nil {
		return nil, err
	}
	text := string(raw)
	switch first, _, _ := strings.Cut(strings.TrimSpace(text), " "); {
	case len(raw) > keyFileBytesMax:
		return nil, &KeyError{0, ErrKeyFile}
	case strings.HasPrefix(text, "PuTTY-User-Key-File"):
		return nil, &KeyError{1, ErrPuTTY}
	case sshKind(first), strings.HasPrefix(first, classicPrefix), strings.HasPrefix(text, "---- BEGIN SSH2 PUBLIC KEY"):
		return nil, &KeyError{1, ErrPublicKey}
	case strings.HasPrefix(text, "-----BEGIN "):
		return parseSSHKey(raw, ask)
	}
	return ParseIdentity(strings.NewReader(text))
}

// parseSSHKey never passes on what the library says: it could quote the key.
func parseSSHKey(pem []byte, ask Asker) (*Identity, error) {
	key, err := ssh.ParseRawPrivateKey(pem)
	if _, locked := errors.AsType[*ssh.PassphraseMissingError](err); locked {
		if ask == nil {
			return nil, &KeyError{0, ErrPassphrase}
		}
		passphrase, asking := ask()
		if asking != nil {
			return nil, asking
		}
		if key, err = ssh.ParseRawPrivateKeyWithPassphrase(pem, passphrase); err != nil {
			return nil, &KeyError{0, ErrPassphrase}
		}
	}
	if err != nil {
		return nil, &KeyError{0, ErrNotKey}
	}
	var id age.Identity
	switch k := key.(type) {
	case *ed25519.PrivateKey:
		id, err = agessh.NewEd25519Identity(*k)
	case ed25519.PrivateKey:
		id, err = agessh.NewEd25519Identity(k)
	case *rsa.PrivateKey:
		if k.N.BitLen() < RSABitsMin {
			return nil, &KeyError{0, ErrWeakKey}
		}
		id, err = agessh.NewRSAIdentity(k)
	default:
		return nil, &KeyError{0, ErrKeyKind}
	}
	if err != nil {
		return nil, &KeyError{0, ErrNotKey}
	}
	signer, err := ssh.NewSignerFromKey(key)
	if err != nil {
		return nil, &KeyError{0, ErrNotKey}
	}
	public := strings.TrimSpace(string(ssh.MarshalAuthorizedKey(signer.PublicKey())))
	return newKey(id, "", public), nil
}
