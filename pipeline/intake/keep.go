package intake

import (
	"math/bits"
	"strings"

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
	block  strings.Builder
	before keptBlock // what stands before the rows of block
	left   int       // bytes that may still be kept
	full   bool
	rows   int64
	line   int // of the last row
}

// keepDefault is what a list of a million rows with the four particulars takes:
// 115 bytes a row in UTF-8, measured, and some room.
const keepDefault = 128 << 20

// keptBytes is how much is allocated at once: some hundred rows, which one goroutine
// works on.
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
	size := 10
	for _, f := range k.fields {
		size += len(cells[f].Text) + 10
	}
	if k.block.Cap()-k.block.Len() < size {
		k.seal()
		take := max(size, keptBytes)
		if k.left -= take; k.left < 0 {
			k.full = true
			return
		}
		k.block.Grow(take)
	}
	k.number(uint64(line - k.line))
	for _, f := range k.fields {
		c := cells[f]
		k.number(uint64(len(c.Text))<<3 | uint64(c.Kind))
		k.block.WriteString(c.Text)
	}
	k.line = line
	k.rows++
}

// seal ends a block.
func (k *kept) seal() {
	if k.block.Len() > 0 {
		k.before.text = k.block.String()
		k.blocks = append(k.blocks, k.before)
	}
	k.block, k.before = strings.Builder{}, keptBlock{rows: k.rows, line: k.line}
}

func (k *kept) number(n uint64) {
	for ; n >= 0x80; n >>= 7 {
		k.block.WriteByte(byte(n) | 0x80)
	}
	k.block.WriteByte(byte(n))
}

// size is how many bytes have been kept.
func (k *kept) size() int64 {
	n := int64(k.block.Len())
	for _, b := range k.blocks {
		n += int64(len(b.text))
	}
	return n
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
