//go:build linux

package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"baitai/crypto"
)

func TestMain(m *testing.M) {
	testscript.Main(sharing{m}, map[string]func(){"baitai-audit": main})
}

// TestScripts runs what recipients and auditors do, on copies of what a real site
// has handed over: the folder medium/JOB of each job, public/, ledger/, older/
// (the ledger after the first job), keys/ of the offices, other-ledger/ (of the
// same name, by another key), other-proof/ (its proof of an entry of $FIRST), latest/ (the ledger at the
// end) and images/disc.iso (an image of a disc with $SECOND). $FIRST, $SECOND (CSV), $BOOK (XLSX), $REFUSED, $SPLIT (three parts), $AGAIN ($FIRST once
// more), $ZIP and $MAILBOOK (by mail) are the jobs; $FUKUSHI is that office's public key,
// $STRANGER nobody's.
func TestScripts(t *testing.T) {
	f := site(t)
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		UpdateScripts:       os.Getenv("UPDATE") != "",
		Setup: func(e *testscript.Env) error {
			for _, dir := range []string{"medium", "public", "ledger", "older", "keys", "other-ledger", "other-proof", "latest", "images"} {
				if err := os.CopyFS(filepath.Join(e.WorkDir, dir), os.DirFS(f.path(dir))); err != nil {
					return err
				}
			}
			for name, value := range map[string]string{"FIRST": f.first, "SECOND": f.second, "BOOK": f.book, "SPLIT": f.split, "REFUSED": f.refused,
				"AGAIN": f.again, "ZIP": f.zip, "FIXED": f.fixed, "LINES": f.lines, "MAILBOOK": f.mailBook,
				"FUKUSHI": f.keys["fukushi"].Recipient().String(), "STRANGER": f.keys["stranger"].Recipient().String(),
				"LANG": "en_US.UTF-8", "LC_ALL": "", "LC_MESSAGES": ""} {
				e.Setenv(name, value)
			}
			return nil
		},
		Cmds: commands(f),
	})
}

// commands are what somebody may do to a result or a ledger.
func commands(f *fixture) map[string]func(*testscript.TestScript, bool, []string) {
	with := func(n int, do func(ts *testscript.TestScript, args []string) error) func(*testscript.TestScript, bool, []string) {
		return func(ts *testscript.TestScript, neg bool, args []string) {
			if neg || len(args) != n {
				ts.Fatalf("%d arguments, and no !", n)
			}
			ts.Check(do(ts, args))
		}
	}
	return map[string]func(*testscript.TestScript, bool, []string){
		// flip FILE OFFSET: one bit of a byte; negative offsets count from the end.
		"flip": with(2, func(ts *testscript.TestScript, a []string) error {
			offset, err := strconv.Atoi(a[1])
			if err != nil {
				return err
			}
			return change(ts.MkAbs(a[0]), func(b []byte) []byte {
				if offset < 0 {
					offset += len(b)
				}
				b[offset] ^= 1
				return b
			})
		}),
		// cut FILE N: the last N bytes are gone.
		"cut": with(2, func(ts *testscript.TestScript, a []string) error {
			n, err := strconv.Atoi(a[1])
			if err != nil {
				return err
			}
			return change(ts.MkAbs(a[0]), func(b []byte) []byte { return b[:len(b)-n] })
		}),
		// replace FILE OLD NEW: a text, once; it must be there.
		"replace": with(3, func(ts *testscript.TestScript, a []string) error {
			return change(ts.MkAbs(a[0]), func(b []byte) []byte {
				if !bytes.Contains(b, []byte(a[1])) {
					ts.Fatalf("%s does not contain %q", a[0], a[1])
				}
				return bytes.Replace(b, []byte(a[1]), []byte(a[2]), 1)
			})
		}),
		// reseal FILE OFFICE-KEY NEW-RECIPIENT: opened and sealed again, by somebody without the site's key.
		"reseal": with(3, func(ts *testscript.TestScript, a []string) error {
			to, err := crypto.ParseRecipient(a[2])
			if err != nil {
				return err
			}
			return change(ts.MkAbs(a[0]), func(b []byte) []byte {
				r, err := crypto.Open(bytes.NewReader(b), f.keys[a[1]])
				ts.Check(err)
				var out bytes.Buffer
				w, err := crypto.Seal(&out, to)
				ts.Check(err)
				var plain bytes.Buffer
				_, err = plain.ReadFrom(r)
				ts.Check(err)
				_, err = w.Write(plain.Bytes())
				ts.Check(err)
				ts.Check(w.Close())
				return out.Bytes()
			})
		}),
		// sign FOLDER: the manifest, with the site's own key.
		"sign": with(1, func(ts *testscript.TestScript, a []string) error {
			key, err := f.siteKey()
			ts.Check(err)
			return sign(ts.MkAbs(a[0]), key)
		}),
		// forge FOLDER KIND: see forgeries.
		"forge": with(2, func(ts *testscript.TestScript, a []string) error { return f.forge(ts.MkAbs(a[0]), a[1]) }),
		// signers FILE PRINCIPAL NAMESPACE AFTER BEFORE: a list with the site's key; days, or - for no bound.
		"signers": with(5, func(ts *testscript.TestScript, a []string) error {
			day := func(s string) time.Time {
				if s == "-" {
					return time.Time{}
				}
				d, err := time.Parse(time.DateOnly, s)
				ts.Check(err)
				return d
			}
			return f.signers(ts.MkAbs(a[0]), a[1], a[2], day(a[3]), day(a[4]))
		}),
		// exit CODE PROGRAM ARGS…: stdout and stderr can be looked at afterwards.
		"exit": func(ts *testscript.TestScript, neg bool, args []string) {
			if neg || len(args) < 2 {
				ts.Fatalf("exit CODE PROGRAM ARGS…")
			}
			code := "0"
			if err := ts.Exec(args[1], args[2:]...); err != nil {
				exited, ok := err.(interface{ ExitCode() int })
				if !ok {
					ts.Fatalf("%v", err)
				}
				code = strconv.Itoa(exited.ExitCode())
			}
			if code != args[0] {
				ts.Fatalf("exit code %s, want %s\n%s%s", code, args[0], ts.ReadFile("stdout"), ts.ReadFile("stderr"))
			}
		},
	}
}

func change(path string, how func([]byte) []byte) error {
	b, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	return os.WriteFile(path, how(b), 0o600)
}
