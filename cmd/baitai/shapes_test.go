//go:build linux

package main

import (
	"archive/zip"
	"bytes"
	"errors"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/rogpeppe/go-internal/txtar"
	"github.com/xuri/excelize/v2"
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

// unoProtect has LibreOffice save a workbook with a password, by the Debian package
// python3-uno: soffice has no option for that.
const unoProtect = `
import os, signal, subprocess, sys, time
try:
    import uno
    from com.sun.star.beans import NamedValue, PropertyValue
except ImportError:
    sys.exit(77)
password, source, target, profile = sys.argv[1:]
pipe = "baitai-test-%d" % os.getpid()
office = subprocess.Popen(["soffice", "--headless", "--norestore", "--nologo", "--nodefault", "-env:UserInstallation=file://" + profile,
    "--accept=pipe,name=" + pipe + ";urp;"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
def value(name, v):
    p = PropertyValue()
    p.Name, p.Value = name, v
    return p
try:
    resolver = uno.getComponentContext().ServiceManager.createInstance("com.sun.star.bridge.UnoUrlResolver")
    for i in range(600):
        try:
            context = resolver.resolve("uno:pipe,name=" + pipe + ";urp;StarOffice.ComponentContext")
            break
        except Exception:
            if office.poll() is not None and i > 100:
                raise
            time.sleep(0.1)
    desktop = context.ServiceManager.createInstance("com.sun.star.frame.Desktop")
    book = desktop.loadComponentFromURL("file://" + source, "_blank", 0, (value("Hidden", True),))
    secret = uno.Any("[]com.sun.star.beans.NamedValue", (NamedValue("OOXPassword", password), NamedValue("CryptoType", "StrongEncryptionDataSpace")))
    book.storeToURL("file://" + target, (value("FilterName", "Calc MS Excel 2007 XML"), value("EncryptionData", secret)))
    book.close(True)
    try:
        desktop.terminate()
    except Exception:
        pass
finally:
    try:
        office.wait(20)
    except Exception:
        os.killpg(office.pid, signal.SIGKILL)
`

// protect-libreoffice FILE PASSWORD has LibreOffice protect a workbook, and sets $CODE
// and $SAYS to what is to become of it: up to 7.4 at least it protects as Office 2007
// did, by a form that is not read. Where it is missing, another program writes that
// form; in CI that is an error.
func cmdProtectLibreOffice(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, args, 2, "protect-libreoffice FILE PASSWORD")
	file, out := ts.MkAbs(args[0]), ts.MkAbs("protected.out")
	_, missing := exec.LookPath("soffice")
	var exit *exec.ExitError
	if missing == nil {
		said, err := exec.Command("/usr/bin/python3", "-c", unoProtect, args[1], file, out, ts.MkAbs(".office")).CombinedOutput()
		if missing = err; err != nil && (!errors.As(err, &exit) || exit.ExitCode() != 77) {
			ts.Fatalf("%v: %s", err, said)
		}
	}
	switch {
	case missing == nil:
	case os.Getenv("CI") != "":
		ts.Fatalf("LibreOffice or python3-uno is missing: %v", missing)
	default:
		raw, err := excelize.Encrypt([]byte(ts.ReadFile(args[0])), &excelize.Options{Password: args[1]})
		ts.Check(err)
		ts.Check(os.WriteFile(out, raw, 0o600))
	}
	ts.Check(os.Rename(out, file))
	ts.Setenv("CODE", "4")
	ts.Setenv("SAYS", "F162")
	if strings.Contains(ts.ReadFile(args[0]), "<encryption ") { // agile
		ts.Setenv("CODE", "0")
		ts.Setenv("SAYS", "")
	}
}
