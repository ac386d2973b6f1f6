package charset

import (
	"math/rand/v2"
	"testing"
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
