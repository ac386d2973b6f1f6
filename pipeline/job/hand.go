package job

import (
	"context"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"baitai/crypto"
	"baitai/crypto/manifest"
	"baitai/pipeline/authority"
	"baitai/pipeline/issue"
	"baitai/spool"
	"baitai/spool/ledger"
	"baitai/spool/medium"
)

// A HandOver is a result that was handed over, or a list that was received.
type HandOver struct {
	Job    string          // of a result
	Office string          //
	Folder string          // on the medium, of a result
	Files  []medium.Copied // as read back
}

// deliveredMark lies in a refused job whose error file was handed over; beside
// out/, in which nothing may be that its manifest does not name.
const deliveredMark = "delivered"

// Deliver copies the result of a job onto a medium (交付): written, flushed, read
// back and compared, and only then entered. The medium's number must be in the
// register if it is given. A medium that is pulled out leaves the job as it was.
func (s *Site) Deliver(ctx context.Context, id, to, mediumNo string) (HandOver, error) {
	if err := s.checkMedium(mediumNo); err != nil {
		return HandOver{}, err
	}
	return s.deliver(ctx, id, to, ledgerMedium(mediumNo))
}

// deliver hands a result over into a folder. on is how the ledger names the medium.
func (s *Site) deliver(ctx context.Context, id, to, on string) (HandOver, error) {
	if _, err := s.may(authority.ActCarry); err != nil {
		return HandOver{}, err
	}
	j, err := s.spool.Job(id)
	if err != nil {
		return HandOver{}, siteIssue(err)
	}
	dir := s.spool.ResultDir(j)
	names, err := resultFiles(dir)
	if err != nil || j.State == spool.Work || j.State == spool.Held {
		return HandOver{}, issue.New(issue.WrongState, issue.Pos{}, j.State).Because(err)
	}
	if err := checkHandOver(names, on); err != nil {
		return HandOver{}, err
	}
	if err := checkTarget(to); err != nil {
		return HandOver{}, err
	}
	c := s.history.jobs[j.ID]
	if c == nil {
		return HandOver{}, ErrNotInLedger
	}
	if err := s.checkResult(j, dir); err != nil {
		return HandOver{}, issue.New(issue.ResultChanged, issue.Pos{}).Because(err)
	}
	e := ledger.Entry{Act: ledger.HandingOver, Result: ledger.OK, Job: j.ID, Attempt: c.attempt, Office: j.Office,
		Operator: s.operatorID(), Host: s.host, Function: ledger.Bulk, Medium: on}
	if err := s.append(e); err != nil {
		return HandOver{}, siteIssue(err)
	}
	copied, err := medium.CopyFolder(ctx, s.disk, dir, names, to, j.ID)
	if errors.Is(err, medium.ErrExists) && c.handed == 0 {
		copied, err = s.onMedium(dir, names, filepath.Join(to, j.ID), err)
	}
	if err != nil {
		return HandOver{}, mediumIssue(err)
	}
	e.Act, e.Digests = ledger.Delivered, map[string]string{}
	for _, c := range copied {
		e.Digests[c.Name] = hex.EncodeToString(c.SHA256[:])
	}
	if err := s.append(e); err != nil {
		return HandOver{}, siteIssue(err)
	}
	s.env.Log.Info("delivered", "job", j.ID, "office", j.Office, "files", len(copied))
	return HandOver{Job: j.ID, Office: j.Office, Folder: filepath.Join(to, j.ID), Files: copied}, s.afterDelivery(j)
}

// onMedium looks whether a folder that is on the medium already is the result,
// whole: then an earlier delivery was broken off between the medium and the
// ledger, and only the entry is missing. Otherwise it returns the error given.
func (s *Site) onMedium(dir string, names []string, folder string, exists error) ([]medium.Copied, error) {
	there, err := os.ReadDir(folder)
	if err != nil || len(there) != len(names) {
		return nil, exists
	}
	var all []medium.Copied
	for _, name := range names {
		have, err := digestOfFile(filepath.Join(folder, name))
		if err != nil {
			return nil, exists
		}
		want, err := digestOfFile(filepath.Join(dir, name))
		if err != nil {
			return nil, err
		}
		if have != want {
			return nil, exists
		}
		all = append(all, medium.Copied{Name: name, Size: want.Bytes, SHA256: want.SHA256})
	}
	parent, err := os.Open(filepath.Dir(folder))
	if err != nil {
		return nil, err
	}
	defer parent.Close()
	if err := s.disk.Step("deliver:dirsync"); err != nil {
		return nil, err
	}
	return all, parent.Sync() // the run that was broken off may not have come to it
}

func digestOfFile(path string) (crypto.Digest, error) {
	f, err := spool.OpenRegular(path)
	if err != nil {
		return crypto.Digest{}, err
	}
	defer f.Close()
	return crypto.DigestOf(f)
}

// afterDelivery takes the result out of the outbox; a refused job has none there
// and gets a mark.
func (s *Site) afterDelivery(j *spool.Job) error {
	switch j.State {
	case spool.Outbox:
		return siteIssue(s.spool.Withdraw(j))
	case spool.Refused:
		if err := put(s.disk, j.Dir, deliveredMark, ""); err != nil && !errors.Is(err, spool.ErrExists) {
			return siteIssue(err)
		}
	}
	return nil
}

// resultFiles lists what is handed over, the manifest last, so that a medium
// that has the manifest has everything.
func resultFiles(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var names []string
	last := ""
	for _, e := range entries {
		switch {
		case e.Name() == manifest.Name:
			last = e.Name()
		case e.Type().IsRegular():
			names = append(names, e.Name())
		}
	}
	if last == "" {
		return nil, spool.ErrNoResult
	}
	slices.Sort(names)
	return append(names, last), nil
}

// checkMedium refuses a number that the register (媒体管理簿) does not have. Media
// that the requester brings have no number of ours.
func (s *Site) checkMedium(no string) error {
	if no == "" {
		return nil
	}
	if _, ok := s.Register.Medium(no); !ok {
		return issue.New(issue.UnknownMedium, issue.Pos{})
	}
	return nil
}

// ledgerMedium is how the ledger writes a medium; one that the requester brought
// is «brought».
func ledgerMedium(no string) string {
	if no == "" {
		return "brought"
	}
	return ledgerToken(no)
}

func checkTarget(dir string) error {
	info, err := os.Stat(dir)
	if err != nil || !info.IsDir() {
		return issue.New(issue.NoSuchPath, issue.Pos{}).Because(err)
	}
	return nil
}

// mediumIssue says what is wrong with a medium.
func mediumIssue(err error) error {
	for _, known := range []struct {
		err  error
		code issue.Code
		args []any
	}{
		{medium.ErrReadBack, issue.ReadBackDiffers, nil},
		{medium.ErrNoSpace, issue.NoSpace, []any{"?"}},
		{medium.ErrExists, issue.TargetExists, nil},
		{medium.ErrReadOnly, issue.CannotWrite, nil},
		{medium.ErrTooLarge, issue.NoSpace, []any{"?"}},
		{medium.ErrPulledOut, issue.MediumGone, nil},
		{medium.ErrChanged, issue.Changing, nil},
		{fs.ErrPermission, issue.CannotWrite, nil},
	} {
		if errors.Is(err, known.err) {
			return issue.New(known.code, issue.Pos{}, known.args...).Because(err)
		}
	}
	if i := fileIssue(err, ""); i != nil {
		return i
	}
	return siteIssue(err)
}
