package sshsig

import (
	"bufio"
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/crypto/ssh"
)

// What can be wrong with a line of a list of signers, inside a [ParseError].
var (
	ErrFields    = errors.New("a line is: signers, options if any, kind of key, key")
	ErrOption    = errors.New("an option that is not known, or stands twice, or is not quoted")
	ErrTime      = errors.New("a time that is not YYYYMMDD[HHMM[SS]][Z], or ends before it begins")
	ErrKeyText   = errors.New("a key that cannot be read or is of a kind that is not accepted")
	ErrPrincipal = errors.New("an empty name of a signer or namespace")
	ErrTooLong   = errors.New("more than a list of signers can hold")
)

// A ParseError says which line of a list of signers is wrong.
type ParseError struct {
	Line int // physical line, from 1
	Err  error
}

func (e *ParseError) Error() string {
	return fmt.Sprintf("sshsig: signers: line %d: %v", e.Line, e.Err)
}

// Unwrap returns the reason.
func (e *ParseError) Unwrap() error { return e.Err }

// Signers is a list of who may sign what, and when: OpenSSH's allowed_signers.
// nil and the zero value allow nobody.
type Signers struct{ list []signer }

type signer struct {
	principals string // pattern list
	namespaces string // pattern list; "" for any
	after      time.Time
	before     time.Time
	wire       []byte // the key
}

// signersBytesMax bounds the list: some ten thousand signers.
const signersBytesMax = 4 << 20

// ParseSigners reads the format of allowed_signers (ssh-keygen(1), ALLOWED
// SIGNERS): principals, options, kind of key, key, comment; of the options
// namespaces=, valid-after= and valid-before=. One line that is wrong spoils the
// list: whoever could not be read may be the one who was to be kept out by a "!".
// Errors are [*ParseError], or what r returned.
func ParseSigners(r io.Reader) (*Signers, error) {
	in := &io.LimitedReader{R: r, N: signersBytesMax + 1}
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, signersBytesMax)
	var s Signers
	n := 0
	for lines.Scan() {
		if n++; in.N == 0 {
			break // the last line may be cut, and what it says is no news
		}
		line := strings.Trim(strings.TrimSuffix(lines.Text(), "\r"), " \t")
		if line == "" || line[0] == '#' {
			continue
		}
		one, err := parseSigner(line)
		if err != nil {
			return nil, &ParseError{n, err}
		}
		s.list = append(s.list, one)
	}
	if in.N == 0 || errors.Is(lines.Err(), bufio.ErrTooLong) {
		return nil, &ParseError{max(n, 1), ErrTooLong}
	}
	if err := lines.Err(); err != nil {
		return nil, err
	}
	return &s, nil
}

// Len returns the number of lines that name a signer.
func (s *Signers) Len() int { return len(s.list) }

func parseSigner(line string) (signer, error) {
	principals, rest, err := firstField(line)
	if err != nil {
		return signer{}, err
	}
	s := signer{principals: principals}
	if !validList(principals) {
		return signer{}, ErrPrincipal
	}
	// Options stand before the key where the next field is no kind of key.
	field, _, _ := strings.Cut(strings.ReplaceAll(rest, "\t", " "), " ")
	if !looksLikeKind(field) {
		if rest, err = s.options(rest); err != nil {
			return signer{}, err
		}
	}
	fields := strings.Fields(rest)
	if len(fields) < 2 {
		return signer{}, ErrFields
	}
	s.wire, err = base64.StdEncoding.Strict().DecodeString(fields[1])
	if err != nil {
		return signer{}, ErrKeyText
	}
	key, err := parseKey(s.wire)
	if err != nil || key.Type() != fields[0] || !bytes.Equal(key.Marshal(), s.wire) {
		return signer{}, ErrKeyText
	}
	return s, nil
}

// firstField takes the signers off, which may be quoted.
func firstField(line string) (field, rest string, err error) {
	if quoted, ok := strings.CutPrefix(line, `"`); ok {
		field, rest, ok = strings.Cut(quoted, `"`)
		if !ok || rest != "" && rest[0] != ' ' && rest[0] != '\t' {
			return "", "", ErrFields
		}
	} else if i := strings.IndexAny(line, " \t"); i >= 0 {
		field, rest = line[:i], line[i:]
	} else {
		return "", "", ErrFields
	}
	return field, strings.TrimLeft(rest, " \t"), nil
}

func looksLikeKind(s string) bool {
	for _, p := range []string{"ssh-", "ecdsa-", "sk-ssh-", "sk-ecdsa-"} {
		if strings.HasPrefix(s, p) {
			return true
		}
	}
	return false
}

// options takes name="value",name="value" off the front of text.
func (s *signer) options(text string) (rest string, err error) {
	seen := map[string]bool{}
	for {
		name, value, ok := strings.Cut(text, `="`)
		if !ok {
			return "", ErrOption
		}
		name = strings.ToLower(name)
		value, text, ok = strings.Cut(value, `"`)
		if !ok || seen[name] || strings.Contains(value, `\`) {
			return "", ErrOption
		}
		seen[name] = true
		switch name {
		case "namespaces":
			if s.namespaces = value; !validList(value) {
				return "", ErrPrincipal
			}
		case "valid-after":
			s.after, err = parseTime(value)
		case "valid-before":
			s.before, err = parseTime(value)
		default:
			return "", ErrOption
		}
		if err != nil {
			return "", err
		}
		if more, ok := strings.CutPrefix(text, ","); ok {
			text = more
			continue
		}
		break
	}
	if text == "" || text[0] != ' ' && text[0] != '\t' {
		return "", ErrOption
	}
	if !s.after.IsZero() && !s.before.IsZero() && !s.after.Before(s.before) {
		return "", ErrTime
	}
	return strings.TrimLeft(text, " \t"), nil
}

// parseTime reads a time; without Z it is Japanese time, wherever this runs.
func parseTime(s string) (time.Time, error) {
	zone := time.FixedZone("JST", 9*3600)
	if t, ok := strings.CutSuffix(s, "Z"); ok {
		s, zone = t, time.UTC
	}
	for _, layout := range []string{"20060102", "200601021504", "20060102150405"} {
		if len(s) != len(layout) {
			continue
		}
		if t, err := time.ParseInLocation(layout, s, zone); err == nil {
			return t, nil
		}
	}
	return time.Time{}, ErrTime
}

// allow looks for a line under which key may sign; of several reasons why not it
// tells the one that came closest.
func (s *Signers) allow(principal, namespace string, key ssh.PublicKey, at time.Time) error {
	if s == nil || principal == "" {
		return ErrUnknownSigner
	}
	wire := key.Marshal()
	var why error = ErrUnknownSigner
	for _, line := range s.list {
		switch {
		case !bytes.Equal(line.wire, wire) || !matchList(principal, line.principals):
			continue
		case line.namespaces != "" && !matchList(namespace, line.namespaces):
			why = closer(why, ErrNamespace)
		case !line.after.IsZero() && at.Before(line.after):
			why = closer(why, ErrNotYetValid)
		case !line.before.IsZero() && at.After(line.before):
			why = closer(why, ErrExpired)
		default:
			return nil
		}
	}
	return why
}

func closer(a, b error) error {
	for _, e := range []error{ErrExpired, ErrNotYetValid, ErrNamespace} {
		if a == e || b == e {
			return e
		}
	}
	return b
}

// matchList is OpenSSH's match_pattern_list: one of the patterns matches, and
// none that begins with "!".
func matchList(s, list string) bool {
	found := false
	for p := range strings.SplitSeq(list, ",") {
		p, negated := strings.CutPrefix(p, "!")
		if !matchPattern(s, p) {
			continue
		}
		if negated {
			return false
		}
		found = true
	}
	return found
}

// matchPattern knows * and ?, byte by byte as OpenSSH does. It goes back to the
// last * only, so that no pattern takes more than len(s) × len(p) steps.
func matchPattern(s, p string) bool {
	i, j, star, from := 0, 0, -1, 0
	for i < len(s) {
		switch {
		case j < len(p) && p[j] == '*':
			star, from = j, i
			j++
		case j < len(p) && (p[j] == '?' || p[j] == s[i]):
			i, j = i+1, j+1
		case star >= 0:
			from++
			i, j = from, star+1
		default:
			return false
		}
	}
	return strings.Trim(p[j:], "*") == ""
}

// validList refuses empty members, which no name could ever match.
func validList(list string) bool {
	for p := range strings.SplitSeq(list, ",") {
		if strings.TrimPrefix(p, "!") == "" {
			return false
		}
	}
	return true
}

// validName reports whether a name can stand in a list of signers and mean
// itself alone.
func validName(s string) bool {
	return s != "" && len(s) <= 255 && utf8.ValidString(s) && !strings.ContainsAny(s, "\"\\,*?!#") &&
		!strings.ContainsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsPrint(r) })
}

// ValidName reports whether s can be the name of a signer or a namespace.
func ValidName(s string) bool { return validName(s) }

// Allowed is one line of a list of signers, to be written.
type Allowed struct {
	Principal  string   // who signs
	Namespaces []string // for which purposes; at least one
	After      time.Time
	Before     time.Time // zero: no such bound
	Key        ed25519.PublicKey
	Comment    string // one line
}

// Line returns the line without a newline. Times are written in UTC with Z, so
// that every ssh-keygen from OpenSSH 9.1 on reads them alike.
func (a Allowed) Line() (string, error) {
	key, err := publicKey(a.Key)
	if err != nil {
		return "", err
	}
	if !validName(a.Principal) || len(a.Namespaces) == 0 {
		return "", ErrName
	}
	for _, n := range a.Namespaces {
		if !validName(n) {
			return "", ErrName
		}
	}
	if !a.After.IsZero() && !a.Before.IsZero() && !a.After.Before(a.Before) {
		return "", ErrTime
	}
	line := fmt.Sprintf(`%s namespaces="%s"`, a.Principal, strings.Join(a.Namespaces, ","))
	if !a.After.IsZero() {
		line += fmt.Sprintf(`,valid-after="%s"`, a.After.UTC().Format("20060102150405Z"))
	}
	if !a.Before.IsZero() {
		line += fmt.Sprintf(`,valid-before="%s"`, a.Before.UTC().Format("20060102150405Z"))
	}
	return line + " " + authorized(key, a.Comment), nil
}

// AllowedSignersLine returns a line that allows pub to sign as principal for the
// namespaces, without end.
func AllowedSignersLine(principal string, namespaces []string, pub ed25519.PublicKey) (string, error) {
	return Allowed{Principal: principal, Namespaces: namespaces, Key: pub}.Line()
}

// AuthorizedKey returns the one-line form of a public key, as in id_ed25519.pub,
// without a newline.
func AuthorizedKey(pub ed25519.PublicKey, comment string) (string, error) {
	key, err := publicKey(pub)
	if err != nil {
		return "", err
	}
	return authorized(key, comment), nil
}

func authorized(key ssh.PublicKey, comment string) string {
	line := strings.TrimSuffix(string(ssh.MarshalAuthorizedKey(key)), "\n")
	// A comment ends at the line: nobody may smuggle in a second signer.
	comment = strings.Join(strings.FieldsFunc(comment, func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsPrint(r) }), " ")
	if comment == "" {
		return line
	}
	return line + " " + comment
}

// ParseAuthorizedKey reads what AuthorizedKey writes.
func ParseAuthorizedKey(line string) (pub ed25519.PublicKey, comment string, err error) {
	fields := strings.Fields(line)
	if len(fields) < 2 || fields[0] != keyEd25519 {
		return nil, "", ErrKey
	}
	wire, err := base64.StdEncoding.Strict().DecodeString(fields[1])
	if err != nil {
		return nil, "", ErrKey
	}
	key, err := parseKey(wire)
	if err != nil || key.Type() != keyEd25519 {
		return nil, "", ErrKey
	}
	return key.(ssh.CryptoPublicKey).CryptoPublicKey().(ed25519.PublicKey), strings.Join(fields[2:], " "), nil
}

// Fingerprint returns "SHA256:…", what ssh-keygen -l prints; "" for what is no
// key.
func Fingerprint(pub ed25519.PublicKey) string {
	key, err := publicKey(pub)
	if err != nil {
		return ""
	}
	return ssh.FingerprintSHA256(key)
}
