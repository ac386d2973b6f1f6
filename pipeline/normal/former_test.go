package normal

import (
	"slices"
	"testing"
)

// A record of before a merger has the code of before too; a row of a list has
// none. Both are the same place.
func TestACodeOfThePastDoesNotHideItsMunicipality(t *testing.T) {
	for _, a := range []struct{ text, code, today string }{
		{"福岡県前原市泊一丁目５番３５号", "402222", "402303"},
		{"福岡県筑紫郡那珂川町松原７３６番地３", "403059", "402311"},
	} {
		row, file := FoldAddress(a.text, "").Reveal(), FoldAddress(a.text, a.code).Reveal()
		if !slices.Equal(row.Municipalities, []string{a.today}) || !slices.Equal(file.Municipalities, row.Municipalities) ||
			file.Town != row.Town || file.Former != row.Former {
			t.Errorf("%s: without its code %v %s, with %v %s", a.text, row.Municipalities, row.Town, file.Municipalities, file.Town)
		}
	}
	// A code of another prefecture contradicts the name, and stays.
	if got := FoldAddress("福岡県前原市泊一丁目５番３５号", "132222").Reveal(); slices.Contains(got.Municipalities, "402303") {
		t.Error("a code of another prefecture gave way to the name")
	}
}
