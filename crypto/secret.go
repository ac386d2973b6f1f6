package crypto

import "fmt"

// Mask is what every secret of this package prints as.
const Mask = "＊＊＊"

// writeMask is the one way in which a secret meets fmt, as long as fmt can call
// Format.
func writeMask(f fmt.State) {
	_, _ = f.Write([]byte(Mask)) // fmt offers no way to report an error here
}

// hide puts a secret where fmt cannot follow. In an unexported field of another
// struct fmt cannot call Format, and a pointer is not enough there: under a verb
// that does not fit (%s of a pointer) fmt prints what a pointer to a struct or an
// array points to. Of a closure it prints the address under every verb.
func hide[T any](secret *T) func() *T { return func() *T { return secret } }
