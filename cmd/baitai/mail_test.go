//go:build linux

package main

import (
	"bytes"
	"crypto/rand"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/xuri/excelize/v2"

	"baitai/crypto/passworded"
	"baitai/formats/charset"
	"baitai/formats/sheet"
)

// opens zip|lines|xlsx FILE PASSWORD TEXT [NAME…] opens a result as an office does and
// wants TEXT in it: in the CSV or the JSON Lines of a zip, or as the name of a
// workbook's first sheet; and NAMEs as further files of the zip, or as sheets of the
// workbook.
func cmdOpens(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, args, 4, "opens zip|lines|xlsx FILE PASSWORD TEXT [NAME…]")
	raw := []byte(ts.ReadFile(args[1]))
	r, size, p := bytes.NewReader(raw), int64(len(raw)), passworded.New(args[2])
	if args[0] == "xlsx" {
		plain, n, err := passworded.OpenWorkbook(r, size, p)
		ts.Check(err)
		book, err := sheet.OpenAt(plain, n, sheet.Options{})
		ts.Check(err)
		if book.Sheets()[0].Name != args[3] {
			ts.Fatalf("the first sheet is another")
		}
		hasTabs(ts, book, args[4:])
		return
	}
	z, err := passworded.OpenZip(r, size, p)
	ts.Check(err)
	name, set := "result.csv", charset.CP932
	if args[0] == "lines" {
		name, set = "result.jsonl", charset.UTF8
	}
	if got := strings.Join(z.Names(), " "); got != strings.Join(append([]string{name, "notes.txt"}, args[4:]...), " ") {
		ts.Fatalf("entries %s", got)
	}
	in, err := z.Open(name)
	ts.Check(err)
	text, err := io.ReadAll(charset.NewReader(in, set))
	ts.Check(err)
	if !strings.Contains(string(text), args[3]) {
		ts.Fatalf("not in the result: %s", args[3])
	}
}

// tabs FILE NAME… wants sheets in a workbook.
func cmdTabs(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, args, 2, "tabs FILE NAME…")
	raw := []byte(ts.ReadFile(args[0]))
	book, err := sheet.OpenAt(bytes.NewReader(raw), int64(len(raw)), sheet.Options{})
	ts.Check(err)
	hasTabs(ts, book, args[1:])
}

func hasTabs(ts *testscript.TestScript, book *sheet.Book, names []string) {
	for _, name := range names {
		if !slices.ContainsFunc(book.Sheets(), func(s sheet.Sheet) bool { return s.Name == name }) {
			ts.Fatalf("no sheet %s among %v", name, book.Sheets())
		}
	}
}

// protect agile|standard|changed FILE PASSWORD protects a workbook as its sender
// does; changed flips one bit of it afterwards.
func cmdProtect(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, args, 3, "protect agile|standard|changed FILE PASSWORD")
	plain := []byte(ts.ReadFile(args[1]))
	var out bytes.Buffer
	if args[0] == "standard" { // Office 2007's, which excelize writes
		raw, err := excelize.Encrypt(plain, &excelize.Options{Password: args[2]})
		ts.Check(err)
		out.Write(raw)
	} else {
		scratch, err := os.CreateTemp(ts.MkAbs("."), "scratch")
		ts.Check(err)
		defer scratch.Close()
		w, err := passworded.NewWorkbook(&out, scratch, passworded.New(args[2]), rand.Reader)
		ts.Check(err)
		_, err = w.Write(plain)
		ts.Check(err)
		ts.Check(w.Close())
	}
	if args[0] == "changed" {
		out.Bytes()[2000] ^= 1
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), out.Bytes(), 0o600))
}
