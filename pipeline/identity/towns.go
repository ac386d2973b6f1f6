package identity

import (
	"cmp"
	"hash/fnv"
	"io"
	"slices"
	"strings"

	"baitai/pipeline/authority"
	"baitai/pipeline/normal"
	"baitai/pipeline/person"
)

// An UnknownTown is a town (町域) that addresses of the file name and the tables of
// places do not.
type UnknownTown struct {
	Municipality string // code of it, or of its ward
	Town         string // as an address writes it
	People       int64
}

// townLots is the least number of different house numbers that a town must have: what
// stands in the address of one house alone may be the name of somebody there.
const townLots = 3

// UnknownTowns gives the towns that the tables of places lack and the addresses,
// past ones too, of at least so many people name; in the order of municipalities,
// those of most people first. It needs a grant for [authority.ActManage] and reads
// the whole file.
func (f *File) UnknownTowns(g authority.OperatorGrant, least int64) ([]UnknownTown, error) {
	if !g.Permits(authority.ActManage) {
		return nil, ErrNoGrant
	}
	var blocks []layerBlock
	for _, l := range f.layers {
		for n := range l.index.blocks {
			blocks = append(blocks, layerBlock{l, uint32(n)})
		}
	}
	parts, err := each(f.workers, blocks, f.townsOf)
	if err != nil {
		return nil, err
	}
	all := make(townsSeen)
	for _, part := range parts {
		all.join(part)
	}
	var out []UnknownTown
	for at, seen := range all {
		if seen.people < least || len(seen.lots) < townLots {
			continue
		}
		if town := seen.sample.TownAsWritten(at.town); town != "" && !strings.ContainsAny(town, "|\t\r\n") { // what a table could not hold
			out = append(out, UnknownTown{at.code, town, seen.people})
		}
	}
	slices.SortFunc(out, func(a, b UnknownTown) int {
		return cmp.Or(cmp.Compare(a.Municipality, b.Municipality), -cmp.Compare(a.People, b.People), cmp.Compare(a.Town, b.Town))
	})
	return out, nil
}

// A layerBlock is a block of a layer.
type layerBlock struct {
	layer *layer
	n     uint32
}

// A townKey is a town of a municipality, folded.
type townKey struct{ code, town string }

// A townSeen is what was seen of it. The sample is the first address, in the order
// of people, so that the spelling does not depend on who looks when.
type townSeen struct {
	people int64
	lots   []uint64 // hashes of house numbers, at most townLots
	sample *normal.Address
}

type townsSeen map[townKey]*townSeen

func (s *townSeen) lot(hash uint64) {
	if len(s.lots) < townLots && !slices.Contains(s.lots, hash) {
		s.lots = append(s.lots, hash)
	}
}

func (ts townsSeen) join(others townsSeen) {
	for at, o := range others {
		s := ts[at]
		if s == nil {
			ts[at] = o
			continue
		}
		s.people += o.people
		for _, hash := range o.lots {
			s.lot(hash)
		}
	}
}

// townsOf reads one block. Addresses are folded anew: what the file holds may have
// been folded by other tables.
func (f *File) townsOf(at layerBlock) (townsSeen, error) {
	l := at.layer
	b, done, err := f.block(l, at.n, false)
	if err != nil {
		return nil, err
	}
	defer done()
	seen := make(townsSeen)
	for i := range b.people {
		if l.replaced(at.n*uint32(l.index.shape.blockPeople) + uint32(i)) {
			continue
		}
		vs, _, err := b.person(i)
		if err != nil {
			return nil, l.people[l.index.blocks[at.n].part].damaged(err)
		}
		seen.person(f.tables, vs)
	}
	return seen, nil
}

// person counts somebody once for each town of their addresses.
func (ts townsSeen) person(tables *normal.Tables, vs []*person.Version) {
	counted := make(map[townKey]bool)
	for _, v := range vs {
		a := tables.FoldVersion(v).Address
		code, town := tables.UnknownTown(a)
		if town == "" {
			continue
		}
		at := townKey{code, town}
		s := ts[at]
		if s == nil {
			s = &townSeen{sample: a}
			ts[at] = s
		}
		if !counted[at] {
			counted[at] = true
			s.people++
		}
		s.lot(lotHash(a))
	}
}

func lotHash(a *normal.Address) uint64 {
	h := fnv.New64a()
	for _, n := range a.Reveal().Numbers {
		_, _ = io.WriteString(h, n+"-") // a hash never fails to be written
	}
	return h.Sum64()
}
