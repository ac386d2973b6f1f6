package csvlist

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"baitai/formats"

	"pgregory.net/rapid"
)

// read says all that a reader says.
func said(records formats.Records) (out []string) {
	for rec, err := range records {
		if err != nil {
			return append(out, sayError(err, Place{}))
		}
		out = append(out, fmt.Sprintf("%d %q", rec.Row, rec.Cells))
	}
	return out
}

// sayError says all that an error of what stands behind a place does.
func sayError(err error, behind Place) string {
	at, ok := errors.AsType[*formats.Error](err)
	if !ok {
		return err.Error()
	}
	return fmt.Sprint(at.Err, " at line ", at.Row+behind.Lines, ", field ", at.Column, ", byte ", at.Offset+behind.Bytes)
}

// A list that is read piece by piece, each from the place where the one before ended,
// reads as it does whole, wherever the pieces end: faults, their places and the end of the
// list included.
func TestPiecesReadAsTheWhole(t *testing.T) {
	part := rapid.SampledFrom([]string{"a,b\n", "c,d\r\n", "\"e\",f\n", "\"g\n\r\ng\",\"h\"\"h\"\n", "\n", "\r\n", "\r", "i,j", "\"", ",", "k\"l,m\n", "\"n\"o,p\n", "q\n", "\x00", "\x1a", "住所,\"住\r所\"\n",
		"01234567890,r\n", "\"01234567890\",s\n"})
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOfN(part, 0, 12).Draw(t, "parts"), "")
		o := Options{Comma: ',', AnyFields: rapid.Bool().Draw(t, "free"),
			Limits: formats.Limits{RowsMax: rapid.IntRange(2, 20).Draw(t, "rows"), CellCharactersMax: 10}}
		var whole, end Place
		o.End = &whole
		want := said(Read(strings.NewReader(text), o))

		var got []string
		o.End = &end
		faults := func() bool { return len(got) > 0 && !strings.Contains(got[len(got)-1], "[") }
		split := NewSplitter(iotest.HalfReader(strings.NewReader(text)), rapid.IntRange(1, 20).Draw(t, "size"))
		pieces, err := 0, error(nil)
		for {
			var piece []byte
			if piece, err = split.Next(nil); err != nil {
				break
			}
			now := said(Read(bytes.NewReader(piece), o))
			if pieces++; pieces == 1 && slices.Equal(now, said(Read(strings.NewReader(""), o))) {
				return // no header: whoever splits reads the list whole
			}
			got = append(got, now...)
			if o.Begin = &end; faults() {
				break
			}
		}
		if !faults() {
			if !errors.Is(err, io.EOF) && !errors.Is(err, ErrNoPiece) {
				t.Fatal(err)
			}
			if pieces > 0 || errors.Is(err, ErrNoPiece) || text == "" {
				got = append(got, said(Read(split.Rest(), o))...)
			}
		}
		if !slices.Equal(got, want) {
			t.Fatalf("%q is read as\n%s\nnot\n%s", text, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
		if !faults() && end != whole {
			t.Fatalf("%q ends at %+v, not %+v", text, end, whole)
		}
	})
}

// What a cutter says of a piece by itself is what the reader says of it in its place, but
// for where that is.
func TestACutterReadsAPieceByItself(t *testing.T) {
	begin := Place{Summary: Summary{Comma: ',', Fields: 2, Records: 5, Lines: 7}, Bytes: 100, ends: endLF}
	inside := begin.Inside()
	var c Cutter
	for _, piece := range []string{"a,b\n", "\"a\n\n\",\"住\"\"所\"\r\nc,d\n", "a,b\n\n\n", "", "a\n", "\n\na,b\n", "a,\"b", "\x1a", "a,b\rc,d\n", "\"a\",b\nc,d\ne,f\n"} {
		var end, alone Place
		want := said(Read(strings.NewReader(piece), Options{Begin: &begin, End: &end}))
		for round := range 2 { // the second one in the memory of the first
			var got []string
			for rec, err := range c.Read([]byte(piece), Options{Begin: &inside, End: &alone}) {
				if err != nil {
					got = append(got, sayError(err, begin))
					break
				}
				got = append(got, fmt.Sprintf("%d %q", rec.Row+begin.Lines, rec.Cells))
			}
			if !slices.Equal(got, want) {
				t.Errorf("%q, round %d: %q, not %q", piece, round, got, want)
			}
			if len(want) > 0 && strings.Contains(want[len(want)-1], "[") && begin.Plus(alone) != end {
				t.Errorf("%q ends at %+v, not %+v", piece, begin.Plus(alone), end)
			}
		}
	}
}

// A source that fails is not taken for the end of a list, nor for a list without pieces.
func TestASourceThatFailsIsNoEndOfAPiece(t *testing.T) {
	broken := errors.New("the medium was pulled out")
	text := "a,b\n1,2\n\"3\n\",4\n"
	for n := range len(text) + 1 {
		s := NewSplitter(io.MultiReader(strings.NewReader(text[:n]), iotest.ErrReader(broken)), 4)
		var err error
		for err == nil {
			_, err = s.Next(nil)
		}
		if !errors.Is(err, broken) {
			t.Errorf("after %d bytes: %v", n, err)
		}
	}
	s := NewSplitter(io.MultiReader(strings.NewReader(strings.Repeat("a", 100)), iotest.ErrReader(broken)), 4)
	if _, err := s.Next(nil); !errors.Is(err, ErrNoPiece) {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(s.Rest()); len(got) != 100 || !errors.Is(err, broken) {
		t.Errorf("%d bytes, %v", len(got), err)
	}
}
