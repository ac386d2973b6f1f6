//go:build linux

package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"baitai/cmd/internal/invent"
	"baitai/crypto"
	"baitai/formats/charset"
	"baitai/formats/sheet"
)

// commands are what scripts can do beside running programs.
func commands() map[string]func(*testscript.TestScript, bool, []string) {
	return map[string]func(*testscript.TestScript, bool, []string){
		"exits":     cmdExits,
		"site":      cmdSite,
		"register":  cmdRegister,
		"operator":  cmdOperator,
		"sjis":      cmdSJIS,
		"utf8":      cmdUTF8,
		"bom":       cmdBOM,
		"utf8text":  cmdUTF8Text,
		"bytes":     cmdBytes,
		"xlsx":      cmdXLSX,
		"drop":      cmdDrop,
		"jobid":     cmdJobID,
		"jobstate":  cmdJobState,
		"fetch":     cmdFetch,
		"answers":   cmdAnswers,
		"damaged":   cmdDamaged,
		"decide":    cmdDecide,
		"shows":     cmdShows,
		"replace":   cmdReplace,
		"marks":     cmdMarks,
		"tampered":  cmdTampered,
		"fifo":      cmdFIFO,
		"limited":   cmdLimited,
		"waitfor":   cmdWaitFor,
		"smalldisk": cmdSmallDisk,
		"inside":    cmdInside,
		"hold":      cmdHold,
		"release":   cmdRelease,
		"opens":     cmdOpens,
		"tabs":      cmdTabs,
		"protect":   cmdProtect,
		"fillin":    cmdFillIn,
		"choices":   cmdChoices,
		"resave":    cmdResave,
		"hide":      cmdHide,
		"agekey":    cmdAgeKey,
		"recipient": cmdRecipient,
		"usb":       cmdUSB,
		"disc":      cmdDisc,
		"burn":      cmdBurn,
		"replug":    cmdReplug,
		"fill":      cmdFill,

		"protect-medium": cmdProtectMedium,

		"shape":               cmdShape,
		"protect-libreoffice": cmdProtectLibreOffice,
	}
}

func of(ts *testscript.TestScript) *situation { return ts.Value(situationKey{}).(*situation) }

// need checks the number of arguments; fewer than no is refused.
func need(ts *testscript.TestScript, neg bool, args []string, least int, usage string) {
	if neg || len(args) < least {
		ts.Fatalf("usage: %s", usage)
	}
}

// run runs baitai and expects an exit code.
func run(ts *testscript.TestScript, want int, args ...string) {
	err := ts.Exec(args[0], args[1:]...)
	var e *exec.ExitError
	got := 0
	switch {
	case errors.As(err, &e):
		got = e.ExitCode()
	case err != nil:
		ts.Fatalf("%v", err)
	}
	if got != want {
		ts.Fatalf("exit code %d, not %d", got, want)
	}
}

// exits CODE PROGRAM ARGS… runs a program that must end with the exit code.
func cmdExits(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, args, 2, "exits CODE PROGRAM [ARG…]")
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	run(ts, want, args[1:]...)
}

// site makes a site with a usable register, without waiting times, and loads
// people.csv, or the extracts that are named.
func cmdSite(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, args, 0, "site [EXTRACT…]")
	run(ts, 0, "baitai", "init", "site", "--origin", "example.invalid/test", "--name", "見本県")
	cmdRegister(ts, false, nil)
	replace(ts, "site/baitai.toml", "still_seconds = 3", "still_seconds = 0")
	replace(ts, "site/baitai.toml", "min_age_seconds = 10", "min_age_seconds = 0")
	if len(args) == 0 {
		args = []string{"people.csv"}
	}
	run(ts, 0, append([]string{"baitai", "identity", "load"}, args...)...)
}

// sjis FILE… turns a UTF-8 file of the script into CP932 with CRLF.
func cmdSJIS(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, args, 1, "sjis FILE…")
	for _, name := range args {
		out, lost := charset.AppendCP932(nil, strings.ReplaceAll(ts.ReadFile(name), "\n", "\r\n"))
		if len(lost) > 0 {
			ts.Fatalf("%s: %q is not in CP932", name, lost)
		}
		ts.Check(os.WriteFile(ts.MkAbs(name), out, 0o600))
	}
}

// utf8 FILE… turns a result in CP932 with CRLF into UTF-8 with LF.
func cmdUTF8(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, args, 1, "utf8 FILE…")
	for _, name := range args {
		text, err := io.ReadAll(charset.NewReader(strings.NewReader(ts.ReadFile(name)), charset.CP932))
		ts.Check(err)
		ts.Check(os.WriteFile(ts.MkAbs(name), bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n")), 0o600))
	}
}

// utf8text FILE… takes byte order mark and CR out of a file in UTF-8.
func cmdUTF8Text(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, args, 1, "utf8text FILE…")
	for _, name := range args {
		text := strings.ReplaceAll(strings.TrimPrefix(ts.ReadFile(name), "\ufeff"), "\r\n", "\n")
		ts.Check(os.WriteFile(ts.MkAbs(name), []byte(text), 0o600))
	}
}

// bom FILE… puts a byte order mark before a file.
func cmdBOM(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, args, 1, "bom FILE…")
	for _, name := range args {
		ts.Check(os.WriteFile(ts.MkAbs(name), []byte("\ufeff"+ts.ReadFile(name)), 0o600))
	}
}

// bytes FILE TEXT writes a file with the escapes of a Go string (\xNN, \n).
func cmdBytes(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, args, 2, "bytes FILE TEXT")
	text, err := strconv.Unquote(`"` + args[1] + `"`)
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(text), 0o600))
}

// xlsx BOOK SHEET=CSV… makes a workbook of sheets from CSV files.
func cmdXLSX(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, args, 2, "xlsx BOOK SHEET=CSV…")
	tmp := ts.MkAbs(".private")
	ts.Check(os.MkdirAll(tmp, 0o700))
	w, err := sheet.NewWriter(sheet.WriterOptions{TmpDir: tmp})
	ts.Check(err)
	defer w.Close()
	for _, arg := range args[1:] {
		name, file, _ := strings.Cut(arg, "=")
		rows, err := csv.NewReader(strings.NewReader(ts.ReadFile(file))).ReadAll()
		ts.Check(err)
		var columns []sheet.Column
		for _, header := range rows[0] {
			columns = append(columns, sheet.Column{Header: header})
		}
		ts.Check(w.AddSheet(name, columns))
		for _, row := range rows[1:] {
			ts.Check(w.Write(row))
		}
	}
	f, err := os.Create(ts.MkAbs(args[0]))
	ts.Check(err)
	_, err = w.WriteTo(f)
	ts.Check(errors.Join(err, f.Close()))
}

// drop OFFICE FILE… puts files into the inbox of an office, the last one last.
func cmdDrop(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, args, 2, "drop OFFICE FILE…")
	inbox := ts.MkAbs(filepath.Join("site", "spool", "inbox", args[0]))
	ts.Check(os.MkdirAll(inbox, 0o700))
	for _, name := range args[1:] {
		ts.Check(os.WriteFile(filepath.Join(inbox, filepath.Base(name)), []byte(ts.ReadFile(name)), 0o600))
	}
}

// standing is a job as baitai status --json shows it.
type standing struct {
	Job    string `json:"job"`
	Office string `json:"office"`
	State  string `json:"state"`
}

func standings(ts *testscript.TestScript) []standing {
	run(ts, 0, "baitai", "status", "--all", "--json")
	var list []standing
	ts.Check(json.Unmarshal([]byte(ts.ReadFile("stdout")), &list))
	return list
}

// jobid VAR [STATE] stores the id of the one job that no earlier jobid has found,
// and checks where it is.
func cmdJobID(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, args, 1, "jobid VAR [STATE]")
	var found []standing
	for _, s := range standings(ts) {
		if s.Job != "" && !of(ts).jobs[s.Job] && !slices.ContainsFunc(found, func(f standing) bool { return f.Job == s.Job }) {
			found = append(found, s)
		}
	}
	if len(found) != 1 {
		ts.Fatalf("%d new jobs, not one", len(found))
	}
	if len(args) > 1 && found[0].State != args[1] {
		ts.Fatalf("the job is in %s, not in %s", found[0].State, args[1])
	}
	of(ts).jobs[found[0].Job] = true
	ts.Setenv(args[0], found[0].Job)
}

// jobstate JOB STATE checks where a job is.
func cmdJobState(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, args, 2, "jobstate JOB STATE")
	var states []string
	for _, s := range standings(ts) {
		if s.Job == args[0] {
			states = append(states, s.State)
		}
	}
	if !slices.Equal(states, args[1:]) {
		ts.Fatalf("the job is in %q, not in %s", states, args[1])
	}
}

// fetch JOB OFFICE DIR delivers a result onto a medium, opens it there with the
// office's key, and turns its text files into UTF-8 with LF.
func cmdFetch(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, args, 3, "fetch JOB OFFICE DIR")
	medium := ts.MkAbs("medium-" + args[2])
	ts.Check(os.MkdirAll(medium, 0o700))
	run(ts, 0, "baitai", "deliver", args[0], "--to", medium)
	run(ts, 0, "baitai", "open", filepath.Join(medium, args[0]), "--key", "offices/"+args[1]+".key", "--to", args[2])
	names, err := filepath.Glob(filepath.Join(ts.MkAbs(args[2]), "result*.csv")) // several where it is split
	ts.Check(err)
	for _, name := range names {
		path := filepath.Join(args[2], filepath.Base(name))
		raw, err := os.ReadFile(ts.MkAbs(path))
		switch {
		case err != nil:
		case bytes.HasPrefix(raw, []byte("\ufeff")):
			text := bytes.ReplaceAll(bytes.TrimPrefix(raw, []byte("\ufeff")), []byte("\r\n"), []byte("\n"))
			ts.Check(os.WriteFile(ts.MkAbs(path), text, 0o600))
		default:
			cmdUTF8(ts, false, []string{path})
		}
	}
}

// answers FILE REF=CODE… checks reference and 回答区分 of every row of a result.
func cmdAnswers(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, args, 2, "answers RESULT REF=CODE…")
	rows := resultRows(ts, args[0])
	at := slices.Index(rows[0], "回答区分")
	if at < 0 || rows[0][0] != "整理番号" {
		ts.Fatalf("columns are %q", rows[0])
	}
	var got []string
	for _, row := range rows[1:] {
		got = append(got, row[0]+"="+row[at])
	}
	if !slices.Equal(got, args[1:]) {
		ts.Fatalf("answers are %s\nnot         %s", strings.Join(got, " "), strings.Join(args[1:], " "))
	}
}

func resultRows(ts *testscript.TestScript, path string) [][]string {
	var rows [][]string
	var err error
	if filepath.Ext(path) == ".xlsx" {
		rows, err = readBook(ts.MkAbs(path))
	} else {
		rows, err = csv.NewReader(strings.NewReader(ts.ReadFile(path))).ReadAll()
	}
	ts.Check(err)
	if len(rows) == 0 {
		ts.Fatalf("the result is empty")
	}
	return rows
}

// damaged KIND OFFICE PURPOSE DIR writes one of the broken lists of baitai-fake
// with its request, in a folder.
func cmdDamaged(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, args, 4, "damaged KIND OFFICE PURPOSE DIR")
	d, err := invent.Damaged(args[0], invent.DamageOptions{Seed: 1, AsOf: asOf(), Office: args[1], Purpose: args[2], Rows: 8})
	ts.Check(err)
	dir := ts.MkAbs(args[3])
	ts.Check(os.MkdirAll(dir, 0o700))
	ts.Check(os.WriteFile(filepath.Join(dir, d.Name+".request.toml"), d.Request, 0o600))
	ts.Check(os.WriteFile(filepath.Join(dir, d.Name), d.List, 0o600))
}

func asOf() time.Time { return time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC) }

// replace FILE OLD NEW changes the one place of a text in a file.
func cmdReplace(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, args, 3, "replace FILE OLD NEW")
	replace(ts, args[0], args[1], args[2])
}

func replace(ts *testscript.TestScript, name, from, to string) {
	text := ts.ReadFile(name)
	if strings.Count(text, from) != 1 {
		ts.Fatalf("%s holds %q %d times", name, from, strings.Count(text, from))
	}
	info, err := os.Stat(ts.MkAbs(name))
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(name), []byte(strings.Replace(text, from, to, 1)), info.Mode().Perm()))
}

// marks TEXT… names further personal data that the script uses.
func cmdMarks(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, args, 1, "marks TEXT…")
	of(ts).marks = append(of(ts).marks, args...)
}

// tampered says that the script spoils the ledger on purpose.
func cmdTampered(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, args, 0, "tampered")
	of(ts).tampered = true
}

// writeKey makes the key that an office keeps, once in a script.
func writeKey(ts *testscript.TestScript, office string) string {
	s := of(ts)
	if s.keys[office] != "" {
		return s.keys[office]
	}
	id, err := crypto.NewIdentity()
	ts.Check(err)
	ts.Check(os.MkdirAll(ts.MkAbs("offices"), 0o700))
	f, err := os.OpenFile(ts.MkAbs("offices/"+office+".key"), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	ts.Check(err)
	ts.Check(errors.Join(id.WriteKey(f, office, time.Now()), f.Close()))
	s.keys[office] = id.Recipient().String()
	return s.keys[office]
}
