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

// 栃木県 has a 那珂川町 too: without its 郡 or prefecture the name means both.
func TestAMergedMunicipalityIsTheOneOfToday(t *testing.T) {
	p := newPlaces("# old\n403059\t筑紫郡那珂川町\t402311\t2018-10-01\tan example\n")
	for _, text := range []string{"福岡県筑紫郡那珂川町大字西隈1", "筑紫郡那珂川町西隈1", "福岡県那珂川町西隈1", "那珂川市西隈1"} {
		_, found, rest := p.cut(foldAddressText(nil, text), "")
		if len(found) != 1 || found[0].code != "402311" || string(rest) != "西隈1" {
			t.Errorf("%s: %d places, rest %s", text, len(found), string(rest))
		}
	}
	if p.byCode["40305"].code != "402311" {
		t.Error("the old code is not the code of today")
	}
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
	if n != 1969 {
		t.Errorf("%d codes", n)
	}
}
