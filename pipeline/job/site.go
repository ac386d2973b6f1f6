package job

import (
	"errors"
	"io"
	"log/slog"
	"path/filepath"
	"runtime"
	"time"

	"baitai/crypto"
	"baitai/crypto/keyring"
	"baitai/pipeline"
	"baitai/pipeline/authority"
	"baitai/pipeline/identity"
	"baitai/pipeline/issue"
	"baitai/pipeline/normal"
	"baitai/pipeline/register"
	"baitai/spool"
	"baitai/spool/detail"
	"baitai/spool/ledger"
)

// Folders of a site.
const (
	registerDir = "register"
	keysDir     = "keys"
	spoolDir    = "spool"
	identityDir = "identity"
	LedgerDir   = "ledger"
	detailDir   = "detail"
	logDir      = "log"
)

// Environment is what a site needs from outside: everything that differs
// between a real run and a test.
type Environment struct {
	Now   func() time.Time
	Rand  io.Reader
	Login string // login of the operating system, which the register must know
	Host  string // name of the machine, for the ledger
	Step  func(name string) error
	Log   *slog.Logger
	// Progress is called now and then during long work; may be nil.
	Progress func(act string, done, all int64)
}

// A Site is a prefecture's installation (拠点) that is open for work: one process
// at a time.
type Site struct {
	Dir      string
	Config   Config
	Register *register.Register

	env      Environment
	host     string
	disk     *spool.Disk
	keys     *keyring.Ring
	spool    *spool.Spool
	ledger   *ledger.Ledger
	details  *detail.Store
	history  *history
	tables   *normal.Tables // of places: the register's over the embedded ones
	operator register.Operator
	tmp      *privateDir // on tmpfs
	identity *identity.File
	settled  []Outcome // jobs that recovery brought to their end
	dead     bool      // the ledger could not be written
}

// Open opens the site for work. Nothing starts without a ledger that verifies,
// whole keys and a register without faults. The error is an issue or a list of
// issues wherever somebody can act on it.
func Open(dir string, env Environment) (*Site, error) {
	s := &Site{Dir: dir, env: env, disk: spool.NewDisk(env.Step), host: ledgerToken(env.Host)}
	if s.env.Log == nil {
		s.env.Log = slog.New(slog.DiscardHandler)
	}
	if err := s.open(); err != nil {
		s.Close()
		return nil, siteIssue(err)
	}
	return s, nil
}

func (s *Site) open() (err error) {
	if s.Config, err = LoadConfig(s.Dir); err != nil {
		return err
	}
	if s.keys, err = keyring.Open(s.path(keysDir)); err != nil {
		return err
	}
	if s.spool, err = spool.Open(s.path(spoolDir), s.spoolOptions()); err != nil {
		return err
	}
	known, err := s.knownCheckpoints()
	if err != nil {
		return err
	}
	s.ledger, err = ledger.Open(s.path(LedgerDir), s.keys.Ledger(), ledger.Options{
		Disk: s.disk, Now: s.env.Now, Rand: s.env.Rand, Known: known})
	if err != nil {
		return err
	}
	if s.history, err = readHistory(s.ledger); err != nil {
		return err
	}
	if s.details, err = s.openDetails(); err != nil {
		return err
	}
	if s.Register, err = register.Load(s.path(registerDir)); err != nil {
		return err
	}
	if s.tables, err = register.LoadTables(s.path(registerDir)); err != nil {
		return err
	}
	if err = spool.Init(s.path(spoolDir), s.disk, s.officesNow()); err != nil { // folders of new offices
		return err
	}
	s.operator, _ = s.Register.Operator(s.env.Login)
	if s.tmp, err = newPrivateDir(s.Config.Temp); err != nil {
		return err
	}
	return s.recover()
}

// officesNow are the offices that are registered for today.
func (s *Site) officesNow() []string {
	var now []string
	for _, id := range s.Register.Offices() {
		if o, ok := s.Register.Office(id); ok && o.Valid.Holds(s.env.Now()) {
			now = append(now, id)
		}
	}
	return now
}

// Close gives the site up and makes the ledger readable for others.
func (s *Site) Close() error {
	var errs []error
	if s.identity != nil {
		errs = append(errs, s.identity.Close())
	}
	if s.ledger != nil {
		errs = append(errs, s.ledger.Publish(), s.ledger.Close())
	}
	if s.spool != nil {
		errs = append(errs, s.spool.Close())
	}
	if s.tmp != nil {
		errs = append(errs, s.tmp.remove())
	}
	s.identity, s.ledger, s.spool, s.tmp = nil, nil, nil, nil
	return errors.Join(errs...)
}

func (s *Site) path(parts ...string) string {
	return filepath.Join(append([]string{s.Dir}, parts...)...)
}

func (s *Site) spoolOptions() spool.Options {
	return spool.Options{Disk: s.disk, Now: s.env.Now, Still: s.Config.still(), MinAge: s.Config.minAge(), MaxBytes: s.Config.Intake.MaxBytes,
		Ahead: pipeline.ReadAhead}
}

// seal makes a writer that seals to the site itself, for everything that stays.
func (s *Site) seal(w io.Writer) (io.WriteCloser, error) {
	return crypto.Seal(w, s.keys.Site().Recipient())
}

// Identity opens the identity file, once.
func (s *Site) Identity() (*identity.File, error) {
	if s.identity != nil {
		return s.identity, nil
	}
	f, err := identity.Open(s.path(identityDir), s.keys.Site(), s.tables)
	if err != nil {
		return nil, siteIssue(err)
	}
	if f.Generation() != s.history.loaded {
		// Nothing may be answered from a file whose loading nobody recorded, nor from
		// one that was set back behind the ledger's back.
		return nil, errors.Join(issue.New(issue.IdentityDamaged, issue.Pos{}, "current"), f.Close())
	}
	s.identity = f
	return f, nil
}

// Operator is who works here, as the register knows them; an unknown login has
// no rights.
func (s *Site) Operator() register.Operator { return s.operator }

// Login is the login that Operator was looked up by.
func (s *Site) Login() string { return s.env.Login }

func (s *Site) operatorID() string {
	if s.operator.ID != "" {
		return s.operator.ID
	}
	return ledgerToken("login:" + s.env.Login)
}

// may asks for the operator's permission for an act outside of answering a list.
func (s *Site) may(act authority.Act) (authority.OperatorGrant, error) {
	return authority.DecideOperator(s.Register, s.operator, act, s.env.Now())
}

func (s *Site) workers() int {
	if s.Config.Work.Workers > 0 {
		return s.Config.Work.Workers
	}
	return runtime.GOMAXPROCS(0)
}

func (s *Site) progress(act string, done, all int64) {
	if s.env.Progress != nil {
		s.env.Progress(act, done, all)
	}
}

// ledgerToken makes a token that an entry can hold.
func ledgerToken(s string) string {
	out := make([]byte, 0, len(s))
	for i := range len(s) {
		c := s[i]
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '.' || c == '-' || c == '_' || c == ':' {
			out = append(out, c)
		} else {
			out = append(out, '_')
		}
	}
	if len(out) > 60 {
		out = out[:60]
	}
	if !ledger.IsToken(string(out)) {
		return "unknown"
	}
	return string(out)
}
