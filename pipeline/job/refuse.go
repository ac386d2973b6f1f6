package job

import (
	"errors"
	"io"

	"baitai/crypto"
	"baitai/crypto/manifest"
	"baitai/pipeline/answer"
	"baitai/pipeline/authority"
	"baitai/pipeline/intake"
	"baitai/pipeline/issue"
	"baitai/spool"
	"baitai/spool/ledger"
)

// refuse ends a job whose list goes back to the office (受付拒否): an error file
// is sealed for the office and for ourselves, the refusal is entered, and the
// job rests in refused/. An error that is no refusal is passed on as a fault.
func (s *Site) refuse(j *spool.Job, out Outcome, err error) (Outcome, error) {
	r := asRefusal(err)
	if r == nil {
		return out, err
	}
	if err := s.writeErrorFiles(j, r); err != nil {
		return out, err
	}
	e := ledger.Entry{Result: ledger.ResultRefused, Codes: make(map[string]int64)}
	for code, n := range r.Counts {
		e.Codes[string(code)] = n
	}
	if e.Digests, err = s.manifestDigest(j); err != nil {
		return out, err
	}
	if err := s.enter(j, ledger.Refused, e); err != nil {
		return out, err
	}
	if err := s.addProof(j, s.history.jobs[j.ID].refused, ledger.Refused); err != nil {
		return out, err
	}
	out.State, out.Refusal = spool.Refused, nameless(r, j.ID)
	s.env.Log.Warn("refused", "job", j.ID, "office", j.Office, "codes", e.Codes)
	return out, s.spool.Move(j, spool.Refused)
}

// asRefusal tells a refusal from a fault: the codes that somebody outside of the
// machine's keeping can act on are refusals.
func asRefusal(err error) *intake.Refusal {
	var r *intake.Refusal
	if errors.As(err, &r) {
		return r
	}
	var list issue.List
	if !errors.As(err, &list) {
		i := issue.Find(err)
		if i == nil {
			return nil
		}
		list = issue.List{i}
	}
	for _, i := range list {
		switch i.Code[0] {
		case 'F', 'J', 'R', 'M':
		default:
			return nil
		}
	}
	return intake.Refuse(list...)
}

// nameless is a refusal for a terminal or a mail: the names of offices' files,
// which may be personal, stand in sealed files alone. The job's id is in their place.
func nameless(r *intake.Refusal, id string) *intake.Refusal {
	shown := &intake.Refusal{Counts: r.Counts}
	for _, i := range r.Issues {
		without := *i
		if without.Pos.File != "" {
			without.Pos.File = id
		}
		shown.Issues = append(shown.Issues, &without)
	}
	return shown
}

// writeErrorFiles seals the error file (不備一覧) for the prefecture and, where the
// office's keys are known, for the office, with a signed manifest.
func (s *Site) writeErrorFiles(j *spool.Job, r *intake.Refusal) error {
	err := s.spool.PutFile(j, ownErrorsFile, func(w io.Writer) error {
		sealed, err := s.seal(w)
		if err != nil {
			return err
		}
		if err := answer.WriteErrors(sealed, r.Issues, r.Counts); err != nil {
			return err
		}
		return sealed.Close()
	})
	if err != nil {
		return err
	}
	office, ok := s.Register.Office(j.Office)
	if !ok || len(office.Recipients) == 0 {
		return nil
	}
	to, err := recipients(office.Recipients)
	if err != nil {
		return err
	}
	var files result
	if err := s.putErrors(j, &files, to, r.Issues, r.Counts); err != nil {
		return err
	}
	return s.signResult(j, to, manifest.Manifest{Kind: manifest.Refusal}, &files)
}

// putErrors seals the error file for the office, in both forms: whoever has no
// spreadsheet reads the CSV.
func (s *Site) putErrors(j *spool.Job, files *result, to []crypto.Recipient, places issue.List, counts map[issue.Code]int64) error {
	err := s.putSealed(j, files, errorsCSV, 0, to, func(w io.Writer) error { return answer.WriteErrors(w, places, counts) })
	if err != nil {
		return err
	}
	return s.putSealed(j, files, errorsXLSX, 0, to, func(w io.Writer) error {
		return answer.WriteErrorBook(w, s.tmp.path, places, counts)
	})
}

func recipients(texts []string) ([]crypto.Recipient, error) {
	var to []crypto.Recipient
	for _, t := range texts {
		r, err := crypto.ParseRecipient(t)
		if err != nil {
			return nil, err
		}
		to = append(to, r)
	}
	return to, nil
}

// Approve lets a second person release a held job (二人承認). The operator must have
// the right and must not be the one under whose name the job was held.
//
// A job that is held because its runs were broken off may also be released by
// whoever manages the site (管理): nothing is approved by that.
func (s *Site) Approve(id string) (*spool.Job, error) {
	j, err := s.spool.Job(id)
	if err != nil {
		return nil, siteIssue(err)
	}
	if j.State != spool.Held {
		return nil, issue.New(issue.WrongState, issue.Pos{}, j.State)
	}
	c := s.history.jobs[j.ID]
	if _, err := s.may(authority.ActApprove); err != nil {
		if _, manages := s.may(authority.ActManage); !c.broken || manages != nil {
			return nil, err
		}
	}
	if !c.broken && c.carried[s.operatorID()] {
		return nil, issue.New(issue.SameOperator, issue.Pos{})
	}
	if err := s.enter(j, ledger.Released, ledger.Entry{}); err != nil {
		return nil, siteIssue(err)
	}
	return j, siteIssue(s.spool.Move(j, spool.Work))
}
