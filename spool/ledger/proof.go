package ledger

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const proofHeader = "c2sp.org/tlog-proof@v1\n"

// proof is a C2SP tlog-proof: where an entry stands, the hashes that lead from
// it to the root, and the signed checkpoint.
type proof struct {
	index  int64
	hashes tlog.RecordProof
	note   []byte
}

func (v *view) prove(index int64) ([]byte, error) {
	if index < 0 || index >= v.tree.N {
		return nil, ErrNoEntry
	}
	hashes, err := v.hashes()
	if err != nil {
		return nil, err
	}
	path, err := tlog.ProveRecord(v.tree.N, index, hashes)
	if err != nil {
		return nil, err
	}
	return proof{index, path, v.note}.format(), nil
}

func (p proof) format() []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%sindex %d\n", proofHeader, p.index)
	for _, h := range p.hashes {
		b.WriteString(base64.StdEncoding.EncodeToString(h[:]) + "\n")
	}
	b.WriteString("\n")
	b.Write(p.note)
	return b.Bytes()
}

// parseProof reads a tlog-proof without an extra line, which this program never
// writes, in its one form.
func parseProof(text []byte) (proof, error) {
	bad := func(why string) (proof, error) { return proof{}, &FormatError{"proof", -1, why} }
	rest, ok := bytes.CutPrefix(text, []byte(proofHeader))
	if !ok || len(text) > 2*checkpointBytesMax {
		return bad("not a tlog-proof")
	}
	head, signed, ok := bytes.Cut(rest, []byte("\n\n"))
	if !ok {
		return bad("has no checkpoint")
	}
	lines := strings.Split(string(head), "\n")
	digits, ok := strings.CutPrefix(lines[0], "index ")
	index, err := strconv.ParseInt(digits, 10, 64)
	if !ok || err != nil || index < 0 {
		return bad("has no index")
	}
	p := proof{index: index, note: signed}
	for _, line := range lines[1:] {
		h, err := tlog.ParseHash(line)
		if err != nil || len(p.hashes) == 63 {
			return bad("has a hash that cannot be read, or too many")
		}
		p.hashes = append(p.hashes, h)
	}
	if !bytes.Equal(p.format(), text) {
		return bad("not in its one form")
	}
	return p, nil
}

// VerifyProof checks that proof shows entry, byte for byte, to be in the ledger
// whose verifier key is vkey. It needs nothing else.
func VerifyProof(proof []byte, vkey string, entry []byte) error {
	v, err := note.NewVerifier(vkey)
	if err != nil {
		return ErrOrigin
	}
	p, err := parseProof(proof)
	if err != nil {
		return err
	}
	tree, err := parseCheckpoint(p.note, v)
	if err != nil {
		return err
	}
	if p.index >= tree.N || tlog.CheckRecord(p.hashes, tree.N, tree.Hash, p.index, tlog.RecordHash(entry)) != nil {
		return ErrProof
	}
	return nil
}

// knownTree reads a checkpoint that is kept elsewhere, bare or in a tlog-proof.
func knownTree(text []byte, v note.Verifier) (tlog.Tree, error) {
	if bytes.HasPrefix(text, []byte(proofHeader)) {
		p, err := parseProof(text)
		if err != nil {
			return tlog.Tree{}, err
		}
		text = p.note
	}
	return parseCheckpoint(text, v)
}

// ReadCheckpoint checks a signed checkpoint, bare or in a tlog-proof, and says
// how many entries it counts and what their root hash is.
func ReadCheckpoint(text []byte, vkey string) (size int64, root [32]byte, err error) {
	v, err := note.NewVerifier(vkey)
	if err != nil {
		return 0, root, ErrOrigin
	}
	tree, err := knownTree(text, v)
	return tree.N, tree.Hash, err
}
