package identity

import (
	"fmt"
	"math"

	"baitai/pipeline/issue"
	"baitai/pipeline/person"
)

// An Extracted is one row of an extract (抽出ファイル). It prints nothing of a person.
type Extracted struct {
	Pos    issue.Pos
	Issues issue.List
	lines  *lines
	n      int // which of the lines it is
}

// NewExtracted gives a version as a row.
func NewExtracted(pos issue.Pos, v *person.Version, wrong ...*issue.Issue) Extracted {
	l := newLines(1)
	l.p.text = appendVersion(l.p.text, v)
	return l.row(pos, line{codeOf(v.Code), codeOf(v.OldCode), v.History, len(l.p.text)}, wrong)
}

// Version decodes the version of a row without issues.
func (e Extracted) Version() (*person.Version, error) {
	vs, err := decodeVersions([]string{string(e.encoded())}, new(person.Slab))
	if err != nil {
		return nil, err
	}
	return vs[0], nil
}

// lines are what a few rows hold, so that millions of them cost little memory. They
// stand behind a second pointer, because fmt prints what a first one points at when a
// verb does not fit.
type lines struct{ p *lineData }

type lineData struct {
	lines []line
	text  []byte // their versions, encoded, one after the other
}

// A line is what is known of a row before its version is decoded.
type line struct {
	code, old uint64 // 住民票コード and 旧住民票コード; noCode where none could be read
	history   int
	end       int // of the version in text; nothing where the row is faulty
}

const noCode = math.MaxUint64

func codeOf(c person.ResidentCode) uint64 {
	if c.IsZero() {
		return noCode
	}
	return codeNumber(c)
}

// lineBytes is about what a version takes.
const lineBytes = 192

func newLines(n int) *lines {
	return &lines{&lineData{make([]line, 0, n), make([]byte, 0, n*lineBytes)}}
}

// add makes a row of what was read.
func (l *lines) add(pos issue.Pos, f *fields, wrong issue.List) Extracted {
	if len(wrong) == 0 {
		l.p.text = appendFields(l.p.text, f)
	}
	codes := [2]uint64{noCode, noCode}
	for i, s := range f.texts[:len(codes)] {
		if s != "" {
			codes[i] = digitsNumber(s)
		}
	}
	return l.row(pos, line{codes[textCode], codes[textOldCode], f.history, len(l.p.text)}, wrong)
}

func (l *lines) row(pos issue.Pos, line line, wrong issue.List) Extracted {
	l.p.lines = append(l.p.lines, line)
	return Extracted{Pos: pos, Issues: wrong, lines: l, n: len(l.p.lines) - 1}
}

// line is what is known of the row; of the zero Extracted nothing is.
func (e Extracted) line() line {
	if e.lines == nil {
		return line{code: noCode, old: noCode}
	}
	return e.lines.p.lines[e.n]
}

// encoded is the version.
func (e Extracted) encoded() []byte {
	from := 0
	if e.n > 0 {
		from = e.lines.p.lines[e.n-1].end
	}
	return e.lines.p.text[from:e.lines.p.lines[e.n].end]
}

// codes are the codes that the row names, also where it is faulty otherwise.
func (e Extracted) codes() []person.ResidentCode {
	var codes []person.ResidentCode
	for _, n := range [...]uint64{e.line().code, e.line().old} {
		if n == noCode {
			continue
		}
		code, err := person.ParseResidentCode(fmt.Sprintf("%0*d", person.ResidentCodeDigits, n))
		if err == nil { // it was a code when it was read
			codes = append(codes, code)
		}
	}
	return codes
}
