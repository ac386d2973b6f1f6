package identity

import (
	"errors"

	"baitai/pipeline/normal"
)

// A layer is the base of a generation or one of its deltas. People of a layer
// are numbered from first; later layers take the place of people of earlier ones.
type layer struct {
	index  *index
	first  uint32                   // number of its first person
	people []*part                  // by number of the part
	keys   [normal.KeyKinds][]*part // by partition
	hidden hiddenSet                // people of this layer whom a later one replaces
	blocks uint32                   // number of its first block, over all layers
}

// replaced reports whether a later layer has the person; n counts within the layer.
func (l *layer) replaced(n uint32) bool { return l.hidden.has(n) }

// arrange puts the parts where lookups find them; manifest and index must name
// the same ones.
func (l *layer) arrange(prefix string, parts map[string]*part) error {
	named := func(name string) (*part, error) {
		if p := parts[prefix+name]; p != nil {
			return p, nil
		}
		return nil, &DamagedError{prefix + name, errors.New("the manifest does not name it")}
	}
	for _, name := range l.index.partNames {
		p, err := named(name)
		if err != nil {
			return err
		}
		l.people = append(l.people, p)
	}
	n := 1 + len(l.people)
	for kind := range l.index.keys {
		for i := range l.index.keys[kind].partitions {
			p, err := named(keysPart(normal.KeyKind(kind), i))
			if err != nil {
				return err
			}
			l.keys[kind] = append(l.keys[kind], p)
			n++
		}
	}
	if n != len(parts) {
		return &DamagedError{prefix + indexName, errCorrupt}
	}
	return nil
}

// peopleIn is how many people a block must hold.
func (l *layer) peopleIn(block uint32) int {
	size := l.index.shape.blockPeople
	return min(size, int(l.index.people)-int(block)*size)
}

// A numberSet is a set of small numbers, one bit each.
type numberSet []uint64

func newNumberSet(most uint32) numberSet { return make(numberSet, (uint64(most)+63)/64) }

func (s numberSet) has(n uint32) bool { return s[n/64]&(1<<(n%64)) != 0 }
func (s numberSet) add(n uint32)      { s[n/64] |= 1 << (n % 64) }

// A hiddenSet is a numberSet of few numbers. Nearly all who are asked for are not in it:
// near tells so of most, and stays in near memory where all does not.
type hiddenSet struct {
	all  numberSet // nil where nobody is hidden
	near numberSet // which hiddenNear numbers have one of the set among them
}

// hiddenNear is few enough that near tells so of nearly all: where ten thousand of five
// million are hidden, one in seventy is looked up in all.
const hiddenNear = 8

func newHiddenSet(most uint32) hiddenSet {
	return hiddenSet{newNumberSet(most), newNumberSet(most/hiddenNear + 1)}
}

func (s *hiddenSet) has(n uint32) bool {
	return s.all != nil && s.near.has(n/hiddenNear) && s.all.has(n)
}

func (s *hiddenSet) add(n uint32) {
	s.all.add(n)
	s.near.add(n / hiddenNear)
}
