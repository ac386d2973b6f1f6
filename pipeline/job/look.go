package job

import (
	"baitai/pipeline/authority"
	"baitai/pipeline/identity"
	"baitai/pipeline/issue"
	"baitai/spool"
	"baitai/spool/ledger"
)

// VerifyIdentity checks every digest, count and key of the identity file.
func (s *Site) VerifyIdentity() (identity.Summary, error) {
	sum, err := identity.Verify(s.path(identityDir), s.keys.Site(), s.tables)
	return sum, siteIssue(err)
}

// Errors opens the error file of a refused job for an operator, and enters that.
func (s *Site) Errors(id string) ([]byte, error) {
	if _, err := s.may(authority.ActOpen); err != nil {
		return nil, err
	}
	j, err := s.spool.Job(id)
	if err != nil {
		return nil, siteIssue(err)
	}
	if j.State != spool.Refused {
		return nil, issue.New(issue.WrongState, issue.Pos{}, j.State)
	}
	if err := s.enterOpened(j); err != nil {
		return nil, siteIssue(err)
	}
	raw, err := s.readSealed(j, ownErrorsFile)
	return raw, siteIssue(err)
}

// enterOpened enters that an operator opens something sealed, before it is opened.
func (s *Site) enterOpened(j *spool.Job) error {
	return s.append(ledger.Entry{Act: ledger.OpenedByOperator, Result: ledger.OK, Job: j.ID, Office: j.Office,
		Operator: s.operatorID(), Host: s.host, Function: ledger.Bulk})
}

// Prove returns an entry of the ledger and the proof that it is there.
func (s *Site) Prove(index int64) (entry, proof []byte, err error) {
	e, err := s.ledger.Entry(index)
	if err != nil {
		return nil, nil, siteIssue(err)
	}
	proof, err = s.ledger.Prove(index)
	return e.Raw, proof, siteIssue(err)
}
