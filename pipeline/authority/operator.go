package authority

import (
	"baitai/pipeline/register"
)

// An Act is something that an operator does outside of answering a list.
type Act string

// The acts.
const (
	ActExplain Act = "explain" // look into why a row was answered as it was
	ActSearch  Act = "search"  // 検索: the combinations of the four particulars
	ActReview  Act = "review"  // decide the rows of the review list
	ActApprove Act = "approve" // be the second person
	ActOpen    Act = "open"    // open a sealed result or detail
	ActCarry   Act = "carry"   // take in and hand over media
	ActLoad    Act = "load"    // load the identity file
	ActExport  Act = "export"  // export the identity file
	ActManage  Act = "manage"  // release, repeat, erase
	ActAudit   Act = "audit"   // read ledger and records
)

// An OperatorGrant is the permission of one operator for one act. The zero value
// permits nothing.
type OperatorGrant struct {
	act      Act
	operator register.Operator
	digest   string
}

// Valid reports whether g permits anything.
func (g OperatorGrant) Valid() bool { return g.act != "" }
