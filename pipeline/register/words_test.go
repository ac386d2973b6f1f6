package register

import "testing"

func roundTrip[T comparable](t *testing.T, words []word[T]) {
	t.Helper()
	seen := map[string]bool{}
	for _, w := range words {
		if got, ok := parse(words, spell(words, w.value)); !ok || got != w.value {
			t.Errorf("%v does not read back", w.spellings[0])
		}
		for _, s := range w.spellings {
			if seen[Fold(s)] {
				t.Errorf("%s means two things", s)
			}
			seen[Fold(s)] = true
		}
	}
	var none T
	if got, ok := parse(words, ""); ok || got != none {
		t.Errorf("an empty cell means %v", got)
	}
}

func TestEveryWordReadsBackAndNoneIsEmpty(t *testing.T) {
	roundTrip(t, kindWords())
	roundTrip(t, basisWords())
	roundTrip(t, particularWords())
	roundTrip(t, fieldWords())
	roundTrip(t, populationWords())
	roundTrip(t, formWords())
	roundTrip(t, charsetWords())
	roundTrip(t, wayWords())
	roundTrip(t, rightWords())
	for _, s := range []string{Kind(0).String(), Basis(0).String(), Particular(0).String(), Field(0).String(), Form(99).String(), Right(0).String()} {
		if s != "?" {
			t.Errorf("a value that is none is called %s", s)
		}
	}
}

func TestCircledThreeIsNotThree(t *testing.T) {
	if _, ok := ParseBasis("法3"); ok {
		t.Error("法3 is 法③")
	}
	if b, ok := ParseBasis(" 条例（ 提供 ）\u3000"); !ok || b != OrdinanceProvide {
		t.Error("width and spaces matter")
	}
}
