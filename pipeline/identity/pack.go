package identity

import (
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
	block    []byte
	rawBytes int
	pairs    [normal.KeyKinds][]pair
	counts   counts
	err      error
}

var errTooMuch = errors.New("identity: more people or more history than a generation can hold")

// packPeople folds, encodes and packs people block by block, in order.
func packPeople(ctx context.Context, people iter.Seq2[[][]byte, error], blockPeople, workers int, tables *normal.Tables) iter.Seq2[packed, error] {
	packer := &packer{tables: tables}
	stage := pipeline.EachN(max(workers, 1), 1, func(row pipeline.Row[*batch]) (packed, issue.List) {
		return packer.pack(row.Value), nil
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
	packing packing
	blocks  sync.Pool // of *blockBuilder
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
	block.begin(len(b.people))
	rows := cutRows(b.text.String(), b.ends)
	var keys []normal.Key
	slab := new(person.Slab)
	from := 0
	for i, to := range b.people {
		vs, err := decodeVersions(rows[from:to], slab)
		if err != nil {
			return packed{err: err}
		}
		from = to
		folded := foldAll(k.tables, vs)
		block.add(func(dst []byte) []byte { return appendPerson(dst, vs, folded) })
		p.counts.one(vs)
		keys = normal.PersonKeys(keys[:0], folded...)
		for _, key := range keys {
			p.pairs[key.Kind] = append(p.pairs[key.Kind], pair{key.Hash, b.first + uint32(i)})
		}
	}
	raw, err := block.finish()
	if err != nil {
		return packed{err: err}
	}
	p.rawBytes = len(raw)
	p.block, p.err = k.packing.pack(raw)
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
