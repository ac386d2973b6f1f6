package identity

import (
	"cmp"
	"errors"
	"path/filepath"
	"runtime"

	"baitai/crypto"
	"baitai/pipeline/authority"
	"baitai/pipeline/normal"
	"baitai/pipeline/person"
)

// A File is one generation of the identity file, open for reading. It may be
// used by several goroutines, and stays as it is while newer generations are
// loaded and while its folder is removed. Close gives its files back.
type File struct {
	digest   string
	manifest *manifest
	summary  Summary
	index    *index
	parts    map[string]*part
	people   []*part                  // by number
	keys     [normal.KeyKinds][]*part // by partition
	blocks   *cache[uint32, block]    // by number of the block
	pages    *cache[pageName, []byte] // of key parts
	packing  *packing
	workers  int
	tables   *normal.Tables
	most     int // candidates that one row may have
}

type pageName struct {
	kind            normal.KeyKind
	partition, page int
}

// What a File keeps unpacked: about 20 MB of records and 16 MB of keys. A call
// that needs more than that passes the cache by.
const (
	cachedBlocks = 64
	cachedPages  = 256
)

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
		digest: digest, manifest: m, parts: make(map[string]*part), packing: new(packing),
		blocks: newCache[uint32, block](cachedBlocks), pages: newCache[pageName, []byte](cachedPages),
		workers: runtime.GOMAXPROCS(0), most: MaxCandidates, tables: cmp.Or(tables, normal.EmbeddedTables()),
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
	for _, entry := range f.manifest.Layers[0].Parts {
		if f.parts[entry.Name] != nil {
			return &DamagedError{manifestName, errCorrupt}
		}
		p, err := openPart(dir, entry, ids)
		if err != nil {
			return err
		}
		f.parts[entry.Name] = p
	}
	p, err := f.part(indexName)
	if err != nil {
		return err
	}
	text, err := p.readAll()
	if err != nil {
		return err
	}
	if f.index, err = decodeIndex(text); err != nil {
		return &DamagedError{indexName, err}
	}
	if int64(f.index.people) != f.manifest.Counts.People {
		return &DamagedError{indexName, errCorrupt}
	}
	return f.arrange()
}

// arrange puts the parts where lookups find them; manifest and index must name
// the same ones.
func (f *File) arrange() error {
	for _, name := range f.index.partNames {
		p, err := f.part(name)
		if err != nil {
			return err
		}
		f.people = append(f.people, p)
	}
	n := 1 + len(f.people)
	for kind := range f.index.keys {
		for i := range f.index.keys[kind].partitions {
			p, err := f.part(keysPart(normal.KeyKind(kind), i))
			if err != nil {
				return err
			}
			f.keys[kind] = append(f.keys[kind], p)
			n++
		}
	}
	if n != len(f.parts) {
		return &DamagedError{indexName, errCorrupt}
	}
	return nil
}

func (f *File) part(name string) (*part, error) {
	if p := f.parts[name]; p != nil {
		return p, nil
	}
	return nil, &DamagedError{name, errors.New("the manifest does not name it")}
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
// Candidates then refuses.
func (f *File) Stale() error {
	if want := f.tables.Version(); f.summary.Normal != want {
		return &StaleError{Have: f.summary.Normal, Want: want}
	}
	return nil
}

// ByNumber gives the person of that number, for `baitai explain`. Numbers are
// those of this generation only.
func (f *File) ByNumber(g authority.Grant, number uint32) (*Candidate, error) {
	if !g.Valid() {
		return nil, ErrNoGrant
	}
	if number >= f.index.people {
		return nil, ErrNoSuchPerson
	}
	size := uint32(f.index.shape.blockPeople)
	b, err := f.block(number/size, true)
	if err != nil {
		return nil, err
	}
	return f.newCandidate(number, b.record(int(number%size))), nil
}

// block returns an unpacked block; keep says whether it is worth remembering.
func (f *File) block(n uint32, keep bool) (block, error) {
	if b, ok := f.blocks.get(n); ok {
		return b, nil
	}
	place := f.index.blocks[n]
	p := f.people[place.part]
	o, err := p.open()
	if err != nil {
		return block{}, err
	}
	if place.off > uint64(o.size) || uint64(place.packed) > uint64(o.size)-place.off {
		return block{}, &DamagedError{indexName, errCorrupt}
	}
	data := make([]byte, place.packed)
	if err := p.readAt(data, int64(place.off)); err != nil {
		return block{}, err
	}
	raw, err := f.packing.unpack(data, place.raw)
	if err != nil {
		return block{}, p.damaged(err)
	}
	b, err := openBlock(raw)
	if err != nil || b.people != f.peopleIn(n) {
		return block{}, p.damaged(errCorrupt)
	}
	if keep {
		f.blocks.put(n, b)
	}
	return b, nil
}

// peopleIn is how many people a block must hold.
func (f *File) peopleIn(n uint32) int {
	size := f.index.shape.blockPeople
	return min(size, int(f.index.people)-int(n)*size)
}

// A Candidate is a person whom a row may mean. It prints nothing of the person.
type Candidate struct {
	Number uint32      // of the person in this generation
	record person.Text // encoded versions; decoded when asked for, so that a chunk of candidates stays small
	tables *normal.Tables
}

func (f *File) newCandidate(number uint32, record string) *Candidate {
	return &Candidate{number, person.NewText(record), f.tables}
}

// Read decodes and folds the versions, current first; the two slices run side by
// side. Each call does the work anew and returns values of its own.
func (c *Candidate) Read() ([]*person.Version, []*normal.Folded, error) {
	vs, err := decodePerson(c.record.Reveal())
	if err != nil {
		return nil, nil, err
	}
	folded := make([]*normal.Folded, len(vs))
	for i, v := range vs {
		folded[i] = c.tables.FoldVersion(v)
	}
	return vs, folded, nil
}
