package identity

import (
	"errors"
	"fmt"
	"strings"
)

var (
	// ErrNone says that no generation was ever loaded.
	ErrNone = errors.New("identity: nothing is loaded yet")
	// ErrNoGrant says that somebody asked without a valid grant. It is a fault of
	// the program, never of the list.
	ErrNoGrant = errors.New("identity: asked without a valid grant")
	// ErrBadRows says that a load was given up because rows are faulty; which
	// ones is in [Loaded.Issues].
	ErrBadRows = errors.New("identity: nothing was loaded, because rows are faulty")
	// ErrNobody says that a load had no person in it.
	ErrNobody = errors.New("identity: nothing was loaded, because there is nobody to load")
	// ErrNoSuchPerson says that no person has the number asked for.
	ErrNoSuchPerson = errors.New("identity: no person has this number")
)

// A FewerError says that a load was given up because the new generation would
// hold fewer people than the caller allows.
type FewerError struct{ People, Least int64 }

func (e *FewerError) Error() string {
	return fmt.Sprintf("identity: nothing was loaded, because %d people are fewer than %d", e.People, e.Least)
}

// A DamagedError names the part of the generation that is missing, changed or
// not the one that the manifest names.
type DamagedError struct {
	Part string // file name inside the folder of the generation, or «current»
	Err  error  // never holds content
}

func (e *DamagedError) Error() string {
	return fmt.Sprintf("identity: part %s is damaged: %v", e.Part, e.Err)
}

// Unwrap returns the cause.
func (e *DamagedError) Unwrap() error { return e.Err }

// A VersionError says that a generation was written in a format that this
// program does not know.
type VersionError struct{ Part, Format string }

func (e *VersionError) Error() string {
	return fmt.Sprintf("identity: %s has the unknown format %q", e.Part, e.Format)
}

// A StaleError says that the keys of the generation were made by other folding
// rules than this program has, or by other tables of places than the site has: it
// would miss people. The records can still be read; the file must be loaded again
// before anybody is looked up.
type StaleError struct{ Have, Want string }

// TablesOnly reports that the rules are the same and the office's tables are not.
func (e *StaleError) TablesOnly() bool {
	have, _, _ := strings.Cut(e.Have, "+")
	want, _, _ := strings.Cut(e.Want, "+")
	return have == want
}

func (e *StaleError) Error() string {
	return fmt.Sprintf("identity: the keys were made with folding rules and tables %s, here they are %s; load the file again", e.Have, e.Want)
}

// errCorrupt is the cause inside a DamagedError where a seal is good but what
// it holds does not follow FORMAT.md.
var errCorrupt = errors.New("malformed")

// errIsCurrent is a fault of the program: nobody removes what is answered from.
var errIsCurrent = errors.New("identity: the current generation is not removed")

// What a part can be instead of the one that the manifest names.
var (
	errDigest = errors.New("its digest is not the one in the manifest")
	errSize   = errors.New("its size is not the one in the manifest")
)
