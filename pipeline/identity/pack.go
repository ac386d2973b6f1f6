package identity

import (
	"bytes"
	"context"
	"errors"
	"iter"
	"strconv"
	"strings"
	"sync"

	"baitai/pipeline"
	"baitai/pipeline/issue"
	"baitai/pipeline/normal"
	"baitai/pipeline/person"
)

// counts are what the manifest counts, while people pass.
type counts countsEntry

func newCounts() counts {
	return counts{States: make(map[string]int64), Municipalities: make(map[string]int64)}
}

// one counts a person, current version first.
func (c *counts) one(vs []*person.Version) {
	c.People++
	c.Versions += int64(len(vs))
	c.States[strconv.Itoa(int(vs[0].State))]++
	c.Municipalities[vs[0].Municipality]++
}

func (c *counts) add(d counts) {
	c.People += d.People
	c.Versions += d.Versions
	for k, n := range d.States {
		c.States[k] += n
	}
	for k, n := range d.Municipalities {
		c.Municipalities[k] += n
	}
}

// A batch is the people of one block, with the number of the first. Their versions
// lie one after the other, encoded, current first.
type batch struct {
	first  uint32
	text   strings.Builder
	ends   []int // of the rows in text
	people []int // of each: how many rows there are up to the last of theirs
}

func (b *batch) add(rows [][]byte) {
	for _, row := range rows {
		b.text.Write(row)
		b.ends = append(b.ends, b.text.Len())
	}
	b.people = append(b.people, len(b.ends))
}

// packed is a block ready to be written, with the keys of its people.
type packed struct {
	block  []byte
	pairs  [normal.KeyKinds][]pair
	counts counts
	err    error
}

var errTooMuch = errors.New("identity: more people or more history than a generation can hold")

// packPeople folds, encodes and packs people block by block, in order.
func (k *packer) packPeople(ctx context.Context, people iter.Seq2[[][]byte, error], blockPeople, workers int) iter.Seq2[packed, error] {
	stage := pipeline.EachN(max(workers, 1), 1, func(row pipeline.Row[*batch]) (packed, issue.List) {
		return k.pack(row.Value), nil
	})
	return func(yield func(packed, error) bool) {
		for row, err := range stage(ctx, k.learning(batches(people, blockPeople))) {
			if err == nil {
				err = row.Value.err
			}
			if !yield(row.Value, err) || err != nil {
				return
			}
		}
	}
}

// learning learns the lexicon of the first people, if it is not that of the base, and
// passes on all.
func (k *packer) learning(batches pipeline.Rows[*batch]) pipeline.Rows[*batch] {
	if k.words != nil {
		return batches
	}
	return func(yield func(pipeline.Row[*batch], error) bool) {
		next, stop := iter.Pull2(batches)
		defer stop()
		var first []pipeline.Row[*batch]
		row, err, more := next()
		for people := 0; more && err == nil && people < learnPeople; row, err, more = next() {
			first = append(first, row)
			people += len(row.Value.people)
		}
		if failed := k.learn(first); failed != nil {
			yield(pipeline.Row[*batch]{}, failed)
			return
		}
		for _, row := range first {
			if !yield(row, nil) {
				return
			}
		}
		for ; more && yield(row, err); row, err, more = next() {
		}
	}
}

func (k *packer) learn(first []pipeline.Row[*batch]) error {
	var records [][]byte
	bench := new(workbench)
	for _, row := range first {
		err := bench.each(row.Value, k.tables, func(vs []*person.Version, folded []*normal.Folded) {
			records = append(records, appendPerson(nil, vs, folded))
		})
		if err != nil {
			return err
		}
	}
	k.words = learn(records).finder()
	return nil
}

// A workbench is the memory in which a goroutine packs one person after the other.
type workbench struct {
	space    normal.Workspace
	versions []person.Version
	list     []*person.Version // to each of versions
	keys     []normal.Key
	block    blockBuilder
}

// each decodes and folds the people of a batch. What do is given is good until it
// returns.
func (w *workbench) each(b *batch, tables *normal.Tables, do func([]*person.Version, []*normal.Folded)) error {
	text, row, from := b.text.String(), 0, 0
	for _, people := range b.people {
		w.space.Reset()
		vs, folded := w.room(people - row)
		for i, v := range vs {
			c := cursor{s: text[from:b.ends[row]], texts: w.space.Texts()}
			if c.version(v); c.bad || c.s != "" {
				return errCorrupt
			}
			folded[i] = w.space.FoldVersion(tables, v)
			from = b.ends[row]
			row++
		}
		do(vs, folded)
	}
	return nil
}

// room is that of a person of n versions.
func (w *workbench) room(n int) ([]*person.Version, []*normal.Folded) {
	if n > len(w.versions) {
		w.versions, w.list = make([]person.Version, n), make([]*person.Version, n)
		for i := range w.versions {
			w.list[i] = &w.versions[i]
		}
	}
	clear(w.versions[:n])
	return w.list[:n], w.space.List(n)
}

// batches gathers people into blocks and numbers them.
func batches(people iter.Seq2[[][]byte, error], blockPeople int) pipeline.Rows[*batch] {
	return func(yield func(pipeline.Row[*batch], error) bool) {
		var no int64
		b := new(batch)
		emit := func() bool {
			no++
			next := &batch{first: b.first + uint32(len(b.people)), ends: make([]int, 0, len(b.ends)), people: make([]int, 0, len(b.people))}
			next.text.Grow(b.text.Len())
			ok := yield(pipeline.Row[*batch]{No: no, Value: b}, nil)
			b = next
			return ok
		}
		for versions, err := range people {
			if err == nil && (b.first > 1<<32-1-uint32(blockPeople) || len(versions) > maxVersions) {
				err = errTooMuch
			}
			if err != nil {
				yield(pipeline.Row[*batch]{}, err)
				return
			}
			b.add(versions)
			if len(b.people) == blockPeople && !emit() {
				return
			}
		}
		if len(b.people) > 0 {
			emit()
		}
	}
}

// A packer packs batches, on several goroutines at once.
type packer struct {
	tables  *normal.Tables
	words   *wordFinder // nil until they are learnt
	benches sync.Pool   // of *workbench
}

func (k *packer) pack(b *batch) packed {
	p := packed{counts: newCounts()}
	for kind := range p.pairs {
		p.pairs[kind] = make([]pair, 0, len(b.ends))
	}
	w, ok := k.benches.Get().(*workbench)
	if !ok {
		w = new(workbench)
	}
	defer k.benches.Put(w)
	w.block.begin()
	no := b.first
	err := w.each(b, k.tables, func(vs []*person.Version, folded []*normal.Folded) {
		w.block.add(func(dst []byte) []byte { return appendPerson(dst, vs, folded) })
		p.counts.one(vs)
		w.keys = normal.PersonKeys(w.keys[:0], folded...)
		for _, key := range w.keys {
			p.pairs[key.Kind] = append(p.pairs[key.Kind], pair{key.Hash, no})
		}
		no++
	})
	if err != nil {
		return packed{err: err}
	}
	raw, err := w.block.finish(k.words)
	p.block, p.err = bytes.Clone(raw), err
	return p
}

func foldAll(tables *normal.Tables, vs []*person.Version) []*normal.Folded {
	folded := make([]*normal.Folded, len(vs))
	for i, v := range vs {
		folded[i] = tables.FoldVersion(v)
	}
	return folded
}
