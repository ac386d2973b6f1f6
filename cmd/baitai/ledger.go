package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"baitai/cmd/internal/custody"
	"baitai/pipeline/issue"
	"baitai/pipeline/job"
)

func ledgerFlags(c *call) {
	c.flags.StringVar(&c.checkpoint, "checkpoint", "", "")
	c.flags.StringVar(&c.to, "to", "", "")
	c.flags.StringVar(&c.name, "job", "", "")
	c.flags.StringVar(&c.image, "image", "", "")
}

// runLedger verifies the ledger, shows it, or proves one entry.
func runLedger(_ context.Context, c *call) error {
	args := c.flags.Args()
	if len(args) == 0 {
		return issue.New(issue.MissingArgument, issue.Pos{}, "verify | show | prove")
	}
	vkey, err := os.ReadFile(filepath.Join(c.siteDir(), job.PublicDir, job.VKeyFile))
	if err != nil {
		return issue.New(issue.LedgerMissing, issue.Pos{}).Because(err)
	}
	l := custody.Ledger{Dir: filepath.Join(c.siteDir(), job.LedgerDir), VKey: strings.TrimSpace(string(vkey)), Term: c.Term}
	switch {
	case c.image != "" && args[0] != "verify":
		return issue.New(issue.UnknownFlag, issue.Pos{}, "--image")
	case args[0] == "verify" && len(args) == 1:
		if l.Known, err = job.KnownProofs(c.siteDir()); err != nil {
			return err
		}
		l.Image, l.Job = c.image, c.name
		return l.Verify(c.checkpoint)
	case args[0] == "show" && len(args) == 1:
		return l.Show(c.name)
	case args[0] == "prove" && len(args) == 2:
		index, err := strconv.ParseInt(args[1], 10, 64)
		if err != nil {
			return issue.New(issue.BadArgument, issue.Pos{}, args[0]).Because(err)
		}
		return c.prove(index)
	case args[0] == "prove" && len(args) == 1:
		return issue.New(issue.MissingArgument, issue.Pos{}, c.Pick("番号", "INDEX"))
	}
	return issue.New(issue.BadArgument, issue.Pos{}, "verify | show | prove")
}

// prove writes the proof that the ledger has an entry, for somebody outside.
func (c *call) prove(index int64) (err error) {
	site, err := c.open()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, site.Close()) }()
	entry, proof, err := site.Prove(index)
	if err != nil {
		return issue.New(issue.BadArgument, issue.Pos{}, c.Pick("番号", "INDEX")).Because(err)
	}
	if c.to == "" {
		_, err = fmt.Fprint(c.Out, string(proof))
		return err
	}
	base := filepath.Join(c.to, fmt.Sprintf("entry-%d", index))
	for _, f := range []struct {
		name string
		raw  []byte
	}{{base + ".json", entry}, {base + ".tlog-proof", proof}} {
		err := putFile(c.disk(), f.name, forOwner, func(w io.Writer) error {
			_, err := w.Write(f.raw)
			return err
		})
		if err != nil {
			return err
		}
	}
	c.Say("証明を書きました: %[1]s.json と %[1]s.tlog-proof", "wrote %[1]s.json and %[1]s.tlog-proof", base)
	return nil
}
