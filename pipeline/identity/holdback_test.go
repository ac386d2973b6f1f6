package identity

import (
	"context"
	"errors"
	"fmt"
	"iter"
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

// A notice is a row of an update, with what is wrong with it by itself.
type notice struct {
	v     *person.Version
	wrong issue.Code
}

func rowsOf(list []notice) iter.Seq2[Extracted, error] {
	return func(yield func(Extracted, error) bool) {
		for i, n := range list {
			pos := issue.Pos{File: "extract.csv", Row: i + 2}
			row := NewExtracted(pos, n.v)
			if n.wrong != "" {
				row = NewExtracted(pos, n.v, issue.New(n.wrong, pos))
			}
			if !yield(row, nil) {
				return
			}
		}
	}
}

func updateGood(o Options, key *crypto.Identity, list ...notice) (Loaded, error) {
	o.AcceptGood = true
	return Update(context.Background(), o, key, rowsOf(list))
}

// renamed is the same version with another name.
func renamed(v *person.Version) *person.Version {
	w := *v
	w.Name = person.NewText("別人　" + ordinal(v.History))
	return &w
}

func TestGoodNoticesAreTakenAndFaultyOnesListed(t *testing.T) {
	dir, key := siteDir(t), testKey(t)
	o := testOptions(dir, key)
	mustBuild(t, o, many(70)...)
	heir := next(someone(5))
	heir.Code, heir.OldCode, heir.History = code(700), someone(5).Code, 1
	lost := someone(701)
	lost.OldCode = code(999)
	loaded, err := updateGood(o, key,
		notice{next(someone(1)), ""}, notice{someone(500), ""}, // good
		notice{next(someone(2)), issue.ExtractBadBirth}, notice{next(next(someone(2))), ""}, // one of two is faulty
		notice{renamed(someone(3)), ""},                                     // contradicts the file
		notice{next(someone(4)), ""}, notice{renamed(next(someone(4))), ""}, // twice
		notice{heir, ""}, notice{next(heir), issue.ExtractBadBirth}, // the code changed
		notice{lost, ""}, notice{&person.Version{History: 1}, issue.ExtractBadBirth}) // from nowhere; of nobody
	if err != nil {
		t.Fatal(err, loaded.Issues)
	}
	codes := map[issue.Code]int{}
	for _, i := range loaded.Issues {
		codes[i.Code]++
	}
	want := map[issue.Code]int{issue.ExtractBadBirth: 3, issue.ExtractOtherVersion: 1, issue.ExtractDoubledHistory: 1, issue.ExtractBrokenChain: 1}
	if !maps.Equal(codes, want) || loaded.Faults != 6 || loaded.HeldBackRows != 9 || loaded.HeldBackPeople != 5 || loaded.Rows != 11 {
		t.Errorf("faults %v, %+v", codes, loaded)
	}
	f := mustOpen(t, dir, key)
	people := everybodyNow(t, f)
	if len(people) != 71 || loaded.Summary.People != 71 || len(people[code(1).Reveal()]) != 2 || len(people[code(500).Reveal()]) != 1 {
		t.Errorf("%d people, %+v", len(people), loaded.Summary)
	}
	for n := 2; n <= 5; n++ {
		if vs := people[code(n).Reveal()]; len(vs) != 1 || !equalVersions(vs[0], someone(n)) {
			t.Errorf("person %d did not stay as they were", n)
		}
	}
	if _, err := Verify(dir, key, nil); err != nil {
		t.Error(err)
	}
	// Sent again and right, the notices are taken as if nothing had been.
	fine := []notice{{next(someone(2)), ""}, {next(next(someone(2))), ""}, {next(someone(1)), ""}}
	if again, err := updateGood(o, key, fine...); err != nil || again.Faults != 0 || again.HeldBackRows != 0 || again.Summary.Versions != loaded.Summary.Versions+2 {
		t.Errorf("%+v, %v", again, err)
	}
	spooltest.NoLitter(t, dir)
}

// TestNothingGoodIsNothingTaken: neither all faulty rows nor faulty ones beside what the
// file has already make a generation.
func TestNothingGoodIsNothingTaken(t *testing.T) {
	dir, key := siteDir(t), testKey(t)
	o := testOptions(dir, key)
	first := mustBuild(t, o, many(70)...).Digest
	for _, rows := range [][]notice{{{next(someone(2)), issue.ExtractBadBirth}}, {{someone(1), ""}, {renamed(someone(3)), ""}}} {
		if loaded, err := updateGood(o, key, rows...); !errors.Is(err, ErrBadRows) || len(loaded.Issues) != 1 || loaded.Faults != 1 || loaded.Digest != "" {
			t.Errorf("%v, %+v", err, loaded)
		}
	}
	if loaded, err := updateGood(o, key, notice{someone(1), ""}); err != nil || loaded.Digest != first {
		t.Errorf("nothing new: %+v, %v", loaded, err)
	}
	spooltest.NoLitter(t, dir)
}

// TestAFaultyNoticeChangesNobodyElse: whatever is faulty, the file is the one of an
// update with the notices of all others alone.
func TestAFaultyNoticeChangesNobodyElse(t *testing.T) {
	key, memory := testKey(t), "/dev/shm" // where an fsync costs nothing
	if _, err := os.Stat(memory); err != nil {
		memory = t.TempDir()
	}
	rapid.Check(t, func(rt *rapid.T) {
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "seed"), 11))
		var base []*person.Version
		var good, all []notice
		for _, vs := range persons(crowd(r, rapid.IntRange(2, 40).Draw(rt, "people"))) {
			slices.Reverse(vs)
			n := r.IntN(len(vs) + 1)
			base = append(base, vs[:n]...)
			rows, faulty := spoilt(r, vs[:n], vs[n:])
			all = append(all, rows...)
			if !faulty {
				good = append(good, rows...)
			}
		}
		if len(base) == 0 || len(all) == 0 {
			return
		}
		r.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		dirs, err := os.MkdirTemp(memory, "identity-")
		if err != nil {
			rt.Fatal(err)
		}
		defer os.RemoveAll(dirs)
		mixed, strict := filepath.Join(dirs, "mixed"), filepath.Join(dirs, "strict")
		for _, d := range []string{mixed, strict} {
			if err := os.Mkdir(d, 0o700); err != nil {
				rt.Fatal(err)
			}
			mustBuild(t, testOptions(d, key), base...)
		}
		loaded, err := updateGood(testOptions(mixed, key), key, all...)
		switch {
		case err != nil && (len(good) > 0 || !errors.Is(err, ErrBadRows)):
			rt.Fatal(err, loaded.Issues)
		case err == nil && len(good) == 0, loaded.HeldBackRows != int64(len(all)-len(good)):
			rt.Fatalf("%d of %d rows are good, %d were held back", len(good), len(all), loaded.HeldBackRows)
		}
		if len(good) > 0 {
			if loaded, err := Update(context.Background(), testOptions(strict, key), key, rowsOf(good)); err != nil {
				rt.Fatal(err, loaded.Issues)
			}
		}
		a, b := mustOpen(t, mixed, key), mustOpen(t, strict, key)
		pa, pb := everybodyNow(rt, a), everybodyNow(rt, b)
		if !maps.EqualFunc(pa, pb, func(x, y []*person.Version) bool { return slices.EqualFunc(x, y, equalVersions) }) {
			rt.Fatalf("%d people, with the good notices alone %d", len(pa), len(pb))
		}
		if _, err := Verify(mixed, key, nil); err != nil {
			rt.Fatal(err)
		}
	})
}

// spoilt makes notices of what is new of a person, and spoils some.
func spoilt(r *rand.Rand, had, news []*person.Version) (rows []notice, faulty bool) {
	for _, v := range news {
		rows = append(rows, notice{v, ""})
	}
	switch kind := r.IntN(8); {
	case kind == 0 && len(rows) > 0:
		rows[r.IntN(len(rows))].wrong = issue.ExtractBadBirth
		return rows, true
	case kind == 1 && len(rows) > 0:
		rows = append(rows, notice{renamed(news[r.IntN(len(news))]), ""})
		return rows, true
	case kind == 2 && len(had) > 0:
		rows = append(rows, notice{renamed(had[r.IntN(len(had))]), ""})
		return rows, true
	}
	return rows, false
}

// TestAnUpdateThatHoldsBackIsAllOrNothing at every step of it.
func TestAnUpdateThatHoldsBackIsAllOrNothing(t *testing.T) {
	if testing.Short() {
		t.Skip("plays every step of an update")
	}
	key := testKey(t)
	options := func(disk *spool.Disk, dir string) Options {
		o := testOptions(dir, key)
		o.Disk, o.shape = disk, &shape{blockPeople: 8, pageBytes: 200, partBytes: 8000, partitionEntries: 1 << 20}
		return o
	}
	before := siteDir(t)
	mustBuild(t, options(nil, before), many(70)...)
	update := func(disk *spool.Disk, dir string) error {
		loaded, err := updateGood(options(disk, dir), key, notice{next(someone(1)), ""}, notice{someone(90), ""}, notice{renamed(someone(2)), ""})
		if err == nil && (loaded.HeldBackRows != 1 || loaded.HeldBackPeople != 1) {
			err = fmt.Errorf("held back: %+v", loaded)
		}
		return err
	}
	spooltest.EveryStep(t, func(disk *spool.Disk, dir string) error {
		if err := os.CopyFS(dir, os.DirFS(before)); err != nil {
			return err
		}
		return update(disk, dir)
	}, func(t *testing.T, dir string, o spooltest.Outcome) {
		if _, err := Sweep(nil, dir, nil); err != nil {
			t.Fatal(err)
		}
		s, err := Verify(dir, key, nil)
		if err != nil || o.Acked() && s.People != 71 {
			t.Fatalf("%d people, %v", s.People, err)
		}
		if err := update(nil, dir); err != nil && (s.People == 70 || !errors.Is(err, ErrBadRows)) { // with nothing new it has only the faulty one
			t.Errorf("the next update: %v", err)
		}
		if s, err := Verify(dir, key, nil); err != nil || s.People != 71 {
			t.Errorf("after it: %d people, %v", s.People, err)
		}
	})
}
