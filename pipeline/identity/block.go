package identity

import (
	"encoding/binary"
	"slices"
	"sync"

	"baitai/crypto"
	"baitai/pipeline/normal"
	"baitai/pipeline/person"
)

// A block holds the records of up to blockPeople people: their number, the end
// of each record, counted from the first, and the records, in words of a lexicon. In
// layers of the first version (indexMagicWhole) records are plain and the block is
// packed by zstd.

// blockBytesMax bounds a block, whole as it is read and (of the first version) unpacked:
// a thousand people of some hundred versions of the longest fields that an extract may
// have.
const blockBytesMax = 256 << 20

// A blockBuilder puts records into a block. They are packed when all are there: the
// words of a lexicon and what folds people drive each other out of the nearest memory.
type blockBuilder struct {
	plain []byte // the records, one after the other
	ends  []int  // of each
	buf   []byte
}

// begin begins a block, in the memory of the one before.
func (b *blockBuilder) begin() { b.plain, b.ends = b.plain[:0], b.ends[:0] }

// add adds the next record, which encode appends.
func (b *blockBuilder) add(encode func(dst []byte) []byte) {
	b.plain = encode(b.plain)
	b.ends = append(b.ends, len(b.plain))
}

// finish returns the block, until the next one is finished.
func (b *blockBuilder) finish(words *wordFinder) ([]byte, error) {
	if len(b.plain) > blockBytesMax/wordBytes { // each byte may become a word
		return nil, errTooMuch
	}
	head := 4 + 4*len(b.ends)
	b.buf = binary.BigEndian.AppendUint32(slices.Grow(b.buf[:0], head), uint32(len(b.ends)))[:head]
	from := 0
	for i, end := range b.ends {
		b.buf = words.pack(b.buf, b.plain[from:end])
		binary.BigEndian.PutUint32(b.buf[4+4*i:], uint32(len(b.buf)-head))
		from = end
	}
	return b.buf, nil
}

// A block is checked but for its words: record gives any of its people.
type block struct {
	raw     []byte
	people  int
	lexicon *lexicon // nil where records are plain
}

func openBlock(raw []byte, words *lexicon) (block, error) {
	if len(raw) < 4 {
		return block{}, errCorrupt
	}
	b := block{raw, int(binary.BigEndian.Uint32(raw)), words}
	body := len(raw) - 4 - 4*b.people
	if b.people < 0 || body < 0 {
		return block{}, errCorrupt
	}
	last := 0
	for i := range b.people {
		end := b.end(i)
		if end < last {
			return block{}, errCorrupt
		}
		last = end
	}
	if last != body {
		return block{}, errCorrupt
	}
	return b, nil
}

func (b *block) end(i int) int { return int(binary.BigEndian.Uint32(b.raw[4+4*i:])) }

// bytes is the i-th record as it lies in the block, as long as that is not used again.
func (b *block) bytes(i int) []byte {
	start := 0
	if i > 0 {
		start = b.end(i - 1)
	}
	body := b.raw[4+4*b.people:]
	return body[start:b.end(i)]
}

// record returns a copy of the i-th record, plain.
func (b *block) record(i int) (string, error) {
	if b.lexicon == nil {
		return string(b.bytes(i)), nil
	}
	plain, err := b.lexicon.unpack(nil, string(b.bytes(i)))
	return string(plain), err
}

// person decodes the i-th record.
func (b *block) person(i int) ([]*person.Version, []*normal.Folded, error) {
	record, err := b.record(i)
	if err != nil {
		return nil, nil, err
	}
	return decodePerson(record)
}

// An unpacking lends decompressors to workers, each of which needs one of its own.
type unpacking struct{ pool sync.Pool }

// unpack appends to dst, which has room for the block.
func (p *unpacking) unpack(dst, packed []byte, rawBytes uint32) ([]byte, error) {
	c, ok := p.pool.Get().(*crypto.Compressor)
	if !ok {
		var err error
		if c, err = crypto.NewCompressor(blockBytesMax); err != nil {
			return nil, err
		}
	}
	defer p.pool.Put(c)
	raw, err := c.Decompress(dst[:0], packed)
	if err == nil && len(raw) != int(rawBytes) {
		err = errCorrupt
	}
	return raw, err
}
