package answer

import (
	"encoding/json"
	"strconv"
	"unicode/utf8"

	"baitai/formats/charset"
	"baitai/pipeline"
	"baitai/pipeline/verdict"
)

// gradeLetters are the letters of the grades, by grade.
const gradeLetters = "-.=fvblsdpx"

// appendOwn appends the line of one row. It is written by hand, because half of the
// time of a large job went into encoding/json; a test reads every line back. It is
// short, because packing long lines took more time than the rest of them.
//
//	[no, line - no, ref, answer, [issues]]
//	[no, line - no, ref, answer, step, why, chosen, [looked, …]]
func appendOwn(dst []byte, row *pipeline.Row[verdict.Hit], a verdict.Answer) []byte {
	dst = strconv.AppendInt(append(dst, '['), row.No, 10)
	dst = strconv.AppendInt(append(dst, ','), int64(row.Pos.Row)-row.No, 10)
	dst = appendQuoted(append(dst, ','), row.Ref.Reveal())
	dst = appendWord(dst, string(a))
	if len(row.Issues) > 0 {
		dst = append(dst, ",["...)
		for i, issue := range row.Issues {
			dst = appendQuoted(appendComma(dst, i), string(issue.Code))
		}
		return append(dst, "]]\n"...)
	}
	h := &row.Value
	chosen := ""
	if h.Person != nil {
		chosen = h.Person.Code.Reveal()
	}
	dst = appendWord(dst, string(h.Step))
	dst = appendQuoted(append(dst, ','), h.Why)
	dst = append(appendWord(dst, chosen), ",["...)
	for i := range h.Looked {
		dst = appendLooked(appendComma(dst, i), &h.Looked[i], chosen)
	}
	return append(dst, "]]\n"...)
}

// appendLooked appends one person whom the row was compared with: letters, or
//
//	[letters, person, [particular, past, near, ground], …]
//
// where there is more to say. The letters are those of the grades, and flags.
func appendLooked(dst []byte, l *verdict.Looked, chosen string) []byte {
	code := l.Code.Reveal()
	if code == chosen {
		code = ""
	}
	list := particulars(&l.Grades)
	more := code != ""
	for _, g := range list {
		more = more || hasMore(g)
	}
	if more {
		dst = append(dst, '[')
	}
	dst = append(dst, '"')
	for _, g := range list {
		dst = append(dst, gradeLetters[g.Grade])
	}
	for i, set := range [...]bool{l.Fits, l.HoldsCode, l.Protected} {
		if set {
			dst = append(dst, lookedFlags[i])
		}
	}
	dst = append(dst, '"')
	if !more {
		return dst
	}
	dst = appendWord(dst, code)
	for i, g := range list {
		if hasMore(g) {
			dst = appendGrade(append(dst, ','), i, g)
		}
	}
	return append(dst, ']')
}

// lookedFlags are the letters of: a line of the table fits, holds the code, protected.
const lookedFlags = "FHP"

// hasMore reports whether there is more to say than the grade.
func hasMore(g *verdict.Graded) bool { return g.Past || g.Near != verdict.NotNear || g.Ground != "" }

func appendGrade(dst []byte, particular int, g *verdict.Graded) []byte {
	past := byte('0')
	if g.Past {
		past = '1'
	}
	near := ""
	if g.Near != verdict.NotNear {
		near = g.Near.String()
	}
	dst = append(dst, '[', byte('0'+particular), ',', past)
	dst = appendQuoted(append(appendWord(dst, near), ','), g.Ground)
	return append(dst, ']')
}

// appendWord appends a text that needs no escapes: a word of this program, or figures.
func appendWord(dst []byte, word string) []byte {
	return append(append(append(dst, `,"`...), word...), '"')
}

func appendComma(dst []byte, n int) []byte {
	if n > 0 {
		return append(dst, ',')
	}
	return dst
}

// appendQuoted appends a JSON string.
func appendQuoted(dst []byte, s string) []byte {
	if !charset.Plain(s) && escapes(s) {
		return appendEscaped(dst, s)
	}
	return append(append(append(dst, '"'), s...), '"')
}

// escapes reports whether JSON has to escape something in s.
func escapes(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c == '"' || c == '\\' {
			return true
		}
	}
	return !utf8.ValidString(s)
}

func appendEscaped(dst []byte, s string) []byte {
	b, err := json.Marshal(s)
	if err != nil {
		panic("answer: internal error: a text that JSON cannot hold")
	}
	return append(dst, b...)
}
