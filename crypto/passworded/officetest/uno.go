// Package officetest has LibreOffice open and save workbooks (ブック) in tests, by the Debian
// package python3-uno: soffice has no option by which a password could be given.
//
// It hides how LibreOffice is started, reached and ended. It promises that every run
// has a profile of its own, so that runs side by side do not meet, and that it leaves
// no LibreOffice behind.
package officetest

import (
	"errors"
	"fmt"
	"os/exec"
	"strings"
)

// ErrMissing says that LibreOffice or python3-uno is not installed.
var ErrMissing = errors.New("officetest: LibreOffice or python3-uno is not installed")

// missingExit is what the script exits with where it cannot import uno.
const missingExit = 77

const before = `
import os, signal, subprocess, sys, time
try:
    import uno
    from com.sun.star.beans import NamedValue, PropertyValue
except ImportError:
    sys.exit(77)
profile, args = sys.argv[1], sys.argv[2:]
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
`

const after = `
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

// Run starts LibreOffice with a new profile in the folder of that name, runs lines of
// Python, and returns what they print. They have desktop, args, value(name, v) for a
// property, NamedValue and uno.
func Run(profile, lines string, args ...string) ([]byte, error) {
	if _, err := exec.LookPath("soffice"); err != nil {
		return nil, ErrMissing
	}
	body := "    " + strings.ReplaceAll(strings.TrimSpace(lines), "\n", "\n    ")
	said, err := exec.Command("/usr/bin/python3", append([]string{"-c", before + body + after, profile}, args...)...).CombinedOutput()
	var exit *exec.ExitError
	switch {
	case err == nil:
		return said, nil
	case !errors.As(err, &exit), exit.ExitCode() == missingExit: // no python3, or no uno
		return nil, ErrMissing
	}
	return nil, fmt.Errorf("officetest: %w: %s", err, said)
}
