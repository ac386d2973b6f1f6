package wrap

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"
	"strings"
)

// An entry is what the directory of a zip says of one file (APPNOTE 4.3.12).
type entry struct {
	no       int // place in the directory, from 1
	raw      []byte
	name     string
	flags    uint16
	method   uint16
	crc      uint32
	packed   int64
	unpacked int64
	mode     uint32 // external attributes
	local    int64  // where its local header stands
	data     int64  // where its data begins; set by judge
}

func (e *entry) isFolder() bool { return strings.HasSuffix(e.name, "/") }

// Sizes and marks of the records of a zip.
const (
	localMark, centralMark, endMark = "PK\x03\x04", "PK\x01\x02", "PK\x05\x06"
	end64Mark, locator64Mark        = "PK\x06\x06", "PK\x06\x07"

	localBytes, centralBytes, endBytes = 30, 46, 22
	end64Bytes, locator64Bytes         = 56, 20
	commentBytesMax                    = 1<<16 - 1
)

// Flags of an entry.
const (
	flagEncrypted  = 1 << 0
	flagDescriptor = 1 << 3 // checksum and sizes stand behind the data
	flagStrong     = 1 << 6
	flagUTF8       = 1 << 11
	flagMasked     = 1 << 13 // the local header says nothing, the directory is encrypted
)

var le = binary.LittleEndian

// A directory is where the entries of a zip are listed.
type directory struct {
	entries int64
	from    int64
	size    int64
}

// findDirectory reads the end of a zip. There must be exactly one end, at the
// very end, directly behind the directory: a program that searches otherwise
// than this one must find the same.
func findDirectory(r io.ReaderAt, size int64) (directory, error) {
	tail := make([]byte, min(size, endBytes+commentBytesMax+locator64Bytes))
	if err := readAt(r, tail, size-int64(len(tail))); err != nil {
		return directory{}, err
	}
	at := bytes.LastIndex(tail, []byte(endMark))
	if at < 0 || len(tail)-at < endBytes {
		return directory{}, ErrTruncated
	}
	end := tail[at:]
	switch surplus := len(end) - endBytes - int(le.Uint16(end[20:])); {
	case surplus < 0:
		return directory{}, ErrTruncated
	case surplus > 0:
		return directory{}, ErrTrailing
	}
	endAt := size - int64(len(end))
	d := directory{int64(le.Uint16(end[10:])), int64(le.Uint32(end[16:])), int64(le.Uint32(end[12:]))}
	if le.Uint16(end[4:]) != 0 || le.Uint16(end[6:]) != 0 || le.Uint16(end[8:]) != le.Uint16(end[10:]) {
		if le.Uint16(end[4:]) != 0xffff {
			return directory{}, ErrDamaged // a part of a zip over several media
		}
	}
	if at >= locator64Bytes && string(tail[at-locator64Bytes:][:4]) == locator64Mark {
		var err error
		if d, endAt, err = findDirectory64(r, endAt-locator64Bytes, tail[at-locator64Bytes:][:locator64Bytes], d); err != nil {
			return directory{}, err
		}
	}
	if d.from < 0 || d.size < 0 || d.from > endAt || d.from+d.size != endAt {
		return directory{}, ErrMismatch
	}
	return d, nil
}

// findDirectory64 reads the end of a zip of more than 4 GiB (APPNOTE 4.3.14).
func findDirectory64(r io.ReaderAt, locatorAt int64, locator []byte, short directory) (directory, int64, error) {
	at := int64(le.Uint64(locator[8:]))
	if at < 0 || at > locatorAt-end64Bytes {
		return directory{}, 0, ErrMismatch
	}
	end := make([]byte, end64Bytes)
	if err := readAt(r, end, at); err != nil {
		return directory{}, 0, err
	}
	if string(end[:4]) != end64Mark || le.Uint64(end[4:]) != uint64(locatorAt-at-12) {
		return directory{}, 0, ErrMismatch
	}
	d := directory{int64(le.Uint64(end[32:])), int64(le.Uint64(end[48:])), int64(le.Uint64(end[40:]))}
	for _, f := range [][3]int64{{short.entries, 0xffff, d.entries}, {short.from, 0xffffffff, d.from}, {short.size, 0xffffffff, d.size}} {
		if f[0] != f[1] && f[0] != f[2] {
			return directory{}, 0, ErrMismatch
		}
	}
	return d, at, nil
}

// readDirectory reads at most max entries, without looking at what they are.
func readDirectory(r io.ReaderAt, size int64, max int) ([]*entry, directory, error) {
	d, err := findDirectory(r, size)
	if err != nil {
		return nil, d, err
	}
	if d.entries > int64(max) {
		return nil, d, ErrTooMany
	}
	// Each of an entry's three texts has at most 64 KiB.
	if d.entries < 0 || d.size > d.entries*(centralBytes+3*(1<<16)) || d.size < d.entries*centralBytes {
		return nil, d, ErrMismatch
	}
	all := io.NewSectionReader(r, d.from, d.size)
	entries := make([]*entry, 0, d.entries)
	for no := 1; no <= int(d.entries); no++ {
		e, err := readCentral(all)
		if err != nil {
			return nil, d, err
		}
		e.no = no
		entries = append(entries, e)
	}
	if at, _ := all.Seek(0, io.SeekCurrent); at != d.size {
		return nil, d, ErrMismatch
	}
	return entries, d, nil
}

func readCentral(r io.Reader) (*entry, error) {
	head := make([]byte, centralBytes)
	if _, err := io.ReadFull(r, head); err != nil {
		return nil, short(err)
	}
	if string(head[:4]) != centralMark {
		return nil, ErrMismatch
	}
	texts := make([]byte, int(le.Uint16(head[28:]))+int(le.Uint16(head[30:]))+int(le.Uint16(head[32:])))
	if _, err := io.ReadFull(r, texts); err != nil {
		return nil, short(err)
	}
	if le.Uint16(head[34:]) != 0 && le.Uint16(head[34:]) != 0xffff {
		return nil, ErrDamaged // begins on another medium
	}
	name, extra := texts[:le.Uint16(head[28:])], texts[le.Uint16(head[28:]):][:le.Uint16(head[30:])]
	e := &entry{raw: name, flags: le.Uint16(head[8:]), method: le.Uint16(head[10:]), crc: le.Uint32(head[16:]),
		packed: int64(le.Uint32(head[20:])), unpacked: int64(le.Uint32(head[24:])), mode: le.Uint32(head[38:]), local: int64(le.Uint32(head[42:]))}
	return e, e.readExtra(extra)
}

// readExtra takes the long sizes of zip64 and the Unicode path of Info-ZIP from
// the extra fields of the directory; all others are for systems of other people.
func (e *entry) readExtra(extra []byte) error {
	var path []byte
	for len(extra) >= 4 {
		id, n := le.Uint16(extra), int(le.Uint16(extra[2:]))
		if n > len(extra)-4 {
			return nil // padding of some packers
		}
		field := extra[4:][:n]
		extra = extra[4+n:]
		switch id {
		case 0x0001:
			for _, size := range []*int64{&e.unpacked, &e.packed, &e.local} {
				if *size != 0xffffffff {
					continue
				}
				if len(field) < 8 || int64(le.Uint64(field)) < 0 {
					return ErrMismatch
				}
				*size, field = int64(le.Uint64(field)), field[8:]
			}
		case 0x7075:
			if len(field) < 5 || field[0] != 1 || le.Uint32(field[1:]) != crc32.ChecksumIEEE(e.raw) || path != nil {
				return ErrMismatch // of another name than this
			}
			path = field[5:]
		}
	}
	return e.decodeName(path)
}

func (e *entry) decodeName(path []byte) (err error) {
	raw, saysUTF8 := e.raw, e.flags&flagUTF8 != 0
	switch {
	case path != nil && saysUTF8 && !bytes.Equal(path, raw):
		return ErrMismatch
	case path != nil:
		raw, saysUTF8 = path, true
	}
	if e.name, err = decodeName(raw, saysUTF8); err != nil {
		e.name = ""
		return nil // told by judge, with the number of the entry
	}
	return nil
}

// readAt fills p.
func readAt(r io.ReaderAt, p []byte, off int64) error {
	if off < 0 {
		return ErrTruncated
	}
	n, err := r.ReadAt(p, off)
	if n == len(p) {
		return nil
	}
	return short(err)
}

// short says that something ends too early, unless reading it failed.
func short(err error) error {
	if err == nil || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return ErrTruncated
	}
	return err
}

// isOffice reports whether the entries are the parts of an office document, which
// is a list (or refused as a document), and not a container of lists.
func isOffice(entries []*entry) bool {
	for _, e := range entries {
		switch name := strings.ToLower(strings.ReplaceAll(e.name, `\`, "/")); {
		case name == "[content_types].xml", name == "mimetype", strings.HasPrefix(name, "xl/"):
			return true
		}
	}
	return false
}
