// Package house holds the rules of the house (規則の点検) as tests: the floors, what
// stands behind which package, the length of functions and files, no state at
// package level, no clock and no randomness but those handed in, nothing of the
// machine that the program was written on, go.mod in its three groups, licences.
//
// There is no code in it. Each rule says where it is broken, as file:line; what
// is let pass stands in exceptions.txt with its reason, and the list may only
// shrink: an exception that nothing needs any more fails as well.
//
// What it does not promise: it reads single files, not the flow of data. A slice
// of a read-only table that is handed to somebody who changes it goes unseen.
package house
