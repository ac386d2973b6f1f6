package job

import (
	"crypto/ed25519"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"

	"baitai/crypto"
	"baitai/crypto/keyring"
	"baitai/crypto/manifest"
	"baitai/crypto/sshsig"
	"baitai/pipeline/issue"
	"baitai/pipeline/register"
	"baitai/spool"
	"baitai/spool/detail"
	"baitai/spool/ledger"
)

// Names of files in public/, which go to offices and auditors.
const (
	PublicDir   = "public"
	VKeyFile    = "ledger.vkey"
	SignersFile = "allowed_signers"
)

// Init makes a new site (拠点) in a folder that is missing or empty: settings,
// register with examples, keys, ledger, spool. The login of env becomes the
// first operator, with every right but that of the second person.
func Init(dir string, config Config, lang issue.Lang, env Environment) error {
	if err := config.check().Err(); err != nil {
		return err
	}
	if _, err := ledger.VerifierKey(config.Origin, make(ed25519.PublicKey, ed25519.PublicKeySize)); err != nil {
		return siteIssue(err) // a bad name of the ledger, before anything is made
	}
	if err := emptyFolder(dir); err != nil {
		return err
	}
	origin := config.Origin
	disk := spool.NewDisk(env.Step)
	p := func(parts ...string) string { return filepath.Join(append([]string{dir}, parts...)...) }
	for _, sub := range []string{"", registerDir, identityDir, detailDir, logDir} {
		if err := os.MkdirAll(p(sub), 0o700); err != nil {
			return issue.New(issue.CannotWrite, issue.Pos{}).Because(err)
		}
	}
	keys, err := keyring.Create(disk, p(keysDir), origin, env.Now().In(jst), env.Rand)
	if err != nil {
		return siteIssue(err)
	}
	if err := register.Template(disk, p(registerDir), lang); err != nil {
		return siteIssue(err)
	}
	if err := register.AddFirstOperator(disk, p(registerDir), env.Login, env.Now()); err != nil {
		return siteIssue(err)
	}
	if err := spool.Init(p(spoolDir), disk, nil); err != nil {
		return siteIssue(err)
	}
	if err := writePublic(disk, p(PublicDir), origin, keys); err != nil {
		return siteIssue(err)
	}
	if err := put(disk, dir, ConfigFile, config.Text()); err != nil {
		return siteIssue(err)
	}
	// The ledger comes last: nothing starts without one, so a site that was half
	// made when the program was killed never starts.
	l, err := ledger.Create(p(LedgerDir), origin, keys.Ledger(), ledger.Options{Disk: disk, Now: env.Now, Rand: env.Rand})
	if err != nil {
		return siteIssue(err)
	}
	_, err = l.Append(ledger.Entry{Act: ledger.Initialized, Result: ledger.OK, Operator: ledgerToken("login:" + env.Login), Host: ledgerToken(env.Host)})
	return errors.Join(siteIssue(err), l.Publish(), l.Close())
}

func emptyFolder(dir string) error {
	entries, err := os.ReadDir(dir)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil
	case err != nil:
		return issue.New(issue.CannotRead, issue.Pos{}).Because(err)
	case len(entries) > 0:
		return issue.New(issue.SiteExists, issue.Pos{})
	}
	return nil
}

func put(disk *spool.Disk, dir, name, text string) error {
	return disk.Put(dir, name, 0o600, func(w io.Writer) error {
		_, err := io.Copy(w, strings.NewReader(text))
		return err
	})
}

// writePublic writes what an auditor and an office need to verify: the ledger's
// verifier key and the list of signers as ssh-keygen -Y verify reads it.
func writePublic(disk *spool.Disk, dir, origin string, keys *keyring.Ring) error {
	vkey, err := ledger.VerifierKey(origin, keys.LedgerPublic())
	if err != nil {
		return err
	}
	if err := put(disk, dir, VKeyFile, vkey+"\n"); err != nil {
		return err
	}
	line, err := sshsig.AllowedSignersLine(origin, []string{manifest.Namespace}, keys.SigningPublic())
	if err != nil {
		return err
	}
	return put(disk, dir, SignersFile, line+"\n")
}

func (s *Site) openDetails() (*detail.Store, error) {
	return detail.Open(s.path(detailDir), detail.Options{Disk: s.disk, Rand: s.env.Rand, To: []crypto.Recipient{s.keys.Site().Recipient()}})
}
