//go:build linux

package medium

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// A Kind is a family of file systems with the same limits.
type Kind int

// The kinds that media come in. What is none of them has the limits that it
// tells of itself.
const (
	Other Kind = iota
	FAT        // FAT12, FAT16, FAT32
	ExFAT
	NTFS
	Disc // ISO 9660 or UDF, written once: a folder cannot be copied onto it
)

// A Format is what a medium is formatted with, as far as it decides what may be
// written there.
type Format struct {
	Type     string // as it is called: vfat, exfat, ntfs, ext4, …
	Kind     Kind
	Short    bool  // names of eight and three characters only (FAT without VFAT)
	Cluster  int64 // the least that a file takes, in bytes
	Free     int64 // in bytes; -1 where it is not told
	Files    int64 // how many more files and folders; -1 where there is no such limit
	NameMax  int64 // of a name, in bytes; 0 where it is not told
	ReadOnly bool
}

// fatFileMax is the largest file of FAT: its size has 32 bits.
const fatFileMax = 1<<32 - 1

// utf16Max is the longest name of VFAT, exFAT and NTFS, in units of UTF-16.
const utf16Max = 255

// windows tells the kinds that follow the rules of names of Windows: what their
// drivers here may let pass (ntfs-3g takes «a:b») the office's machine cannot open.
func (k Kind) windows() bool { return k == FAT || k == ExFAT || k == NTFS }

// losesFolders tells a driver that says of a folder that it was renamed, and has
// emptied it (fusefat 0.1a). Files it renames as they are.
func (f Format) losesFolders() bool { return f.Type == "fuse.fusefat" }

// label is what people call the format.
func (f Format) label() string {
	switch f.Kind {
	case FAT:
		return "FAT"
	case ExFAT:
		return "exFAT"
	case NTFS:
		return "NTFS"
	case Disc:
		return "ISO 9660/UDF"
	}
	return f.Type
}

// A piece is a file that is to be written.
type piece struct {
	name string
	size int64
}

// admit says whether the files can be written into the new folder of that name, or
// beside each other if folder is "". It looks at everything before the first byte
// is written: what is found out at the last of ten files wastes an hour, and a
// file of 4 GiB that FAT refuses at its end is worse.
func (f Format) admit(folder string, files []piece) error {
	if f.Kind == Disc {
		return &Error{Kind: ErrDisc, Cause: ErrReadOnly, Type: f.label()}
	}
	if f.ReadOnly {
		return &Error{Kind: ErrReadOnly, Cause: ErrReadOnly, Type: f.label()}
	}
	names := make([]string, 0, len(files))
	for _, p := range files {
		if f.Kind == FAT && p.size > fatFileMax {
			return &Error{Kind: ErrTooLarge, Cause: ErrTooLarge, Type: f.label(), Need: p.size, Have: fatFileMax}
		}
		names = append(names, p.name)
	}
	checked := names
	if folder != "" {
		checked = append(slices.Clone(names), folder)
	}
	for _, name := range checked {
		if err := f.name(name); err != nil {
			return &Error{Kind: err, Cause: err, Type: f.label()}
		}
	}
	if f.Kind.windows() && collide(names) {
		return &Error{Kind: ErrSameName, Cause: ErrSameName, Type: f.label()}
	}
	if entries := int64(len(checked)); f.Files >= 0 && f.Files < entries {
		return &Error{Kind: ErrNoEntries, Cause: ErrNoEntries, Type: f.label(), Need: entries, Have: f.Files}
	}
	if need := f.need(files); f.Free >= 0 && f.Free < need {
		return &Error{Kind: ErrNoSpace, Cause: ErrNoSpace, Type: f.label(), Need: need, Have: f.Free}
	}
	return nil
}

// need is what the files take on the medium: whole clusters, and what the file
// system needs for itself. FAT and exFAT laid their tables out when they were
// formatted, so that only the folder and its place in the parent may take more.
func (f Format) need(files []piece) int64 {
	cluster := max(f.Cluster, 1)
	sum := 2 * cluster
	if f.Kind != FAT && f.Kind != ExFAT {
		sum = max(sum, 1<<20)
	}
	for _, p := range files {
		sum += (p.size + cluster - 1) / cluster * cluster
	}
	return sum
}

// name refuses what the file system, or the machine on which the office will open
// it, cannot have as the name of a file.
func (f Format) name(name string) error {
	switch {
	case !utf8.ValidString(name) || name == "" || strings.ContainsAny(name, "/\x00"):
		return ErrName
	case !f.Kind.windows():
		if f.NameMax > 0 && int64(len(name)) > f.NameMax {
			return ErrNameLong
		}
		return nil
	case f.Short && !isShort(name):
		return ErrNameLong
	case strings.ContainsFunc(name, reserved), strings.HasSuffix(name, "."), strings.HasSuffix(name, " "), isDevice(name):
		return ErrName
	case utf16Len(name) > utf16Max:
		return ErrNameLong
	}
	return nil
}

// reserved are the characters that Windows has in no name.
func reserved(r rune) bool { return r < 0x20 || strings.ContainsRune(`"*/:<>?\|`, r) }

// isDevice tells the names that are devices to Windows in every folder, whatever
// stands behind the first dot.
func isDevice(name string) bool {
	base, _, _ := strings.Cut(strings.ToUpper(name), ".")
	base = strings.TrimRight(base, " ")
	if slices.Contains([]string{"CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$", "CLOCK$"}, base) {
		return true
	}
	no, numbered := strings.CutPrefix(base, "COM")
	if !numbered {
		no, numbered = strings.CutPrefix(base, "LPT")
	}
	return numbered && utf8.RuneCountInString(no) == 1 && strings.Contains("123456789¹²³", no)
}

// isShort tells a name of FAT without VFAT: eight and three characters, and what
// is left of ASCII there.
func isShort(name string) bool {
	base, ext, dotted := strings.Cut(name, ".")
	odd := func(r rune) bool { return r <= ' ' || r >= 0x7f || strings.ContainsRune(`"*+,./:;<=>?[\]|`, r) }
	return len(base) >= 1 && len(base) <= 8 && len(ext) <= 3 && (!dotted || ext != "") && !strings.ContainsFunc(base+ext, odd)
}

// collide reports whether two of the names are one where small and capital letters
// are the same.
func collide(names []string) bool {
	for i, a := range names {
		if slices.ContainsFunc(names[i+1:], func(b string) bool { return strings.EqualFold(a, b) }) {
			return true
		}
	}
	return false
}

func utf16Len(s string) int {
	n := 0
	for _, r := range s {
		n++
		if r > 0xffff {
			n++
		}
	}
	return n
}
