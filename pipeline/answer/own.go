package answer

import (
	"encoding/json"
	"errors"
	"maps"
	"strconv"
	"strings"
	"unicode/utf8"

	"baitai/formats/charset"
	"baitai/pipeline"
	"baitai/pipeline/verdict"
)

// An OwnRow is one line of the prefecture's own copy (控え): JSON Lines, one row
// of the list a line. It holds personal data and is only ever written sealed.
type OwnRow struct {
	No        int64       `json:"no"`
	Row       int         `json:"row"` // physical line or sheet row of the list
	Reference string      `json:"ref"` // 整理番号
	Answer    string      `json:"answer"`
	Step      string      `json:"step,omitempty"`
	Why       string      `json:"why,omitempty"`    // line of the decision table, or veto
	Chosen    string      `json:"chosen,omitempty"` // 住民票コード of the person provided
	Issues    []string    `json:"issues,omitempty"` // codes
	Looked    []OwnLooked `json:"looked,omitempty"`
}

// An OwnLooked is one person whom the row was compared with.
type OwnLooked struct {
	Person    string    `json:"person,omitempty"` // 住民票コード; in the file, left out for the person provided
	Fits      bool      `json:"fits,omitempty"`   // a line of the decision table
	HoldsCode bool      `json:"holds_code,omitempty"`
	Protected bool      `json:"protected,omitempty"`
	Grades    OwnGrades `json:"grades"`         // by particular; what the row does not give is left out
	More      OwnGrades `json:"more,omitempty"` // in the file only: grades of which there is more to say
}

// Grade is the comparison of one particular.
func (l OwnLooked) Grade(particular string) OwnGrade {
	if g, ok := l.Grades[particular]; ok {
		return g
	}
	return OwnGrade{Grade: verdict.Missing.String()}
}

// complete puts where it belongs what the file leaves out, or keeps by itself.
func (l *OwnLooked) complete(chosen string) {
	if l.Person == "" {
		l.Person = chosen
	}
	if l.Grades == nil {
		l.Grades = make(OwnGrades)
	}
	maps.Copy(l.Grades, l.More)
	l.More = nil
}

var errOwn = errors.New("answer: the own copy is malformed")

// OwnGrades are grades by particular. In the file they are mostly one text with a
// letter for each particular, because nearly all of millions have a grade and no
// more.
type OwnGrades map[string]OwnGrade

// gradeLetters are the letters of the grades, by grade.
const gradeLetters = "-.=fvblsdpx"

// UnmarshalJSON reads letters, and the objects that earlier versions wrote.
func (g *OwnGrades) UnmarshalJSON(b []byte) error {
	if len(b) == 0 || b[0] != '"' {
		return json.Unmarshal(b, (*map[string]OwnGrade)(g))
	}
	var letters string
	if err := json.Unmarshal(b, &letters); err != nil {
		return err
	}
	if len(letters) != verdict.ParticularCount {
		return errOwn
	}
	*g = make(OwnGrades)
	for i := range letters {
		grade := strings.IndexByte(gradeLetters, letters[i])
		if grade < 0 {
			return errOwn
		}
		if verdict.Grade(grade) != verdict.Missing {
			(*g)[verdict.ParticularName(i, false)] = OwnGrade{Grade: verdict.Grade(grade).String()}
		}
	}
	return nil
}

// An OwnGrade is the comparison of one particular. Earlier versions wrote it as a text
// where there is nothing but the grade.
type OwnGrade struct {
	Grade  string `json:"grade"`
	Past   bool   `json:"past,omitempty"`
	Near   string `json:"near,omitempty"`
	Ground string `json:"ground,omitempty"`
}

// UnmarshalJSON reads both forms.
func (g *OwnGrade) UnmarshalJSON(b []byte) error {
	if len(b) > 0 && b[0] == '"' {
		*g = OwnGrade{}
		return json.Unmarshal(b, &g.Grade)
	}
	type plain OwnGrade // without this method
	return json.Unmarshal(b, (*plain)(g))
}

// appendOwn appends the line of one row. It is written by hand, because half of the
// time of a large job went into encoding/json; a test reads every line back with it.
// It is short, because packing long lines took more time than the rest of them.
func appendOwn(dst []byte, row *pipeline.Row[verdict.Hit], a verdict.Answer) []byte {
	dst = strconv.AppendInt(append(dst, `{"no":`...), row.No, 10)
	dst = strconv.AppendInt(append(dst, `,"row":`...), int64(row.Pos.Row), 10)
	dst = appendQuoted(append(dst, `,"ref":`...), row.Ref.Reveal())
	dst = appendWord(dst, `,"answer":"`, string(a))
	if len(row.Issues) > 0 {
		dst = append(dst, `,"issues":[`...)
		for i, issue := range row.Issues {
			dst = appendQuoted(appendComma(dst, i), string(issue.Code))
		}
		return append(dst, "]}\n"...)
	}
	h := &row.Value
	if h.Step != "" {
		dst = appendWord(dst, `,"step":"`, string(h.Step))
	}
	if h.Why != "" {
		dst = appendQuoted(append(dst, `,"why":`...), h.Why)
	}
	chosen := ""
	if h.Person != nil {
		chosen = h.Person.Code.Reveal()
		dst = appendWord(dst, `,"chosen":"`, chosen)
	}
	if len(h.Looked) > 0 {
		dst = append(dst, `,"looked":[`...)
		for i := range h.Looked {
			dst = appendLooked(appendComma(dst, i), &h.Looked[i], chosen)
		}
		dst = append(dst, ']')
	}
	return append(dst, "}\n"...)
}

func appendLooked(dst []byte, l *verdict.Looked, chosen string) []byte {
	dst = append(dst, '{')
	if code := l.Code.Reveal(); code != chosen {
		dst = append(append(append(dst, `"person":"`...), code...), `",`...)
	}
	if l.Fits {
		dst = append(dst, `"fits":true,`...)
	}
	if l.HoldsCode {
		dst = append(dst, `"holds_code":true,`...)
	}
	if l.Protected {
		dst = append(dst, `"protected":true,`...)
	}
	dst = append(dst, `"grades":"`...)
	list := particulars(&l.Grades)
	for _, g := range list {
		dst = append(dst, gradeLetters[g.Grade])
	}
	dst = append(dst, '"')
	n := 0
	for i, g := range list {
		if !hasMore(g) {
			continue
		}
		if n == 0 {
			dst = append(dst, `,"more":{"`...)
		} else {
			dst = append(dst, `,"`...)
		}
		dst = appendGrade(append(append(dst, verdict.ParticularName(i, false)...), `":`...), g)
		n++
	}
	if n > 0 {
		dst = append(dst, '}')
	}
	return append(dst, '}')
}

// hasMore reports whether there is more to say than the grade.
func hasMore(g *verdict.Graded) bool { return g.Past || g.Near != verdict.NotNear || g.Ground != "" }

func appendGrade(dst []byte, g *verdict.Graded) []byte {
	dst = appendWord(dst, `{"grade":"`, g.Grade.String())
	if g.Past {
		dst = append(dst, `,"past":true`...)
	}
	if g.Near != verdict.NotNear {
		dst = appendWord(dst, `,"near":"`, g.Near.String())
	}
	if g.Ground != "" {
		dst = appendQuoted(append(dst, `,"ground":`...), g.Ground)
	}
	return append(dst, '}')
}

// appendWord appends a member with a text that needs no escapes: a word of this
// program, or figures.
func appendWord(dst []byte, before, word string) []byte {
	return append(append(append(dst, before...), word...), '"')
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
