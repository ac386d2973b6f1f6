package passworded

import (
	"fmt"
	"log/slog"
	"unicode/utf16"

	"baitai/crypto"
)

// A Password opens a file (パスワード). It prints as a mask under every verb of fmt,
// also inside other structs. The zero value opens nothing.
type Password struct {
	// A closure, because fmt prints what a string or a pointer in an unexported
	// field holds under a verb that does not fit.
	reveal func() string
}

// New takes a password as a person has chosen it. [Judge] says whether it is one
// to write files with.
func New(text string) Password { return Password{func() string { return text }} }

// IsZero reports whether there is no password.
func (p Password) IsZero() bool { return p.reveal == nil || p.reveal() == "" }

// Reveal returns the password, for the store that keeps it sealed.
func (p Password) Reveal() string {
	if p.reveal == nil {
		return ""
	}
	return p.reveal()
}

// Equal reports whether both are the same password: typed once, and once more.
func (p Password) Equal(q Password) bool { return p.Reveal() == q.Reveal() }

// Format prints the mask under every verb.
func (p Password) Format(f fmt.State, _ rune) {
	_, _ = f.Write([]byte(crypto.Mask)) // fmt offers no way to report an error here
}

// LogValue gives the mask to log/slog.
func (p Password) LogValue() slog.Value { return slog.StringValue(crypto.Mask) }

// MarshalText gives the mask to encoders.
func (p Password) MarshalText() ([]byte, error) { return []byte(crypto.Mask), nil }

// utf16le is the password as Office hashes it.
func (p Password) utf16le() []byte {
	var out []byte
	for _, u := range utf16.Encode([]rune(p.Reveal())) {
		out = append(out, byte(u), byte(u>>8))
	}
	return out
}
