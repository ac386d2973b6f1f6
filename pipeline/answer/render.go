package answer

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"

	"baitai/formats/charset"
	"baitai/formats/csvlist"
	"baitai/formats/fixed"
	"baitai/pipeline"
	"baitai/pipeline/authority"
	"baitai/pipeline/issue"
	"baitai/pipeline/person"
	"baitai/pipeline/verdict"
)

// A renderer turns decided rows into what is written of them. It only reads what it
// holds, so that rows are rendered on several goroutines.
type renderer struct {
	out     Output
	totals  bool // only totals leave; the grant is not asked for every row, since that takes a copy of its terms
	fields  []authority.Field
	columns []string
	csv     *csvlist.Format // nil where the result is no CSV of rows
	arrangement
	own    ownWriter
	lossy  bool                          // CP932: characters may be lost
	said   [verdict.AnswerCount][]byte   // an answer and its sentence, as two fields
	grades [2][verdict.GradeCount][]byte // the word of a grade as a field; second: of an earlier version
}

// rendered is a row as it is written, behind those before it.
type rendered struct {
	no       int64
	answer   verdict.Answer
	grades   verdict.Brief // of the person meant, where the answer provides
	issues   issue.List
	hashed   bool           // a code leaves
	provided [HashSize]byte // what is kept of it
	office   []byte         // the record of a CSV, of fixed length, or of JSON Lines
	cells    []string       // the cells of a workbook
	own      []byte         // the line of the own copy
	defused  []int          // columns in which a cell got a leading '
	lost     []rune         // characters that became 〓
	err      error          // a fault of this program: nothing may go out

	officeFrom, ownFrom int // what stands before is of other rows
}

// A sheaf (束) is a batch of rows as they are written, one behind the other, so that
// what is left for the one that writes is to pass them on.
type sheaf struct {
	rows     []written
	office   []byte
	own      []byte
	provided [][HashSize]byte
}

// written is a row of a sheaf. It is short: there are millions.
type written struct {
	no     int64
	end    int      // of the row in sheaf.office
	rare   *unusual // nil for most rows
	answer uint8    // its place among verdict.Answers
	grades verdict.Brief
}

// unusual is what few rows have, but those of a workbook.
type unusual struct {
	issues  issue.List
	cells   []string
	defused []int
	lost    []rune
	err     error
}

// add keeps a row that was rendered into the sheaf.
func (s *sheaf) add(r *rendered) {
	s.office, s.own = r.office, r.own
	if r.hashed {
		s.provided = append(s.provided, r.provided)
	}
	at := r.answer.Index()
	if at < 0 {
		at = 0
		r.err = cmp.Or(r.err, errNoAnswer)
	}
	w := written{no: r.no, end: len(s.office), answer: uint8(at), grades: r.grades}
	if len(r.issues) > 0 || r.cells != nil || len(r.defused) > 0 || len(r.lost) > 0 || r.err != nil {
		w.rare = &unusual{r.issues, r.cells, slices.Clone(r.defused), slices.Clone(r.lost), r.err}
	}
	s.rows = append(s.rows, w)
}

var errNoAnswer = errors.New("answer: internal error: a row without an answer")

// begin lets the next row be rendered behind the others.
func (s *sheaf) begin(r *rendered) {
	r.office, r.officeFrom = s.office, len(s.office)
	r.own, r.ownFrom = s.own, len(s.own)
}

func (s *sheaf) reset() {
	clear(s.rows)
	s.rows, s.office, s.own, s.provided = s.rows[:0], s.office[:0], s.own[:0], s.provided[:0]
}

// A Source is the rows of a result and how each is decided, which the goroutines that
// render do as well: what is decided of one row is used up before the next one, so
// that it needs no memory of its own.
type Source struct {
	render func(ctx context.Context, r *renderer, workers int) iter.Seq2[*sheaf, error]
}

// Deciding makes a Source of rows that are still to be decided. Each goroutine decides
// with a function of its own, which decider makes; what that returns must be good
// until it is called again.
func Deciding[T any](rows pipeline.Batches[T], decider func() func(*pipeline.Row[T]) *pipeline.Row[verdict.Hit]) Source {
	return Source{func(ctx context.Context, r *renderer, workers int) iter.Seq2[*sheaf, error] {
		return pipeline.FillN(workers, func() func(pipeline.Batch[T], *sheaf) {
			decide, one := decider(), new(rendered)
			return func(rows pipeline.Batch[T], out *sheaf) {
				out.reset()
				for row := range rows {
					out.begin(one)
					r.render(decide(row), one)
					out.add(one)
				}
			}
		})(ctx, rows)
	}}
}

// SourceOf makes a Source of rows that are decided already.
func SourceOf(rows pipeline.Rows[verdict.Hit]) Source {
	return Deciding(pipeline.Batched(pipeline.BatchRows, rows), func() func(*pipeline.Row[verdict.Hit]) *pipeline.Row[verdict.Hit] {
		return func(row *pipeline.Row[verdict.Hit]) *pipeline.Row[verdict.Hit] { return row }
	})
}

func newRenderer(o Output) *renderer {
	r := &renderer{out: o, totals: o.Grant.TotalsOnly(), fields: o.Grant.Fields(), columns: Columns(o.Grant), own: newOwnWriter()}
	if r.totals {
		return r
	}
	r.columns, r.arrangement = arrange(o.Grant, r.columns)
	if o.Grant.Form() != authority.FormCSV {
		return r
	}
	r.lossy = o.Grant.Charset() == authority.CharsetCP932
	r.csv = csvlist.NewFormat(',', resultCharset(o.Grant))
	for i, a := range verdict.Answers() {
		r.said[i] = append(append(r.constant(string(a)), ','), r.constant(a.Says(true))...)
	}
	for g := range verdict.GradeCount {
		for i, past := range [...]bool{false, true} {
			r.grades[i][g] = r.constant(gradeWord(&verdict.Graded{Grade: verdict.Grade(g), Past: past}))
		}
	}
	return r
}

// constant is a text of this program as a field. All of them are in CP932.
func (r *renderer) constant(s string) []byte {
	b, lost, err := r.csv.Append(nil, s)
	if err != nil || len(lost) > 0 {
		panic("answer: internal error: a text of the program cannot be written")
	}
	return b
}

// resultCharset is the character set of a CSV; UTF-8 has a BOM, because that is what
// spreadsheets recognise.
func resultCharset(g authority.Grant) charset.Charset {
	if g.Charset() == authority.CharsetCP932 {
		return charset.CP932
	}
	return charset.UTF8BOM
}

// render renders one row, faulty or not. A row of which an item has no room in its
// column of fixed length is answered 99 and shows nothing, because half an address
// is another one.
func (r *renderer) render(row *pipeline.Row[verdict.Hit], out *rendered) {
	r.renderRow(row, out)
	if long, ok := errors.AsType[*fixed.TooLong](out.err); ok {
		without := *row
		pos := row.Pos
		pos.Name = r.columns[long.Cell]
		without.Issues = append(slices.Clone(row.Issues), issue.New(issue.ItemTooLong, pos))
		r.renderRow(&without, out)
	}
}

func (r *renderer) renderRow(row *pipeline.Row[verdict.Hit], out *rendered) {
	a := AnswerOf(row)
	*out = rendered{no: row.No, answer: a, issues: faultsOf(row, a), grades: row.Value.Grades.Brief(),
		office: out.office[:out.officeFrom], own: out.own[:out.ownFrom], defused: out.defused[:0], lost: out.lost[:0],
		officeFrom: out.officeFrom, ownFrom: out.ownFrom}
	if a.Provides() && !r.out.Grant.Valid() { // identity would have refused before
		out.err = errors.New("answer: internal error: data without a grant")
		return
	}
	if a.Provides() && row.Value.Person == nil {
		out.err = errors.New("answer: internal error: a person is meant, but nobody is named")
		return
	}
	if a.Provides() && r.out.Hash != nil && !r.totals {
		out.hashed, out.provided = true, r.out.Hash(row.Value.Person.Code)
	}
	out.own = r.own.row(out.own, row, a)
	switch {
	case r.totals:
	case r.arranged():
		out.err = r.arrangedRow(out, cells(row, r.fields))
	case r.csv == nil:
		out.cells = cells(row, r.fields)
	default:
		out.err = r.record(out, row)
	}
}

// faultsOf gives what is wrong with a row. That a character cannot be read (82) is
// found out when the row is compared, without a column.
func faultsOf(row *pipeline.Row[verdict.Hit], a verdict.Answer) issue.List {
	if len(row.Issues) == 0 && a == verdict.UnknownCharacter {
		return issue.List{issue.New(issue.UnreadableCharacter, row.Pos)}
	}
	return row.Issues
}

// record writes the record of a CSV: first decide whether anything may be shown,
// then show only that.
func (r *renderer) record(out *rendered, row *pipeline.Row[verdict.Hit]) error {
	w := recordWriter{r: r, out: out, buf: out.office}
	w.text(row.Ref.Reveal())
	w.answer(out.answer)
	if !out.answer.Provides() {
		for range len(r.fields) + len(groundColumns) {
			w.ready(nil)
		}
		w.text(faults(row.Issues))
	} else {
		for _, f := range r.fields {
			w.field(row.Value.Person, f)
		}
		h := &row.Value
		w.comma()
		w.buf = append(w.buf, h.Step...)
		for _, g := range particulars(&h.Grades) {
			past := 0
			if g.Past {
				past = 1
			}
			w.ready(r.grades[past][g.Grade])
		}
		w.grounds(h)
		w.ready(nil)
	}
	if r.lossy {
		w.text(strings.Join(w.lost, " / "))
	}
	out.office = append(w.buf, '\r', '\n')
	return w.err
}

// A recordWriter appends the fields of one record.
type recordWriter struct {
	r    *renderer
	out  *rendered
	buf  []byte
	n    int // fields so far
	lost []string
	err  error
}

func (w *recordWriter) comma() {
	if w.n > 0 {
		w.buf = append(w.buf, ',')
	}
	w.n++
}

// answer appends the answer and its sentence.
func (w *recordWriter) answer(a verdict.Answer) {
	if i := a.Index(); i >= 0 { // or nothing may go out: see sheaf.add
		w.ready(w.r.said[i])
		w.n++
	}
}

// field appends a field of the person who is meant. Figures of this program need no look.
func (w *recordWriter) field(v *person.Version, f authority.Field) {
	switch f {
	case authority.FieldBirth:
		w.comma()
		w.buf = v.Birth.RevealTo(w.buf)
	case authority.FieldState:
		w.comma()
		w.buf = append(w.buf, stateName(v.State)...)
	default:
		w.text(fieldOf(v, f))
	}
}

// grounds appends the grounds of an answer. They are put together where they are to
// stand, and nearly always are a field as they are.
func (w *recordWriter) grounds(h *verdict.Hit) {
	from := len(w.buf)
	w.comma()
	start := len(w.buf)
	w.buf = appendGrounds(w.buf, h)
	if said := w.buf[start:]; formula(h.Why) || !w.r.csv.Bare(said) {
		s := string(said)
		w.buf, w.n = w.buf[:from], w.n-1
		w.text(s)
	}
}

// ready appends a field as the file has it.
func (w *recordWriter) ready(field []byte) {
	w.comma()
	w.buf = append(w.buf, field...)
}

// text appends a field, made harmless.
func (w *recordWriter) text(s string) {
	w.comma()
	if s == "" {
		return
	}
	if formula(s) {
		s = "'" + s
		w.out.defused = append(w.out.defused, w.n-1)
	}
	buf, gone, err := w.r.csv.Append(w.buf, s)
	w.buf = buf
	if err != nil && w.err == nil {
		w.err = err
	}
	for _, c := range gone {
		w.out.lost = append(w.out.lost, c)
		w.lost = append(w.lost, fmt.Sprintf("%s U+%04X", w.r.columns[w.n-1], c))
	}
}
