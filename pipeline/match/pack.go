package match

import (
	"encoding/binary"
	"errors"
	"strings"

	"baitai/pipeline/identity"
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
// behind a pointer, so that a row prints as an address.
type packed struct{ p *packedRow }

type packedRow struct {
	row  []byte
	keys identity.RowKeys
	room [12]normal.Key // for the keys of nearly every row
}

// packedBytes is room for nearly every row.
const packedBytes = 320

func pack(a asking) packed {
	p := new(packedRow)
	p.keys = a.folded.Keys(p.room[:0])
	p.row = binary.LittleEndian.AppendUint16(make([]byte, 0, packedBytes), a.asked.Bits())
	p.row = normal.AppendFolded(p.row, a.folded)
	return packed{p}
}

// errPacked is a fault of this program: what it has packed itself it cannot read.
var errPacked = errors.New("match: internal error: a packed row cannot be read")

// asking unpacks a row into the memory of u.
func (c *chunk) asking(row int, u *normal.Unfolder) (asking, error) {
	_, s := c.rows.get(c.heads[row].at)
	if len(s) < 2 {
		return asking{}, errPacked
	}
	folded, rest, err := u.Decode(s[2:])
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
