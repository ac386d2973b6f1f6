package charset

import (
	"errors"
	"io"
)

var ErrUnknown = errors.New("unknown character set")

// Probe is fed the whole file.
type Probe struct{}

func (p *Probe) Write(b []byte) (int, error)              { return len(b), nil }
func (p *Probe) Decide(declared Charset) (Charset, error) { return "", nil }

// AmbiguousError: must be declared.
type AmbiguousError struct{}

func (*AmbiguousError) Error() string { return "" }

type ContradictionError struct{ Declared, Found Charset }

func (*ContradictionError) Error() string { return "" }

type InvalidError struct {
	Offset int64
	Line   int
}

func (*InvalidError) Error() string { return "" }

type ISO2022Error struct {
	Offset int64
	Line   int
}

func (*ISO2022Error) Error() string { return "" }

type NULError struct {
	Offset int64
	Line   int
}

func (*NULError) Error() string { return "" }

// NewReader gives UTF-8 without BOM; errors are *DecodeError.
func NewReader(r io.Reader, c Charset) io.Reader { return nil }

// NewWriter takes UTF-8. onLost nil: ErrLost.
func NewWriter(w io.Writer, c Charset, onLost func(r rune)) io.WriteCloser { return nil }
func AppendCP932(dst []byte, s string) (out []byte, lost []rune)           { return }

// DecodeCP932 appends UTF-8; bad is the index of the first bad byte or -1.
func DecodeCP932(dst, src []byte) (out []byte, bad int) { return }
func Encodable(r rune) bool                             { return false }
func ReplaceLost(s string) (out string, lost []rune)    { return }
