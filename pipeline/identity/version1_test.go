package identity

import (
	"io"
	"maps"
	"reflect"
	"slices"
	"testing"

	"baitai/crypto"
	"baitai/pipeline/person"
)

// asVersion1 loads people into a generation whose base is as the first version wrote
// it: blocks packed whole, and no words.
func asVersion1(t *testing.T, o Options, key *crypto.Identity, vs ...*person.Version) {
	t.Helper()
	mustBuild(t, o, vs...)
	f := mustOpen(t, o.Dir, key)
	l := f.layers[0]
	b, err := newBuilder(o)
	if err != nil {
		t.Fatal(err)
	}
	c, err := crypto.NewCompressor(blockBytesMax)
	if err != nil {
		t.Fatal(err)
	}
	x := *l.index
	x.lexicon, x.blocks, x.partNames = nil, nil, nil
	var part []byte
	for n := range uint32(len(l.index.blocks)) {
		block, done, err := f.block(l, n, false)
		if err != nil {
			t.Fatal(err)
		}
		var records []string
		for i := range block.people {
			record, err := block.record(i)
			if err != nil {
				t.Fatal(err)
			}
			records = append(records, record)
		}
		done()
		raw := blockOf(records...)
		packed := c.Compress(nil, raw)
		x.blocks = append(x.blocks, blockPlace{0, uint64(len(part)), uint32(len(packed)), uint32(len(raw))})
		part = append(part, packed...)
	}
	put := func(name string, text []byte) {
		if err := b.folder.put(name, func(w io.Writer) error { _, err := w.Write(text); return err }); err != nil {
			t.Fatal(err)
		}
	}
	put(peoplePart(0), part)
	for kind := range l.keys {
		for _, p := range l.keys[kind] {
			text, err := p.readAll()
			if err != nil {
				t.Fatal(err)
			}
			put(p.entry.Name, text)
		}
	}
	put(indexName, x.encode())
	if string(x.encode()[:len(indexMagicWhole)]) != indexMagicWhole {
		t.Fatal("the index is not of the first version")
	}
	if err := b.publish(counts(f.manifest.Counts), []layerEntry{{Kind: kindBase, Parts: b.folder.parts}}); err != nil {
		t.Fatal(err)
	}
}

// What the first version wrote answers as before, takes deltas in words, and becomes
// a base in words.
func TestABaseOfTheFirstVersionIsAskedAndUpdated(t *testing.T) {
	key := testKey(t)
	before, now := testOptions(siteDir(t), key), testOptions(siteDir(t), key)
	people := many(60)
	asVersion1(t, before, key, people...)
	mustBuild(t, now, people...)
	same := func(what string) {
		t.Helper()
		a, b := mustOpen(t, before.Dir, key), mustOpen(t, now.Dir, key)
		if _, err := Verify(before.Dir, key, nil); err != nil {
			t.Errorf("%s: %v", what, err)
		}
		x, y := everybodyNow(t, a), everybodyNow(t, b)
		if !slices.Equal(slices.Sorted(maps.Keys(x)), slices.Sorted(maps.Keys(y))) {
			t.Fatalf("%s: other people", what)
		}
		for code, vs := range x {
			if !slices.EqualFunc(vs, y[code], equalVersions) {
				t.Errorf("%s: %s is another", what, code)
			}
		}
		rows := []RowKeys{rowFor(people[4]), rowFor(people[20]), rowFor(people[59]), rowFor(someone(99))}
		if p, q := candidates(t, a, rows), candidates(t, b, rows); !reflect.DeepEqual(p, q) || len(p[0]) == 0 {
			t.Errorf("%s: candidates %v and %v", what, p, q)
		}
	}
	same("the base")
	for _, o := range []Options{before, now} {
		mustUpdate(t, o, key, next(people[4]))
	}
	if f := mustOpen(t, before.Dir, key); len(f.layers) != 2 || f.layers[0].index.lexicon != nil || f.layers[1].index.lexicon == nil || f.layers[1].index.ofBase {
		t.Error("the layers are not a base of the first version and a delta in words of its own")
	}
	same("with a delta")
	for _, o := range []Options{before, now} {
		var changed []*person.Version
		for _, v := range people[10:40] { // too many for a delta
			changed = append(changed, next(v))
		}
		mustUpdate(t, o, key, changed...)
	}
	if f := mustOpen(t, before.Dir, key); len(f.layers) != 1 || f.layers[0].index.lexicon == nil {
		t.Error("there is no new base in words")
	}
	same("a new base")
}

// candidates are the codes of whom rows find.
func candidates(t *testing.T, f *File, rows []RowKeys) [][]string {
	t.Helper()
	found, err := f.Candidates(testGrant(t), rows)
	if err != nil {
		t.Fatal(err)
	}
	codes := make([][]string, len(rows))
	for i, r := range found {
		for _, c := range r.Candidates {
			vs, err := c.Versions()
			if err != nil {
				t.Fatal(err)
			}
			codes[i] = append(codes[i], vs[0].Code.Reveal())
		}
		slices.Sort(codes[i])
	}
	return codes
}
