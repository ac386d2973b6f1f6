package wrap

import (
	"errors"
	"strconv"
)

// An Error says why a container is not opened, and where.
type Error struct {
	// Name is the entry, as far as it could be read: «a.zip/list.csv». It may be
	// personal and is not part of Error().
	Name  string
	Entry int // number of the entry in its zip, from 1; 0 for a container as a whole
	Err   error
}

// Error gives «entry 3: wrong checksum».
func (e *Error) Error() string {
	if e.Entry == 0 {
		return "wrap: " + e.Err.Error()
	}
	return "wrap: entry " + strconv.Itoa(e.Entry) + ": " + e.Err.Error()
}

// Unwrap returns the reason.
func (e *Error) Unwrap() error { return e.Err }

// Why a container is not opened.
var (
	ErrEncrypted   = errors.New("encrypted zip")
	ErrTooDeep     = errors.New("containers in containers beyond the limit")
	ErrRatio       = errors.New("unpacks to suspiciously much")
	ErrTooLarge    = errors.New("unpacks to more than the limit")
	ErrTooMany     = errors.New("more entries than the limit")
	ErrPath        = errors.New("name that leads elsewhere")
	ErrLink        = errors.New("link or other entry that is no file")
	ErrDuplicate   = errors.New("two entries of the same name")
	ErrChecksum    = errors.New("wrong checksum")
	ErrTrailing    = errors.New("bytes behind the end")
	ErrOverlap     = errors.New("entries over one another")
	ErrMismatch    = errors.New("what is said of the entry in two places differs")
	ErrTruncated   = errors.New("cut short")
	ErrDamaged     = errors.New("damaged")
	ErrMethod      = errors.New("unknown method of compression")
	ErrNameCharset = errors.New("name in an uncertain character set")
	ErrNameLong    = errors.New("name longer than the limit")
	ErrWindow      = errors.New("needs more memory than the limit to unpack")
	ErrPassphrase  = errors.New("sealed with a passphrase")
	ErrSealHeader  = errors.New("header of the seal longer than the limit")
	ErrOtherKey    = errors.New("sealed to another key")
	ErrSeal        = errors.New("seal cut or damaged")
	ErrEmpty       = errors.New("no list inside")
	ErrSide        = errors.New("a request without its one list")
	ErrSideLarge   = errors.New("request longer than the limit")
)

// reasons are all of the above, for telling them from faults of the machine.
func reasons() []error {
	return []error{ErrEncrypted, ErrTooDeep, ErrRatio, ErrTooLarge, ErrTooMany, ErrPath, ErrLink, ErrDuplicate,
		ErrChecksum, ErrTrailing, ErrOverlap, ErrMismatch, ErrTruncated, ErrDamaged, ErrMethod, ErrNameCharset,
		ErrNameLong, ErrWindow, ErrPassphrase, ErrSealHeader, ErrOtherKey, ErrSeal, ErrEmpty, ErrSide, ErrSideLarge}
}

// isReason reports whether an error is one of this package's reasons.
func isReason(err error) bool {
	for _, r := range reasons() {
		if errors.Is(err, r) {
			return true
		}
	}
	return false
}
