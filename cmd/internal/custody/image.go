package custody

import (
	"errors"
	"os"

	"baitai/crypto"
	"baitai/pipeline/issue"
	"baitai/spool/ledger"
)

// checkImage finds the entry of the image of a disc (交付用のディスクイメージ) by its digest
// and says of which job it is. An image that was changed, or swapped for one that was
// not made here, has no entry.
func (l Ledger) checkImage() (map[string]any, error) {
	digest, err := digestOf(l.Image)
	if err != nil {
		return nil, issue.New(issue.CannotRead, issue.Pos{}).Because(err)
	}
	r, err := ledger.OpenReader(l.Dir, l.VKey)
	if err != nil {
		return nil, IssueIn(l.Term.Lang, err)
	}
	for s, err := range r.All(0) {
		if err != nil {
			return nil, IssueIn(l.Term.Lang, err)
		}
		e := s.Entry
		if e.Act != ledger.HandingOver || e.Digests[ledger.ImageDigest] != digest {
			continue
		}
		if l.Job != "" && l.Job != e.Job {
			return nil, issue.New(issue.OtherJob, issue.Pos{}, e.Job)
		}
		l.Term.Say("イメージは本物です: 受付 %s(台帳 %d 番、%s、媒体 %s)", "the image is genuine: job %s (entry %d, %s, medium %s)", e.Job, s.Index, e.Time.Format(timeShown), e.Medium)
		value := EntryValue(s.Index, e)
		value["sha256"] = digest
		return value, nil
	}
	return nil, issue.New(issue.ImageUnknown, issue.Pos{})
}

func digestOf(path string) (_ string, err error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	d, err := crypto.DigestOf(f)
	return d.Hex(), err
}
