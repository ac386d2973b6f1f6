package charset

import (
	"bytes"
	"fmt"
	"slices"
)

// An AmbiguousError says that a file can be read in several character sets with
// different outcomes: the request must state which.
type AmbiguousError struct{ Candidates []Charset }

// Error names the candidates.
func (e *AmbiguousError) Error() string {
	return fmt.Sprintf("may be any of %v: must be declared", e.Candidates)
}

// A ContradictionError says that the file is not in the declared character set.
type ContradictionError struct {
	Declared Charset
	Found    Charset // what the file can be read in; "" if that is not certain either
}

// Error names both.
func (e *ContradictionError) Error() string {
	return fmt.Sprintf("declared %s, found %q", string(e.Declared), string(e.Found))
}

// An InvalidError says that bytes are no character in any character set that is
// possible. A file of mixed encodings ends here.
type InvalidError struct {
	Charset Charset // the one that reaches farthest, or the declared one
	Offset  int64   // of the first byte that is no character of it, from 0
	Line    int     // its physical line, from 1
}

// Error gives the place.
func (e *InvalidError) Error() string {
	return fmt.Sprintf("line %d, byte %d: no character of %s", e.Line, e.Offset, string(e.Charset))
}

// An ISO2022Error says that the file is in ISO-2022-JP (JIS), which is not read.
type ISO2022Error struct {
	Offset int64 // of the first escape sequence
	Line   int   // 0 where only the declaration says so
}

// Error gives the place.
func (e *ISO2022Error) Error() string {
	return fmt.Sprintf("line %d, byte %d: ISO-2022-JP", e.Line, e.Offset)
}

// An EUCError says that the file is in EUC-JP, which is not read.
type EUCError struct {
	Offset int64 // of the first character that is not ASCII
	Line   int   // 0 where only the declaration says so
}

// Error gives the place.
func (e *EUCError) Error() string {
	return fmt.Sprintf("line %d, byte %d: EUC-JP", e.Line, e.Offset)
}

// A NULError says that the file has NUL bytes: it is binary, or UTF-16 without a
// byte order mark, which the request must state.
type NULError struct {
	Offset int64 // of the first
	Line   int
}

// Error gives the place.
func (e *NULError) Error() string {
	return fmt.Sprintf("line %d, byte %d: NUL", e.Line, e.Offset)
}

// A place is where something was found first; the zero value is nowhere.
type place struct {
	found  bool
	offset int64
	line   int
}

// A Probe looks at a whole file, which is written to it in any pieces, and then
// decides which character set it is in. The zero value is ready. It keeps a few
// bytes of the file only.
type Probe struct {
	total    int64
	head     []byte // the first three bytes
	lines    lineCounter
	high     place // the first byte of 0x80 or more
	nul, esc place
	utf8     check
	cp932    check
	euc      check
	wide     wideCheck
	mixed    mixedCheck
	tail     []byte // the last two bytes, for an escape sequence across pieces
}

// check is a validator that is fed with pieces.
type check struct {
	cut []byte // the tail of the last piece, a character that is not complete
	bad place
}

// Write takes the next piece of the file. It never fails.
func (p *Probe) Write(b []byte) (int, error) {
	if len(b) == 0 {
		return 0, nil
	}
	if p.total == 0 {
		p.lines.n = 1
	}
	if len(p.head) < 3 {
		p.head = append(p.head, b[:min(len(b), 3-len(p.head))]...)
	}
	p.findHigh(b)
	p.findNUL(b)
	p.findEscape(b)
	p.step(&p.utf8, b, validUTF8)
	p.step(&p.cp932, b, validCP932)
	p.step(&p.euc, b, validEUC)
	p.wide.add(b, p.total)
	p.mixed.add(p, b)
	p.lines.add(b)
	p.total += int64(len(b))
	return len(b), nil
}

func (p *Probe) findHigh(b []byte) {
	if p.high.found {
		return
	}
	if i := slices.IndexFunc(b, func(c byte) bool { return c >= 0x80 }); i >= 0 {
		p.high = p.at(b, i)
	}
}

// at is the place of b[i], where b is the piece being written.
func (p *Probe) at(b []byte, i int) place {
	lines := p.lines
	lines.add(b[:max(i, 0)])
	return place{true, p.total + int64(i), lines.n}
}

func (p *Probe) findNUL(b []byte) {
	if p.nul.found {
		return
	}
	if i := bytes.IndexByte(b, 0); i >= 0 {
		p.nul = p.at(b, i)
	}
}

// findEscape looks for the sequences with which ISO-2022-JP and its kin change
// sets: ESC $ B, ESC ( J, ESC ( I (half-width kana), ESC $ ( D (JIS X 0212), ESC $ ( Q
// (JIS X 0213), ESC & @ (the revision of 1990), ESC . A, ESC ) I.
func (p *Probe) findEscape(b []byte) {
	if p.esc.found {
		return
	}
	changesSet := func(c byte) bool { return c == '$' || c == '(' || c == ')' || c == '&' || c == '.' }
	if len(p.tail) > 0 && changesSet(b[0]) {
		p.esc = p.at(b, -1)
		return
	}
	for i := 0; ; {
		n := bytes.IndexByte(b[i:], 0x1b)
		if n < 0 {
			break
		}
		i += n + 1
		if i < len(b) && changesSet(b[i]) {
			p.esc = p.at(b, i-1)
			return
		}
	}
	p.tail = p.tail[:0]
	if b[len(b)-1] == 0x1b {
		p.tail = append(p.tail, 0x1b)
	}
}

// step feeds a validator. A character that spans pieces is put together first.
func (p *Probe) step(c *check, b []byte, valid func([]byte, bool) (int, int)) {
	if c.bad.found {
		return
	}
	start := 0
	for len(c.cut) > 0 {
		if start == len(b) {
			return
		}
		before := len(c.cut) - start // bytes of the character that earlier pieces had
		c.cut = append(c.cut, b[start])
		start++
		used, bad := valid(c.cut, false)
		if bad >= 0 {
			// The character began before this piece or in it; a fault lies where
			// it began, which is at most three bytes back and on the same line,
			// since no part of a character is a line end.
			c.bad = p.at(b, -before)
			return
		}
		c.cut = c.cut[used:]
	}
	used, bad := valid(b[start:], false)
	if bad >= 0 {
		c.bad = p.at(b, start+bad)
		return
	}
	c.cut = append(c.cut[:0], b[start+used:]...)
}

// end judges what a validator has left at the end of the file.
func (p *Probe) end(c *check) place {
	if c.bad.found || len(c.cut) == 0 {
		return c.bad
	}
	return place{true, p.total - int64(len(c.cut)), p.lines.n}
}

// Decide says which character set the file is in, given what the request or the
// office's registration declares ("" for nothing). The answer is certain: there
// is either no other reading, or the declared one is possible, or all readings
// are the same (ASCII). Otherwise the error is one of this package's.
//
// UTF-16 without a byte order mark is accepted only as declared, UTF16LE or
// UTF16BE, and is checked as it is read.
//
// A declared CP932 is believed where the bytes are CP932, even if they are UTF-8
// as well; headers that make no sense will then tell.
func (p *Probe) Decide(declared Charset) (Charset, error) {
	switch {
	case declared == EUCJP:
		return "", &EUCError{}
	case declared == ISO2022JP:
		return "", &ISO2022Error{}
	case declared != "" && declared != UTF16 && decoderOf(declared) == nil:
		return "", ErrUnknown
	}
	switch {
	case bytes.HasPrefix(p.head, []byte(bom(UTF8))):
		return p.decideMarked(declared, UTF8BOM)
	case bytes.HasPrefix(p.head, []byte(bom(UTF16LE))):
		return p.decideMarked(declared, UTF16LE)
	case bytes.HasPrefix(p.head, []byte(bom(UTF16BE))):
		return p.decideMarked(declared, UTF16BE)
	}
	if declared == UTF16LE || declared == UTF16BE || declared == UTF16 {
		return p.decideWide(declared)
	}
	if p.nul.found {
		return "", &NULError{p.nul.offset, p.nul.line}
	}
	if p.esc.found { // no text in any other set holds one; beside CP932 it is a mixture
		return "", &ISO2022Error{p.esc.offset, p.esc.line}
	}
	if !p.high.found {
		if declared == "" || declared == UTF8BOM {
			return UTF8, nil
		}
		return declared, nil
	}
	return p.decideBytes(declared)
}

// Only says, of a file of which only the beginning was written, what [Probe.Decide]
// will say of the whole, if that is not an error. It reports false where the
// beginning leaves more than one possibility.
func (p *Probe) Only(declared Charset) (Charset, bool) {
	switch {
	case bytes.HasPrefix(p.head, []byte(bom(UTF8))):
		return UTF8BOM, true
	case len(p.head) < len(bom(UTF8)) || bytes.HasPrefix(p.head, []byte(bom(UTF16LE))) || bytes.HasPrefix(p.head, []byte(bom(UTF16BE))):
		return "", false
	}
	switch declared {
	case CP932:
		return CP932, true
	case UTF8:
		return UTF8, true
	case "":
	default:
		return "", false
	}
	noUTF8, noCP932, noEUC := p.utf8.bad.found, p.cp932.bad.found, p.euc.bad.found
	switch {
	case !noCP932 && noUTF8 && noEUC:
		return CP932, true
	case !noUTF8 && noCP932 && noEUC:
		return UTF8, true
	}
	return "", false
}

// decideMarked: a byte order mark says it.
func (p *Probe) decideMarked(declared, found Charset) (Charset, error) {
	same := declared == "" || declared == found ||
		declared == UTF8 && found == UTF8BOM ||
		declared == UTF16 && (found == UTF16LE || found == UTF16BE)
	if !same {
		return "", &ContradictionError{Declared: declared, Found: found}
	}
	bad := p.end(&p.utf8)
	if found != UTF8BOM {
		bad = p.wide.end(p.total)
	}
	if bad.found {
		return "", &InvalidError{Charset: found, Offset: bad.offset, Line: bad.line}
	}
	if found == UTF8BOM && p.nul.found {
		return "", &NULError{p.nul.offset, p.nul.line}
	}
	return found, nil
}

// decideWide: UTF-16 is declared, and there is no mark. A list in UTF-16 has
// separators and line ends, whose upper halves are NUL bytes.
func (p *Probe) decideWide(declared Charset) (Charset, error) {
	if p.total > 0 && !p.nul.found {
		found, err := p.Decide("")
		if err != nil {
			found = ""
		}
		return "", &ContradictionError{Declared: declared, Found: found}
	}
	if declared == UTF16 {
		return "", &AmbiguousError{Candidates: []Charset{UTF16LE, UTF16BE}}
	}
	return declared, nil
}

// decideBytes: neither mark nor ASCII.
func (p *Probe) decideBytes(declared Charset) (Charset, error) {
	badUTF8, badCP932 := p.end(&p.utf8), p.end(&p.cp932)
	if badUTF8.found && badCP932.found {
		return "", p.neither(declared, badUTF8, badCP932)
	}
	if declared == "" {
		var possible []Charset
		for _, c := range []struct {
			is  Charset
			bad place
		}{{CP932, badCP932}, {UTF8, badUTF8}, {EUCJP, p.end(&p.euc)}} {
			if !c.bad.found {
				possible = append(possible, c.is)
			}
		}
		if len(possible) > 1 {
			return "", &AmbiguousError{Candidates: possible}
		}
	}
	switch {
	case !badUTF8.found && declared != CP932:
		return UTF8, nil
	case !badCP932.found && (declared == CP932 || declared == ""):
		if mix := p.mixed.found; mix.found && badUTF8.found {
			return "", &InvalidError{Charset: CP932, Offset: mix.offset, Line: mix.line}
		}
		return CP932, nil
	case declared == CP932:
		return "", &ContradictionError{Declared: declared, Found: UTF8}
	}
	return "", &ContradictionError{Declared: declared, Found: CP932}
}

// neither says what a file is that can be read in neither character set.
func (p *Probe) neither(declared Charset, badUTF8, badCP932 place) error {
	switch {
	case p.end(&p.euc).found:
	case declared == "":
		return &EUCError{p.high.offset, p.high.line}
	default:
		return &ContradictionError{Declared: declared, Found: EUCJP}
	}
	c, bad := CP932, badCP932
	if declared == UTF8 || declared == UTF8BOM || declared == "" && badUTF8.offset > badCP932.offset {
		c, bad = UTF8, badUTF8
	}
	return &InvalidError{Charset: c, Offset: bad.offset, Line: bad.line}
}
