package ledger

import (
	"bytes"
	"errors"
	"io/fs"
	"iter"
	"os"

	"golang.org/x/mod/sumdb/tlog"
)

// Stored is an entry as it stands in the ledger.
type Stored struct {
	Index int64 // from 0
	Entry Entry
	Raw   []byte // the bytes that are hashed
}

// view is a ledger at one moment: what is published, and the entries that are
// only in the write-ahead log.
type view struct {
	files     fs.FS
	published tlog.Tree
	tail      [][]byte
	tree      tlog.Tree
	note      []byte // signed checkpoint of tree
}

// tiles reads tiles of the published tree for package tlog.
type tiles struct{ files fs.FS }

func (t tiles) Height() int { return tileHeight }

func (t tiles) ReadTiles(want []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, tile := range want {
		data, err := readWide(t.files, coord{tile.L, tile.N, tile.W}, tileBytesMax)
		if err != nil {
			return nil, err
		}
		if len(data) < tile.W*tlog.HashSize {
			return nil, &FormatError{"tile", int64(len(data)), "is cut off"}
		}
		all = append(all, data[:tile.W*tlog.HashSize])
	}
	return all, nil
}

func (t tiles) SaveTiles([]tlog.Tile, [][]byte) {}

// readWide reads a file of the tree, or the full one that has replaced it.
func readWide(files fs.FS, c coord, max int64) ([]byte, error) {
	data, err := readFile(files, c.path(), max)
	if errors.Is(err, fs.ErrNotExist) && c.width < tileWidth {
		return readFile(files, c.full().path(), max)
	}
	return data, err
}

// hashes gives every hash of the tree; those of the published part are proven by
// the published checkpoint before they are given.
func (v *view) hashes() (tlog.HashReader, error) {
	base := tlog.StoredHashCount(v.published.N)
	below := tlog.TileHashReader(v.published, tiles{v.files})
	var above []tlog.Hash
	read := func(at []int64) ([]tlog.Hash, error) {
		out := make([]tlog.Hash, len(at))
		var ask []int64
		for i, x := range at {
			if x < base {
				ask = append(ask, x)
			} else if x-base < int64(len(above)) {
				out[i] = above[x-base]
			} else {
				return nil, &FormatError{"tile", -1, "no such hash"}
			}
		}
		if len(ask) == 0 {
			return out, nil
		}
		got, err := below.ReadHashes(ask)
		if err != nil {
			return nil, &TamperedError{"the tiles do not lead to the checkpoint", -1}
		}
		for i, x := range at {
			if x < base {
				out[i], got = got[0], got[1:]
			}
		}
		return out, nil
	}
	for i, raw := range v.tail {
		next, err := tlog.StoredHashes(v.published.N+int64(i), raw, tlog.HashReaderFunc(read))
		if err != nil {
			return nil, err
		}
		above = append(above, next...)
	}
	return tlog.HashReaderFunc(read), nil
}

// all yields the entries from index from on. Published ones are compared with
// the signed tree, so that nothing is shown that was not signed.
func (v *view) all(from int64) iter.Seq2[Stored, error] {
	return func(yield func(Stored, error) bool) {
		if from < 0 {
			from = 0
		}
		give := func(i int64, raw []byte) bool {
			e, err := ParseEntry(raw)
			return yield(Stored{i, e, raw}, err) && err == nil
		}
		below := tlog.TileHashReader(v.published, tiles{v.files})
		for n := from >> tileHeight; n<<tileHeight < v.published.N; n++ {
			at := coord{-1, n, int(min(tileWidth, v.published.N-n<<tileHeight))}
			entries, err := v.bundle(at, below)
			if err != nil {
				yield(Stored{Index: at.first(0)}, err)
				return
			}
			for i, raw := range entries {
				if at.first(i) >= from && !give(at.first(i), raw) {
					return
				}
			}
		}
		for i, raw := range v.tail {
			if at := v.published.N + int64(i); at >= from && !give(at, raw) {
				return
			}
		}
	}
}

func (v *view) bundle(at coord, below tlog.HashReader) ([][]byte, error) {
	data, err := readWide(v.files, at, bundleBytesMax)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, &TamperedError{"a bundle of entries is missing", at.first(0)}
	}
	if err != nil {
		return nil, err
	}
	entries, err := splitBundle(data, at.width)
	if err != nil && len(entries) < at.width {
		return nil, &TamperedError{"a bundle cannot be read: " + why(err), at.first(len(entries))}
	}
	want := make([]int64, at.width)
	for i := range want {
		want[i] = tlog.StoredHashIndex(0, at.first(i))
	}
	hashes, err := below.ReadHashes(want)
	if err != nil {
		return nil, &TamperedError{"the tiles do not lead to the checkpoint", at.first(0)}
	}
	for i, raw := range entries {
		if tlog.RecordHash(raw) != hashes[i] {
			return nil, &TamperedError{"an entry was changed", at.first(i)}
		}
	}
	return entries, nil
}

func (v *view) entry(index int64) (Stored, error) {
	for s, err := range v.all(index) {
		if err == nil && s.Index != index {
			break
		}
		return s, err
	}
	return Stored{}, ErrNoEntry
}

// ErrNoEntry means that the ledger has no entry of that index.
var ErrNoEntry = errors.New("ledger: no such entry")

// A Reader shows a ledger without its private key, without a lock and without
// writing: for status and for baitai-audit. It shows the moment at which it was
// opened, also while another process writes.
//
// OpenReader checks signatures and that the right edge of the tree leads to
// them, and what is read is checked when it is read. Only [Verify] checks all.
type Reader struct {
	view
	origin string
}

// Origin is the name of the ledger.
func (r *Reader) Origin() string { return r.origin }

// openTries bounds how often a reader meets a writer between two files.
const openTries = 100

// OpenReader opens the ledger in dir, whose verifier key vkey the caller has from
// elsewhere.
func OpenReader(dir, vkey string) (*Reader, error) {
	files := os.DirFS(dir)
	for try := 1; ; try++ {
		r, err := openReader(files, vkey)
		if err == nil || try == openTries || !errors.Is(err, ErrTampered) || !moved(files, r) {
			if err != nil {
				return nil, err
			}
			return r, nil
		}
	}
}

// moved reports whether the writer published after the reader had read.
func moved(files fs.FS, r *Reader) bool {
	now, err := readFile(files, checkpointName, checkpointBytesMax)
	return err == nil && !bytes.Equal(now, r.note)
}

func openReader(files fs.FS, vkey string) (*Reader, error) {
	c, err := newChecked(files, vkey)
	if err != nil {
		return nil, err
	}
	err = c.load()
	r := &Reader{view{files: files, published: c.published, tree: c.published, note: c.signed}, c.verifier.Name()}
	if err != nil {
		return r, err // with the published checkpoint, for moved
	}
	below := tlog.TileHashReader(c.published, tiles{files})
	e, err := edgeOf(c.published.N, below)
	if err != nil || e.tree() != c.published {
		return r, &TamperedError{"the tiles do not lead to the checkpoint", -1}
	}
	at := c.wal.start
	for _, f := range c.wal.frames {
		first := at
		for _, raw := range f.entries {
			if at++; at > c.published.N {
				e.add(tlog.RecordHash(raw))
				r.tail = append(r.tail, raw)
			}
		}
		if at <= c.published.N {
			continue
		}
		tree, err := parseCheckpoint(f.note, c.verifier)
		if err != nil || tree != e.tree() {
			return r, &TamperedError{"a frame of the write-ahead log is not what was signed", first}
		}
		r.tree = tree
	}
	r.note = c.note
	return r, nil
}

// Size is the number of entries.
func (v *view) Size() int64 { return v.tree.N }

// Root is the root hash (RFC 6962) of all entries.
func (v *view) Root() [32]byte { return v.tree.Hash }

// Checkpoint is the signed checkpoint of all entries.
func (v *view) Checkpoint() []byte { return bytes.Clone(v.note) }

// All yields the entries from index from on; an error ends them.
func (v *view) All(from int64) iter.Seq2[Stored, error] { return v.all(from) }

// Entry is one entry; [ErrNoEntry] where there is none.
func (v *view) Entry(index int64) (Stored, error) { return v.entry(index) }

// Prove shows, in the form of a tlog-proof, that an entry is in the ledger.
func (v *view) Prove(index int64) ([]byte, error) { return v.prove(index) }
