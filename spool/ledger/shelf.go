package ledger

import (
	"bytes"
	"errors"
	"io/fs"
	"path"
	"slices"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

// shelf is every file under tile/, to be compared with what the entries make.
type shelf struct {
	*checked
	has map[coord][]int // widths on the disk, by the coordinate of the full file
}

func newShelf(c *checked) (*shelf, error) {
	s := &shelf{c, map[coord][]int{}}
	err := fs.WalkDir(c.files, "tile", func(name string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) && name == "tile" {
			return fs.SkipAll // nothing was published yet
		}
		if err != nil {
			return err
		}
		if d.IsDir() || strings.HasPrefix(path.Base(name), tempPrefix) {
			return nil
		}
		c, ok := parseCoord(name)
		if !ok || !d.Type().IsRegular() {
			return &TamperedError{"there is a file that does not belong to the ledger", -1}
		}
		s.has[c.full()] = append(s.has[c.full()], c.width)
		return nil
	})
	return s, err
}

// compare checks every file of a coordinate, full or partial, against data.
func (s *shelf) compare(c coord, data []byte) error {
	widths := s.has[c.full()]
	if c.width == tileWidth && c.first(tileWidth) <= s.published.N {
		if !slices.Contains(widths, tileWidth) {
			return &TamperedError{"a tile is missing", c.first(0)}
		}
		if len(widths) > 1 {
			s.stale = append(s.stale, c)
		}
	}
	for _, w := range widths {
		at := coord{c.level, c.n, w}
		if w > c.width {
			return &TamperedError{"there is a tile or bundle of more than was signed", at.first(c.width)}
		}
		is, err := readFile(s.files, at.path(), bundleBytesMax)
		if err != nil {
			return err
		}
		want := data
		if c.level >= 0 {
			want = data[:w*tlog.HashSize]
		} else if w < c.width {
			want = bundlePrefix(data, w)
		}
		if !bytes.Equal(is, want) {
			return s.differ(at, is, want)
		}
	}
	delete(s.has, c.full())
	return nil
}

// require is compare for a file that must be there.
func (s *shelf) require(c coord, data []byte) error {
	if !slices.Contains(s.has[c.full()], c.width) {
		return &TamperedError{"a tile is missing", c.first(0)}
	}
	is, err := readFile(s.files, c.path(), bundleBytesMax)
	if err != nil {
		return err
	}
	if !bytes.Equal(is, data) {
		return s.differ(c, is, data)
	}
	return nil
}

// differ names the first entry that a file which is not what it must be concerns.
func (s *shelf) differ(at coord, is, want []byte) error {
	if at.level < 0 {
		have, _ := splitBundle(is, at.width)
		must, _ := splitBundle(want, at.width)
		for i := range must {
			if i >= len(have) || !bytes.Equal(have[i], must[i]) {
				return &TamperedError{"a bundle differs from the others", at.first(i)}
			}
		}
		return &TamperedError{"a bundle is too long", at.first(at.width)}
	}
	i := 0
	for i < at.width && bytes.Equal(cut(is, i), cut(want, i)) {
		i++
	}
	index := at.first(min(i, at.width-1))
	if len(is) != len(want) {
		return &TamperedError{"a tile has the wrong length", index}
	}
	if at.level > 0 {
		return &TamperedError{"a tile differs from the entries below it", index}
	}
	return &TamperedError{s.entryOrHash(index, cut(want, int(index-at.first(0)))), index}
}

func cut(tile []byte, i int) []byte {
	return tile[min(i*tlog.HashSize, len(tile)):min((i+1)*tlog.HashSize, len(tile))]
}

// bundlePrefix is the first width entries of a bundle that is known to be whole.
func bundlePrefix(data []byte, width int) []byte {
	end := 0
	for range width {
		end += 2 + int(data[end])<<8 + int(data[end+1])
	}
	return data[:end]
}

// rest reports what nothing was compared with.
func (s *shelf) rest() error {
	if len(s.has) > 0 {
		return &TamperedError{"there is a tile or bundle of more than was signed", -1}
	}
	return nil
}
