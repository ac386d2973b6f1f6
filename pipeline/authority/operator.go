package authority

import (
	"slices"
	"time"

	"baitai/pipeline/issue"
	"baitai/pipeline/register"
)

// An Act is something that an operator does other than answering a list.
type Act string

// The acts.
const (
	ActExplain Act = "explain" // look into why a row was answered as it was
	ActSearch  Act = "search"  // 検索: combinations of the four particulars, one person at a time
	ActReview  Act = "review"  // decide the rows of a review list
	ActApprove Act = "approve" // be the second person (二人承認)
	ActOpen    Act = "open"    // open a sealed result or detail of this site
	ActCarry   Act = "carry"   // take in and hand over media
	ActLoad    Act = "load"    // load the identity file
	ActExport  Act = "export"  // export the identity file
	ActManage  Act = "manage"  // release, repeat, erase, change the register
	ActAudit   Act = "audit"   // read ledger and records
)

// rights lists what an act needs; none for an act that is not known, which is
// refused.
func (a Act) rights() []register.Right {
	switch a {
	case ActExplain, ActOpen:
		return []register.Right{register.RightView}
	case ActSearch:
		return []register.Right{register.RightAsk, register.RightView}
	case ActReview:
		return []register.Right{register.RightReview}
	case ActApprove:
		return []register.Right{register.RightApprove}
	case ActCarry:
		return []register.Right{register.RightAsk}
	case ActLoad, ActExport, ActManage: // 管理権限を与えられた者以外、情報の複製は行えない
		return []register.Right{register.RightManage}
	case ActAudit:
		return []register.Right{register.RightAudit}
	}
	return nil
}

// An OperatorGrant is the permission of one operator for one act. The zero value
// permits nothing.
type OperatorGrant struct{ t *operatorTerms }

type operatorTerms struct {
	act            Act
	operator       register.Operator
	registerDigest string
}

// DecideOperator holds an act against the operator's rights. Its error is an
// [issue.List] with every reason (J110, J111, J112).
func DecideOperator(reg *register.Register, op register.Operator, act Act, now time.Time) (OperatorGrant, error) {
	if reg == nil {
		reg = &register.Register{}
	}
	needed := act.rights()
	d := &decision{reg: reg, now: now}
	o := d.operator(op, needed...)
	if len(needed) == 0 {
		d.refuse(issue.OperatorLacksRight, 0, "?")
	}
	if err := d.issues.Err(); err != nil {
		return OperatorGrant{}, err
	}
	return OperatorGrant{&operatorTerms{act, o, reg.Digest()}}, nil
}

// Valid reports whether g permits anything.
func (g OperatorGrant) Valid() bool { return g.t != nil }

// Permits reports whether g is for that act.
func (g OperatorGrant) Permits(a Act) bool { return g.t != nil && g.t.act == a }

// Operator is the 操作者ID; "" for the zero value.
func (g OperatorGrant) Operator() string {
	if g.t == nil {
		return ""
	}
	return g.t.operator.ID
}

// SeesSupport reports whether people under 支援措置 are shown unmasked.
func (g OperatorGrant) SeesSupport() bool {
	return g.t != nil && g.t.operator.Has(register.RightSupport)
}

// Lookup gives the grant with which the identity file is asked for [ActExplain],
// [ActSearch] or [ActReview]: one row, every search key, no 住民票コード among the fields, and
// nobody to whom anything could be sealed. For any other act it is the zero grant.
// Every use is to be recorded (5-①; 操作履歴).
func (g OperatorGrant) Lookup() Grant {
	if !g.Permits(ActExplain) && !g.Permits(ActSearch) && !g.Permits(ActReview) {
		return Grant{}
	}
	return Grant{&terms{
		operator:       g.t.operator.ID,
		registerDigest: g.t.registerDigest,
		purpose: register.Purpose{
			Population:  register.Everybody,
			ShowSupport: g.SeesSupport(),
			MaxRows:     1,
		},
		keys:   slices.DeleteFunc(register.Particulars(), func(p Particular) bool { return p == KeyConsent }),
		fields: slices.DeleteFunc(register.Fields(), func(f Field) bool { return f == FieldCode }),
	}}
}
