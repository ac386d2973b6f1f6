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
	for _, row := range first {
		err := row.Value.each(func(vs []*person.Version) { records = append(records, appendPerson(nil, vs, foldAll(k.tables, vs))) })
		if err != nil {
			return err
		}
	}
	k.words = learn(records).finder()
	return nil
}

// each decodes the people of a batch.
func (b *batch) each(do func([]*person.Version)) error {
	rows := cutRows(b.text.String(), b.ends)
	slab := new(person.Slab)
	from := 0
	for _, to := range b.people {
		vs, err := decodeVersions(rows[from:to], slab)
		if err != nil {
			return err
		}
		from = to
		do(vs)
	}
	return nil
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
	tables *normal.Tables
	words  *wordFinder // nil until they are learnt
	blocks sync.Pool   // of *blockBuilder
}

func (k *packer) pack(b *batch) packed {
	p := packed{counts: newCounts()}
	for kind := range p.pairs {
		p.pairs[kind] = make([]pair, 0, len(b.ends))
	}
	block, ok := k.blocks.Get().(*blockBuilder)
	if !ok {
		block = new(blockBuilder)
	}
	defer k.blocks.Put(block)
	block.begin()
	var keys []normal.Key
	no := b.first
	err := b.each(func(vs []*person.Version) {
		folded := foldAll(k.tables, vs)
		block.add(func(dst []byte) []byte { return appendPerson(dst, vs, folded) })
		p.counts.one(vs)
		keys = normal.PersonKeys(keys[:0], folded...)
		for _, key := range keys {
			p.pairs[key.Kind] = append(p.pairs[key.Kind], pair{key.Hash, no})
		}
		no++
	})
	if err != nil {
		return packed{err: err}
	}
	raw, err := block.finish(k.words)
	p.block, p.err = bytes.Clone(raw), err
	return p
}

func cutRows(text string, ends []int) []string {
	rows := make([]string, len(ends))
	from := 0
	for i, end := range ends {
		rows[i] = text[from:end]
		from = end
	}
	return rows
}

func foldAll(tables *normal.Tables, vs []*person.Version) []*normal.Folded {
	folded := make([]*normal.Folded, len(vs))
	for i, v := range vs {
		folded[i] = tables.FoldVersion(v)
	}
	return folded
}
