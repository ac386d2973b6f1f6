// Package spool holds the jobs on the disk: lists that arrive (受付), that are
// being worked on, that wait for a second person, and the results that lie ready
// to be handed over (交付).
//
// It hides how a file becomes durable, how a list that is still being written is
// told from a finished one, and how plain personal data leaves the disk. Jobs go
// by their id; the names that offices give to their files, which may themselves
// be personal data, are never in an error, a log or a file name of this package.
//
// It promises, also when the program is killed or the power fails at any moment:
// a list that was claimed is neither lost nor claimed twice; outside inbox/ it
// exists only sealed; what others see in outbox/ is whole. The one exception to
// the last promise is a disk that reports an fsync as done which was not.
//
// [Disk] is the recipe for every durable write of the program. The layout of the
// folders is described in FORMAT.md beside this file.
package spool
