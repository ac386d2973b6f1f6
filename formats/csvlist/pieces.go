package csvlist

import (
	"bytes"
	"cmp"
	"errors"
	"io"

	"baitai/formats"
)

// A Splitter splits a list that is not decoded yet into pieces of whole records, which
// can be decoded and cut side by side. Its character set MUST be one that keeps ASCII
// ([charset.Charset.KeepsASCII]).
//
// A piece ends with a line feed that has an even number of quotation marks before it:
// outside of a field, if the list is well-formed so far. Where it is not, the first
// fault of the list stands in the piece whose reading comes upon it, and the pieces
// after that mean nothing. The first piece is the first record alone.
type Splitter struct {
	src  io.Reader
	size int    // bytes that are read for a piece
	rest []byte // read, not yet given: the beginning of the next piece
	any  bool   // something was given
	err  error  // of src
}

// NewSplitter splits what r gives. It reads so many bytes for each piece; 0 means
// pieceDefault.
func NewSplitter(r io.Reader, size int) *Splitter {
	return &Splitter{src: r, size: cmp.Or(size, pieceDefault)}
}

// pieceDefault is a chunk of the seal, and some hundred records.
const pieceDefault = 64 << 10

// pieceMost is how many readings may be one piece. What has no end after that is a
// quotation mark that is never closed, a file whose lines end with CR, or no list.
const pieceMost = 16

// Next gives the next piece, in the memory of into where that is enough. The error is
// io.EOF after the last one, or that of the source; or [ErrNoPiece] where no end of a
// piece is to be found, and what is left is in [Splitter.Rest].
func (s *Splitter) Next(into []byte) ([]byte, error) {
	piece := append(into[:0], s.rest...)
	s.rest = s.rest[:0]
	for {
		if at, found := s.end(piece); found {
			s.rest = append(s.rest, piece[at:]...)
			s.any = true
			return piece[:at], nil
		}
		switch {
		case errors.Is(s.err, io.EOF) && len(piece) > 0:
			return piece, nil
		case s.err != nil:
			return nil, s.err
		case len(piece) >= pieceMost*s.size:
			s.rest = append(s.rest, piece...)
			return nil, ErrNoPiece
		}
		piece = s.read(piece)
	}
}

// read appends what the source has next.
func (s *Splitter) read(piece []byte) []byte {
	from := len(piece)
	if cap(piece)-from < s.size {
		piece = append(make([]byte, 0, 2*from+s.size), piece...)
	}
	n, err := io.ReadFull(s.src, piece[from:from+s.size])
	if errors.Is(err, io.ErrUnexpectedEOF) {
		err = io.EOF
	}
	s.err = err
	return piece[:from+n]
}

// end finds where a piece may end: after the first record, or as late as it can.
func (s *Splitter) end(piece []byte) (at int, found bool) {
	quotes := 0
	if !s.any {
		for at < len(piece) {
			n := bytes.IndexByte(piece[at:], '\n') + 1
			if n == 0 {
				break
			}
			quotes += bytes.Count(piece[at:at+n], quotationMark)
			if at += n; quotes%2 == 0 {
				return at, true
			}
		}
		return 0, false
	}
	quotes, at = bytes.Count(piece, quotationMark), len(piece)
	for {
		n := bytes.LastIndexByte(piece[:at], '\n') + 1
		if n == 0 {
			return 0, false
		}
		quotes -= bytes.Count(piece[n:at], quotationMark)
		if at = n; quotes%2 == 0 {
			return at, true
		}
		at--
	}
}

var quotationMark = []byte{'"'}

// ErrNoPiece says that a list cannot be split any more.
var ErrNoPiece = errors.New("csvlist: no end of a piece")

// Rest is what no piece was given of.
func (s *Splitter) Rest() io.Reader {
	if s.err != nil {
		return io.MultiReader(bytes.NewReader(s.rest), broken{s.err})
	}
	return io.MultiReader(bytes.NewReader(s.rest), s.src)
}

// broken is a source that has ended.
type broken struct{ err error }

func (b broken) Read([]byte) (int, error) { return 0, b.err }

// A Cutter reads texts that are there whole, as [Read] does, in memory that serves one
// after the other.
type Cutter struct{ d reader }

// Read gives the records of text. Their strings may be kept; text is not looked at after
// the last of them.
func (c *Cutter) Read(text []byte, o Options) formats.Records {
	return func(yield func(formats.Record, error) bool) {
		c.d = reader{buf: text, eof: true, chunk: string(text), cells: c.d.cells[:0], text: c.d.text[:0], at: c.d.at[:0]}
		c.d.begin(o)
		c.d.chunkAt = c.d.offset
		c.d.all(o, yield)
	}
}

// Inside is a place between two lines of a list that begins like p, wherever they are:
// what is read from there counts lines, bytes and records from nothing, and is as in the
// list unless lines without characters stand before it.
func (p Place) Inside() Place {
	return Place{Summary: Summary{Comma: p.Comma, Fields: p.Fields, Records: 1}, ends: endLF}
}

// Plus is the place that is as far after p as end is after p.Inside().
func (p Place) Plus(end Place) Place {
	end.Lines += p.Lines
	end.Bytes += p.Bytes
	end.Records += p.Records - 1
	return end
}
