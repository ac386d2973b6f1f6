package identity

import (
	"bytes"
	"maps"
	"slices"

	"baitai/pipeline/issue"
)

// A chains puts together the people whose 住民票コード changed (住基法30条の4): a
// row names the former code, and all rows of both codes are one person. Few
// people have such a chain, so that it is kept in memory.
//
// Codes are in their numeric form. Codes that belong together by any path are
// one group, faulty or not: where one row of a group is faulty, the whole group
// is left out.
type chains struct {
	former  map[uint64]link     // by code: the former code it names
	heir    map[uint64]uint64   // by former code: the code that names it
	parent  map[uint64]uint64   // union-find over all codes of former and heir
	spoiled map[uint64]struct{} // codes with a faulty row
	held    map[uint64]held     // the rows of codes that belong to a chain
}

type link struct {
	code, old uint64
	pos       issue.Pos
}

// held is the rows of one code, oldest first.
type held [][]byte

func newChains() *chains {
	return &chains{
		former: make(map[uint64]link), heir: make(map[uint64]uint64), parent: make(map[uint64]uint64),
		spoiled: make(map[uint64]struct{}), held: make(map[uint64]held),
	}
}

// spoil marks a code that has a faulty row.
func (c *chains) spoil(code uint64) { c.spoiled[code] = struct{}{} }

// add takes a row that names a former code.
func (c *chains) add(l link) *issue.Issue {
	known, again := c.former[l.code]
	heir, taken := c.heir[l.old]
	c.join(l.code, l.old)
	switch {
	case again && known.old == l.old:
		return nil // every row since the change may say so
	case again, taken && heir != l.code, l.code == l.old:
		c.spoil(l.code)
		return issue.New(issue.ExtractForkedChain, l.pos)
	}
	c.former[l.code], c.heir[l.old] = l, l.code
	return nil
}

// has reports that the code belongs to a chain.
func (c *chains) has(code uint64) bool {
	_, ok := c.parent[code]
	return ok
}

// hold takes a copy of the rows of a code that belongs to a chain.
func (c *chains) hold(code uint64, rows [][]byte) {
	kept := make(held, len(rows))
	for i, row := range rows {
		kept[i] = bytes.Clone(row)
	}
	c.held[code] = kept
}

func (c *chains) root(code uint64) uint64 {
	for {
		p, ok := c.parent[code]
		if !ok || p == code {
			return code
		}
		if next, ok := c.parent[p]; ok {
			c.parent[code] = next // halve the path
		}
		code = p
	}
}

func (c *chains) join(a, b uint64) {
	for _, x := range [...]uint64{a, b} {
		if !c.has(x) {
			c.parent[x] = x
		}
	}
	c.parent[c.root(a)] = c.root(b)
}

// resolve finds what is wrong with the chains as wholes, when all rows are held.
func (c *chains) resolve() issue.List {
	var found issue.List
	bad := c.spoiledRoots()
	codes := slices.Sorted(maps.Keys(c.former))
	for _, code := range codes {
		l := c.former[code]
		root := c.root(code)
		if _, known := bad[root]; known || len(c.held[l.old]) > 0 {
			continue
		}
		c.spoil(l.code)
		bad[root] = struct{}{}
		found = append(found, issue.New(issue.ExtractBrokenChain, l.pos))
	}
	whole := make(map[uint64]struct{})
	for _, head := range c.heads() {
		whole[c.root(head)] = struct{}{}
	}
	for _, code := range codes { // a group without a head is a ring
		root := c.root(code)
		if _, ok := whole[root]; ok {
			continue
		}
		if _, known := bad[root]; !known {
			bad[root] = struct{}{}
			c.spoil(code)
			found = append(found, issue.New(issue.ExtractForkedChain, c.former[code].pos))
		}
	}
	return found
}

// heads are the present codes of chains, in order.
func (c *chains) heads() []uint64 {
	var hs []uint64
	for code := range c.former {
		if _, former := c.heir[code]; !former {
			hs = append(hs, code)
		}
	}
	slices.Sort(hs)
	return hs
}

func (c *chains) spoiledRoots() map[uint64]struct{} {
	roots := make(map[uint64]struct{})
	for code := range c.spoiled {
		roots[c.root(code)] = struct{}{}
	}
	return roots
}

// people yields the rows of each whole person, current first, in the order of
// their present codes.
func (c *chains) people(yield func([][]byte) bool) {
	bad := c.spoiledRoots()
	for _, head := range c.heads() {
		if _, ok := bad[c.root(head)]; ok {
			continue
		}
		var rows [][]byte
		for code, ok := head, true; ok; {
			for _, row := range slices.Backward(c.held[code]) {
				rows = append(rows, row)
			}
			l, more := c.former[code]
			code, ok = l.old, more
		}
		if !yield(rows) {
			return
		}
	}
}
