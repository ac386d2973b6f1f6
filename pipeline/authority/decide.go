package authority

import (
	"time"

	"baitai/pipeline/issue"
	"baitai/pipeline/register"
)

// Decide holds a request against the register. It returns a valid grant, or an
// [issue.List] with every reason against it (J101 … J120, F115, F143).
func Decide(reg *register.Register, req Request, op register.Operator, now time.Time) (Grant, error) {
	_, _, _, _ = reg, req, op, now
	return Grant{}, issue.List{issue.New(issue.UnknownOffice, issue.Pos{})}
}
