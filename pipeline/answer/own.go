package answer

import (
	"encoding/json"
	"strconv"
	"unicode/utf8"

	"baitai/formats/charset"
	"baitai/pipeline"
	"baitai/pipeline/person"
	"baitai/pipeline/verdict"
)

// gradeLetters are the letters of the grades, by grade.
const gradeLetters = "-.=fvblsdpx"

// ownWords are the texts that an own copy has by their number: lines of the decision
// table and grounds that millions of rows share. Its first line holds them, so that a
// later version may have others; what is not among them stands as a text.
var ownWords = [...]string{
	"四情報一致", "合う人がいない", "氏名が完全には一致しない", "氏名と生年月日だけが一致", "生年月日が完全には一致しない", "検索条件が足りない", "氏名の字体が広い異体字",
	"支援措置", "読めない字がある", "住民票コード・氏名・生年月日が一致", "住民票コード・氏名が一致", "住民票コード・生年月日が一致", "ふりがなが完全には一致しない",
	"空白・字幅・かなの大小・々の表記", "元号・書式の表記", "丁目・番・号の表記", "都道府県の有無、丁目・番・号の表記", "大字・字の有無、番地の表記", "合併前の市区町村名", "部屋番号の表記",
	"かな種別・字幅・空白・かなの大小", "方書が一方だけにある", "数字が一つ違う", "生年月日の一部が不詳",
}

// An ownWriter appends the lines of the prefecture's own copy. They are written by
// hand, because half of the time of a large job went into encoding/json; a test reads
// every line back. They are short, so that nothing packs them: packing took as long as
// all that a row is compared with.
type ownWriter struct{ numbers map[string]string }

func newOwnWriter() ownWriter {
	w := ownWriter{make(map[string]string, len(ownWords))}
	for i, word := range ownWords {
		w.numbers[word] = strconv.Itoa(i)
	}
	return w
}

// head is the first line.
func (w ownWriter) head() []byte {
	dst := []byte(`{"words":[`)
	for i, word := range ownWords {
		dst = appendQuoted(appendComma(dst, i), word)
	}
	return append(dst, "]}\n"...)
}

// row appends the line of one row.
//
//	[line - no, ref, answer, [issues]]
//	[line - no, ref, answer and step, why, chosen, looked, …]
//
// where line - no is left out if it is 1. Rows have no number: none is missing (see
// [pipeline.Numbers]), so that it is that of the line.
func (w ownWriter) row(dst []byte, row *pipeline.Row[verdict.Hit], a verdict.Answer) []byte {
	dst = append(dst, '[')
	if less := int64(row.Pos.Row) - row.No; less != 1 {
		dst = append(strconv.AppendInt(dst, less, 10), ',')
	}
	dst = appendQuoted(dst, row.Ref.Reveal())
	dst = append(append(dst, `,"`...), a...)
	if len(row.Issues) > 0 {
		dst = append(dst, `",[`...)
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
	dst = w.text(append(append(dst, h.Step...), `",`...), h.Why)
	dst = appendWord(dst, chosen)
	for i := range h.Looked {
		dst = w.looked(append(dst, ','), &h.Looked[i], chosen)
	}
	return append(dst, "]\n"...)
}

// text appends a text by its number, or as it is.
func (w ownWriter) text(dst []byte, s string) []byte {
	if s == ownWords[0] { // nearly always
		return append(dst, '0')
	}
	if n, ok := w.numbers[s]; ok {
		return append(dst, n...)
	}
	return appendQuoted(dst, s)
}

// looked appends one person whom the row was compared with: a text, or
//
//	[text, [particular, ground, near, past], …]
//
// where there is more to say. The text is the letters of the grades, flags, and the
// person, if it is not the one chosen. near and past are left out where they say nothing.
func (w ownWriter) looked(dst []byte, l *verdict.Looked, chosen string) []byte {
	list := particulars(&l.Grades)
	var text [len(list) + len(lookedFlags) + person.ResidentCodeDigits]byte
	n, more := len(list), false
	for i, g := range list {
		text[i] = gradeLetters[g.Grade]
		more = more || hasMore(g)
	}
	for i, set := range [...]bool{l.Fits, l.HoldsCode, l.Protected} {
		if set {
			text[n] = lookedFlags[i]
			n++
		}
	}
	if code := l.Code.Reveal(); code != chosen {
		n += copy(text[n:], code)
	}
	if more {
		dst = append(dst, '[')
	}
	dst = append(append(append(dst, '"'), text[:n]...), '"')
	if !more {
		return dst
	}
	for i, g := range list {
		if hasMore(g) {
			dst = w.grade(append(dst, ','), i, g)
		}
	}
	return append(dst, ']')
}

// lookedFlags are the letters of: a line of the table fits, holds the code, protected.
const lookedFlags = "FHP"

// grade appends what there is to say of a grade.
func (w ownWriter) grade(dst []byte, particular int, g *verdict.Graded) []byte {
	dst = w.text(append(dst, '[', byte('0'+particular), ','), g.Ground)
	if g.Past || g.Near != verdict.NotNear {
		near := ""
		if g.Near != verdict.NotNear {
			near = g.Near.String()
		}
		dst = appendWord(dst, near)
	}
	if g.Past {
		dst = append(dst, ",1"...)
	}
	return append(dst, ']')
}

// hasMore reports whether there is more to say than the grade.
func hasMore(g *verdict.Graded) bool { return g.Past || g.Near != verdict.NotNear || g.Ground != "" }

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
