package intake

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode"

	"baitai/formats"
	"baitai/formats/charset"
	"baitai/pipeline"
	"baitai/pipeline/issue"
	"baitai/pipeline/person"

	"pgregory.net/rapid"
)

// What the first reading keeps is a matter of memory alone: the rows are the same
// whether all, some or none of them come from it, in every form of list.
func TestKeptRowsAreThoseThatAreReadAgain(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		table := anyTable(rt)
		for _, list := range [][]byte{csvOf(t, charset.CP932, table), bookOf(t, part{name: "名簿", rows: texts(table)})} {
			var want []string
			for _, most := range []int{-1, 0, rapid.IntRange(1, 2*keptBytes).Draw(rt, "most")} {
				l, err := openList(t, source("list", list, ""), byDefault(), Options{KeepMost: most})
				if err != nil {
					rt.Fatal(err)
				}
				for range 2 {
					got := sayAll(t, l)
					if want == nil {
						want = got
					}
					if !slices.Equal(got, want) {
						rt.Fatalf("with %d bytes\n%q\nnot\n%q", most, got, want)
					}
				}
			}
		}
	})
}

// A list that is longer than what is kept goes over from memory to the file in
// the middle, and blocks of kept rows end between them.
func TestRowsBeyondWhatIsKeptFollowThoseThatAre(t *testing.T) {
	table := [][]string{{"整理番号", "氏名", "備考", "生年月日", "住所"}}
	for i := range 9_000 {
		table = append(table, []string{fmt.Sprint("R-", i), fmt.Sprint("山田　", i), "一\n二", []string{"1980-01-02", "きのう"}[i%2], strings.Repeat("福岡市中央区天神", i%40)})
	}
	list := csvOf(t, charset.CP932, table)
	var want []string
	for _, most := range []int{-1, keptBytes, 3 * keptBytes, 0} {
		l, err := openList(t, source("list", list, ""), byDefault(), Options{KeepMost: most})
		if err != nil {
			t.Fatal(err)
		}
		if some := l.kept.rows; (most < 0) != (some == 0) || (most == 0) != (some == l.Totals.Rows) {
			t.Errorf("with %d bytes %d rows of %d are kept", most, some, l.Totals.Rows)
		}
		got := sayAll(t, l)
		if want == nil {
			want = got
		}
		if !slices.Equal(got, want) {
			t.Fatalf("with %d bytes the rows differ", most)
		}
	}
}

// sayAll writes all rows with where they stand. Rows that may be kept, and those that
// are good until the next one, are the same.
func sayAll(t testing.TB, l *List) []string {
	t.Helper()
	say := func(row pipeline.Row[person.Query]) string {
		return fmt.Sprintf("%v %v %s", row.Pos, places(row.Issues), say(row))
	}
	var out, passing []string
	for _, row := range collect(t, l) {
		out = append(out, say(row))
	}
	for row, err := range pipeline.InRows(l.Batches(t.Context())) {
		if err != nil {
			t.Fatal(err)
		}
		passing = append(passing, say(row))
	}
	if !slices.Equal(out, passing) {
		t.Fatalf("in batches\n%q\nnot\n%q", passing, out)
	}
	return out
}

func TestAKeptNumberComesBack(t *testing.T) {
	for _, n := range []uint64{0, 1, 0x7F, 0x80, 0x3FFF, 0x4000, 1<<32 - 1, 1 << 63, 1<<64 - 1} {
		if got, rest := cutNumber(string(appendNumber(nil, n)) + "x"); got != n || rest != "x" {
			t.Errorf("%d becomes %d, %q left", n, got, rest)
		}
	}
}

func TestAReferenceIsDoubledOnlyWhereItIs(t *testing.T) {
	seen := newReferences()
	const rows = 50_000 // several groups
	for i := range rows / 2 {
		seen.add(fmt.Sprint("R", i), i+1)
	}
	var run []referenceSlot // of the other half, which counts its lines by itself
	for i := range rows / 2 {
		run = append(run, seen.slot(fmt.Sprint("R", rows/2+i), i+1))
	}
	seen.addRun(run, rows/2)
	if got := seen.doubled(); len(got) > 0 {
		t.Fatalf("row %d is taken for row %d", got[0][0], got[0][1])
	}
	seen.addRun(run[:7], 3*rows)
	for i := range rows {
		seen.add(fmt.Sprint("R", i), rows+i+1)
	}
	seen.add("R7", 2*rows+1)
	got := seen.doubled()
	if len(got) != rows+8 || got[rows] != [2]int{2*rows + 1, 8} || got[rows+1] != [2]int{3*rows + 1, rows/2 + 1} {
		t.Fatalf("%d of %d are seen", len(got), rows+8)
	}
	for i, pair := range got[:rows] {
		if pair != [2]int{rows + i + 1, i + 1} {
			t.Fatalf("rows %d and %d are not those", pair[0], pair[1])
		}
	}
}

// A refusal names its places in the order of the list, whatever kinds of fault
// they are and however far apart.
func TestARefusalIsInTheOrderOfTheList(t *testing.T) {
	number := person.AppendCheckDigit("12345678901")
	table := [][]string{{"整理番号", "氏名", "備考", "生年月日"}}
	var want []string
	for row := 2; row < 400; row++ {
		line := []string{fmt.Sprint("R", row), "山田　花子", "", "1980-01-02"}
		if row%7 == 0 {
			line[2] = number
			want = append(want, fmt.Sprintf("%s@%d:3(備考)", issue.MyNumberCell, row))
		}
		switch {
		case row%11 == 0:
			line[0] = " "
			want = append(want, fmt.Sprintf("%s@%d:1(整理番号)", issue.NoReference, row))
		case row%5 == 0:
			line[0] = "R2"
			want = append(want, fmt.Sprintf("%s@%d:1(整理番号)", issue.DoubledReference, row))
		}
		table = append(table, line)
	}
	r := refusalOf(t, source("list", csvOf(t, charset.CP932, table), ""), byDefault(), Options{})
	if got := places(r.Issues); got != strings.Join(want, " ") {
		t.Errorf("got %s\nnot %s", got, strings.Join(want, " "))
	}
}

// The short ways agree with what they shorten.
func TestALookAtTheBytesSaysWhatTheWholeTestSays(t *testing.T) {
	piece := rapid.SampledFrom([]string{"山", "田", "　", " ", "\u00a0", "\u0085", "\u2003", "\u1680", "ー", "あ", "A", "=", "＝", "#", "#N/A", "\n", "\x7f", "7", "７", "123456", "E+10", ".",
		"'", "-", "－", "𠮷", strings.Repeat("あ", 200), strings.Repeat("x", 499)})
	rapid.Check(t, func(t *rapid.T) {
		s := strings.Join(rapid.SliceOfN(piece, 0, 6).Draw(t, "pieces"), "")
		if got, want := trimSpace(s), strings.TrimFunc(s, unicode.IsSpace); got != want {
			t.Fatalf("%q is trimmed to %q", s, got)
		}
		for _, f := range []field{fieldReference, fieldName} {
			for _, kind := range []formats.CellKind{formats.CellText, formats.CellError} {
				c := formats.Cell{Text: s, Kind: kind}
				if code, _ := unfit(f, c); fit(f, &c) && code != "" {
					t.Fatalf("%q passes, and is %s", s, code)
				}
			}
		}
	})
}

func TestEveryByteOfAControlCharacterIsSeen(t *testing.T) {
	for n := range 20 {
		for at := range n {
			for b := range 256 {
				s := []byte(strings.Repeat("A", n))
				s[at] = byte(b)
				if want := b < 0x20 || b == 0x7F || b == 0xC2; mayHoldControl(string(s)) != want {
					t.Fatalf("byte %#x at %d of %d: not %v", b, at, n, want)
				}
			}
		}
	}
}

func FuzzHoldsMyNumber(f *testing.F) {
	for _, s := range []string{"123456789018", "１２３４－５６７８－９０１８", "'123456789018", "1.23456789018E11", "1234567890180e-1", "山田太郎"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if !mayBeNumber(s) && isMyNumber(s) {
			t.Fatal("a number is passed over")
		}
	})
}
