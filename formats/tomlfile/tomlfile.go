// Package tomlfile reads the TOML files that people write by hand: the request
// beside a list (依頼書, NAME.request.toml) and a site's settings (baitai.toml).
//
// It hides the TOML library. It promises strictness: a key that the target does
// not have, spelled exactly so, upper and lower case included, is an error and
// never ignored; so are a doubled key, a value of another type and a file that is
// not UTF-8 (a byte order mark is allowed, since editors write one). All unknown
// keys are reported at once. An error has the place and never a value.
//
// Japanese keys need quotation marks in TOML: "件数" = 100, not 件数 = 100; the
// latter is a syntax error at the first character of the key. A target that
// accepts both spellings of an item has two fields, and its owner refuses a file
// that fills both.
package tomlfile

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/pelletier/go-toml/v2"
)

// A Kind is what is wrong.
type Kind string

// The kinds of fault.
const (
	UnknownKey Kind = "unknown key"
	WrongType  Kind = "value of the wrong type"
	Duplicate  Kind = "key or table stands twice"
	Syntax     Kind = "not TOML"
	NotUTF8    Kind = "not UTF-8"
	TooLarge   Kind = "too large"
)

// bytesMax is generous: a request has a dozen lines, a site's settings a hundred.
const bytesMax = 1 << 20

// An Error is one fault of a file.
type Error struct {
	Line, Column int    // from 1, the column in characters; 0 if unknown
	Key          string // dotted; "" for a fault of syntax. An unknown one is the writer's own words
	Kind         Kind
}

// Error gives the place, and the key only where it is one of the target's own.
func (e *Error) Error() string {
	if e.Kind == WrongType && e.Key != "" {
		return fmt.Sprintf("line %d, column %d: %s: %s", e.Line, e.Column, e.Key, string(e.Kind))
	}
	return fmt.Sprintf("line %d, column %d: %s", e.Line, e.Column, string(e.Kind))
}

// Errors lists the faults of a file in the order of their places.
type Errors []*Error

// Error gives the first one and how many more there are.
func (e Errors) Error() string {
	switch len(e) {
	case 0:
		return "no errors"
	case 1:
		return e[0].Error()
	}
	return fmt.Sprintf("%v (and %d more)", e[0], len(e)-1)
}

// Unwrap gives every fault to errors.As.
func (e Errors) Unwrap() []error {
	out := make([]error, len(e))
	for i, x := range e {
		out[i] = x
	}
	return out
}

// Decode reads a file into a pointer to a struct, whose fields have toml tags.
// The error is [Errors], or what r gave; into is then to be thrown away.
func Decode(r io.Reader, into any) error {
	if v := reflect.ValueOf(into); v.Kind() != reflect.Pointer || v.Elem().Kind() != reflect.Struct {
		panic("tomlfile: internal error: the target is no pointer to a struct")
	}
	doc, err := io.ReadAll(io.LimitReader(r, bytesMax+1))
	if err != nil {
		return err
	}
	if len(doc) > bytesMax {
		return Errors{{Kind: TooLarge}}
	}
	doc = bytes.TrimPrefix(doc, []byte("\xef\xbb\xbf"))
	if !utf8.Valid(doc) {
		line, column := place(doc, badByte(doc))
		return Errors{{Line: line, Column: column, Kind: NotUTF8}}
	}
	err = toml.NewDecoder(bytes.NewReader(doc)).DisallowUnknownFields().Decode(into)
	var unknown *toml.StrictMissingError
	var fault *toml.DecodeError
	switch {
	case errors.As(err, &unknown):
		// Our own look at the keys finds these and those of another case.
	case errors.As(err, &fault):
		return Errors{translate(doc, fault)}
	case err != nil:
		return Errors{{Kind: WrongType}}
	}
	list := unknownKeys(doc, reflect.TypeOf(into).Elem())
	if unknown != nil {
		for i := range unknown.Errors {
			e := translate(doc, &unknown.Errors[i])
			e.Kind = UnknownKey
			if !slices.ContainsFunc(list, func(o *Error) bool { return o.Line == e.Line && o.Column == e.Column }) {
				list = append(list, e)
			}
		}
	}
	if len(list) == 0 {
		return nil
	}
	slices.SortStableFunc(list, func(a, b *Error) int {
		if a.Line != b.Line {
			return a.Line - b.Line
		}
		return a.Column - b.Column
	})
	return list
}

// translate keeps the place and the key of the library's error and drops its
// message, which may quote the file.
func translate(doc []byte, fault *toml.DecodeError) *Error {
	e := &Error{Key: strings.Join(fault.Key(), "."), Kind: Syntax}
	line, column := fault.Position()
	start := 0
	for range line - 1 {
		start += bytes.IndexByte(doc[start:], '\n') + 1
	}
	e.Line, e.Column = place(doc, min(len(doc), start+max(column-1, 0)))
	switch message := fault.Error(); {
	case strings.Contains(message, "already"):
		e.Kind = Duplicate
	case e.Key != "":
		e.Kind = WrongType // a syntax error comes before any key is known
	}
	return e
}

// place gives line and column in characters of a byte.
func place(doc []byte, offset int) (line, column int) {
	before := doc[:offset]
	start := bytes.LastIndexByte(before, '\n') + 1
	return bytes.Count(before, []byte{'\n'}) + 1, utf8.RuneCount(before[start:]) + 1
}

func badByte(doc []byte) int {
	i := 0
	for i < len(doc) {
		r, n := utf8.DecodeRune(doc[i:])
		if r == utf8.RuneError && n == 1 {
			break
		}
		i += n
	}
	return i
}
