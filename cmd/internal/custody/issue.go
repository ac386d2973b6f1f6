package custody

import (
	"errors"

	"baitai/pipeline/issue"
	"baitai/spool/ledger"
)

// Issue says what is wrong with a ledger.
func Issue(err error) error {
	var tampered *ledger.TamperedError
	var known *ledger.KnownError
	switch {
	case errors.As(err, &tampered):
		return issue.New(issue.LedgerTampered, issue.Pos{}, tampered.What).Because(err)
	case errors.As(err, &known):
		return issue.New(issue.LedgerTampered, issue.Pos{}, known.What).Because(err)
	case errors.Is(err, ledger.ErrNone):
		return issue.New(issue.LedgerMissing, issue.Pos{}).Because(err)
	case errors.Is(err, ledger.ErrTampered):
		return issue.New(issue.LedgerTampered, issue.Pos{}, "?").Because(err)
	}
	return err
}
