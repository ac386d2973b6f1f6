package invent

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"baitai/pipeline/person"
)

// day is the day of all worlds in these tests.
func day() time.Time { return time.Date(2026, 4, 1, 0, 0, 0, 0, time.FixedZone("JST", 9*3600)) }

func newWorld(t testing.TB, seed uint64, people int) *World {
	t.Helper()
	w, err := New(Options{Seed: seed, People: people, AsOf: day()})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func TestOptionsThatDescribeNoWorldAreRefused(t *testing.T) {
	for _, o := range []Options{{}, {People: 1}, {AsOf: day()}, {People: -1, AsOf: day()}, {People: peopleMax + 1, AsOf: day()}} {
		if _, err := New(o); !errors.Is(err, ErrOptions) {
			t.Errorf("New(%+v) = %v, want ErrOptions", o, err)
		}
	}
}

func TestSameSeedGivesSameBytes(t *testing.T) {
	write := func(seed uint64) []byte {
		var b bytes.Buffer
		if _, err := WriteExtract(&b, newWorld(t, seed, 3000), true); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	if !bytes.Equal(write(7), write(7)) {
		t.Error("the same seed gave other bytes")
	}
	if bytes.Equal(write(7), write(8)) {
		t.Error("another seed gave the same bytes")
	}
}

// A person's number is enough to know the person: neither how many are asked for
// nor the order of the blocks matters.
func TestPersonIsTheSameHoweverManyAreAsked(t *testing.T) {
	small, large := newWorld(t, 3, 1500), newWorld(t, 3, 5000)
	var first []string
	for p := range small.People() {
		first = append(first, strings.Join(p.Current().Fields(), ","))
	}
	for b := large.Blocks() - 1; b >= 0; b-- {
		for _, p := range large.Block(b) {
			if p.Number < len(first) && first[p.Number] != strings.Join(p.Current().Fields(), ",") {
				t.Fatalf("person %d differs", p.Number)
			}
		}
	}
	if len(first) != 1500 {
		t.Errorf("%d people, want 1500", len(first))
	}
}

func TestEveryCodeIsValidAndHeldByOnePerson(t *testing.T) {
	w := newWorld(t, 1, 20_000)
	holder := map[string]int{}
	for p := range w.People() {
		for _, v := range p.Versions {
			if _, err := person.ParseResidentCode(v.Code); err != nil {
				t.Fatalf("person %d: %v", p.Number, err)
			}
			if n, held := holder[v.Code]; held && n != p.Number {
				t.Fatalf("people %d and %d have one code", n, p.Number)
			}
			holder[v.Code] = p.Number
		}
	}
	for code, n := range holder {
		if n%500 != 0 {
			continue // each look-up makes a block
		}
		if got, ok := w.Owner(code); !ok || got != n {
			t.Errorf("Owner = %d, %v, want %d", got, ok, n)
		}
	}
	for _, p := range w.strangers(0)[:50] {
		if _, ok := w.Owner(p.Current().Code); ok {
			t.Errorf("stranger %d has an owner in the file", p.Number)
		}
	}
}

func TestCodebookIsAPermutation(t *testing.T) {
	c := newCodebook(99)
	for n := uint64(0); n < codeBodies; n += 99_999_989 {
		f := c.forward(n)
		if f >= codeBodies || c.backward(f) != n {
			t.Fatalf("%d → %d → %d", n, f, c.backward(f))
		}
	}
}

// The bounds are about four standard deviations wide, and hold for any seed.
func TestRatesAreAsPromised(t *testing.T) {
	const people = 60_000
	n := map[string]int{}
	for p := range newWorld(t, 5, people).People() {
		v := p.Current()
		count := func(what string, is bool) {
			if is {
				n[what]++
			}
		}
		count("abroad", v.State == person.Abroad)
		count("removed", v.State == person.Removed)
		count("twin", p.TwinOf >= 0)
		count("fatherson", p.SonOf >= 0)
		count("likeness", p.Likeness >= 0)
		count("support", v.Support != "")
		count("newcode", v.OldCode != "")
		count("nokana", v.Kana == "")
		count("former", v.FormerSurname != "")
		count("fukuoka", v.home.city.pref == "福岡県")
		count("meiji", v.born.Year > 0 && v.born.number() < 19120730)
		count("unknown", !v.born.complete())
		count("leap", v.born.Month == 2 && v.born.Day == 29)
		homes := map[string]bool{}
		for _, v := range p.Versions {
			homes[v.home.address()] = true
		}
		count("moved", len(homes) > 1)
		count("moved twice", len(homes) > 2)
		count("variant", strings.ContainsAny(v.Name, "髙﨑澤邊邉齋濵"))
	}
	for _, c := range []struct {
		what     string
		min, max float64 // of a hundred people
	}{
		{"abroad", 1.2, 2.0}, {"removed", 6.5, 9.5}, {"twin", 0.7, 1.4}, {"fatherson", 0.03, 0.3},
		{"likeness", 0.02, 0.15}, {"support", 0.2, 0.4}, {"newcode", 0.35, 0.65}, {"nokana", 28, 32},
		{"former", 0.5, 1.5}, {"fukuoka", 64, 69}, {"meiji", 0.2, 3}, {"unknown", 0.01, 0.3},
		{"leap", 0.03, 0.12}, {"moved", 18.5, 21.5}, {"moved twice", 1.5, 2.5}, {"variant", 0.3, 4},
	} {
		if got := 100 * float64(n[c.what]) / people; got < c.min || got > c.max {
			t.Errorf("%s: %.3f %%, want %.3f to %.3f", c.what, got, c.min, c.max)
		}
	}
}

func TestEveryVersionCanBeStored(t *testing.T) {
	limit := Date{2026, 4, 1}.String()
	for p := range newWorld(t, 2, 20_000).People() {
		last := ""
		for i := range p.Versions {
			v := &p.Versions[i]
			stored, err := v.Stored()
			if err != nil || stored.History != i+1 || !stored.State.Valid() || !stored.Support.Valid() {
				t.Fatalf("person %d, version %d: %v", p.Number, i+1, err)
			}
			if !person.ValidMunicipality(v.Registrar) || !strings.HasPrefix(v.Registrar, "40") {
				t.Fatalf("person %d: 附票管理市町村コード %s is not in Fukuoka", p.Number, v.Registrar)
			}
			if (v.Municipality == "") != (v.State == person.Abroad) || v.Municipality != "" && !person.ValidMunicipality(v.Municipality) {
				t.Fatalf("person %d: 市町村コード %q", p.Number, v.Municipality)
			}
			if (v.Address == "") != (v.State == person.Abroad) {
				t.Fatalf("person %d: an address abroad, or none in Japan", p.Number)
			}
			if v.ChangeDate < last || v.ChangeDate > limit || v.NoticeDate > limit || v.NoticeDate != "" && v.NoticeDate < v.ChangeDate {
				t.Fatalf("person %d: dates out of order", p.Number)
			}
			last = v.ChangeDate
		}
	}
}

// Whoever got a new code has exactly one version under it, and the chain leads back.
func TestChangedCodesFormAChain(t *testing.T) {
	changed := 0
	for p := range newWorld(t, 2, 20_000).People() {
		for i, v := range p.Versions {
			switch {
			case v.OldCode == "":
				if v.Code != p.Versions[0].Code {
					t.Fatalf("person %d: the code changed without a trace", p.Number)
				}
			case i != len(p.Versions)-1 || v.OldCode != p.Versions[0].Code || v.Code == v.OldCode:
				t.Fatalf("person %d: no chain", p.Number)
			default:
				changed++
			}
		}
	}
	if changed == 0 {
		t.Error("nobody got a new code")
	}
}

func TestKinAreWhatTheySay(t *testing.T) {
	w := newWorld(t, 2, 30*BlockPeople)
	everybody := everybody(w)
	twins, sons, likenesses, neighbours := 0, 0, 0, 0
	for i, p := range everybody {
		v := p.Current()
		if p.TwinOf >= 0 {
			o := everybody[p.TwinOf]
			if o.Versions[0].born != p.Versions[0].born || o.Versions[0].Name == p.Versions[0].Name {
				t.Fatalf("%d and %d are no twins", p.Number, o.Number)
			}
			twins++
		}
		if p.SonOf >= 0 {
			o := everybody[p.SonOf].Current()
			_, father := split(o.Name)
			if _, son := split(v.Name); son != father || v.born.complete() && o.born.number() >= v.born.number() {
				t.Fatalf("%d is no son of %d", p.Number, p.SonOf)
			}
			sons++
		}
		if p.Likeness >= 0 {
			o := everybody[p.Likeness].Current()
			if o.Name != v.Name || o.Birth != v.Birth || o.Sex != v.Sex || o.Where() == v.Where() && v.Where() != "" {
				t.Fatalf("%d and %d are not alike", p.Number, p.Likeness)
			}
			likenesses++
		}
		for _, o := range everybody[max(0, i-8):i] {
			if o.Current().home.next() == v.home && o.Current().Name == v.Name && o.Current().Birth != v.Birth {
				neighbours++
			}
		}
	}
	if twins < 100 || sons < 5 || likenesses < 5 || neighbours < 10 {
		t.Errorf("twins %d, sons %d, likenesses %d, neighbours %d", twins, sons, likenesses, neighbours)
	}
}

func TestExtractParsesBack(t *testing.T) {
	w := newWorld(t, 4, 2500)
	for _, bom := range []bool{false, true} {
		var b bytes.Buffer
		done, err := WriteExtract(&b, w, bom)
		if err != nil {
			t.Fatal(err)
		}
		text, marked := bytes.CutPrefix(b.Bytes(), []byte("\uFEFF"))
		if marked != bom {
			t.Errorf("byte order mark %v, want %v", marked, bom)
		}
		rows, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(rows[0], ExtractHeaders()) || done.People != 2500 || done.Rows != len(rows)-1 {
			t.Errorf("%+v for %d lines", done, len(rows))
		}
		i := 1
		for p := range w.People() {
			for v := range p.Versions {
				if !slices.Equal(rows[i], p.Versions[v].Fields()) {
					t.Fatalf("line %d differs", i+1)
				}
				i++
			}
		}
	}
}

// A full disk must not look like a whole extract.
func TestExtractReportsAFullDisk(t *testing.T) {
	w := newWorld(t, 4, 5000)
	var whole bytes.Buffer
	if _, err := WriteExtract(&whole, w, false); err != nil {
		t.Fatal(err)
	}
	for _, room := range []int{0, 1, 1000, whole.Len() / 2, whole.Len() - 1} {
		if _, err := WriteExtract(&fullDisk{room: room}, w, false); !errors.Is(err, errFull) {
			t.Errorf("room for %d bytes: %v, want errFull", room, err)
		}
		if _, err := WriteExtractXLSX(&fullDisk{room: min(room, 10_000)}, newWorld(t, 4, 500)); !errors.Is(err, errFull) {
			t.Errorf("workbook: room for %d bytes: %v, want errFull", room, err)
		}
	}
}

var errFull = errors.New("no space left")

// fullDisk takes room bytes and no more.
type fullDisk struct{ room int }

func (f *fullDisk) Write(p []byte) (int, error) {
	if len(p) > f.room {
		n := f.room
		f.room = 0
		return n, errFull
	}
	f.room -= len(p)
	return len(p), nil
}

func TestErasAreRight(t *testing.T) {
	for _, c := range []struct {
		d    Date
		kind string
		year int
	}{
		{Date{1873, 1, 1}, "明治", 6}, {Date{1912, 7, 29}, "明治", 45}, {Date{1912, 7, 30}, "大正", 1},
		{Date{1926, 12, 24}, "大正", 15}, {Date{1926, 12, 25}, "昭和", 1}, {Date{1989, 1, 7}, "昭和", 64},
		{Date{1989, 1, 8}, "平成", 1}, {Date{2019, 4, 30}, "平成", 31}, {Date{2019, 5, 1}, "令和", 1}, {Date{2026, 4, 1}, "令和", 8},
	} {
		if e, y := c.d.era(); e.kanji != c.kind || y != c.year {
			t.Errorf("%v = %s%d, want %s%d", c.d, e.kanji, y, c.kind, c.year)
		}
	}
}

func TestSerialsAreAsASpreadsheetCounts(t *testing.T) {
	for d, want := range map[Date]int{{1928, 1, 1}: 10228, {1980, 1, 2}: 29222, {2000, 2, 29}: 36585, {2026, 4, 1}: 46113} {
		if got := serial(d); got != want {
			t.Errorf("serial(%v) = %d, want %d", d, got, want)
		}
	}
}

func BenchmarkExtract(b *testing.B) {
	w := newWorld(b, 1, 50*BlockPeople)
	rows := 0
	for b.Loop() {
		done, err := WriteExtract(io.Discard, w, false)
		if err != nil {
			b.Fatal(err)
		}
		rows += done.Rows
	}
	b.ReportMetric(float64(rows)/b.Elapsed().Seconds(), "rows/s")
}
