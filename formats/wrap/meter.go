package wrap

import (
	"errors"
	"io"
)

// A budget is what may still be unpacked of one container, all layers together.
type budget struct {
	left     int64
	ratioMax int64
}

// ratioFromBytes is how much a layer may unpack before its ratio is looked at: a
// small file of blanks packs to almost nothing and does no harm.
const ratioFromBytes = 1 << 20

// source remembers that reading the container itself failed: a medium or a disk
// that cannot be read must not pass for a container that is broken.
type source struct {
	r     io.ReaderAt
	fault error
}

func (s *source) ReadAt(p []byte, off int64) (int, error) {
	n, err := s.r.ReadAt(p, off)
	if err != nil && !errors.Is(err, io.EOF) && s.fault == nil {
		s.fault = err
	}
	return n, err
}

// counted is what a layer reads its packed bytes through.
type counted struct {
	r   io.Reader
	n   int64
	err error // first that is not io.EOF
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	if err != nil && err != io.EOF && c.err == nil {
		c.err = err
	}
	return n, err
}

// A layer is one decoder with what watches over it. What it returns before io.EOF
// is not yet known to be right.
type layer struct {
	r      io.Reader // the decoder
	in     *counted  // what it reads from
	packed int64     // all that it can read; -1 where only in tells
	budget *budget
	out    int64
	blame  func(error) error // says in words of this package what the decoder found
	end    func() error      // what must hold at the end
	close  func() error
	err    error // sticky
}

func (l *layer) Read(p []byte) (int, error) {
	if l.err != nil {
		return 0, l.err
	}
	n, err := l.r.Read(p)
	l.out += int64(n)
	l.budget.left -= int64(n)
	packed := l.packed
	if packed < 0 {
		packed = l.in.n
	}
	switch {
	case l.budget.left < 0:
		l.err = ErrTooLarge
	case l.out > ratioFromBytes && l.out/l.budget.ratioMax > packed:
		l.err = ErrRatio
	case err == io.EOF:
		if l.err = l.end(); l.err == nil {
			l.err = io.EOF
		}
	case err != nil && l.in.err != nil:
		l.err = l.in.err // the layer below broke; what this one thinks of it is no news
	case err != nil:
		l.err = l.blame(err)
	}
	return n, l.err
}

func (l *layer) Close() error { return l.close() }
