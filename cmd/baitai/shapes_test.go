//go:build linux

package main

import (
	"archive/zip"
	"bytes"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/rogpeppe/go-internal/txtar"
	"github.com/xuri/excelize/v2"

	"baitai/crypto/passworded/officetest"
)

// shape NAME FILE packs a shape of testdata/shapes as a workbook, or copies the one of
// that name: see the README there, and pipeline/intake, which holds all of them.
func cmdShape(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, args, 2, "shape NAME FILE")
	folder := ts.Getenv(shapesFolder)
	if filepath.Ext(args[0]) == ".xlsx" {
		raw, err := os.ReadFile(filepath.Join(folder, args[0]))
		ts.Check(err)
		ts.Check(os.WriteFile(ts.MkAbs(args[1]), raw, 0o600))
		return
	}
	parts := make(map[string]string)
	for _, name := range []string{"excel", args[0]} {
		a, err := txtar.ParseFile(filepath.Join(folder, name+".txtar"))
		ts.Check(err)
		for _, f := range a.Files {
			parts[f.Name] = strings.TrimSuffix(string(f.Data), "\n")
		}
	}
	fill := strings.NewReplacer("{before}", parts["before"], "{after}", parts["after"],
		"{rows}", strings.ReplaceAll(parts["rows"], "{header}", parts["header"]))
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, name := range slices.Sorted(maps.Keys(parts)) {
		if (strings.Contains(name, "/") || name == "[Content_Types].xml") && parts[name] != "" {
			w, err := z.Create(name)
			ts.Check(err)
			_, err = w.Write([]byte(fill.Replace(parts[name])))
			ts.Check(err)
		}
	}
	ts.Check(z.Close())
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), b.Bytes(), 0o600))
}

// shapesFolder names where the shapes lie: scripts run in folders of their own.
const shapesFolder = "BAITAI_TEST_SHAPES"

// protectWithPassword saves a workbook with a password.
const protectWithPassword = `
password, source, target = args
book = desktop.loadComponentFromURL("file://" + source, "_blank", 0, (value("Hidden", True),))
secret = uno.Any("[]com.sun.star.beans.NamedValue", (NamedValue("OOXPassword", password), NamedValue("CryptoType", "StrongEncryptionDataSpace")))
book.storeToURL("file://" + target, (value("FilterName", "Calc MS Excel 2007 XML"), value("EncryptionData", secret)))
book.close(True)
`

// protect-libreoffice FILE PASSWORD has LibreOffice protect a workbook, and sets $CODE
// and $SAYS to what is to become of it: up to 7.4 at least it protects as Office 2007
// did, by a form that is not read. Where it is missing, another program writes that
// form; in CI that is an error.
func cmdProtectLibreOffice(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, args, 2, "protect-libreoffice FILE PASSWORD")
	file, out := ts.MkAbs(args[0]), ts.MkAbs("protected.out")
	_, err := officetest.Run(ts.MkAbs(".office"), protectWithPassword, args[1], file, out)
	if errors.Is(err, officetest.ErrMissing) && os.Getenv("CI") == "" {
		var raw []byte
		if raw, err = excelize.Encrypt([]byte(ts.ReadFile(args[0])), &excelize.Options{Password: args[1]}); err == nil {
			err = os.WriteFile(out, raw, 0o600)
		}
	}
	ts.Check(err)
	ts.Check(os.Rename(out, file))
	ts.Setenv("CODE", "4")
	ts.Setenv("SAYS", "F162")
	if strings.Contains(ts.ReadFile(args[0]), "<encryption ") { // agile
		ts.Setenv("CODE", "0")
		ts.Setenv("SAYS", "")
	}
}
