package ledger

import (
	"bytes"
	"encoding/json"
	"io"
	"strings"
	"time"
)

// Version of the entries that this program writes. Until the first release it
// is 0 and may change.
const Version = 0

// EntryBytesMax is the length that tlog-tiles can hold.
const EntryBytesMax = 65535

// An Entry is one act in the custody record (授受・提供記録). It has no field for
// free text and none for anything about a person: what must be kept beyond these
// fields is sealed in a detail, to which Detail commits.
//
// Strings are tokens: letters, digits and . _ : / + = - of ASCII, at most 128,
// and no run of exactly 11 or 12 digits, which could be a 住民票コード or a 個人番号.
type Entry struct {
	V          int       // version, 0
	Time       time.Time // written in JST with milliseconds; now where zero
	Act        Act
	Result     string // OK, ResultFailed, ResultRefused, ResultBrokeOff
	Job        string // id of the job
	Attempt    int    // of the job, from 1; 0 where there is none
	Operator   string // code of the operator (操作者)
	Host       string
	Office     string            // code of the office (照会元)
	Purpose    string            // code of the task (利用事務)
	Basis      string            // code of the legal basis (根拠)
	Function   string            // Bulk, Instant, …
	Medium     string            // number of the medium (媒体番号)
	Generation string            // digest of the identity file's manifest, hex of 32 bytes
	Counts     map[string]int64  // answers "00" to "99", rows, bytes; not negative
	Digests    map[string]string // name → SHA-256 of sealed bytes, hex; never of plain data
	Codes      map[string]int64  // how often each issue code came
	About      []int64           // earlier entries that this act concerns, ascending
	Detail     string            // commitment to a sealed detail, hex of 32 bytes
	Nonce      string            // 16 random bytes, hex: what is pruned cannot be guessed
}

// wire is Entry as JSON: its fields stand in the order of their names.
type wire struct {
	About      []int64           `json:"about,omitempty"`
	Act        Act               `json:"act"`
	Attempt    int               `json:"attempt,omitempty"`
	Basis      string            `json:"basis,omitempty"`
	Codes      map[string]int64  `json:"codes,omitempty"`
	Counts     map[string]int64  `json:"counts,omitempty"`
	Detail     string            `json:"detail,omitempty"`
	Digests    map[string]string `json:"digests,omitempty"`
	Function   string            `json:"function,omitempty"`
	Generation string            `json:"generation,omitempty"`
	Host       string            `json:"host,omitempty"`
	Job        string            `json:"job,omitempty"`
	Medium     string            `json:"medium,omitempty"`
	Nonce      string            `json:"nonce"`
	Office     string            `json:"office,omitempty"`
	Operator   string            `json:"operator,omitempty"`
	Purpose    string            `json:"purpose,omitempty"`
	Result     string            `json:"result,omitempty"`
	Time       string            `json:"time"`
	V          int               `json:"v"`
}

// timeLayout is RFC 3339 with milliseconds and the offset of JST.
const timeLayout = "2006-01-02T15:04:05.000-07:00"

func jst() *time.Location { return time.FixedZone("JST", 9*3600) }

// encode checks an entry and writes it in its one form.
func (e *Entry) encode() ([]byte, error) {
	if e.V != Version {
		return nil, &FieldError{"v", "not the version that is written"}
	}
	if err := e.check(); err != nil {
		return nil, err
	}
	raw, err := e.marshal()
	if err != nil {
		return nil, err
	}
	if len(raw) > EntryBytesMax {
		return nil, &FieldError{"entry", "longer than 65,535 bytes"}
	}
	return raw, nil
}

func (e *Entry) marshal() ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	err := enc.Encode(wire{
		About: e.About, Act: e.Act, Attempt: e.Attempt, Basis: e.Basis, Codes: e.Codes, Counts: e.Counts,
		Detail: e.Detail, Digests: e.Digests, Function: e.Function, Generation: e.Generation, Host: e.Host,
		Job: e.Job, Medium: e.Medium, Nonce: e.Nonce, Office: e.Office, Operator: e.Operator,
		Purpose: e.Purpose, Result: e.Result, Time: e.Time.In(jst()).Format(timeLayout), V: e.V,
	})
	if err != nil {
		return nil, &FieldError{"entry", "cannot be written as JSON"}
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// ParseEntry reads an entry. One of this version must be in its one form, byte
// for byte. Of one of a newer version it takes the fields that it knows.
func ParseEntry(raw []byte) (Entry, error) {
	if len(raw) <= EntryBytesMax {
		if e, ok := scanEntry(raw); ok {
			return e, nil
		}
	}
	return parseSlowly(raw)
}

// parseSlowly reads any entry, also of a newer version, and says what is wrong with it.
func parseSlowly(raw []byte) (Entry, error) {
	bad := func(why string) (Entry, error) { return Entry{}, &FormatError{"entry", -1, why} }
	if len(raw) > EntryBytesMax {
		return bad("longer than 65,535 bytes")
	}
	newer := false
	if !bytes.HasSuffix(raw, []byte(`,"v":0}`)) { // how this version ends in its one form
		var version struct{ V *int }
		if err := json.Unmarshal(raw, &version); err != nil || version.V == nil || *version.V <= Version {
			return bad("not JSON of a known version in its one form")
		}
		newer = true
	}
	var w wire
	dec := json.NewDecoder(bytes.NewReader(raw))
	if !newer {
		dec.DisallowUnknownFields()
	}
	if err := dec.Decode(&w); err != nil {
		return bad("not the fields of an entry")
	}
	if _, err := dec.Token(); err != io.EOF {
		return bad("more than one value")
	}
	t, err := time.Parse(timeLayout, w.Time)
	if err != nil {
		return bad("not a time")
	}
	e := Entry{
		V: w.V, Time: t.In(jst()), Act: w.Act, Result: w.Result, Job: w.Job, Attempt: w.Attempt, Operator: w.Operator,
		Host: w.Host, Office: w.Office, Purpose: w.Purpose, Basis: w.Basis, Function: w.Function, Medium: w.Medium,
		Generation: w.Generation, Counts: w.Counts, Digests: w.Digests, Codes: w.Codes, About: w.About,
		Detail: w.Detail, Nonce: w.Nonce,
	}
	if newer {
		return e, nil
	}
	if err := e.check(); err != nil {
		return Entry{}, err
	}
	again, err := e.marshal()
	if err != nil || !bytes.Equal(again, raw) {
		return bad("not in its one form")
	}
	return e, nil
}

// check holds the rules that keep free text and numbers of persons out.
func (e *Entry) check() error {
	if e.Act == "" {
		return &FieldError{"act", "is missing"}
	}
	if y := e.Time.In(jst()).Year(); y < 1 || y > 9999 {
		return &FieldError{"time", "is missing or out of range"}
	}
	if e.Attempt < 0 {
		return &FieldError{"attempt", "is negative"}
	}
	for _, f := range []struct{ name, value string }{
		{"act", string(e.Act)}, {"basis", e.Basis}, {"function", e.Function}, {"host", e.Host}, {"job", e.Job},
		{"medium", e.Medium}, {"office", e.Office}, {"operator", e.Operator}, {"purpose", e.Purpose}, {"result", e.Result},
	} {
		if f.value == "" {
			continue
		}
		if why := notToken(f.value); why != "" {
			return &FieldError{f.name, why}
		}
	}
	for _, f := range []struct {
		name, value string
		digits      int
		must        bool
	}{{"detail", e.Detail, 64, false}, {"generation", e.Generation, 64, false}, {"nonce", e.Nonce, 32, true}} {
		if (f.value != "" || f.must) && !isHex(f.value, f.digits) {
			return &FieldError{f.name, "not lower-case hex of the right length"}
		}
	}
	return e.checkLists()
}

// keysMax bounds each of the maps and About.
const keysMax = 256

func (e *Entry) checkLists() error {
	for i, n := range e.About {
		if n < 0 || i > 0 && n <= e.About[i-1] {
			return &FieldError{"about", "not ascending"}
		}
	}
	if len(e.Counts) > keysMax || len(e.Codes) > keysMax || len(e.Digests) > keysMax || len(e.About) > 16*keysMax {
		return &FieldError{"entry", "too many counts, codes, digests or references"}
	}
	for _, m := range []struct {
		name   string
		counts map[string]int64
	}{{"counts", e.Counts}, {"codes", e.Codes}} {
		for k, v := range m.counts {
			if k == "" || notToken(k) != "" || v < 0 {
				return &FieldError{m.name, "not a token with a count"}
			}
		}
	}
	for k, v := range e.Digests {
		if k == "" || notToken(k) != "" || !isHex(v, 64) {
			return &FieldError{"digests", "not a token with a SHA-256 in lower-case hex"}
		}
	}
	return nil
}

// IsToken reports whether s can stand in an entry as a code, an id or a number,
// so that a register can refuse such a code when it is registered and not on
// the night when it is used.
func IsToken(s string) bool { return s != "" && notToken(s) == "" }

const tokenBytesMax = 128

func notToken(s string) string {
	if len(s) > tokenBytesMax {
		return "longer than 128 characters"
	}
	run, digits := 0, 0 // length of the run of letters and digits, and digits in it
	for i := range len(s) + 1 {
		if i < len(s) && alphanumeric(s[i]) {
			run++
			if s[i] <= '9' {
				digits++
			}
			continue
		}
		// A 住民票コード has 11 digits, a 個人番号 12 (番号法2条5項).
		if run == digits && (run == 11 || run == 12) {
			return "has a number of 11 or 12 digits"
		}
		if i < len(s) && strings.IndexByte("._:/+=-", s[i]) < 0 {
			return "has a character that a code cannot have"
		}
		run, digits = 0, 0
	}
	return ""
}

func alphanumeric(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}

func isHex(s string, digits int) bool {
	return len(s) == digits && strings.Trim(s, "0123456789abcdef") == ""
}
