package passworded

import (
	"slices"
	"strings"
)

// A Weakness is why a password is refused.
type Weakness int

// The weaknesses. The rule behind them: one guess at a zip costs 0.2 ms of one
// core and 30 ms at a workbook, and graphics cards make them thousands at a time,
// so that the file must withstand 10^18 guesses. Sixteen random characters
// (95^16 = 10^31) and five words drawn from a list of 7,776 (10^19) do.
const (
	NotASCII  Weakness = iota + 1 // other characters than printable ASCII: programs differ in how they encode them
	OddSpaces                     // spaces at an end, or two in a row: nobody can hear or see them
	TooShort                      // fewer than sixteen characters, and not five words
	TooLong                       // more characters than every program takes
	TooPlain                      // fewer than ten different characters, or of fewer than three kinds
	Repeats                       // a part of it stands in it twice
	Sequence                      // it has a run such as abcd, 4321, qwer or aaaa
	Guessable                     // it holds a word that belongs to the matter or to every list of passwords
)

const (
	charactersLeast = 16
	charactersMost  = 128 // Excel takes 255, 7-Zip's dialogue and others fewer
	differentLeast  = 10
	kindsLeast      = 3 // of small letters, capitals, digits, others
	wordsLeast      = 5
	wordLettersMin  = 3
	phraseLeast     = 20 // letters of all words
	runMax          = 3  // characters of a sequence that are let pass
	repeatMax       = 4  // characters of a part that may stand twice
)

// Judge says everything that is wrong with a password for a file that is to be
// written; nothing means that it is strong enough. matter holds words that
// somebody who guesses would try first, such as the office's code; those shorter
// than four letters do not count.
func Judge(p Password, matter ...string) []Weakness {
	text := p.Reveal()
	if strings.IndexFunc(text, func(r rune) bool { return r < ' ' || r > '~' }) >= 0 {
		return []Weakness{NotASCII} // the other rules count bytes
	}
	var found []Weakness
	add := func(w Weakness, holds bool) {
		if holds {
			found = append(found, w)
		}
	}
	words := wordsOf(text)
	phrase := isPhrase(words)
	add(OddSpaces, strings.TrimSpace(text) != text || strings.Contains(text, "  "))
	add(TooShort, len(text) < charactersLeast && !phrase)
	add(TooLong, len(text) > charactersMost)
	add(TooPlain, !phrase && (different(text) < differentLeast || kinds(text) < kindsLeast))
	add(Repeats, !phrase && repeats(text)) // words drawn from a list may share a syllable
	add(Sequence, !phrase && hasSequence(text) || phrase && slices.ContainsFunc(words, isSequence))
	add(Guessable, guessable(text, matter))
	return found
}

// wordsOf takes a phrase apart.
func wordsOf(text string) []string {
	return strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return strings.ContainsRune(" .-_,", r) })
}

// isPhrase reports whether words may have been drawn from a list: enough of them,
// of letters alone, none of them twice.
func isPhrase(words []string) bool {
	letters := 0
	for _, w := range words {
		if len(w) < wordLettersMin || strings.Trim(w, "abcdefghijklmnopqrstuvwxyz") != "" {
			return false
		}
		letters += len(w)
	}
	words = slices.Sorted(slices.Values(words))
	return len(words) >= wordsLeast && letters >= phraseLeast && len(slices.Compact(words)) == len(words)
}

func different(text string) int {
	chars := []byte(text)
	slices.Sort(chars)
	return len(slices.Compact(chars))
}

func kinds(text string) int {
	var small, capital, digit, other int
	for i := range len(text) {
		switch c := text[i]; {
		case c >= 'a' && c <= 'z':
			small = 1
		case c >= 'A' && c <= 'Z':
			capital = 1
		case c >= '0' && c <= '9':
			digit = 1
		default:
			other = 1
		}
	}
	return small + capital + digit + other
}

// repeats reports whether more than repeatMax characters stand in a text twice,
// without regard to case.
func repeats(text string) bool {
	text = strings.ToLower(text)
	for i := 0; i+repeatMax < len(text); i++ {
		if strings.Contains(text[i+repeatMax+1:], text[i:i+repeatMax+1]) {
			return true
		}
	}
	return false
}

// hasSequence finds a run of more than runMax characters that is a sequence.
func hasSequence(text string) bool {
	text = strings.ToLower(text)
	for i := 0; i+runMax < len(text); i++ {
		if isSequence(text[i : i+runMax+1]) {
			return true
		}
	}
	return false
}

// isSequence reports whether a text is one that people type instead of choosing:
// the same character, the alphabet, figures, a row of the keyboard, forwards or
// backwards.
func isSequence(run string) bool {
	if strings.Count(run, run[:1]) == len(run) {
		return true
	}
	back := []byte(run)
	slices.Reverse(back)
	for _, row := range []string{"abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm"} {
		if strings.Contains(row, run) || strings.Contains(row, string(back)) {
			return true
		}
	}
	return false
}

// guessable reports whether a text holds a word that is tried first, also where
// figures stand for letters.
func guessable(text string, matter []string) bool {
	plain := strings.NewReplacer("0", "o", "1", "l", "3", "e", "4", "a", "5", "s", "7", "t", "@", "a", "$", "s", "!", "i").Replace(strings.ToLower(text))
	usual := []string{"password", "passwd", "passphrase", "pasuwado", "secret", "himitsu", "welcome", "letmein", "administrator", "baitai", "fuhyo", "juminhyo", "jukinet"}
	for _, w := range append(usual, matter...) {
		w = strings.ToLower(w)
		if len(w) >= 4 && (strings.Contains(plain, w) || strings.Contains(strings.ToLower(text), w)) {
			return true
		}
	}
	return false
}
