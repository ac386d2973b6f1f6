package identity

import (
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"baitai/pipeline/issue"
	"baitai/pipeline/person"
	"baitai/spool"
	"baitai/spool/spooltest"
)

func TestWhatIsLoadedIsWhatIsReadBack(t *testing.T) {
	dir, key := siteDir(t), testKey(t)
	vs := crowd(rand.New(rand.NewPCG(1, 1)), 200)
	o := testOptions(dir, key)
	o.Sources = func() []Source { return []Source{{SHA256: strings.Repeat("ab", 32), Rows: int64(len(vs))}} }
	loaded := mustBuild(t, o, vs...)
	f := mustOpen(t, dir, key)
	if f.Generation() != loaded.Digest || loaded.Rows != int64(len(vs)) || loaded.Faults != 0 {
		t.Errorf("generation %s, loaded %s, %d rows", f.Generation(), loaded.Digest, loaded.Rows)
	}
	want := persons(vs)
	byCode := map[string][]*person.Version{}
	for _, p := range want {
		byCode[p[0].Code.Reveal()] = p
	}
	got := everyone(t, f)
	if len(got) != len(want) {
		t.Fatalf("%d people, want %d", len(got), len(want))
	}
	for n, p := range got {
		if !slices.EqualFunc(p, byCode[p[0].Code.Reveal()], equalVersions) {
			t.Errorf("person %d is not what was loaded", n)
		}
	}
	s := f.Summary()
	if s.Versions != int64(len(vs)) || s.People != int64(len(want)) || s.LeftOutRows != 0 || len(s.Sources) != 1 ||
		s.Checkpoint != o.Checkpoint || s.Previous != "" || !s.Created.Equal(o.Now()) {
		t.Errorf("summary: %+v", s)
	}
	var inStates, inMunicipalities int64
	for _, n := range s.States {
		inStates += n
	}
	for _, n := range s.Municipalities {
		inMunicipalities += n
	}
	if inStates != s.People || inMunicipalities != s.People {
		t.Errorf("counts do not add up: %+v", s)
	}
	if _, err := Verify(dir, key, nil); err != nil {
		t.Error(err)
	}
	spooltest.NoLitter(t, dir)
	spooltest.NoPlain(t, dir, []string{"髙橋", "天神", vs[0].Code.Reveal()})
}

func TestEveryGenerationNamesTheOneBefore(t *testing.T) {
	dir, key := siteDir(t), testKey(t)
	first := mustBuild(t, testOptions(dir, key), someone(1))
	old := mustOpen(t, dir, key)
	second := mustBuild(t, testOptions(dir, key), someone(1), someone(2))
	if second.Summary.Previous != first.Digest {
		t.Error("the second generation does not name the first")
	}
	if n := len(everyone(t, old)); n != 1 {
		t.Errorf("a reader of the first generation now sees %d people", n)
	}
	again, err := OpenGeneration(dir, first.Digest, key, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	if err := os.RemoveAll(filepath.Join(dir, genName(first.Digest))); err != nil {
		t.Fatal(err)
	}
	if n := len(everyone(t, again)); n != 1 {
		t.Errorf("a reader loses its generation when the folder is removed: %d people", n)
	}
}

// A faulty load: rows without and with issues, and what must come of them.
type faulty struct {
	name   string
	rows   []*person.Version
	bad    []Extracted
	codes  []issue.Code
	people int64 // loaded where it is accepted, 99 among them
	left   int64 // people left out
}

func faultyLoads() []faulty {
	bad := func(v *person.Version, code issue.Code) Extracted {
		pos := issue.Pos{File: "extract.csv", Row: 99, Column: 7}
		if v == nil {
			return Extracted{Pos: pos, Issues: issue.List{issue.New(code, pos)}}
		}
		return NewExtracted(pos, v, issue.New(code, pos))
	}
	named := func(n, old int) *person.Version {
		v := someone(n)
		v.OldCode = code(old)
		return v
	}
	second := someone(1)
	second.History = 2
	ring := []*person.Version{named(11, 12), named(12, 11)}
	return []faulty{
		{"a faulty row", nil, []Extracted{bad(someone(1), "R306")}, []issue.Code{"R306"}, 1, 1},
		{"a faulty row of someone with a good one", []*person.Version{someone(1)}, []Extracted{bad(second, "R306")}, []issue.Code{"R306"}, 1, 1},
		{"a faulty row without a code", []*person.Version{someone(1)}, []Extracted{bad(nil, "R301")}, []issue.Code{"R301"}, 2, 0},
		{"a doubled version", []*person.Version{someone(1), second, someone(1)}, nil, []issue.Code{"R314"}, 1, 1},
		{"a broken chain", []*person.Version{named(1, 2)}, nil, []issue.Code{"R315"}, 1, 1},
		{"two heirs", []*person.Version{someone(3), named(1, 3), named(2, 3)}, nil, []issue.Code{"R316"}, 1, 1},
		{"two former codes", []*person.Version{someone(2), someone(3), named(1, 2), func() *person.Version { v := named(1, 3); v.History = 2; return v }()}, nil, []issue.Code{"R316"}, 1, 1},
		{"a ring", ring, nil, []issue.Code{"R316"}, 1, 1},
		{"a code that is its own former one", []*person.Version{named(1, 1)}, nil, []issue.Code{"R316"}, 1, 1},
		{"a faulty row in a chain", []*person.Version{someone(2)}, []Extracted{bad(named(1, 2), "R306")}, []issue.Code{"R306"}, 1, 1},
		{"a faulty row of a former code", []*person.Version{named(1, 2)}, []Extracted{bad(someone(2), "R306")}, []issue.Code{"R306"}, 1, 1},
		{"all at once", []*person.Version{someone(1), someone(1), named(5, 6)}, []Extracted{bad(someone(7), "R304")}, []issue.Code{"R304", "R314", "R315"}, 1, 3},
	}
}

func TestNothingIsLoadedFromFaultyRows(t *testing.T) {
	for _, c := range faultyLoads() {
		t.Run(c.name, func(t *testing.T) {
			dir, key := siteDir(t), testKey(t)
			before := mustBuild(t, testOptions(dir, key), someone(50))
			rows := func(yield func(Extracted, error) bool) {
				for _, b := range c.bad {
					if !yield(b, nil) {
						return
					}
				}
				for row := range extracted(append(slices.Clone(c.rows), someone(99))...) {
					if !yield(row, nil) {
						return
					}
				}
			}
			o := testOptions(dir, key)
			loaded, err := Build(context.Background(), o, rows)
			if !errors.Is(err, ErrBadRows) || loaded.Digest != "" {
				t.Errorf("not accepted: %v", err)
			}
			if got := codesOf(loaded.Issues); !slices.Equal(got, c.codes) || loaded.Faults != int64(len(c.codes)) {
				t.Errorf("issues %v, want %v", loaded.Issues, c.codes)
			}
			for _, i := range loaded.Issues {
				if i.Pos.File != "extract.csv" || i.Pos.Row == 0 {
					t.Errorf("issue without a place: %v", i)
				}
			}
			if now, err := Current(dir); err != nil || now != before.Digest {
				t.Errorf("current is %q, %v", now, err)
			}
			if names := namesIn(t, dir); len(names) != 2 {
				t.Errorf("litter: %v", names)
			}
			o.AcceptGood = true
			loaded, err = Build(context.Background(), o, rows)
			if err != nil {
				t.Fatal(err)
			}
			all := int64(len(c.rows) + len(c.bad) + 1)
			s := loaded.Summary
			if s.People != c.people || s.LeftOutPeople != c.left || s.LeftOutRows != all-s.Versions || loaded.Rows != all {
				t.Errorf("accepted: %+v", s)
			}
			if _, err := Verify(dir, key, nil); err != nil {
				t.Error(err)
			}
		})
	}
}

func codesOf(l issue.List) (codes []issue.Code) {
	for _, i := range l {
		codes = append(codes, i.Code)
	}
	return codes
}

func namesIn(t *testing.T, dir string) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

func TestALongChainIsOnePerson(t *testing.T) {
	dir, key := siteDir(t), testKey(t)
	a, b, c := someone(30), someone(20), someone(10)
	b.OldCode, c.OldCode = a.Code, b.Code
	a2 := *a
	a2.History = 7 // a new code may start its history anew
	mustBuild(t, testOptions(dir, key), c, a, someone(40), b, &a2)
	f := mustOpen(t, dir, key)
	found, err := f.Candidates(testGrant(t), []RowKeys{rowFor(a), rowFor(b), rowFor(c)})
	if err != nil {
		t.Fatal(err)
	}
	for i, r := range found {
		var chain [][]*person.Version
		for _, cand := range r.Candidates {
			vs, err := cand.Versions()
			if err != nil {
				t.Fatal(err)
			}
			if len(vs) > 1 {
				chain = append(chain, vs)
			}
		}
		if len(chain) != 1 || !slices.EqualFunc(chain[0], []*person.Version{c, b, &a2, a}, equalVersions) {
			t.Errorf("row %d does not find the whole chain, current first", i)
		}
	}
}

func TestALoadOfNobodyIsRefused(t *testing.T) {
	dir, key := siteDir(t), testKey(t)
	if _, err := Build(context.Background(), testOptions(dir, key), extracted()); !errors.Is(err, ErrNobody) {
		t.Error(err)
	}
	if _, err := Open(dir, key, nil); !errors.Is(err, ErrNone) {
		t.Error(err)
	}
	if names := namesIn(t, dir); len(names) != 0 {
		t.Errorf("litter: %v", names)
	}
}

func TestAnErrorOfTheRowsOrTheContextEndsTheLoad(t *testing.T) {
	dir, key := siteDir(t), testKey(t)
	broken := errors.New("the workbook is damaged")
	_, err := Build(context.Background(), testOptions(dir, key), func(yield func(Extracted, error) bool) {
		for row := range extracted(someone(1)) {
			if !yield(row, nil) {
				return
			}
		}
		yield(Extracted{}, broken)
	})
	if !errors.Is(err, broken) {
		t.Error(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Build(ctx, testOptions(dir, key), extracted(someone(1))); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if names := namesIn(t, dir); len(names) != 0 {
		t.Errorf("litter: %v", names)
	}
}

func TestBuildIsAllOrNothing(t *testing.T) {
	if testing.Short() {
		t.Skip("plays every step of a load")
	}
	key := testKey(t)
	small := &shape{blockPeople: 2, pageBytes: 32, partBytes: 200, partitionEntries: 1 << 20}
	after := []*person.Version{someone(1), someone(2), someone(3)}
	load := func(disk *spool.Disk, dir string, vs []*person.Version) error {
		o := testOptions(dir, key)
		o.Disk, o.shape = disk, small
		_, err := Build(context.Background(), o, extracted(vs...))
		return err
	}
	before := siteDir(t)
	if err := load(nil, before, after[:2]); err != nil {
		t.Fatal(err)
	}
	spooltest.EveryStep(t, func(disk *spool.Disk, dir string) error {
		if err := os.CopyFS(dir, os.DirFS(before)); err != nil {
			return err
		}
		return load(disk, dir, after)
	}, func(t *testing.T, dir string, o spooltest.Outcome) {
		s, err := Verify(dir, key, nil)
		switch {
		case err != nil:
			t.Fatal(err)
		case o.Acked() && s.People != 3:
			t.Error("acknowledged, but the old generation is current")
		case s.People != 2 && s.People != 3:
			t.Errorf("%d people", s.People)
		}
		current, err := Current(dir)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Sweep(nil, dir, nil); err != nil {
			t.Fatal(err)
		}
		generations := 0
		for _, name := range namesIn(t, dir) {
			switch {
			case name == currentName:
			case genPattern.MatchString(name):
				generations++
			default:
				t.Errorf("litter: %s", name)
			}
		}
		if generations != int(s.People)-1 {
			t.Errorf("%d generations after the sweep, %d people", generations, s.People)
		}
		if !o.Crashed {
			return
		}
		if err := load(nil, dir, after); err != nil {
			t.Fatal(err)
		}
		f := mustOpen(t, dir, key)
		if f.Summary().People != 3 || f.Summary().Previous != current {
			t.Errorf("the next load: %+v", f.Summary())
		}
	})
}

func TestAFullDiskEndsTheLoad(t *testing.T) {
	dir, key := siteDir(t), testKey(t)
	mustBuild(t, testOptions(dir, key), someone(1))
	o := testOptions(dir, key)
	full := errors.New("no space left")
	writes := 0
	o.Disk = spool.NewDisk(func(step string) error {
		if step == "create:write" {
			if writes++; writes > 10 {
				return full
			}
		}
		return nil
	})
	if _, err := Build(context.Background(), o, extracted(crowd(rand.New(rand.NewPCG(4, 4)), 100)...)); !errors.Is(err, full) {
		t.Error(err)
	}
	if f := mustOpen(t, dir, key); f.Summary().People != 1 {
		t.Error("the old generation is not current")
	}
	if names := namesIn(t, dir); len(names) != 2 {
		t.Errorf("litter: %v", names)
	}
}
