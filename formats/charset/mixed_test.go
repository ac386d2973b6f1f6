package charset

import (
	"math/rand/v2"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// Even texts of nothing but rare kanji (第2水準), which no list has, are not taken
// for UTF-8.
func TestRareKanjiAreNotTakenForAMixture(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	var p Probe
	for range 100_000 {
		row := []byte("1,")
		for range 6 + rng.IntN(6) {
			lead := byte(0x98 + rng.IntN(0x9f-0x98+1))
			if rng.IntN(2) == 0 {
				lead = byte(0xe0 + rng.IntN(0xea-0xe0+1))
			}
			trail := byte(0x9f + rng.IntN(0xfc-0x9f+1))
			if lead == 0xea {
				trail = 0x9f
			}
			row = append(row, lead, trail)
		}
		p.Write(append(row, "\r\n"...))
	}
	if got, err := p.Decide(CP932); got != CP932 || err != nil {
		t.Errorf("%s, %v", got, err)
	}
}

// mixedSlowly looks for a mixture byte by byte.
func mixedSlowly(raw []byte) place {
	skip, run, line := false, 0, lineCounter{n: 1}
	for i, c := range raw {
		switch {
		case c < border:
			skip, run = false, 0
		case skip || !continuesUTF8(c, run):
			skip = true
		default:
			if run++; run == mixedBytes {
				line.add(raw[:i+1-mixedBytes])
				return place{true, int64(i + 1 - mixedBytes), line.n}
			}
		}
	}
	return place{}
}

func TestAMixtureIsFoundInAnyPieces(t *testing.T) {
	part := rapid.OneOf(rapid.SampledFrom([]string{"福岡県天", "福岡県", "あ", "1,", "\r\n", "abc", "\x88\xc0", "\xe3\x81", "\xe3\x40", "\xef", "\xea\xa0\x80"}),
		rapid.Map(rapid.SliceOfN(rapid.Byte(), 0, 3), func(b []byte) string { return string(b) }))
	rapid.Check(t, func(t *rapid.T) {
		raw := []byte(strings.Join(rapid.SliceOfN(part, 0, 30).Draw(t, "parts"), ""))
		piece := rapid.IntRange(1, 40).Draw(t, "piece")
		var p Probe
		for rest := raw; len(rest) > 0; {
			n := min(len(rest), piece)
			p.Write(rest[:n])
			rest = rest[n:]
		}
		want := mixedSlowly(raw)
		if got := p.mixed.found; got.found != want.found {
			t.Fatalf("%q in pieces of %d: %+v, want %+v", raw, piece, got, want)
		} else if piece >= len(raw) && got != want { // across pieces the line is that of the piece
			t.Fatalf("%q: %+v, want %+v", raw, got, want)
		}
	})
}
