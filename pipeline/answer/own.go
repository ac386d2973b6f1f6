package answer

import (
	"bufio"
	"encoding/json"
	"io"

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
	Person    uint32              `json:"person"`         // number in the generation
	Fits      bool                `json:"fits,omitempty"` // a line of the decision table
	HoldsCode bool                `json:"holds_code,omitempty"`
	Protected bool                `json:"protected,omitempty"`
	Grades    map[string]OwnGrade `json:"grades"`
}

// An OwnGrade is the comparison of one particular.
type OwnGrade struct {
	Grade  string `json:"grade"`
	Past   bool   `json:"past,omitempty"`
	Near   string `json:"near,omitempty"`
	Ground string `json:"ground,omitempty"`
}

type ownWriter struct {
	b *bufio.Writer
	e *json.Encoder
}

func newOwnWriter(w io.Writer) *ownWriter {
	b := bufio.NewWriterSize(w, 1<<16)
	e := json.NewEncoder(b)
	e.SetEscapeHTML(false)
	return &ownWriter{b, e}
}

func (w *ownWriter) row(row pipeline.Row[verdict.Hit], a verdict.Answer) error {
	out := OwnRow{No: row.No, Row: row.Pos.Row, Reference: row.Ref.Reveal(), Answer: string(a)}
	for _, i := range row.Issues {
		out.Issues = append(out.Issues, string(i.Code))
	}
	if len(row.Issues) == 0 {
		h := row.Value
		out.Step, out.Why = string(h.Step), h.Why
		if h.Person != nil {
			out.Chosen = h.Person.Code.Reveal()
		}
		for _, l := range h.Looked {
			out.Looked = append(out.Looked, OwnLooked{Person: l.Number, Fits: l.Fits, HoldsCode: l.HoldsCode, Protected: l.Protected, Grades: ownGrades(l.Grades)})
		}
	}
	return w.e.Encode(out)
}

func (w *ownWriter) close() error { return w.b.Flush() }

func ownGrades(g verdict.Grades) map[string]OwnGrade {
	m := make(map[string]OwnGrade, 5)
	for name, g := range map[string]verdict.Graded{"name": g.Name, "kana": g.Kana, "birth": g.Birth, "sex": g.Sex, "address": g.Address} {
		o := OwnGrade{Grade: g.Grade.String(), Past: g.Past, Ground: g.Ground}
		if g.Near != verdict.NotNear {
			o.Near = g.Near.String()
		}
		m[name] = o
	}
	return m
}
