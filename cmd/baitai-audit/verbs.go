package main

import (
	"context"

	"github.com/spf13/pflag"

	"baitai/cmd/internal/term"
)

// A verb is something that baitai-audit does. Its help text is help/LANG/NAME.txt.
type verb struct {
	name  string
	flags func(*call)
	run   func(context.Context, *call) error
}

// verbs lists them in the order in which help shows them.
func verbs() []verb {
	return []verb{
		{"verify", verifyFlags, runVerify},
		{"open", openFlags, runOpen},
		{"ledger", ledgerFlags, runLedger},
		{"proof", proofFlags, runProof},
		{"version", nil, runVersion},
		{"help", nil, runHelp},
	}
}

func findVerb(name string) *verb {
	for _, v := range verbs() {
		if v.name == name {
			return &v
		}
	}
	return nil
}

// A call is one use of a verb: its flags and arguments.
type call struct {
	*program
	flags *pflag.FlagSet
	lang  string

	// flags of single verbs
	key, signers, at       string
	office, job, recipient string
	identity, to, ledger   string
	image                  string
	checkpoints            []string
	password               bool
}

func newCall(p *program, v *verb) *call {
	c := &call{program: p, flags: term.NewFlags(v.name)}
	c.flags.StringVar(&c.lang, "lang", "", "")
	c.flags.BoolVar(&p.JSON, "json", false, "")
	if v.flags != nil {
		v.flags(c)
	}
	return c
}
