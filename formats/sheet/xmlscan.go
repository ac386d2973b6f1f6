package sheet

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"baitai/formats"
)

// errXML says that a part of a workbook is no XML as workbooks have it. It has no
// details: those would quote the part.
var errXML = errors.New("malformed XML")

// A scanner reads the XML of a workbook's parts. It knows what ECMA-376 lets them
// have: UTF-8, elements, attributes, text, CDATA, the five named entities and
// numeric ones; comments and instructions are passed over. A document type is
// ErrEntities (there is no way to write «billion laughs»; OPC, ECMA-376 part 2, does
// not let a part have one), and every element must be closed in order.
//
// Names are given without their prefix. What has another prefix than the root, or
// stands for something else, is foreign: an extension, which a spreadsheet that does
// not know it does not show, and which is therefore not read.
//
// encoding/xml does all that at a tenth of the speed, which is what a sheet of a
// million rows is read at; the tests hold both to the same outcome.
type scanner struct {
	src    io.Reader
	buf    []byte // read, not yet passed: buf[pos:]
	pos    int
	eof    bool
	err    error
	open   []byte // names of the open elements, one after the other
	starts []int  // where each of them begins in open

	kind  token
	name  []byte // local name of the element
	attrs []byte // of a start tag, raw
	text  []byte // of a text token, entities replaced; valid until next
	self  bool   // the start tag closes itself: its end follows
	mem   []byte

	foreign bool   // the name has another prefix than the root's
	prefix  string // of the root, without its colon
	stands  string // what this prefix stands for
}

type token byte

const (
	tokenEnd  token = iota // of an element
	tokenOpen              // start of an element
	tokenText
	tokenEOF
)

// tokenBytesMax bounds a tag or a text: 32,767 characters, each as a numeric
// entity.
const tokenBytesMax = 1 << 20

func newScanner(r io.Reader) *scanner {
	return &scanner{src: r, buf: make([]byte, 0, 64<<10)}
}

func (s *scanner) more() bool {
	if s.eof || s.err != nil {
		return false
	}
	if s.pos > 0 {
		s.buf = s.buf[:copy(s.buf, s.buf[s.pos:])]
		s.pos = 0
	}
	if len(s.buf) == cap(s.buf) {
		if len(s.buf) >= tokenBytesMax {
			s.err = errXML
			return false
		}
		s.buf = append(make([]byte, 0, 2*cap(s.buf)), s.buf...)
	}
	for range 100 {
		n, err := s.src.Read(s.buf[len(s.buf):cap(s.buf)])
		s.buf = s.buf[:len(s.buf)+n]
		if errors.Is(err, io.EOF) {
			s.eof = true
		} else if err != nil {
			s.err = err
		}
		if n > 0 || err != nil {
			return n > 0
		}
	}
	s.err = io.ErrNoProgress
	return false
}

// find returns how far the delimiter is away from the cursor, reading on if
// need be, or -1. It starts at from.
func (s *scanner) find(delimiter string, from int) int {
	for {
		if from < len(s.buf)-s.pos {
			if i := bytes.Index(s.buf[s.pos+from:], []byte(delimiter)); i >= 0 {
				return from + i
			}
		}
		from = max(from, len(s.buf)-s.pos-len(delimiter)+1)
		if !s.more() {
			return -1
		}
	}
}

// has reports whether the next bytes are p, reading on if need be.
func (s *scanner) has(p string) bool {
	for len(s.buf)-s.pos < len(p) {
		if !s.more() {
			return false
		}
	}
	return string(s.buf[s.pos:s.pos+len(p)]) == p
}

// next goes to the next token. At the end of the document it is tokenEOF.
func (s *scanner) next() error {
	if s.err != nil {
		return s.err
	}
	if s.self {
		s.self = false
		s.kind = tokenEnd
		s.pop()
		return nil
	}
	for {
		if s.pos == len(s.buf) && !s.more() {
			if s.err == nil && len(s.starts) > 0 {
				s.err = errXML // cut
			}
			s.kind = tokenEOF
			return s.err
		}
		if s.buf[s.pos] != '<' {
			return s.characters()
		}
		if s.pos+1 < len(s.buf) && s.buf[s.pos+1] != '?' && s.buf[s.pos+1] != '!' {
			return s.tag() // the usual case, without a look at the others
		}
		switch {
		case s.has("<?"):
			if !s.instruction() {
				return s.broken()
			}
		case s.has("<!--"):
			if !s.skip("-->") {
				return s.broken()
			}
		case s.has("<![CDATA["):
			return s.cdata()
		case s.has("<!"):
			s.err = &formats.Error{Err: formats.ErrEntities}
			return s.err
		default:
			return s.tag()
		}
	}
}

func (s *scanner) broken() error {
	if s.err == nil {
		s.err = errXML
	}
	return s.err
}

// instruction passes over an instruction, unless it says that the part is in some
// other encoding: then the same bytes are other text to other readers. Parts in
// UTF-16 are turned into UTF-8 before, and there are writers that say UTF-16 of
// UTF-8, which is plain to see.
func (s *scanner) instruction() bool {
	n := s.find("?>", 2)
	if n < 0 {
		return false
	}
	body := s.buf[s.pos+2 : s.pos+n]
	s.pos += n + 2
	rest, ok := bytes.CutPrefix(body, []byte("xml"))
	if !ok || len(rest) > 0 && !isSpace(rest[0]) {
		return true
	}
	s.attrs = rest
	switch strings.ToLower(string(s.attr("encoding"))) {
	case "", "utf-8", "utf8", "us-ascii", "utf-16", "utf-16le", "utf-16be":
		return s.err == nil
	}
	return false
}

func (s *scanner) skip(end string) bool {
	n := s.find(end, 2)
	if n < 0 {
		return false
	}
	s.pos += n + len(end)
	return true
}

func (s *scanner) cdata() error {
	n := s.find("]]>", len("<![CDATA["))
	if n < 0 || len(s.starts) == 0 {
		return s.broken()
	}
	s.kind, s.text = tokenText, s.buf[s.pos+len("<![CDATA["):s.pos+n]
	if bytes.IndexByte(s.text, '\r') >= 0 {
		s.text = bytes.ReplaceAll(bytes.ReplaceAll(s.text, []byte("\r\n"), []byte("\n")), []byte("\r"), []byte("\n"))
	}
	s.pos += n + len("]]>")
	return s.legal()
}

func (s *scanner) characters() error {
	n := s.find("<", 0)
	if n < 0 {
		if s.err != nil {
			return s.err
		}
		n = len(s.buf) - s.pos
	}
	raw := s.buf[s.pos : s.pos+n]
	s.pos += n
	s.kind = tokenText
	if len(s.starts) == 0 { // outside the root there is space and a mark only
		s.text = nil
		if len(bytes.Trim(raw, "\ufeff \t\r\n")) > 0 {
			return s.broken()
		}
		return nil
	}
	var ok bool
	if s.text, ok = s.unescape(raw); !ok {
		return s.broken()
	}
	return s.legal()
}

// legal holds that a text is UTF-8 without control characters.
func (s *scanner) legal() error {
	for _, c := range s.text {
		if c < 0x20 && c != '\t' && c != '\n' && c != '\r' {
			return s.broken()
		}
	}
	if !utf8.Valid(s.text) {
		return s.broken()
	}
	return nil
}

// tag takes a start or an end tag.
func (s *scanner) tag() error {
	n := s.find(">", 0)
	for n >= 0 && insideQuotes(s.buf[s.pos:s.pos+n]) {
		n = s.find(">", n+1)
	}
	if n < 0 {
		return s.broken()
	}
	body := s.buf[s.pos+1 : s.pos+n]
	s.pos += n + 1
	if len(body) > 0 && body[0] == '/' {
		s.kind = tokenEnd
		s.name = trimRight(body[1:])
		return s.close(s.name)
	}
	s.self = len(body) > 0 && body[len(body)-1] == '/'
	if s.self {
		body = body[:len(body)-1]
	}
	i := 0
	for i < len(body) && !isSpace(body[i]) {
		i++
	}
	if i == 0 || bytes.IndexByte(body, '<') >= 0 {
		return s.broken()
	}
	s.kind, s.attrs = tokenOpen, body[i:]
	s.starts = append(s.starts, len(s.open))
	s.open = append(s.open, body[:i]...)
	if len(s.starts) > 64 {
		return s.broken() // parts of a workbook are a dozen deep
	}
	s.name = body[:i]
	s.local()
	if len(s.starts) == 1 {
		s.foreign = false
		s.prefix = string(bytes.TrimSuffix(body[:i-len(s.name)], []byte(":")))
		s.stands = string(s.namespace([]byte(s.prefix)))
	} else if len(s.attrs) >= len(` xmlns=""`) && bytes.Contains(s.attrs, []byte("xmlns")) {
		if other := s.namespace([]byte(s.prefix)); other != nil && string(other) != s.stands {
			return s.broken() // names would mean something else from here on
		}
	}
	return s.err
}

// depth is how deep the element lies whose tag this is; the root's is 1.
func (s *scanner) depth() int {
	if s.kind == tokenEnd {
		return len(s.starts) + 1
	}
	return len(s.starts)
}

// close takes the innermost element off, which must be of that name.
func (s *scanner) close(name []byte) error {
	if len(s.starts) == 0 || !bytes.Equal(s.open[s.starts[len(s.starts)-1]:], name) {
		return s.broken()
	}
	s.pop()
	s.local()
	return nil
}

func (s *scanner) pop() {
	last := len(s.starts) - 1
	s.open, s.starts = s.open[:s.starts[last]], s.starts[:last]
}

// local takes the prefix off a name; a colon that ends or begins it is no prefix's.
func (s *scanner) local() {
	i := bytes.IndexByte(s.name, ':')
	if i <= 0 || i+1 == len(s.name) {
		s.foreign = s.prefix != ""
		return
	}
	s.foreign = string(s.name[:i]) != s.prefix
	s.name = s.name[i+1:]
}

func isSpace(c byte) bool { return c == ' ' || c == '\n' || c == '\t' || c == '\r' }

func trimLeft(b []byte) []byte {
	for len(b) > 0 && isSpace(b[0]) {
		b = b[1:]
	}
	return b
}

func trimRight(b []byte) []byte {
	for len(b) > 0 && isSpace(b[len(b)-1]) {
		b = b[:len(b)-1]
	}
	return b
}

// insideQuotes reports whether a quotation mark is open at the end of b.
func insideQuotes(b []byte) bool {
	var open byte
	for _, c := range b {
		switch {
		case open == 0 && (c == '"' || c == '\''):
			open = c
		case c == open:
			open = 0
		}
	}
	return open != 0
}
