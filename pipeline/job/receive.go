package job

import (
	"context"
	"errors"
	"os"
	"path/filepath"

	"baitai/pipeline/authority"
	"baitai/pipeline/issue"
	"baitai/spool"
	"baitai/spool/ledger"
	"baitai/spool/medium"
)

// Receive copies a list from a medium into the inbox of an office (媒体の受領),
// with its request file if one lies beside it: read twice, and the copy read back.
// The medium is left as it is. What cannot be received is entered, too.
func (s *Site) Receive(ctx context.Context, path, office, mediumNo string) (HandOver, error) {
	if _, err := s.may(authority.ActCarry); err != nil {
		return HandOver{}, err
	}
	if _, ok := s.Register.Office(office); !ok {
		return HandOver{}, issue.New(issue.UnknownOffice, issue.Pos{})
	}
	if err := s.checkMedium(mediumNo); err != nil {
		return HandOver{}, err
	}
	if _, err := os.Lstat(path); errors.Is(err, os.ErrNotExist) { // a wrong path, not a medium that went away
		return HandOver{}, issue.New(issue.NoSuchPath, issue.Pos{}).Because(err)
	}
	if err := spool.Init(s.path(spoolDir), s.disk, []string{office}); err != nil {
		return HandOver{}, siteIssue(err)
	}
	e := ledger.Entry{Act: ledger.MediumReading, Result: ledger.OK, Office: office, Operator: s.operatorID(), Host: s.host,
		Medium: ledgerMedium(mediumNo)}
	if err := s.append(e); err != nil {
		return HandOver{}, siteIssue(err)
	}
	out, err := s.copyIn(ctx, path, office)
	if err != nil {
		return out, s.turnAway(office, ledgerMedium(mediumNo), mediumIssue(err))
	}
	e.Act, e.Job, e.Counts = ledger.MediumRead, out.Job, map[string]int64{"files": int64(len(out.Files))}
	for _, f := range out.Files {
		e.Counts["bytes"] += f.Size
	}
	return out, siteIssue(s.append(e))
}

// copyIn copies a list and its request into an inbox, the request first: a list is
// never taken without it. Job is the one that is to come, so that an auditor sees
// which medium became which job.
func (s *Site) copyIn(ctx context.Context, path, office string) (HandOver, error) {
	inbox := s.path(spoolDir, string(spool.Inbox), office)
	out := HandOver{Office: office}
	if err := spool.CheckName(filepath.Base(path)); err != nil {
		return out, err // it would lie in the inbox for ever, or never be shown
	}
	if err := fits(path, s.Config.Intake.MaxBytes); err != nil {
		return out, err // before its request is copied
	}
	var side [32]byte
	from, err := spool.SideOf(path)
	if err != nil {
		return out, err
	}
	if from != "" {
		c, err := s.copySide(ctx, from, inbox)
		if err != nil {
			return out, err
		}
		side, out.Files = c.SHA256, append(out.Files, c)
	}
	c, err := medium.Take(ctx, s.disk, path, inbox, filepath.Base(path))
	if err != nil {
		return out, err
	}
	out.Files = append(out.Files, c)
	out.Job = s.newID(office, c.SHA256, side)
	return out, nil
}

// fits reports what is no plain file of at most so many bytes, before anything is
// copied that an inbox would refuse.
func fits(path string, bytesMax int64) error {
	f, err := spool.OpenRegular(path)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err == nil && info.Size() > bytesMax {
		err = spool.ErrTooLarge
	}
	return err
}

// copySide copies a request. One of the same content that lies there already is
// what a run before left that was broken off.
func (s *Site) copySide(ctx context.Context, from, inbox string) (medium.Copied, error) {
	name := filepath.Base(from)
	c, err := medium.Take(ctx, s.disk, from, inbox, name)
	if !errors.Is(err, medium.ErrExists) {
		return c, err
	}
	there, thereErr := digestOfFile(filepath.Join(inbox, name))
	brought, broughtErr := digestOfFile(from)
	if thereErr != nil || broughtErr != nil || there != brought {
		return c, err
	}
	return medium.Copied{Name: name, Size: there.Bytes, SHA256: there.SHA256}, nil
}

// turnAway enters that a file was not received (受け取らない) although it never became
// a job, and returns why. A mistyped path is nobody's file and is not entered.
func (s *Site) turnAway(office, medium string, err error) error {
	i := issue.Find(err)
	if i == nil || i.Code == issue.NoSuchPath {
		return err
	}
	e := ledger.Entry{Act: ledger.TurnedAway, Result: ledger.ResultRefused, Office: office, Operator: s.operatorID(), Host: s.host,
		Function: ledger.Bulk, Medium: medium, Codes: map[string]int64{string(i.Code): 1}}
	if failed := s.append(e); failed != nil {
		return errors.Join(err, siteIssue(failed))
	}
	return err
}
