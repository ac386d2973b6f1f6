package job

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"baitai/crypto/manifest"
	"baitai/crypto/sshsig"
	"baitai/pipeline/identity"
	"baitai/spool"
	"baitai/spool/ledger"
)

// jst is the time of all records: Japan has no daylight saving time.
var jst = time.FixedZone("JST", 9*3600)

// addProof puts beside a sealed result the ledger's entry of it and the proof
// that the ledger has it: whoever keeps the result holds a signed tree head that
// the prefecture cannot take back.
func (s *Site) addProof(j *spool.Job, index int64, act ledger.Act) error {
	out := j.Path(spool.OutDir)
	if _, err := os.Stat(out); errors.Is(err, os.ErrNotExist) {
		return nil // published already, with its proof; or a refusal for nobody
	}
	if err := s.checkSealed(j, out, act); err != nil {
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

// manifestKey is the key of the manifest's digest in Entry.Digests.
const manifestKey = "manifest"

// manifestDigest is what the ledger keeps of a result: the SHA-256 of its signed
// manifest, which has those of all its files. Nothing if there is no manifest.
func (s *Site) manifestDigest(j *spool.Job) (map[string]string, error) {
	d, err := digestOfFile(filepath.Join(j.Path(spool.OutDir), manifest.Name))
	if errors.Is(err, os.ErrNotExist) {
		return map[string]string{}, nil
	}
	return map[string]string{manifestKey: d.Hex()}, err
}

// checkSealed holds the manifest of a result against the ledger's entry of it.
func (s *Site) checkSealed(j *spool.Job, dir string, act ledger.Act) error {
	d, err := digestOfFile(filepath.Join(dir, manifest.Name))
	if err != nil {
		return err
	}
	if d.Hex() != s.history.jobs[j.ID].acts[act].Digests[manifestKey] {
		return &ChangedError{j.ID}
	}
	return nil
}

// checkResult makes sure, before anything leaves the site, that a result is what
// the ledger has: its manifest, signed by this site, and every file in it, and
// nothing besides.
func (s *Site) checkResult(j *spool.Job, dir string) error {
	act := ledger.Sealed
	if s.history.jobs[j.ID].final == ledger.Refused {
		act = ledger.Refused
	}
	if err := s.checkSealed(j, dir, act); err != nil {
		return err
	}
	line, err := sshsig.AllowedSignersLine(s.Config.Origin, []string{manifest.Namespace}, s.keys.SigningPublic())
	if err != nil {
		return err
	}
	signers, err := sshsig.ParseSigners(strings.NewReader(line + "\n"))
	if err != nil {
		return err
	}
	m, err := manifest.Read(os.DirFS(dir), signers, s.env.Now())
	if err != nil {
		return err
	}
	return errors.Join(m.CheckJob(j.ID), m.CheckFolder(os.DirFS(dir)))
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
	proofs, damaged, err := proofsIn(s.spool)
	if err != nil {
		return nil, err
	}
	return append(known, proofs...), s.bear("", damaged)
}

// proofsIn reads the proofs of the newest results and refusals.
func proofsIn(v *spool.Spool) (proofs []string, damaged, err error) {
	var of []error
	for _, state := range []spool.State{spool.Outbox, spool.Done, spool.Refused} {
		jobs, err := v.Jobs(state)
		of = append(of, err)
		for i := len(jobs) - 1; i >= max(0, len(jobs)-knownMost); i-- {
			raw, err := os.ReadFile(filepath.Join(v.ResultDir(jobs[i]), manifest.ProofName))
			if errors.Is(err, os.ErrNotExist) {
				continue
			}
			if err != nil {
				return nil, nil, err
			}
			proofs = append(proofs, string(raw))
		}
	}
	return proofs, errors.Join(of...), nil
}

// KnownProofs are the signed tree heads that lie with the results of a site, for
// those who verify its ledger without its keys.
func KnownProofs(dir string) ([][]byte, error) {
	v, err := spool.View(filepath.Join(dir, spoolDir))
	if err != nil {
		return nil, siteIssue(err)
	}
	proofs, _, err := proofsIn(v)
	if err != nil {
		return nil, siteIssue(err)
	}
	if c := identity.Checkpoint(filepath.Join(dir, identityDir)); c != "" {
		proofs = append(proofs, c)
	}
	known := make([][]byte, len(proofs))
	for i, p := range proofs {
		known[i] = []byte(p)
	}
	return known, nil
}
