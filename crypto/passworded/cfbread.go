package passworded

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"errors"
	"io"
	"slices"
	"unicode/utf16"
)

// What a compound file may ask for. An encrypted workbook has a dozen entries and
// streams in one piece or a few.
const (
	cfbEntriesMost = 1024
	cfbExtentsMost = 1 << 20 // 16 MB of memory, for a file in pieces all over
)

// A cfbFile is a compound file of others: every number in it may be a lie. What is
// held in memory is the numbers of the allocation table's sectors, which the size
// of the file bounds, and one sector of the table.
type cfbFile struct {
	r          io.ReaderAt
	size       int64
	sector     int64 // bytes of a sector
	fat        []uint32
	miniFAT    []cfbExtent
	mini       []cfbExtent // the mini stream
	miniSize   int64
	entries    []cfbEntry
	cached     []byte // a sector of the allocation table
	cachedFrom int64  // which; -1 for none
}

// A cfbExtent is a piece of a stream: count sectors from the first on, which is
// sector from of the stream.
type cfbExtent struct{ from, first, count uint32 }

func openCFB(r io.ReaderAt, size int64) (*cfbFile, error) {
	head := make([]byte, sectorBytes)
	if err := readFull(r, head, 0); err != nil {
		return nil, err
	}
	if !bytes.HasPrefix(head, []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")) {
		return nil, ErrDamaged
	}
	u16 := func(at int) uint16 { return binary.LittleEndian.Uint16(head[at:]) }
	u32 := func(at int) uint32 { return binary.LittleEndian.Uint32(head[at:]) }
	f := &cfbFile{r: r, size: size, sector: sectorBytes, cachedFrom: -1}
	switch {
	case u16(0x1a) == 3 && u16(0x1e) == 9:
	case u16(0x1a) == 4 && u16(0x1e) == 12:
		f.sector = 4096
	default:
		return nil, ErrDamaged
	}
	if u16(0x1c) != 0xfffe || u16(0x20) != 6 || u32(0x38) != miniCutoff {
		return nil, ErrDamaged
	}
	f.cached = make([]byte, f.sector)
	if err := f.readTable(head, int64(u32(0x2c)), u32(0x44), int64(u32(0x48))); err != nil {
		return nil, err
	}
	if err := f.readDirectory(u32(0x30)); err != nil {
		return nil, err
	}
	root := f.entries[0]
	var err error
	if f.miniFAT, err = f.chain(u32(0x3c), int64(u32(0x40))); err != nil {
		return nil, err
	}
	f.miniSize = root.size
	f.mini, err = f.chain(root.start, f.sectorsFor(root.size))
	return f, err
}

// readFull reads what must be there. A fault of the machine is passed on.
func readFull(r io.ReaderAt, p []byte, off int64) error {
	n, err := r.ReadAt(p, off)
	switch {
	case n == len(p):
		return nil
	case err == nil || errors.Is(err, io.EOF):
		return ErrDamaged
	}
	return err
}

// sectors is how many the file has; the last may be cut short.
func (f *cfbFile) sectors() int64 { return f.sectorsFor(f.size - f.sector) }

func (f *cfbFile) sectorsFor(n int64) int64 {
	if n <= 0 {
		return 0
	}
	return (n-1)/f.sector + 1
}

// at is where a sector lies; the header takes the place of one.
func (f *cfbFile) at(id uint32) int64 { return (int64(id) + 1) * f.sector }

// readTable gathers the numbers of the sectors of the allocation table: the first
// from the header, the others from a chain of sectors.
func (f *cfbFile) readTable(head []byte, count int64, next uint32, tables int64) error {
	if count > f.sectors() || tables > f.sectors() {
		return ErrDamaged
	}
	take := func(ids []byte) {
		for ; len(ids) >= 4 && int64(len(f.fat)) < count; ids = ids[4:] {
			f.fat = append(f.fat, binary.LittleEndian.Uint32(ids))
		}
	}
	take(head[0x4c:])
	sector := make([]byte, f.sector)
	for ; tables > 0 && int64(len(f.fat)) < count; tables-- {
		if err := f.readSector(sector, next); err != nil {
			return err
		}
		take(sector[:f.sector-4])
		next = binary.LittleEndian.Uint32(sector[f.sector-4:])
	}
	if int64(len(f.fat)) < count {
		return ErrDamaged
	}
	return nil
}

func (f *cfbFile) readSector(p []byte, id uint32) error {
	if int64(id) >= f.sectors() {
		return ErrDamaged
	}
	return readFull(f.r, p, f.at(id))
}

// next is the sector that follows another in its chain.
func (f *cfbFile) next(id uint32) (uint32, error) {
	perSector := f.sector / 4
	table := int64(id) / perSector
	if table >= int64(len(f.fat)) {
		return 0, ErrDamaged
	}
	if table != f.cachedFrom {
		f.cachedFrom = -1
		if err := f.readSector(f.cached, f.fat[table]); err != nil {
			return 0, err
		}
		f.cachedFrom = table
	}
	return binary.LittleEndian.Uint32(f.cached[int64(id)%perSector*4:]), nil
}

// chain follows a chain for count sectors. It ends by that count, so that a ring
// does not matter; what it would give twice is found out by the integrity code.
func (f *cfbFile) chain(id uint32, count int64) ([]cfbExtent, error) {
	if count > f.sectors() {
		return nil, ErrDamaged
	}
	var out []cfbExtent
	for n := range count {
		if id > idMaxReg || int64(id) >= f.sectors() {
			return nil, ErrDamaged
		}
		last := len(out) - 1
		switch {
		case last >= 0 && out[last].first+out[last].count == id:
			out[last].count++
		case len(out) == cfbExtentsMost:
			return nil, ErrDamaged
		default:
			out = append(out, cfbExtent{uint32(n), id, 1})
		}
		if n == count-1 {
			break
		}
		var err error
		if id, err = f.next(id); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// readDirectory reads the entries until the chain ends. The tree that they form is
// not looked at: the streams of an encrypted workbook are known by name, and each
// must be there once.
func (f *cfbFile) readDirectory(id uint32) error {
	sector := make([]byte, f.sector)
	for id != idEndOfChain {
		if len(f.entries) >= cfbEntriesMost {
			return ErrDamaged
		}
		if err := f.readSector(sector, id); err != nil {
			return err
		}
		for e := range slices.Chunk(sector, entryBytes) {
			f.entries = append(f.entries, f.entry(e))
		}
		var err error
		if id, err = f.next(id); err != nil {
			return err
		}
	}
	if len(f.entries) == 0 || f.entries[0].kind != 5 {
		return ErrDamaged
	}
	return nil
}

func (f *cfbFile) entry(raw []byte) cfbEntry {
	units := make([]uint16, 0, 32)
	for i := 0; i+2 < min(int(binary.LittleEndian.Uint16(raw[64:])), 64); i += 2 {
		units = append(units, binary.LittleEndian.Uint16(raw[i:]))
	}
	size := binary.LittleEndian.Uint64(raw[120:])
	if f.sector == sectorBytes {
		size &= 0xffffffff // version 3 may leave the upper half unset
	}
	return cfbEntry{name: string(utf16.Decode(units)), kind: raw[66], start: binary.LittleEndian.Uint32(raw[116:]),
		size: int64(min(size, 1<<62))}
}

// A cfbStream is a stream by random access.
type cfbStream struct {
	file    *cfbFile
	size    int64
	extents []cfbExtent
	whole   []byte // of a small stream
}

// stream finds the stream of a name, of which there must be one.
func (f *cfbFile) stream(name string) (*cfbStream, error) {
	found := -1
	for i, e := range f.entries {
		if e.kind == 2 && e.name == name {
			if found >= 0 {
				return nil, ErrDamaged
			}
			found = i
		}
	}
	if found < 0 {
		return nil, ErrDamaged
	}
	e := f.entries[found]
	s := &cfbStream{file: f, size: e.size}
	var err error
	if e.size < miniCutoff {
		s.whole, err = f.miniStream(e.start, e.size)
	} else {
		s.extents, err = f.chain(e.start, f.sectorsFor(e.size))
	}
	return s, err
}

// small reads a stream of at most most bytes.
func (f *cfbFile) small(name string, most int64) ([]byte, error) {
	s, err := f.stream(name)
	if err != nil {
		return nil, err
	}
	if s.size > most {
		return nil, ErrDamaged
	}
	raw := make([]byte, s.size)
	_, err = io.ReadFull(io.NewSectionReader(s, 0, s.size), raw)
	return raw, err
}

// miniStream reads a small stream, whose sectors lie in the mini stream.
func (f *cfbFile) miniStream(id uint32, size int64) ([]byte, error) {
	table := &cfbStream{file: f, size: 1 << 40, extents: f.miniFAT}
	mini := &cfbStream{file: f, size: f.miniSize, extents: f.mini}
	out := make([]byte, 0, size)
	for left := size; left > 0; {
		n := min(left, miniSectorBytes)
		piece := make([]byte, n)
		if err := readFull(mini, piece, int64(id)*miniSectorBytes); err != nil {
			return nil, err
		}
		out = append(out, piece...)
		if left -= n; left == 0 {
			break
		}
		var next [4]byte
		if err := readFull(table, next[:], int64(id)*4); err != nil {
			return nil, err
		}
		id = binary.LittleEndian.Uint32(next[:])
	}
	return out, nil
}

func (s *cfbStream) ReadAt(p []byte, off int64) (int, error) {
	if off < 0 || off >= s.size {
		return 0, io.EOF
	}
	short := false
	if int64(len(p)) > s.size-off {
		p, short = p[:s.size-off], true
	}
	n, err := s.readAt(p, off)
	if err == nil && short {
		err = io.EOF
	}
	return n, err
}

func (s *cfbStream) readAt(p []byte, off int64) (int, error) {
	if len(s.extents) == 0 {
		n := copy(p, s.whole[min(off, int64(len(s.whole))):])
		if n < len(p) {
			return n, io.EOF
		}
		return n, nil
	}
	i, found := slices.BinarySearchFunc(s.extents, off/s.file.sector, func(e cfbExtent, n int64) int { return cmp.Compare(int64(e.from), n) })
	if !found {
		i-- // within the extent before
	}
	done := 0
	for ; i < len(s.extents) && done < len(p); i++ {
		e := s.extents[i]
		within := off - int64(e.from)*s.file.sector
		n := int(min(int64(len(p)-done), int64(e.count)*s.file.sector-within))
		if n <= 0 {
			break
		}
		if err := readFull(s.file.r, p[done:done+n], s.file.at(e.first)+within); err != nil {
			return done, err
		}
		done, off = done+n, off+int64(n)
	}
	if done < len(p) {
		return done, io.EOF
	}
	return done, nil
}
