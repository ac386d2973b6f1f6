package ledger

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// Names in the folder of a ledger.
const (
	checkpointName = "checkpoint"
	walName        = "wal"
	verifierName   = "verifier"
	tempPrefix     = ".tmp-" // what an unfinished write leaves
)

// A claim is what somebody signed about the tree at some size.
type claim struct {
	tree tlog.Tree
	fail func(tlog.Tree) error // what is wrong when the tree is another one
}

// checked is a ledger that was recomputed from its entries and agrees with all
// that was signed.
type checked struct {
	files     fs.FS
	verifier  note.Verifier
	vkey      string
	published tlog.Tree
	wal       *wal
	built     *builder // at the published size
	edge      edge     // at the full size
	tail      [][]byte // entries that are in the write-ahead log only
	signed    []byte   // the published checkpoint
	note      []byte   // the last checkpoint
	stale     []coord  // full files beside which partial ones are left
}

func newChecked(files fs.FS, vkey string) (*checked, error) {
	v, err := note.NewVerifier(vkey)
	if err != nil {
		return nil, ErrOrigin
	}
	return &checked{files: files, verifier: v, vkey: vkey, built: &builder{}}, nil
}

// check recomputes everything: each bundle, each tile, the checkpoint, the
// write-ahead log, and what is known from elsewhere. visit sees the entries.
func check(files fs.FS, vkey string, known [][]byte, visit func(int64, []byte) error) (*checked, error) {
	c, err := newChecked(files, vkey)
	if err != nil {
		return nil, err
	}
	if err := c.load(); err != nil {
		return nil, err
	}
	claims, err := c.claims(known)
	if err != nil {
		return nil, err
	}
	shelf, err := newShelf(c)
	if err != nil {
		return nil, err
	}
	logged := c.wal.entries()
	take := func(b *builder, raw []byte) error {
		i := b.n
		if k := i - c.wal.start; k >= 0 && k < int64(len(logged)) && !bytes.Equal(raw, logged[k]) {
			return &TamperedError{"bundle and write-ahead log differ", i}
		}
		if err := visit(i, raw); err != nil {
			return err
		}
		leaf := tlog.RecordHash(raw)
		if err := b.add(raw, leaf, shelf.compare); err != nil {
			return err
		}
		c.edge.add(leaf)
		if i+1 != c.published.N { // there the open tiles are compared first: they tell more
			claims, err = settle(claims, &c.edge)
		}
		return err
	}
	if c.published.N > 0 {
		if claims, err = settle(claims, &c.edge); err != nil {
			return nil, err
		}
	}
	if err := c.bundles(take); err != nil {
		return nil, err
	}
	if err := c.built.partial(shelf.require); err != nil {
		return nil, err
	}
	if claims, err = settle(claims, &c.edge); err != nil {
		return nil, err
	}
	c.tail = logged[c.published.N-c.wal.start:]
	b := c.built.clone()
	for _, raw := range c.tail {
		if err := take(b, raw); err != nil {
			return nil, err
		}
	}
	if err := b.partial(shelf.compare); err != nil {
		return nil, err
	}
	if len(claims) > 0 {
		return nil, claims[0].fail(tlog.Tree{N: c.edge.n})
	}
	return c, shelf.rest()
}

// load reads the checkpoint and the write-ahead log.
func (c *checked) load() error {
	signed, err := readFile(c.files, checkpointName, checkpointBytesMax)
	if errors.Is(err, fs.ErrNotExist) {
		return ErrNone
	}
	if err != nil {
		return err
	}
	if c.published, err = parseCheckpoint(signed, c.verifier); err != nil {
		return &TamperedError{"checkpoint: " + why(err), -1}
	}
	c.signed, c.note = signed, signed
	data, err := readFile(c.files, walName, walBytesMax)
	if errors.Is(err, fs.ErrNotExist) {
		return &TamperedError{"the write-ahead log is missing", c.published.N}
	}
	if err != nil {
		return err
	}
	if c.wal, err = parseWAL(data); err != nil {
		return err
	}
	end := c.wal.start + int64(len(c.wal.entries()))
	if c.wal.start > c.published.N {
		return &TamperedError{"the checkpoint is older than the write-ahead log", c.published.N}
	}
	if end < c.published.N {
		return &TamperedError{"the write-ahead log ends before the checkpoint", end}
	}
	if n := len(c.wal.frames); n > 0 && end > c.published.N {
		c.note = c.wal.frames[n-1].note
	}
	return c.checkVerifier()
}

// checkVerifier compares the copy of the public key that lies beside the ledger
// for the convenience of auditors. It proves nothing, but it must not mislead.
func (c *checked) checkVerifier() error {
	text, err := readFile(c.files, verifierName, checkpointBytesMax)
	if err != nil {
		return &TamperedError{"the copy of the verifier key cannot be read", -1}
	}
	if string(text) != c.vkey+"\n" {
		return &TamperedError{"the copy of the verifier key is another key", -1}
	}
	return nil
}

// claims gathers what was signed, ordered by size.
func (c *checked) claims(known [][]byte) ([]claim, error) {
	all := []claim{{c.published, func(tlog.Tree) error {
		return &TamperedError{"the root hash is not the one in the checkpoint", -1}
	}}}
	at := c.wal.start
	for _, f := range c.wal.frames {
		first := at
		at += int64(len(f.entries))
		tree, err := parseCheckpoint(f.note, c.verifier)
		if err != nil || tree.N != at {
			return nil, &TamperedError{"a frame of the write-ahead log has no valid checkpoint", first}
		}
		all = append(all, claim{tree, func(tlog.Tree) error {
			return &TamperedError{"a frame of the write-ahead log is not what was signed", first}
		}})
	}
	for no, text := range known {
		tree, err := knownTree(text, c.verifier)
		if err != nil {
			return nil, &KnownError{no, why(err), -1}
		}
		all = append(all, claim{tree, func(is tlog.Tree) error {
			if is.N < tree.N {
				return &KnownError{no, fmt.Sprintf("the ledger has only %d", is.N), tree.N}
			}
			return &KnownError{no, "the ledger has another history", tree.N}
		}})
	}
	slices.SortStableFunc(all, func(a, b claim) int { return int(min(max(a.tree.N-b.tree.N, -1), 1)) })
	return all, nil
}

// settle checks the claims about the size that the tree has now.
func settle(claims []claim, e *edge) ([]claim, error) {
	if len(claims) == 0 || claims[0].tree.N != e.n {
		return claims, nil
	}
	is := e.tree()
	for len(claims) > 0 && claims[0].tree.N == e.n {
		if claims[0].tree != is {
			return nil, claims[0].fail(is)
		}
		claims = claims[1:]
	}
	return claims, nil
}

// bundles hands over the published entries.
func (c *checked) bundles(take func(*builder, []byte) error) error {
	for n := int64(0); n<<tileHeight < c.published.N; n++ {
		at := coord{-1, n, int(min(tileWidth, c.published.N-n<<tileHeight))}
		data, err := readFile(c.files, at.path(), bundleBytesMax)
		if errors.Is(err, fs.ErrNotExist) {
			return &TamperedError{"a bundle of entries is missing", at.first(0)}
		}
		if err != nil {
			return err
		}
		entries, err := splitBundle(data, at.width)
		if err != nil {
			return &TamperedError{"a bundle cannot be read: " + why(err), at.first(len(entries))}
		}
		for _, raw := range entries {
			if err := take(c.built, raw); err != nil {
				return err
			}
		}
	}
	return nil
}

// entryOrHash tells which of an entry, of which leaf is the hash, and its hash in
// some tile was changed: the one that leads to the signed root hash is the true
// one. A partial tile that a larger one has replaced may differ from both.
func (c *checked) entryOrHash(index int64, leaf []byte) string {
	r := tlog.TileHashReader(c.published, tiles{c.files})
	if index >= c.published.N {
		return "a tile differs from the entries"
	}
	signed, err := r.ReadHashes([]int64{tlog.StoredHashIndex(0, index)})
	if err != nil || bytes.Equal(signed[0][:], leaf) {
		return "a tile was changed"
	}
	return "an entry was changed"
}

// Sizes beyond which a file is not what it says.
const (
	bundleBytesMax = tileWidth * (2 + EntryBytesMax)
	tileBytesMax   = tileWidth * tlog.HashSize
	walBytesMax    = 4 << 30
)

// readFile reads a file that is not longer than max.
func readFile(files fs.FS, name string, max int64) ([]byte, error) {
	f, err := files.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() || info.Size() > max {
		return nil, &TamperedError{name + " is not a file or too long", -1}
	}
	return io.ReadAll(io.LimitReader(f, max))
}

func why(err error) string {
	if e, ok := errors.AsType[*FormatError](err); ok {
		return e.Why
	}
	return err.Error()
}
