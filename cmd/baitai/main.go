// Command baitai carries out 媒体連携: lists that other departments bring on a
// medium are taken in, answered from 都道府県知事保存附票本人確認情報ファイル where the
// law allows it, and handed back sealed, with every act in a ledger.
//
// See README.md, or baitai help.
package main

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"os/user"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"syscall"
	"time"

	"baitai/cmd/internal/term"
	"baitai/pipeline/issue"
	"baitai/pipeline/job"
)

// heapGrowth is by how many per cent the heap may grow before it is collected. A
// large list lies in few large pieces without pointers, which cost the collector
// nothing to pass over; as Go is set, they would count twice. When it was chosen, a
// million rows against five million people took 1.7 GB at 100, 1.3 GB at 50 in the same
// time, and 1.1 GB at 25 in a fifth more; at 50 they take half of that now.
const heapGrowth = 50

// heapFloor is memory that is held and never touched: the heap counts it, and is first
// collected when half of it again was used. A thousand rows keep some 15 MB and let 250 MB
// go: they were collected 56 times, a fifth of the processor time of the whole job. It
// costs what may be left lying meanwhile: a thousand rows take 93 MiB, where it was 52.
const heapFloor = 64 << 20

func main() {
	debug.SetGCPercent(heapGrowth)
	floor := make([]byte, heapFloor)
	code := newProgram().run(os.Args[1:])
	runtime.KeepAlive(floor)
	os.Exit(code)
}

// A program is one run of baitai with everything that it takes from outside.
type program struct {
	*term.Term
	in     io.Reader
	getenv func(string) string
	now    func() time.Time
	step   func(name string) error // of package spool, for tests that kill the program
	site   string                  // --site, or BAITAI_SITE
	closer io.Closer
	bar    *term.Progress // of the work that goes on
}

func newProgram() *program {
	return &program{
		Term: &term.Term{Out: os.Stdout, Err: os.Stderr, Program: "baitai"},
		in:   os.Stdin, getenv: os.Getenv, now: time.Now,
	}
}

// run carries out the verb and returns the exit code.
func (p *program) run(args []string) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	p.Lang = term.LangOf("", p.getenv)
	name, rest := "help", args
	if len(args) > 0 {
		name, rest = args[0], args[1:]
	}
	if name == "--help" || name == "-h" {
		name = "help"
	}
	if name == "--version" {
		name = "version"
	}
	v := findVerb(name)
	if v == nil {
		p.Error(issue.New(issue.UnknownVerb, issue.Pos{}, name))
		return term.ExitUsage
	}
	c := newCall(p, v)
	err := term.Parse(c.flags, rest)
	p.Lang = term.LangOf(c.lang, p.getenv)
	if errors.Is(err, term.ErrHelp) {
		return p.finish(p.help(v.name))
	}
	if err == nil {
		err = v.run(ctx, c)
	}
	return p.finish(err)
}

func (p *program) finish(err error) int {
	if p.bar != nil {
		p.bar.Stop()
	}
	var code *term.ExitError
	if err != nil && !errors.As(err, &code) {
		p.Error(err)
	}
	_ = p.closeLog()                         // its entries were written one by one
	if err != nil && code == nil && p.JSON { // otherwise the verb has printed its one value
		_ = p.Value(map[string]any{"exit_code": term.ExitCode(err), "error": codeOf(err)})
	}
	return term.ExitCode(err)
}

func codeOf(err error) string {
	if i := issue.Find(err); i != nil {
		return string(i.Code)
	}
	return ""
}

// siteDir is where the site is: --site, BAITAI_SITE, or the current folder.
func (p *program) siteDir() string {
	if p.site != "" {
		return p.site
	}
	if dir := p.getenv("BAITAI_SITE"); dir != "" {
		return dir
	}
	return "."
}

// open opens the site for work.
func (p *program) open() (*job.Site, error) {
	dir := p.siteDir()
	config, err := job.LoadConfig(dir)
	if err != nil {
		return nil, err
	}
	env, err := p.environment()
	if err != nil {
		return nil, err
	}
	env.Log = p.openLog(dir, config)
	return job.Open(dir, env)
}

func (p *program) environment() (job.Environment, error) {
	login, err := loginName()
	if err != nil {
		return job.Environment{}, err
	}
	host, err := os.Hostname()
	if err != nil {
		host = "unknown"
	}
	p.bar = p.NewProgress(p.now)
	return job.Environment{Now: p.now, Rand: rand.Reader, Login: login, Host: host, Step: p.step, Progress: p.bar.Set}, nil
}

// loginName is who works here: the one who logged in on this terminal, as the
// kernel keeps it across sudo and su (loginuid), or else the user that the program
// runs as, such as cron's. It is never an environment variable, which anybody
// could set. So several operators can share a site that belongs to one service
// user, and each is on the record.
func loginName() (string, error) {
	if u, err := loginUser(); err == nil {
		return u.Username, nil
	}
	u, err := user.Current()
	if err != nil {
		return "", err
	}
	return u.Username, nil
}

// closeLog closes the log of the site that was open last.
func (p *program) closeLog() error {
	if p.closer == nil {
		return nil
	}
	err := p.closer.Close()
	p.closer = nil
	return err
}

// noLogin is the loginuid of a process that nobody has logged in for.
const noLogin = "4294967295"

func loginUser() (*user.User, error) {
	raw, err := os.ReadFile("/proc/self/loginuid")
	if err != nil {
		return nil, err
	}
	id := strings.TrimSpace(string(raw))
	if id == noLogin || id == "" {
		return nil, errors.New("nobody has logged in")
	}
	return user.LookupId(id)
}

// openLog opens the log of the site (動作記録), JSON lines. Where it cannot be
// written work goes on: what counts stands in the ledger.
func (p *program) openLog(dir string, c job.Config) *slog.Logger {
	if c.Log.File == "" {
		return slog.New(slog.DiscardHandler)
	}
	path := c.Log.File
	if !filepath.IsAbs(path) {
		path = filepath.Join(dir, path)
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return slog.New(slog.DiscardHandler)
	}
	p.closer = f
	var level slog.Level
	_ = level.UnmarshalText([]byte(c.Log.Level)) // checked with the settings; info otherwise
	return slog.New(slog.NewJSONHandler(f, &slog.HandlerOptions{Level: level}))
}
