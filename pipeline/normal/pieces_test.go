package normal

import (
	"testing"

	"pgregory.net/rapid"
)

// Names of two characters' alphabet, so that they meet often.
func nearNames() *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		s := ""
		for range rapid.IntRange(1, 5).Draw(t, "characters") {
			s += rapid.SampledFrom([]string{"山", "川", "髙", "高", "　", "か", "が"}).Draw(t, "character")
		}
		return s
	})
}

// What is compared without a copy is what a comparison of the texts says.
func TestNamesAreComparedWithoutACopyAsWithOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := FoldName(nearNames().Draw(t, "a")), FoldName(nearNames().Draw(t, "b"))
		if a == nil || b == nil {
			return
		}
		for _, n := range []*Name{a, b} {
			surname, given, ok := n.RevealParts()
			if ok && surname+given != n.Reveal(AsVariant) || !ok && surname+given != "" {
				t.Fatalf("the parts are not the name")
			}
			if n.KanaOnly() != KanaOnly(n.Reveal(AsForm)) {
				t.Fatalf("KanaOnly says %v", n.KanaOnly())
			}
		}
		if a.SameForm(b) != (a.Reveal(AsForm) == b.Reveal(AsForm)) || a.SameVariant(b) != (a.Reveal(AsVariant) == b.Reveal(AsVariant)) {
			t.Fatalf("same form %v, same variant %v", a.SameForm(b), a.SameVariant(b))
		}
		surname, given, ok := a.RevealParts()
		if a.TurnedTo(b) != (ok && given+surname == b.Reveal(AsVariant)) {
			t.Fatalf("turned %v", a.TurnedTo(b))
		}
		if a.p.far(b.p) && isSlip([]rune(a.Reveal(AsVariant)), []rune(b.Reveal(AsVariant))) {
			t.Fatalf("a slip is taken for far")
		}
	})
}

// isSlip tries every slip.
func isSlip(a, b []rune) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	for i := range b {
		without := append(append([]rune{}, b[:i]...), b[i+1:]...)
		if string(without) == string(a) {
			return true
		}
		if i > 0 {
			turned := append([]rune{}, b...)
			turned[i-1], turned[i] = turned[i], turned[i-1]
			if string(turned) == string(a) && string(a) != string(b) {
				return true
			}
		}
	}
	return false
}
