//go:build linux

package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/xuri/excelize/v2"
)

// fillin FILE SHEET!CELL=TEXT… enters texts into cells of a workbook, as an office does
// that fills in a template: styles and lists of choices stay.
func cmdFillIn(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, args, 2, "fillin FILE SHEET!CELL=TEXT…")
	f, err := excelize.OpenFile(ts.MkAbs(args[0]))
	ts.Check(err)
	defer f.Close()
	for _, arg := range args[1:] {
		where, text, ok := strings.Cut(arg, "=")
		sheet, cell, also := strings.Cut(where, "!")
		if !ok || !also {
			ts.Fatalf("not SHEET!CELL=TEXT: %s", arg)
		}
		ts.Check(f.SetCellStr(sheet, cell, text))
	}
	ts.Check(f.Save())
}

// choices FILE SHEET CELL VALUE… wants a list of choices for a cell: exactly these, or
// none.
func cmdChoices(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, args, 3, "choices FILE SHEET CELL VALUE…")
	f, err := excelize.OpenFile(ts.MkAbs(args[0]))
	ts.Check(err)
	defer f.Close()
	all, err := f.GetDataValidations(args[1])
	ts.Check(err)
	got := ""
	for _, v := range all {
		first, _, _ := strings.Cut(v.Sqref, ":")
		if first == args[2] {
			got = strings.Trim(v.Formula1, `"`)
		}
	}
	if want := strings.Join(args[3:], ","); got != want {
		ts.Fatalf("%s!%s offers %q, not %q", args[1], args[2], got, want)
	}
}

// resave FILE lets LibreOffice open a workbook and save it anew. Where it is missing,
// the file stays as it is; in CI that is an error.
func cmdResave(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, args, 1, "resave FILE")
	office, err := exec.LookPath("soffice")
	if err != nil {
		if os.Getenv("CI") != "" {
			ts.Fatalf("soffice is missing")
		}
		return
	}
	file, out := ts.MkAbs(args[0]), ts.MkAbs(".resaved")
	ts.Check(os.MkdirAll(out, 0o700))
	c := exec.Command(office, "-env:UserInstallation=file://"+ts.MkAbs(".office"), "--headless", "--convert-to", "xlsx", "--outdir", out, file)
	if said, err := c.CombinedOutput(); err != nil {
		ts.Fatalf("soffice: %v: %s", err, said)
	}
	ts.Check(os.Rename(filepath.Join(out, filepath.Base(file)), file))
}

// hide FILE SHEET [ROW…] hides rows of a sheet, or the sheet.
func cmdHide(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, args, 2, "hide FILE SHEET [ROW…]")
	f, err := excelize.OpenFile(ts.MkAbs(args[0]))
	ts.Check(err)
	defer f.Close()
	if len(args) == 2 {
		index, err := f.GetSheetIndex(args[1])
		ts.Check(err)
		f.SetActiveSheet((index + 1) % f.SheetCount) // the one that is in front cannot be hidden
		ts.Check(f.SetSheetVisible(args[1], false))
	}
	for _, arg := range args[2:] {
		row, err := strconv.Atoi(arg)
		ts.Check(err)
		ts.Check(f.SetRowVisible(args[1], row, false))
	}
	ts.Check(f.Save())
}
