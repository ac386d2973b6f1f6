package intake

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"hash"
	"io"
	"strings"

	"baitai/formats/charset"
	"baitai/pipeline/issue"
)

// glanceBytes is how much of a list is looked at before its survey begins: mostly the
// first name leaves one character set only.
const glanceBytes = 1 << 20

var errGlance = errors.New("intake: internal error: the character set of a list is not that of its beginning")

// glance says which character set a list must be in, if in any, by its beginning.
func (l *List) glance(declared charset.Charset) (only charset.Charset, certain bool, err error) {
	var probe charset.Probe
	if _, err := io.Copy(&probe, io.NewSectionReader(l.opened.file, 0, min(glanceBytes, l.opened.size))); err != nil {
		return "", false, err
	}
	only, certain = probe.Only(declared)
	return only, certain, nil
}

// A look reads a text and finds out, of all that is read through it, which character
// set it is in and what its SHA-256 is.
type look struct {
	ctx   context.Context // asked now and then, for a list may be long
	text  io.Reader
	probe charset.Probe
	watch *charset.Watch // in the place of probe, where not nil
	sum   hash.Hash
}

func newLook(ctx context.Context, o *opened) *look {
	return &look{ctx: ctx, text: io.NewSectionReader(o.file, 0, o.size), sum: sha256.New()}
}

func (l *look) Read(b []byte) (int, error) {
	if err := l.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := l.text.Read(b)
	if l.watch != nil {
		l.watch.Write(b[:n])
	} else {
		l.probe.Write(b[:n])
	}
	l.sum.Write(b[:n])
	return n, err
}

// decide reads what is left, and says what the whole is.
func (l *look) decide(declared charset.Charset, pos issue.Pos) (c charset.Charset, digest string, err error) {
	if _, err := io.CopyBuffer(io.Discard, struct{ io.Reader }{l}, make([]byte, lookBytes)); err != nil {
		return "", "", err
	}
	if c, err = l.probe.Decide(declared); err != nil {
		return "", "", charsetIssue(err, declared, pos)
	}
	return c, l.digest(), nil
}

// digest is that of what was read.
func (l *look) digest() string { return hex.EncodeToString(l.sum.Sum(nil)) }

// lookBytes is read at a time: a chunk of the seal.
const lookBytes = 64 << 10

// charsetIssue says what the request must state, or where the bytes are wrong.
func charsetIssue(err error, declared charset.Charset, pos issue.Pos) error {
	var ambiguous *charset.AmbiguousError
	var contradiction *charset.ContradictionError
	var iso *charset.ISO2022Error
	var euc *charset.EUCError
	var invalid *charset.InvalidError
	var nul *charset.NULError
	switch {
	case errors.As(err, &nul):
		pos.Row, pos.Offset = nul.Line, nul.Offset
		return issue.New(issue.NUL, pos).Because(err)
	case errors.As(err, &ambiguous):
		var names []string
		for _, c := range ambiguous.Candidates {
			names = append(names, string(c))
		}
		return issue.New(issue.AmbiguousCharset, pos, strings.Join(names, "・")).Because(err)
	case errors.As(err, &contradiction):
		return issue.New(issue.CharsetContradiction, pos, string(declared)).Because(err)
	case errors.As(err, &iso):
		if iso.Line > 0 {
			pos.Row, pos.Offset = iso.Line, iso.Offset
		}
		return issue.New(issue.ISO2022, pos).Because(err)
	case errors.As(err, &euc):
		if euc.Line > 0 {
			pos.Row, pos.Offset = euc.Line, euc.Offset
		}
		return issue.New(issue.EUCJP, pos).Because(err)
	case errors.As(err, &invalid):
		pos.Row, pos.Offset = invalid.Line, invalid.Offset
		return issue.New(issue.BadCharacter, pos, string(invalid.Charset)).Because(err)
	}
	return err
}
