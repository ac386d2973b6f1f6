package charset

import (
	"errors"
	"io"
	"unicode/utf8"
)

// Geta (〓) stands for a character that cannot be written, as in print.
const Geta = '〓'

// ErrLost says that a character cannot be written in the character set, where
// nobody has asked to hear about such characters.
var ErrLost = errors.New("a character cannot be written in the character set")

// ErrNotUTF8 says that what was to be written is not UTF-8: a fault of the program.
var ErrNotUTF8 = errors.New("text to be written is not UTF-8")

// Encodable reports whether CP932 has the character. 〜 − ‖ — ¢ £ ¬, which are
// written as ～ － ∥ ― ￠ ￡ ￢, count as had; so do the 外字 U+E000–U+E757.
func Encodable(r rune) bool {
	return r >= 0 && r < 0x80 || r > 0 && r < 1<<16 && encodeTable()[r] != 0
}

// isSelector tells variation selectors (異体字セレクタ). In CP932 they have no
// place of their own: the character before them stands for all its forms.
func isSelector(r rune) bool {
	return r >= 0xfe00 && r <= 0xfe0f || r >= 0xe0100 && r <= 0xe01ef
}

// AppendCP932 appends s in CP932 to dst. A character that CP932 lacks becomes 〓
// and is returned in lost, in order, as often as it occurs. A variation selector
// is returned in lost too, but leaves no 〓: its base character is written.
// Bytes of s that are no UTF-8 are lost as U+FFFD.
func AppendCP932(dst []byte, s string) (out []byte, lost []rune) {
	table := encodeTable()
	for i := 0; i < len(s); {
		c := s[i]
		if c < 0x80 {
			dst = append(dst, c)
			i++
			continue
		}
		if len(s)-i >= 3 { // nearly all: kana and kanji of two bytes
			w := uint64(c) | uint64(s[i+1])<<8 | uint64(s[i+2])<<16
			code := table[uint16(c)<<12|uint16(s[i+1]&0x3f)<<6|uint16(s[i+2]&0x3f)]
			if w&oneThree == oneThreeIs && isThree(w) && code >= 0x100 {
				dst = append(dst, byte(code>>8), byte(code))
				i += 3
				continue
			}
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		i += n
		code := uint16(0)
		if r < 1<<16 {
			code = table[r]
		}
		if code == 0 {
			lost = append(lost, r)
			if isSelector(r) {
				continue
			}
			code = table[Geta]
		}
		if code >= 0x100 {
			dst = append(dst, byte(code>>8), byte(code))
		} else {
			dst = append(dst, byte(code))
		}
	}
	return dst, lost
}

// ReplaceLost returns s as it reads once it has been written in CP932: lost
// characters are 〓, 〜 is ～, and so on.
func ReplaceLost(s string) (out string, lost []rune) {
	clean := true
	for _, r := range s {
		if r >= 0x80 {
			clean = false
			break
		}
	}
	if clean {
		return s, nil
	}
	code, lost := AppendCP932(nil, s)
	text, bad := DecodeCP932(make([]byte, 0, len(s)), code)
	if bad >= 0 {
		panic("charset: internal error: what was encoded does not decode")
	}
	return string(text), lost
}

// A Writer takes UTF-8 and writes it in another character set.
type Writer struct {
	dst    io.Writer
	to     Charset
	onLost func(r rune)
	cut    []byte // the end of the last Write, a character that is not complete
	out    []byte
	marked bool // the byte order mark is written
	err    error
}

// NewWriter returns a writer to dst in c, with the byte order mark that c has
// (UTF8BOM, UTF16LE, UTF16BE; UTF16 is little-endian, as spreadsheets write it).
// onLost is told each character that c lacks; 〓 is written in its place. If
// onLost is nil, such a character makes Write fail with [ErrLost].
//
// Close MUST be called; it does not close dst.
func NewWriter(dst io.Writer, c Charset, onLost func(r rune)) *Writer {
	w := &Writer{dst: dst, to: c, onLost: onLost}
	if c == UTF16 {
		w.to = UTF16LE
	}
	if decoderOf(w.to) == nil {
		w.err = ErrUnknown
	}
	return w
}

// Write writes p, which may begin or end inside a character.
func (w *Writer) Write(p []byte) (int, error) {
	if w.err != nil {
		return 0, w.err
	}
	w.out = w.out[:0]
	if !w.marked {
		w.marked = true
		if w.to != UTF8 {
			w.out = append(w.out, bom(w.to)...)
		}
	}
	text := p
	if len(w.cut) > 0 {
		text = append(w.cut, p...)
	}
	used, bad := validUTF8(text, false)
	if bad >= 0 {
		w.err = ErrNotUTF8
		return 0, w.err
	}
	if w.err = w.encode(string(text[:used])); w.err != nil {
		return 0, w.err
	}
	w.cut = append([]byte(nil), text[used:]...)
	if _, w.err = w.dst.Write(w.out); w.err != nil {
		return 0, w.err
	}
	return len(p), nil
}

func (w *Writer) encode(s string) error {
	switch w.to {
	case UTF16LE, UTF16BE:
		w.out = appendUTF16(w.out, s, w.to == UTF16BE)
	case CP932:
		var lost []rune
		w.out, lost = AppendCP932(w.out, s)
		if len(lost) > 0 && w.onLost == nil {
			return ErrLost
		}
		for _, r := range lost {
			w.onLost(r)
		}
	default:
		w.out = append(w.out, s...)
	}
	return nil
}

func appendUTF16(dst []byte, s string, big bool) []byte {
	unit := func(u rune) {
		if big {
			dst = append(dst, byte(u>>8), byte(u))
		} else {
			dst = append(dst, byte(u), byte(u>>8))
		}
	}
	for _, r := range s {
		if r < 1<<16 {
			unit(r)
			continue
		}
		r -= 1 << 16
		unit(0xd800 | r>>10)
		unit(0xdc00 | r&0x3ff)
	}
	return dst
}

// Close reports a character that is not complete, and writes the byte order mark
// of an empty file.
func (w *Writer) Close() error {
	if w.err != nil {
		return w.err
	}
	if len(w.cut) > 0 {
		w.err = ErrNotUTF8
		return w.err
	}
	if !w.marked {
		if _, err := w.Write(nil); err != nil {
			return err
		}
	}
	w.err = errors.New("charset: the writer is closed")
	return nil
}
