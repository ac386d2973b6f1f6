package identity

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"baitai/spool"
)

var genPattern = regexp.MustCompile(`^gen-[0-9a-f]{16}$`)

// Sweep removes what killed loads have left in dir: unfinished generations, and
// finished ones that never became current. Generations that the current one
// descends from stay. It returns how many things it removed.
//
// The caller holds the lock of the site: a load at work is swept like a dead one.
// Where it cannot be told which ones these are, only unfinished ones are removed.
func Sweep(disk *spool.Disk, dir string) (removed int, err error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return 0, err
	}
	keep, sure := descent(dir)
	var errs []error
	for _, e := range entries {
		name := e.Name()
		dead := name == buildName || strings.HasPrefix(name, ".tmp-") || sure && genPattern.MatchString(name) && !keep[name]
		if !dead {
			continue
		}
		if err := disk.RemoveAll(filepath.Join(dir, name)); err != nil {
			errs = append(errs, err)
			continue
		}
		removed++
	}
	return removed, errors.Join(errs...)
}

// descent names the folders of the current generation and of those before it;
// sure is false where that cannot be told: without a current generation, a
// finished one may be all that is left of a name deleted by mistake.
func descent(dir string) (keep map[string]bool, sure bool) {
	keep = make(map[string]bool)
	digest, err := Current(dir)
	if err != nil {
		return nil, false
	}
	for digest != "" && !keep[genName(digest)] {
		if _, err := os.Stat(filepath.Join(dir, genName(digest))); errors.Is(err, fs.ErrNotExist) && len(keep) > 0 {
			return keep, true // this one and those before it were removed by rule
		}
		m, err := readManifest(dir, digest)
		if err != nil {
			return nil, false
		}
		keep[genName(digest)] = true
		digest = m.Previous
	}
	return keep, true
}
