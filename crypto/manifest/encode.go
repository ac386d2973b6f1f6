package manifest

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"time"
)

const (
	statementType = "https://in-toto.io/Statement/v1"
	// The names below .invalid never resolve (RFC 6761): they are names only.
	manifestType = "https://baitai.invalid/result/v0"
	contentsType = "https://baitai.invalid/contents/v0"
	timeLayout   = "2006-01-02T15:04:05+09:00"
)

// statement is an in-toto Statement v1 about files with annotations A.
type statement[A, P any] struct {
	Type          string       `json:"_type"`
	Subject       []subject[A] `json:"subject"`
	PredicateType string       `json:"predicateType"`
	Predicate     P            `json:"predicate"`
}

// subject is an in-toto ResourceDescriptor.
type subject[A any] struct {
	Name        string `json:"name"`
	Digest      digest `json:"digest"`
	Annotations A      `json:"annotations"`
}

type digest struct {
	SHA256 string `json:"sha256"`
}

type sealedNotes struct {
	Bytes int64 `json:"bytes"`
}

type manifestPredicate struct {
	Kind       Kind             `json:"kind"`
	Site       string           `json:"site"`
	Job        string           `json:"job"`
	Office     string           `json:"office"`
	OfficeKeys []string         `json:"officeKeys"`
	Request    string           `json:"request,omitempty"`
	Purpose    string           `json:"purpose,omitempty"`
	Created    string           `json:"created"`
	Answers    map[string]int64 `json:"answers,omitempty"`
	Generation string           `json:"generation,omitempty"`
	Ledger     ledgerPlace      `json:"ledger"`
	Part       int              `json:"part"`
	Parts      int              `json:"parts"`
}

type ledgerPlace struct {
	Origin string `json:"origin"`
	Index  int64  `json:"index"`
}

// Encode returns the one encoding of m, or a *FieldError.
func (m *Manifest) Encode() ([]byte, error) {
	if err := m.validate(); err != nil {
		return nil, err
	}
	s := statement[sealedNotes, manifestPredicate]{
		Type: statementType, PredicateType: manifestType,
		Predicate: manifestPredicate{
			Kind: m.Kind, Site: m.Site, Job: m.Job, Office: m.Office, OfficeKeys: slices.Sorted(slices.Values(m.OfficeKeys)),
			Request: m.Request, Purpose: m.Purpose, Created: m.Created.In(zone()).Format(timeLayout),
			Answers: m.Answers, Generation: m.Generation,
			Ledger: ledgerPlace(m.Ledger), Part: m.Part, Parts: m.Parts,
		},
	}
	for _, f := range m.Files {
		s.Subject = append(s.Subject, subject[sealedNotes]{f.Name, digest{f.SHA256}, sealedNotes{f.Bytes}})
	}
	return encode(s)
}

// Decode reads what Encode writes and nothing else. What it returns is not yet
// verified: use [Verify].
func Decode(text []byte) (*Manifest, error) {
	s, err := decode[sealedNotes, manifestPredicate](text, manifestType)
	if err != nil {
		return nil, err
	}
	p := s.Predicate
	created, err := time.ParseInLocation(timeLayout, p.Created, zone())
	if err != nil {
		return nil, &FieldError{"created"}
	}
	m := &Manifest{
		Kind: p.Kind, Site: p.Site, Job: p.Job, Office: p.Office, OfficeKeys: p.OfficeKeys, Request: p.Request,
		Purpose: p.Purpose, Created: created, Answers: p.Answers, Generation: p.Generation,
		Ledger: Ledger(p.Ledger), Part: p.Part, Parts: p.Parts,
	}
	for _, f := range s.Subject {
		m.Files = append(m.Files, File{f.Name, f.Digest.SHA256, f.Annotations.Bytes})
	}
	return m, respelt(m.Encode, text)
}

// encode sorts the files and writes what a person can read and sed can take
// apart: two spaces, no escapes but those that JSON demands.
func encode[A, P any](s statement[A, P]) ([]byte, error) {
	slices.SortFunc(s.Subject, func(a, b subject[A]) int { return strings.Compare(a.Name, b.Name) })
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(s); err != nil {
		return nil, err
	}
	if b.Len() > bytesMax {
		return nil, ErrTooLarge
	}
	return b.Bytes(), nil
}

// decode reads a statement. encoding/json's errors quote what was read, and are
// not passed on.
func decode[A, P any](text []byte, kind string) (*statement[A, P], error) {
	if len(text) > bytesMax {
		return nil, ErrTooLarge
	}
	var head struct {
		Type          string `json:"_type"`
		PredicateType string `json:"predicateType"`
	}
	if err := json.Unmarshal(text, &head); err != nil || head.Type != statementType || head.PredicateType != kind {
		return nil, ErrNotManifest
	}
	var s statement[A, P]
	in := json.NewDecoder(bytes.NewReader(text))
	in.DisallowUnknownFields()
	if err := in.Decode(&s); err != nil {
		return nil, ErrSpelling
	}
	return &s, nil
}

// respelt makes sure that text is the one encoding of what was read from it: that
// is what refuses doubled keys, keys in another case, and broken UTF-8, all of
// which encoding/json lets through.
func respelt(encode func() ([]byte, error), text []byte) error {
	again, err := encode()
	if err != nil {
		return err
	}
	if !bytes.Equal(again, text) {
		return ErrSpelling
	}
	return nil
}
