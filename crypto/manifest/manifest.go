// Package manifest says what belongs to a result (送付目録): which sealed files,
// for which office, from which job, made against which generation of the
// identity file. The signed manifest lies open beside the sealed files; a second
// one, the [Contents], lies sealed among them and has the digests of what is
// inside.
//
// It hides the JSON, which has the shape of an in-toto Statement v1 (FORMAT.md
// beside this file), and the signature, an SSHSIG. It promises that one manifest
// has one encoding: what [Decode] accepts is, byte for byte, what [Manifest.Encode]
// writes, so that unknown or doubled keys, other spellings and trailing data are
// refused; and that each way in which a result can be wrong is an error of its own.
//
// Manifests hold no personal data. The 依頼番号 stands in it as a keyed hash, and
// digests of plain lists, which could be guessed, in the sealed one alone.
//
// A manifest cannot say that it is the latest. That is what the ledger's proof
// beside it is for.
package manifest

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"baitai/crypto"
	"baitai/crypto/sshsig"
)

// Names of the files of a result that no list of sealed files may use.
const (
	Name          = "result.manifest.json"
	SignatureName = "result.manifest.json.sig"
	ProofName     = "result.tlog-proof"        // from package ledger; not checked here
	EntryName     = "result.ledger-entry.json" // the entry that the proof is of; not checked here
	ContentsName  = "result.contents.json.age" // the sealed Contents; it is in the list
)

// Namespace is what manifests are signed for; see package sshsig.
const Namespace = "baitai-result"

// A Kind says whether a list was answered.
type Kind string

// The kinds. There is no other.
const (
	Result  Kind = "result"  // 照会結果
	Refusal Kind = "refusal" // 受付不可: the files tell why
)

// A Manifest lists the sealed files of a result, or of one part of it.
type Manifest struct {
	Kind       Kind
	Site       string           // who made it, and who signs: a name for package sshsig
	Job        string           // job id: 8 to 64 of a–z, 0–9, -
	Office     string           // 照会元
	OfficeKeys []string         // fingerprints of the keys it is sealed to, as crypto.Recipient.Fingerprint
	Request    string           // HMAC of the 依頼番号, 64 hexadecimal digits; "" only in a refusal
	Purpose    string           // 利用事務; "" only in a refusal
	Created    time.Time        // to the second; comes back in Japanese time
	Answers    map[string]int64 // rows by 回答区分 ("00" to "99"); empty in a refusal
	Generation string           // digest of the generation, 64 hexadecimal digits; "" only in a refusal
	Ledger     Ledger
	Part       int    // 1 to Parts
	Parts      int    // 1 and more
	Files      []File // in any order; Encode sorts by name
}

// Ledger says where the ledger speaks of the job.
type Ledger struct {
	Origin string // name of the ledger
	Index  int64  // of the entry that received the list, from 0
}

// A File is a sealed file of the result.
type File struct {
	Name   string // plain file name, unlike any other in the list but for case
	SHA256 string // of the sealed bytes, 64 lower-case hexadecimal digits
	Bytes  int64
}

// Why a manifest is refused as such.
var (
	ErrNotManifest = errors.New("manifest: not a manifest of a known version")
	ErrSpelling    = errors.New("manifest: not spelt as this program spells it: unknown or doubled keys, other order, spaces or trailing data")
	ErrTooLarge    = errors.New("manifest: larger than a manifest can be")
)

// Why a result does not fit its manifest. Most come inside a [FileError].
var (
	ErrNotListed = errors.New("not in the manifest")
	ErrMissing   = errors.New("in the manifest, but not there")
	ErrSize      = errors.New("another size than in the manifest")
	ErrDigest    = errors.New("another content than in the manifest")
	ErrSite      = errors.New("manifest: made by another site")
	ErrJob       = errors.New("manifest: of another job")
	ErrOffice    = errors.New("manifest: for another office")
	ErrOfficeKey = errors.New("manifest: sealed to other keys of the office")
	ErrContents  = errors.New("manifest: the sealed list of contents belongs to another result")
	ErrRows      = errors.New("manifest: the parts do not have as many rows as were answered")
)

// A FieldError says which field of a manifest cannot be.
type FieldError struct{ Field string }

func (e *FieldError) Error() string { return "manifest: no valid " + e.Field }

// A PartError says which part of a split list is not there exactly once, under the
// name of its number.
type PartError struct{ Number, Of int }

func (e *PartError) Error() string {
	return fmt.Sprintf("manifest: part %d of %d is not listed once, under its name", e.Number, e.Of)
}

// A FileError says which file is wrong.
type FileError struct {
	Name string
	Err  error
}

// Error leaves the name out where it does not come from a manifest: it could be
// anything, and somebody's name.
func (e *FileError) Error() string {
	if e.Err == ErrNotListed {
		return "manifest: a file: " + e.Err.Error()
	}
	return "manifest: " + e.Name + ": " + e.Err.Error()
}

// Unwrap returns the reason.
func (e *FileError) Unwrap() error { return e.Err }

const (
	bytesMax = 8 << 20
	filesMax = 10_000
	partsMax = 9_999
)

// zone is Japanese time, in which all times are written.
func zone() *time.Location { return time.FixedZone("JST", 9*3600) }

// validate returns a *FieldError for the first field that cannot be. A result
// must say everything; a refusal may not know the request.
func (m *Manifest) validate() error {
	known := m.Kind == Result
	for _, f := range []struct {
		name  string
		valid bool
	}{
		{"kind", m.Kind == Result || m.Kind == Refusal},
		{"site", sshsig.ValidName(m.Site)},
		{"job", validJob(m.Job)},
		{"office", validText(m.Office)},
		{"officeKeys", validKeys(m.OfficeKeys)},
		{"request", validHex(m.Request) || m.Request == "" && !known},
		{"purpose", validText(m.Purpose) || m.Purpose == "" && !known},
		{"created", validTime(m.Created)},
		{"answers", validAnswers(m.Answers) && (known || len(m.Answers) == 0)},
		{"generation", validHex(m.Generation) || m.Generation == "" && !known},
		{"ledger", sshsig.ValidName(m.Ledger.Origin) && m.Ledger.Index >= 0},
		{"part", m.Part >= 1 && m.Part <= m.Parts && m.Parts <= partsMax},
		{"subject", m.validFiles()},
	} {
		if !f.valid {
			return &FieldError{f.name}
		}
	}
	return nil
}

func (m *Manifest) validFiles() bool {
	seen := map[string]bool{}
	for _, f := range m.Files {
		low := strings.ToLower(f.Name) // one folder on Windows must hold them all
		if !crypto.PlainName(f.Name) || seen[low] || !validHex(f.SHA256) || f.Bytes < 0 {
			return false
		}
		seen[low] = true
	}
	return len(m.Files) >= 1 && len(m.Files) <= filesMax && !seen[Name] && !seen[SignatureName] && !seen[ProofName] && !seen[EntryName]
}

func validJob(s string) bool {
	return len(s) >= 8 && len(s) <= 64 && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789-") == ""
}

func validText(s string) bool {
	return s != "" && utf8.ValidString(s) && utf8.RuneCountInString(s) <= 100 && strings.TrimSpace(s) == s &&
		!strings.ContainsFunc(s, func(r rune) bool { return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp) })
}

func validHex(s string) bool {
	_, err := crypto.ParseSHA256(s)
	return err == nil
}

func validKeys(keys []string) bool {
	fingerprint := regexp.MustCompile(`^SHA256:[A-Za-z0-9+/]{43}$`)
	for i, k := range keys {
		if !fingerprint.MatchString(k) || slices.Contains(keys[:i], k) {
			return false
		}
	}
	return len(keys) >= 1 && len(keys) <= crypto.RecipientsMax
}

func validTime(t time.Time) bool {
	return !t.IsZero() && t.In(zone()).Year() >= 2000 && t.In(zone()).Year() <= 9999
}

func validAnswers(answers map[string]int64) bool {
	for code, n := range answers {
		if len(code) != 2 || strings.Trim(code, "0123456789") != "" || n < 0 {
			return false
		}
	}
	return true
}

// Rows returns how many rows were answered.
func (m *Manifest) Rows() int64 {
	var n int64
	for k := range maps.Values(m.Answers) {
		n += k
	}
	return n
}
