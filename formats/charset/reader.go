package charset

import (
	"bytes"
	"errors"
	"io"
)

// ErrUnknown says that a character set is none that is read or written here.
var ErrUnknown = errors.New("unknown character set")

// readBlock is how many bytes of the file are decoded at once.
const readBlock = 64 << 10

// NewReader returns a reader that gives r, which is in c, in UTF-8. A byte order
// mark is not part of what it gives. A byte that is no character ends it with a
// [*DecodeError], after everything before that byte; c must be one of the five
// that can be read, or every Read gives [ErrUnknown].
func NewReader(r io.Reader, c Charset) io.Reader {
	d := &reader{src: r, charset: c, decode: decoderOf(c)}
	d.lines.n = 1
	if d.decode == nil {
		d.err = ErrUnknown
	}
	return d
}

// NewReaderAt is NewReader for a part of a file that begins at a byte offset, on a
// physical line (from 1), and not inside a character.
func NewReaderAt(r io.Reader, c Charset, offset int64, line int) io.Reader {
	d := NewReader(r, c).(*reader)
	d.offset, d.lines.n, d.begun = offset, line, offset > 0
	return d
}

type reader struct {
	src     io.Reader
	charset Charset
	decode  decoder
	in      []byte      // read, not yet decoded; the tail of a block that ends inside a character
	block   []byte      // the memory of in
	out     []byte      // decoded, not yet returned; backed by mem
	mem     []byte      // the memory of out
	offset  int64       // in the file, of in[0]
	lines   lineCounter // the line of in[0]
	begun   bool        // the byte order mark has been looked for
	err     error       // given once out is empty
}

// Read gives UTF-8. It may end inside a character.
func (d *reader) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	for len(d.out) == 0 {
		if d.err != nil {
			return 0, d.err
		}
		d.fill()
	}
	n := copy(p, d.out)
	d.out = d.out[n:]
	return n, nil
}

// fill reads a block and decodes it into out.
func (d *reader) fill() {
	if d.block == nil {
		d.block = make([]byte, readBlock+8)
	}
	kept := copy(d.block, d.in)
	n, err := d.src.Read(d.block[kept:])
	d.in = d.block[:kept+n]
	last := err != nil
	if last && !errors.Is(err, io.EOF) {
		// The source failed: what is cut by that is no fault of the file.
		last = false
	}
	if !d.begun {
		if len(d.in) < 3 && err == nil {
			return // too short to tell a byte order mark
		}
		d.begun = true
		if mark := bom(d.charset); mark != "" && bytes.HasPrefix(d.in, []byte(mark)) {
			d.in = d.in[len(mark):]
			d.offset = int64(len(mark))
		}
	}
	out, used, bad := d.decode(d.mem[:0], d.in, last)
	d.mem, d.out = out, out
	d.lines.add(out)
	if bad >= 0 {
		err = &DecodeError{Charset: d.charset, Offset: d.offset + int64(bad), Line: d.lines.n}
	}
	d.in = d.in[used:]
	d.offset += int64(used)
	d.err = err
}

// bom is the byte order mark that a file in c may begin with.
func bom(c Charset) string {
	switch c {
	case UTF8, UTF8BOM:
		return "\xef\xbb\xbf"
	case UTF16LE:
		return "\xff\xfe"
	case UTF16BE:
		return "\xfe\xff"
	}
	return ""
}

// lineCounter counts physical lines: CRLF, LF and CR each end one. It takes UTF-8
// or CP932, whose multi-byte characters hold no byte below 0x40.
type lineCounter struct {
	n      int  // the line of the next byte, from 1
	lastCR bool // the byte before was a CR, whose line end is counted
}

func (l *lineCounter) add(b []byte) {
	if len(b) == 0 {
		return
	}
	l.n += bytes.Count(b, []byte{'\n'})
	if l.lastCR && b[0] == '\n' {
		l.n--
	}
	for rest := b; ; {
		i := bytes.IndexByte(rest, '\r')
		if i < 0 {
			break
		}
		rest = rest[i+1:]
		if len(rest) == 0 || rest[0] != '\n' {
			l.n++
		}
	}
	l.lastCR = b[len(b)-1] == '\r'
}
