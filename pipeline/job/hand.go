package job

import (
	"context"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"syscall"

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

	SameDisk bool // as the site's own: perhaps no medium is mounted there
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

// An outgoing is a result that may be handed over.
type outgoing struct {
	job   *spool.Job
	dir   string
	names []string // its files, the manifest last
	c     *course
	entry ledger.Entry // what is entered before
}

// outgoing looks whether the result of a job may be handed over, and is the one that
// the ledger has. on is how the ledger names the medium.
func (s *Site) outgoing(id, on string) (outgoing, error) {
	if _, err := s.may(authority.ActCarry); err != nil {
		return outgoing{}, err
	}
	j, err := s.spool.Job(id)
	if err != nil {
		return outgoing{}, siteIssue(err)
	}
	dir := s.spool.ResultDir(j)
	names, err := resultFiles(dir)
	if err != nil || j.State == spool.Work || j.State == spool.Held {
		return outgoing{}, issue.New(issue.WrongState, issue.Pos{}, j.State).Because(err)
	}
	if err := checkHandOver(names, on); err != nil {
		return outgoing{}, err
	}
	c := s.history.jobs[j.ID]
	if c == nil {
		return outgoing{}, ErrNotInLedger
	}
	e := ledger.Entry{Act: ledger.HandingOver, Result: ledger.OK, Job: j.ID, Attempt: c.attempt, Office: j.Office,
		Operator: s.operatorID(), Host: s.host, Function: ledger.Bulk, Medium: on}
	return outgoing{j, dir, names, c, e}, nil
}

// genuine refuses a result that is not the one that the ledger has.
func (s *Site) genuine(r outgoing) error {
	if err := s.checkResult(r.job, r.dir); err != nil {
		return issue.New(issue.ResultChanged, issue.Pos{}).Because(err)
	}
	return nil
}

// deliver hands a result over into a folder. on is how the ledger names the medium.
func (s *Site) deliver(ctx context.Context, id, to, on string) (HandOver, error) {
	r, err := s.outgoing(id, on)
	if err != nil {
		return HandOver{}, err
	}
	if err := checkTarget(to); err != nil {
		return HandOver{}, err
	}
	if err := s.genuine(r); err != nil {
		return HandOver{}, err
	}
	if err := s.append(r.entry); err != nil {
		return HandOver{}, siteIssue(err)
	}
	copied, err := medium.CopyFolder(ctx, s.disk, r.dir, r.names, to, r.job.ID)
	if errors.Is(err, medium.ErrExists) {
		copied, err = s.onMedium(r, to, err)
	}
	if err != nil {
		return HandOver{}, mediumIssue(err)
	}
	e := r.entry
	e.Act, e.Digests = ledger.Delivered, map[string]string{}
	for _, c := range copied {
		e.Digests[c.Name] = hex.EncodeToString(c.SHA256[:])
	}
	if err := s.append(e); err != nil {
		return HandOver{}, siteIssue(err)
	}
	s.env.Log.Info("delivered", "job", r.job.ID, "office", r.job.Office, "files", len(copied))
	out := HandOver{Job: r.job.ID, Office: r.job.Office, Folder: filepath.Join(to, r.job.ID), Files: copied, SameDisk: s.sameDisk(to)}
	return out, s.afterDelivery(r.job)
}

// onMedium looks whether a folder that is on the medium already is the result,
// whole: then an earlier delivery was broken off between the medium and the ledger,
// or a disc was written from an image, and only the entry is missing. Otherwise it
// returns the error given.
func (s *Site) onMedium(r outgoing, to string, exists error) ([]medium.Copied, error) {
	at, err := medium.Look(to)
	if err != nil {
		return nil, err
	}
	if at.Kind == medium.Disc {
		exists = medium.ErrReadBack // nothing else can have put it there
	} else if r.c.handed > 0 {
		return nil, exists
	}
	dir, names, folder := r.dir, r.names, filepath.Join(to, r.job.ID)
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
	// The run that was broken off may not have come to it.
	return all, medium.Flush(s.disk, to)
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
	if err := s.markReceipt(j); err != nil {
		return siteIssue(err)
	}
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

// sameDisk reports whether a folder is on the file system of the site itself: then
// what was meant to be on a medium is perhaps in the empty folder on which the medium
// should have been mounted.
func (s *Site) sameDisk(dir string) bool {
	at, err := os.Stat(dir)
	if err != nil {
		return false
	}
	own, err := os.Stat(s.path(spoolDir))
	if err != nil {
		return false
	}
	a, known := at.Sys().(*syscall.Stat_t)
	b, also := own.Sys().(*syscall.Stat_t)
	return known && also && a.Dev == b.Dev
}

func checkTarget(dir string) error {
	info, err := os.Stat(dir)
	if err != nil || !info.IsDir() {
		return issue.New(issue.NoSuchPath, issue.Pos{}).Because(err)
	}
	return nil
}
