package job

import (
	"maps"
	"slices"

	"baitai/pipeline/identity"
	"baitai/pipeline/issue"
	"baitai/spool"
	"baitai/spool/ledger"
)

// generation opens the generation of the identity file that a job was answered from,
// as long as it is kept.
func (s *Site) generation(j *spool.Job) (*identity.File, error) {
	digest := s.generationOf(j)
	if s.history.removed[digest] {
		return nil, issue.New(issue.GenerationGone, issue.Pos{})
	}
	return identity.OpenGeneration(s.path(identityDir), digest, s.keys.Site(), s.tables)
}

// removeOld removes generations of the identity file (世代の削除) but for the last, as
// many as the settings say, and for those in use. Each is entered before it goes, so
// that what is missing is never a riddle.
func (s *Site) removeOld() error {
	inUse, damaged := s.generationsInUse()
	if damaged != nil { // a job that cannot be read may need any of them
		s.env.Log.Error("identity", "act", ledger.GenerationRemoved, "error", loggable(damaged))
		return nil
	}
	old, err := identity.Old(s.path(identityDir), s.Config.generations(), inUse, s.history.entered)
	if err != nil {
		return err
	}
	for _, digest := range old {
		err := s.append(ledger.Entry{Act: ledger.GenerationRemoved, Result: ledger.OK, Operator: s.operatorID(), Host: s.host,
			Function: ledger.Update, Generation: digest})
		if err != nil {
			return err
		}
		s.env.Log.Info("identity", "act", ledger.GenerationRemoved, "generation", digest)
	}
	return s.recoverRemovals()
}

// recoverRemovals removes what the ledger says is removed: also what was still there
// when the program was killed.
func (s *Site) recoverRemovals() error {
	current, err := identity.Current(s.path(identityDir))
	if err != nil {
		return nil // none, or damaged, which whoever needs it will be told
	}
	for _, digest := range slices.Sorted(maps.Keys(s.history.removed)) {
		if digest == current {
			continue // the file was set back; nothing is answered from it, see Identity
		}
		if err := identity.Remove(s.disk, s.path(identityDir), digest); err != nil {
			return err
		}
	}
	return nil
}

// generationsInUse are those that open jobs were matched against: until a result is
// handed over, each answer of it can be explained.
func (s *Site) generationsInUse() (map[string]bool, error) {
	inUse := make(map[string]bool)
	for _, state := range []spool.State{spool.Work, spool.Held, spool.Outbox} {
		jobs, damaged := s.spool.Jobs(state)
		if damaged != nil {
			return nil, damaged
		}
		for _, j := range jobs {
			if c := s.history.jobs[j.ID]; c != nil {
				inUse[c.acts[ledger.Matched].Generation] = true
			}
		}
	}
	return inUse, nil
}
