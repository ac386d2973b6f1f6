package identity

import (
	"encoding/binary"
	"slices"
	"sync"

	"baitai/crypto"
)

// A block holds the records of up to blockPeople people: their number, the end
// of each record, counted from the first, and the records. It is packed by zstd.

// blockBytesMax bounds what a block can unpack to: a thousand people of some
// hundred versions of the longest fields that an extract may have.
const blockBytesMax = 256 << 20

// A blockBuilder puts records into an unpacked block.
type blockBuilder struct {
	head int // bytes before the records
	buf  []byte
	n    int
}

// begin begins a block of so many records, in the memory of the one before.
func (b *blockBuilder) begin(records int) {
	b.n, b.head = 0, 4+4*records
	b.buf = binary.BigEndian.AppendUint32(slices.Grow(b.buf[:0], b.head), uint32(records))[:b.head]
}

// add adds the next record, which encode appends.
func (b *blockBuilder) add(encode func(dst []byte) []byte) {
	b.buf = encode(b.buf)
	binary.BigEndian.PutUint32(b.buf[4+4*b.n:], uint32(len(b.buf)-b.head))
	b.n++
}

// finish returns the block, of as many records as were announced, until the next
// begins.
func (b *blockBuilder) finish() ([]byte, error) {
	if len(b.buf) > blockBytesMax {
		return nil, errTooMuch
	}
	return b.buf, nil
}

// A block is unpacked and checked: record gives any of its people.
type block struct {
	raw    []byte
	people int
}

func openBlock(raw []byte) (block, error) {
	if len(raw) < 4 {
		return block{}, errCorrupt
	}
	b := block{raw, int(binary.BigEndian.Uint32(raw))}
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

func (b block) end(i int) int { return int(binary.BigEndian.Uint32(b.raw[4+4*i:])) }

// bytes is the i-th record, as long as the block is not used again.
func (b block) bytes(i int) []byte {
	start := 0
	if i > 0 {
		start = b.end(i - 1)
	}
	body := b.raw[4+4*b.people:]
	return body[start:b.end(i)]
}

// record returns a copy of the i-th record.
func (b block) record(i int) string { return string(b.bytes(i)) }

// A packing lends compressors to workers, each of which needs one of its own.
type packing struct{ pool sync.Pool }

func (p *packing) get() (*crypto.Compressor, error) {
	if c, ok := p.pool.Get().(*crypto.Compressor); ok {
		return c, nil
	}
	return crypto.NewCompressor(blockBytesMax)
}

func (p *packing) pack(raw []byte) ([]byte, error) {
	c, err := p.get()
	if err != nil {
		return nil, err
	}
	defer p.pool.Put(c)
	return c.Compress(nil, raw), nil
}

// unpack appends to dst, which has room for the block.
func (p *packing) unpack(dst, packed []byte, rawBytes uint32) ([]byte, error) {
	c, err := p.get()
	if err != nil {
		return nil, err
	}
	defer p.pool.Put(c)
	raw, err := c.Decompress(dst[:0], packed)
	if err == nil && len(raw) != int(rawBytes) {
		err = errCorrupt
	}
	return raw, err
}
