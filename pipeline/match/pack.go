package match

import (
	"errors"

	"baitai/pipeline"
	"baitai/pipeline/identity"
	"baitai/pipeline/issue"
	"baitai/pipeline/normal"
	"baitai/pipeline/person"
	"baitai/pipeline/verdict"
)

// asking is a row that is folded, and what it gives.
type asking struct {
	folded *normal.Folded
	asked  verdict.Asked
}

// A packed bundle is a batch of rows, packed without a pointer in any of them, and the
// keys that they are looked up by. It stands behind a pointer, so that it prints as an
// address.
type packed struct{ bundle *bundle }

// A bundle is some rows that follow one another in a chunk.
type bundle struct {
	chunk  *chunk // nil until it is in one
	first  int    // number of its first row in the chunk
	heads  []head
	pos    []issue.Pos // without the row; most bundles have one
	faulty []faulty    // rows that ask for nobody, in order
	text   string      // of each row its 整理番号, and the row packed
	asks   identity.Asks
}

// head is what a row keeps beside what it asks.
type head struct {
	no   int64
	row  int32 // issue.Pos.Row
	pos  uint32
	from uint32 // in the text
	ref  uint32 // bytes
	size uint32 // bytes of the row packed
}

// faulty is a row of the bundle and what is wrong with it.
type faulty struct {
	row    int
	issues issue.List
}

// A packer packs rows, in memory that it uses again.
type packer struct {
	tables *normal.Tables
	w      normal.Workspace
	heads  []head
	text   []byte // of a bundle
	keys   identity.RowKeys
	asks   identity.Asks
}

// pack folds the rows of a batch and packs them.
func (p *packer) pack(rows pipeline.Batch[person.Query], out *packed) {
	r := new(bundle)
	p.heads, p.text = p.heads[:0], p.text[:0]
	for row := range rows {
		p.add(r, row)
	}
	r.asks = p.asks.Cut()
	r.heads = append(make([]head, 0, len(p.heads)), p.heads...)
	r.text = string(p.text)
	out.bundle = r
}

// add keeps a row.
func (p *packer) add(r *bundle, row *pipeline.Row[person.Query]) {
	ref := row.Ref.Reveal()
	h := head{no: row.No, row: int32(row.Pos.Row), from: uint32(len(p.text)), ref: uint32(len(ref))}
	p.text = append(p.text, ref...)
	pos := row.Pos
	if pos.Row = 0; len(r.pos) == 0 || r.pos[len(r.pos)-1] != pos {
		r.pos = append(r.pos, pos)
	}
	h.pos = uint32(len(r.pos) - 1)
	p.keys = p.keys[:0]
	if len(row.Issues) > 0 {
		r.faulty = append(r.faulty, faulty{len(p.heads), row.Issues})
	} else {
		p.w.Reset()
		a := ask(p.tables, &row.Value, &p.w)
		p.keys = a.folded.Keys(p.keys)
		bits := a.asked.Bits()
		from := len(p.text)
		p.text = normal.AppendFolded(append(p.text, byte(bits), byte(bits>>8)), a.folded)
		h.size = uint32(len(p.text) - from)
	}
	p.asks.Add(p.keys)
	p.heads = append(p.heads, h)
}

// errPacked is a fault of this program: what it has packed itself it cannot read.
var errPacked = errors.New("match: internal error: a packed row cannot be read")

// asking unpacks a row into the memory of w.
func (r *bundle) asking(row int, w *normal.Workspace) (asking, error) {
	h := &r.heads[row]
	s := r.text[h.from+h.ref:][:h.size]
	if len(s) < 2 {
		return asking{}, errPacked
	}
	folded, rest, err := w.Decode(s[2:])
	if err != nil || rest != "" {
		return asking{}, errPacked
	}
	return asking{folded, verdict.AskedOf(uint16(s[0]) | uint16(s[1])<<8)}, nil
}

// rows are the rows of the bundle, to be decided.
func (r *bundle) rows(yield func(*pipeline.Row[Candidates]) bool) {
	var out pipeline.Row[Candidates]
	var refs person.Slab
	wrong := r.faulty
	for i := range r.heads {
		h := &r.heads[i]
		out = pipeline.Row[Candidates]{No: h.no, Pos: r.pos[h.pos], Ref: refs.Text(r.text[h.from:][:h.ref])}
		if out.Pos.Row = int(h.row); len(wrong) > 0 && wrong[0].row == i {
			out.Issues, wrong = wrong[0].issues, wrong[1:]
		} else {
			out.Value = Candidates{r, i}
		}
		if !yield(&out) {
			return
		}
	}
}
