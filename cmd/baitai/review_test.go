//go:build linux

package main

import (
	"errors"
	"os"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"

	"baitai/formats/sheet"
)

// shows PROGRAM ARGS… runs a program that ends well and shows personal data on
// purpose, to an operator with the right: what it says is not held against it.
func cmdShows(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, args, 1, "shows PROGRAM [ARG…]")
	talk := ts.Getenv(talkFile)
	ts.Setenv(talkFile, talk+".shown")
	defer ts.Setenv(talkFile, talk)
	run(ts, 0, args...)
}

// decide FILE REF=DECISION… fills in a review list, as an operator does with a
// spreadsheet.
func cmdDecide(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, args, 2, "decide FILE REF=DECISION…")
	decisions := map[string]string{}
	for _, arg := range args[1:] {
		ref, decision, _ := strings.Cut(arg, "=")
		decisions[ref] = decision
	}
	path := ts.MkAbs(args[0])
	f, err := os.Open(path)
	ts.Check(err)
	defer f.Close()
	info, err := f.Stat()
	ts.Check(err)
	book, err := sheet.OpenAt(f, info.Size(), sheet.Options{})
	ts.Check(err)
	defer book.Close()
	tmp := ts.MkAbs(".decide")
	ts.Check(os.MkdirAll(tmp, 0o700))
	defer os.RemoveAll(tmp)
	w, err := sheet.NewWriter(sheet.WriterOptions{TmpDir: tmp})
	ts.Check(err)
	defer w.Close()
	for _, part := range book.Sheets() {
		ts.Check(copySheet(w, book, part.Name, decisions))
	}
	if len(decisions) > 0 {
		ts.Fatalf("rows that are not there: %v", decisions)
	}
	out, err := os.Create(path + ".new")
	ts.Check(err)
	_, err = w.WriteTo(out)
	ts.Check(errors.Join(err, out.Close(), os.Rename(path+".new", path)))
}

// copySheet copies the rows of a sheet and puts each decision into the column 決定 of
// its row of the list; what was put is taken out of decisions.
func copySheet(w *sheet.Writer, book *sheet.Book, name string, decisions map[string]string) error {
	decided := -1
	for rec, err := range book.Rows(name) {
		if err != nil {
			return err
		}
		row := make([]string, len(rec.Cells))
		for i, c := range rec.Cells {
			row[i] = c.Text
		}
		if rec.Row == 1 {
			columns := make([]sheet.Column, len(row))
			for i, h := range row {
				columns[i] = sheet.Column{Header: h, Width: 10}
				if h == "決定" {
					decided = i
				}
			}
			if err := w.AddSheet(name, columns); err != nil {
				return err
			}
			continue
		}
		if d, ok := decisions[row[1]]; ok && decided >= 0 && row[2] == "リスト" {
			row[decided] = d
			delete(decisions, row[1])
		}
		if err := w.Write(row); err != nil {
			return err
		}
	}
	return nil
}
