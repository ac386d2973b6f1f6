// Package sealed verifies and opens the results (照会結果) that a site hands over,
// for the operators' program and for the auditors'.
//
// It promises that nothing is opened before its signature, its digests and its
// proof from the ledger are found good, and that after an error no opened file
// is left behind. What it is given is public but for the key: a folder, the list
// of signers, the verifier key of the ledger.
package sealed

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"baitai/crypto"
	"baitai/crypto/manifest"
	"baitai/crypto/sshsig"
	"baitai/pipeline/issue"
	"baitai/spool/ledger"
)

// A Checker knows whom to believe.
type Checker struct {
	Signers *sshsig.Signers
	VKey    string // of the ledger; "" leaves the proof unchecked
	At      time.Time
}

// Load reads the list of signers and the verifier key from files; an empty vkey
// path leaves proofs unchecked.
func Load(signersPath, vkeyPath string, at time.Time) (Checker, error) {
	c := Checker{At: at}
	f, err := os.Open(signersPath)
	if err != nil {
		return c, issue.New(issue.KeyMissing, issue.Pos{}, "allowed_signers").Because(err)
	}
	defer f.Close()
	if c.Signers, err = sshsig.ParseSigners(f); err != nil {
		return c, issue.New(issue.KeyUnreadable, issue.Pos{}, "allowed_signers").Because(err)
	}
	if vkeyPath == "" {
		return c, nil
	}
	raw, err := os.ReadFile(vkeyPath)
	if err != nil {
		return c, issue.New(issue.KeyMissing, issue.Pos{}, "ledger.vkey").Because(err)
	}
	c.VKey = strings.TrimSpace(string(raw))
	return c, nil
}

// Folder finds the folder of a result: path itself, or the folder that holds the
// file path.
func Folder(path string) (string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return "", issue.New(issue.NoSuchPath, issue.Pos{}).Because(err)
	}
	if !info.IsDir() {
		path = filepath.Dir(path)
	}
	if _, err := os.Stat(filepath.Join(path, manifest.Name)); err != nil {
		return "", issue.New(issue.NotAResult, issue.Pos{}).Because(err)
	}
	return path, nil
}

// Verify checks signature, files and proof of the result in a folder.
func (c Checker) Verify(folder string) (*manifest.Manifest, error) {
	fsys := os.DirFS(folder)
	m, err := manifest.Read(fsys, c.Signers, c.At)
	if err != nil {
		return nil, resultIssue(err)
	}
	if err := m.CheckFolder(fsys); err != nil {
		return nil, resultIssue(err)
	}
	if c.VKey == "" || m.Kind == manifest.Refusal {
		return m, nil
	}
	return m, c.checkProof(fsys, m)
}

// checkProof makes sure that the ledger has sealed exactly this manifest.
func (c Checker) checkProof(fsys fs.FS, m *manifest.Manifest) error {
	proof, err := fs.ReadFile(fsys, manifest.ProofName)
	if err != nil {
		return issue.New(issue.ProofBad, issue.Pos{}).Because(err)
	}
	raw, err := fs.ReadFile(fsys, manifest.EntryName)
	if err != nil {
		return issue.New(issue.ProofBad, issue.Pos{}).Because(err)
	}
	if err := ledger.VerifyProof(proof, c.VKey, raw); err != nil {
		return issue.New(issue.ProofBad, issue.Pos{}).Because(err)
	}
	entry, err := ledger.ParseEntry(raw)
	if err != nil {
		return issue.New(issue.ProofBad, issue.Pos{}).Because(err)
	}
	f, err := fsys.Open(manifest.Name)
	if err != nil {
		return resultIssue(err)
	}
	defer f.Close()
	d, err := crypto.DigestOf(f)
	if err != nil {
		return resultIssue(err)
	}
	if entry.Act != ledger.Sealed || entry.Job != m.Job || entry.Digests["manifest"] != d.Hex() {
		return issue.New(issue.ProofBad, issue.Pos{}).Because(errors.New("sealed: the entry is of another manifest"))
	}
	return nil
}

// Open verifies the result in a folder and opens it into another.
func (c Checker) Open(folder, to string, key *crypto.Identity) (*manifest.Manifest, *manifest.Contents, error) {
	m, err := c.Verify(folder)
	if err != nil {
		return nil, nil, err
	}
	contents, err := m.OpenInto(to, os.DirFS(folder), key)
	if err != nil {
		return nil, nil, resultIssue(err)
	}
	return m, contents, nil
}

// ReadKey reads an age identity file of an office.
func ReadKey(path string) (*crypto.Identity, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, issue.New(issue.KeyMissing, issue.Pos{}, filepath.Base(path)).Because(err)
	}
	defer f.Close()
	id, err := crypto.ParseIdentity(f)
	if err != nil {
		return nil, issue.New(issue.KeyUnreadable, issue.Pos{}, filepath.Base(path)).Because(err)
	}
	return id, nil
}

// resultIssue says what is wrong with a result, each fault with its own message.
func resultIssue(err error) error {
	if err == nil || issue.Find(err) != nil {
		return err
	}
	var file *manifest.FileError
	name := "?"
	if errors.As(err, &file) {
		name = file.Name
	}
	var path *fs.PathError
	switch {
	case errors.Is(err, crypto.ErrNoMatch):
		return issue.New(issue.NotSealedForYou, issue.Pos{}).Because(err)
	case errors.Is(err, manifest.ErrMissing), errors.Is(err, manifest.ErrNotListed), errors.Is(err, manifest.ErrSize), errors.Is(err, manifest.ErrDigest),
		errors.Is(err, manifest.ErrContents):
		return issue.New(issue.ManifestDiffers, issue.Pos{}, name).Because(err)
	case errors.Is(err, crypto.ErrDamaged):
		return issue.New(issue.SealDamaged, issue.Pos{}).Because(err)
	case errors.Is(err, manifest.ErrNotManifest), errors.Is(err, manifest.ErrSpelling), errors.Is(err, manifest.ErrTooLarge):
		return issue.New(issue.NotAResult, issue.Pos{}).Because(err)
	case errors.Is(err, fs.ErrExist):
		return issue.New(issue.TargetExists, issue.Pos{}).Because(err)
	case errors.As(err, &path):
		return issue.New(issue.CannotRead, issue.Pos{}).Because(err)
	}
	return issue.New(issue.SignatureBad, issue.Pos{}).Because(err)
}
