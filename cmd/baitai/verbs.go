package main

import (
	"context"

	"github.com/spf13/pflag"

	"baitai/cmd/internal/term"
)

// A verb is something that baitai does. Its help text is help/LANG/NAME.txt.
type verb struct {
	name  string
	flags func(*call)
	run   func(context.Context, *call) error
}

// verbs lists them in the order in which help shows them.
func verbs() []verb {
	return []verb{
		{"demo", demoFlags, runDemo},
		{"init", initFlags, runInit},
		{"check", nil, runCheck},
		{"identity", identityFlags, runIdentity},
		{"template", templateFlags, runTemplate},
		{"receive", receiveFlags, runReceive},
		{"answer", answerFlags, runAnswer},
		{"run", nil, runRun},
		{"watch", watchFlags, runWatch},
		{"approve", approveFlags, runApprove},
		{"password", nil, runPassword},
		{"status", statusFlags, runStatus},
		{"deliver", deliverFlags, runDeliver},
		{"confirm", confirmFlags, runConfirm},
		{"open", openFlags, runOpen},
		{"errors", nil, runErrors},
		{"explain", nil, runExplain},
		{"review", reviewFlags, runReview},
		{"ledger", ledgerFlags, runLedger},
		{"report", reportFlags, runReport},
		{"book", bookFlags, runBook},
		{"letter", letterFlags, runLetter},
		{"licences", nil, runLicences},
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
	name, origin                           string
	acceptGood, fewer                      bool
	office, purpose, number, basis, fields string
	charset, form, way, sheet, request     string
	layout, resultLayout                   string
	rows                                   int64
	again, mediumNo, to, key, signers      string
	checkpoint, vkey, take, ledger         string
	iso, disc, image                       string
	by, witness, on, manifest              string
	erase, all, yes, mail, password, show  bool
	month, from, out                       string
	interval, people, least                int
}

func newCall(p *program, v *verb) *call {
	c := &call{program: p, flags: term.NewFlags(v.name)}
	c.flags.StringVar(&c.lang, "lang", "", "")
	c.flags.StringVar(&p.site, "site", "", "")
	c.flags.BoolVar(&p.JSON, "json", false, "")
	if v.flags != nil {
		v.flags(c)
	}
	return c
}
