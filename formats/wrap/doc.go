// Package wrap opens what an office puts around its lists (容器): zip, gzip, zstd
// and age, one in another as far as the limits allow, and hands over the lists
// that are inside.
//
// It hides how containers differ: whoever has a [Container] sees [List]s with a
// name, a request (依頼書) if one stands beside it, and plain bytes to be read
// once. It promises that it never writes a file and never holds a list in
// memory, that it stops at the limits ([Limits]) whatever a container claims of
// itself, and that nothing is guessed: a container that two programs could read
// in two ways (entries over one another, two directories, a name in two
// character sets, bytes behind the end) is refused with an [*Error] that says
// why. Errors never quote a name.
//
// Only io.EOF says that a list was whole and its checksum or seal right: until
// then what was read MUST NOT be used.
//
// A zip is read by the directory at its end alone, but every local header is held
// against it. Names only tell lists apart and a request from its list; nothing is
// ever written under them, and names that could do harm elsewhere refuse the
// container all the same.
package wrap
