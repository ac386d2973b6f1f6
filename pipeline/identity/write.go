package identity

import (
	"bufio"
	"context"
	"encoding/binary"
	"io"
	"iter"

	"baitai/pipeline"
	"baitai/pipeline/issue"
	"baitai/pipeline/normal"
)

// A blockWriter puts packed blocks into people parts.
type blockWriter struct {
	folder *folder
	shape  shape
	part   uint32
	buf    []byte // blocks of the part at work
	places []blockPlace
}

func (w *blockWriter) add(p packed) error {
	if len(w.buf) > 0 && len(w.buf)+len(p.block) > w.shape.partBytes {
		if err := w.flush(); err != nil {
			return err
		}
	}
	w.places = append(w.places, blockPlace{w.part, uint64(len(w.buf)), uint32(len(p.block)), uint32(p.rawBytes)})
	w.buf = append(w.buf, p.block...)
	return nil
}

func (w *blockWriter) flush() error {
	if len(w.buf) == 0 {
		return nil
	}
	err := w.folder.put(peoplePart(w.part), func(dst io.Writer) error {
		_, err := dst.Write(w.buf)
		return err
	})
	w.part++
	w.buf = w.buf[:0]
	return err
}

// A keyWriter sorts the keys of all people and puts them into key parts.
type keyWriter struct {
	folder *folder
	shape  shape
	kinds  [normal.KeyKinds]*sorter
	counts [normal.KeyKinds]int64
}

func newKeyWriter(f *folder, s *scratch, shape shape, bufferBytes int) *keyWriter {
	w := &keyWriter{folder: f, shape: shape}
	for i := range w.kinds {
		w.kinds[i] = newSorter(s, bufferBytes/len(w.kinds))
	}
	return w
}

func (w *keyWriter) add(p packed) error {
	var number [4]byte
	for kind, pairs := range p.pairs {
		w.counts[kind] += int64(len(pairs))
		for _, k := range pairs {
			binary.BigEndian.PutUint32(number[:], k.number)
			if err := w.kinds[kind].add(k.hash, number[:]); err != nil {
				return err
			}
		}
	}
	return nil
}

// write puts everything on the disk and its place into the index. Kinds are
// sorted side by side and written one after the other.
func (w *keyWriter) write(ctx context.Context, x *index, workers int) error {
	sorted := pipeline.EachN(max(workers, 1), 1, func(row pipeline.Row[*sorter]) (*sorter, issue.List) {
		row.Value.sort()
		return row.Value, nil
	})
	sorters := func(yield func(pipeline.Row[*sorter], error) bool) {
		for i, s := range w.kinds {
			if !yield(pipeline.Row[*sorter]{No: int64(i) + 1, Value: s}, nil) {
				return
			}
		}
	}
	for row, err := range sorted(ctx, sorters) {
		if err != nil {
			return err
		}
		kind := normal.KeyKind(row.No - 1)
		if err := w.writeKind(kind, &x.keys[kind], row.Value); err != nil {
			return err
		}
	}
	return ctx.Err()
}

func (w *keyWriter) writeKind(kind normal.KeyKind, x *keyIndex, s *sorter) error {
	for w.counts[kind]>>x.bits > w.shape.partitionEntries && x.bits < maxPartitionBits {
		x.bits++
	}
	next, stop := iter.Pull2(s.sorted())
	defer stop()
	c := &pulled{next: next}
	c.advance()
	for p := range 1 << x.bits {
		var part partition
		err := w.folder.put(keysPart(kind, p), func(dst io.Writer) error {
			out := bufio.NewWriterSize(dst, w.shape.pageBytes)
			for c.ok && c.err == nil && x.partitionOf(c.rec.hi) == p {
				if err := w.writeEntry(out, &part, c.rec); err != nil {
					return err
				}
				c.advance()
			}
			if c.err != nil {
				return c.err
			}
			return out.Flush()
		})
		if err != nil {
			return err
		}
		x.partitions = append(x.partitions, part)
	}
	return nil
}

// pulled is a stream of records with its head.
type pulled struct {
	next func() (record, error, bool)
	rec  record
	err  error
	ok   bool
}

func (c *pulled) advance() { c.rec, c.err, c.ok = c.next() }

// writeEntry writes hash and number; a page that is full is padded, so that
// every page begins where a chunk of the seal does.
func (w *keyWriter) writeEntry(out *bufio.Writer, p *partition, rec record) error {
	perPage := uint64(w.shape.pageBytes / entryBytes)
	if p.entries%perPage == 0 {
		if p.entries > 0 {
			if _, err := out.Write(make([]byte, w.shape.pageBytes%entryBytes)); err != nil {
				return err
			}
		}
		p.first = append(p.first, rec.hi)
	}
	p.entries++
	var hash [8]byte
	binary.BigEndian.PutUint64(hash[:], rec.hi)
	if _, err := out.Write(hash[:]); err != nil {
		return err
	}
	_, err := out.Write(rec.rest)
	return err
}

func (w *keyWriter) close() {
	for _, s := range w.kinds {
		s.close()
	}
}
