package identity

import (
	"bufio"
	"encoding/binary"
	"errors"
	"hash/maphash"
	"io"
	"maps"
	"math"

	"baitai/crypto"
	"baitai/pipeline/normal"
)

// Verify reads all of the current generation and checks it: the digest of every
// part, every block and record, the counts of the manifest, the order of the
// keys, and that keys and people are exactly those of each other. The error is
// that of [Open] or a [*DamagedError] for each damaged part.
//
// Where the generation was made by other folding rules, everything but the last
// is checked, and the error is the [*StaleError].
func Verify(dir string, ids *crypto.Identity, tables *normal.Tables) (Summary, error) {
	f, err := Open(dir, ids, tables)
	if err != nil {
		return Summary{}, err
	}
	defer f.Close()
	var errs []error
	for _, entry := range f.manifest.Layers[0].Parts {
		errs = append(errs, f.parts[entry.Name].verify())
	}
	if err := errors.Join(errs...); err != nil {
		return f.summary, err
	}
	want, err := f.verifyPeople()
	if err != nil {
		return f.summary, err
	}
	have, err := f.verifyKeys(want.seed)
	if err != nil {
		return f.summary, err
	}
	if err := f.Stale(); err != nil {
		return f.summary, err
	}
	for kind := range have {
		for i := range have[kind] {
			if have[kind][i] != want.sums[kind][i] {
				errs = append(errs, f.keys[kind][i].damaged(errors.New("its keys are not those of the people")))
			}
		}
	}
	return f.summary, errors.Join(errs...)
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

func (f *File) newSums() (s keySums) {
	for kind := range s {
		s[kind] = make([]keySum, len(f.index.keys[kind].partitions))
	}
	return s
}

type wanted struct {
	seed maphash.Seed
	sums keySums
}

// verifyPeople decodes everybody, compares the counts, and sums up the keys that
// there must be.
func (f *File) verifyPeople() (wanted, error) {
	w := wanted{maphash.MakeSeed(), f.newSums()}
	type result struct {
		counts counts
		sums   keySums
	}
	blocks := make([]uint32, len(f.index.blocks))
	for i := range blocks {
		blocks[i] = uint32(i)
	}
	results, err := each(f.workers, blocks, func(n uint32) (result, error) {
		r := result{newCounts(), f.newSums()}
		b, err := f.block(n, false)
		if err != nil {
			return r, err
		}
		var keys []normal.Key
		for i := range b.people {
			vs, err := decodePerson(b.record(i))
			if err != nil {
				return r, f.people[f.index.blocks[n].part].damaged(err)
			}
			r.counts.one(vs)
			keys = keysOf(f.tables, keys[:0], vs)
			for _, k := range keys {
				p := f.index.keys[k.Kind].partitionOf(k.Hash)
				r.sums[k.Kind][p].add(w.seed, k.Hash, n*uint32(f.index.shape.blockPeople)+uint32(i))
			}
		}
		return r, nil
	})
	if err != nil {
		return w, err
	}
	all := newCounts()
	for _, r := range results {
		all.add(r.counts)
		for kind := range r.sums {
			for i, s := range r.sums[kind] {
				w.sums[kind][i].entries += s.entries
				w.sums[kind][i].sum += s.sum
			}
		}
	}
	c := f.manifest.Counts
	if all.People != c.People || all.Versions != c.Versions || !maps.Equal(all.States, c.States) || !maps.Equal(all.Municipalities, c.Municipalities) {
		return w, &DamagedError{manifestName, errors.New("its counts are not those of the people")}
	}
	return w, nil
}

// verifyKeys reads every key part, checks order, pages and padding against the
// index, and sums the keys up.
func (f *File) verifyKeys(seed maphash.Seed) (keySums, error) {
	sums := f.newSums()
	type place struct {
		kind normal.KeyKind
		i    int
	}
	var places []place
	for kind := range f.keys {
		for i := range f.keys[kind] {
			places = append(places, place{normal.KeyKind(kind), i})
		}
	}
	results, err := each(f.workers, places, func(p place) (keySum, error) {
		s, err := f.verifyPartition(p.kind, p.i, seed)
		if err == errCorrupt {
			err = f.keys[p.kind][p.i].damaged(err)
		}
		return s, err
	})
	for i, s := range results {
		sums[places[i].kind][places[i].i] = s
	}
	return sums, err
}

func (f *File) verifyPartition(kind normal.KeyKind, i int, seed maphash.Seed) (sum keySum, err error) {
	part, x := f.keys[kind][i], &f.index.keys[kind]
	o, err := part.open()
	if err != nil {
		return sum, err
	}
	perPage := f.index.entriesPerPage()
	padding := f.index.shape.pageBytes % entryBytes
	in := bufio.NewReaderSize(io.NewSectionReader(o.r, 0, math.MaxInt64), f.index.shape.pageBytes)
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
			number >= f.index.people,
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
