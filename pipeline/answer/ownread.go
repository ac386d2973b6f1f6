package answer

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"iter"
	"maps"
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

// ErrOwn says that an own copy is malformed.
var ErrOwn = errors.New("answer: the own copy is malformed")

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
		return nil, ErrOwn
	}
	g := make(OwnGrades)
	for i := range letters {
		grade := strings.IndexByte(gradeLetters, letters[i])
		if grade < 0 {
			return nil, ErrOwn
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

// ReadOwn reads the prefecture's own copy (控え) row by row. Lines that nobody has written
// are [ErrOwn].
func ReadOwn(r io.Reader) iter.Seq2[OwnRow, error] {
	return func(yield func(OwnRow, error) bool) {
		lines := bufio.NewScanner(r)
		lines.Buffer(make([]byte, 1<<16), ownLineMax)
		var words []string
		for n := 0; lines.Scan(); n++ {
			if n == 0 && bytes.HasPrefix(lines.Bytes(), []byte(`{"words":`)) {
				var err error
				if words, err = readOwnHead(lines.Bytes()); err != nil {
					yield(OwnRow{}, ErrOwn)
					return
				}
				continue
			}
			row, err := readOwnLine(words, int64(n), lines.Bytes())
			if err != nil {
				yield(OwnRow{}, ErrOwn) // a JSON error may quote
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

// readOwnHead reads the words that rows have by their number. They are never nil.
func readOwnHead(line []byte) ([]string, error) {
	var head struct {
		Words *[]string `json:"words"`
	}
	if err := json.Unmarshal(line, &head); err != nil {
		return nil, err
	}
	if head.Words == nil || *head.Words == nil {
		return nil, ErrOwn
	}
	return *head.Words, nil
}

// readOwnLine reads the line of row no. Those of earlier versions have no words: arrays,
// and objects before them, each with its number.
func readOwnLine(words []string, no int64, line []byte) (row OwnRow, err error) {
	if len(line) > 0 && line[0] == '[' {
		c := ownCursor{s: string(line), words: words}
		if words == nil {
			row = c.rowBefore()
		} else {
			row = c.row(no)
		}
		if c.bad || c.s != "" {
			return OwnRow{}, ErrOwn
		}
		return row, nil
	}
	if words != nil {
		return OwnRow{}, ErrOwn
	}
	if err := json.Unmarshal(line, &row); err != nil {
		return OwnRow{}, err
	}
	for i := range row.Looked {
		row.Looked[i].complete(row.Chosen)
	}
	return row, nil
}
