package job

import (
	"io/fs"
	"path/filepath"
	"strings"

	"baitai/pipeline/identity"
	"baitai/pipeline/issue"
	"baitai/spool"
	"baitai/spool/ledger"
)

// unfinished is what names of files begin with that a killed process was still
// writing; see spool.Disk.
const unfinished = ".tmp-"

// sweep removes what a killed process has left unfinished: of claims, of loads,
// of the ledger and its details. All of it is sealed or public.
func (s *Site) sweep() error {
	if _, err := s.spool.Sweep(); err != nil {
		return err
	}
	if _, err := identity.Sweep(s.disk, s.path(identityDir), s.history.entered); err != nil {
		return err
	}
	var left []string
	for _, dir := range []string{LedgerDir, detailDir} {
		err := filepath.WalkDir(s.path(dir), func(path string, d fs.DirEntry, err error) error {
			if err == nil && strings.HasPrefix(d.Name(), unfinished) && d.Type().IsRegular() {
				left = append(left, path)
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	for _, path := range left {
		if err := s.disk.RemoveAll(path); err != nil {
			return err
		}
	}
	return nil
}

// recoverLoad enters a generation that became current before the program was
// killed and could enter it. That it is the one is told by the checkpoint in its
// manifest: it is the ledger's last, for a load enters nothing before its end. A
// generation for which that does not hold stays unentered, and nothing is
// answered from it (see Identity).
func (s *Site) recoverLoad() error {
	digest, err := identity.Current(s.path(identityDir))
	if err != nil || digest == s.history.loaded {
		return nil // none, or damaged, which whoever needs it will be told
	}
	f, err := identity.Open(s.path(identityDir), s.keys.Site(), s.tables)
	if err != nil {
		s.env.Log.Error("identity", "error", loggable(err))
		return nil
	}
	sum := f.Summary()
	if err := f.Close(); err != nil {
		return err
	}
	if sum.Checkpoint != string(s.ledger.Checkpoint()) {
		s.env.Log.Error("identity", "error", "a generation that the ledger does not know")
		return nil
	}
	return s.append(ledger.Entry{Act: ledger.IdentityLoaded, Result: ledger.OK, Operator: s.operatorID(), Host: s.host,
		Function: ledger.Update, Generation: digest, Codes: map[string]int64{string(issue.Interrupted): 1},
		Counts: map[string]int64{"people": sum.People, "versions": sum.Versions, "left-out-rows": sum.LeftOutRows, "left-out-people": sum.LeftOutPeople}})
}

// recoverHandOver takes results out of the outbox that were delivered before the
// program was killed, so that nobody delivers them again, and marks the last delivery
// and the last receipt as confirmed or not.
func (s *Site) recoverHandOver() error {
	jobs, damaged := s.spool.Jobs(spool.Outbox)
	if err := s.bear("", damaged); err != nil {
		return err
	}
	// Of refused jobs there may be many; only the last hand-over can be open.
	if j, err := s.spool.Job(s.history.handed); err == nil && j.State == spool.Refused {
		jobs = append(jobs, j)
	}
	for _, j := range jobs {
		if c := s.history.jobs[j.ID]; c == nil || c.handed == 0 {
			continue
		}
		if err := s.bear(j.ID, s.afterDelivery(j)); err != nil {
			return err
		}
	}
	for _, id := range []string{s.history.handed, s.history.got} {
		j, err := s.spool.Job(id)
		if err != nil {
			continue // none yet, or erased since
		}
		if err := s.bear(id, s.markReceipt(j)); err != nil {
			return err
		}
	}
	return nil
}

// identityCheckpoint is the signed tree head that the current generation keeps:
// a ledger that is older was set back. "" if there is no generation to be read.
func (s *Site) identityCheckpoint() (string, error) {
	f, err := identity.Open(s.path(identityDir), s.keys.Site(), s.tables)
	if err != nil {
		return "", nil
	}
	return f.Summary().Checkpoint, f.Close()
}
