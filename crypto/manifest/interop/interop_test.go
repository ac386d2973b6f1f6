package interop

import (
	"strings"
	"testing"
	"time"

	statement "github.com/in-toto/attestation/go/v1"
	"google.golang.org/protobuf/encoding/protojson"

	"baitai/crypto/manifest"
)

const sum = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

// in reads a text as in-toto does, without unknown keys.
func in(t *testing.T, text []byte) *statement.Statement {
	t.Helper()
	s := new(statement.Statement)
	if err := protojson.Unmarshal(text, s); err != nil {
		t.Fatal(err)
	}
	if err := s.Validate(); err != nil {
		t.Fatal(err)
	}
	if s.GetType() != statement.StatementTypeUri {
		t.Errorf("type %q", s.GetType())
	}
	return s
}

// Both manifests are Statements by in-toto's own rules: a known type, subjects with
// names and digests, a predicate of a type.
func TestInTotoReadsBothManifests(t *testing.T) {
	at := time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)
	m := manifest.Manifest{Kind: manifest.Result, Site: "pref.example", Job: "abcd-efgh-2345-wxyz", Office: "fukushi",
		OfficeKeys: []string{"SHA256:" + strings.Repeat("A", 43)}, Request: sum, Purpose: "fukushi-01", Created: at,
		Answers: map[string]int64{"00": 2}, Generation: sum, Ledger: manifest.Ledger{Origin: "pref.example/ledger", Index: 7}, Part: 1, Parts: 1,
		Files: []manifest.File{{Name: "result.csv.zst.age", SHA256: sum, Bytes: 5}, {Name: manifest.ContentsName, SHA256: sum, Bytes: 6}}}
	text, err := m.Encode()
	if err != nil {
		t.Fatal(err)
	}
	s := in(t, text)
	if len(s.GetSubject()) != 2 {
		t.Fatalf("%d subjects", len(s.GetSubject()))
	}
	for _, d := range s.GetSubject() {
		if d.GetDigest()["sha256"] != sum || !strings.HasSuffix(d.GetName(), ".age") {
			t.Errorf("subject %s, digest %s", d.GetName(), d.GetDigest())
		}
	}
	f := s.GetPredicate().GetFields()
	if f["job"].GetStringValue() != m.Job || f["office"].GetStringValue() != m.Office || f["part"].GetNumberValue() != 1 ||
		f["generation"].GetStringValue() != sum || f["officeKeys"].GetListValue().GetValues()[0].GetStringValue() != m.OfficeKeys[0] {
		t.Errorf("predicate %v", f)
	}
	c := manifest.Contents{Site: m.Site, Job: m.Job, Office: m.Office, Created: at, Part: 1, Parts: 1,
		Files: []manifest.Content{{Name: "result.csv", Sealed: "result.csv.zst.age", SHA256: sum, Bytes: 9, Rows: 2}}}
	if text, err = c.Encode(); err != nil {
		t.Fatal(err)
	}
	if s := in(t, text); s.GetSubject()[0].GetAnnotations().GetFields()["sealed"].GetStringValue() != "result.csv.zst.age" {
		t.Errorf("annotations %v", s.GetSubject()[0].GetAnnotations())
	}
}
