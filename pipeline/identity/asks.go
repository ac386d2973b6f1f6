package identity

import (
	"cmp"
	"slices"

	"baitai/pipeline/normal"
)

// RowKeys are the keys under which one row looks; nil for a row that asks for
// nobody.
type RowKeys = []normal.Key

// Asks are the keys of a chunk of rows. Rows are numbered from 0 in the order in
// which they are added.
type Asks struct {
	rows int
	of   [normal.KeyKinds][]ask
}

// An ask is one key of one row.
type ask struct {
	hash uint64
	row  uint32
}

// Add adds the next row with its keys; one without keys asks for nobody.
func (a *Asks) Add(keys RowKeys) {
	for _, k := range keys {
		if k.Kind < normal.KeyKinds {
			a.of[k.Kind] = append(a.of[k.Kind], ask{k.Hash, uint32(a.rows)})
		}
	}
	a.rows++
}

// Rows is how many rows were added.
func (a *Asks) Rows() int { return a.rows }

// Reset forgets all rows and keeps the memory.
func (a *Asks) Reset() {
	a.rows = 0
	for i := range a.of {
		a.of[i] = a.of[i][:0]
	}
}

// A lookup is what is asked of one kind between two hashes, in no order yet.
type lookup struct {
	kind normal.KeyKind
	asks []ask
}

// lookups deals the asks out to the partitions of the base, which are tasks of
// their own. It moves the asks within a.
func (f *File) lookups(a *Asks) []lookup {
	var tasks []lookup
	for kind, asks := range a.of {
		bits := f.layers[0].index.keys[kind].bits
		for _, dealt := range deal(asks, bits) {
			if len(dealt) > 0 {
				tasks = append(tasks, lookup{normal.KeyKind(kind), dealt})
			}
		}
	}
	return tasks
}

// deal orders asks by the first bits of their hash, in one pass over a copy, and
// returns a slice for each value of the bits.
func deal(asks []ask, bits uint8) [][]ask {
	if bits == 0 {
		return [][]ask{asks}
	}
	ends := make([]int, 1<<bits)
	shift := 64 - bits
	for _, k := range asks {
		ends[k.hash>>shift]++
	}
	at := 0
	for i, n := range ends {
		ends[i] = at
		at += n
	}
	dealt := make([]ask, len(asks))
	for _, k := range asks {
		i := k.hash >> shift
		dealt[ends[i]] = k
		ends[i]++
	}
	out := make([][]ask, len(ends))
	from := 0
	for i, end := range ends {
		out[i] = dealt[from:end]
		from = end
	}
	return out
}

// sortAsks orders by hash, so that asks and pages are walked side by side.
func sortAsks(asks []ask) {
	slices.SortFunc(asks, func(a, b ask) int {
		if a.hash != b.hash {
			return cmp.Compare(a.hash, b.hash)
		}
		return cmp.Compare(a.row, b.row)
	})
}
