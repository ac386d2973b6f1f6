package identity

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"hash/maphash"
	"io"
	"maps"
	"math"
	"slices"

	"baitai/crypto"
	"baitai/pipeline/normal"
)

// Verify reads all of the current generation and checks it: the digest of every
// part, every block and record, the counts of the manifest, the order of the
// keys, and that keys and people are exactly those of each other. The error is
// that of [Open], which has the same arguments, or a [*DamagedError] for each
// damaged part.
//
// Where the generation was made by other folding rules or tables, everything but
// the last is checked, and the error is the [*StaleError].
func Verify(dir string, ids *crypto.Identity, tables *normal.Tables) (Summary, error) {
	f, err := Open(dir, ids, tables)
	if err != nil {
		return Summary{}, err
	}
	defer f.Close()
	var errs []error
	for _, p := range f.parts {
		errs = append(errs, p.verify())
	}
	if err := errors.Join(errs...); err != nil {
		return f.summary, err
	}
	all := newCounts()
	for _, l := range f.layers {
		counts, err := f.verifyLayer(l)
		if err != nil {
			return f.summary, err
		}
		all.add(counts)
	}
	c := f.manifest.Counts
	if all.People != c.People || all.Versions != c.Versions || !maps.Equal(all.States, c.States) || !maps.Equal(all.Municipalities, c.Municipalities) {
		return f.summary, &DamagedError{manifestName, errors.New("its counts are not those of the people")}
	}
	return f.summary, f.Stale()
}

// verifyLayer checks people and keys of one layer and counts those whom no later
// layer replaces.
func (f *File) verifyLayer(l *layer) (counts, error) {
	want, err := f.verifyPeople(l)
	if err != nil {
		return counts{}, err
	}
	have, err := f.verifyKeys(l, want.seed)
	if err != nil || f.Stale() != nil {
		return want.counts, err
	}
	var errs []error
	for kind := range have {
		for i := range have[kind] {
			if have[kind][i] != want.sums[kind][i] {
				errs = append(errs, l.keys[kind][i].damaged(errors.New("its keys are not those of the people")))
			}
		}
	}
	return want.counts, errors.Join(errs...)
}

// A keySum is a sum over the entries of a partition that does not depend on
// their order: the keys of millions of people are compared without sorting them.
// Its hash is drawn anew each time, so that nobody can make two sets agree.
type keySum struct{ entries, sum uint64 }

func (s *keySum) add(seed maphash.Seed, hash uint64, number uint32) {
	var b [entryBytes]byte
	binary.BigEndian.PutUint64(b[:], hash)
	binary.BigEndian.PutUint32(b[8:], number)
	s.entries++
	s.sum += maphash.Bytes(seed, b[:])
}

type keySums [normal.KeyKinds][]keySum

func (l *layer) newSums() (s keySums) {
	for kind := range s {
		s[kind] = make([]keySum, len(l.index.keys[kind].partitions))
	}
	return s
}

func (s *keySums) join(t keySums) {
	for kind := range t {
		for i, sum := range t[kind] {
			s[kind][i].entries += sum.entries
			s[kind][i].sum += sum.sum
		}
	}
}

// wanted is what the people of a layer say that there must be.
type wanted struct {
	seed   maphash.Seed
	sums   keySums
	counts counts
}

// verifyPeople decodes everybody of a layer, counts, and sums up the keys that
// there must be.
func (f *File) verifyPeople(l *layer) (wanted, error) {
	w := wanted{maphash.MakeSeed(), l.newSums(), newCounts()}
	blocks := make([]uint32, len(l.index.blocks))
	for i := range blocks {
		blocks[i] = uint32(i)
	}
	results, err := each(f.workers, blocks, func(n uint32) (wanted, error) { return f.verifyBlock(l, n, w.seed) })
	for _, r := range results {
		w.counts.add(r.counts)
		w.sums.join(r.sums)
	}
	return w, err
}

func (f *File) verifyBlock(l *layer, n uint32, seed maphash.Seed) (wanted, error) {
	r := wanted{seed, l.newSums(), newCounts()}
	b, done, err := f.block(l, n, false)
	if err != nil {
		return r, err
	}
	defer done()
	var keys []normal.Key
	stale := f.Stale()
	for i := range b.people {
		vs, folded, err := b.person(i)
		if err == nil && stale == nil && !sameFolded(folded, foldAll(f.tables, vs)) {
			err = errors.New("what is compared of a person is not what the person has")
		}
		if err != nil {
			return r, l.people[l.index.blocks[n].part].damaged(err)
		}
		local := n*uint32(l.index.shape.blockPeople) + uint32(i)
		if !l.replaced(local) {
			r.counts.one(vs)
		}
		keys = normal.PersonKeys(keys[:0], folded...)
		for _, k := range keys {
			p := l.index.keys[k.Kind].partitionOf(k.Hash)
			r.sums[k.Kind][p].add(seed, k.Hash, local)
		}
	}
	return r, nil
}

func sameFolded(a, b []*normal.Folded) bool {
	return slices.EqualFunc(a, b, func(x, y *normal.Folded) bool {
		return bytes.Equal(normal.AppendFolded(nil, x), normal.AppendFolded(nil, y))
	})
}

// verifyKeys reads every key part of a layer, checks order, pages and padding
// against the index, and sums the keys up.
func (f *File) verifyKeys(l *layer, seed maphash.Seed) (keySums, error) {
	sums := l.newSums()
	type place struct {
		kind normal.KeyKind
		i    int
	}
	var places []place
	for kind := range l.keys {
		for i := range l.keys[kind] {
			places = append(places, place{normal.KeyKind(kind), i})
		}
	}
	results, err := each(f.workers, places, func(p place) (keySum, error) {
		s, err := l.verifyPartition(p.kind, p.i, seed)
		if err == errCorrupt {
			err = l.keys[p.kind][p.i].damaged(err)
		}
		return s, err
	})
	for i, s := range results {
		sums[places[i].kind][places[i].i] = s
	}
	return sums, err
}

func (l *layer) verifyPartition(kind normal.KeyKind, i int, seed maphash.Seed) (sum keySum, err error) {
	part, x := l.keys[kind][i], &l.index.keys[kind]
	o, err := part.open()
	if err != nil {
		return sum, err
	}
	perPage := l.index.entriesPerPage()
	padding := l.index.shape.pageBytes % entryBytes
	in := bufio.NewReaderSize(io.NewSectionReader(o.r, 0, math.MaxInt64), l.index.shape.pageBytes)
	var last, entry [entryBytes]byte
	for n := range x.partitions[i].entries {
		if n > 0 && n%perPage == 0 {
			if _, err := in.Discard(padding); err != nil {
				return sum, errCorrupt
			}
		}
		if _, err := io.ReadFull(in, entry[:]); err != nil {
			return sum, errCorrupt
		}
		hash, number := binary.BigEndian.Uint64(entry[:]), binary.BigEndian.Uint32(entry[8:])
		switch {
		case n > 0 && string(entry[:]) <= string(last[:]),
			x.partitionOf(hash) != i,
			number >= l.index.people,
			n%perPage == 0 && x.partitions[i].first[n/perPage] != hash:
			return sum, errCorrupt
		}
		sum.add(seed, hash, number)
		last = entry
	}
	if _, err := in.ReadByte(); err != io.EOF {
		return sum, errCorrupt
	}
	return sum, nil
}
