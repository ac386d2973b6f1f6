package identity

import (
	"context"
	"iter"

	"baitai/pipeline/person"
)

// writeBase makes a base of everybody: those of all layers whom nobody replaces and
// who did not change, and those who did, in the order in which a load would have
// them.
func (u *updater) writeBase(ctx context.Context) error {
	gone := make(map[uint32]bool, len(u.concerned))
	for _, c := range u.concerned {
		gone[c.number] = true
	}
	var streams []iter.Seq2[ordered, error]
	for _, l := range u.file.layers {
		streams = append(streams, u.file.everybody(l, gone))
	}
	changed := func(yield func(ordered, error) bool) {
		for rows, err := range u.people(ctx) {
			var o ordered
			if err == nil {
				o, err = order(rows)
			}
			if !yield(o, err) {
				return
			}
		}
	}
	packed, err := u.pack(ctx, inOrder(append(streams, changed)))
	if err != nil {
		return err
	}
	if err := u.writeLayer(ctx, packed, nil); err != nil {
		return err
	}
	return u.publish(packed, []layerEntry{{Kind: kindBase, Parts: u.folder.parts}})
}

// ordered is a person as rows, current first, with the place in a base.
type ordered struct {
	chained bool   // the code changed: behind all others
	code    uint64 // the present one
	rows    [][]byte
}

func (o ordered) before(p ordered) bool {
	if o.chained != p.chained {
		return !o.chained
	}
	return o.code < p.code
}

func order(rows [][]byte) (ordered, error) {
	vs, err := decodeVersions(textsOf(rows), new(person.Slab))
	if err != nil {
		return ordered{}, err
	}
	return ordered{isChained(vs), codeNumber(vs[0].Code), rows}, nil
}

func textsOf(rows [][]byte) []string {
	texts := make([]string, len(rows))
	for i, row := range rows {
		texts[i] = string(row)
	}
	return texts
}

func isChained(vs []*person.Version) bool {
	return !vs[len(vs)-1].Code.Equal(vs[0].Code)
}

// everybody gives the people of a layer whom no later layer replaces, without those
// whose number is gone.
func (f *File) everybody(l *layer, gone map[uint32]bool) iter.Seq2[ordered, error] {
	return func(yield func(ordered, error) bool) {
		for n := range uint32(len(l.index.blocks)) {
			people, err := f.peopleOf(l, n, gone)
			for _, p := range people {
				if !yield(p, nil) {
					return
				}
			}
			if err != nil {
				yield(ordered{}, err)
				return
			}
		}
	}
}

func (f *File) peopleOf(l *layer, n uint32, gone map[uint32]bool) ([]ordered, error) {
	b, done, err := f.block(l, n, false)
	if err != nil {
		return nil, err
	}
	defer done()
	var people []ordered
	for i := range b.people {
		local := n*uint32(l.index.shape.blockPeople) + uint32(i)
		if l.replaced(local) || gone[l.first+local] {
			continue
		}
		vs, _, err := b.person(i)
		if err != nil {
			return people, l.people[l.index.blocks[n].part].damaged(err)
		}
		rows := make([][]byte, len(vs))
		for j, v := range vs {
			rows[j] = appendVersion(nil, v)
		}
		people = append(people, ordered{isChained(vs), codeNumber(vs[0].Code), rows})
	}
	return people, nil
}

// inOrder merges streams that are in order each. They are few: the head of each is
// looked at for every person.
func inOrder(streams []iter.Seq2[ordered, error]) iter.Seq2[[][]byte, error] {
	type stream struct {
		next func() (ordered, error, bool)
		head ordered
	}
	return func(yield func([][]byte, error) bool) {
		var heads []*stream
		advance := func(s *stream) (ok bool, err error) {
			s.head, err, ok = s.next()
			return ok, err
		}
		for _, seq := range streams {
			next, stop := iter.Pull2(seq)
			defer stop()
			s := &stream{next: next}
			if ok, err := advance(s); err != nil {
				yield(nil, err)
				return
			} else if ok {
				heads = append(heads, s)
			}
		}
		for len(heads) > 0 {
			first := 0
			for i, s := range heads {
				if s.head.before(heads[first].head) {
					first = i
				}
			}
			if !yield(heads[first].head.rows, nil) {
				return
			}
			ok, err := advance(heads[first])
			if err != nil {
				yield(nil, err)
				return
			}
			if !ok {
				heads = append(heads[:first], heads[first+1:]...)
			}
		}
	}
}
