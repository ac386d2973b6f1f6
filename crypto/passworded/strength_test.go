package passworded

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
)

func TestWeakPasswordsAreRefused(t *testing.T) {
	for _, c := range []struct {
		text string
		want []Weakness
	}{
		{strong, nil},
		{"vQ8-rLw2.Zp6+Xk0", nil},
		{"correct horse battery staple lantern", nil},
		{"planet-window-carrot-violin-stable", nil},
		{"property liberty paper newspaper under", nil}, // rows of the keyboard and syllables inside words
		{"", []Weakness{TooShort, TooPlain}},
		{"Kz7#mWq9!Tb2", []Weakness{TooShort}},
		{"correct horse battery staple", []Weakness{TooPlain}}, // four words
		{"horse horse battery staple lantern", []Weakness{TooPlain, Repeats}},
		{"qwerty carrot violin stable lantern", []Weakness{Sequence}},
		{"aaaaaaaaaaaaaaaa", []Weakness{TooPlain, Repeats, Sequence}},
		{"20261123202611232026", []Weakness{TooPlain, Repeats}},
		{"Kz7#mKz7#mKz7#mKz7#m", []Weakness{TooPlain, Repeats}},
		{"Kz7#mWq9!Tb2abcd", []Weakness{Sequence}},
		{"Kz7#mWq9!Tb9876x", []Weakness{Sequence}},
		{"P@ssw0rd-Kz7#mWq9", []Weakness{Guessable}},
		{"Kz7#mWq9!Nogyo2x", []Weakness{Guessable}},
		{" " + strong, []Weakness{OddSpaces}},
		{"架空の長い長いパスワードです", []Weakness{NotASCII}},
		{strings.Repeat("Kz7#mWq9!Tb2xLd5", 9), []Weakness{TooLong, Repeats}},
	} {
		if got := Judge(New(c.text), "nogyo", "n-1"); !slices.Equal(got, c.want) {
			t.Errorf("%q: %v, want %v", c.text, got, c.want)
		}
	}
}

func TestAPasswordPrintsAsAMask(t *testing.T) {
	p := New(strong)
	type inside struct {
		Password Password
		hidden   Password
	}
	in := inside{p, p}
	var said strings.Builder
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d", "%p"} {
		fmt.Fprintf(&said, verb+verb+verb+"\n", p, in, &in)
	}
	slog.New(slog.NewTextHandler(&said, nil)).Info("x", "p", p, "in", in)
	if raw, err := json.Marshal(in); err != nil || strings.Contains(string(raw), strong) {
		t.Errorf("JSON: %v", err)
	}
	if strings.Contains(said.String(), strong) || strings.Contains(said.String(), fmt.Sprintf("%x", strong)) {
		t.Error("it shows")
	}
	if !p.Equal(New(strong)) || p.Equal(New("x")) || !(Password{}).IsZero() || p.IsZero() || p.Reveal() != strong {
		t.Error("it is not what it was made of")
	}
}
