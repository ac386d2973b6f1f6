package spool

import (
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/sys/unix"
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
		if _, another := entries[stem(name)]; another && stem(name) != name {
			hasShort = false // it is that list's under its full name: a.csv beside a.csv.age
		}
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
			if id := entries[side]; id.kind() != nil || id.Size > SideBytesMax {
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

// SideOf finds the request beside a list that lies in no inbox, by the rule of an
// inbox; "" if there is none. Where it is not certain it is [ErrAmbiguousSide], and
// [ErrBadSide] where what lies there is no usable file.
func SideOf(list string) (string, error) {
	folder, err := os.OpenFile(filepath.Dir(list), unix.O_RDONLY|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return "", &OpError{Step: "open", Err: bare(err)}
	}
	defer folder.Close()
	names, err := folder.Readdirnames(-1)
	if err != nil {
		return "", &OpError{Step: "open", Err: bare(err)}
	}
	base, entries := filepath.Base(list), map[string]inode{}
	for _, name := range names {
		if name != base && (leftAlone(name) || !strings.HasPrefix(name, stem(base))) {
			continue
		}
		id, err := inodeAt(folder, name)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		} else if err != nil {
			return "", &OpError{Step: "open", Err: bare(err)}
		}
		entries[name] = id
	}
	for _, a := range pair(entries) {
		switch {
		case a.Name.Reveal() != base:
		case a.Refuse != nil:
			return "", a.Refuse
		case !a.SidePath.Empty():
			return filepath.Join(filepath.Dir(list), a.SidePath.Reveal()), nil
		}
	}
	return "", nil
}

// orphan is a side file that belongs to no list: it waits for one, unless it can
// be no side file; then it is an entry like any other.
func orphan(name string, id inode) Arrival {
	a := Arrival{Name: NewPath(name), id: id}
	switch {
	case id.kind() != nil:
		a.ListPath = NewPath(name)
	case id.Size > SideBytesMax:
		a.ListPath, a.Refuse = NewPath(name), ErrTooLarge
	default:
		a.SidePath, a.Waiting = NewPath(name), ErrNoList
	}
	return a
}
