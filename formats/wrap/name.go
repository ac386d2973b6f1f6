package wrap

import (
	"strings"
	"unicode/utf8"

	"baitai/crypto"
	"baitai/formats/charset"
)

// decodeName reads the name of an entry. Flag 11 of the zip, or the Unicode path
// of Info-ZIP, says that it is UTF-8; without them it is whatever the packer's
// system had, on Windows CP932. What could be both is not guessed.
func decodeName(raw []byte, saysUTF8 bool) (string, error) {
	if saysUTF8 {
		if !utf8.Valid(raw) {
			return "", ErrNameCharset
		}
		return string(raw), nil
	}
	if isASCII(raw) {
		return string(raw), nil
	}
	cp932, bad := charset.DecodeCP932(nil, raw)
	if (bad < 0) == utf8.Valid(raw) {
		return "", ErrNameCharset
	}
	if bad < 0 {
		return string(cp932), nil
	}
	return string(raw), nil
}

func isASCII(b []byte) bool {
	for _, c := range b {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// checkPath refuses a name that leads out of the folder it is unpacked into, or
// is something else than a file there, on whichever system: absolute, with «..»,
// a drive, a backslash, a device, control characters.
func checkPath(name string) error {
	for part := range strings.SplitSeq(strings.TrimSuffix(name, "/"), "/") {
		// A hidden name is litter, not a danger; «.» and «..» leave nothing.
		if !crypto.PlainName(strings.TrimLeft(part, ".")) || isDevice(part) {
			return ErrPath
		}
	}
	return nil
}

// isDevice tells the names that are devices on Windows, in every folder and with
// every ending: «CON», «nul.txt», «COM1 .csv».
func isDevice(part string) bool {
	stem, _, _ := strings.Cut(part, ".")
	stem = strings.ToUpper(strings.TrimRight(stem, " "))
	switch stem {
	case "CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$", "CLOCK$":
		return true
	}
	port, ok := strings.CutPrefix(stem, "COM")
	if !ok {
		port, ok = strings.CutPrefix(stem, "LPT")
	}
	return ok && utf8.RuneCountInString(port) == 1 && strings.Contains("0123456789¹²³", port)
}

// isLitter tells what desktops and programs leave in folders, and what the inbox
// leaves alone too: nobody means it as a list.
func isLitter(name string) bool {
	if strings.HasPrefix(name, "__MACOSX/") {
		return true
	}
	base := strings.ToLower(baseName(name))
	for _, end := range []string{".tmp", ".part", ".partial", ".filepart", ".crdownload", "~"} {
		if strings.HasSuffix(base, end) {
			return true
		}
	}
	return strings.HasPrefix(base, ".") || strings.HasPrefix(base, "~$") || base == "thumbs.db" || base == "desktop.ini"
}

func baseName(name string) string { return name[strings.LastIndexByte(name, '/')+1:] }

// sideSuffix ends the name of a request (依頼書), as it does in the inbox.
const sideSuffix = ".request.toml"

// stem is the name without its last ending.
func stem(name string) string {
	if i := strings.LastIndexByte(name, '.'); i > strings.LastIndexByte(name, '/')+1 {
		return name[:i]
	}
	return name
}

// unpackedName is what a packed file is called inside: «list.csv.gz» is «list.csv».
func unpackedName(name string, endings ...string) string {
	for _, end := range endings {
		if n := len(name) - len(end); n > 0 && strings.EqualFold(name[n:], end) {
			return name[:n]
		}
	}
	return name
}
