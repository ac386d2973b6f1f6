package passworded

import (
	"bufio"
	"encoding/binary"
	"io"
	"unicode/utf16"
)

// The compound file (MS-CFB, version 3) around an encrypted workbook: a small
// file system of sectors. The sizes of everything in it are known before its
// first byte is written, so that it is written from front to back, and its chains
// are straight, so that its allocation table needs no memory.
const (
	sectorBytes     = 512
	miniSectorBytes = 64
	miniCutoff      = 4096 // streams below lie in the mini stream
	entryBytes      = 128  // of the directory
	idsInSector     = sectorBytes / 4
	headerDIFAT     = 109 // sectors of the allocation table that the header names

	idMaxReg     = 0xFFFFFFFA
	idDIFAT      = 0xFFFFFFFC
	idFAT        = 0xFFFFFFFD
	idEndOfChain = 0xFFFFFFFE
	idFree       = 0xFFFFFFFF
)

// packageMost is how long the encrypted package may be: version 3 keeps sizes in
// 31 bits, and what stands beside it needs some room.
const packageMost = 1<<31 - 64<<20

// An entry of the directory. Storages have no content.
type cfbEntry struct {
	name               string
	kind               byte // 1 storage, 2 stream, 5 root
	red                bool
	left, right, child int // other entries; -1 is none
	content            []byte
	size               int64 // of the content
	start              uint32
}

// cfbLayout says where everything lies, in sectors.
type cfbLayout struct {
	entries []cfbEntry
	mini    []byte   // the mini stream
	miniFAT []uint32 // its allocation table
	chains  []int64  // lengths of the chains from sector 0 on: big stream, mini stream, its table, directory
	fat     int64    // sectors of the allocation table
	difat   int64    // sectors of the table of its sectors beyond the header
}

// layOut places the entries. The one with bigSize bytes and no content, named by
// big, is written by the caller. Directories of such files are small and fixed:
// the caller has built the tree of names.
func layOut(entries []cfbEntry, big int, bigSize int64) *cfbLayout {
	l := &cfbLayout{entries: entries}
	for i := range entries {
		e := &entries[i]
		e.start = 0
		switch {
		case e.kind != 2:
		case i == big && bigSize >= miniCutoff:
			e.size = bigSize
		default:
			e.size = int64(len(e.content))
			e.start = l.addMini(e.content)
		}
	}
	bigSectors := int64(0)
	if bigSize >= miniCutoff {
		bigSectors = sectorsFor(bigSize)
	}
	l.chains = []int64{bigSectors, sectorsFor(int64(len(l.mini))), sectorsFor(4 * int64(len(l.miniFAT))),
		sectorsFor(entryBytes * int64(len(entries)))}
	entries[0].start, entries[0].size = idOf(l.first(1), l.chains[1]), int64(len(l.mini))
	content := l.first(len(l.chains))
	for l.fat*idsInSector < content+l.fat+l.difat { // grows by what it describes itself
		l.fat = (content + l.fat + l.difat + idsInSector - 1) / idsInSector
		l.difat = (max(l.fat-headerDIFAT, 0) + idsInSector - 2) / (idsInSector - 1)
	}
	return l
}

func sectorsFor(n int64) int64 { return (n + sectorBytes - 1) / sectorBytes }

// idOf is how a chain is named by its first sector; an empty one has none.
func idOf(first, length int64) uint32 {
	if length == 0 {
		return idEndOfChain
	}
	return uint32(first)
}

// first is the sector at which a chain begins.
func (l *cfbLayout) first(chain int) int64 {
	var n int64
	for _, c := range l.chains[:chain] {
		n += c
	}
	return n
}

// addMini puts a small stream into the mini stream.
func (l *cfbLayout) addMini(content []byte) uint32 {
	if len(content) == 0 {
		return idEndOfChain
	}
	first := len(l.miniFAT)
	l.mini = append(l.mini, content...)
	for len(l.mini)%miniSectorBytes != 0 {
		l.mini = append(l.mini, 0)
	}
	for n := first + 1; n < len(l.mini)/miniSectorBytes; n++ {
		l.miniFAT = append(l.miniFAT, uint32(n))
	}
	l.miniFAT = append(l.miniFAT, idEndOfChain)
	return uint32(first)
}

// cfbOut writes in little-endian order and remembers the first error and how much
// was written.
type cfbOut struct {
	w   *bufio.Writer
	n   int64
	err error
}

func (o *cfbOut) Write(p []byte) (int, error) {
	n, err := o.w.Write(p)
	o.n += int64(n)
	return n, err
}

func (o *cfbOut) put(values ...any) {
	for _, v := range values {
		if o.err == nil {
			o.err = binary.Write(o, binary.LittleEndian, v)
		}
	}
}

// pad fills the sector.
func (o *cfbOut) pad(fill byte) {
	if over := o.n % sectorBytes; over > 0 {
		rest := make([]byte, sectorBytes-over)
		for i := range rest {
			rest[i] = fill
		}
		o.put(rest)
	}
}

// write writes the whole file. big writes the content of the big stream, if it
// does not lie in the mini stream.
func (l *cfbLayout) write(w io.Writer, big func(io.Writer) error) error {
	out := &cfbOut{w: bufio.NewWriterSize(w, 64<<10)}
	l.header(out)
	if out.err == nil && l.chains[0] > 0 {
		out.err = big(out)
	}
	out.pad(0)
	out.put(l.mini)
	out.pad(0)
	out.put(l.miniFAT)
	out.pad(0xff)
	for i := range l.entries {
		l.entries[i].write(out)
	}
	for n := len(l.entries); n%(sectorBytes/entryBytes) != 0; n++ {
		(&cfbEntry{left: -1, right: -1, child: -1}).write(out)
	}
	l.table(out)
	if out.err != nil {
		return out.err
	}
	return out.w.Flush()
}

// header is the first sector (MS-CFB 2.2).
func (l *cfbLayout) header(out *cfbOut) {
	fatAt := l.first(len(l.chains))
	out.put([]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), make([]byte, 16),
		uint16(0x3e), uint16(3), uint16(0xfffe), uint16(9), uint16(6), make([]byte, 6),
		uint32(0), uint32(l.fat), idOf(l.first(3), l.chains[3]), uint32(0), uint32(miniCutoff),
		idOf(l.first(2), l.chains[2]), uint32(l.chains[2]), idOf(fatAt+l.fat, l.difat), uint32(l.difat))
	for i := range int64(headerDIFAT) {
		out.put(l.fatSector(fatAt, i))
	}
}

// fatSector names the i-th sector of the allocation table.
func (l *cfbLayout) fatSector(fatAt, i int64) uint32 {
	if i >= l.fat {
		return idFree
	}
	return uint32(fatAt + i)
}

// table writes the allocation table and, where the header has no room for the
// numbers of its sectors, the table of those.
func (l *cfbLayout) table(out *cfbOut) {
	fatAt := l.first(len(l.chains))
	sector := make([]byte, 0, sectorBytes)
	id := func(v uint32) {
		if sector = binary.LittleEndian.AppendUint32(sector, v); len(sector) == sectorBytes {
			out.put(sector)
			sector = sector[:0]
		}
	}
	n := int64(0)
	for _, length := range l.chains {
		for i := range length {
			if n++; i == length-1 {
				id(idEndOfChain)
			} else {
				id(uint32(n))
			}
		}
	}
	for range l.fat {
		id(idFAT)
	}
	for range l.difat {
		id(idDIFAT)
	}
	for n += l.fat + l.difat; n < l.fat*idsInSector; n++ {
		id(idFree)
	}
	for s := range l.difat {
		for i := range int64(idsInSector - 1) {
			id(l.fatSector(fatAt, headerDIFAT+s*(idsInSector-1)+i))
		}
		if s == l.difat-1 {
			id(idEndOfChain)
		} else {
			id(uint32(fatAt + l.fat + s + 1))
		}
	}
}

// write writes an entry of the directory (MS-CFB 2.6). No times, no class: nothing
// says who made the file or when.
func (e *cfbEntry) write(out *cfbOut) {
	name := make([]uint16, 32)
	units := copy(name, utf16.Encode([]rune(e.name)))
	nameBytes, colour := uint16(0), byte(1)
	if e.kind != 0 {
		nameBytes = uint16(2*units + 2)
	}
	if e.red {
		colour = 0
	}
	out.put(name, nameBytes, e.kind, colour, int32(e.left), int32(e.right), int32(e.child),
		make([]byte, 16), uint32(0), make([]byte, 16), e.start, uint64(e.size))
}
