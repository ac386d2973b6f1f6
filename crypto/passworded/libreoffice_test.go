package passworded

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// uno drives LibreOffice without a window, by the Debian package python3-uno: there
// is no option of soffice by which a password could be given. It loads in with the
// password and prints the name of the first sheet and one of its cells.
const uno = `
import os, signal, subprocess, sys, time
try:
    import uno
    from com.sun.star.beans import PropertyValue
except ImportError:
    sys.exit(77)
password, source, profile = sys.argv[1:]
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
    try:
        book = desktop.loadComponentFromURL("file://" + source, "_blank", 0, (value("Hidden", True), value("Password", password)))
    except Exception:
        book = None
    if book is None:
        print("not opened")
    else:
        print(book.Sheets.getByIndex(0).Name, book.Sheets.getByIndex(0).getCellRangeByName("B51").String)
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

// libreOffice runs uno and returns what it printed.
func libreOffice(t *testing.T, password, book string) string {
	t.Helper()
	if _, err := tool(t, "soffice", "--version"); err != nil {
		t.Fatal(err)
	}
	said, err := tool(t, "/usr/bin/python3", "-c", uno, password, book, filepath.Join(t.TempDir(), "profile"))
	if err != nil && strings.Contains(err.Error(), "77") {
		if os.Getenv("CI") == "true" {
			t.Fatal("python3-uno is not installed")
		}
		t.Skip("python3-uno is not installed")
	}
	if err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	return strings.TrimSpace(string(said))
}

func TestLibreOfficeOpensTheWorkbookWithItsPassword(t *testing.T) {
	path := filepath.Join(t.TempDir(), "in.xlsx")
	if err := os.WriteFile(path, encrypted(t, workbook(t, 50), strong), 0o600); err != nil {
		t.Fatal(err)
	}
	for password, want := range map[string]string{strong: "照会結果 架空 太郎", "wrong": "not opened"} {
		if got := libreOffice(t, password, path); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
