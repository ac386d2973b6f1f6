package authoritytest

import (
	"testing"

	"baitai/pipeline/register"
)

func TestEveryBasisHasAGrant(t *testing.T) {
	for _, b := range register.Bases() {
		g := Grant(t, Terms{Basis: b.String()})
		if !g.Valid() || g.Basis() != b || g.TotalsOnly() != (b == register.Statistics) || g.NeedsConsent() != (b == register.Consent) {
			t.Errorf("%v: %v", b, g)
		}
	}
}
