package identity

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"io"
	"iter"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"baitai/crypto"
	"baitai/pipeline/issue"
	"baitai/pipeline/normal"
	"baitai/pipeline/person"
)

// When an update makes a base of everybody in place of one more delta. A lookup goes
// through the keys of every layer, and people of a delta lie in blocks of their own:
// some hundredths of all people cost a bulk match a few hundredths of its time, eight
// layers an eighth. Nightly updates of ten thousand people onto five million come to
// a new base about once a fortnight.
const (
	deltaPeoplePercent = 3
	layersKept         = 8
)

// Update reads the rows of an extract of what changed (差分抽出) onto the current
// generation and makes the next one. A row of a known 住民票コード is a new version of
// that person, a row of an unknown one a new person; 旧住民票コード goes on from the
// person who held that code. People who changed are written anew, whole, into a layer
// of their own; all other parts are shared with the generation before.
//
// A version that the file has already is passed over where it is equal, and a fault
// (R321) where it is not; so is one that goes back behind the latest (R322). Where rows
// are faulty the error is [ErrBadRows], as of [Build]; with AcceptGood only where none
// is good: see [updater.holdBack]. Where nothing is new, Loaded names the current
// generation and no other is made.
//
// Rows that change and the people concerned are held in memory, about 2 kB each: an
// extract of everybody is for Build. The caller holds the lock of the site.
func Update(ctx context.Context, o Options, ids *crypto.Identity, rows iter.Seq2[Extracted, error]) (Loaded, error) {
	f, err := Open(o.Dir, ids, o.Tables)
	if err != nil {
		return Loaded{}, err
	}
	defer f.Close()
	if err := f.Stale(); err != nil {
		return Loaded{}, err
	}
	u := &updater{file: f, acceptGood: o.AcceptGood}
	o.AcceptGood = false
	if u.builder, err = newBuilder(o); err != nil {
		return Loaded{}, err
	}
	err = u.update(ctx, rows)
	if err == nil && u.loaded.Digest == "" {
		u.loaded.Digest, u.loaded.Summary = f.digest, f.summary
		defer func() { _ = o.Disk.RemoveAll(u.folder.dir) }() // swept by the next one otherwise
	}
	loaded, err := u.end(err)
	loaded.Issues = append(u.held.Issues, loaded.Issues...)
	loaded.Faults += u.held.Faults
	loaded.HeldBackRows, loaded.HeldBackPeople = u.held.HeldBackRows, u.held.HeldBackPeople
	return loaded, err
}

// An updater is an update at work.
type updater struct {
	*builder
	file       *File
	changed    []Extracted
	concerned  []concerned
	acceptGood bool
	held       Loaded // what is said of rows that are held back
}

// concerned is a person of the file about whom a row says something.
type concerned struct {
	number   uint32
	versions []*person.Version
}

func (u *updater) update(ctx context.Context, rows iter.Seq2[Extracted, error]) error {
	if err := u.collect(ctx, rows); err != nil {
		return err
	}
	if err := u.lookUp(); err != nil {
		return err
	}
	news := u.news()
	if u.acceptGood {
		var err error
		if news, err = u.holdBack(ctx, news); err != nil {
			return err
		}
	}
	if len(u.changed) > 0 && len(news) == 0 {
		u.loaded.Summary.Sources = nil
		return nil
	}
	read := u.loaded.Rows
	if err := u.read(ctx, u.together(news)); err != nil {
		return err
	}
	u.loaded.Rows = read // those of the file were read long ago
	sources := slices.Clone(u.file.manifest.Sources)
	if u.o.Sources != nil {
		sources = append(sources, u.o.Sources()...)
	}
	u.loaded.Summary.Sources = sources
	if u.wantsBase() {
		return u.writeBase(ctx)
	}
	return u.writeDelta(ctx)
}

// collect takes all rows in.
func (u *updater) collect(ctx context.Context, rows iter.Seq2[Extracted, error]) error {
	for row, err := range rows {
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return err
		}
		u.loaded.Rows++
		u.changed = append(u.changed, row)
	}
	if len(u.changed) == 0 {
		return ErrNobody
	}
	return nil
}

// lookUp finds everybody who holds or held a code that a row names.
func (u *updater) lookUp() error {
	asks := new(Asks)
	for _, row := range u.changed {
		for _, code := range row.codes() {
			asks.Add(normal.FoldQuery(&person.Query{Code: code}).Keys(nil))
		}
	}
	rows := asks.Rows()
	found, err := u.file.gather(asks)
	if err != nil {
		return err
	}
	seen := make(map[uint32]bool)
	for row := range rows {
		for _, c := range found.Of(row, nil) {
			if seen[c.Number] {
				continue
			}
			seen[c.Number] = true
			vs, err := c.Versions()
			if err != nil {
				return err
			}
			u.concerned = append(u.concerned, concerned{c.Number, vs})
		}
	}
	slices.SortFunc(u.concerned, func(a, b concerned) int { return cmp.Compare(a.number, b.number) })
	return nil
}

// news gives the rows that say something new, and marks those that contradict the
// file.
func (u *updater) news() []Extracted {
	type key struct {
		code    uint64
		history int
	}
	have, latest := make(map[key]*person.Version), make(map[uint64]int)
	for _, c := range u.concerned {
		for _, v := range c.versions {
			code := codeNumber(v.Code)
			have[key{code, v.History}] = v
			latest[code] = max(latest[code], v.History)
		}
	}
	var news []Extracted
	for _, row := range u.changed {
		if l := row.line(); len(row.Issues) == 0 {
			known := have[key{l.code, l.history}]
			switch {
			case known != nil && bytes.Equal(appendVersion(nil, known), row.encoded()):
				continue
			case known != nil:
				row.Issues = issue.List{issue.New(issue.ExtractOtherVersion, row.Pos)}
			case l.history < latest[l.code]:
				row.Issues = issue.List{issue.New(issue.ExtractGoesBack, row.Pos)}
			}
		}
		news = append(news, row)
	}
	return news
}

// together gives the versions that the people concerned have, and the new ones.
func (u *updater) together(news []Extracted) iter.Seq2[Extracted, error] {
	return func(yield func(Extracted, error) bool) {
		for _, c := range u.concerned {
			for _, v := range c.versions {
				if !yield(NewExtracted(issue.Pos{}, v), nil) {
					return
				}
			}
		}
		for _, row := range news {
			if !yield(row, nil) {
				return
			}
		}
	}
}

// wantsBase reports that the deltas have grown too large or too many.
func (u *updater) wantsBase() bool {
	base := uint64(u.file.layers[0].index.people)
	deltas := u.file.numbers() - base + uint64(len(u.changed))
	return len(u.file.layers) >= layersKept || deltas*100 > base*deltaPeoplePercent
}

// writeDelta adds a layer with the people who changed.
func (u *updater) writeDelta(ctx context.Context) error {
	u.folder.prefix = layerPrefix(len(u.file.layers))
	if words := u.file.layers[0].index.lexicon; words != nil {
		u.packer.words, u.wordsOfBase = words.finder(), true
	}
	packed, err := u.pack(ctx, u.people(ctx))
	if err != nil {
		return err
	}
	replaces := make([]uint32, len(u.concerned))
	all := counts(u.file.manifest.Counts)
	all.States, all.Municipalities = maps.Clone(all.States), maps.Clone(all.Municipalities)
	for i, c := range u.concerned {
		replaces[i] = c.number
		all.remove(c.versions)
	}
	all.add(packed)
	all.LeftOutRows, all.LeftOutPeople = 0, 0
	if err := u.writeLayer(ctx, packed, replaces); err != nil {
		return err
	}
	if err := u.share(); err != nil {
		return err
	}
	layers := append(slices.Clone(u.file.manifest.Layers), layerEntry{Kind: kindDelta, Parts: u.folder.parts})
	return u.publish(all, layers)
}

// share gives the parts of the generation before a name in the new one.
func (u *updater) share() error {
	old := filepath.Join(u.o.Dir, genName(u.file.digest))
	for _, p := range u.file.parts {
		from, to := filepath.Join(old, p.entry.Name), filepath.Join(u.folder.dir, p.entry.Name)
		err := u.o.Disk.Link(from, to)
		if errors.Is(err, errors.ErrUnsupported) || errors.Is(err, os.ErrPermission) { // a file system without links
			err = u.o.Disk.Put(u.folder.dir, p.entry.Name, 0o600, func(w io.Writer) error {
				_, err := io.Copy(w, io.NewSectionReader(p.file, 0, p.entry.Size))
				return err
			})
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// remove takes a person out of the counts.
func (c *counts) remove(vs []*person.Version) {
	one := newCounts()
	one.one(vs)
	c.People -= one.People
	c.Versions -= one.Versions
	for k := range one.States {
		if c.States[k]--; c.States[k] == 0 {
			delete(c.States, k)
		}
	}
	for k := range one.Municipalities {
		if c.Municipalities[k]--; c.Municipalities[k] == 0 {
			delete(c.Municipalities, k)
		}
	}
}
