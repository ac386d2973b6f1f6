package identity

import (
	"context"
	"encoding/binary"
	"io"

	"baitai/pipeline/normal"
)

// A pair is an entry of a key part.
type pair struct {
	hash   uint64
	number uint32
}

func appendEntry(dst []byte, p pair) []byte {
	dst = binary.BigEndian.AppendUint64(dst, p.hash)
	return binary.BigEndian.AppendUint32(dst, p.number)
}

func appendItems(dst []item, entries []byte) []item {
	for ; len(entries) >= entryBytes; entries = entries[entryBytes:] {
		dst = append(dst, item{binary.BigEndian.Uint64(entries), uint64(binary.BigEndian.Uint32(entries[8:]))})
	}
	return dst
}

// A keyWriter puts the keys of all people into key parts.
type keyWriter struct {
	folder *folder
	shape  shape
	store  keyStore
}

func newKeyWriter(f *folder, s *scratch, shape shape, bufferBytes int) *keyWriter {
	return &keyWriter{folder: f, shape: shape, store: keyStore{scratch: s, bytesMost: bufferBytes}}
}

func (w *keyWriter) add(p packed) error {
	for kind, pairs := range p.pairs {
		if err := w.store.add(normal.KeyKind(kind), pairs); err != nil {
			return err
		}
	}
	return nil
}

// A keyTask is the buckets of one kind that hold whole partitions, or one of several
// that lie in a bucket.
type keyTask struct {
	kind       normal.KeyKind
	bits       uint8
	buckets    [2]int // from, to
	partitions [2]int
}

// keysWritten is what a task has written.
type keysWritten struct {
	parts      []partEntry
	partitions []partition
}

// write puts everything on the disk, partitions side by side, and its place into the
// index.
func (w *keyWriter) write(ctx context.Context, x *index, workers int) error {
	var tasks []keyTask
	for kind := range x.keys {
		tasks = append(tasks, w.tasks(normal.KeyKind(kind))...)
	}
	done, err := each(workers, tasks, func(t keyTask) (keysWritten, error) {
		if err := ctx.Err(); err != nil {
			return keysWritten{}, err
		}
		return w.task(t)
	})
	for i, d := range done {
		k := &x.keys[tasks[i].kind]
		k.bits = tasks[i].bits
		k.partitions = append(k.partitions, d.partitions...)
		w.folder.parts = append(w.folder.parts, d.parts...)
	}
	return err
}

func (w *keyWriter) tasks(kind normal.KeyKind) []keyTask {
	var bits uint8
	for w.store.entries[kind]>>bits > w.shape.partitionEntries && bits < maxPartitionBits {
		bits++
	}
	shared := min(bits, bucketBits)
	var tasks []keyTask
	for i := range 1 << shared {
		buckets, partitions := bucketBits-shared, bits-shared
		tasks = append(tasks, keyTask{kind, bits, [2]int{i << buckets, (i + 1) << buckets}, [2]int{i << partitions, (i + 1) << partitions}})
	}
	return tasks
}

func (w *keyWriter) task(t keyTask) (done keysWritten, err error) {
	items, err := w.store.of(t.kind, t.buckets[0], t.buckets[1])
	if err != nil {
		return done, err
	}
	sortItems(items, make([]item, len(items)))
	k := keyIndex{bits: t.bits}
	for p := t.partitions[0]; p < t.partitions[1]; p++ {
		n := 0
		for n < len(items) && k.partitionOf(items[n].hi) == p {
			n++
		}
		part, err := w.folder.seal(keysPart(t.kind, p), func(dst io.Writer) error { return w.pages(dst, items[:n]) })
		if err != nil {
			return done, err
		}
		done.parts = append(done.parts, part)
		done.partitions = append(done.partitions, w.partition(items[:n]))
		items = items[n:]
	}
	return done, nil
}

// partition says where the pages of sorted entries begin.
func (w *keyWriter) partition(items []item) partition {
	p := partition{entries: uint64(len(items))}
	for i := 0; i < len(items); i += w.shape.pageBytes / entryBytes {
		p.first = append(p.first, items[i].hi)
	}
	return p
}

// pages writes sorted entries. A page that is full is padded, so that every page
// begins where a chunk of the seal does.
func (w *keyWriter) pages(dst io.Writer, items []item) error {
	page := make([]byte, 0, w.shape.pageBytes)
	for len(items) > 0 {
		n := min(len(items), w.shape.pageBytes/entryBytes)
		page = page[:0]
		for _, it := range items[:n] {
			page = appendEntry(page, pair{it.hi, uint32(it.lo)})
		}
		if items = items[n:]; len(items) > 0 {
			page = append(page, make([]byte, w.shape.pageBytes-len(page))...)
		}
		if _, err := dst.Write(page); err != nil {
			return err
		}
	}
	return nil
}

func (w *keyWriter) close() { w.store.close() }
