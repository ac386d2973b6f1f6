package score

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"baitai/cmd/internal/invent"
)

func measure(t *testing.T, o Options) *Report {
	t.Helper()
	o.Dir, o.Now = t.TempDir(), time.Now
	r, err := Run(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(o.Dir); err == nil {
		t.Error("the folder of the site is still there")
	}
	return r
}

func seed(t *testing.T, name string) Seed {
	t.Helper()
	s, err := ParseSeed(name)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// The small run of the measurement: somebody else's data in no row, and no class
// so far below its bar of spec §3.4 that chance does not explain it. The full run
// is «baitai-fake score --people 5000000 --rows-per-class 5600 --seed sealed».
func TestTheBarsOfTheSpecificationAreReached(t *testing.T) {
	r := measure(t, Options{Seed: seed(t, "develop"), People: 5000, RowsPerClass: 100, Workers: 2, Examples: 3})
	for _, c := range r.Cells {
		if n := c.Product.Rows; n < 100 && n < r.RowsPerClass {
			t.Errorf("%s/%s: only %d rows", c.Keys.ID, c.Class.Class, n)
		}
		if c.Product.Outcomes[Wrong] > 0 {
			t.Errorf("%s/%s: %d rows gave out somebody else", c.Keys.ID, c.Class.Class, c.Product.Outcomes[Wrong])
		}
		if c.Product.Stands(c.Bar) == Missed {
			k, n := c.Product.reached(c.Bar.Measure)
			t.Errorf("%s/%s: %d of %d, bar %v", c.Keys.ID, c.Class.Class, k, n, c.Bar.Least)
		}
	}
	if t.Failed() {
		t.Log("\n" + strings.Join(r.ExampleLines(false), "\n"))
	}
	product, base := r.Total(invent.Negative, invent.Hard)
	if product.Rows < 5000 {
		t.Errorf("only %d negative rows", product.Rows)
	}
	for b, n := range base {
		if n.Outcomes[Wrong] == 0 {
			t.Errorf("%s gave out nobody else: the negatives are too easy", Baselines()[b].English)
		}
	}
	hard := 0
	for _, c := range r.Cells {
		if c.Class.Sort == invent.Hard {
			hard += c.Product.Rows
		}
	}
	if product, _ := r.Total(); 20*hard < product.Rows {
		t.Errorf("%d hard negatives of %d rows are less than one in twenty", hard, product.Rows)
	}
}

func TestARunFollowsFromItsSeedAlone(t *testing.T) {
	counts := func(workers int) string {
		r := measure(t, Options{Seed: seed(t, "99"), People: 1500, RowsPerClass: 12, Portion: 150, Workers: workers, Examples: 1})
		var b strings.Builder
		for _, c := range r.Cells {
			fmt.Fprintln(&b, c.Keys.ID, c.Class.Class, c.Product, c.Baselines)
		}
		return b.String()
	}
	one, two := counts(1), counts(2)
	if one != two {
		t.Errorf("one worker:\n%s\ntwo:\n%s", one, two)
	}
}

func TestTheSealedSeedShowsNoRows(t *testing.T) {
	r := measure(t, Options{Seed: Seed{Name: "sealed", number: 5, sealed: true}, People: 1100, RowsPerClass: 3, Workers: 1, Examples: 3, NoBaselines: true})
	if lines := r.ExampleLines(true); len(lines) > 0 {
		t.Errorf("it shows %d lines", len(lines))
	}
	open := measure(t, Options{Seed: Seed{Name: "5", number: 5}, People: 1100, RowsPerClass: 3, Workers: 1, Examples: 3, NoBaselines: true})
	if len(open.ExampleLines(true)) == 0 {
		t.Error("another seed shows none either, so that this test says nothing")
	}
}

func TestThreeSeedsAreThreeWorlds(t *testing.T) {
	seen := map[uint64]string{}
	for _, name := range []string{"develop", "tune", "sealed", "7", "0x8"} {
		s := seed(t, name)
		if seen[s.number] != "" || s.sealed != (name == "sealed") {
			t.Errorf("%s: %+v, and %s", name, s, seen[s.number])
		}
		seen[s.number] = name
	}
	if _, err := ParseSeed("evaluate"); err == nil {
		t.Error("a seed that does not exist was taken")
	}
}

func TestRunRefusesWhatCannotBeMeasured(t *testing.T) {
	for _, o := range []Options{{RowsPerClass: 1}, {People: 1}, {People: 1, RowsPerClass: 1, Portion: -1},
		{People: 1, RowsPerClass: 1, Keys: []string{"none"}}, {People: 1, RowsPerClass: 1, Keys: []string{"kana"}, Classes: []string{"N13"}}} {
		o.Dir, o.Now = t.TempDir(), time.Now
		if _, err := Run(context.Background(), o); err == nil {
			t.Errorf("%+v was measured", o)
		}
	}
}

func TestAStoppedRunLeavesNothing(t *testing.T) {
	ctx, stop := context.WithCancel(context.Background())
	o := Options{Seed: seed(t, "3"), People: 1100, RowsPerClass: 5, Workers: 1, Dir: t.TempDir(), Now: time.Now, NoBaselines: true}
	o.Progress = func(act string, done, _ int64) {
		if act == "match" && done > 0 {
			stop()
		}
	}
	if _, err := Run(ctx, o); err == nil {
		t.Error("a run that was stopped gave a result")
	}
	if _, err := os.Stat(o.Dir); err == nil {
		t.Error("the folder of the site is still there")
	}
}

// Every class is measured in the key set that has all columns.
func TestTheFirstKeySetHasEveryClass(t *testing.T) {
	if got, want := len(KeySets()[0].classesOf()), len(invent.Classes()); got != want {
		t.Errorf("%d of %d classes", got, want)
	}
	ids := map[string]bool{}
	for _, k := range KeySets() {
		ids[k.ID] = true
		for _, c := range k.classesOf() {
			if barOf(k, c).Measure == NoBar {
				t.Errorf("%s/%s has no bar", k.ID, c.Class)
			}
		}
	}
	if len(ids) != len(KeySets()) {
		t.Errorf("key sets share a name: %v", slices.Sorted(maps.Keys(ids)))
	}
}

func TestThePageStandsAlone(t *testing.T) {
	r := measure(t, Options{Seed: seed(t, "11"), People: 1100, RowsPerClass: 2, Workers: 1, Examples: 1})
	for _, japanese := range []bool{true, false} {
		var b bytes.Buffer
		if err := r.HTML(&b, japanese); err != nil {
			t.Fatal(err)
		}
		page := b.String()
		for _, no := range []string{"http", "<script", "<img", "<link", "url(", "@import", "ZgotmplZ"} {
			if strings.Contains(page, no) {
				t.Errorf("the page has %q", no)
			}
		}
		rows := 0
		for _, table := range r.Tables(japanese) {
			rows += len(table.Rows)
			for _, row := range table.Rows {
				if len(row) != len(table.Rows[0]) {
					t.Errorf("%s: a row of %d cells under %d headers", table.Title, len(row), len(table.Rows[0]))
				}
			}
		}
		if got := strings.Count(page, "<tr "); got != rows {
			t.Errorf("%d rows on the page, %d in the tables", got, rows)
		}
	}
}
