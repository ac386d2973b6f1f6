// Package ledger keeps the custody record (媒体授受・提供記録): which list came from
// whom, under which basis it was answered, what was handed over, and also what
// was refused, failed or was broken off.
//
// The ledger only grows (上書きすることなく管理、保持). Its entries are the leaves of
// a Merkle tree in the layout of C2SP tlog-tiles, and every [Ledger.Append] signs
// a C2SP checkpoint: how many entries there are and the hash of them all. Whoever
// has kept one old checkpoint – on paper is enough – can tell with [Verify], or
// with programs that were not written here, whether any entry up to that point
// was changed, removed or slipped in.
//
// It hides the tree, the signatures and how they become durable: a write-ahead
// log with one fdatasync an Append, from which [Ledger.Publish] makes the tiles.
//
// It promises: Append does not return before the entries and their checkpoint
// are on the disk. A ledger that was edited, cut, or is older than a checkpoint
// kept elsewhere does not open ([ErrTampered]). A frame torn off at the end by a
// crash is dropped and reported, never silently. Entries hold no personal data:
// there is no field for free text, and what looks like one is a [FieldError].
//
// It does not promise that an operator wrote an entry at all – that is why
// package job opens one before it reads the first byte – and it cannot by itself
// tell when the whole site was set back to an older copy.
//
// Files written by any released version are readable by every later one. The
// format is described in FORMAT.md beside this file.
package ledger
