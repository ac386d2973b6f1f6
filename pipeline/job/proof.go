package job

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"time"

	"baitai/crypto"
	"baitai/crypto/manifest"
	"baitai/spool"
)

// jst is the time of all records: Japan has no daylight saving time.
var jst = time.FixedZone("JST", 9*3600)

// addProof puts beside a sealed result the ledger's entry «sealed» and the proof
// that the ledger has it: whoever keeps the result holds a signed tree head that
// the prefecture cannot take back.
func (s *Site) addProof(j *spool.Job, index int64) error {
	out := j.Path(spool.OutDir)
	if _, err := os.Stat(out); errors.Is(err, os.ErrNotExist) {
		return nil // published already, with its proof
	}
	if err := s.checkSealed(j); err != nil {
		return err
	}
	entry, err := s.ledger.Entry(index)
	if err != nil {
		return err
	}
	proof, err := s.ledger.Prove(index)
	if err != nil {
		return err
	}
	for name, raw := range map[string][]byte{manifest.EntryName: entry.Raw, manifest.ProofName: proof} {
		err := s.disk.Replace(out, name, 0o600, func(w io.Writer) error { _, err := w.Write(raw); return err })
		if err != nil {
			return err
		}
	}
	return nil
}

// A ChangedError says that a sealed result is not the one that the ledger has.
type ChangedError struct{ Job string }

func (e *ChangedError) Error() string {
	return "job " + e.Job + ": the sealed result is not the one that was entered"
}

// checkSealed holds the manifest in out/ against the entry «sealed».
func (s *Site) checkSealed(j *spool.Job) error {
	want := s.history.jobs[j.ID].acts["sealed"].Digests["manifest"]
	f, err := os.Open(filepath.Join(j.Path(spool.OutDir), manifest.Name))
	if err != nil {
		return err
	}
	defer f.Close()
	d, err := crypto.DigestOf(f)
	if err != nil {
		return err
	}
	if d.Hex() != want {
		return &ChangedError{j.ID}
	}
	return nil
}

// knownMost bounds how many results of a state are looked at for checkpoints when
// the site is opened; the newest say the most.
const knownMost = 100

// knownCheckpoints gathers signed tree heads that are kept in the site outside of
// the ledger: a ledger that is older than any of them was set back.
func (s *Site) knownCheckpoints() ([]string, error) {
	var known []string
	if c, err := s.identityCheckpoint(); err != nil {
		return nil, err
	} else if c != "" {
		known = append(known, c)
	}
	for _, state := range []spool.State{spool.Outbox, spool.Done} {
		jobs, err := s.spool.Jobs(state)
		if err := s.bear("", err); err != nil {
			return nil, err
		}
		for i := len(jobs) - 1; i >= max(0, len(jobs)-knownMost); i-- {
			raw, err := os.ReadFile(filepath.Join(s.spool.ResultDir(jobs[i]), manifest.ProofName))
			if errors.Is(err, os.ErrNotExist) {
				continue
			}
			if err != nil {
				return nil, err
			}
			known = append(known, string(raw))
		}
	}
	return known, nil
}
