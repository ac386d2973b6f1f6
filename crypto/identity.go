package crypto

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"time"

	"filippo.io/age"
)

// What can be wrong with the text of a private key, inside a [KeyError].
var (
	ErrNoKey    = errors.New("no private key in it")
	ErrManyKeys = errors.New("more than one private key in it")
	ErrNotKey   = errors.New("not an age private key")
	ErrKeyFile  = errors.New("too long for a key file")
)

// A KeyError says why a private key could not be read. It never holds the line.
type KeyError struct {
	Line int // physical line, from 1; 0 where it is the file as a whole
	Err  error
}

func (e *KeyError) Error() string {
	if e.Line == 0 {
		return "crypto: key file: " + e.Err.Error()
	}
	return fmt.Sprintf("crypto: key file: line %d: %v", e.Line, e.Err)
}

// Unwrap returns the reason.
func (e *KeyError) Unwrap() error { return e.Err }

// An Identity is a private key (秘密鍵), of age or of OpenSSH, that opens what was
// sealed to its Recipient. It prints as a mask. The zero value and nil open nothing.
type Identity struct {
	reveal func() *identity // a closure: see hide
}

type identity struct {
	key  age.Identity
	text string // as in a key file of age; "" for a key of OpenSSH
	to   Recipient
}

func newKey(key age.Identity, text, to string) *Identity {
	return &Identity{hide(&identity{key, text, Recipient{to}})}
}

// NewIdentity makes a new X25519 key. The randomness is the operating system's:
// age takes no other.
func NewIdentity() (*Identity, error) {
	k, err := age.GenerateX25519Identity()
	if err != nil {
		return nil, fmt.Errorf("crypto: new key: %w", err)
	}
	return newKey(k, k.String(), k.Recipient().String()), nil
}

// NewPostQuantumIdentity makes a new hybrid key (ML-KEM-768 with X25519). Debian
// 12's age 1.1.1 cannot use it; age 1.3 can.
func NewPostQuantumIdentity() (*Identity, error) {
	k, err := age.GenerateHybridIdentity()
	if err != nil {
		return nil, fmt.Errorf("crypto: new key: %w", err)
	}
	return newKey(k, k.String(), k.Recipient().String()), nil
}

// keyFileBytesMax bounds a key file: a key and some lines of comment.
const keyFileBytesMax = 64 << 10

// ParseIdentity reads a key file of age: exactly one private key on a line of
// its own, besides empty lines and comments that begin with #. Errors are
// [*KeyError], or what r returns.
func ParseIdentity(r io.Reader) (*Identity, error) {
	in := &io.LimitedReader{R: r, N: keyFileBytesMax + 1}
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, keyFileBytesMax)
	var found *Identity
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSuffix(lines.Text(), "\r")
		if line == "" || line[0] == '#' {
			continue
		}
		if found != nil {
			return nil, &KeyError{n, ErrManyKeys}
		}
		id, err := parseKey(line)
		if err != nil {
			return nil, &KeyError{n, ErrNotKey} // age's own errors quote the key
		}
		found = id
	}
	switch err := lines.Err(); {
	case in.N == 0 || errors.Is(err, bufio.ErrTooLong):
		return nil, &KeyError{0, ErrKeyFile}
	case err != nil:
		return nil, err
	case found == nil:
		return nil, &KeyError{0, ErrNoKey}
	}
	return found, nil
}

func parseKey(line string) (*Identity, error) {
	if strings.HasPrefix(line, secretPrefix+"PQ-1") {
		k, err := age.ParseHybridIdentity(line)
		if err != nil {
			return nil, err
		}
		return newKey(k, line, k.Recipient().String()), nil
	}
	k, err := age.ParseX25519Identity(line)
	if err != nil {
		return nil, err
	}
	return newKey(k, line, k.Recipient().String()), nil
}

func (i *Identity) isZero() bool { return i == nil || i.reveal == nil }

// Recipient returns the public half; the zero Recipient for a zero Identity.
func (i *Identity) Recipient() Recipient {
	if i.isZero() {
		return Recipient{}
	}
	return i.reveal().to
}

// WriteKey writes the key file: the comment's lines and the time each after "# ",
// the public key, then the private key, as age-keygen does. It is the one way
// out of an Identity; the file MUST be made with mode 0600.
func (i *Identity) WriteKey(w io.Writer, comment string, created time.Time) error {
	if i.isZero() {
		return &KeyError{0, ErrNoKey}
	}
	if i.reveal().text == "" {
		return &KeyError{0, ErrSSHKey}
	}
	var b strings.Builder
	if comment != "" {
		for line := range strings.Lines(comment) {
			fmt.Fprintf(&b, "# %s\n", strings.TrimRight(line, "\r\n"))
		}
	}
	fmt.Fprintf(&b, "# created: %s\n# public key: %s\n%s\n", created.Format(time.RFC3339), i.reveal().to, i.reveal().text)
	_, err := io.WriteString(w, b.String())
	return err
}

// Format prints the mask under every verb.
func (i Identity) Format(f fmt.State, _ rune) { writeMask(f) }

// LogValue gives the mask to log/slog.
func (i Identity) LogValue() slog.Value { return slog.StringValue(Mask) }

// MarshalText gives the mask to encoders.
func (i Identity) MarshalText() ([]byte, error) { return []byte(Mask), nil }
