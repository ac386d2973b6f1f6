//go:build !unix

package ledger

import "errors"

// lock: elsewhere than on Unix a ledger can only be read and verified.
func lock(string) (func() error, error) { return nil, errors.ErrUnsupported }
