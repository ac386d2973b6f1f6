// Command baitai-audit is for those to whom a prefecture hands something over:
// the offices (照会元), who check and open a result (照会結果), and the auditors
// (監査), who check the ledger (授受・提供記録).
//
// It needs no site and no private key but the office's own, runs on Windows too,
// and writes nothing but the files of an opened result, in the folder that it is
// told.
//
// See baitai-audit help.
package main

import (
	"context"
	"errors"
	"io"
	"os"
	"time"

	"baitai/cmd/internal/term"
	"baitai/pipeline/issue"
)

func main() { os.Exit(newProgram().run(os.Args[1:])) }

// A program is one run of baitai-audit with everything that it takes from outside.
type program struct {
	*term.Term
	in     io.Reader // a terminal, where a passphrase is typed
	getenv func(string) string
	now    func() time.Time
}

func newProgram() *program { return programWith(os.Stdout, os.Stderr, os.Getenv, time.Now) }

func programWith(out, err io.Writer, getenv func(string) string, now func() time.Time) *program {
	return &program{Term: &term.Term{Out: out, Err: err, Program: "baitai-audit"}, in: os.Stdin, getenv: getenv, now: now}
}

// run carries out the verb and returns the exit code.
func (p *program) run(args []string) int {
	// Reading can be broken off at any time; only open has something to put away,
	// and catches the signal for that.
	ctx := context.Background()
	p.Lang = term.LangOf("", p.getenv)
	name, rest := "help", args
	if len(args) > 0 {
		name, rest = args[0], args[1:]
	}
	switch name {
	case "--help", "-h":
		name = "help"
	case "--version":
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
	if err == nil && c.lang != "" && c.lang != "ja" && c.lang != "en" {
		err = issue.New(issue.BadArgument, issue.Pos{}, "--lang")
	}
	if err == nil {
		err = v.run(ctx, c)
	}
	return p.finish(err)
}

// A failure is what --json says about an error: every issue in it.
type failure struct {
	ExitCode int     `json:"exit_code"`
	Error    string  `json:"error"` // code of the first issue; "" for a fault that has none
	Issues   []wrong `json:"issues"`
}

type wrong struct {
	Code string `json:"code"`
	Says string `json:"says"`
}

func (p *program) finish(err error) int {
	if err == nil {
		return term.ExitOK
	}
	var said *term.ExitError
	if !errors.As(err, &said) {
		p.Error(err)
	}
	f := failure{ExitCode: term.ExitCode(err), Issues: []wrong{}}
	var list issue.List
	if i := issue.Find(err); i != nil && !errors.As(err, &list) {
		list = issue.List{i}
	}
	for _, i := range list {
		f.Issues = append(f.Issues, wrong{string(i.Code), i.In(p.Lang).Says})
	}
	if len(list) > 0 {
		f.Error = string(list[0].Code)
	}
	if wrote := p.Value(f); wrote != nil {
		return term.ExitFault
	}
	return f.ExitCode
}
