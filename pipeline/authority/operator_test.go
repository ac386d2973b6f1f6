package authority

import (
	"testing"

	"baitai/pipeline/person"
	"baitai/pipeline/register"
)

func acts() []Act {
	return []Act{ActExplain, ActSearch, ActReview, ActApprove, ActOpen, ActCarry, ActLoad, ActExport, ActManage, ActAudit, "", "eat"}
}

func TestEachActNeedsItsRight(t *testing.T) {
	reg := testRegister(t)
	may := map[string][]Act{
		"sosa":     {ActExplain, ActSearch, ActOpen, ActCarry},                                 // 照会, 閲覧
		"minarai":  {ActReview},                                                                // 審査
		"kanri":    {ActExplain, ActApprove, ActOpen, ActLoad, ActExport, ActManage, ActAudit}, // 管理, 監査, 承認, 支援措置, 閲覧
		"taishoku": nil,
		"root":     nil,
	}
	for login, granted := range may {
		op, _ := reg.Operator(login)
		for _, act := range acts() {
			want := false
			for _, a := range granted {
				want = want || a == act
			}
			g, err := DecideOperator(reg, op, act, day(t, "2026-11-23"))
			if g.Valid() != want || (err == nil) != want || g.Permits(act) != want || want && g.Operator() != op.ID {
				t.Errorf("%s %q: %v, want %v", login, act, err, want)
			}
			for _, other := range acts() {
				if other != act && g.Permits(other) {
					t.Errorf("%s: the grant for %q permits %q", login, act, other)
				}
			}
		}
	}
}

func TestAnActIsRefusedWithEveryReason(t *testing.T) {
	reg := testRegister(t)
	op, _ := reg.Operator("taishoku")
	for act, want := range map[Act]string{ActSearch: "J112 J111", ActManage: "J112 J111", ActCarry: "J112", "eat": "J112 J111"} {
		if _, err := DecideOperator(reg, op, act, day(t, "2026-11-23")); codes(err) != want {
			t.Errorf("%s: %s, want %s", act, codes(err), want)
		}
	}
	if _, err := DecideOperator(nil, op, ActAudit, day(t, "2026-11-23")); codes(err) != "J110" {
		t.Error(codes(err))
	}
}

func TestALookupGivesNobodyAnything(t *testing.T) {
	reg := testRegister(t)
	for login, support := range map[string]bool{"sosa": false, "kanri": true} {
		op, _ := reg.Operator(login)
		og, err := DecideOperator(reg, op, ActExplain, day(t, "2026-11-23"))
		if err != nil {
			t.Fatal(err)
		}
		g := og.Lookup()
		if !g.Valid() || len(g.Recipients()) > 0 || g.Form() != 0 || g.Way() != 0 || g.MaxRows() != 1 || g.Office() != "" || g.Operator() != op.ID {
			t.Errorf("%s: %v", login, g)
		}
		if g.IgnoresSupport() != support || og.SeesSupport() != support {
			t.Errorf("%s: sees people under 支援措置: %v", login, g.IgnoresSupport())
		}
		for _, f := range g.Fields() {
			if f == FieldCode {
				t.Error("住民票コード is shown")
			}
		}
		if !g.MayUse(KeyCode) || !g.MayUse(KeyAddress) || g.MayUse(KeyConsent) || !g.Covers(person.Present) {
			t.Error("an operator cannot search")
		}
	}
	kanri, _ := reg.Operator("kanri")
	for _, act := range []Act{ActExport, ActManage, ActAudit, ActOpen, ActApprove} {
		og, err := DecideOperator(reg, kanri, act, day(t, "2026-11-23"))
		if err != nil {
			t.Fatal(err)
		}
		if og.Lookup().Valid() {
			t.Errorf("%s gives a lookup", act)
		}
	}
	if (OperatorGrant{}).Lookup().Valid() || (OperatorGrant{}).Valid() || (OperatorGrant{}).SeesSupport() || (OperatorGrant{}).Permits("") {
		t.Error("the zero value permits something")
	}
	if register.RightSupport.String() != "支援措置" {
		t.Error("the right has another name")
	}
}
