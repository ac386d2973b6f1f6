package spool

import (
	"errors"
	"strings"
	"unicode/utf8"
)

// sideSuffix ends the name of a side file: list.csv.request.toml, or
// list.request.toml for a list of any other ending.
const sideSuffix = ".request.toml"

// SideBytesMax is what a request (依頼書) may have at most; real ones have a
// thousandth of it.
const SideBytesMax = 1 << 20

// leftAlone tells the names that programs give to what is not, or not yet, a
// list, and the litter that desktops leave in shared folders.
func leftAlone(name string) bool {
	lower := strings.ToLower(name)
	for _, end := range []string{".tmp", ".part", ".partial", ".filepart", ".crdownload", "~"} {
		if strings.HasSuffix(lower, end) {
			return true
		}
	}
	return strings.HasPrefix(name, ".") || strings.HasPrefix(name, "~$") ||
		lower == "thumbs.db" || lower == "desktop.ini"
}

// usableName reports whether the name can be shown to a person: UTF-8, or what
// has the shape of CP932 (old tools write such names), without control characters.
func usableName(name string) bool {
	for i := range len(name) {
		if name[i] < 0x20 || name[i] == 0x7f {
			return false
		}
	}
	return utf8.ValidString(name) || shapeOfCP932(name)
}

func shapeOfCP932(name string) bool {
	for i := 0; i < len(name); i++ {
		switch c := name[i]; {
		case c < 0x80, c >= 0xa1 && c <= 0xdf:
		case c == 0x80, c == 0xa0, c > 0xfc:
			return false
		default:
			i++
			if i == len(name) || name[i] < 0x40 || name[i] == 0x7f || name[i] > 0xfc {
				return false
			}
		}
	}
	return true
}

// ErrLeftAlone is what CheckName says of a name that an inbox leaves alone.
var ErrLeftAlone = errors.New("a name that programs give to files that they are still writing")

// CheckName says whether a file of that name would be taken in from an inbox:
// [ErrBadName] where it cannot be shown to a person, [ErrLeftAlone] where it would
// lie there for ever.
func CheckName(name string) error {
	switch {
	case !usableName(name):
		return ErrBadName
	case leftAlone(name):
		return ErrLeftAlone
	}
	return nil
}

func isSide(name string) bool { return strings.HasSuffix(name, sideSuffix) }

// stem is the name without its last ending.
func stem(name string) string {
	if i := strings.LastIndexByte(name, '.'); i > 0 {
		return name[:i]
	}
	return name
}
