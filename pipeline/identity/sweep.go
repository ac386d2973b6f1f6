package identity

import (
	"cmp"
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"baitai/spool"
)

var genPattern = regexp.MustCompile(`^gen-[0-9a-f]{16}$`)

// Sweep removes what killed loads have left in dir: unfinished generations, and
// finished ones that never became current. Generations that the current one
// descends from stay, also those that are older than one that was removed. It
// returns how many things it removed.
//
// entered are the digests that the ledger has: none of these is litter, whatever the
// folder looks like. A load that heals a lost name of the current generation begins a
// new descent, of which those before it are not; they became current all the same, and
// answers were made from them.
//
// The caller holds the lock of the site: a load at work is swept like a dead one.
// Where it cannot be told which ones these are, only unfinished ones are removed.
func Sweep(disk *spool.Disk, dir string, entered map[string]bool) (removed int, err error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return 0, err
	}
	line := descent(dir)
	var errs []error
	for _, e := range entries {
		name := e.Name()
		if name != buildName && !strings.HasPrefix(name, litterPrefix) && !line.astray(dir, name, entered) {
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

// litterPrefix is what names begin with that nothing finished has.
const litterPrefix = ".tmp-"

// Old gives the digests of the generations that are too old: neither among the last
// keep, the current one counted, nor in use. The oldest come first, as far as that
// can be told. Damaged ones stay: somebody must look at them, and the digest by which
// the ledger knows a generation is that of its manifest. What [Sweep] removes is not old;
// entered is what it is for Sweep.
func Old(dir string, keep int, inUse, entered map[string]bool) ([]string, error) {
	line := descent(dir)
	if len(line) == 0 {
		return nil, nil
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	age := make(map[string]int)
	for _, e := range entries {
		digest, ok := digestIn(dir, e.Name())
		if !ok || inUse[digest] || line.astray(dir, e.Name(), entered) {
			continue
		}
		at := slices.Index(line, digest)
		if at < 0 {
			at = len(line) // beyond one that was removed, or of a descent before
		}
		if at >= max(keep, 1) {
			age[digest] = at
		}
	}
	oldest := func(a, b string) int { return cmp.Or(cmp.Compare(age[b], age[a]), cmp.Compare(a, b)) }
	return slices.SortedFunc(maps.Keys(age), oldest), nil
}

// Remove removes the generation of that digest, if it is there; the current one it
// never removes. What others share with it stays, and so does what readers have open.
// Killed on the way, it leaves the whole generation, or litter that [Sweep] removes.
func Remove(disk *spool.Disk, dir, digest string) error {
	if current, err := Current(dir); err != nil || current == digest {
		return cmp.Or(err, errIsCurrent)
	}
	name := genName(digest)
	if _, err := os.Lstat(filepath.Join(dir, name)); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	litter := filepath.Join(dir, litterPrefix+name)
	if err := disk.Rename(filepath.Join(dir, name), litter); err != nil {
		return err
	}
	return disk.RemoveAll(litter)
}

// A lineage is the digests of the generations that the current one descends from,
// itself first, back to the first or to where one is gone. It is empty where that
// cannot be told: without a current generation, a finished one may be all that is
// left of a name deleted by mistake.
type lineage []string

func descent(dir string) lineage {
	digest, err := Current(dir)
	if err != nil {
		return nil
	}
	var line lineage
	for digest != "" && !slices.Contains(line, digest) {
		if _, err := os.Lstat(filepath.Join(dir, genName(digest))); errors.Is(err, fs.ErrNotExist) && len(line) > 0 {
			return line // this one was removed by rule
		}
		m, err := readManifest(dir, digest)
		if err != nil {
			return nil
		}
		line = append(line, digest)
		digest = m.Previous
	}
	return line
}

// astray reports that a folder holds a generation that never became current: it is
// told by the one before it, which the lineage has, while it is not of it itself. One
// that is older than what was removed by rule has nothing to do with what is left, and
// one that was entered did become current.
func (l lineage) astray(dir, name string, entered map[string]bool) bool {
	digest, ok := digestIn(dir, name)
	if !ok || len(l) == 0 || slices.Contains(l, digest) || entered[digest] {
		return false
	}
	m, err := readManifest(dir, digest)
	if err != nil {
		return false
	}
	first := m.Previous == "" && l.whole(dir) // beside the first of all
	return first || slices.Contains(l, m.Previous)
}

// whole reports that the lineage goes back to the first generation.
func (l lineage) whole(dir string) bool {
	m, err := readManifest(dir, l[len(l)-1])
	return err == nil && m.Previous == ""
}

// digestIn is the digest of the generation in a folder; not ok where the folder is
// none, or the manifest not the one that the name says.
func digestIn(dir, name string) (digest string, ok bool) {
	if !genPattern.MatchString(name) {
		return "", false
	}
	b, err := readSmall(filepath.Join(dir, name, manifestName), manifestBytesMax)
	digest = digestOf(b)
	return digest, err == nil && genName(digest) == name
}
