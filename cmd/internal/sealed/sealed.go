// Package sealed verifies and opens the results (照会結果) that a site hands over,
// for the operators' program and for the auditors'.
//
// It hides in which order a result is checked and how its errors become issues:
// each way in which a result can be wrong has a code of its own. It promises
// that nothing is opened before its signature, its digests and its proof from
// the ledger are found good, and that after an error no opened file is left
// behind. What it is given is public but for the key: a folder, the list of
// signers, the verifier key of the ledger.
package sealed

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"time"

	"baitai/cmd/internal/custody"
	"baitai/crypto"
	"baitai/crypto/manifest"
	"baitai/crypto/sshsig"
	"baitai/pipeline/issue"
)

// A Checker knows whom to believe and what to expect.
type Checker struct {
	Signers *sshsig.Signers
	VKey    string // of the ledger; "" leaves the proof unchecked
	At      time.Time

	// What the recipient knows from elsewhere; zero where it knows nothing.
	Job       string           // the job that was asked for
	Office    string           // whom the result must be for
	Recipient crypto.Recipient // a key that it must be sealed to
	Ledger    string           // folder of a copy of the ledger, in which it must be the latest; needs VKey

	// Key tells a file that somebody sealed anew from one that is damaged. It is not
	// needed to verify, and what is not in the manifest is never opened into a folder.
	Key *crypto.Identity

	// Stop breaks Open off when it is closed, with context.Canceled and nothing
	// left behind; nil never does.
	Stop <-chan struct{}
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
	c.VKey, err = custody.ReadKey(vkeyPath)
	return c, err
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

// Verify checks the result in a folder: signature, what is expected of it, files,
// proof, and where a copy of the ledger is at hand, that it is the latest; in this
// order.
func (c Checker) Verify(folder string) (*manifest.Manifest, error) {
	fsys := os.DirFS(folder)
	m, err := manifest.Read(fsys, c.Signers, c.At)
	if err != nil {
		return nil, signatureIssue(err)
	}
	if err := c.checkExpected(m, folder); err != nil {
		return nil, err
	}
	if err := folderIssues(fsys, m, c.Key); err != nil {
		return nil, err
	}
	if !c.Proves(m) {
		return m, nil
	}
	if err := c.checkProof(fsys, m); err != nil {
		return nil, err
	}
	return m, c.checkLatest(m)
}

// Proves reports whether Verify checks a proof from the ledger: of results and of
// refusals (受付不可) alike, if the ledger's key is known.
func (c Checker) Proves(*manifest.Manifest) bool { return c.VKey != "" }

// checkExpected holds the manifest against what the recipient knows.
func (c Checker) checkExpected(m *manifest.Manifest, folder string) error {
	if err := c.checkJob(m, folder); err != nil {
		return err
	}
	if c.Office != "" && m.Office != c.Office {
		return issue.New(issue.OtherOffice, issue.Pos{}, m.Office)
	}
	if !c.Recipient.IsZero() && ByPassword(m) {
		return issue.New(issue.OpensWithPassword, issue.Pos{})
	}
	if !c.Recipient.IsZero() && !slices.Contains(m.OfficeKeys, c.Recipient.Fingerprint()) {
		return issue.New(issue.SealedToOthers, issue.Pos{})
	}
	return nil
}

// Open verifies the result in a folder and opens it into another. The key must
// be one that the manifest names.
func (c Checker) Open(folder, to string, key *crypto.Identity) (*manifest.Manifest, *manifest.Contents, error) {
	c.Recipient, c.Key = key.Recipient(), key
	m, err := c.Verify(folder)
	if err != nil {
		return nil, nil, err
	}
	contents, err := m.OpenInto(to, stopping{os.DirFS(folder), c.Stop}, key)
	if err != nil {
		return nil, nil, openIssue(err, m)
	}
	return m, contents, nil
}

// ReadKey reads the private key of an office: a key file of age, or a key of
// OpenSSH, whose passphrase is asked for where it has one.
func ReadKey(path string, ask crypto.Asker) (*crypto.Identity, error) {
	name := filepath.Base(path)
	f, err := os.Open(path)
	if err != nil {
		return nil, issue.New(issue.KeyMissing, issue.Pos{}, name).Because(err)
	}
	defer f.Close()
	id, err := crypto.ParseKeyFile(f, ask)
	switch {
	case err == nil:
		return id, nil
	case issue.Find(err) != nil:
		return nil, err // nobody could be asked
	case errors.Is(err, crypto.ErrPassphrase):
		return nil, issue.New(issue.PassphraseWrong, issue.Pos{}, name).Because(err)
	case errors.Is(err, crypto.ErrPublicKey):
		return nil, issue.New(issue.KeyIsPublic, issue.Pos{}, name).Because(err)
	case errors.Is(err, crypto.ErrKeyKind), errors.Is(err, crypto.ErrWeakKey), errors.Is(err, crypto.ErrPuTTY):
		return nil, issue.New(issue.KeyKindUnusable, issue.Pos{}, name).Because(err)
	}
	return nil, issue.New(issue.KeyUnreadable, issue.Pos{}, name).Because(err)
}
