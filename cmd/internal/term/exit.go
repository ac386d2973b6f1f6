package term

import (
	"context"
	"errors"

	"baitai/pipeline/issue"
)

// The exit codes, which scripts may rely on. An unknown one is a failure.
const (
	ExitOK        = 0
	ExitFault     = 1  // a fault; what was taken in stays and runs again
	ExitUsage     = 2  // the command line is wrong
	ExitRowFaults = 3  // finished, but some rows could not be searched (80–82, 99)
	ExitRefused   = 4  // refused
	ExitHeld      = 10 // somebody else works in the site
	ExitNoKey     = 11 // a key is missing
	ExitLedger    = 20 // the ledger does not verify
)

// ExitCode gives the exit code of an error; ExitOK for nil.
func ExitCode(err error) int {
	if err == nil {
		return ExitOK
	}
	var e *ExitError
	if errors.As(err, &e) {
		return e.Code
	}
	i := issue.Find(err)
	if i == nil || errors.Is(err, context.Canceled) {
		return ExitFault
	}
	switch i.Code {
	case issue.SpoolHeld, issue.LedgerHeld:
		return ExitHeld
	case issue.LayoutNoRecord, issue.LayoutOverlap, issue.LayoutGap, issue.LayoutBeyond, issue.LayoutAlike,
		issue.LayoutPadding, issue.LayoutItem, issue.LayoutLacks, issue.LayoutValue, issue.LayoutDefaultTwice:
		return ExitRefused // of the register, as J201 to J210 are: running again does not help
	}
	switch i.Code[0] {
	case 'C':
		return ExitUsage
	case 'K':
		return ExitNoKey
	case 'L':
		return ExitLedger
	case 'S':
		return ExitFault
	}
	return ExitRefused
}

// An ExitError ends a program with a code after everything was said.
type ExitError struct{ Code int }

func (e *ExitError) Error() string { return "" }
