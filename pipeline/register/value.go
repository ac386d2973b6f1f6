package register

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"baitai/crypto"
	"baitai/pipeline/issue"
)

const (
	codeCharactersMax = 40  // of a code: it becomes a folder's name and a word of the ledger
	textCharactersMax = 200 // of free text: it must fit a line of a printed form
	// rowsMax is the most that 最大行数 can permit: two lists of a whole prefecture.
	rowsMax = 10_000_000
	// openEnd is the last day of a span that the register calls 期限なし.
	openEnd = "9999-12-31"
)

// code reads a required code of ASCII letters, digits, - and _.
func (r row) code(header, s string) (string, bool) {
	if !r.required(header, s) {
		return "", false
	}
	ok := len(s) <= codeCharactersMax && s[0] != '-' && s[0] != '_'
	for i := range len(s) {
		c := s[i]
		ok = ok && (c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c == '-' || c == '_')
	}
	if !ok {
		r.fail(issue.RegisterBadValue, header, fmt.Sprintf("半角英数字と-_で%d文字まで", codeCharactersMax))
	}
	return s, ok
}

// text reads free text: no control characters, not too long. Line ends inside a
// cell become spaces.
func (r row) text(header, s string) string {
	s = strings.Join(strings.FieldsFunc(s, func(c rune) bool { return c == '\r' || c == '\n' }), " ")
	if utf8.RuneCountInString(s) > textCharactersMax || strings.ContainsFunc(s, unicode.IsControl) {
		r.fail(issue.RegisterBadValue, header, fmt.Sprintf("制御文字のない%d文字までの文字列", textCharactersMax))
	}
	return s
}

// required reports whether a value is there.
func (r row) required(header, s string) bool {
	if s == "" {
		r.fail(issue.RegisterValueMissing, header)
	}
	return s != ""
}

// requiredText reads free text that must be there.
func (r row) requiredText(header, s string) string {
	r.required(header, s)
	return r.text(header, s)
}

// choose reads one of the words; an empty cell gives empty, which is the zero
// value, and is a fault, where a word is required.
func choose[T comparable](r row, header, s string, words []word[T], empty T) T {
	var none T
	if s == "" && empty != none {
		return empty
	}
	if !r.required(header, s) {
		return none
	}
	v, ok := parse(words, s)
	if !ok {
		r.fail(issue.RegisterBadValue, header, allowed(words))
	}
	return v
}

// chooseSeveral reads a list of words; none at all is a fault. Each counts once.
func chooseSeveral[T comparable](r row, header, s string, words []word[T]) []T {
	if !r.required(header, s) {
		return nil
	}
	named := map[T]bool{}
	for _, part := range split(s) {
		v, ok := parse(words, part)
		if !ok {
			r.fail(issue.RegisterBadValue, header, allowed(words))
			return nil
		}
		named[v] = true
	}
	var vs []T
	for _, w := range words { // the order of the format, whatever the cell's
		if named[w.value] {
			vs = append(vs, w.value)
		}
	}
	return vs
}

// split takes a list apart as people write lists.
func split(s string) []string {
	return strings.FieldsFunc(s, func(c rune) bool { return strings.ContainsRune("、，,;；+＋/／・ \t\r\n\u3000", c) })
}

// rows reads 最大行数: a whole number from 1 up. 0 is refused, so that no limit is
// ever «no limit».
func (r row) rows(header, s string) int64 {
	if !r.required(header, s) {
		return 0
	}
	n, err := strconv.ParseInt(strings.ReplaceAll(Fold(s), ",", ""), 10, 64)
	if err != nil || n < 1 || n > rowsMax {
		r.fail(issue.RegisterBadValue, header, fmt.Sprintf("1から%dまでの整数", rowsMax))
		return 0
	}
	return n
}

// span reads 有効開始日 and 有効終了日, both included and both required: an end
// that nobody has set must say 期限なし.
func (r row) span(from, until string) Span {
	const fromHeader, untilHeader = "有効開始日", "有効終了日"
	s := Span{From: r.day(fromHeader, from)}
	if Fold(until) == "期限なし" {
		s.Until = openEnd
		return s
	}
	s.Until = r.day(untilHeader, until)
	if s.From != "" && s.Until != "" && s.Until < s.From {
		r.fail(issue.RegisterBadDate, untilHeader)
	}
	return s
}

// day reads YYYY-MM-DD, and YYYY/M/D, which is what a spreadsheet makes of it when
// the file is opened and saved.
func (r row) day(header, s string) string {
	if !r.required(header, s) {
		return ""
	}
	s = Fold(s)
	for _, layout := range []string{time.DateOnly, "2006/1/2"} {
		if d, err := time.Parse(layout, s); err == nil {
			return d.Format(time.DateOnly)
		}
	}
	r.fail(issue.RegisterBadDate, header)
	return ""
}

// recipients reads 受取鍵: none until the office has brought its key face to face.
// What is wrong with it is said without a word of the cell, which may be a secret.
func (r row) recipients(header, s string) []string {
	to, err := crypto.ParseRecipients(s)
	if err != nil {
		e, ok := errors.AsType[*crypto.RecipientError](err)
		if !ok {
			e = &crypto.RecipientError{Err: err}
		}
		r.badRecipient(header, e)
		return nil
	}
	var keys []string
	for _, k := range to {
		keys = append(keys, k.String())
	}
	return keys
}

func (r row) badRecipient(header string, e *crypto.RecipientError) {
	code, args := issue.RecipientBad, []any{e.No}
	switch {
	case errors.Is(e, crypto.ErrSecretKey):
		code, args = issue.RecipientSecret, nil
	case errors.Is(e, crypto.ErrMixed):
		code = issue.RecipientMixed
	case errors.Is(e, crypto.ErrDoubledKey):
		code = issue.RecipientDoubled
	case errors.Is(e, crypto.ErrManyRecipients):
		code, args = issue.RecipientsMany, []any{crypto.RecipientsMax}
	case errors.Is(e, crypto.ErrWeakKey):
		code, args = issue.RecipientWeak, []any{crypto.RSABitsMin, e.No}
	case errors.Is(e, crypto.ErrKeyKind):
		code, args = issue.RecipientKind, []any{e.Kind, e.No}
	}
	r.fail(code, header, args...).Because(e)
}
