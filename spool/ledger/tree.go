package ledger

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

const (
	tileHeight = 8
	tileWidth  = 1 << tileHeight
)

// edge is the right edge of a tree: the roots of the perfect subtrees that its
// entries make up, the largest first. It is all that is needed to add entries
// and to know the root hash.
type edge struct {
	n    int64
	subs []tlog.Hash
}

func (e *edge) add(leaf tlog.Hash) {
	for n := e.n; n&1 == 1; n >>= 1 {
		leaf = tlog.NodeHash(e.subs[len(e.subs)-1], leaf)
		e.subs = e.subs[:len(e.subs)-1]
	}
	e.subs = append(e.subs, leaf)
	e.n++
}

func (e *edge) tree() tlog.Tree {
	t := tlog.Tree{N: e.n, Hash: sha256.Sum256(nil)} // RFC 6962: the hash of nothing
	for i, sub := range slices.Backward(e.subs) {
		if i == len(e.subs)-1 {
			t.Hash = sub
		} else {
			t.Hash = tlog.NodeHash(sub, t.Hash)
		}
	}
	return t
}

func (e *edge) clone() edge { return edge{e.n, slices.Clone(e.subs)} }

// edgeOf reads the right edge of a tree of n entries.
func edgeOf(n int64, r tlog.HashReader) (edge, error) {
	var at []int64
	for low, level := int64(0), 62; level >= 0; level-- {
		if n&(1<<level) != 0 {
			at = append(at, tlog.StoredHashIndex(level, low>>level))
			low += 1 << level
		}
	}
	if len(at) == 0 {
		return edge{}, nil
	}
	subs, err := r.ReadHashes(at)
	return edge{n, subs}, err
}

// coord names a file of the tree: a tile of hashes, or at level -1 a bundle of
// entries. Its width is 256 when it is full.
type coord struct {
	level int
	n     int64
	width int
}

// path is the file's path as tlog-tiles has it.
func (c coord) path() string {
	var b strings.Builder
	b.WriteString("tile/")
	if c.level < 0 {
		b.WriteString("entries/")
	} else {
		fmt.Fprintf(&b, "%d/", c.level)
	}
	digits := fmt.Sprintf("%03d", c.n)
	digits = strings.Repeat("0", (3-len(digits)%3)%3) + digits
	for i := 0; i < len(digits); i += 3 {
		if i+3 < len(digits) {
			b.WriteString("x" + digits[i:i+3] + "/")
		} else {
			b.WriteString(digits[i : i+3])
		}
	}
	if c.width < tileWidth {
		fmt.Fprintf(&b, ".p/%d", c.width)
	}
	return b.String()
}

// full is the same place in its full width.
func (c coord) full() coord { return coord{c.level, c.n, tileWidth} }

// parseCoord is the inverse of path.
func parseCoord(path string) (coord, bool) {
	c := coord{width: tileWidth}
	rest, ok := strings.CutPrefix(path, "tile/")
	if !ok {
		return c, false
	}
	level, rest, _ := strings.Cut(rest, "/")
	if number, width, partial := strings.Cut(rest, ".p/"); partial {
		w, err := strconv.Atoi(width)
		if err != nil || w < 1 || w >= tileWidth {
			return c, false
		}
		rest, c.width = number, w
	}
	if level == "entries" {
		c.level = -1
	} else if l, err := strconv.Atoi(level); err == nil && 0 <= l && l < 8 {
		c.level = l
	} else {
		return c, false
	}
	digits := strings.NewReplacer("x", "", "/", "").Replace(rest)
	n, err := strconv.ParseInt(digits, 10, 64)
	c.n = n
	return c, err == nil && n >= 0 && c.path() == path
}

// first is the index of the first entry under the i-th hash of a tile, or of the
// i-th entry of a bundle.
func (c coord) first(i int) int64 {
	return (c.n<<tileHeight + int64(i)) << (tileHeight * max(c.level, 0))
}

// builder turns entries into bundles and tiles. It holds the open, partial one
// of each level.
type builder struct {
	n      int64
	bundle []byte   // of entries, with their lengths
	levels [][]byte // hashes
}

// add takes the next entry and hands every file that becomes full to emit.
func (b *builder) add(raw []byte, leaf tlog.Hash, emit func(coord, []byte) error) error {
	b.bundle = binary.BigEndian.AppendUint16(b.bundle, uint16(len(raw)))
	b.bundle = append(b.bundle, raw...)
	at := b.n
	b.n++
	if b.n%tileWidth == 0 {
		if err := emit(coord{-1, at >> tileHeight, tileWidth}, b.bundle); err != nil {
			return err
		}
		b.bundle = nil
	}
	for level := 0; ; level++ {
		if level == len(b.levels) {
			b.levels = append(b.levels, nil)
		}
		b.levels[level] = append(b.levels[level], leaf[:]...)
		full := b.levels[level]
		if len(full) < tileWidth*tlog.HashSize {
			return nil
		}
		at >>= tileHeight
		if err := emit(coord{level, at, tileWidth}, full); err != nil {
			return err
		}
		b.levels[level] = nil
		leaf = perfect(full)
	}
}

// partial hands the open bundle and the open tiles to emit.
func (b *builder) partial(emit func(coord, []byte) error) error {
	if w := int(b.n % tileWidth); w > 0 {
		if err := emit(coord{-1, b.n >> tileHeight, w}, b.bundle); err != nil {
			return err
		}
	}
	for level, data := range b.levels {
		if w := len(data) / tlog.HashSize; w > 0 {
			if err := emit(coord{level, b.n >> (tileHeight * (level + 1)), w}, data); err != nil {
				return err
			}
		}
	}
	return nil
}

func (b *builder) clone() *builder {
	c := &builder{n: b.n, bundle: slices.Clone(b.bundle)}
	for _, data := range b.levels {
		c.levels = append(c.levels, slices.Clone(data))
	}
	return c
}

// perfect is the root of a full tile.
func perfect(data []byte) tlog.Hash {
	hashes := make([]tlog.Hash, len(data)/tlog.HashSize)
	for i := range hashes {
		hashes[i] = tlog.Hash(data[i*tlog.HashSize:])
	}
	for len(hashes) > 1 {
		for i := range len(hashes) / 2 {
			hashes[i] = tlog.NodeHash(hashes[2*i], hashes[2*i+1])
		}
		hashes = hashes[:len(hashes)/2]
	}
	return hashes[0]
}

// splitBundle cuts a bundle into its entries; width is how many there must be.
// What it returns with an error are the entries before the fault.
func splitBundle(data []byte, width int) ([][]byte, error) {
	entries := make([][]byte, 0, width)
	total := len(data)
	for range width {
		if len(data) < 2 || len(data)-2 < int(binary.BigEndian.Uint16(data)) {
			return entries, &FormatError{"bundle", int64(total - len(data)), "ends inside an entry"}
		}
		end := 2 + int(binary.BigEndian.Uint16(data))
		entries = append(entries, data[2:end:end])
		data = data[end:]
	}
	if len(data) > 0 {
		return entries, &FormatError{"bundle", int64(total - len(data)), "more than its entries"}
	}
	return entries, nil
}
