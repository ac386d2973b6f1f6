package intake

import (
	"math"
	"math/bits"

	"baitai/formats"
)

// kept are the first rows of a list as the survey has read them, so that they
// need not be decoded, cut and copied again. Of each it holds the cells that mean
// something, one after the other in blocks of text, which the cells that it gives
// back are parts of.
//
// A row is: how many lines after the row before it stands; then for each field
// that has a column, in their order, eight times the length plus the kind of the
// cell, and its text. Numbers are LEB128.
type kept struct {
	fields []field // that have a column
	blocks []keptBlock
	block  []byte    // the next one, in memory that serves one after the other
	before keptBlock // what stands before the rows of block
	left   int       // bytes that may still be kept in blocks
	full   bool
	rows   int64
	line   int // of the last row
}

// keepDefault is what a list of a million rows with the four particulars takes:
// 115 bytes a row in UTF-8, measured, and some room.
const keepDefault = 128 << 20

// keptBytes is how long a block is, unless one row alone is longer: some hundred rows,
// which one goroutine works on.
const keptBytes = 64 << 10

// A keptBlock is rows that follow one another.
type keptBlock struct {
	text string
	rows int64 // before its first
	line int   // of the last row before
}

func newKept(c columns, most int) *kept {
	if most == 0 {
		most = keepDefault
	}
	return &kept{fields: c.fields, left: most, full: most < 0}
}

// add keeps a row, unless one before it was too much.
func (k *kept) add(line int, cells *raw) {
	if k.full {
		return
	}
	block := appendNumber(k.block, uint64(line-k.line))
	for _, f := range k.fields {
		c := &cells[f]
		block = appendNumber(block, uint64(len(c.Text))<<3|uint64(c.Kind))
		block = append(block, c.Text...)
	}
	if before := len(k.block); len(block) > keptBytes && before > 0 {
		k.seal()
		block = append(block[:0], block[before:]...)
	}
	if len(block) > k.left {
		k.seal()
		k.full = true
		return
	}
	k.block, k.line = block, line
	k.rows++
}

// join keeps what of a part of the list was kept by itself, where lines come before it.
func (k *kept) join(part *kept, lines int) {
	if k.full {
		return
	}
	k.seal()
	rows := k.rows
	for _, b := range part.blocks {
		if k.left -= len(b.text); k.left < 0 {
			k.full, k.rows = true, rows+b.rows
			return
		}
		k.blocks = append(k.blocks, keptBlock{b.text, rows + b.rows, lines + b.line})
	}
	k.rows, k.line = rows+part.rows, lines+part.line
	k.before = keptBlock{rows: k.rows, line: k.line}
}

// seal ends a block.
func (k *kept) seal() {
	if len(k.block) > 0 {
		k.before.text = string(k.block)
		k.blocks = append(k.blocks, k.before)
		k.left -= len(k.block)
	}
	k.block, k.before = k.block[:0], keptBlock{rows: k.rows, line: k.line}
}

// begin forgets everything but the memory of a block.
func (k *kept) begin() { *k = kept{fields: k.fields, block: k.block[:0], left: math.MaxInt} }

func appendNumber(b []byte, n uint64) []byte {
	for ; n >= 0x80; n >>= 7 {
		b = append(b, byte(n)|0x80)
	}
	return append(b, byte(n))
}

// give gives the blocks and how many rows they have, and keeps nothing any more.
func (k *kept) give() (blocks []keptBlock, rows int64) {
	blocks, rows = k.blocks, k.rows
	*k = kept{fields: k.fields, full: true}
	return blocks, rows
}

// each gives the rows of a block; it ends where do reports false.
func (k *kept) each(b keptBlock, cells *raw, do func(line int) bool) {
	for line, text := b.line, b.text; text != ""; {
		var n uint64
		n, text = cutNumber(text)
		line += int(n)
		for _, f := range k.fields {
			n, text = cutNumber(text)
			cells[f] = formats.Cell{Text: text[:n>>3], Kind: formats.CellKind(n & 7)}
			text = text[n>>3:]
		}
		if !do(line) {
			return
		}
	}
}

func cutNumber(s string) (n uint64, rest string) {
	for i, shift := 0, 0; ; i, shift = i+1, shift+7 {
		n |= uint64(s[i]&0x7F) << shift
		if s[i] < 0x80 || shift+7 > bits.UintSize {
			return n, s[i+1:]
		}
	}
}
