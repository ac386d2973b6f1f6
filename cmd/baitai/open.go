package main

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"

	"baitai/cmd/internal/sealed"
	"baitai/cmd/internal/term"
	"baitai/crypto/manifest"
	"baitai/crypto/passworded"
	"baitai/pipeline/issue"
	"baitai/pipeline/job"
)

func openFlags(c *call) {
	c.flags.StringVar(&c.key, "key", "", "")
	c.flags.StringVar(&c.to, "to", "", "")
	c.flags.StringVar(&c.signers, "signers", "", "")
	c.flags.StringVar(&c.vkey, "vkey", "", "")
	c.flags.StringVar(&c.name, "job", "", "")
	c.flags.BoolVar(&c.password, "password", false, "")
	c.flags.StringVar(&c.ledger, "ledger", "", "")
}

// runOpen verifies a result and, with a key, opens it into a folder.
func runOpen(_ context.Context, c *call) error {
	args, err := term.Need(c.flags, "FILE")
	if err != nil {
		return err
	}
	folder, err := sealed.Folder(args[0])
	if err != nil {
		return err
	}
	checker, err := c.checker()
	if err != nil {
		return err
	}
	m, err := checker.Verify(folder)
	if err != nil {
		return err
	}
	if c.password && !sealed.ByPassword(m) {
		return issue.New(issue.OpensWithKey, issue.Pos{})
	}
	c.Say("署名・目録・台帳の証明を確かめました: 受付 %s、照会元 %s、%d ファイル", "signature, manifest and proof are good: job %s, office %s, %d files", m.Job, m.Office, len(m.Files))
	if n := m.Split(); n > 0 {
		c.Say("結果は %d のファイルに分かれています(番号の順がリストの順です)", "the result is split into %d files, numbered in the order of the list", n)
	}
	switch {
	case c.password:
		return c.openWithPassword(checker, folder, m)
	case checker.Key != nil:
		return c.openInto(checker, folder, m)
	case sealed.ByPassword(m):
		c.Say("開くには --password --to フォルダー を付けてください。", "to open it, add --password --to FOLDER")
	default:
		c.Say("開くには --key 鍵ファイル --to フォルダー を付けてください。", "to open it, add --key KEYFILE --to FOLDER")
	}
	return c.Value(map[string]any{"job": m.Job, "office": m.Office, "kind": m.Kind, "verified": true})
}

// checker knows whom to believe: inside a site, whose public keys are at hand, the
// site. With a key it also knows for whom the result must be.
func (c *call) checker() (sealed.Checker, error) {
	signers, vkey := c.signers, c.vkey
	if signers == "" {
		signers = filepath.Join(c.siteDir(), job.PublicDir, job.SignersFile)
		vkey = filepath.Join(c.siteDir(), job.PublicDir, job.VKeyFile)
	}
	checker, err := sealed.Load(signers, vkey, c.now())
	if err != nil {
		return checker, err
	}
	checker.Job, checker.Ledger = c.name, c.ledger
	switch {
	case c.ledger != "" && vkey == "":
		return checker, issue.New(issue.MissingArgument, issue.Pos{}, "--vkey")
	case c.password && c.key != "":
		return checker, issue.New(issue.BadArgument, issue.Pos{}, "--password")
	case c.key == "" && !c.password:
		return checker, nil
	case c.to == "":
		return checker, issue.New(issue.MissingArgument, issue.Pos{}, "--to")
	case c.password:
		return checker, nil
	}
	if checker.Key, err = sealed.ReadKey(c.key, c.Passphrase(c.in)); err != nil {
		return checker, err
	}
	checker.Recipient = checker.Key.Recipient()
	return checker, nil
}

func (c *call) openInto(checker sealed.Checker, folder string, m *manifest.Manifest) error {
	if err := os.MkdirAll(c.to, 0o700); err != nil {
		return issue.New(issue.CannotWrite, issue.Pos{}).Because(err)
	}
	_, contents, err := checker.Open(folder, c.to, checker.Key)
	if err != nil {
		return err
	}
	return c.sayOpened(m, func(yield func(string, int64) bool) {
		for _, f := range contents.Files {
			if !yield(f.Name, f.Bytes) {
				return
			}
		}
	})
}

// openWithPassword opens what went by mail. The password is typed, never an argument.
func (c *call) openWithPassword(checker sealed.Checker, folder string, m *manifest.Manifest) error {
	text, err := c.Secret(c.in, "結果のパスワード: ", "password of the result: ")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(c.to, 0o700); err != nil {
		return issue.New(issue.CannotWrite, issue.Pos{}).Because(err)
	}
	_, files, err := checker.OpenWithPassword(folder, c.to, passworded.New(text))
	if err != nil {
		return err
	}
	return c.sayOpened(m, func(yield func(string, int64) bool) {
		for _, f := range files {
			if !yield(f.Name, f.Digest.Bytes) {
				return
			}
		}
	})
}

func (c *call) sayOpened(m *manifest.Manifest, files iter.Seq2[string, int64]) error {
	names := []string{}
	for name, bytes := range files {
		c.Say("開きました: %s(%d バイト)", "opened: %s (%d bytes)", filepath.Join(c.to, name), bytes)
		names = append(names, name)
	}
	c.Tell("個人情報が平文で置かれています。使い終わったら消してください", "personal data lies there in plain: erase it when you have used it")
	return c.Value(map[string]any{"job": m.Job, "office": m.Office, "kind": m.Kind, "verified": true, "files": names})
}

// runErrors shows the error file of a refused job to an operator, on the record.
func runErrors(_ context.Context, c *call) (err error) {
	args, err := term.Need(c.flags, c.Pick("受付番号", "JOB"))
	if err != nil {
		return err
	}
	site, err := c.open()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, site.Close()) }()
	raw, err := site.Errors(args[0])
	if err != nil {
		return err
	}
	_, err = fmt.Fprint(c.Out, string(raw))
	return err
}
