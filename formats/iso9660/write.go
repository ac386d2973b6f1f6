package iso9660

import (
	"bufio"
	"encoding/binary"
	"io"
	"strings"
	"time"
	"unicode/utf16"
)

// The two trees of an image.
const (
	primary = iota
	joliet
)

const (
	systemArea = 16             // sectors that belong to whoever starts a machine from the disc
	firstTable = systemArea + 3 // behind the three descriptors
	label      = "BAITAI"
)

// WriteTo writes the image. A file that is longer or shorter than it was said to be
// is [ErrChanged].
func (m *Image) WriteTo(w io.Writer) (int64, error) {
	count := &counter{w: w}
	out := bufio.NewWriterSize(count, 1<<20)
	if _, err := out.Write(m.head()); err != nil {
		return count.n, err
	}
	for _, p := range m.files {
		if err := p.copyTo(out); err != nil {
			return count.n, err
		}
	}
	if _, err := out.Write(make([]byte, runOut*sectorSize)); err != nil {
		return count.n, err
	}
	err := out.Flush()
	return count.n, err
}

type counter struct {
	w io.Writer
	n int64
}

func (c *counter) Write(p []byte) (int, error) {
	n, err := c.w.Write(p)
	c.n += int64(n)
	return n, err
}

// copyTo writes one file and fills its last sector.
func (p *placed) copyTo(w io.Writer) error {
	in, err := p.Open()
	if err != nil {
		return err
	}
	defer in.Close()
	n, err := io.Copy(w, io.LimitReader(in, p.Size))
	if err != nil {
		return err
	}
	if more, err := in.Read(make([]byte, 1)); n != p.Size || more != 0 || err != io.EOF {
		return ErrChanged
	}
	_, err = w.Write(make([]byte, ceil(p.Size)*sectorSize-p.Size))
	return err
}

// head is everything before the first file.
func (m *Image) head() []byte {
	end := m.own[joliet].folder + m.own[joliet].folderSize/sectorSize
	out := make([]byte, end*sectorSize)
	at := func(sector int64) []byte { return out[sector*sectorSize:] }
	m.descriptor(at(systemArea), primary)
	m.descriptor(at(systemArea+1), joliet)
	copy(at(systemArea+2), "\xffCD001\x01")
	for tree := range m.own {
		copy(at(firstTable+2*int64(tree)), m.pathTable(tree, binary.LittleEndian))
		copy(at(firstTable+2*int64(tree)+1), m.pathTable(tree, binary.BigEndian))
		d := m.own[tree]
		pack(at(d.root), [][]byte{
			m.dirRecord(d.root, sectorSize, []byte{0}), m.dirRecord(d.root, sectorSize, []byte{1}),
			m.dirRecord(d.folder, d.folderSize, m.folderName(tree)),
		})
		pack(at(d.folder), m.records(tree, nil))
	}
	return out
}

// descriptor fills the primary or the supplementary (Joliet) volume descriptor.
func (m *Image) descriptor(b []byte, tree int) {
	b[0] = 1
	text := func(from, to int, s string) { copy(b[from:to], pad(tree, s, to-from)) }
	if tree == joliet {
		b[0] = 2
		copy(b[88:], "%/E") // UCS-2, level 3
	}
	copy(b[1:], "CD001\x01")
	text(8, 40, "")
	text(40, 72, label)
	both32(b[80:], m.sectors)
	both16(b[120:], 1)
	both16(b[124:], 1)
	both16(b[128:], sectorSize)
	table := len(m.pathTable(tree, binary.LittleEndian))
	both32(b[132:], int64(table))
	binary.LittleEndian.PutUint32(b[140:], uint32(firstTable+2*tree))
	binary.BigEndian.PutUint32(b[148:], uint32(firstTable+2*tree+1))
	copy(b[156:190], m.dirRecord(m.own[tree].root, sectorSize, []byte{0}))
	text(190, 318, "")
	text(318, 446, "")
	text(446, 574, "")
	text(574, 702, "BAITAI")
	text(702, 739, "")
	text(739, 776, "")
	text(776, 813, "")
	day := longDate(m.at)
	copy(b[813:], day)
	copy(b[830:], day)
	copy(b[847:], "0000000000000000\x00") // never expires
	copy(b[864:], day)
	b[881] = 1
}

// pathTable lists the two folders of a tree.
func (m *Image) pathTable(tree int, order binary.AppendByteOrder) []byte {
	entry := func(out, name []byte, sector int64) []byte {
		out = append(out, byte(len(name)), 0)
		out = order.AppendUint32(out, uint32(sector))
		out = order.AppendUint16(out, 1) // the root is the parent of both
		out = append(out, name...)
		if len(name)%2 == 1 {
			out = append(out, 0)
		}
		return out
	}
	out := entry(nil, []byte{0}, m.own[tree].root)
	return entry(out, m.folderName(tree), m.own[tree].folder)
}

// records are the entries of the folder: itself, its parent, the files in order, one
// record for each extent.
func (m *Image) records(tree int, out [][]byte) [][]byte {
	d := m.own[tree]
	out = append(out, m.dirRecord(d.folder, d.folderSize, []byte{0}), m.dirRecord(d.root, sectorSize, []byte{1}))
	for _, p := range m.order(tree) {
		name := m.name(tree, p)
		first, left := p.first, p.Size
		for left > m.extent {
			out = append(out, m.record(first, m.extent, 0x80, name))
			first, left = first+m.extent/sectorSize, left-m.extent
		}
		out = append(out, m.record(first, left, 0, name))
	}
	return out
}

func (m *Image) dirRecord(sector, size int64, name []byte) []byte {
	return m.record(sector, size, 0x02, name)
}

func (m *Image) record(sector, size int64, flags byte, name []byte) []byte {
	b := make([]byte, 33+len(name)+(len(name)+1)%2)
	b[0] = byte(len(b))
	both32(b[2:], sector)
	both32(b[10:], size)
	copy(b[18:], shortDate(m.at))
	b[25] = flags
	both16(b[28:], 1)
	b[32] = byte(len(name))
	copy(b[33:], name)
	return b
}

// pack lays records one behind the other; none crosses the border of a sector.
func pack(to []byte, records [][]byte) {
	at := 0
	for _, r := range records {
		if at%sectorSize+len(r) > sectorSize {
			at = (at/sectorSize + 1) * sectorSize
		}
		at += copy(to[at:], r)
	}
}

// sectorsOf counts the sectors that pack needs.
func sectorsOf(records [][]byte) int64 {
	at := 0
	for _, r := range records {
		if at%sectorSize+len(r) > sectorSize {
			at = (at/sectorSize + 1) * sectorSize
		}
		at += len(r)
	}
	return ceil(int64(at))
}

func (m *Image) name(tree int, p *placed) []byte {
	if tree == joliet {
		return ucs2(p.Name)
	}
	return []byte(p.plain)
}

func (m *Image) folderName(tree int) []byte {
	if tree == joliet {
		return ucs2(m.folder)
	}
	return []byte(plain(m.folder, 31))
}

func ucs2(s string) []byte {
	var out []byte
	for _, u := range utf16.Encode([]rune(s)) {
		out = binary.BigEndian.AppendUint16(out, u)
	}
	return out
}

// pad fills a text field with spaces, as the characters of its tree are.
func pad(tree int, s string, size int) []byte {
	if tree == joliet {
		return append(ucs2(s+strings.Repeat(" ", size/2-len(s))), make([]byte, size%2)...)
	}
	return []byte(s + strings.Repeat(" ", size-len(s)))
}

func both32(b []byte, n int64) {
	binary.LittleEndian.PutUint32(b, uint32(n))
	binary.BigEndian.PutUint32(b[4:], uint32(n))
}

func both16(b []byte, n uint16) {
	binary.LittleEndian.PutUint16(b, n)
	binary.BigEndian.PutUint16(b[2:], n)
}

// quarters is the distance from UTC in quarters of an hour, as dates of a disc have it.
func quarters(t time.Time) byte {
	_, east := t.Zone()
	return byte(int8(east / (15 * 60)))
}

func longDate(t time.Time) []byte {
	return append([]byte(t.Format("20060102150405")+"00"), quarters(t))
}

func shortDate(t time.Time) []byte {
	return []byte{byte(t.Year() - 1900), byte(t.Month()), byte(t.Day()), byte(t.Hour()), byte(t.Minute()), byte(t.Second()), quarters(t)}
}
