package identity

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"baitai/pipeline/authority"
	"baitai/pipeline/normal"
	"baitai/pipeline/person"

	"pgregory.net/rapid"
)

// A model is the file as a plain map: from a key to the present codes of those
// who have it.
type model map[normal.Key]map[string]bool

func newModel(people [][]*person.Version) model {
	m := model{}
	for _, p := range people {
		var folded []*normal.Folded
		for _, v := range p {
			folded = append(folded, normal.FoldVersion(v))
		}
		for _, k := range normal.PersonKeys(nil, folded...) {
			if m[k] == nil {
				m[k] = map[string]bool{}
			}
			m[k][p[0].Code.Reveal()] = true
		}
	}
	return m
}

func (m model) find(row RowKeys) []string {
	all := map[string]bool{}
	for _, k := range row {
		for c := range m[k] {
			all[c] = true
		}
	}
	codes := make([]string, 0, len(all))
	for c := range all {
		codes = append(codes, c)
	}
	slices.Sort(codes)
	return codes
}

// codesFound are the present codes of the candidates of a row.
func codesFound(t interface{ Fatal(...any) }, r Found) []string {
	codes := []string{}
	for _, c := range r.Candidates {
		vs, err := c.Versions()
		if err != nil {
			t.Fatal(err)
		}
		codes = append(codes, vs[0].Code.Reveal())
	}
	slices.Sort(codes)
	return codes
}

// someRows are rows for people of the file, for mixtures of two of them, and for
// nobody.
func someRows(r *rand.Rand, vs []*person.Version, n int) []RowKeys {
	rows := make([]RowKeys, n)
	for i := range rows {
		a, b := *vs[r.IntN(len(vs))], vs[r.IntN(len(vs))]
		switch r.IntN(5) {
		case 0:
			a.Code, a.Name = person.ResidentCode{}, b.Name
		case 1:
			a.Code, a.Birth, a.Kana = b.Code, b.Birth, person.Text{}
		case 2:
			a.Code, a.Address, a.LastAddress = person.ResidentCode{}, b.Address, b.LastAddress
		case 3:
			rows[i] = nil
			continue
		}
		rows[i] = rowFor(&a)
	}
	return rows
}

func TestCandidatesAreThoseOfAPlainMap(t *testing.T) {
	key, g := testKey(t), testGrant(t)
	rapid.Check(t, func(t *rapid.T) {
		dir, err := os.MkdirTemp("", "identity")
		if err != nil {
			t.Fatal(err)
		}
		defer os.RemoveAll(dir)
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		vs := crowd(r, rapid.IntRange(1, 40).Draw(t, "people"))
		o := testOptions(dir, key)
		o.BufferBytes = rapid.SampledFrom([]int{0, 4000}).Draw(t, "buffer")
		o.Workers = rapid.IntRange(1, 3).Draw(t, "workers")
		o.shape = &shape{
			blockPeople: rapid.IntRange(1, 7).Draw(t, "block"), pageBytes: rapid.IntRange(entryBytes, 60).Draw(t, "page"),
			partBytes: rapid.IntRange(1, 2000).Draw(t, "part"), partitionEntries: int64(rapid.IntRange(15, 200).Draw(t, "partition")),
		}
		if loaded, err := Build(context.Background(), o, extracted(vs...)); err != nil {
			t.Fatal(err, loaded.Issues)
		}
		f, err := Open(dir, key, nil)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		m := newModel(persons(vs))
		for range 3 { // the later calls find things in the cache
			rows := someRows(r, vs, rapid.IntRange(0, 30).Draw(t, "rows"))
			found, err := f.Candidates(g, rows)
			if err != nil {
				t.Fatal(err)
			}
			if len(found) != len(rows) {
				t.Fatalf("%d rows, %d answers", len(rows), len(found))
			}
			for i, row := range rows {
				if got, want := codesFound(t, found[i]), m.find(row); !slices.Equal(got, want) || found[i].TooMany {
					t.Fatalf("row %d has %d candidates, the map has %d", i, len(got), len(want))
				}
				if !slices.IsSortedFunc(found[i].Candidates, func(a, b Candidate) int { return int(a.Number) - int(b.Number) }) {
					t.Fatalf("row %d: not in the order of the numbers", i)
				}
			}
		}
	})
}

func TestCandidatesDoNotDependOnWorkersShapeOrOtherRows(t *testing.T) {
	key, g := testKey(t), testGrant(t)
	vs := crowd(rand.New(rand.NewPCG(5, 5)), 120)
	rows := someRows(rand.New(rand.NewPCG(6, 6)), vs, 200)
	numbers := func(r Found) (ns []uint32) {
		for _, c := range r.Candidates {
			ns = append(ns, c.Number)
		}
		return ns
	}
	var want [][]uint32
	for _, workers := range []int{1, 2, 4} {
		for _, shape := range []*shape{nil, tinyShape()} {
			dir := siteDir(t)
			o := testOptions(dir, key)
			o.shape, o.Workers = shape, workers
			mustBuild(t, o, vs...)
			f := mustOpen(t, dir, key)
			f.workers = workers
			found, err := f.Candidates(g, rows)
			if err != nil {
				t.Fatal(err)
			}
			if want == nil {
				for _, r := range found {
					want = append(want, numbers(r))
				}
			}
			for i := range found {
				if !slices.Equal(numbers(found[i]), want[i]) {
					t.Fatalf("workers %d, row %d: other candidates", workers, i)
				}
				alone, err := f.Candidates(g, rows[i:i+1])
				if err != nil || !slices.Equal(numbers(alone[0]), want[i]) {
					t.Fatalf("row %d alone has other candidates: %v", i, err)
				}
			}
		}
	}
}

func TestARowThatPointsToTooManyIsMarkedAndHasNone(t *testing.T) {
	dir, key := siteDir(t), testKey(t)
	var vs []*person.Version
	for i := range 12 { // one name and birth for all, twelve pages long
		v := someone(1)
		v.Code = code(100 + i)
		vs = append(vs, v)
	}
	vs = append(vs, someone(2))
	mustBuild(t, testOptions(dir, key), vs...)
	f := mustOpen(t, dir, key)
	common := rowFor(someone(1))
	rows := []RowKeys{common, rowFor(someone(2)), append(slices.Clone(common), rowFor(someone(2))...), nil}
	for _, c := range []struct {
		most int
		want []int // candidates, -1 for too many
	}{
		{13, []int{12, 1, 13, 0}},
		{12, []int{12, 1, -1, 0}},
		{11, []int{-1, 1, -1, 0}},
		{1, []int{-1, 1, -1, 0}},
	} {
		f.most = c.most
		found, err := f.Candidates(testGrant(t), rows)
		if err != nil {
			t.Fatal(err)
		}
		for i, r := range found {
			if r.TooMany != (c.want[i] < 0) || len(r.Candidates) != max(c.want[i], 0) {
				t.Errorf("at most %d: row %d has %d candidates, too many: %v", c.most, i, len(r.Candidates), r.TooMany)
			}
		}
	}
}

func TestNobodyIsFoundWithoutAGrant(t *testing.T) {
	dir, key := siteDir(t), testKey(t)
	mustBuild(t, testOptions(dir, key), someone(1))
	f := mustOpen(t, dir, key)
	if found, err := f.Candidates(authority.Grant{}, []RowKeys{rowFor(someone(1))}); !errors.Is(err, ErrNoGrant) || found != nil {
		t.Error(err)
	}
	if c, err := f.ByNumber(authority.Grant{}, 0); !errors.Is(err, ErrNoGrant) || c != (Candidate{}) {
		t.Error(err)
	}
	if _, err := f.ByNumber(testGrant(t), 1); !errors.Is(err, ErrNoSuchPerson) {
		t.Error(err)
	}
}

func TestKeysOfOtherFoldingRulesAreNotUsed(t *testing.T) {
	dir, key := siteDir(t), testKey(t)
	mustBuild(t, testOptions(dir, key), someone(1))
	f := mustOpen(t, dir, key)
	f.summary.Normal = "0"
	_, err := f.Candidates(testGrant(t), []RowKeys{rowFor(someone(1))})
	if stale, ok := errors.AsType[*StaleError](err); !ok || stale.Have != "0" || stale.Want != normal.EmbeddedTables().Version() {
		t.Error(err)
	}
	if _, err := f.ByNumber(testGrant(t), 0); err != nil {
		t.Error(err)
	}
}

func TestNothingReveals(t *testing.T) {
	dir, key := siteDir(t), testKey(t)
	v := someone(3)
	mustBuild(t, testOptions(dir, key), v)
	f := mustOpen(t, dir, key)
	found, err := f.Candidates(testGrant(t), []RowKeys{rowFor(v)})
	if err != nil || len(found[0].Candidates) != 1 {
		t.Fatal(err)
	}
	marks := []string{v.Code.Reveal(), "試験", "天神", "しけん", fmt.Sprintf("%x", "試験"), fmt.Sprintf("%X", "試験"), fmt.Sprint([]byte("試験"))[1:10]}
	holder := struct {
		found []Found
		c     Candidate
		v     Candidate
	}{found, found[0].Candidates[0], found[0].Candidates[0]}
	for _, value := range []any{found, found[0].Candidates[0], &found[0].Candidates[0], holder, &holder} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d"} {
			printed := fmt.Sprintf(verb, value)
			var log strings.Builder
			slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "v", value)
			for _, mark := range marks {
				if strings.Contains(printed, mark) || strings.Contains(log.String(), mark) {
					t.Errorf("%s of %s reveals a person", verb, reflect.TypeOf(value))
				}
			}
		}
	}
}
