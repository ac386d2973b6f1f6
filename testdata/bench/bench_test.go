package main

import (
	"encoding/xml"
	"errors"
	"io"
	"os"
	"strings"
	"testing"
	"time"
)

func seconds(all ...float64) (out []sample) {
	for _, s := range all {
		out = append(out, sample{wall: time.Duration(s * float64(time.Second)), rss: int64(s * mib)})
	}
	return out
}

// A slow minute hits both sides of a round: the ratio is taken within it.
func TestRatioIsTakenWithinARound(t *testing.T) {
	r := results{cell{answer, 10, 5}: seconds(2, 20, 3), cell{bare, 10, 5}: seconds(1, 10, 2)}
	mid, low, high, ok := r.ratio(cell{answer, 10, 5}, cell{bare, 10, 5})
	if !ok || mid != 2 || low != 1.5 || high != 2 {
		t.Errorf("ratio = %v (%v–%v) %v", mid, low, high, ok)
	}
	if _, _, _, ok := r.ratio(cell{answer, 10, 5}, cell{sqlite, 10, 5}); ok {
		t.Error("a ratio with what was not measured")
	}
}

func TestMedian(t *testing.T) {
	same := func(f float64) float64 { return f }
	for _, c := range []struct {
		in   []float64
		want float64
		ok   bool
	}{{nil, 0, false}, {[]float64{3}, 3, true}, {[]float64{9, 1}, 5, true}, {[]float64{9, 1, 4}, 4, true}} {
		if got, ok := median(c.in, same); got != c.want || ok != c.ok {
			t.Errorf("median(%v) = %v, %v", c.in, got, ok)
		}
	}
}

func TestBarsSayWhatIsReached(t *testing.T) {
	for _, b := range bars() {
		if b.aim >= b.first || b.ja == "" || b.en == "" {
			t.Errorf("%s: aim %v, first %v", b.en, b.aim, b.first)
		}
		for v, want := range map[float64]string{b.aim: "aim reached", b.first: "first bar reached", b.first * 1.01: "not reached"} {
			if got := b.verdict(v); !strings.HasSuffix(got, want) {
				t.Errorf("%s: %v is %q, not %q", b.en, v, got, want)
			}
		}
		if _, _, ok := b.value(results{}, 10, 5); ok {
			t.Errorf("%s: a value without a measurement", b.en)
		}
	}
}

func TestSizes(t *testing.T) {
	got, err := sizes("1e6, 1_000,20000,1000")
	if err != nil || len(got) != 3 || got[0] != 1_000 || got[2] != 1_000_000 {
		t.Errorf("sizes = %v, %v", got, err)
	}
	for _, bad := range []string{"", "12", "1000.5", "many", "1e12"} {
		if _, err := sizes(bad); err == nil {
			t.Errorf("%q is taken for a size", bad)
		}
	}
}

// Every statement can be filled in: nothing that it names is missing.
func TestStatementsAreComplete(t *testing.T) {
	files := map[string]string{}
	for _, k := range strings.Fields("extract people peopleTSV prepared list listUTF8 listTSV truth out usual foldable part count notices columns options") {
		files[k] = "X"
	}
	all, err := sqlFiles.ReadDir("sql")
	if err != nil || len(all) == 0 {
		t.Fatal(err)
	}
	for _, f := range all {
		if s, err := sql(f.Name(), files); err != nil || strings.Contains(s, "{{") {
			t.Errorf("%s: %v", f.Name(), err)
		}
	}
}

// Old and new shapes become one, also where the tables name a pair both ways.
func TestFoldingTable(t *testing.T) {
	u := widthPairs()
	for _, name := range []string{"variants_jis.tsv", "variants_joyo.tsv"} {
		if err := u.read("../../pipeline/normal/tables/" + name); err != nil {
			t.Fatal(err)
		}
	}
	for _, pair := range []string{"惠恵", "櫻桜", "濱浜", "ｱあ", "アあ", "ァあ", "ＡA", "９9"} {
		c := []rune(pair)
		if u.of(string(c[0])) != u.of(string(c[1])) {
			t.Errorf("%c and %c do not meet", c[0], c[1])
		}
	}
	if got := u.of("ｶﾞ"); got != "が" {
		t.Errorf("ｶﾞ becomes %s", got)
	}
}

func TestPlotIsXML(t *testing.T) {
	for _, s := range []settings{
		{people: []int{100_000}, rows: []int{1_000}, rounds: 1, threads: 2},
		{people: []int{100_000, 1_000_000}, rows: []int{1_000, 20_000}, rounds: 3, threads: 2},
	} {
		r := results{}
		for _, p := range s.people {
			for _, n := range s.rows {
				for _, w := range []work{answer, bare, folded, sqlite, coreutils} {
					r[cell{w, p, n}] = seconds(float64(n) / 1000)
				}
			}
		}
		d := xml.NewDecoder(strings.NewReader(plot(r, s)))
		for {
			if _, err := d.Token(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatal(err)
			}
		}
	}
}

// A child's memory is its own, its exit code and its pipe are seen.
func TestMeasuredChildren(t *testing.T) {
	s, err := command{args: []string{"sh", "-c", "echo out; exit 3"}, fine: []int{3}}.run(t.Context())
	if err != nil || s.out != "out\n" || s.rss == 0 || s.wall == 0 {
		t.Errorf("%+v, %v", s, err)
	}
	if _, err := (command{args: []string{"sh", "-c", "echo first >&2; echo why >&2; exit 1"}}).run(t.Context()); err == nil || !strings.HasSuffix(err.Error(), "why") {
		t.Errorf("failure: %v", err)
	}
	s, err = command{args: []string{"cat"}, stdin: "through", pipe: &command{args: []string{"tr", "a-z", "A-Z"}}}.run(t.Context())
	if err != nil || s.out != "THROUGH" {
		t.Errorf("pipe: %q, %v", s.out, err)
	}
	if _, err := (command{args: []string{"true"}, pipe: &command{args: []string{"false"}}}).run(t.Context()); err == nil {
		t.Error("the failure of the reading end is not seen")
	}
}

// The lock file names no registry.
func TestLockFileHoldsNoAddresses(t *testing.T) {
	raw, err := os.ReadFile("package-lock.json")
	if err != nil || strings.Contains(string(raw), "://") || !strings.Contains(string(raw), "@duckdb/node-api") {
		t.Errorf("an address in package-lock.json: %v", err)
	}
}
