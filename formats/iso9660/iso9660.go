// Package iso9660 writes images of discs (ISO 9660, ECMA-119, with Joliet): what a
// program for writing CD-R, DVD-R and BD-R takes (ディスクイメージ).
//
// It hides sectors, path tables and directory records. It promises an image with
// exactly one folder that holds the files given, under their own names for Windows,
// Linux and macOS (Joliet) and under names of capital letters for whatever knows
// nothing newer; the same files, names and time give the same bytes. A file of 4 GiB
// or more is in several extents (interchange level 3). The image is written in one
// go from front to back, so that nothing has to be put into a folder for temporary
// files first.
//
// It promises nothing about the files' modes and owners (no Rock Ridge): whoever has
// the disc may read it, and what is on it is sealed.
//
// Why there is no library behind it: kdomanski/iso9660 (2023) has no Joliet and
// stops at 4 GiB; go-diskfs has Joliet, but first copies all files into a working
// folder of its own, writes back and forth in the image, and brings ten modules
// along. xorriso would be one more thing to install in a closed network. One folder
// of files takes fewer lines than any of them.
package iso9660

import (
	"cmp"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"
	"unicode/utf8"
)

// Why an image cannot be made.
var (
	ErrName     = errors.New("iso9660: a name that a disc cannot have")
	ErrSameName = errors.New("iso9660: two files have the same name")
	ErrTooLarge = errors.New("iso9660: larger than any disc")
	ErrChanged  = errors.New("iso9660: a file is not as long as it was said to be")
)

const (
	sectorSize = 2048
	// extentMax is the most that one extent holds: its length has 32 bits, and all
	// extents of a file but the last are whole sectors.
	extentMax = 1<<32 - sectorSize
	// jolietMax is the longest name of Joliet, in units of UTF-16.
	jolietMax = 64
	// runOut is what drives read ahead of: without it the last file of a disc that is
	// written track at once may not be read to its end.
	runOut = 150
)

// A File is one file of a disc.
type File struct {
	Name string
	Size int64
	Open func() (io.ReadCloser, error) // called once, when it is its turn
}

// An Image is a disc that is laid out but not written.
type Image struct {
	folder  string
	files   []*placed // in the order in which they lie on the disc
	at      time.Time
	sectors int64
	own     [2]dirs // of the two trees: with plain names, and Joliet
	extent  int64   // extentMax, less in tests
}

// placed is a file with its place.
type placed struct {
	File
	plain string // the name of capital letters, with its version
	first int64  // sector
}

// dirs are the places of the two folders of a tree.
type dirs struct{ root, folder, folderSize int64 }

// New lays out a disc with the files in a folder of that name, made at that time.
func New(folder string, files []File, at time.Time) (*Image, error) {
	return layOut(folder, files, at, extentMax)
}

func layOut(folder string, files []File, at time.Time, extent int64) (*Image, error) {
	m := &Image{folder: folder, at: at, extent: extent}
	if !usable(folder) {
		return nil, ErrName
	}
	taken := make(map[string]bool)
	same := make(map[string]bool)
	for _, f := range files {
		if !usable(f.Name) || f.Size < 0 {
			return nil, ErrName
		}
		if low := strings.ToLower(f.Name); same[low] {
			return nil, ErrSameName
		} else {
			same[low] = true
		}
		m.files = append(m.files, &placed{File: f, plain: plainName(f.Name, taken)})
	}
	// System area, three descriptors, four path tables, the two roots.
	next := int64(firstTable + 4)
	for tree := range m.own {
		d := &m.own[tree]
		d.root, next = next, next+1
		d.folder = next
		d.folderSize = sectorsOf(m.records(tree, nil)) * sectorSize
		next += d.folderSize / sectorSize
	}
	for _, p := range m.files {
		p.first = next
		next += ceil(p.Size)
		if next > 1<<32-1-runOut {
			return nil, ErrTooLarge
		}
	}
	m.sectors = next + runOut
	return m, nil
}

// Size is the length of the image in bytes.
func (m *Image) Size() int64 { return m.sectors * sectorSize }

// usable tells the names that Joliet can have and that Windows shows.
func usable(name string) bool {
	odd := func(r rune) bool { return r < 0x20 || r > 0xffff || strings.ContainsRune(`"*/:;<>?\|`, r) }
	return utf8.ValidString(name) && name != "" && name != "." && name != ".." &&
		!strings.ContainsFunc(name, odd) && len(utf16.Encode([]rune(name))) <= jolietMax
}

// plainName is a name of at most 30 capital letters, digits and underscores around
// one dot, which no other file has yet.
func plainName(name string, taken map[string]bool) string {
	base, ext := name, ""
	if dot := strings.LastIndexByte(name, '.'); dot >= 0 {
		base, ext = name[:dot], name[dot+1:]
	}
	base, ext = plain(base, 24), plain(ext, 5)
	for n := 0; ; n++ {
		try := base
		if n > 0 {
			no := strconv.Itoa(n)
			try = base[:min(len(base), 24-len(no))] + no
		}
		if full := try + "." + ext + ";1"; !taken[full] {
			taken[full] = true
			return full
		}
	}
}

func plain(s string, most int) string {
	var out []byte
	for _, r := range strings.ToUpper(s) {
		if len(out) == most {
			break
		}
		if r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
			out = append(out, byte(r))
		} else {
			out = append(out, '_')
		}
	}
	return string(out)
}

// order sorts the files as the directory of a tree has them.
func (m *Image) order(tree int) []*placed {
	files := slices.Clone(m.files)
	slices.SortFunc(files, func(a, b *placed) int { return cmp.Compare(string(m.name(tree, a)), string(m.name(tree, b))) })
	return files
}

func ceil(size int64) int64 { return (size + sectorSize - 1) / sectorSize }
