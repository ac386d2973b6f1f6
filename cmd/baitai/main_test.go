//go:build linux

package main

import (
	"bytes"
	"encoding/csv"
	"flag"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/spf13/pflag"

	"baitai/cmd/internal/term"
	"baitai/formats/charset"
	"baitai/pipeline/issue"
	"baitai/pipeline/job"
	"baitai/pipeline/register"
	"baitai/spool"
	"baitai/spool/ledger"
	"baitai/spool/medium/mediumtest"
	"baitai/spool/spooltest"
)

var update = flag.Bool("update", false, "write the golden parts of the scripts anew")

// talkFile names the file that a child copies everything it says to, so that the
// whole talk of a script can be searched for personal data.
const talkFile = "BAITAI_TEST_TALK"

// peakFile names the file into which a child writes the most kilobytes of memory
// that it had.
const peakFile = "BAITAI_TEST_PEAK"

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"baitai": child})
}

// child is the program as a process of its own.
func child() {
	p := newProgram()
	if name := os.Getenv(talkFile); name != "" {
		f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
		if err != nil {
			panic(err)
		}
		p.Out, p.Err = io.MultiWriter(p.Out, f), io.MultiWriter(p.Err, f)
	}
	code := p.run(os.Args[1:])
	if name := os.Getenv(peakFile); name != "" {
		// Of this process alone; what rusage tells begins with its parent's.
		status, _ := os.ReadFile("/proc/self/status")
		_, peak, _ := strings.Cut(string(status), "VmHWM:")
		if err := os.WriteFile(name, []byte(strings.Fields(peak)[0]), 0o600); err != nil {
			panic(err)
		}
	}
	os.Exit(code)
}

// What an operator does, one script for each situation.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata",
		Setup:               setup,
		Cmds:                commands(),
		UpdateScripts:       *update,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
	})
}

// situation is what a script has told its hook.
type situation struct {
	marks    []string // personal data in use, beside that of people.csv
	t        testing.TB
	jobs     map[string]bool
	held     *spool.Spool // by the script itself
	tampered bool         // the ledger was spoilt on purpose
	keys     map[string]string
	media    map[string]*mediumtest.Medium
}

type situationKey struct{}

func setup(env *testscript.Env) error {
	t, ok := env.T().(testing.TB)
	if !ok {
		panic("testscript hands over no testing.TB")
	}
	people, err := os.ReadFile(filepath.Join("testdata", "people.csv"))
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(env.WorkDir, "people.csv"), people, 0o600); err != nil {
		return err
	}
	s := &situation{t: t, jobs: map[string]bool{}, keys: map[string]string{}, media: map[string]*mediumtest.Medium{}}
	env.Values[situationKey{}] = s
	env.Setenv("LANG", "ja_JP.UTF-8")
	env.Setenv("LC_ALL", "")
	env.Setenv("BAITAI_SITE", filepath.Join(env.WorkDir, "site"))
	shapes, err := filepath.Abs(filepath.Join("..", "..", "testdata", "shapes"))
	if err != nil {
		return err
	}
	env.Setenv(shapesFolder, shapes)
	talk := filepath.Join(env.WorkDir, ".talk")
	env.Setenv(talkFile, talk)
	env.Defer(func() {
		if !t.Failed() {
			inspect(t, env.WorkDir, talk, append(s.marks, marksOf(t, people)...), s.tampered)
		}
	})
	return nil
}

// inspect is what holds after every situation: the ledger verifies and its
// custody has no findings; nothing personal was said, logged or left in plain.
func inspect(t testing.TB, dir, talk string, marks []string, tampered bool) {
	t.Helper()
	said, err := os.ReadFile(talk)
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	for _, mark := range marks {
		if bytes.Contains(said, []byte(mark)) {
			t.Errorf("the program said something personal")
		}
	}
	err = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.Name() != job.ConfigFile || d.IsDir() {
			return err
		}
		inspectSite(t, filepath.Dir(path), marks, tampered)
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

func inspectSite(t testing.TB, site string, marks []string, tampered bool) {
	t.Helper()
	spooltest.NoPlain(t, site, marks, "spool/inbox")
	spooltest.NoPlain(t, site, cp932(marks), "spool/inbox")
	spooltest.NoLitter(t, site)
	if tampered {
		return
	}
	vkey, err := os.ReadFile(filepath.Join(site, job.PublicDir, job.VKeyFile))
	if os.IsNotExist(err) {
		return // half a site
	}
	if err != nil {
		t.Fatal(err)
	}
	report, err := ledger.Verify(os.DirFS(filepath.Join(site, job.LedgerDir)), strings.TrimSpace(string(vkey)))
	if err != nil {
		t.Errorf("the ledger does not verify: %v", err)
	}
	for _, f := range report.Custody.Findings {
		t.Errorf("custody: entry %d: %s", f.Index, f.Rule)
	}
}

// marksOf are the codes, names and addresses of an extract.
func marksOf(t testing.TB, extract []byte) []string {
	t.Helper()
	rows, err := csv.NewReader(bytes.NewReader(extract)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var marks []string
	for _, row := range rows[1:] {
		for i, name := range rows[0] {
			switch name {
			case "住民票コード", "氏名", "氏名ふりがな", "生年月日", "住所", "最終住所":
				if row[i] != "" {
					marks = append(marks, row[i])
				}
			}
		}
	}
	return marks
}

// cp932 writes the marks as a list in CP932 has them, where it can.
func cp932(marks []string) []string {
	var out []string
	for _, m := range marks {
		if raw, lost := charset.AppendCP932(nil, m); len(lost) == 0 && string(raw) != m {
			out = append(out, string(raw))
		}
	}
	return out
}

// Every verb has a help text in both languages that names each of its flags and
// the exit codes, and that --help shows too.
func TestEveryVerbHasHelpInBothLanguages(t *testing.T) {
	for _, v := range verbs() {
		for _, lang := range []issue.Lang{issue.Japanese, issue.English} {
			text := help(t, "help", v.name, "--lang", string(lang))
			if same := help(t, v.name, "--lang", string(lang), "--help"); same != text && v.name != "help" {
				t.Errorf("%s --help in %s is not its help", v.name, lang)
			}
			if v.flags == nil {
				continue
			}
			c := &call{program: &program{}, flags: term.NewFlags(v.name)}
			v.flags(c)
			c.flags.VisitAll(func(f *pflag.Flag) {
				if !strings.Contains(text, "--"+f.Name) {
					t.Errorf("the help of %s in %s does not name --%s", v.name, lang, f.Name)
				}
			})
			if !strings.Contains(text, map[issue.Lang]string{issue.Japanese: "終了コード", issue.English: "xit code"}[lang]) {
				t.Errorf("the help of %s in %s names no exit codes", v.name, lang)
			}
		}
	}
}

// What the register asks for stands in «help register», which those read who have no
// source: every column of every file, and the files.
func TestTheHelpOfTheRegisterNamesEveryColumn(t *testing.T) {
	dir := t.TempDir()
	if err := register.Template(spool.NewDisk(nil), dir, issue.Japanese); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.csv"))
	if err != nil || len(files) < 5 {
		t.Fatalf("%d files: %v", len(files), err)
	}
	plain := map[string]bool{"名称": true, "事務名": true, "根拠条項": true, "備考": true, "対象者条項": true} // texts that say what they are
	for _, lang := range []issue.Lang{issue.Japanese, issue.English} {
		text := help(t, "help", "register", "--lang", string(lang))
		for _, name := range files {
			raw, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			header, _, _ := strings.Cut(strings.TrimPrefix(string(raw), "\ufeff"), "\n")
			for _, column := range append(strings.Split(strings.TrimSpace(header), ","), filepath.Base(name)) {
				if !plain[column] && !strings.Contains(text, column) {
					t.Errorf("%s: %s of %s is not named", lang, column, filepath.Base(name))
				}
			}
		}
	}
}

func help(t *testing.T, args ...string) string {
	t.Helper()
	var out, err bytes.Buffer
	p := &program{Term: &term.Term{Out: &out, Err: &err, Program: "baitai"}, getenv: func(string) string { return "" }, now: time.Now}
	if code := p.run(args); code != term.ExitOK || out.Len() == 0 {
		t.Errorf("baitai %v: exit %d, %d bytes", args, code, out.Len())
	}
	return out.String()
}
