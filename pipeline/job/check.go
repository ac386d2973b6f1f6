package job

import (
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"baitai/crypto/keyring"
	"baitai/pipeline/authority"
	"baitai/pipeline/identity"
	"baitai/pipeline/issue"
	"baitai/pipeline/normal"
	"baitai/pipeline/register"
	"baitai/spool"
	"baitai/spool/ledger"
)

// A Finding is one line of check: what was looked at, and what is wrong with it.
type Finding struct {
	What  string // settings, register, keys, ledger, spool, identity, offices, temp
	Issue *issue.Issue
	Good  string // a figure for what is well, no words
	// Warning says that work goes on all the same.
	Warning bool
}

// Check looks at everything that a site needs, without changing anything, and
// goes on after each fault, so that all of them are seen at once (点検).
func Check(dir string, env Environment) []Finding {
	c := &checker{dir: dir, env: env}
	c.settings()
	if len(c.found) > 0 && c.bad {
		return c.found // not a site
	}
	c.register()
	c.keys()
	c.ledger()
	c.spool()
	c.identity()
	return c.found
}

type checker struct {
	dir   string
	env   Environment
	found []Finding
	bad   bool
	conf  Config
	ring  *keyring.Ring
	reg   *register.Register
	// tables of places, nil where they are faulty
	tables *normal.Tables
}

func (c *checker) path(parts ...string) string {
	return filepath.Join(append([]string{c.dir}, parts...)...)
}

func (c *checker) good(what, figure string) {
	c.found = append(c.found, Finding{What: what, Good: figure})
}

func (c *checker) warn(what string, i *issue.Issue) {
	c.found = append(c.found, Finding{What: what, Issue: i, Warning: true})
}

func (c *checker) wrong(what string, err error) {
	c.bad = true
	err = siteIssue(err)
	var list issue.List
	if errors.As(err, &list) {
		for _, i := range list {
			c.found = append(c.found, Finding{What: what, Issue: i})
		}
		return
	}
	i := issue.Find(err)
	if i == nil {
		i = issue.New(issue.Fault, issue.Pos{}).Because(err)
	}
	c.found = append(c.found, Finding{What: what, Issue: i})
}

func (c *checker) settings() {
	var err error
	if c.conf, err = LoadConfig(c.dir); err != nil {
		c.wrong("settings", err)
		return
	}
	if name, risky := spool.RiskyFilesystem(c.conf.Temp); !risky || name != "tmpfs" {
		c.warn("settings", issue.New(issue.NoTmpfs, issue.Pos{}, c.conf.Temp))
	}
	c.good("settings", "")
}

func (c *checker) register() {
	var err error
	if c.tables, err = register.LoadTables(c.path(registerDir)); err != nil {
		c.wrong("register", err)
	}
	if c.reg, err = register.Load(c.path(registerDir)); err != nil {
		c.wrong("register", err)
		return
	}
	now := c.env.Now()
	offices := 0
	for _, id := range c.reg.Offices() {
		o, _ := c.reg.Office(id)
		if !o.Valid.Holds(now) {
			continue
		}
		offices++
		if len(o.Recipients) == 0 {
			c.warn("register", issue.New(issue.OfficeHasNoKey, o.Pos))
		}
	}
	if _, err := authority.DecideOperator(c.reg, mustOperator(c.reg, c.env.Login), authority.ActCarry, now); err != nil {
		c.wrong("register", err)
	}
	if c.needsSecond() {
		c.warn("register", issue.New(issue.NobodyApproves, issue.Pos{File: "operators.csv"}))
	}
	c.good("register", strconv.Itoa(offices))
}

// needsSecond reports whether a purpose asks for a second person whom nobody can be.
func (c *checker) needsSecond() bool {
	now := c.env.Now()
	for _, login := range c.reg.Logins() {
		if op, _ := c.reg.Operator(login); op.Valid.Holds(now) && op.Has(register.RightApprove) {
			return false
		}
	}
	for _, office := range c.reg.Offices() {
		for _, code := range c.reg.Purposes(office) {
			if p, _ := c.reg.Purpose(office, code); p.Valid.Holds(now) && p.TwoPeople {
				return true
			}
		}
	}
	return false
}

func mustOperator(reg *register.Register, login string) register.Operator {
	op, _ := reg.Operator(login)
	return op
}

func (c *checker) keys() {
	var err error
	if c.ring, err = keyring.Open(c.path(keysDir)); err != nil {
		c.wrong("keys", err)
		return
	}
	c.good("keys", "")
}

func (c *checker) ledger() {
	vkey, err := os.ReadFile(c.path(PublicDir, VKeyFile))
	if err != nil {
		c.wrong("ledger", issue.New(issue.LedgerMissing, issue.Pos{}).Because(err))
		return
	}
	known, err := KnownProofs(c.dir)
	if err != nil {
		c.wrong("ledger", err)
		return
	}
	report, err := ledger.Verify(os.DirFS(c.path(LedgerDir)), strings.TrimSpace(string(vkey)), known...)
	if err != nil {
		c.wrong("ledger", err)
		return
	}
	c.good("ledger", strconv.Itoa(int(report.Size)))
}

func (c *checker) spool() {
	if _, err := spool.View(c.path(spoolDir)); err != nil {
		c.wrong("spool", err)
		return
	}
	if name, risky := spool.RiskyFilesystem(c.path(spoolDir, string(spool.Inbox))); risky {
		c.warn("spool", issue.New(issue.RiskyFilesystem, issue.Pos{}, name))
	}
	c.good("spool", "")
}

func (c *checker) identity() {
	if c.ring == nil {
		return
	}
	f, err := identity.Open(c.path(identityDir), c.ring.Site(), c.tables)
	if err != nil {
		c.wrong("identity", err)
		return
	}
	defer f.Close()
	if err := f.Stale(); err != nil && c.tables != nil {
		c.wrong("identity", err)
		return
	}
	c.good("identity", strconv.Itoa(int(f.Summary().People)))
}
