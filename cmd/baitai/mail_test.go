//go:build linux

package main

import (
	"bytes"
	"crypto/rand"
	"io"
	"os"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/xuri/excelize/v2"

	"baitai/crypto/passworded"
	"baitai/formats/charset"
	"baitai/formats/sheet"
)

// opens zip|lines|xlsx FILE PASSWORD TEXT opens a result as an office does and wants
// TEXT in it: in the CSV or the JSON Lines of a zip, or as the name of a workbook's
// first sheet.
func cmdOpens(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, args, 4, "opens zip|lines|xlsx FILE PASSWORD TEXT")
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
		return
	}
	z, err := passworded.OpenZip(r, size, p)
	ts.Check(err)
	name, set := "result.csv", charset.CP932
	if args[0] == "lines" {
		name, set = "result.jsonl", charset.UTF8
	}
	if got := strings.Join(z.Names(), " "); got != name+" notes.txt" {
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
