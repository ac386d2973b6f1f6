package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"baitai/cmd/internal/sealed"
	"baitai/cmd/internal/term"
	"baitai/crypto"
	"baitai/crypto/manifest"
	"baitai/crypto/passworded"
	"baitai/pipeline/issue"
)

func resultFlags(c *call) {
	c.flags.StringVar(&c.signers, "signers", "", "")
	c.flags.StringVar(&c.key, "key", "", "")
	c.flags.StringVar(&c.office, "office", "", "")
	c.flags.StringVar(&c.job, "job", "", "")
	c.flags.StringVar(&c.at, "at", "", "")
	c.flags.StringVar(&c.ledger, "ledger", "", "")
}

func verifyFlags(c *call) {
	resultFlags(c)
	c.flags.StringVar(&c.recipient, "recipient", "", "")
}

func openFlags(c *call) {
	resultFlags(c)
	c.flags.StringVar(&c.identity, "identity", "", "")
	c.flags.BoolVar(&c.password, "password", false, "")
	c.flags.StringVar(&c.to, "to", "", "")
}

// need names the first of the flags that was not given.
func (c *call) need(names ...string) error {
	for _, name := range names {
		if f := c.flags.Lookup(name); f.Value.String() == "" {
			return issue.New(issue.MissingArgument, issue.Pos{}, "--"+name)
		}
	}
	return nil
}

// checker knows whom the command line says to believe, and what to expect.
func (c *call) checker() (sealed.Checker, error) {
	at := c.now()
	if c.at != "" {
		day, err := time.ParseInLocation(time.DateOnly, c.at, time.FixedZone("JST", 9*3600))
		if err != nil {
			return sealed.Checker{}, issue.New(issue.BadArgument, issue.Pos{}, "--at").Because(err)
		}
		at = day
	}
	checker, err := sealed.Load(c.signers, c.key, at)
	if err != nil {
		return checker, err
	}
	if c.ledger != "" && c.key == "" {
		return checker, issue.New(issue.MissingArgument, issue.Pos{}, "--key")
	}
	checker.Office, checker.Job, checker.Ledger = c.office, c.job, c.ledger
	if c.recipient != "" {
		if checker.Recipient, err = crypto.ParseRecipient(c.recipient); err != nil {
			return checker, issue.New(issue.BadArgument, issue.Pos{}, "--recipient").Because(err)
		}
	}
	return checker, nil
}

// runVerify checks a result without opening it.
func runVerify(_ context.Context, c *call) error {
	args, err := term.Need(c.flags, "RESULT")
	if err != nil {
		return err
	}
	if err := c.need("signers"); err != nil {
		return err
	}
	checker, err := c.checker()
	if err != nil {
		return err
	}
	folder, err := sealed.Folder(args[0])
	if err != nil {
		return err
	}
	m, err := checker.Verify(folder)
	if err != nil {
		return err
	}
	c.sayManifest(checker, m)
	return c.Value(c.manifestValue(checker, m))
}

func (c *call) sayManifest(checker sealed.Checker, m *manifest.Manifest) {
	kind := c.Pick("照会結果", "a result")
	if m.Kind == manifest.Refusal {
		kind = c.Pick("受付不可の通知", "a refusal")
	}
	c.Say("署名とファイルは本物です: %s", "signature and files are genuine: %s", kind)
	c.Say("  作成: %s %s", "  made by: %s %s", m.Site, m.Created.Format("2006-01-02 15:04:05"))
	c.Say("  受付番号: %s", "  job: %s", m.Job)
	c.Say("  照会元: %s", "  office: %s", m.Office)
	if m.Kind == manifest.Result {
		var parts []string
		for _, code := range slices.Sorted(maps.Keys(m.Answers)) {
			parts = append(parts, fmt.Sprintf("%s=%d", code, m.Answers[code]))
		}
		c.Say("  回答: %d 行(%s)", "  answers: %d rows (%s)", m.Rows(), strings.Join(parts, " "))
	}
	if m.Parts > 1 {
		c.Say("  分割: %d の %d 番目。ほかの分も確かめてください", "  split into %d, this is no. %d; verify the others too", m.Parts, m.Part)
	}
	if n := m.Split(); n > 0 {
		c.Say("  結果は %d のファイルに分かれています(番号の順がリストの順です)", "  the result is split into %d files, numbered in the order of the list", n)
	}
	c.Say("  ファイル: %d", "  files: %d", len(m.Files))
	switch proofState(checker, m) {
	case "verified":
		c.Say("  台帳の証明: 確かめました", "  proof from the ledger: verified")
	case "unchecked":
		c.Say("  台帳の証明: 確かめていません(--key 検証鍵 で確かめます)", "  proof from the ledger: not checked (--key does it)")
	}
}

// proofState is «verified», or «unchecked» where no key of the ledger was given.
func proofState(checker sealed.Checker, m *manifest.Manifest) string {
	switch {
	case checker.Proves(m):
		return "verified"
	}
	return "unchecked"
}

func (c *call) manifestValue(checker sealed.Checker, m *manifest.Manifest) map[string]any {
	value := map[string]any{"verified": true, "kind": m.Kind, "site": m.Site, "job": m.Job, "office": m.Office, "purpose": m.Purpose, "created": m.Created,
		"answers": m.Answers, "rows": m.Rows(), "generation": m.Generation, "part": m.Part, "parts": m.Parts, "proof": proofState(checker, m)}
	if n := m.Split(); n > 0 {
		value["split"] = n
	}
	return value
}

// runOpen checks a result and opens it into a folder.
func runOpen(ctx context.Context, c *call) error {
	args, err := term.Need(c.flags, "RESULT")
	if err != nil {
		return err
	}
	needed := []string{"signers", "identity", "to"}
	if c.password {
		needed = []string{"signers", "to"}
	}
	if err := c.need(needed...); err != nil {
		return err
	}
	if c.password && c.identity != "" {
		return issue.New(issue.BadArgument, issue.Pos{}, "--password")
	}
	checker, err := c.checker()
	if err != nil {
		return err
	}
	if !c.password {
		if checker.Key, err = sealed.ReadKey(c.identity, c.Passphrase(c.in)); err != nil {
			return err
		}
		checker.Recipient = checker.Key.Recipient()
	}
	folder, err := sealed.Folder(args[0])
	if err != nil {
		return err
	}
	if err := checkTarget(c.to, folder); err != nil {
		return err
	}
	m, err := checker.Verify(folder)
	if err != nil {
		return err // before a folder is made for it
	}
	open := c.withKey
	if c.password {
		if !sealed.ByPassword(m) {
			return issue.New(issue.OpensWithKey, issue.Pos{})
		}
		if open, err = c.withPassword(); err != nil {
			return err
		}
	}
	m, files, err := c.openInto(ctx, checker, folder, open)
	if err != nil {
		return err
	}
	c.sayManifest(checker, m)
	for _, f := range files {
		c.Say("開きました: %s(%d バイト)", "opened: %s (%d bytes)", filepath.Join(c.to, f["name"].(string)), f["bytes"])
	}
	c.Tell("個人情報が平文で置かれています。使い終わったら消してください", "personal data lies there in plain: erase it when you have used it")
	value := c.manifestValue(checker, m)
	value["files"] = files
	return c.Value(value)
}

// An opening opens a result that was verified, and tells of each file what --json
// says about it.
type opening func(checker sealed.Checker, folder string) (*manifest.Manifest, []map[string]any, error)

func (c *call) withKey(checker sealed.Checker, folder string) (*manifest.Manifest, []map[string]any, error) {
	files := []map[string]any{}
	m, contents, err := checker.Open(folder, c.to, checker.Key)
	if err != nil {
		return nil, nil, err
	}
	for _, f := range contents.Files {
		files = append(files, map[string]any{"name": f.Name, "bytes": f.Bytes, "rows": f.Rows, "sha256": f.SHA256})
	}
	return m, files, nil
}

// withPassword asks for the password, which is never an argument.
func (c *call) withPassword() (opening, error) {
	text, err := c.Secret(c.in, "結果のパスワード: ", "password of the result: ")
	if err != nil {
		return nil, err
	}
	return func(checker sealed.Checker, folder string) (*manifest.Manifest, []map[string]any, error) {
		files := []map[string]any{}
		m, opened, err := checker.OpenWithPassword(folder, c.to, passworded.New(text))
		if err != nil {
			return nil, nil, err
		}
		for _, f := range opened {
			files = append(files, map[string]any{"name": f.Name, "bytes": f.Digest.Bytes, "sha256": f.Digest.Hex()})
		}
		return m, files, nil
	}, nil
}

// openInto opens a result that was verified. Ctrl+C leaves nothing behind either.
func (c *call) openInto(ctx context.Context, checker sealed.Checker, folder string, open opening) (*manifest.Manifest, []map[string]any, error) {
	made, err := makeFolder(c.to)
	if err != nil {
		return nil, nil, err
	}
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt)
	defer stop()
	checker.Stop = ctx.Done()
	m, files, err := open(checker, folder)
	if err != nil && made {
		_ = os.Remove(c.to) // empty: nothing is left behind
	}
	if errors.Is(err, context.Canceled) {
		c.Tell("中断しました。何も残していません", "broken off; nothing was left")
		return nil, nil, &term.ExitError{Code: term.ExitFault}
	}
	return m, files, err
}

// makeFolder makes the folder for an opened result, for its owner alone, and
// reports whether it was missing.
func makeFolder(dir string) (made bool, err error) {
	if info, err := os.Stat(dir); err == nil {
		if !info.IsDir() {
			return false, issue.New(issue.CannotWrite, issue.Pos{})
		}
		return false, nil
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return false, issue.New(issue.CannotWrite, issue.Pos{}).Because(err)
	}
	return true, nil
}

// siteFile stands at the root of every site.
const siteFile = "baitai.toml"

// checkTarget refuses to open a result into itself, where what was opened would
// be a file too many, and anywhere in a site, where plain data has no place.
func checkTarget(to, folder string) error {
	dir, err := real(to)
	if err != nil {
		return issue.New(issue.NoSuchPath, issue.Pos{}).Because(err)
	}
	result, err := real(folder)
	if err != nil {
		return issue.New(issue.NoSuchPath, issue.Pos{}).Because(err)
	}
	for {
		if _, err := os.Lstat(filepath.Join(dir, siteFile)); err == nil || dir == result {
			return issue.New(issue.BadArgument, issue.Pos{}, "--to")
		}
		up := filepath.Dir(dir)
		if up == dir {
			return nil
		}
		dir = up
	}
}

// real is the absolute path without symbolic links, as far as it exists.
func real(path string) (string, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	rest := ""
	for dir := abs; ; dir = filepath.Dir(dir) {
		if r, err := filepath.EvalSymlinks(dir); err == nil {
			return filepath.Join(r, rest), nil
		}
		if dir == filepath.Dir(dir) {
			return abs, nil
		}
		rest = filepath.Join(filepath.Base(dir), rest)
	}
}
