package keyring

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"baitai/crypto"
)

// A kind is the first word of a key's line: what the key is for, and the version
// of the form. A key in another's place is thereby found out.
type kind string

const (
	ledgerKind kind = "BAITAI-LEDGER-KEY-0"
	signerKind kind = "BAITAI-SIGNING-KEY-0"
	macKind    kind = "BAITAI-MAC-KEY-0"
)

const (
	secretBytes     = 32 // an ed25519 seed, or a MAC key
	checkBytes      = 4
	keyFileBytesMax = 64 << 10
)

// check is what tells a mistyped key from a right one: any 32 bytes are a key.
func (k kind) check(secret []byte) string {
	sum := sha256.Sum256(append([]byte(k+" "), secret...))
	return hex.EncodeToString(sum[:checkBytes])
}

// write writes the key file.
func (k kind) write(w io.Writer, comment string, created time.Time, secret []byte) error {
	_, err := fmt.Fprintf(w, "# %s\n# created: %s\n%s %s %s\n",
		comment, created.Format(time.RFC3339), k, base64.StdEncoding.EncodeToString(secret), k.check(secret))
	return err
}

// parse reads a key file: one line of a key besides comments and empty lines.
func (k kind) parse(text []byte) ([]byte, int, error) {
	var secret []byte
	n := 0
	for line := range bytes.Lines(text) {
		n++
		line = bytes.TrimRight(line, "\r\n")
		if len(line) == 0 || line[0] == '#' {
			continue
		}
		if secret != nil {
			return nil, n, ErrCount
		}
		fields := strings.Split(string(line), " ")
		if len(fields) != 3 || fields[0] != string(k) {
			return nil, n, ErrForm
		}
		raw, err := base64.StdEncoding.Strict().DecodeString(fields[1])
		if err != nil || len(raw) != secretBytes {
			return nil, n, ErrForm
		}
		if k.check(raw) != fields[2] {
			return nil, n, ErrCheck
		}
		secret = raw
	}
	if secret == nil {
		return nil, 0, ErrCount
	}
	return secret, 0, nil
}

// parseSite reads the age key.
func parseSite(text []byte) (*crypto.Identity, error) {
	id, err := crypto.ParseIdentity(bytes.NewReader(text))
	if e, ok := errors.AsType[*crypto.KeyError](err); ok {
		return nil, &ParseError{SiteName, e.Line, e.Err}
	}
	if err != nil {
		return nil, &ParseError{SiteName, 0, err}
	}
	return id, nil
}
