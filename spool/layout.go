package spool

import (
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"unicode"
	"unicode/utf8"
)

// State says where a job is.
type State string

// The states of a job. Inbox holds no jobs yet, only files.
const (
	Inbox   State = "inbox"   // a file that nobody has claimed
	Work    State = "work"    // claimed; to be run, or interrupted
	Held    State = "held"    // waits for a person
	Outbox  State = "outbox"  // done; its result waits to be handed over
	Done    State = "done"    // done; its result is no longer, or never was, in outbox/
	Refused State = "refused" // ended by a refusal
)

// version is that of the layout and of claim.json; see FORMAT.md.
const version = 0

// Names inside a spool and inside a job's folder.
const (
	lockFile     = "lock"
	formatFile   = "format"
	claimFile    = "claim.json"
	attemptsFile = "attempts"
	claimLitter  = ".claim-"
	refusedEntry = ".refused-"

	ListFile    = "list.age"    // the list as it was received, sealed
	RequestFile = "request.age" // the side file, sealed
	MetaFile    = "meta.age"    // what the caller wants to remember, sealed
	NoteFile    = "note"        // why an entry was expelled: no personal data
	OutDir      = "out"         // what is to be published
)

// Errors of the spool.
var (
	ErrHeld       = errors.New("another process holds the spool")
	ErrNoSpool    = errors.New("not a spool")
	ErrVersion    = errors.New("spool was written by a newer version")
	ErrReadOnly   = errors.New("spool was opened for viewing")
	ErrNoJob      = errors.New("no such job")
	ErrJobExists  = errors.New("a job of this id exists")
	ErrUnfinished = errors.New("the claim of the job is not finished: the plain file may still be there")
	ErrBadMove    = errors.New("no such way from one state to the other")
	ErrNoResult   = errors.New("the job has nothing to publish")
	ErrPublished  = errors.New("the result is published and cannot change")
	ErrBadID      = errors.New("not a job id")
	ErrBadOffice  = errors.New("not a usable name for an office")
	ErrNoClock    = errors.New("no clock was given")
)

// HeldError is [ErrHeld] with the process that holds the spool, 0 if unknown.
type HeldError struct{ PID int }

func (e *HeldError) Error() string {
	return fmt.Sprintf("spool: process %d holds the spool", e.PID)
}

// Is makes errors.Is(err, ErrHeld) true.
func (e *HeldError) Is(target error) bool { return target == ErrHeld }

// JobError is an error about one job.
type JobError struct {
	ID  string
	Err error
}

func (e *JobError) Error() string { return "spool: job " + e.ID + ": " + e.Err.Error() }

// Unwrap returns the cause.
func (e *JobError) Unwrap() error { return e.Err }

// A Path is the name of a file that somebody else named. It may be personal data
// («山田花子_照会.csv»), so it prints as a mask wherever it is held.
type Path struct {
	_ [0]func()
	p *string // nil for the empty path
}

// NewPath takes path as it is.
func NewPath(path string) Path {
	if path == "" {
		return Path{}
	}
	return Path{p: &path}
}

// Reveal returns the path. What it returns MUST NOT go into an error, a log or
// the name of another file.
func (p Path) Reveal() string {
	if p.p == nil {
		return ""
	}
	return *p.p
}

// Base returns the last part of the path.
func (p Path) Base() Path {
	if p.Empty() {
		return Path{}
	}
	return NewPath(filepath.Base(*p.p))
}

// Empty reports whether there is no path.
func (p Path) Empty() bool { return p.p == nil }

const mask = "＊＊＊"

// Format prints a mask under every verb; an empty path prints as nothing.
func (p Path) Format(f fmt.State, _ rune) {
	if p.p != nil {
		_, _ = f.Write([]byte(mask))
	}
}

// LogValue gives the mask to log/slog.
func (p Path) LogValue() slog.Value { return slog.StringValue(mask) }

// MarshalText gives the mask to encoders.
func (p Path) MarshalText() ([]byte, error) { return []byte(mask), nil }

// CheckID refuses what is not a job id: 8 to 64 of a–z, 0–9 and -, not beginning
// with -.
func CheckID(id string) error {
	if len(id) < 8 || len(id) > 64 || id[0] == '-' {
		return ErrBadID
	}
	for i := range len(id) {
		c := id[i]
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' {
			return ErrBadID
		}
	}
	return nil
}

// CheckOffice refuses what cannot be the folder of an office (照会元): 1 to 120
// bytes of letters and digits of any script, - and _, not beginning with -.
func CheckOffice(name string) error {
	if name == "" || len(name) > 120 || name[0] == '-' || !utf8.ValidString(name) {
		return ErrBadOffice
	}
	for _, r := range name {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '-' && r != '_' {
			return ErrBadOffice
		}
	}
	return nil
}
