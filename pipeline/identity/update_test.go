package identity

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"baitai/crypto"
	"baitai/pipeline/issue"
	"baitai/pipeline/person"
	"baitai/spool"
	"baitai/spool/spooltest"

	"pgregory.net/rapid"
)

func updateWith(o Options, key *crypto.Identity, vs ...*person.Version) (Loaded, error) {
	return Update(context.Background(), o, key, extracted(vs...))
}

func mustUpdate(t testing.TB, o Options, key *crypto.Identity, vs ...*person.Version) Loaded {
	t.Helper()
	loaded, err := updateWith(o, key, vs...)
	if err != nil {
		t.Fatalf("update: %v; issues: %v", err, loaded.Issues)
	}
	return loaded
}

// next is the version after v, at another address.
func next(v *person.Version) *person.Version {
	w := *v
	w.History++
	w.Address = person.NewText(fmt.Sprintf("福岡県福岡市博多区博多駅前%d番1号", w.History))
	return &w
}

// everybodyNow reads all people by walking the layers.
func everybodyNow(t interface{ Fatal(...any) }, f *File) map[string][]*person.Version {
	all := map[string][]*person.Version{}
	for _, l := range f.layers {
		for p, err := range f.everybody(l, nil) {
			if err != nil {
				t.Fatal(err)
			}
			vs, err := decodeVersions(textsOf(p.rows), new(person.Slab))
			if err != nil {
				t.Fatal(err)
			}
			if all[vs[0].Code.Reveal()] != nil {
				t.Fatal("a person stands twice")
			}
			all[vs[0].Code.Reveal()] = vs
		}
	}
	return all
}

func TestAnUpdateAddsALayer(t *testing.T) {
	dir, key := siteDir(t), testKey(t)
	o := testOptions(dir, key)
	first := mustBuild(t, o, many(120)...)
	old := mustOpen(t, dir, key)
	changed, added := next(someone(3)), someone(500)
	second := mustUpdate(t, o, key, changed, added)
	f := mustOpen(t, dir, key)
	if len(f.layers) != 2 || second.Summary.Previous != first.Digest || second.Summary.People != 121 || second.Summary.Versions != 122 || second.Rows != 2 {
		t.Errorf("%d layers, %+v", len(f.layers), second.Summary)
	}
	people := everybodyNow(t, f)
	if len(people) != 121 || !slices.EqualFunc(people[changed.Code.Reveal()], []*person.Version{changed, someone(3)}, equalVersions) {
		t.Error("the person who changed is not whole")
	}
	if s, err := Verify(dir, key, nil); err != nil || !maps.Equal(s.States, second.Summary.States) {
		t.Error(err)
	}
	if n := len(everyone(t, old)); n != 120 {
		t.Errorf("a reader of the generation before sees %d people", n)
	}
	if _, err := Sweep(nil, dir, nil); err != nil {
		t.Fatal(err)
	}
	if _, err := Verify(dir, key, nil); err != nil {
		t.Errorf("after a sweep: %v", err)
	}
	// The same rows again say nothing new.
	third := mustUpdate(t, o, key, changed, added)
	if third.Digest != second.Digest || third.Rows != 2 {
		t.Errorf("nothing new made a generation: %+v", third)
	}
	spooltest.NoLitter(t, dir)
	spooltest.NoPlain(t, dir, []string{"試験", "博多"})
}

func TestWhatContradictsTheFileIsNamed(t *testing.T) {
	dir, key := siteDir(t), testKey(t)
	o := testOptions(dir, key)
	moved := next(someone(1))
	first := mustBuild(t, o, append(many(60)[1:], someone(1), moved)...)
	other := *someone(2)
	other.Name = person.NewText("別人　一")
	for code, v := range map[issue.Code]*person.Version{
		issue.ExtractOtherVersion: &other,
		issue.ExtractBrokenChain:  func() *person.Version { v := someone(300); v.OldCode = code(999); return v }(),
		issue.ExtractForkedChain:  func() *person.Version { v := someone(301); v.OldCode = v.Code; return v }(),
	} {
		loaded, err := updateWith(o, key, someone(400), v)
		if !errors.Is(err, ErrBadRows) || len(loaded.Issues) == 0 || loaded.Issues[0].Code != code || loaded.Issues[0].Pos.Row != 3 {
			t.Errorf("%s: %v, %v", code, err, loaded.Issues)
		}
	}
	five := next(next(next(moved)))
	mustUpdate(t, o, key, five)
	loaded, err := updateWith(o, key, next(moved)) // history 3, and 5 is there
	if !errors.Is(err, ErrBadRows) || len(loaded.Issues) != 1 || loaded.Issues[0].Code != issue.ExtractGoesBack {
		t.Errorf("going back: %v, %v", err, loaded.Issues)
	}
	if _, err := updateWith(o, key); !errors.Is(err, ErrNobody) {
		t.Errorf("no rows: %v", err)
	}
	if _, err := Verify(dir, key, nil); err != nil || first.Digest == "" {
		t.Error(err)
	}
	spooltest.NoLitter(t, dir)
}

// Whatever is loaded at first, and in however many updates the rest comes, the file
// has the same people, and finds them by the same keys, as if all had been loaded at
// once.
func TestUpdatesAreALoadOfEverything(t *testing.T) {
	key := testKey(t)
	rapid.Check(t, func(rt *rapid.T) {
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "seed"), 9))
		vs := crowd(r, rapid.IntRange(2, 60).Draw(rt, "people"))
		dirs := t.TempDir()
		whole, cut := filepath.Join(dirs, "whole"), filepath.Join(dirs, "cut")
		for _, d := range []string{whole, cut} {
			if err := os.Mkdir(d, 0o700); err != nil {
				rt.Fatal(err)
			}
		}
		mustBuild(t, testOptions(whole, key), vs...)
		first := rapid.IntRange(1, len(vs)).Draw(rt, "first")
		for first < len(vs) && !vs[first].OldCode.IsZero() { // a chain begins with the former code
			first++
		}
		o := testOptions(cut, key)
		o.Workers = rapid.SampledFrom([]int{1, 2, 4}).Draw(rt, "workers")
		mustBuild(t, o, vs[:first]...)
		for rest := vs[first:]; len(rest) > 0; {
			n := rapid.IntRange(1, len(rest)).Draw(rt, "rows")
			batch := slices.Clone(rest[:n])
			r.Shuffle(len(batch), func(i, j int) { batch[i], batch[j] = batch[j], batch[i] })
			mustUpdate(t, o, key, batch...)
			rest = rest[n:]
		}
		a, b := mustOpen(t, whole, key), mustOpen(t, cut, key)
		if _, err := Verify(cut, key, nil); err != nil {
			rt.Fatal(err)
		}
		pa, pb := everybodyNow(rt, a), everybodyNow(rt, b)
		if !maps.EqualFunc(pa, pb, func(x, y []*person.Version) bool { return slices.EqualFunc(x, y, equalVersions) }) {
			rt.Fatalf("%d people, loaded at once %d", len(pb), len(pa))
		}
		if sa, sb := a.Summary(), b.Summary(); sa.People != sb.People || sa.Versions != sb.Versions || !maps.Equal(sa.States, sb.States) || !maps.Equal(sa.Municipalities, sb.Municipalities) {
			rt.Fatalf("counts %+v, loaded at once %+v", sb, sa)
		}
		rows := someRows(r, vs, 40)
		fa, err := a.Candidates(testGrant(t), rows)
		if err != nil {
			rt.Fatal(err)
		}
		fb, err := b.Candidates(testGrant(t), rows)
		if err != nil {
			rt.Fatal(err)
		}
		for i := range rows {
			if !slices.Equal(codesFound(rt, fa[i]), codesFound(rt, fb[i])) || fa[i].TooMany != fb[i].TooMany {
				rt.Fatalf("row %d finds other people", i)
			}
		}
		a.Close()
		b.Close()
	})
}

// Many updates end in a base that is the one of a load.
func TestDeltasBecomeABase(t *testing.T) {
	dir, key := siteDir(t), testKey(t)
	o := testOptions(dir, key)
	vs := many(400)
	mustBuild(t, o, vs...)
	most := 0
	for i := range 2 * layersKept {
		v := next(vs[i])
		mustUpdate(t, o, key, v)
		vs = append(vs, v)
		f := mustOpen(t, dir, key)
		most = max(most, len(f.layers))
	}
	if most != layersKept {
		t.Errorf("at most %d layers", most)
	}
	mustUpdate(t, o, key, many(450)[400:]...) // more than a few per cent
	vs = append(vs, many(450)[400:]...)
	f := mustOpen(t, dir, key)
	if len(f.layers) != 1 {
		t.Fatalf("%d layers", len(f.layers))
	}
	other := siteDir(t)
	mustBuild(t, testOptions(other, key), vs...)
	g := mustOpen(t, other, key)
	if a, b := dump(everyone(t, f)), dump(everyone(t, g)); a != b {
		t.Error("the new base is not what a load of everything makes")
	}
}

func TestADamagedDeltaIsNamed(t *testing.T) {
	dir, key := siteDir(t), testKey(t)
	o := testOptions(dir, key)
	mustBuild(t, o, many(100)...)
	mustUpdate(t, o, key, next(someone(5)), someone(200))
	vs := []*person.Version{next(someone(5)), someone(200)}
	dir, gen := copyOf(t, dir)
	for _, name := range namesIn(t, gen) {
		if len(name) < 6 || name[:6] != "delta-" {
			continue
		}
		path := filepath.Join(gen, name)
		good, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		bad := slices.Clone(good)
		bad[len(bad)-1] ^= 1
		if err := os.WriteFile(path, bad, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Verify(dir, key, nil); damagedPart(err) != name {
			t.Errorf("%s: Verify says %v", name, err)
		}
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
		if err := use(t, dir, key, vs); damagedPart(err) != name {
			t.Errorf("%s removed: %v", name, err)
		}
		if err := os.WriteFile(path, good, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := use(t, dir, key, vs); err != nil {
		t.Errorf("restored: %v", err)
	}
}

func TestUpdateIsAllOrNothing(t *testing.T) {
	if testing.Short() {
		t.Skip("plays every step of an update")
	}
	key := testKey(t)
	small := &shape{blockPeople: 2, pageBytes: 32, partBytes: 4000, partitionEntries: 1 << 20}
	options := func(disk *spool.Disk, dir string) Options {
		o := testOptions(dir, key)
		o.Disk, o.shape = disk, small
		return o
	}
	before := siteDir(t)
	mustBuild(t, options(nil, before), many(70)...)
	spooltest.EveryStep(t, func(disk *spool.Disk, dir string) error {
		if err := os.CopyFS(dir, os.DirFS(before)); err != nil {
			return err
		}
		_, err := updateWith(options(disk, dir), key, next(someone(1)), someone(90))
		return err
	}, func(t *testing.T, dir string, o spooltest.Outcome) {
		s, err := Verify(dir, key, nil)
		switch {
		case err != nil:
			t.Fatal(err)
		case o.Acked() && s.People != 71, s.People != 70 && s.People != 71:
			t.Errorf("%d people", s.People)
		}
		if _, err := Sweep(nil, dir, nil); err != nil {
			t.Fatal(err)
		}
		if o.Crashed {
			mustUpdate(t, options(nil, dir), key, next(someone(1)), someone(90))
			if s, err := Verify(dir, key, nil); err != nil || s.People != 71 {
				t.Errorf("the next update: %d people, %v", s.People, err)
			}
		}
	})
}
