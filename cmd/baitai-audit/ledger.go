package main

import (
	"context"
	"fmt"
	"os"

	"baitai/cmd/internal/custody"
	"baitai/cmd/internal/sealed"
	"baitai/cmd/internal/term"
	"baitai/pipeline/issue"
	"baitai/spool/ledger"
)

func ledgerFlags(c *call) {
	c.flags.StringVar(&c.key, "key", "", "")
	c.flags.StringArrayVar(&c.checkpoints, "checkpoint", nil, "")
	c.flags.StringVar(&c.job, "job", "", "")
	c.flags.StringVar(&c.image, "image", "", "")
}

// runLedger verifies a ledger or shows it.
func runLedger(_ context.Context, c *call) error {
	args, err := term.Need(c.flags, "verify | show", c.Pick("台帳のフォルダー", "DIR"))
	if err != nil {
		return err
	}
	switch args[0] {
	case "verify":
		if c.job != "" && c.image == "" {
			return issue.New(issue.UnknownFlag, issue.Pos{}, "--job")
		}
	case "show":
		if len(c.checkpoints) > 0 {
			return issue.New(issue.UnknownFlag, issue.Pos{}, "--checkpoint")
		}
		if c.image != "" {
			return issue.New(issue.UnknownFlag, issue.Pos{}, "--image")
		}
	default:
		return issue.New(issue.BadArgument, issue.Pos{}, "verify | show")
	}
	if err := c.need("key"); err != nil {
		return err
	}
	vkey, err := custody.ReadKey(c.key)
	if err != nil {
		return err
	}
	l := custody.Ledger{Dir: args[1], VKey: vkey, Term: c.Term, Image: c.image, Job: c.job}
	if args[0] == "verify" {
		return l.Verify(c.checkpoints...)
	}
	return l.Show(c.job)
}

func proofFlags(c *call) { c.flags.StringVar(&c.key, "key", "", "") }

// runProof checks that an entry is in the ledger, by a proof that was handed over.
func runProof(_ context.Context, c *call) error {
	args, err := term.Need(c.flags, "ENTRY", "PROOF")
	if err != nil {
		return err
	}
	if err := c.need("key"); err != nil {
		return err
	}
	vkey, err := custody.ReadKey(c.key)
	if err != nil {
		return err
	}
	var raw [2][]byte
	for i, path := range args {
		if raw[i], err = os.ReadFile(path); err != nil {
			return issue.New(issue.CannotRead, issue.Pos{}).Because(err)
		}
	}
	entry, err := sealed.VerifyProof(raw[1], raw[0], vkey)
	if err != nil {
		return err
	}
	// A proof that verifies is in its one form.
	var index int64
	if _, err := fmt.Sscanf(string(raw[1]), "c2sp.org/tlog-proof@v1\nindex %d\n", &index); err != nil {
		return issue.New(issue.ProofBad, issue.Pos{}).Because(err)
	}
	size, root, err := ledger.ReadCheckpoint(raw[1], vkey)
	if err != nil {
		return issue.New(issue.ProofBad, issue.Pos{}).Because(err)
	}
	c.Say("証明は本物です: 台帳(%d 件、ルート %x)の記録です", "the proof is genuine: an entry of the ledger (%d entries, root %x)", size, root)
	custody.ShowEntry(c.Term, index, entry)
	value := custody.EntryValue(index, entry)
	value["verified"], value["size"], value["root"] = true, size, fmt.Sprintf("%x", root)
	return c.Value(value)
}
