// Package person holds the value types of 附票本人確認情報: 住民票コード, 氏名,
// 生年月日, 性別, 住所, a version of a person's record, and the row of a list that
// asks for one.
//
// It hides the values themselves. Whatever is sensitive prints as a mask under
// every verb of fmt, in log/slog and in encoding/json, also when it sits in an
// unexported field of another struct: the value is behind a pointer, which fmt
// prints as an address. Reveal (for a birth: Reveal or Date) is the one way out,
// so that grep finds every place that uses it.
//
// It promises nothing about spelling: a value is kept as it was received.
// Folding is the work of package normal.
package person

import (
	"fmt"
	"log/slog"
)

// Mask is what a sensitive value prints as.
const Mask = "＊＊＊"

// Text is a sensitive string as it was received: a name, an address, a 整理番号.
// The zero value is the empty text. It cannot be compared with ==; use Equal.
type Text struct {
	_ [0]func()
	p *string // nil for the empty text
}

// NewText takes s as it is.
func NewText(s string) Text {
	if s == "" {
		return Text{}
	}
	kept := s // s itself would be given memory of its own before it is known not to be empty
	return Text{p: &kept}
}

// A Slab makes texts of which many live about equally long, a few hundred in one
// piece of memory, which goes when the last of them does. The zero value is ready; a
// nil Slab gives each text memory of its own.
type Slab struct{ page, free []string }

// slabTexts are a page of memory.
const slabTexts = 256

// Text is [NewText] in the slab.
func (s *Slab) Text(v string) Text {
	if s == nil || v == "" {
		return NewText(v)
	}
	if len(s.free) == 0 {
		s.page = make([]string, slabTexts)
		s.free = s.page
	}
	p := &s.free[0]
	*p, s.free = v, s.free[1:]
	return Text{p: p}
}

// Reset takes back the memory of the texts that s gave, for others: whoever still has
// one has another's. So it is called only where all of them have been let go.
func (s *Slab) Reset() {
	clear(s.page[:len(s.page)-len(s.free)]) // what nobody has any more says nothing
	s.free = s.page
}

// Reveal returns the value.
func (t Text) Reveal() string {
	if t.p == nil {
		return ""
	}
	return *t.p
}

// Empty reports whether there is no text.
func (t Text) Empty() bool { return t.p == nil }

// Equal reports whether both texts are the same, byte for byte.
func (t Text) Equal(u Text) bool { return t.Reveal() == u.Reveal() }

// Format prints the mask under every verb; an empty text prints as nothing.
func (t Text) Format(f fmt.State, _ rune) { writeMask(f, t.p == nil) }

// LogValue gives the mask to log/slog.
func (t Text) LogValue() slog.Value { return slog.StringValue(Mask) }

// MarshalText gives the mask to encoders.
func (t Text) MarshalText() ([]byte, error) { return []byte(Mask), nil }

func writeMask(f fmt.State, empty bool) {
	if !empty {
		_, _ = f.Write([]byte(Mask)) // fmt offers no way to report an error here
	}
}
