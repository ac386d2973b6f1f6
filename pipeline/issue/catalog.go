package issue

import (
	_ "embed"
	"strconv"
	"strings"
	"sync"
)

// A Lang is a language of the catalogue.
type Lang string

// The two languages. Japanese comes first wherever both are shown.
const (
	Japanese Lang = "ja"
	English  Lang = "en"
)

// Text is what is said to a person: a sentence, and what to do about it.
type Text struct{ Says, Hint string }

//go:embed catalog.txt
var catalogText string

type catalogKey struct {
	code Code
	lang Lang
}

// catalogue parses catalog.txt once. A line is code, language, sentence, hint,
// separated by tabs; # starts a comment line. The test of this package, not a
// panic at start, finds a malformed line.
var catalogue = sync.OnceValue(func() map[catalogKey]Text {
	m := make(map[catalogKey]Text)
	for line := range strings.Lines(catalogText) {
		line = strings.TrimRight(line, "\r\n")
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		f := strings.Split(line, "\t")
		if len(f) < 3 {
			continue
		}
		t := Text{Says: f[2]}
		if len(f) > 3 {
			t.Hint = f[3]
		}
		m[catalogKey{Code(f[0]), Lang(f[1])}] = t
	}
	return m
})

func lookup(c Code, l Lang) Text {
	if t, ok := catalogue()[catalogKey{c, l}]; ok {
		return t
	}
	// An unknown language falls back to English; an unknown code shows itself.
	if t, ok := catalogue()[catalogKey{c, English}]; ok {
		return t
	}
	return Text{Says: string(c)}
}

func fill(s string, args []string) string {
	for i, a := range args {
		s = strings.ReplaceAll(s, "{"+strconv.Itoa(i)+"}", a)
	}
	return s
}
