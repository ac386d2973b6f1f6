package answer

import (
	"bufio"
	"encoding/json"
	"errors"
	"io"
	"iter"
	"maps"
	"strconv"
	"strings"

	"baitai/pipeline/verdict"
)

// An OwnRow is one line of the prefecture's own copy (控え): JSON Lines, one row
// of the list a line. It holds personal data and is only ever written sealed. The names
// are those that «explain --json» shows, and that earlier versions wrote.
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
	Person    string    `json:"person,omitempty"` // 住民票コード
	Fits      bool      `json:"fits,omitempty"`   // a line of the decision table
	HoldsCode bool      `json:"holds_code,omitempty"`
	Protected bool      `json:"protected,omitempty"`
	Grades    OwnGrades `json:"grades"`         // by particular; what the row does not give is left out
	More      OwnGrades `json:"more,omitempty"` // in files of earlier versions only: grades of which there is more to say
}

// Grade is the comparison of one particular.
func (l OwnLooked) Grade(particular string) OwnGrade {
	if g, ok := l.Grades[particular]; ok {
		return g
	}
	return OwnGrade{Grade: verdict.Missing.String()}
}

// complete puts where it belongs what a file leaves out, or keeps by itself.
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

// OwnGrades are grades by particular.
type OwnGrades map[string]OwnGrade

// UnmarshalJSON reads letters, and the objects that earlier versions wrote.
func (g *OwnGrades) UnmarshalJSON(b []byte) error {
	if len(b) == 0 || b[0] != '"' {
		return json.Unmarshal(b, (*map[string]OwnGrade)(g))
	}
	var letters string
	if err := json.Unmarshal(b, &letters); err != nil {
		return err
	}
	var err error
	*g, err = gradesOf(letters)
	return err
}

// gradesOf gives the grades of a letter for each particular.
func gradesOf(letters string) (OwnGrades, error) {
	if len(letters) != verdict.ParticularCount {
		return nil, errOwn
	}
	g := make(OwnGrades)
	for i := range letters {
		grade := strings.IndexByte(gradeLetters, letters[i])
		if grade < 0 {
			return nil, errOwn
		}
		if verdict.Grade(grade) != verdict.Missing {
			g[verdict.ParticularName(i, false)] = OwnGrade{Grade: verdict.Grade(grade).String()}
		}
	}
	return g, nil
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

// ownLineMax bounds one line of the own copy: twenty people looked at, each with
// five grades and a ground of a few hundred characters.
const ownLineMax = 1 << 20

// ReadOwn reads the prefecture's own copy (控え) row by row.
func ReadOwn(r io.Reader) iter.Seq2[OwnRow, error] {
	return func(yield func(OwnRow, error) bool) {
		lines := bufio.NewScanner(r)
		lines.Buffer(make([]byte, 1<<16), ownLineMax)
		for lines.Scan() {
			row, err := readOwnLine(lines.Bytes())
			if err != nil {
				yield(OwnRow{}, errOwn) // a JSON error may quote
				return
			}
			if !yield(row, nil) {
				return
			}
		}
		if err := lines.Err(); err != nil {
			yield(OwnRow{}, err)
		}
	}
}

// readOwnLine reads a line of this version, which is an array, or of an earlier one.
func readOwnLine(line []byte) (row OwnRow, err error) {
	if len(line) > 0 && line[0] == '[' {
		c := ownCursor{s: string(line)}
		if row = c.row(); c.bad || c.s != "" {
			return OwnRow{}, errOwn
		}
		return row, nil
	}
	if err := json.Unmarshal(line, &row); err != nil {
		return OwnRow{}, err
	}
	for i := range row.Looked {
		row.Looked[i].complete(row.Chosen)
	}
	return row, nil
}

// An ownCursor reads what appendOwn writes. encoding/json would take several times as
// long, and whoever explains one row of a million waits for all before it. After the
// first fault it gives nothing.
type ownCursor struct {
	s   string
	bad bool
}

// take takes what must stand there.
func (c *ownCursor) take(s string) {
	if !c.has(s) {
		c.bad = true
	}
}

// has takes something if it stands there.
func (c *ownCursor) has(s string) bool {
	rest, ok := strings.CutPrefix(c.s, s)
	if ok && !c.bad {
		c.s = rest
	}
	return ok && !c.bad
}

func (c *ownCursor) number() int64 {
	end := strings.IndexFunc(c.s, func(r rune) bool { return r != '-' && (r < '0' || r > '9') })
	if end < 0 {
		end = 0
	}
	n, err := strconv.ParseInt(c.s[:end], 10, 64)
	if err != nil || strconv.FormatInt(n, 10) != c.s[:end] {
		c.bad = true
		return 0
	}
	c.s = c.s[end:]
	return n
}

// text reads a JSON string.
func (c *ownCursor) text() (s string) {
	c.take(`"`)
	plain := true
	for i := 0; !c.bad && i < len(c.s); i++ {
		switch b := c.s[i]; {
		case b == '"':
			s, c.s = c.s[:i], c.s[i+1:]
			if !plain && json.Unmarshal([]byte(`"`+s+`"`), &s) != nil {
				c.bad = true
				return ""
			}
			return s
		case b == '\\':
			plain = false
			i++
		case b < ' ':
			plain = false
		}
	}
	c.bad = true
	return ""
}

// list reads the elements of an array that has begun.
func (c *ownCursor) list(element func()) {
	for n := 0; !c.bad && !c.has("]"); n++ {
		if n > 0 {
			c.take(",")
		}
		element()
	}
}

// also reads a JSON string that stands behind something else.
func (c *ownCursor) also() string {
	c.take(",")
	return c.text()
}

func (c *ownCursor) row() (r OwnRow) {
	c.take("[")
	r.No = c.number()
	c.take(",")
	r.Row = int(r.No + c.number())
	r.Reference, r.Answer = c.also(), c.also()
	if c.has(",[") {
		c.list(func() { r.Issues = append(r.Issues, c.text()) })
	} else {
		r.Step, r.Why, r.Chosen = c.also(), c.also(), c.also()
		c.take(",[")
		c.list(func() { r.Looked = append(r.Looked, c.looked(r.Chosen)) })
	}
	c.take("]")
	return r
}

func (c *ownCursor) looked(chosen string) (l OwnLooked) {
	more := c.has("[")
	letters := c.text()
	at := min(len(letters), verdict.ParticularCount)
	for _, flag := range letters[at:] {
		switch flag {
		case 'F':
			l.Fits = true
		case 'H':
			l.HoldsCode = true
		case 'P':
			l.Protected = true
		default:
			c.bad = true
		}
	}
	var err error
	if l.Grades, err = gradesOf(letters[:at]); err != nil {
		c.bad = true
	}
	if l.Person = chosen; !more {
		return l
	}
	if code := c.also(); code != "" {
		l.Person = code
	}
	for !c.bad && !c.has("]") {
		c.take(",")
		c.grade(l.Grades)
	}
	return l
}

// grade reads what there is to say beside a grade.
func (c *ownCursor) grade(of OwnGrades) {
	c.take("[")
	i := c.number()
	if i < 0 || i >= verdict.ParticularCount {
		c.bad = true
	}
	if c.bad {
		return
	}
	name := verdict.ParticularName(int(i), false)
	g, ok := of[name]
	if !ok { // nothing is said of what is not given
		g.Grade = verdict.Missing.String()
	}
	c.take(",")
	g.Past = c.number() != 0
	g.Near, g.Ground = c.also(), c.also()
	c.take("]")
	of[name] = g
}
