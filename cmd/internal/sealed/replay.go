package sealed

import (
	"crypto/sha256"
	"encoding/hex"
	"path/filepath"
	"regexp"
	"strconv"

	"baitai/cmd/internal/custody"
	"baitai/crypto/manifest"
	"baitai/pipeline/issue"
	"baitai/spool/ledger"
)

// checkJob makes sure that a result is of the job that it stands for: the one that
// was asked for, and the one whose name its folder bears. Results are handed over in
// folders that bear their job's id, so that one which was put in another's place
// (replay) is noticed even by a recipient who states no job.
func (c Checker) checkJob(m *manifest.Manifest, folder string) error {
	for _, want := range []string{c.Job, jobOfFolder(folder)} {
		if want == "" || m.CheckJob(want) == nil {
			continue
		}
		list, no := repetition(m.Job)
		if asked, later := repetition(want); list != "" && list == asked && no < later {
			return issue.New(issue.EarlierResult, issue.Pos{}, m.Job, want)
		}
		return issue.New(issue.OtherJob, issue.Pos{}, m.Job)
	}
	return nil
}

// jobOfFolder gives the id that a folder bears as its name; "" for any other name.
func jobOfFolder(folder string) string {
	abs, err := filepath.Abs(folder)
	if err != nil {
		return ""
	}
	base := filepath.Base(abs)
	if list, _ := repetition(base); list == "" {
		return ""
	}
	return base
}

// repetition takes the id of a job apart: a list that was asked for again has the
// same id with a number from 2 behind it. "" for what is no such id.
func repetition(job string) (list string, no int) {
	found := regexp.MustCompile(`^([a-z2-7]{4}(?:-[a-z2-7]{4}){3})(?:-([0-9]{1,6}))?$`).FindStringSubmatch(job)
	if found == nil {
		return "", 0
	}
	if found[2] == "" {
		return found[1], 1
	}
	no, err := strconv.Atoi(found[2])
	if err != nil {
		return "", 0
	}
	return found[1], no
}

// checkLatest holds a result against a copy of the ledger: it must be in it, and no
// later answer to the same list may be. Without the ledger nobody can tell that a
// genuine result is no longer the latest.
func (c Checker) checkLatest(m *manifest.Manifest) error {
	if c.Ledger == "" {
		return nil
	}
	r, err := ledger.OpenReader(c.Ledger, c.VKey)
	if err != nil {
		return custody.Issue(err)
	}
	sum, err := digestOfManifest(m)
	if err != nil {
		return err
	}
	list, no := repetition(m.Job)
	entered, newest, latest := false, no, ""
	for s, err := range r.All(0) {
		if err != nil {
			return custody.Issue(err)
		}
		if s.Entry.Act != ledger.Sealed && s.Entry.Act != ledger.Refused {
			continue
		}
		entered = entered || s.Entry.Job == m.Job && s.Entry.Digests["manifest"] == sum
		other, n := repetition(s.Entry.Job)
		if other != "" && other == list && n > newest && s.Entry.Act == ledger.Sealed {
			newest, latest = n, s.Entry.Job
		}
	}
	switch {
	case !entered:
		return issue.New(issue.NotInLedger, issue.Pos{})
	case latest != "":
		return issue.New(issue.Superseded, issue.Pos{}, latest)
	}
	return nil
}

// digestOfManifest is what the ledger keeps of a result. The manifest has one
// encoding: what Encode writes are the bytes that were verified, whatever lies in
// the folder by now.
func digestOfManifest(m *manifest.Manifest) (string, error) {
	text, err := m.Encode()
	if err != nil {
		return "", issue.New(issue.NotAResult, issue.Pos{}).Because(err)
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:]), nil
}
