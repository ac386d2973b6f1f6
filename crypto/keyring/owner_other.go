//go:build !unix

package keyring

import "io/fs"

// owner cannot tell here; the access list of the folder is the installer's care.
func owner(fs.FileInfo) (uid int, mine bool) { return 0, true }

func openToOthers(fs.FileInfo) bool { return false }
