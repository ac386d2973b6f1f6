package sealed

import (
	"errors"
	"io/fs"
	"strings"

	"baitai/crypto/manifest"
	"baitai/pipeline/issue"
	"baitai/spool/ledger"
)

// checkProof makes sure that the ledger has sealed exactly this manifest.
func (c Checker) checkProof(fsys fs.FS, m *manifest.Manifest) error {
	proof, err := proofFile(fsys, manifest.ProofName)
	if err != nil {
		return err
	}
	raw, err := proofFile(fsys, manifest.EntryName)
	if err != nil {
		return err
	}
	entry, err := VerifyProof(proof, raw, c.VKey)
	if err != nil {
		return err
	}
	sum, err := digestOfManifest(m)
	if err != nil {
		return err
	}
	act := ledger.Sealed
	if m.Kind == manifest.Refusal {
		act = ledger.Refused
	}
	if entry.Act != act || entry.Job != m.Job || entry.Digests["manifest"] != sum {
		return issue.New(issue.ProofOtherResult, issue.Pos{})
	}
	if origin, _, _ := strings.Cut(c.VKey, "+"); m.Ledger.Origin != origin {
		return issue.New(issue.ProofOtherLedger, issue.Pos{})
	}
	return nil
}

// VerifyProof checks a tlog-proof of an entry under the verifier key of a ledger
// and returns the entry.
func VerifyProof(proof, raw []byte, vkey string) (ledger.Entry, error) {
	if err := ledger.VerifyProof(proof, vkey, raw); err != nil {
		// A checkpoint that this ledger's key did not sign is that of another ledger.
		if e, ok := errors.AsType[*ledger.FormatError](err); ok && e.Part == "checkpoint" {
			return ledger.Entry{}, issue.New(issue.ProofOtherLedger, issue.Pos{}).Because(err)
		}
		return ledger.Entry{}, issue.New(issue.ProofBad, issue.Pos{}).Because(err)
	}
	entry, err := ledger.ParseEntry(raw)
	if err != nil {
		return ledger.Entry{}, issue.New(issue.ProofBad, issue.Pos{}).Because(err)
	}
	return entry, nil
}

func proofFile(fsys fs.FS, name string) ([]byte, error) {
	raw, err := fs.ReadFile(fsys, name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, issue.New(issue.ProofMissing, issue.Pos{}, name).Because(err)
	case err != nil:
		return nil, issue.New(issue.CannotRead, issue.Pos{File: name}).Because(err)
	}
	return raw, nil
}
