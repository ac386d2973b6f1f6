// Package interop verifies ledgers (授受・提供記録) with libraries that were not
// written here: transparency-dev/formats for checkpoints and proofs,
// transparency-dev/merkle for the tree.
//
// It hides nothing and is used by nobody. It promises that, while its tests
// pass, an auditor does not depend on this program to verify what it wrote.
package interop
