package ledger

import (
	"errors"
	"fmt"
)

var (
	// ErrTampered is what every [TamperedError] and [KnownError] is: the ledger
	// does not verify, nothing may be done with it (exit code 20).
	ErrTampered = errors.New("ledger: does not verify")

	// ErrHeld means that another process writes to this ledger.
	ErrHeld = errors.New("ledger: held by another process")

	// ErrNone means that there is no ledger in the folder.
	ErrNone = errors.New("ledger: there is none")

	// ErrExists means that Create met a folder that is in use.
	ErrExists = errors.New("ledger: the folder is not empty")

	// ErrBroken means that an earlier write failed: what is on the disk is not
	// known any more. Only opening the ledger anew tells.
	ErrBroken = errors.New("ledger: an earlier write failed; open it anew")

	// ErrClosed means that the ledger was closed.
	ErrClosed = errors.New("ledger: closed")

	// ErrProof means that a proof does not show what it is to show.
	ErrProof = errors.New("ledger: not a proof of this entry")

	// ErrOrigin means that a name cannot be the origin of a ledger.
	ErrOrigin = errors.New("ledger: not a usable origin")

	// ErrOptions means that a disk, a clock or randomness was not handed in.
	ErrOptions = errors.New("ledger: disk, clock or randomness is missing")
)

// TamperedError says what of the ledger does not fit to what was signed.
type TamperedError struct {
	What  string // English, without any content of an entry
	Index int64  // first entry that is concerned; -1 where that cannot be told
}

func (e *TamperedError) Error() string {
	if e.Index < 0 {
		return "ledger: does not verify: " + e.What
	}
	return fmt.Sprintf("ledger: does not verify: %s (entry %d)", e.What, e.Index)
}

// Is makes every TamperedError an [ErrTampered].
func (e *TamperedError) Is(target error) bool { return target == ErrTampered }

// KnownError says that the ledger contradicts a checkpoint that is kept
// elsewhere: it was set back, or another history was put in its place.
type KnownError struct {
	No   int    // position in what was handed in, from 0
	What string // English
	Size int64  // how many entries that checkpoint counts; -1 where it is unreadable
}

func (e *KnownError) Error() string {
	return fmt.Sprintf("ledger: does not verify: checkpoint no. %d kept elsewhere, of %d entries: %s", e.No, e.Size, e.What)
}

// Is makes every KnownError an [ErrTampered].
func (e *KnownError) Is(target error) bool { return target == ErrTampered }

// FieldError names the field of an entry that cannot be entered. It never
// quotes the value.
type FieldError struct {
	Field string // as in the JSON, such as "office" or "counts"
	Why   string
}

func (e *FieldError) Error() string { return "ledger: entry: " + e.Field + ": " + e.Why }

// FormatError is a piece of a ledger that cannot be read.
type FormatError struct {
	Part   string // "entry", "frame", "checkpoint", "proof", "bundle", "tile"
	Offset int64  // byte position where known, else -1
	Why    string
}

func (e *FormatError) Error() string {
	if e.Offset < 0 {
		return "ledger: " + e.Part + ": " + e.Why
	}
	return fmt.Sprintf("ledger: %s: byte %d: %s", e.Part, e.Offset, e.Why)
}
