package spool

import (
	"maps"
	"slices"
)

// pair puts lists and side files together, in the order of names. ListPath and
// SidePath are base names here. A side file under the list's full name belongs to
// it; one under its stem does if no other list could be meant. Where it is not
// certain the list is refused: a request that belongs to another list would state
// another purpose.
func pair(entries map[string]inode) []Arrival {
	names := slices.Sorted(maps.Keys(entries))
	sharing := map[string]int{} // by stem: lists that have no side file under their full name
	for _, name := range names {
		if _, own := entries[name+sideSuffix]; !own && !isSide(name) {
			sharing[stem(name)]++
		}
	}
	var arrivals []Arrival
	taken := map[string]bool{}
	for _, name := range names {
		if isSide(name) {
			continue
		}
		a := Arrival{Name: NewPath(name), ListPath: NewPath(name), id: entries[name]}
		long, short := name+sideSuffix, stem(name)+sideSuffix
		_, hasLong := entries[long]
		_, hasShort := entries[short]
		side := ""
		switch {
		case hasLong:
			side = long
			if hasShort && short != long && sharing[stem(name)] == 0 {
				a.Refuse = ErrAmbiguousSide
			}
		case hasShort:
			side = short
			if sharing[stem(name)] > 1 {
				a.Refuse = ErrAmbiguousSide
			}
		}
		if side != "" && !taken[side] {
			if id := entries[side]; id.kind() != nil || id.Size > sideBytesMax {
				a.Refuse = ErrBadSide // the entry itself comes below
			} else {
				a.SidePath, taken[side] = NewPath(side), true
			}
		}
		arrivals = append(arrivals, a)
	}
	for _, name := range names {
		if isSide(name) && !taken[name] {
			arrivals = append(arrivals, orphan(name, entries[name]))
		}
	}
	return arrivals
}

// orphan is a side file that belongs to no list: it waits for one, unless it can
// be no side file; then it is an entry like any other.
func orphan(name string, id inode) Arrival {
	a := Arrival{Name: NewPath(name), id: id}
	switch {
	case id.kind() != nil:
		a.ListPath = NewPath(name)
	case id.Size > sideBytesMax:
		a.ListPath, a.Refuse = NewPath(name), ErrTooLarge
	default:
		a.SidePath, a.Waiting = NewPath(name), ErrNoList
	}
	return a
}
