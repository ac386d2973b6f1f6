//go:build linux

package spool

import (
	"context"
	"errors"
	"hash/maphash"
	"io"
	"strings"
)

// WithoutTmpfile makes Put work as on a file system that lacks O_TMPFILE.
func (d *Disk) WithoutTmpfile() *Disk { return &Disk{step: d.step, named: true} }

// ParseClaim lets the fuzz target at the reader of claim.json.
func ParseClaim(text, id string) (office string, err error) {
	c, err := parseClaim(strings.NewReader(text), id)
	if err == nil && c == nil {
		return "", errors.New("no claim and no error")
	}
	if err != nil {
		return "", err
	}
	return c.Office, nil
}

// PairNames pairs regular files of these names; it returns [list, side] each.
func PairNames(names []string) [][2]string {
	entries := map[string]inode{}
	for _, name := range names {
		entries[name] = inode{mode: 0o100600, links: 1, Size: 1}
	}
	var pairs [][2]string
	for _, a := range pair(entries) {
		pairs = append(pairs, [2]string{a.ListPath.Reveal(), a.SidePath.Reveal()})
	}
	return pairs
}

// UsableName, LeftAlone: the rules about names, for tables.
var (
	UsableName = usableName
	LeftAlone  = leftAlone
)

// WithTemp is Put by way of a named temp.
func (d *Disk) WithTemp(dir, name, body string) error {
	return (&Disk{named: true}).Put(dir, name, 0o600, func(w io.Writer) error {
		_, err := io.WriteString(w, body)
		return err
	})
}

// SecondReading is the second reading of a claim, of a file that looks as it did at the
// first one whatever was done between them. It gives the SHA-256 of the first.
func SecondReading(path string, between func()) (first [32]byte, err error) {
	f, err := OpenRegular(path)
	if err != nil {
		return first, err
	}
	defer f.Close()
	src := &source{file: f, seed: maphash.MakeSeed()}
	if src.id, err = inodeAt(f, ""); err != nil {
		return first, err
	}
	if err := src.readFirst(context.Background(), io.Discard, nil); err != nil {
		return first, err
	}
	between()
	if src.id, err = inodeAt(f, ""); err != nil {
		return first, err
	}
	return src.hash, src.readAgain(context.Background())
}
