package crypto

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// What can be wrong with a list of public keys, each of which is good.
var (
	ErrDoubledKey     = errors.New("crypto: the same public key twice")
	ErrManyRecipients = errors.New("crypto: more public keys than a result can be sealed to")
)

// RecipientsMax is how many keys a result can be sealed to: each stands in its
// manifest, and has its place in the head of every file.
const RecipientsMax = 100

// A RecipientError says which key of a list is wrong, and why. It holds nothing of
// the text.
type RecipientError struct {
	No   int    // of the key in the list, from 1; 0 for the list as a whole
	Kind string // what kind of key it is, where that is what is wrong: one of a few words
	Err  error
}

func (e *RecipientError) Error() string {
	if e.No == 0 {
		return e.Err.Error()
	}
	return fmt.Sprintf("key %d: %v", e.No, e.Err)
}

// Unwrap returns the reason.
func (e *RecipientError) Unwrap() error { return e.Err }

// ParseRecipients reads a list of public keys as people put them into one cell:
// with commas, semicolons, 、, ・, +, /, spaces or line ends between them. A key of
// OpenSSH is two words, behind which its comment may stand. A list to which no
// result could be sealed is an error: a doubled key, kinds that do not mix, too
// many. Errors are [*RecipientError].
func ParseRecipients(list string) ([]Recipient, error) {
	// Before anything is taken apart: the lines of a private key are many words.
	if HoldsSecretKey(list) {
		return nil, &RecipientError{Err: ErrSecretKey}
	}
	var to []Recipient
	for i, s := range splitKeys(list) {
		r, err := ParseRecipient(s)
		switch {
		case i == RecipientsMax:
			return nil, &RecipientError{i + 1, "", ErrManyRecipients}
		case err != nil:
			return nil, &RecipientError{i + 1, kindWord(s), err}
		case slices.Contains(to, r):
			return nil, &RecipientError{i + 1, "", ErrDoubledKey}
		case len(to) > 0 && r.PostQuantum() != to[0].PostQuantum():
			return nil, &RecipientError{i + 1, "", ErrMixed}
		}
		to = append(to, r)
	}
	return to, nil
}

// splitKeys gives each key as ParseRecipient reads it. The base64 of OpenSSH has
// + and /, so that these part age's keys alone.
func splitKeys(list string) []string {
	var keys []string
	ends := func(c rune) bool { return strings.ContainsRune("、，,;；・\r\n", c) }
	for _, item := range strings.FieldsFunc(list, ends) {
		words := strings.Fields(item)
		for i := 0; i < len(words); i++ {
			if !sshKind(words[i]) {
				keys = append(keys, strings.FieldsFunc(words[i], func(c rune) bool { return strings.ContainsRune("+＋/／", c) })...)
				continue
			}
			line := []string{words[i]}
			for i+1 < len(words) && !beginsKey(words[i+1]) {
				i++
				line = append(line, words[i])
			}
			keys = append(keys, strings.Join(line, " "))
		}
	}
	return keys
}

// beginsKey tells the next key from the comment of the one before.
func beginsKey(word string) bool { return sshKind(word) || strings.HasPrefix(word, classicPrefix) }

// kindWord names the kind of a key that cannot be used, in words of this program.
func kindWord(s string) string {
	kind, _, _ := strings.Cut(s, " ")
	switch {
	case strings.HasPrefix(kind, "sk-"):
		return "FIDO2 (sk-)"
	case strings.HasPrefix(kind, "ecdsa-"):
		return "ECDSA"
	case kind == "ssh-dss":
		return "DSA"
	case strings.HasPrefix(kind, classicPrefix):
		return "age plugin"
	}
	return "SSH"
}
