package identity

import (
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"iter"
	"path/filepath"
	"time"

	"baitai/crypto"
	"baitai/pipeline"
	"baitai/pipeline/issue"
	"baitai/pipeline/normal"
	"baitai/spool"
)

// Options says how a generation is loaded.
type Options struct {
	Disk       *spool.Disk
	Dir        string             // the folder identity/ of the site; it exists
	Recipients []crypto.Recipient // who can open the generation
	Now        func() time.Time
	Sources    func() []Source // asked for once, after the last row; nil for none
	Checkpoint string          // of the ledger, kept in the manifest
	// AcceptGood takes what is good where rows are faulty. Of people who have a
	// faulty row nothing is taken (see the package comment): a load leaves them out
	// whole, an update leaves them as they are.
	AcceptGood bool
	// PeopleLeast refuses a generation of fewer people, as a [FewerError]; 0 for any
	// number. One extract too few must not empty the file unnoticed.
	PeopleLeast int64
	Workers     int // goroutines; below 1 is 1
	// Tables are the places by which addresses are folded; nil for the embedded
	// ones. Whoever reads the generation must have the same ones.
	Tables *normal.Tables
	// BufferBytes bounds what is sorted in memory, 0 for 256 MiB. What does not
	// fit goes to nameless files in Dir, sealed to a key that is never stored.
	BufferBytes int

	shape *shape // tests only
}

const standardBufferBytes = 256 << 20

// Loaded says what a load did, or why it did nothing.
type Loaded struct {
	Digest  string  // of the new generation, hex; "" if there is none
	Summary Summary // of the new generation
	Rows    int64   // rows read
	// Issues are the faults found in rows, the first hundred thousand; Faults is
	// how many there are.
	Issues issue.List
	Faults int64
	// Of an update that accepted what was good: rows that were not taken over, and
	// how many people they are of, as far as that can be read.
	HeldBackRows, HeldBackPeople int64
}

const maxIssues = 100_000

// Build loads rows, in any order, into a new generation and makes it current.
// Whatever happens, and whenever the program is killed, the generation before it
// stays current and whole until the new one is.
//
// If rows are faulty and that is not accepted the error is [ErrBadRows], and
// Loaded.Issues has all of them, those included that only the whole shows:
// doubled versions (R314), broken and forked chains (R315, R316).
//
// The caller holds the lock of the site: two loads at once destroy each other.
func Build(ctx context.Context, o Options, rows iter.Seq2[Extracted, error]) (Loaded, error) {
	b, err := newBuilder(o)
	if err != nil {
		return Loaded{}, err
	}
	return b.end(b.build(ctx, rows))
}

// end gives memory and disk back, and after an error all that was written.
func (b *builder) end(err error) (Loaded, error) {
	b.rows.close()
	b.keys.close()
	if err != nil {
		b.loaded.Digest, b.loaded.Summary = "", Summary{}
		err = errors.Join(err, b.o.Disk.RemoveAll(b.folder.dir))
	}
	return b.loaded, err
}

// A builder is a load at work.
type builder struct {
	o      Options
	shape  shape
	folder *folder
	loaded Loaded
	files  []issue.Pos // file and sheet of rows, by the number that is sorted with them
	chains *chains
	rows   *sorter
	keys   *keyWriter
	blocks *blockWriter
	packer *packer
	// wordsOfBase says that the packer has the words of the base, which is another layer.
	wordsOfBase bool
}

func newBuilder(o Options) (*builder, error) {
	if len(o.Recipients) == 0 {
		return nil, crypto.ErrNoRecipient
	}
	if o.BufferBytes <= 0 {
		o.BufferBytes = standardBufferBytes
	}
	o.Tables = cmp.Or(o.Tables, normal.EmbeddedTables())
	b := &builder{o: o, shape: standardShape(), chains: newChains()}
	if o.shape != nil {
		b.shape = *o.shape
	}
	dir := filepath.Join(o.Dir, buildName)
	if err := o.Disk.RemoveAll(dir); err != nil { // of a load that was killed
		return nil, err
	}
	if err := o.Disk.Mkdir(dir, 0o700); err != nil {
		return nil, err
	}
	scratch, err := newScratch(dir)
	if err != nil {
		return nil, err
	}
	b.folder = &folder{disk: o.Disk, dir: dir, recipients: o.Recipients}
	b.rows = newSorter(scratch, o.BufferBytes/4) // two at once, beside the keys
	b.keys = newKeyWriter(b.folder, scratch, b.shape, o.BufferBytes/2)
	b.blocks, b.packer = &blockWriter{shape: b.shape}, &packer{tables: o.Tables}
	return b, nil
}

func (b *builder) build(ctx context.Context, rows iter.Seq2[Extracted, error]) error {
	if err := b.read(ctx, rows); err != nil {
		return err
	}
	if b.o.Sources != nil {
		b.loaded.Summary.Sources = b.o.Sources()
	}
	counts, err := b.pack(ctx, b.people(ctx))
	if err != nil {
		return err
	}
	counts.LeftOutRows = b.loaded.Rows - counts.Versions
	counts.LeftOutPeople = int64(len(b.chains.spoiledRoots()))
	if err := b.writeLayer(ctx, counts, nil); err != nil {
		return err
	}
	return b.publish(counts, []layerEntry{{Kind: kindBase, Parts: b.folder.parts}})
}

// writeLayer writes the keys and the index of the people who were packed. replaces
// are the numbers of those of earlier layers whose place they take, ascending.
func (b *builder) writeLayer(ctx context.Context, packed counts, replaces []uint32) error {
	index := &index{people: uint32(packed.People), shape: b.shape, blocks: b.blocks.places, replaces: replaces, ofBase: b.wordsOfBase}
	if !b.wordsOfBase {
		index.lexicon = b.packer.words.lexicon
	}
	if err := b.keys.write(ctx, index, b.o.Workers); err != nil {
		return err
	}
	return b.folder.put(indexName, func(w io.Writer) error {
		_, err := w.Write(index.encode())
		return err
	})
}

// failed reports that the load ends without a generation, so that only faults
// are still looked for.
func (b *builder) failed() bool { return b.loaded.Faults > 0 && !b.o.AcceptGood }

func (b *builder) note(list ...*issue.Issue) {
	b.loaded.Faults += int64(len(list))
	b.loaded.Issues = append(b.loaded.Issues, list[:min(len(list), maxIssues-len(b.loaded.Issues))]...)
}

// read takes all rows in and sorts them by code and history number. While one buffer
// is sorted and written, the next is filled.
func (b *builder) read(ctx context.Context, rows iter.Seq2[Extracted, error]) error {
	for full, err := range pipeline.Ahead(b.buffers(ctx, rows)) {
		if err == nil {
			err = b.rows.put(full.buffer, full.last)
		}
		if err != nil {
			return err
		}
	}
	return ctx.Err()
}

// full is a buffer of rows; last says that no other will come.
type full struct {
	buffer *rowBuffer
	last   bool
}

// buffers fills two buffers in turn.
func (b *builder) buffers(ctx context.Context, rows iter.Seq2[Extracted, error]) iter.Seq2[full, error] {
	return func(yield func(full, error) bool) {
		now, next := new(rowBuffer), new(rowBuffer)
		var text []byte
		for row, err := range rows {
			if err == nil && b.loaded.Rows&1023 == 0 {
				err = ctx.Err()
			}
			var good bool
			if err == nil {
				good, err = b.take(row)
			}
			if err != nil {
				yield(full{}, err)
				return
			}
			if !good {
				continue
			}
			text = append(b.appendPos(text[:0], row.Pos), row.encoded()...)
			if b.rows.full(now, len(text)) {
				if !yield(full{now, false}, nil) {
					return
				}
				now, next = next, now
				now.reset()
			}
			now.add(rowKey(row.line().code, row.line().history), text)
		}
		yield(full{now, true}, nil)
	}
}

// take notes what a row says about others, and reports whether it is good.
func (b *builder) take(row Extracted) (good bool, err error) {
	b.loaded.Rows++
	l := row.line()
	known := l.code != noCode
	if known && l.old != noCode {
		// Also of a faulty row: without the link the people of the former code
		// would pass for people of their own.
		if i := b.chains.add(link{l.code, l.old, row.Pos}); i != nil {
			b.note(i)
		}
	}
	if len(row.Issues) > 0 {
		b.note(row.Issues...)
		if known {
			b.chains.spoil(l.code)
		}
		return false, nil
	}
	if !known || l.history < 1 || l.history > maxHistory {
		return false, errors.New("identity: internal error: a row without issues has no usable code or history number")
	}
	return true, nil
}

const (
	historyBits = 24
	posBytes    = 8
)

func rowKey(code uint64, history int) uint64 { return code<<historyBits | uint64(history) }

// appendPos puts the place of a row before it, so that a fault that shows only
// after sorting can still be named. Rows that are equal in all else thereby sort
// in the order in which they came.
func (b *builder) appendPos(dst []byte, p issue.Pos) []byte {
	row := p.Row
	p = issue.Pos{File: p.File, Sheet: p.Sheet}
	if n := len(b.files); n == 0 || b.files[n-1] != p {
		b.files = append(b.files, p)
	}
	dst = binary.BigEndian.AppendUint32(dst, uint32(len(b.files)-1))
	return binary.BigEndian.AppendUint32(dst, uint32(row))
}

func (b *builder) pos(rest []byte) issue.Pos {
	p := b.files[binary.BigEndian.Uint32(rest)]
	p.Row = int(binary.BigEndian.Uint32(rest[4:]))
	return p
}

// publish writes the manifest, gives the folder its name and makes it current.
func (b *builder) publish(counts counts, layers []layerEntry) error {
	if counts.People < b.o.PeopleLeast {
		return &FewerError{People: counts.People, Least: b.o.PeopleLeast}
	}
	previous, err := Current(b.o.Dir)
	if err != nil && !errors.Is(err, ErrNone) {
		// A damaged name of the old generation must not keep a new one out; it had
		// no reader any more.
		if _, damaged := errors.AsType[*DamagedError](err); !damaged {
			return err
		}
	}
	sources := b.loaded.Summary.Sources
	if sources == nil {
		sources = []Source{}
	}
	m := &manifest{
		Format: formatName, Version: formatVersion,
		Created:  b.o.Now().In(time.FixedZone("JST", 9*3600)).Format(time.RFC3339),
		Previous: previous, Normal: b.o.Tables.Version(), Sources: sources, Checkpoint: b.o.Checkpoint,
		Counts: countsEntry(counts),
		Layers: layers,
	}
	text, err := m.encode()
	if err != nil {
		return err
	}
	write := func(text []byte) func(io.Writer) error {
		return func(w io.Writer) error {
			_, err := w.Write(text)
			return err
		}
	}
	if err := b.o.Disk.Put(b.folder.dir, manifestName, 0o600, write(text)); err != nil {
		return err
	}
	digest := digestOf(text)
	if err := b.o.Disk.Rename(b.folder.dir, filepath.Join(b.o.Dir, genName(digest))); err != nil {
		return fmt.Errorf("identity: name the new generation: %w", err)
	}
	if err := b.o.Disk.Replace(b.o.Dir, currentName, 0o600, write([]byte(currentLine(digest)))); err != nil {
		return fmt.Errorf("identity: make the new generation current: %w", err)
	}
	b.loaded.Digest = digest
	b.loaded.Summary, err = m.summary()
	return err
}
