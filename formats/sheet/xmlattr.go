package sheet

import (
	"bytes"
	"strconv"
	"unicode/utf8"
)

// attr returns the value of an attribute of the start tag; nil if there is none. The
// attribute has no prefix: «z:hidden» belongs to somebody else, and a spreadsheet
// does not look at it. An attribute that stands twice, or attributes that are none,
// end the part at the next token. The value is valid until the next call of attr or
// next.
func (s *scanner) attr(name string) []byte {
	var found []byte
	for b := s.attrs; ; {
		key, value, rest, ok := s.nextAttr(b)
		if !ok {
			return found
		}
		if string(key) == name {
			if found != nil {
				s.err = errXML
			}
			if found, ok = s.unescape(value); !ok {
				s.err = errXML
			}
		}
		b = rest
	}
}

// relation returns the attribute that names a relationship (r:id, whatever prefix the
// writer uses); nil if there is none, or more than one, of which nobody knows which.
func (s *scanner) relation() []byte {
	var found []byte
	for b := s.attrs; ; {
		key, value, rest, ok := s.nextAttr(b)
		if !ok {
			return found
		}
		if i := bytes.IndexByte(key, ':'); i > 0 && string(key[i+1:]) == "id" {
			if found != nil {
				return nil
			}
			if found, ok = s.unescape(value); !ok {
				return nil
			}
		}
		b = rest
	}
}

// nextAttr takes the first attribute off b. The value is as it stands in the tag.
func (s *scanner) nextAttr(b []byte) (key, value, rest []byte, ok bool) {
	b = trimLeft(b)
	if len(b) == 0 {
		return nil, nil, nil, false
	}
	if eq := bytes.IndexByte(b, '='); eq > 0 {
		key, b = trimRight(b[:eq]), trimLeft(b[eq+1:])
		if len(b) > 0 && (b[0] == '"' || b[0] == '\'') {
			if end := bytes.IndexByte(b[1:], b[0]); end >= 0 {
				return key, b[1 : 1+end], b[end+2:], true
			}
		}
	}
	s.err = errXML
	return nil, nil, nil, false
}

// namespace is what the start tag says that a prefix («x», "" for names without one)
// stands for; nil if it says nothing.
func (s *scanner) namespace(prefix []byte) []byte {
	for b := s.attrs; ; {
		key, value, rest, ok := s.nextAttr(b)
		if !ok {
			return nil
		}
		if of, declares := bytes.CutPrefix(key, []byte("xmlns")); declares && bytes.Equal(bytes.TrimPrefix(of, []byte(":")), prefix) {
			return value
		}
		b = rest
	}
}

// unescape replaces entities and, as XML demands, CRLF and CR as they stand by LF.
func (s *scanner) unescape(raw []byte) ([]byte, bool) {
	if bytes.IndexByte(raw, '&') < 0 && bytes.IndexByte(raw, '\r') < 0 {
		return raw, true
	}
	out := s.mem[:0]
	for i := 0; i < len(raw); i++ {
		switch raw[i] {
		case '\r':
			if i+1 == len(raw) || raw[i+1] != '\n' {
				out = append(out, '\n')
			}
		case '&':
			end := bytes.IndexByte(raw[i:], ';')
			if end < 0 {
				return nil, false
			}
			r, ok := entity(string(raw[i+1 : i+end]))
			if !ok {
				return nil, false
			}
			out = utf8.AppendRune(out, r)
			i += end
		default:
			out = append(out, raw[i])
		}
	}
	s.mem = out
	return out, true
}

func entity(name string) (rune, bool) {
	switch name {
	case "lt":
		return '<', true
	case "gt":
		return '>', true
	case "amp":
		return '&', true
	case "quot":
		return '"', true
	case "apos":
		return '\'', true
	}
	if len(name) < 2 || name[0] != '#' {
		return 0, false
	}
	base, digits := 10, name[1:]
	if digits[0] == 'x' {
		base, digits = 16, digits[1:]
	}
	n, err := strconv.ParseUint(digits, base, 32)
	if err != nil || n == 0 || n > utf8.MaxRune || n >= 0xd800 && n <= 0xdfff || n == 0xfffe || n == 0xffff {
		return 0, false
	}
	return rune(n), true
}
