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
	blocks []string
	block  strings.Builder
	left   int // bytes that may still be kept
	full   bool
	rows   int64
	line   int // of the last row
}

// keepDefault is what a list of a million rows with the four particulars takes:
// 115 bytes a row in UTF-8, measured, and some room.
const keepDefault = 128 << 20

// keptBlock is how much is allocated at once.
const keptBlock = 256 << 10

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
		take := max(size, keptBlock)
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
		k.blocks = append(k.blocks, k.block.String())
	}
	k.block = strings.Builder{}
}

func (k *kept) number(n uint64) {
	for ; n >= 0x80; n >>= 7 {
		k.block.WriteByte(byte(n) | 0x80)
	}
	k.block.WriteByte(byte(n))
}

// each gives the rows that were kept; it reports false where do did.
func (k *kept) each(cells *raw, do func(line int) bool) bool {
	line := 0
	for _, block := range k.blocks {
		for block != "" {
			var n uint64
			n, block = cutNumber(block)
			line += int(n)
			for _, f := range k.fields {
				n, block = cutNumber(block)
				cells[f] = formats.Cell{Text: block[:n>>3], Kind: formats.CellKind(n & 7)}
				block = block[n>>3:]
			}
			if !do(line) {
				return false
			}
		}
	}
	return true
}

func cutNumber(s string) (n uint64, rest string) {
	for i, shift := 0, 0; ; i, shift = i+1, shift+7 {
		n |= uint64(s[i]&0x7F) << shift
		if s[i] < 0x80 || shift+7 > bits.UintSize {
			return n, s[i+1:]
		}
	}
}
