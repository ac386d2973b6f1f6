package report

import (
	"time"

	"baitai/crypto/manifest"
	"baitai/spool/ledger"
)

// A Letter is what goes on paper with a medium (送付書).
type Letter struct {
	Job      string          `json:"job"`
	Office   string          `json:"office"`
	Refusal  bool            `json:"refusal"` // an error file, not a result
	Created  time.Time       `json:"created"`
	Rows     int64           `json:"rows"`
	Found    int64           `json:"found"` // rows answered with a person
	Entry    int64           `json:"ledger_entry"`
	Manifest string          `json:"manifest_sha256"`
	Keys     []string        `json:"keys,omitempty"` // fingerprints of those who can open it
	Mail     bool            `json:"mail"`           // opens with a password
	Files    []manifest.File `json:"files"`
	Handed   []Passing       `json:"handed,omitempty"` // when it was handed over
}

// EntryOf finds the entry of a result in the ledger: of the seal or the refusal that
// names the digest of its manifest.
func EntryOf(entries Entries, job string) (index int64, digest string, handed []Passing, err error) {
	index = -1
	for s, err := range entries {
		if err != nil {
			return -1, "", nil, err
		}
		e := &s.Entry
		if e.Job != job {
			continue
		}
		switch e.Act {
		case ledger.Sealed, ledger.Refused:
			index, digest = s.Index, e.Digests["manifest"]
		case ledger.Delivered:
			handed = append(handed, Passing{Index: s.Index, Time: e.Time, Act: e.Act, Job: e.Job, Office: e.Office, Medium: e.Medium, Operator: e.Operator, Files: int64(len(e.Digests))})
		}
	}
	return index, digest, handed, nil
}
