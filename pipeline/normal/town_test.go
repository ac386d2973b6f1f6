package normal

import (
	"strings"
	"testing"

	"baitai/pipeline/person"
)

// Two towns of one municipality that fold together would make two addresses one.
func TestNoTwoTownsOfAMunicipalityFoldTogether(t *testing.T) {
	towns := 0
	for line := range lines(townTable) {
		code, raw, _ := strings.Cut(line, "\t")
		seen := map[string]string{}
		for name := range strings.SplitSeq(raw, "|") {
			if endsInFigure(name) {
				continue
			}
			towns++
			p := FoldAddress(name+"9-8-7", code).Reveal()
			key := p.Town + " " + strings.Join(p.Numbers, "-")
			if other, ok := seen[key]; ok {
				t.Errorf("%s: %s and %s are both %s", code, other, name, p.Town)
			}
			seen[key] = name
		}
	}
	if towns < 100_000 {
		t.Fatalf("only %d towns", towns)
	}
}

func TestEveryTownIsReadBackWithItsNumbers(t *testing.T) {
	if testing.Short() {
		t.Skip("reads 340,000 addresses")
	}
	bad, all := 0, 0
	for line := range lines(townTable) {
		code, raw, _ := strings.Cut(line, "\t")
		for name := range strings.SplitSeq(raw, "|") {
			if endsInFigure(name) {
				continue
			}
			for _, tail := range []string{"9-8-7", "九丁目8番7号", "九丁目八番七号"} {
				all++
				p := FoldAddress(name+tail, code).Reveal()
				if strings.Join(p.Numbers, "-") != "9-8-7" || p.Town == "" {
					bad++
				}
			}
		}
	}
	// Places called 蘭越町蘭越町, and towns that end in 辛, are read otherwise.
	if bad*1_000 > all {
		t.Errorf("%d of %d towns are not read back", bad, all)
	}
}

func endsInFigure(s string) bool {
	r := []rune(s)
	last := widen(r[len(r)-1])
	return isFigure(last) || kanjiFigure(last) >= 0
}

func TestEveryCodeOfTheMunicipalityTableHasItsCheckDigit(t *testing.T) {
	n := 0
	for line := range lines(municipalityTable) {
		code, _, _ := strings.Cut(line, "\t")
		if !person.ValidMunicipality(code) {
			t.Errorf("%s", code)
		}
		n++
	}
	if n != 1965 {
		t.Errorf("%d codes", n)
	}
}
