package identity

import (
	"cmp"
	"errors"
	"path/filepath"
	"runtime"
	"sync"

	"baitai/crypto"
	"baitai/pipeline/authority"
	"baitai/pipeline/normal"
)

// A File is one generation of the identity file, open for reading. It may be
// used by several goroutines, and stays as it is while newer generations are
// loaded and while its folder is removed. Close gives its files back.
type File struct {
	digest    string
	manifest  *manifest
	summary   Summary
	tables    *normal.Tables
	parts     []*part // all of them, in the order of the manifest
	layers    []*layer
	blocks    *cache[uint32, block] // by number of the block, over all layers
	whole     *unpacking            // of blocks of the first version
	packed    sync.Pool             // of *[]byte: memory for a block that is read
	raw       sync.Pool             // and for one that is unpacked and let go
	stretches sync.Pool             // and for blocks that are read at once
	merging   sync.Pool             // of *merging
	workers   int
	most      int // candidates that one row may have
}

// cachedBlocks is how many blocks a File keeps, about 6 MB. A call that
// needs more than that passes the cache by.
const cachedBlocks = 64

// MaxCandidates is the most people that one row is given. A row that points to
// more has no candidates at all and is marked: see [Found].
const MaxCandidates = 1000

// Open opens the current generation under dir, the folder identity/ of a site.
// It reads manifest and index; a part is opened when it is first needed. Errors
// are [ErrNone], [*DamagedError], [*VersionError], and crypto.ErrNoMatch where
// ids opens none of it. tables are the places by which addresses are folded, nil
// for the embedded ones; where the keys were made by others, see [File.Stale].
func Open(dir string, ids *crypto.Identity, tables *normal.Tables) (*File, error) {
	digest, err := Current(dir)
	if err != nil {
		return nil, err
	}
	return OpenGeneration(dir, digest, ids, tables)
}

// OpenGeneration opens the generation of the given digest while it is kept, so
// that an answer can be made again against what it was made against.
func OpenGeneration(dir, digest string, ids *crypto.Identity, tables *normal.Tables) (*File, error) {
	if len(digest) != 64 {
		return nil, &DamagedError{currentName, errCorrupt}
	}
	m, err := readManifest(dir, digest)
	if err != nil {
		return nil, err
	}
	f := &File{
		digest: digest, manifest: m, tables: cmp.Or(tables, normal.EmbeddedTables()), whole: new(unpacking),
		blocks: newCache[uint32, block](cachedBlocks), workers: runtime.GOMAXPROCS(0), most: MaxCandidates,
	}
	if err := f.load(filepath.Join(dir, genName(digest)), ids); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

func (f *File) load(dir string, ids *crypto.Identity) (err error) {
	if f.summary, err = f.manifest.summary(); err != nil {
		return &DamagedError{manifestName, err}
	}
	for i, entry := range f.manifest.Layers {
		if err := f.loadLayer(dir, layerPrefix(i), entry, ids); err != nil {
			return err
		}
	}
	return f.hide()
}

func (f *File) loadLayer(dir, prefix string, entry layerEntry, ids *crypto.Identity) error {
	parts := make(map[string]*part)
	for _, e := range entry.Parts {
		if parts[e.Name] != nil {
			return &DamagedError{manifestName, errCorrupt}
		}
		p, err := openPart(dir, e, ids)
		if err != nil {
			return err
		}
		parts[e.Name] = p
		f.parts = append(f.parts, p)
	}
	p := parts[prefix+indexName]
	if p == nil {
		return &DamagedError{prefix + indexName, errors.New("the manifest does not name it")}
	}
	text, err := p.readAll()
	if err != nil {
		return err
	}
	l := &layer{first: uint32(f.numbers()), blocks: f.blockCount()}
	if l.index, err = decodeIndex(text); err != nil {
		return &DamagedError{prefix + indexName, err}
	}
	if l.index.ofBase {
		if len(f.layers) == 0 || f.layers[0].index.lexicon == nil {
			return &DamagedError{prefix + indexName, errCorrupt}
		}
		l.index.lexicon = f.layers[0].index.lexicon
	}
	f.layers = append(f.layers, l)
	return l.arrange(prefix, parts)
}

// hide marks the people of earlier layers that a later one has, and holds the
// number of those who are left against the manifest.
func (f *File) hide() error {
	left := int64(f.numbers())
	for i, l := range f.layers {
		for _, n := range l.index.replaces {
			if n >= l.first { // of an earlier layer only
				return &DamagedError{layerPrefix(i) + indexName, errCorrupt}
			}
			of := f.layerOf(n)
			if of.hidden.all == nil {
				of.hidden = newHiddenSet(of.index.people)
			}
			if of.hidden.has(n - of.first) {
				return &DamagedError{layerPrefix(i) + indexName, errCorrupt}
			}
			of.hidden.add(n - of.first)
			left--
		}
	}
	if left != f.manifest.Counts.People || f.numbers() > 1<<32-1 {
		return &DamagedError{indexName, errCorrupt}
	}
	return nil
}

// numbers is how many numbers are taken, by people of all layers.
func (f *File) numbers() uint64 {
	if len(f.layers) == 0 {
		return 0
	}
	last := f.layers[len(f.layers)-1]
	return uint64(last.first) + uint64(last.index.people)
}

func (f *File) blockCount() uint32 {
	if len(f.layers) == 0 {
		return 0
	}
	last := f.layers[len(f.layers)-1]
	return last.blocks + uint32(len(last.index.blocks))
}

// layerOf is the layer that has a number, which MUST be below numbers.
func (f *File) layerOf(number uint32) *layer {
	i := len(f.layers) - 1
	for f.layers[i].first > number {
		i--
	}
	return f.layers[i]
}

// Close gives the open files back. The File must not be used afterwards.
func (f *File) Close() error {
	var errs []error
	for _, p := range f.parts {
		errs = append(errs, p.file.Close())
	}
	return errors.Join(errs...)
}

// Generation is the digest (SHA-256, hex) of the manifest, which names every part.
func (f *File) Generation() string { return f.digest }

// Summary is what may be shown of the generation.
func (f *File) Summary() Summary { return f.summary }

// Stale returns a [*StaleError] where the keys were made by other folding rules
// than this program's, or by other tables than those that it was opened with:
// Gather then refuses.
func (f *File) Stale() error {
	if want := f.tables.Version(); f.summary.Normal != want {
		return &StaleError{Have: f.summary.Normal, Want: want}
	}
	return nil
}

// ByNumber gives the person of that number. Numbers are those of this generation
// only; one whom a later layer has replaced is no person any more.
func (f *File) ByNumber(g authority.Grant, number uint32) (Candidate, error) {
	if !g.Valid() {
		return Candidate{}, ErrNoGrant
	}
	if uint64(number) >= f.numbers() || f.layerOf(number).replaced(number-f.layerOf(number).first) {
		return Candidate{}, ErrNoSuchPerson
	}
	l := f.layerOf(number)
	size := uint32(l.index.shape.blockPeople)
	b, done, err := f.block(l, (number-l.first)/size, true)
	if err != nil {
		return Candidate{}, err
	}
	defer done()
	record, err := b.record(int((number - l.first) % size))
	if err != nil {
		return Candidate{}, l.people[l.index.blocks[(number-l.first)/size].part].damaged(err)
	}
	return candidateOf(number, record), nil
}

// block returns a block; keep says whether it is worth remembering. The
// block may be used until done is called.
func (f *File) block(l *layer, n uint32, keep bool) (_ block, done func(), err error) {
	if b, ok := f.blocks.get(l.blocks + n); ok {
		return b, func() {}, nil
	}
	place := l.index.blocks[n]
	raw, lent, err := l.people[place.part].slice(&f.packed, place)
	if err != nil {
		return block{}, nil, err
	}
	b, release, err := f.opened(l, n, raw)
	if err != nil {
		return block{}, nil, err
	}
	if keep { // the memory is not given back
		f.blocks.put(l.blocks+n, b)
		return b, func() {}, nil
	}
	return b, func() { release(); f.packed.Put(lent) }, nil
}

// opened is a block of which raw is what lies in its part. It may be used until done is
// called, and raw is used again.
func (f *File) opened(l *layer, n uint32, raw []byte) (_ block, done func(), err error) {
	place := l.index.blocks[n]
	done = func() {}
	if l.index.lexicon == nil {
		lent := buffer(&f.raw, place.raw)
		done = func() { f.raw.Put(lent) }
		if raw, err = f.whole.unpack(*lent, raw, place.raw); err != nil {
			return block{}, nil, l.people[place.part].damaged(err)
		}
	}
	b, err := openBlock(raw, l.index.lexicon)
	if err != nil || b.people != l.peopleIn(n) {
		return block{}, nil, l.people[place.part].damaged(errCorrupt)
	}
	return b, done, nil
}

// buffer lends memory for a block.
func buffer(pool *sync.Pool, size uint32) *[]byte {
	if b, ok := pool.Get().(*[]byte); ok && cap(*b) >= int(size) {
		return b
	}
	b := make([]byte, 0, size+size/8) // blocks are about equally large
	return &b
}
