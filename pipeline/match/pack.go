package match

import (
	"encoding/binary"
	"errors"
	"strings"

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

// packed is a row in bytes, with the keys that it is looked up by. Its parts stand
// behind a pointer, so that a row prints as an address. Rows follow one another in the
// same memory.
type packed struct{ p *packedRow }

type packedRow struct {
	no     int64
	pos    issue.Pos
	ref    person.Text
	issues issue.List // of a row that asks for nobody
	row    []byte
	keys   identity.RowKeys
}

// pack folds a row and packs it.
func (out *packed) pack(row *pipeline.Row[person.Query], tables *normal.Tables, w *normal.Workspace) {
	if out.p == nil {
		out.p = new(packedRow)
	}
	p := out.p
	*p = packedRow{row.No, row.Pos, row.Ref, row.Issues, p.row[:0], p.keys[:0]}
	if len(row.Issues) > 0 {
		return
	}
	w.Reset()
	a := ask(tables, &row.Value, w)
	p.keys = a.folded.Keys(p.keys)
	p.row = binary.LittleEndian.AppendUint16(p.row, a.asked.Bits())
	p.row = normal.AppendFolded(p.row, a.folded)
}

// errPacked is a fault of this program: what it has packed itself it cannot read.
var errPacked = errors.New("match: internal error: a packed row cannot be read")

// asking unpacks a row into the memory of w.
func (c *chunk) asking(row int, w *normal.Workspace) (asking, error) {
	_, s := c.rows.get(c.heads[row].at)
	if len(s) < 2 {
		return asking{}, errPacked
	}
	folded, rest, err := w.Decode(s[2:])
	if err != nil || rest != "" {
		return asking{}, errPacked
	}
	return asking{folded, verdict.AskedOf(uint16(s[0]) | uint16(s[1])<<8)}, nil
}

// A store keeps texts side by side, each with the 整理番号 of its row.
type store struct {
	full []string
	last strings.Builder
}

// segmentBytes is what a store takes from memory at a time.
const segmentBytes = 1 << 20

// A place is where a row lies in a store.
type place struct {
	segment, from uint32
	ref, row      uint32 // bytes
}

func (s *store) add(ref string, row []byte) place {
	n := len(ref) + len(row)
	if s.last.Len() > 0 && s.last.Len()+n > segmentBytes {
		s.full = append(s.full, s.last.String())
		s.last = strings.Builder{}
	}
	if s.last.Cap() == 0 {
		s.last.Grow(max(n, segmentBytes))
	}
	at := place{uint32(len(s.full)), uint32(s.last.Len()), uint32(len(ref)), uint32(len(row))}
	s.last.WriteString(ref)
	s.last.Write(row)
	return at
}

// get returns what was added.
func (s *store) get(at place) (ref, row string) {
	segment := ""
	if int(at.segment) < len(s.full) {
		segment = s.full[at.segment]
	} else {
		segment = s.last.String()
	}
	return segment[at.from:][:at.ref], segment[at.from+at.ref:][:at.row]
}

// ref is the 整理番号 of a row.
func (s *store) ref(at place) person.Text {
	ref, _ := s.get(at)
	return person.NewText(ref)
}
