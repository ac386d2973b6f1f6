package job

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"time"

	"baitai/crypto/manifest"
	"baitai/crypto/sshsig"
	"baitai/pipeline/issue"
	"baitai/pipeline/register"
	"baitai/pipeline/report"
	"baitai/pipeline/verdict"
	"baitai/spool"
	"baitai/spool/ledger"
)

// Papers gather what is printed of a site (処理報告・受渡簿・送付書), whoever is working in
// it: they read the ledger and the signed manifests, need no key and write nothing.
type Papers struct {
	dir    string
	name   string
	reg    *register.Register // nil where it cannot be read: papers then have codes alone
	ledger *ledger.Reader
}

// OpenPapers opens a site for printing.
func OpenPapers(dir string) (*Papers, error) {
	config, err := LoadConfig(dir)
	if err != nil {
		return nil, err
	}
	vkey, err := os.ReadFile(filepath.Join(dir, PublicDir, VKeyFile))
	if err != nil {
		return nil, issue.New(issue.LedgerMissing, issue.Pos{}).Because(err)
	}
	p := &Papers{dir: dir, name: config.Name}
	if p.ledger, err = ledger.OpenReader(filepath.Join(dir, LedgerDir), strings.TrimSpace(string(vkey))); err != nil {
		return nil, siteIssue(err)
	}
	if reg, err := register.Load(filepath.Join(dir, registerDir)); err == nil {
		p.reg = reg // names are for the eye: somebody may be editing them just now
	}
	return p, nil
}

// Setting is what all papers of the site have in common.
func (p *Papers) Setting(lang issue.Lang, made time.Time, act func(ledger.Act) string) *report.Setting {
	return &report.Setting{Lang: lang, Site: p.name, Made: made.In(jst), Act: act, Office: p.office,
		Checkpoint: report.Checkpoint{Origin: p.ledger.Origin(), Size: p.ledger.Size(), Root: p.ledger.Root(), Note: string(p.ledger.Checkpoint())}}
}

func (p *Papers) office(code string) string {
	if p.reg == nil {
		return ""
	}
	o, _ := p.reg.Office(code)
	return o.Name
}

// Job is what the report of a job says.
func (p *Papers) Job(id string) (report.Job, error) {
	j, err := report.JobOf(p.ledger.All(0), id)
	if err == nil && j.ID == "" {
		err = issue.New(issue.NoSuchJob, issue.Pos{})
	}
	return j, siteIssue(err)
}

// Month is what the report of a month says; it is given by any moment in it.
func (p *Papers) Month(at time.Time) (report.Month, error) {
	m, err := report.MonthOf(p.ledger.All(0), time.Date(at.Year(), at.Month(), 1, 0, 0, 0, 0, jst))
	return m, siteIssue(err)
}

// Book is the custody book (受渡簿) from one day to another, both included.
func (p *Papers) Book(first, last time.Time) (report.Book, error) {
	day := func(t time.Time, after int) time.Time {
		return time.Date(t.Year(), t.Month(), t.Day()+after, 0, 0, 0, 0, jst)
	}
	b, err := report.BookOf(p.ledger.All(0), day(first, 0), day(last, 1))
	return b, siteIssue(err)
}

// Letter is what goes on paper with a result (送付書). The manifest must be signed by
// this site and be the one that the ledger has: no letter names another result.
func (p *Papers) Letter(id string, now time.Time) (report.Letter, error) {
	v, err := spool.View(filepath.Join(p.dir, spoolDir))
	if err != nil {
		return report.Letter{}, siteIssue(err)
	}
	j, err := v.Job(id)
	if err != nil {
		return report.Letter{}, siteIssue(err)
	}
	dir := v.ResultDir(j)
	digest, err := digestOfFile(filepath.Join(dir, manifest.Name))
	if errors.Is(err, os.ErrNotExist) || j.State == spool.Work || j.State == spool.Held {
		return report.Letter{}, issue.New(issue.WrongState, issue.Pos{}, j.State).Because(err)
	}
	if err != nil {
		return report.Letter{}, siteIssue(err)
	}
	index, entered, handed, err := report.EntryOf(p.ledger.All(0), id)
	if err != nil {
		return report.Letter{}, siteIssue(err)
	}
	m, err := p.manifest(dir, id, now)
	if err != nil || digest.Hex() != entered {
		return report.Letter{}, issue.New(issue.ResultChanged, issue.Pos{}).Because(err)
	}
	l := report.Letter{Job: id, Office: m.Office, Refusal: m.Kind == manifest.Refusal, Created: m.Created, Entry: index, Manifest: entered,
		Keys: m.OfficeKeys, Files: m.Files, Handed: handed}
	for code, n := range m.Answers {
		l.Rows += n
		if verdict.Answer(code).Provides() {
			l.Found += n
		}
	}
	for _, f := range m.Files {
		l.Mail = l.Mail || f.Name == mailBook || f.Name == mailZip
	}
	if l.Mail {
		l.Keys = nil // the sealed list of contents is for ourselves
	}
	return l, nil
}

// manifest reads the signed manifest of a result of this site.
func (p *Papers) manifest(dir, id string, now time.Time) (*manifest.Manifest, error) {
	f, err := os.Open(filepath.Join(p.dir, PublicDir, SignersFile))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	signers, err := sshsig.ParseSigners(f)
	if err != nil {
		return nil, err
	}
	m, err := manifest.Read(os.DirFS(dir), signers, now)
	if err != nil {
		return nil, err
	}
	return m, m.CheckJob(id)
}
