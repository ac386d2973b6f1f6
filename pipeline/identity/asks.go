package identity

import (
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

// Join adds the rows of b behind those of a. It copies nothing that was cut: b is a part
// of a then, and MUST NOT be used any more.
func (a *Asks) Join(b *Asks) {
	a.settle()
	b.settle()
	for kind := range b.of {
		for _, p := range b.of[kind].pieces {
			p.first += uint32(a.rows)
			a.of[kind].pieces = append(a.of[kind].pieces, p)
		}
	}
	a.rows += b.rows
}

// Cut gives what was added, in as much memory as that needs, and begins anew in the
// memory that it has.
func (a *Asks) Cut() Asks {
	a.settle()
	out := Asks{rows: a.rows}
	for kind := range a.of {
		out.of[kind].pieces, a.of[kind].pieces = a.of[kind].pieces, nil
	}
	a.rows = 0
	return out
}

// Rows is how many rows were added.
func (a *Asks) Rows() int { return a.rows }

func (a *Asks) settle() {
	for kind := range a.of {
		a.of[kind].settle()
	}
}

// An askList keeps asks in pieces, so that millions of them are not copied again and
// again while they are gathered.
type askList struct {
	pieces []piece
	fresh  []ask // not in a piece yet
}

// pieceMost is how many asks are in a piece that is full.
const pieceMost = 1 << 15

func (l *askList) add(a ask) {
	if l.fresh = append(l.fresh, a); len(l.fresh) == pieceMost {
		l.settle()
	}
}

// settle makes a piece of what was added since the last one.
func (l *askList) settle() {
	if len(l.fresh) > 0 {
		l.pieces = append(l.pieces, newPiece(l.fresh))
		l.fresh = l.fresh[:0]
	}
}

// Asks are in groups, by the first bits of their hash, each of which is a task of its
// own. They are dealt out piece by piece, while a piece is in the nearest memory.
const (
	groupBits = 4
	groups    = 1 << groupBits
)

func groupOf(hash uint64) uint64 { return hash >> (64 - groupBits) }

// A piece is asks of rows that are counted from first, group by group, and where in
// them each group ends. Asks of a group keep their order.
type piece struct {
	first uint32
	ends  [groups]uint32
	asks  []ask
}

func newPiece(asks []ask) piece {
	p := piece{asks: make([]ask, len(asks))}
	for _, a := range asks {
		p.ends[groupOf(a.hash)]++
	}
	next := uint32(0)
	for g, n := range p.ends { // where it begins: it will have moved to its end
		p.ends[g] = next
		next += n
	}
	for _, a := range asks {
		at := &p.ends[groupOf(a.hash)]
		p.asks[*at] = a
		*at++
	}
	return p
}

// of is the asks of a group.
func (p *piece) of(group int) []ask {
	from := uint32(0)
	if group > 0 {
		from = p.ends[group-1]
	}
	return p.asks[from:p.ends[group]]
}

// A lookup is what is asked of one kind, of one group.
type lookup struct {
	kind   normal.KeyKind
	group  int
	pieces []piece
	n      int // asks
	rows   int // of the list
}

// lookups are the tasks that the asks make.
func (a *Asks) lookups() (tasks []lookup) {
	a.settle()
	for kind := range a.of {
		var n [groups]int
		for i := range a.of[kind].pieces {
			p := &a.of[kind].pieces[i]
			for g := range n {
				n[g] += len(p.of(g))
			}
		}
		for g, n := range n {
			if n > 0 {
				tasks = append(tasks, lookup{normal.KeyKind(kind), g, a.of[kind].pieces, n, a.rows})
			}
		}
	}
	return tasks
}

// windowBitsMost bounds how many windows a group has, the ends of which stay in the near
// cache.
const windowBitsMost = 12

// dealt orders the asks of a lookup by the first bits of their hash behind those of the
// group, so that asks and keys are walked side by side, and says where each window ends.
// Both are in the memory given, where that is long enough.
func (l *lookup) dealt(asks []ask, ends []uint32, bits int) ([]ask, []uint32) {
	asks = slices.Grow(asks[:0], l.n)[:l.n]
	ends = slices.Grow(ends[:0], 1<<bits)[:1<<bits]
	clear(ends)
	shift, mask := 64-groupBits-bits, uint64(1)<<bits-1
	for i := range l.pieces {
		for _, a := range l.pieces[i].of(l.group) {
			ends[a.hash>>shift&mask]++
		}
	}
	next := uint32(0)
	for w, n := range ends { // where it begins: it will have moved to its end
		ends[w] = next
		next += n
	}
	for i := range l.pieces {
		p := &l.pieces[i]
		for _, a := range p.of(l.group) {
			at := &ends[a.hash>>shift&mask]
			asks[*at] = ask{a.hash, p.first + a.row}
			*at++
		}
	}
	return asks, ends
}
