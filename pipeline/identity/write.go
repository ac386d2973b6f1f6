package identity

import (
	"context"
	"io"
	"iter"

	"baitai/pipeline"
)

// A blockWriter puts packed blocks together to people parts.
type blockWriter struct {
	shape  shape
	part   uint32
	buf    []byte // blocks of the part at work
	spare  []byte // memory of the part before, which nobody needs any more
	places []blockPlace
}

// A plainPart is the plain text of a part, good until the one after the next.
type plainPart struct {
	name string
	text []byte
}

// full reports that the block belongs into another part.
func (w *blockWriter) full(p packed) bool {
	return len(w.buf) > 0 && len(w.buf)+len(p.block) > w.shape.partBytes
}

func (w *blockWriter) add(p packed) {
	w.places = append(w.places, blockPlace{w.part, uint64(len(w.buf)), uint32(len(p.block)), uint32(len(p.block))})
	w.buf = append(w.buf, p.block...)
}

// next is the part at work; another one begins.
func (w *blockWriter) next() plainPart {
	part := plainPart{peoplePart(w.part), w.buf}
	w.part++
	w.buf, w.spare = w.spare[:0], w.buf
	return part
}

// pack packs everybody and counts them: while a part is sealed and written, the next
// is packed. The error is [ErrBadRows] where rows are faulty, and [ErrNobody] where
// there is nobody.
func (b *builder) pack(ctx context.Context, people iter.Seq2[[][]byte, error]) (counts, error) {
	all := newCounts()
	for part, err := range pipeline.Ahead(b.parts(ctx, people, &all)) {
		if err == nil {
			err = b.folder.put(part.name, func(dst io.Writer) error {
				_, err := dst.Write(part.text)
				return err
			})
		}
		if err != nil {
			// Counting goes on for as long as the loop has not ended: nothing of it is read.
			return counts{}, err
		}
	}
	switch {
	case b.failed():
		return all, ErrBadRows
	case all.People == 0:
		return all, ErrNobody
	}
	return all, nil
}

// parts packs people, deals out their keys and counts.
func (b *builder) parts(ctx context.Context, people iter.Seq2[[][]byte, error], all *counts) iter.Seq2[plainPart, error] {
	return func(yield func(plainPart, error) bool) {
		for p, err := range b.packer.packPeople(ctx, people, b.shape.blockPeople, b.o.Workers) {
			if err == nil {
				err = b.keys.add(p)
			}
			if err != nil {
				yield(plainPart{}, err)
				return
			}
			all.add(p.counts)
			if b.blocks.full(p) && !yield(b.blocks.next(), nil) {
				return
			}
			b.blocks.add(p)
		}
		if len(b.blocks.buf) > 0 {
			yield(b.blocks.next(), nil)
		}
	}
}
