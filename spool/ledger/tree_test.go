package ledger

import (
	"fmt"
	"math"
	"os"
	"testing"

	"golang.org/x/mod/sumdb/tlog"
	"pgregory.net/rapid"
)

func TestTheTreeIsTheOneOfRFC6962(t *testing.T) {
	var leaves [][]byte
	var stored []tlog.Hash
	reader := tlog.HashReaderFunc(func(at []int64) (out []tlog.Hash, err error) {
		for _, i := range at {
			out = append(out, stored[i])
		}
		return out, nil
	})
	var e edge
	for n := int64(0); n <= 600; n++ {
		want := naiveRoot(leaves)
		if tree := e.tree(); tree.N != n || tree.Hash != want {
			t.Fatalf("root of %d entries", n)
		}
		read, err := edgeOf(n, reader)
		ok(t, err)
		if read.tree() != e.tree() {
			t.Fatalf("edge of %d entries as read", n)
		}
		raw := fmt.Appendf(nil, "entry %d", n)
		leaves = append(leaves, raw)
		stored = append(stored, must[[]tlog.Hash](t)(tlog.StoredHashes(n, raw, reader))...)
		e.add(tlog.RecordHash(raw))
	}
}

func TestTilesAreThoseOfTlog(t *testing.T) {
	// x/mod reads the tree back from our tiles and proves every hash of it.
	for _, n := range []int64{1, 255, 256, 257, 65536 + 300} {
		files := map[tlog.Tile][]byte{}
		keep := func(c coord, data []byte) error {
			if c.level >= 0 {
				files[tlog.Tile{H: tileHeight, L: c.level, N: c.n, W: c.width}] = append([]byte(nil), data...)
			}
			return nil
		}
		b, e := &builder{}, edge{}
		for i := range n {
			leaf := tlog.RecordHash(fmt.Appendf(nil, "%d", i))
			ok(t, b.add(nil, leaf, keep))
			e.add(leaf)
		}
		ok(t, b.partial(keep))
		r := tlog.TileHashReader(e.tree(), inMemory(files))
		for _, i := range []int64{0, n / 2, n - 1} {
			h := must[[]tlog.Hash](t)(r.ReadHashes([]int64{tlog.StoredHashIndex(0, i)}))
			if h[0] != tlog.RecordHash(fmt.Appendf(nil, "%d", i)) {
				t.Errorf("hash %d of %d", i, n)
			}
		}
		if want := len(tlog.NewTiles(tileHeight, 0, n)); len(files) != want {
			t.Errorf("%d tiles for %d entries, want %d", len(files), n, want)
		}
	}
}

type inMemory map[tlog.Tile][]byte

func (m inMemory) Height() int                     { return tileHeight }
func (m inMemory) SaveTiles([]tlog.Tile, [][]byte) {}
func (m inMemory) ReadTiles(want []tlog.Tile) (all [][]byte, err error) {
	for _, tile := range want {
		if m[tile] == nil {
			return nil, os.ErrNotExist
		}
		all = append(all, m[tile])
	}
	return all, nil
}

func TestPathsAreThoseOfTlogTiles(t *testing.T) {
	for c, want := range map[coord]string{
		{0, 0, 256}: "tile/0/000", {1, 273, 256}: "tile/1/273", {0, 1234067, 256}: "tile/0/x001/x234/067",
		{0, 1234067, 8}: "tile/0/x001/x234/067.p/8", {-1, 1000, 1}: "tile/entries/x001/000.p/1", {-1, 5, 256}: "tile/entries/005",
	} {
		if c.path() != want {
			t.Errorf("%v is %s, want %s", c, c.path(), want)
		}
	}
	rapid.Check(t, func(rt *rapid.T) {
		c := coord{rapid.IntRange(-1, 7).Draw(rt, "level"), rapid.Int64Range(0, math.MaxInt64).Draw(rt, "n"), rapid.IntRange(1, 256).Draw(rt, "w")}
		if back, is := parseCoord(c.path()); !is || back != c {
			rt.Fatalf("%v came back as %v from %s", c, back, c.path())
		}
	})
}
