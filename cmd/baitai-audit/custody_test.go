//go:build linux

package main

import (
	"crypto/ed25519"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"baitai/spool"
	"baitai/spool/ledger"
)

// newLedger makes a ledger with entries, of which the last publish is missing if
// open is set, and returns its folder and the file of its key.
func newLedger(t *testing.T, open bool, entries ...ledger.Entry) (dir, key string) {
	t.Helper()
	_, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	temp := t.TempDir()
	dir, key = filepath.Join(temp, "ledger"), filepath.Join(temp, "ledger.vkey")
	env := environment()
	l, err := ledger.Create(dir, "baitai.invalid/test", private, ledger.Options{Disk: spool.NewDisk(nil), Now: env.Now, Rand: env.Rand})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := l.Append(entries...); err != nil {
		t.Fatal(err)
	}
	if !open {
		err = l.Publish()
	}
	// As an editor on Windows saves it.
	err = errors.Join(err, l.Close(), os.WriteFile(key, []byte("\ufeff"+l.VerifierKey()+"\r\n"), 0o600))
	if err != nil {
		t.Fatal(err)
	}
	return dir, key
}

func act(a ledger.Act, job string) ledger.Entry { return ledger.Entry{Act: a, Job: job, Attempt: 1} }

func TestAGenuineLedgerWithGapsIsNotGood(t *testing.T) {
	dir, key := newLedger(t, false, act(ledger.Received, "job-0001"), act(ledger.Opened, "job-0001"), act(ledger.Opened, "job-0001"),
		act(ledger.Refused, "job-0001"), act(ledger.Granted, "job-0002"), act(ledger.Delivered, "job-0003"))
	code, out, said := audit("ledger", "verify", dir, "--key", key, "--lang", "en")
	for _, want := range []string{"entry 2, job job-0001: an act was entered twice in one attempt", "entry 4, job job-0002: the job was never received",
		"entry 5, job job-0003: handed over without having been published", "L104 the ledger is genuine but its custody record has gaps (3)"} {
		if !strings.Contains(said, want) {
			t.Errorf("%q is not said in\n%s", want, said)
		}
	}
	if code != 20 || !strings.Contains(out, "open job: job-0002") {
		t.Errorf("exit %d\n%s", code, out)
	}
	_, _, said = audit("ledger", "verify", dir, "--key", key)
	if !strings.Contains(said, "台帳 2 番 受付 job-0001: 同じ行為が二度記録されています") {
		t.Errorf("in Japanese:\n%s", said)
	}
	if code, out, _ := audit("ledger", "verify", dir, "--key", key, "--json"); code != 20 || !strings.Contains(out, `"code": "L104"`) {
		t.Errorf("exit %d\n%s", code, out)
	}
}

func TestALedgerWhoseWriterWasKilledIsGenuine(t *testing.T) {
	dir, key := newLedger(t, true, act(ledger.Received, "job-0001"), act(ledger.Refused, "job-0001"))
	wal, err := os.OpenFile(filepath.Join(dir, "wal"), os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := wal.Write([]byte{0xf1, 'B', 'L', 0, 0, 0}); err != nil { // a frame that was begun
		t.Fatal(err)
	}
	if err := wal.Close(); err != nil {
		t.Fatal(err)
	}
	code, out, said := audit("ledger", "verify", dir, "--key", key, "--lang", "en")
	if code != 0 || said != "" || !strings.Contains(out, "2 entries") || !strings.Contains(out, "not yet in a bundle: 2") || !strings.Contains(out, "unfinished at the end: 6 bytes") {
		t.Errorf("exit %d, said %q\n%s", code, said, out)
	}
	if code, out, _ := audit("ledger", "show", dir, "--key", key, "--lang", "en"); code != 0 || len(regexp.MustCompile(`(?m)^\d`).FindAllString(out, -1)) != 2 {
		t.Errorf("exit %d\n%s", code, out)
	}
}
