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
	of   [normal.KeyKinds]askList
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
			a.of[k.Kind].add(ask{k.Hash, uint32(a.rows)})
		}
	}
	a.rows++
}

// Join adds the rows of b behind those of a. It copies nothing: b is a part of a then,
// and MUST NOT be used any more.
func (a *Asks) Join(b *Asks) {
	for kind := range b.of {
		for _, p := range b.of[kind].pieces {
			a.of[kind].pieces = append(a.of[kind].pieces, piece{p.first + uint32(a.rows), p.asks})
		}
	}
	a.rows += b.rows
}

// Cut gives what was added, in as much memory as that needs, and begins anew in the
// memory that it has.
func (a *Asks) Cut() Asks {
	out := Asks{rows: a.rows}
	for kind := range a.of {
		for i, p := range a.of[kind].pieces {
			if len(p.asks) > 0 {
				out.of[kind].pieces = append(out.of[kind].pieces, piece{p.first, append(make([]ask, 0, len(p.asks)), p.asks...)})
			}
			a.of[kind].pieces[i] = piece{asks: p.asks[:0]}
		}
		a.of[kind].pieces = a.of[kind].pieces[:min(1, len(a.of[kind].pieces))]
	}
	a.rows = 0
	return out
}

// Rows is how many rows were added.
func (a *Asks) Rows() int { return a.rows }

// An askList keeps asks in pieces, so that millions of them are not copied again and
// again while they are gathered.
type askList struct{ pieces []piece }

// A piece is asks of rows that are counted from first.
type piece struct {
	first uint32
	asks  []ask
}

// pieceMost is how many asks are in a piece that is full.
const pieceMost = 1 << 15

func (l *askList) add(a ask) {
	n := len(l.pieces)
	if n == 0 || len(l.pieces[n-1].asks) == pieceMost {
		l.pieces = append(l.pieces, piece{})
		n++
	}
	last := &l.pieces[n-1]
	a.row -= last.first
	last.asks = append(last.asks, a)
}

// all gives each ask, in the order in which they came.
func (l *askList) all(yield func(ask) bool) {
	for _, p := range l.pieces {
		for _, a := range p.asks {
			if a.row += p.first; !yield(a) {
				return
			}
		}
	}
}

func (l *askList) len() (n int) {
	for _, p := range l.pieces {
		n += len(p.asks)
	}
	return n
}

// A lookup is what is asked of one kind between two hashes, in no order yet.
type lookup struct {
	kind normal.KeyKind
	asks []ask
}

// lookups deals the asks out to the partitions of the base, which are tasks of
// their own.
func (f *File) lookups(a *Asks) ([]lookup, error) {
	kinds := make([]normal.KeyKind, normal.KeyKinds)
	for kind := range kinds {
		kinds[kind] = normal.KeyKind(kind)
	}
	dealt, err := each(f.workers, kinds, func(kind normal.KeyKind) ([]lookup, error) {
		var tasks []lookup
		for _, dealt := range deal(&a.of[kind], f.layers[0].index.keys[kind].bits) {
			if len(dealt) > 0 {
				tasks = append(tasks, lookup{kind, dealt})
			}
		}
		return tasks, nil
	})
	return slices.Concat(dealt...), err
}

// deal orders asks by the first bits of their hash, in one pass, and returns a slice
// for each value of the bits.
func deal(asks *askList, bits uint8) [][]ask {
	ends := make([]int, 1<<bits)
	shift := 64 - bits // 64: no bits, and everything is shifted out
	for k := range asks.all {
		ends[k.hash>>shift]++
	}
	at := 0
	for i, n := range ends {
		ends[i] = at
		at += n
	}
	dealt := make([]ask, asks.len())
	for k := range asks.all {
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

// sortAsks orders by hash, so that asks and pages are walked side by side. Asks of
// one hash keep the order of their rows.
func sortAsks(asks []ask) {
	if len(asks) < radixLeast {
		slices.SortStableFunc(asks, byHash)
		return
	}
	other := make([]ask, len(asks))
	from, to := asks, other
	for shift := 64 - radixBits*radixPasses; shift < 64; shift += radixBits {
		dealBy(from, to, shift)
		from, to = to, from
	}
	// Not many hashes agree in all bits that were looked at, unless a list was made so.
	for rest := from; len(rest) > 0; {
		n := 1
		for n < len(rest) && rest[n].hash>>(64-radixBits*radixPasses) == rest[0].hash>>(64-radixBits*radixPasses) {
			n++
		}
		if n > 1 {
			slices.SortStableFunc(rest[:n], byHash)
		}
		rest = rest[n:]
	}
	if &from[0] != &asks[0] {
		copy(asks, from)
	}
}

func byHash(a, b ask) int { return cmp.Compare(a.hash, b.hash) }

// A pass over a hundred thousand asks looks at as many bits as the counts of which
// stay in the nearest cache; two passes are as many bits as tell most hashes apart, and
// to put right the rest costs less than a third. Below some thousands sorting by
// comparison is faster.
const (
	radixBits   = 11
	radixPasses = 2
	radixLeast  = 1 << 12
)

// dealBy orders by some bits of the hash, and leaves the order of others as it is.
func dealBy(from, to []ask, shift int) {
	var ends [1<<radixBits + 1]uint32
	for i := range from {
		ends[from[i].hash>>shift&(1<<radixBits-1)+1]++
	}
	for i := range len(ends) - 1 {
		ends[i+1] += ends[i]
	}
	for i := range from {
		b := from[i].hash >> shift & (1<<radixBits - 1)
		to[ends[b]] = from[i]
		ends[b]++
	}
}
