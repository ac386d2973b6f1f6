package invent

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"baitai/formats/charset"
	"baitai/pipeline/person"
)

func newList(t testing.TB, w *World, format, mix string, rows int) *List {
	t.Helper()
	f, err := ParseFormat(format)
	if err != nil {
		t.Fatal(err)
	}
	m, ok := NamedMix(mix)
	if !ok {
		t.Fatal("no mix", mix)
	}
	l, err := w.List(ListSpec{Seed: 11, Rows: rows, Mix: m, CodePercent: 30, Format: f})
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// everybody makes all people of a world once.
func everybody(w *World) []*Person { return slices.Collect(w.People()) }

func TestSameSpecificationGivesSameList(t *testing.T) {
	write := func(seed uint64) []byte {
		w := newWorld(t, 1, 5000)
		m, _ := NamedMix("default")
		l, err := w.List(ListSpec{Seed: seed, Rows: 800, Mix: m, CodePercent: 30, Format: Format{Kind: CSV, Charset: charset.CP932, Newline: "\n"}})
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if err := errors.Join(l.Write(&b), l.WriteTruth(&b)); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	if !bytes.Equal(write(1), write(1)) {
		t.Error("the same specification gave other bytes")
	}
	if bytes.Equal(write(1), write(2)) {
		t.Error("another seed gave the same list")
	}
}

// Whoever the truth names exists, holds that code now, and for a clean row has
// exactly the row's particulars.
func TestTruthIsConsistent(t *testing.T) {
	w := newWorld(t, 6, 20*BlockPeople)
	l, people := newList(t, w, "csv-utf8", "default", 6000), everybody(w)
	for _, e := range l.Entries {
		given := slices.ContainsFunc(e.Truth.Accept, func(a string) bool { return a == found || a == foundAbroad || a == foundClosed })
		if len(e.Truth.Accept) == 0 || given && e.Truth.Code == "" {
			t.Fatalf("%s (%s): accepts %v without a person", e.Row.Ref, e.Truth.Class, e.Truth.Accept)
		}
		if e.Truth.Code == "" {
			continue
		}
		n, ok := w.Owner(e.Truth.Code)
		if !ok {
			t.Fatalf("%s (%s): nobody has the code of the truth", e.Row.Ref, e.Truth.Class)
		}
		p := people[n]
		v := p.Current()
		if v.Code != e.Truth.Code || v.Protected() {
			t.Fatalf("%s (%s): the truth names an old code or somebody protected", e.Row.Ref, e.Truth.Class)
		}
		if given && !slices.Contains(e.Truth.Accept, stateAnswer(v.State)) {
			t.Fatalf("%s (%s): accepts %v for state %d", e.Row.Ref, e.Truth.Class, e.Truth.Accept, v.State)
		}
		if e.Truth.Class == "P0" {
			want := Row{Ref: e.Row.Ref, Code: e.Row.Code, Name: v.Name, Kana: p.Reading, Birth: v.Birth, Sex: v.Sex, Address: v.Where()}
			if e.Row != want || e.Row.Code != "" && e.Row.Code != v.Code {
				t.Fatalf("%s: a clean row differs from its person", e.Row.Ref)
			}
		}
	}
}

// A negative must not turn out to be somebody: nobody in the file may have name,
// birth and address of the row at once.
func TestNegativesAreNobody(t *testing.T) {
	w := newWorld(t, 6, 8*BlockPeople)
	here := map[string]bool{}
	for p := range w.People() {
		for _, v := range p.Versions {
			here[strings.Join([]string{v.Name, v.Birth, v.Where()}, "|")] = true
		}
	}
	l := newList(t, w, "csv-utf8", "hard", 3000)
	for _, e := range l.Entries {
		if e.Truth.Code != "" && e.Truth.Class != "P0" {
			t.Fatalf("%s: a negative with a person", e.Truth.Class)
		}
		switch e.Truth.Class {
		case "N1", "N2", "N3", "N4", "N5", "N8", "N9":
			if here[strings.Join([]string{e.Row.Name, e.Row.Birth, e.Row.Address}, "|")] {
				t.Errorf("%s (%s): somebody in the file is exactly so", e.Row.Ref, e.Truth.Class)
			}
		}
	}
}

// What makes each negative hard is really there.
func TestNegativesAreHard(t *testing.T) {
	w := newWorld(t, 6, 8*BlockPeople)
	same, people := map[string]bool{}, everybody(w)
	for _, p := range people {
		v := p.Current()
		for _, key := range []string{v.Name + v.Birth + v.Sex, v.Birth + v.Where(), v.Name + v.Where()} {
			same[key] = true
		}
	}
	for _, e := range newList(t, w, "csv-utf8", "hard", 2600).Entries {
		r := e.Row
		ok := true
		switch e.Truth.Class {
		case "N1":
			ok = same[r.Name+r.Birth+r.Sex]
		case "N2", "N13":
			ok = same[r.Birth+r.Address]
		case "N3", "N4":
			ok = same[r.Name+r.Address]
		case "N6":
			_, held := w.Owner(r.Code)
			_, err := person.ParseResidentCode(r.Code)
			ok = !held && err == nil && same[r.Name+r.Birth+r.Sex]
		case "N7":
			n, held := w.Owner(r.Code)
			ok = held && people[n].Current().Name != r.Name && same[r.Name+r.Birth+r.Sex]
		case "N11":
			_, held := w.Owner(r.Code)
			ok = held && r == Row{Ref: r.Ref, Code: r.Code}
		case "N12":
			_, held := w.Owner(r.Code)
			ok = held && r == Row{Ref: r.Ref, Code: r.Code, Address: r.Address} && r.Address != ""
		}
		if !ok {
			t.Errorf("%s (%s) is not what its class says", r.Ref, e.Truth.Class)
		}
	}
}

func TestEverySpoiltRowDiffersFromItsPerson(t *testing.T) {
	w := newWorld(t, 6, 20*BlockPeople)
	l, people := newList(t, w, "csv-utf8", "even", 3100), everybody(w)
	seen := map[Class]int{}
	for _, e := range l.Entries {
		seen[e.Truth.Class]++
		if e.Truth.Code == "" || e.Truth.Class == "P0" || e.Truth.Class == "P15" {
			continue
		}
		n, _ := w.Owner(e.Truth.Code)
		p := people[n]
		v := p.Current()
		clean := Row{Ref: e.Row.Ref, Code: e.Row.Code, Name: v.Name, Kana: p.Reading, Birth: v.Birth, Sex: v.Sex, Address: v.Where()}
		if e.Row == clean {
			t.Errorf("%s (%s) is clean", e.Row.Ref, e.Truth.Class)
		}
	}
	for _, c := range Classes() {
		if seen[c.Class] < 80 {
			t.Errorf("%s: %d rows, want about 100", c.Class, seen[c.Class])
		}
	}
}

func TestHardNegativesAreAtLeastFivePercentOfTheDefaultMix(t *testing.T) {
	hard, all := 0, 0
	for _, c := range Classes() {
		all += c.Weight
		if c.Sort == Hard {
			hard += c.Weight
		}
	}
	if 20*hard < all {
		t.Errorf("%d of %d", hard, all)
	}
	w := newWorld(t, 6, 20*BlockPeople)
	l := newList(t, w, "csv-cp932", "default", 4000)
	sorts := map[Class]Sort{}
	for _, c := range Classes() {
		sorts[c.Class] = c.Sort
	}
	n := 0
	for _, e := range l.Entries {
		if sorts[e.Truth.Class] == Hard {
			n++
		}
	}
	if 20*n < len(l.Entries) {
		t.Errorf("%d of %d rows", n, len(l.Entries))
	}
}

func TestTruthFileHoldsTheTruth(t *testing.T) {
	l := newList(t, newWorld(t, 6, 4*BlockPeople), "csv-utf8", "even", 310)
	var b bytes.Buffer
	if err := l.WriteTruth(&b); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(&b).ReadAll()
	if err != nil || len(rows) != 311 || !slices.Equal(rows[0], TruthHeaders()) {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	for i, e := range l.Entries {
		want := []string{e.Row.Ref, string(e.Truth.Class), e.Truth.Code, strings.Join(e.Truth.Accept, " ")}
		if !slices.Equal(rows[i+1], want) {
			t.Fatalf("row %d differs", i+1)
		}
	}
}

// Whatever columns a list has, no cell stands outside them, and rows that hold
// too little are to be answered 41.
func TestListsOfFewColumnsAreHonest(t *testing.T) {
	w := newWorld(t, 6, 500)
	all := []string{ColumnCode, ColumnName, ColumnKana, ColumnBirth, ColumnSex, ColumnAddress, ColumnFormer, ColumnConsent}
	rapid.Check(t, func(t *rapid.T) {
		columns := append([]string{ColumnRef}, rapid.SliceOfNDistinct(rapid.SampledFrom(all), 1, 8, rapid.ID).Draw(t, "columns")...)
		m, _ := NamedMix("even")
		l, err := w.List(ListSpec{Seed: rapid.Uint64().Draw(t, "seed"), Rows: 62, Mix: m, Columns: columns,
			CodePercent: rapid.IntRange(0, 100).Draw(t, "codes"), Format: Format{Kind: CSV, Charset: charset.UTF8, Newline: "\n"}})
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range l.Entries {
			for _, c := range e.Row.cells() {
				if *c.text != "" && !slices.Contains(columns, c.column) {
					t.Fatalf("%s: a cell without a column", e.Truth.Class)
				}
			}
			r := e.Row
			if e.Truth.Code != "" && r.Code == "" && (r.Name == "" && r.Kana == "" || r.Birth == "" && r.Address == "") && e.Truth.Accept[0] != tooLittle {
				t.Fatalf("%s accepts %v with hardly a particular", e.Truth.Class, e.Truth.Accept)
			}
		}
	})
}

func TestImpossibleListsAreRefused(t *testing.T) {
	w := newWorld(t, 1, 100)
	good := func() ListSpec {
		return ListSpec{Rows: 10, Mix: Mix{"P0": 1}, Format: Format{Kind: CSV, Charset: charset.UTF8, Newline: "\n"}}
	}
	for name, c := range map[string]struct {
		change func(*ListSpec)
		want   error
	}{
		"negative rows":   {func(s *ListSpec) { s.Rows = -1 }, ErrRows},
		"percentage":      {func(s *ListSpec) { s.CodePercent = 101 }, ErrRows},
		"no mix":          {func(s *ListSpec) { s.Mix = nil }, ErrMix},
		"unknown class":   {func(s *ListSpec) { s.Mix = Mix{"P99": 1} }, ErrMix},
		"negative weight": {func(s *ListSpec) { s.Mix = Mix{"P0": -1, "P1": 2} }, ErrMix},
		"no reference":    {func(s *ListSpec) { s.Columns = []string{ColumnName} }, ErrColumns},
		"doubled column":  {func(s *ListSpec) { s.Columns = []string{ColumnRef, ColumnName, ColumnName} }, ErrColumns},
		"unknown column":  {func(s *ListSpec) { s.Columns = []string{ColumnRef, "電話"} }, ErrColumns},
		"no charset":      {func(s *ListSpec) { s.Format.Charset = "" }, ErrFormat},
	} {
		s := good()
		c.change(&s)
		if _, err := w.List(s); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
	for _, name := range []string{"", "csv", "doc", "csv-ebcdic", "xlsx-cp932", "csv-cp932-bom", "csv-utf8-lfcr"} {
		if _, err := ParseFormat(name); !errors.Is(err, ErrFormat) {
			t.Errorf("ParseFormat(%q) = %v, want ErrFormat", name, err)
		}
	}
	if l, err := w.List(ListSpec{Mix: Mix{"P0": 1}, Format: good().Format}); err != nil || len(l.Entries) != 0 {
		t.Errorf("no rows: %v", err)
	}
}

func TestListReportsAFullDisk(t *testing.T) {
	w := newWorld(t, 6, 2*BlockPeople)
	for _, format := range []string{"csv-cp932", "csv-utf16le", "xlsx"} {
		l := newList(t, w, format, "even", 600)
		var whole bytes.Buffer
		if err := l.Write(&whole); err != nil {
			t.Fatal(err)
		}
		for _, room := range []int{0, 1, 500, whole.Len() / 2, whole.Len() - 1} {
			if err := l.Write(&fullDisk{room: room}); !errors.Is(err, errFull) {
				t.Errorf("%s, room for %d bytes: %v, want errFull", format, room, err)
			}
		}
		if err := l.WriteTruth(&fullDisk{room: 10}); !errors.Is(err, errFull) {
			t.Errorf("truth: %v, want errFull", err)
		}
	}
	r := Request{Office: "a", Rows: 1}
	if err := r.Write(&fullDisk{room: 3}); !errors.Is(err, errFull) {
		t.Errorf("request: %v, want errFull", err)
	}
}

func BenchmarkList(b *testing.B) {
	w := newWorld(b, 1, 20*BlockPeople)
	m, _ := NamedMix("default")
	spec := ListSpec{Rows: 20_000, Mix: m, CodePercent: 30, Format: Format{Kind: CSV, Charset: charset.CP932, Newline: "\r\n"}}
	for b.Loop() {
		l, err := w.List(spec)
		if err != nil {
			b.Fatal(err)
		}
		if err := l.Write(io.Discard); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N*spec.Rows)/b.Elapsed().Seconds(), "rows/s")
}
