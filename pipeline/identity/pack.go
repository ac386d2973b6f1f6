package identity

import (
	"context"
	"errors"
	"iter"
	"slices"
	"strconv"

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

// A pair is an entry of a key part.
type pair struct {
	hash   uint64
	number uint32
}

// A batch is the people of one block, with the number of the first.
type batch struct {
	first  uint32
	people [][]string // encoded versions, current first
}

// packed is a block ready to be written, with the keys of its people.
type packed struct {
	block    []byte
	rawBytes int
	pairs    [normal.KeyKinds][]pair
	counts   counts
	err      error
}

var errTooMuch = errors.New("identity: more people or more history than a generation can hold")

// packPeople folds, encodes and packs people block by block, in order.
func packPeople(ctx context.Context, people iter.Seq2[[]string, error], blockPeople, workers int, tables *normal.Tables) iter.Seq2[packed, error] {
	packing := new(packing)
	stage := pipeline.EachN(max(workers, 1), 1, func(row pipeline.Row[batch]) (packed, issue.List) {
		return packBatch(row.Value, tables, packing), nil
	})
	return func(yield func(packed, error) bool) {
		for row, err := range stage(ctx, batches(people, blockPeople)) {
			if err == nil {
				err = row.Value.err
			}
			if !yield(row.Value, err) || err != nil {
				return
			}
		}
	}
}

// batches gathers people into blocks and numbers them.
func batches(people iter.Seq2[[]string, error], blockPeople int) pipeline.Rows[batch] {
	return func(yield func(pipeline.Row[batch], error) bool) {
		var no int64
		var b batch
		emit := func() bool {
			no++
			next := batch{first: b.first + uint32(len(b.people))}
			ok := yield(pipeline.Row[batch]{No: no, Value: b}, nil)
			b = next
			return ok
		}
		for versions, err := range people {
			if err == nil && (b.first > 1<<32-1-uint32(blockPeople) || len(versions) > maxVersions) {
				err = errTooMuch
			}
			if err != nil {
				yield(pipeline.Row[batch]{}, err)
				return
			}
			b.people = append(b.people, versions)
			if len(b.people) == blockPeople && !emit() {
				return
			}
		}
		if len(b.people) > 0 {
			emit()
		}
	}
}

func packBatch(b batch, tables *normal.Tables, packing *packing) packed {
	p := packed{counts: newCounts()}
	block := newBlockBuilder(len(b.people))
	var keys []normal.Key
	for i, rows := range b.people {
		vs, err := decodeVersions(rows)
		if err != nil {
			return packed{err: err}
		}
		folded := foldAll(tables, vs)
		block.add(func(dst []byte) []byte { return appendPerson(dst, vs, folded) })
		p.counts.one(vs)
		keys = keysOf(keys[:0], folded)
		for _, k := range keys {
			p.pairs[k.Kind] = append(p.pairs[k.Kind], pair{k.Hash, b.first + uint32(i)})
		}
	}
	raw, err := block.finish()
	if err != nil {
		return packed{err: err}
	}
	p.rawBytes = len(raw)
	p.block, p.err = packing.pack(raw)
	return p
}

func foldAll(tables *normal.Tables, vs []*person.Version) []*normal.Folded {
	folded := make([]*normal.Folded, len(vs))
	for i, v := range vs {
		folded[i] = tables.FoldVersion(v)
	}
	return folded
}

// keysOf appends the keys under which a person is found, each once. They join all
// versions: a row may have the name of one and the address of another.
func keysOf(dst []normal.Key, folded []*normal.Folded) []normal.Key {
	dst = normal.PersonKeys(dst, folded...)
	slices.SortFunc(dst, compareKeys)
	return slices.Compact(dst)
}

func compareKeys(a, b normal.Key) int {
	if a.Kind != b.Kind {
		return int(a.Kind) - int(b.Kind)
	}
	switch {
	case a.Hash < b.Hash:
		return -1
	case a.Hash > b.Hash:
		return 1
	}
	return 0
}
