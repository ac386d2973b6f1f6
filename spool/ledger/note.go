package ledger

import (
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// VerifierKey is the public key of a ledger as a signed note's verifier key
// (C2SP signed-note): origin+hash+base64. This is what an auditor gets.
func VerifierKey(origin string, pub ed25519.PublicKey) (string, error) {
	if !validOrigin(origin) {
		return "", ErrOrigin
	}
	if len(pub) != ed25519.PublicKeySize {
		return "", ErrOrigin
	}
	return note.NewEd25519VerifierKey(origin, pub)
}

// validOrigin: a schema-less URL as tlog-checkpoint recommends, such as
// "pref.example.lg.jp/baitai/ledger".
func validOrigin(s string) bool {
	return s != "" && len(s) <= tokenBytesMax && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789./-_") == ""
}

// signer signs notes with a key that never takes the text form of a private key.
type signer struct {
	note.Verifier
	key ed25519.PrivateKey
}

func newSigner(origin string, key ed25519.PrivateKey) (*signer, string, error) {
	if len(key) != ed25519.PrivateKeySize {
		return nil, "", ErrOptions
	}
	vkey, err := VerifierKey(origin, key.Public().(ed25519.PublicKey))
	if err != nil {
		return nil, "", err
	}
	v, err := note.NewVerifier(vkey)
	if err != nil {
		return nil, "", err
	}
	return &signer{v, key}, vkey, nil
}

// Sign is what note.Signer asks for.
func (s *signer) Sign(msg []byte) ([]byte, error) { return ed25519.Sign(s.key, msg), nil }

// sign makes the checkpoint (署名付きチェックポイント) of a tree.
func (s *signer) sign(tree tlog.Tree) ([]byte, error) {
	return note.Sign(&note.Note{Text: checkpointText(s.Name(), tree)}, s)
}

func checkpointText(origin string, tree tlog.Tree) string {
	return fmt.Sprintf("%s\n%d\n%s\n", origin, tree.N, base64.StdEncoding.EncodeToString(tree.Hash[:]))
}

const checkpointBytesMax = 64 << 10

// parseCheckpoint opens a signed checkpoint of the ledger whose key v is. There
// may be further signatures (cosignatures of witnesses); they are not judged.
func parseCheckpoint(msg []byte, v note.Verifier) (tlog.Tree, error) {
	bad := func(why string) (tlog.Tree, error) { return tlog.Tree{}, &FormatError{"checkpoint", -1, why} }
	if len(msg) > checkpointBytesMax {
		return bad("too long")
	}
	n, err := note.Open(msg, note.VerifierList(v))
	if err != nil {
		if _, ok := errors.AsType[*note.UnverifiedNoteError](err); ok {
			return bad("not signed by the key of this ledger")
		}
		return bad("not a signed note")
	}
	for _, sig := range append(n.Sigs, n.UnverifiedSigs...) {
		// Base64 leaves bits over; whoever set them would have changed the file.
		if _, err := base64.StdEncoding.Strict().DecodeString(sig.Base64); err != nil {
			return bad("signature is not in its one form")
		}
	}
	lines := strings.Split(n.Text, "\n")
	if len(lines) != 4 || lines[0] != v.Name() || lines[3] != "" {
		return bad("not origin, size and root hash")
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || size < 0 {
		return bad("size is not a number")
	}
	hash, err := tlog.ParseHash(lines[2])
	if err != nil {
		return bad("root hash cannot be read")
	}
	tree := tlog.Tree{N: size, Hash: hash}
	if checkpointText(v.Name(), tree) != n.Text {
		return bad("not in its one form")
	}
	return tree, nil
}
