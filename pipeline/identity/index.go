package identity

import (
	"encoding/binary"
	"fmt"
	"sort"

	"baitai/pipeline/normal"
)

// kindNames name the key files. They stand on the disk and never change.
var kindNames = [normal.KeyKinds]string{
	normal.KeyCode:         "code",
	normal.KeyNameBirth:    "name-birth",
	normal.KeyKanaBirth:    "kana-birth",
	normal.KeyBirthAddress: "birth-address",
	normal.KeyNameAddress:  "name-address",
	normal.KeyKanaAddress:  "kana-address",
}

// A shape is how a generation is cut. Readers take it from the index; tests use
// small ones.
type shape struct {
	blockPeople      int   // people in a block; the last one may have fewer
	pageBytes        int   // of a key part; one page is what a lookup opens
	partBytes        int   // packed blocks in a part, about
	partitionEntries int64 // entries in a key partition, about
}

// standardShape: a page is just a chunk of age, so that a lookup opens one; a
// block of a thousand people is 90 kB; a partition is 12 MB.
func standardShape() shape {
	return shape{blockPeople: 1000, pageBytes: 64 << 10, partBytes: 16 << 20, partitionEntries: 1 << 20}
}

// entryBytes is a hash and a person's number.
const entryBytes = 12

const (
	maxPartitionBits = 10
	indexMagic       = "BTI2"
	indexMagicWhole  = "BTI1" // of the first version: blocks are packed whole, by zstd
)

// A blockPlace is where a block of people lies.
type blockPlace struct {
	part   uint32 // people-NNNN.age
	off    uint64 // in the plain text of the part
	packed uint32 // bytes
	raw    uint32 // bytes when unpacked: as many where records are in words
}

// A partition is a part of the keys of one kind: those whose hash begins with
// the same bits. first has the first hash of each page.
type partition struct {
	entries uint64
	first   []uint64
}

// A keyIndex is all partitions of one kind, in the order of the hash.
type keyIndex struct {
	bits       uint8
	partitions []partition
}

// index says what lies where.
type index struct {
	people    uint32
	shape     shape // blockPeople and pageBytes only
	blocks    []blockPlace
	lexicon   *lexicon // nil in the first version
	ofBase    bool     // the lexicon is that of the base
	keys      [normal.KeyKinds]keyIndex
	partNames []string // by number, of people parts; derived
	replaces  []uint32 // numbers of earlier layers whose people this one has, ascending
}

// layerPrefix begins the names of the parts of a layer; the base has none.
func layerPrefix(layer int) string {
	if layer == 0 {
		return ""
	}
	return fmt.Sprintf("delta-%02d-", layer)
}

func peoplePart(n uint32) string { return fmt.Sprintf("people-%04d.age", n) }

func keysPart(kind normal.KeyKind, partition int) string {
	return fmt.Sprintf("keys-%s-%03x.age", kindNames[kind], partition)
}

func (x *index) entriesPerPage() uint64 { return uint64(x.shape.pageBytes / entryBytes) }

func pagesFor(entries, perPage uint64) uint64 { return (entries + perPage - 1) / perPage }

// partitionOf is the number of the partition that holds a hash.
func (k *keyIndex) partitionOf(hash uint64) int {
	if k.bits == 0 {
		return 0
	}
	return int(hash >> (64 - k.bits))
}

// entries is how many keys of the kind there are.
func (k *keyIndex) entries() (n uint64) {
	for i := range k.partitions {
		n += k.partitions[i].entries
	}
	return n
}

// pageOf is the first page that can hold the hash: equal hashes may begin at
// the end of the page before the first that starts with it.
func (p *partition) pageOf(hash uint64) int {
	i := sort.Search(len(p.first), func(i int) bool { return p.first[i] >= hash })
	return max(i-1, 0)
}

func (x *index) encode() []byte {
	be := binary.BigEndian
	whole := x.lexicon == nil && !x.ofBase
	b := []byte(indexMagic)
	if whole {
		b = []byte(indexMagicWhole)
	}
	b = be.AppendUint32(b, x.people)
	b = be.AppendUint32(b, uint32(x.shape.blockPeople))
	b = be.AppendUint32(b, uint32(x.shape.pageBytes))
	b = be.AppendUint32(b, uint32(len(x.blocks)))
	for _, p := range x.blocks {
		b = be.AppendUint32(b, p.part)
		b = be.AppendUint64(b, p.off)
		b = be.AppendUint32(b, p.packed)
		if whole {
			b = be.AppendUint32(b, p.raw)
		}
	}
	if !whole {
		b = x.appendLexicon(b)
	}
	b = append(b, byte(len(x.keys)))
	for _, k := range x.keys {
		b = append(b, k.bits)
		for _, p := range k.partitions {
			b = be.AppendUint64(b, p.entries)
			for _, f := range p.first {
				b = be.AppendUint64(b, f)
			}
		}
	}
	b = be.AppendUint32(b, uint32(len(x.replaces)))
	for _, n := range x.replaces {
		b = be.AppendUint32(b, n)
	}
	return b
}

// appendLexicon writes which words records are in: 1 for those of the base; or 0, how
// many there are behind the single bytes, and each with its length before it.
func (x *index) appendLexicon(b []byte) []byte {
	if x.ofBase {
		return append(b, 1)
	}
	b = binary.BigEndian.AppendUint32(append(b, 0), uint32(len(x.lexicon.text)-singles))
	for no := singles; no < len(x.lexicon.text); no++ {
		b = append(append(b, x.lexicon.size[no]), x.lexicon.bytes(no)...)
	}
	return b
}

func (x *index) decodeLexicon(r *indexReader) error {
	switch r.u8() {
	case 1:
		x.ofBase = !r.bad
		return nil
	case 0:
	default:
		return errCorrupt
	}
	n := r.u32()
	if r.bad || n > wordsMost-singles {
		return errCorrupt
	}
	x.lexicon = newLexicon()
	for range n {
		size := r.u8()
		if size < 2 || size > wordMost {
			return errCorrupt
		}
		var w word
		copy(w[:], r.take(int(size)))
		x.lexicon.add(w, size)
	}
	if r.bad {
		return errCorrupt
	}
	return nil
}

// An indexReader reads big-endian numbers; after the first fault it gives zeros.
type indexReader struct {
	b   []byte
	bad bool
}

func (r *indexReader) take(n int) []byte {
	if r.bad || n > len(r.b) {
		r.bad = true
		return make([]byte, n)
	}
	b := r.b[:n]
	r.b = r.b[n:]
	return b
}

func (r *indexReader) u8() uint8   { return r.take(1)[0] }
func (r *indexReader) u32() uint32 { return binary.BigEndian.Uint32(r.take(4)) }
func (r *indexReader) u64() uint64 { return binary.BigEndian.Uint64(r.take(8)) }

// decodeIndex checks everything that a reader later relies on: whoever holds an
// index need not look twice.
func decodeIndex(b []byte) (*index, error) {
	r := &indexReader{b: b}
	magic := string(r.take(len(indexMagic)))
	whole := magic == indexMagicWhole
	if !whole && magic != indexMagic {
		return nil, errCorrupt
	}
	x := &index{people: r.u32()}
	x.shape.blockPeople, x.shape.pageBytes = int(r.u32()), int(r.u32())
	blocks := uint64(r.u32())
	if r.bad || x.shape.blockPeople < 1 || x.shape.pageBytes < entryBytes || x.shape.pageBytes > 1<<24 ||
		blocks != pagesFor(uint64(x.people), uint64(x.shape.blockPeople)) || blocks*16 > uint64(len(r.b)) {
		return nil, errCorrupt
	}
	for range blocks {
		p := blockPlace{part: r.u32(), off: r.u64(), packed: r.u32()}
		if p.raw = p.packed; whole {
			p.raw = r.u32()
		}
		x.blocks = append(x.blocks, p)
	}
	if !whole {
		if err := x.decodeLexicon(r); err != nil {
			return nil, err
		}
	}
	for i, p := range x.blocks {
		if i == 0 && p.part != 0 || i > 0 && p.part != x.blocks[i-1].part && p.part != x.blocks[i-1].part+1 || max(p.raw, p.packed) > blockBytesMax {
			return nil, errCorrupt
		}
		if int(p.part) == len(x.partNames) {
			x.partNames = append(x.partNames, peoplePart(p.part))
		}
	}
	if int(r.u8()) != len(x.keys) {
		return nil, errCorrupt
	}
	for i := range x.keys {
		if err := x.keys[i].decode(r, x.entriesPerPage()); err != nil {
			return nil, err
		}
	}
	replaces := uint64(r.u32())
	if r.bad || uint64(len(r.b)) != 4*replaces {
		return nil, errCorrupt
	}
	for i := range replaces {
		n := r.u32()
		if i > 0 && n <= x.replaces[i-1] {
			return nil, errCorrupt
		}
		x.replaces = append(x.replaces, n)
	}
	return x, nil
}

func (k *keyIndex) decode(r *indexReader, perPage uint64) error {
	k.bits = r.u8()
	if r.bad || k.bits > maxPartitionBits {
		return errCorrupt
	}
	for range 1 << k.bits {
		p := partition{entries: r.u64()}
		pages := pagesFor(p.entries, perPage)
		if r.bad || pages*8 > uint64(len(r.b)) || p.entries > 1<<40 {
			return errCorrupt
		}
		p.first = make([]uint64, pages)
		for i := range p.first {
			p.first[i] = r.u64()
			if i > 0 && p.first[i] < p.first[i-1] {
				return errCorrupt
			}
		}
		k.partitions = append(k.partitions, p)
	}
	return nil
}
