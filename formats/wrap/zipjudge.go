package wrap

import (
	"bytes"
	"cmp"
	"io"
	"slices"
	"strings"
)

// Methods of compression that are read: what every packer writes unless told
// otherwise.
const (
	stored   = 0
	deflated = 8
	aes      = 99 // AE-x: encrypted
)

// judge holds everything that a zip says of itself against its limits and against
// itself, before a byte is unpacked. It finds where the data of each entry begins.
func (c *Container) judge(r io.ReaderAt, d directory, entries []*entry) error {
	seen := make(map[string]bool, len(entries))
	var unpacked int64
	for _, e := range entries {
		err := c.judgeEntry(e)
		if key := strings.ToLower(strings.TrimSuffix(e.name, "/")); err == nil && seen[key] {
			err = ErrDuplicate // on Windows also where only the case differs
		} else {
			seen[key] = true
		}
		if err == nil {
			err = e.readLocal(r, d)
		}
		if err != nil {
			return e.fail(err)
		}
		unpacked = min(unpacked+e.unpacked, c.limits.UnpackedBytesMax+1)
	}
	if err := judgeSpans(r, d, entries); err != nil {
		return err
	}
	if unpacked > c.budget.left {
		return &Error{Err: ErrTooLarge}
	}
	for _, e := range entries {
		if e.unpacked > ratioFromBytes && e.unpacked/c.limits.RatioMax > e.packed {
			return e.fail(ErrRatio)
		}
	}
	return nil
}

// judgeEntry looks at what the directory says of one entry.
func (c *Container) judgeEntry(e *entry) error {
	kind := e.mode >> 16 & 0o170000 // of Unix; 0 where the packer's system had none
	switch {
	case e.flags&(flagEncrypted|flagStrong|flagMasked) != 0 || e.method == aes:
		return ErrEncrypted
	case len(e.raw) > c.limits.NameBytesMax:
		return ErrNameLong
	case len(e.raw) == 0:
		return ErrPath
	case e.name == "":
		return ErrNameCharset
	case e.isFolder() && (e.unpacked > 0 || kind != 0 && kind != 0o040000):
		return ErrMismatch
	case !e.isFolder() && kind != 0 && kind != 0o100000:
		return ErrLink
	case e.method != stored && e.method != deflated:
		return ErrMethod
	case e.method == stored && e.packed != e.unpacked:
		return ErrMismatch
	case e.packed < 0 || e.unpacked < 0 || e.unpacked > c.limits.UnpackedBytesMax:
		return ErrTooLarge
	}
	return checkPath(e.name)
}

// readLocal holds the header before the data against the directory. Where sizes
// and checksum stand behind the data, it must not say others.
func (e *entry) readLocal(r io.ReaderAt, d directory) error {
	if e.local < 0 || e.local > d.from-localBytes {
		return ErrMismatch
	}
	head := make([]byte, localBytes)
	if err := readAt(r, head, e.local); err != nil {
		return err
	}
	if string(head[:4]) != localMark || le.Uint16(head[6:]) != e.flags || le.Uint16(head[8:]) != e.method {
		return ErrMismatch
	}
	for _, f := range []struct {
		at   int
		want int64
	}{{14, int64(e.crc)}, {18, e.packed}, {22, e.unpacked}} {
		says := int64(le.Uint32(head[f.at:]))
		later := e.flags&flagDescriptor != 0 && says == 0
		long := f.at > 14 && says == 0xffffffff // the extra field of zip64 says
		if says != f.want && !later && !long {
			return ErrMismatch
		}
	}
	name := make([]byte, le.Uint16(head[26:]))
	if err := readAt(r, name, e.local+localBytes); err != nil {
		return err
	}
	if !bytes.Equal(name, e.raw) {
		return ErrMismatch
	}
	e.data = e.local + localBytes + int64(len(name)) + int64(le.Uint16(head[28:]))
	return nil
}

// judgeSpans sees that the entries fill the file from its start to the directory,
// without lying over one another (as in the bombs of Fifield, which unpack the
// same bytes many times) and without room for what the directory does not name.
func judgeSpans(r io.ReaderAt, d directory, entries []*entry) error {
	order := slices.SortedFunc(slices.Values(entries), func(x, y *entry) int { return cmp.Compare(x.local, y.local) })
	if len(order) == 0 {
		if d.from != 0 {
			return &Error{Err: ErrMismatch}
		}
		return nil
	}
	if order[0].local != 0 {
		return order[0].fail(ErrMismatch)
	}
	for i, e := range order {
		next := d.from
		if i+1 < len(order) {
			next = order[i+1].local
		}
		end := e.data + e.packed
		switch gap := next - end; {
		case end < e.data || gap < 0:
			return e.fail(ErrOverlap)
		case gap > 0 && !e.describedBy(r, end, gap):
			return e.fail(ErrMismatch)
		}
	}
	return nil
}

// describedBy reports whether the bytes behind the data are the descriptor of
// this entry, in one of the forms that packers write.
func (e *entry) describedBy(r io.ReaderAt, at, n int64) bool {
	if e.flags&flagDescriptor == 0 || n < 12 || n > 24 {
		return false
	}
	d := make([]byte, n)
	if readAt(r, d, at) != nil {
		return false
	}
	if n == 16 || n == 24 {
		if string(d[:4]) != "PK\x07\x08" {
			return false
		}
		d = d[4:]
	}
	switch len(d) {
	case 12:
		return le.Uint32(d) == e.crc && int64(le.Uint32(d[4:])) == e.packed && int64(le.Uint32(d[8:])) == e.unpacked
	case 20:
		return le.Uint32(d) == e.crc && int64(le.Uint64(d[4:])) == e.packed && int64(le.Uint64(d[12:])) == e.unpacked
	}
	return false
}

func (e *entry) fail(err error) error {
	if !isReason(err) {
		return err
	}
	return &Error{Name: e.name, Entry: e.no, Err: err}
}
