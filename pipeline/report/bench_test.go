package report

import (
	"crypto/ed25519"
	"crypto/sha256"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"baitai/spool"
	"baitai/spool/ledger"
)

// A large ledger: some years of a busy prefecture, twelve thousand jobs.
const largeEntries = 100_000

// largeLedger makes such a ledger on the disk and opens it as papers do.
func largeLedger(b *testing.B) (*ledger.Reader, string) {
	b.Helper()
	dir := filepath.Join(b.TempDir(), "ledger")
	seed := sha256.Sum256([]byte("a key for a benchmark"))
	key := ed25519.NewKeyFromSeed(seed[:])
	at := at(1, 0, 0, 0).AddDate(-5, 0, 0)
	now := func() time.Time {
		at = at.Add(26 * time.Minute)
		return at
	}
	l, err := ledger.Create(dir, "pref.example.lg.jp/ledger", key, ledger.Options{Disk: spool.NewDisk(nil), Now: now, Rand: rand.NewChaCha8([32]byte{'b'})})
	if err != nil {
		b.Fatal(err)
	}
	for job := 0; l.Size() < largeEntries; {
		var batch []ledger.Entry
		for len(batch) < 8000 {
			batch = append(batch, oneJobOf(job)...)
			job++
		}
		_, err := l.Append(batch...)
		if err == nil {
			err = l.Publish()
		}
		if err != nil {
			b.Fatal(err)
		}
	}
	vkey := l.VerifierKey()
	if err := l.Close(); err != nil {
		b.Fatal(err)
	}
	return open(b, dir, vkey), dir
}

func open(b *testing.B, dir, vkey string) *ledger.Reader {
	b.Helper()
	r, err := ledger.OpenReader(dir, vkey)
	if err != nil {
		b.Fatal(err)
	}
	return r
}

// oneJobOf is what the ledger has of a job that is answered and handed over.
func oneJobOf(n int) []ledger.Entry {
	acts := []ledger.Act{ledger.Received, ledger.Opened, ledger.Granted, ledger.Matched, ledger.Sealed, ledger.Published, ledger.HandingOver, ledger.Delivered, ledger.ReceiptConfirmed}
	list := make([]ledger.Entry, len(acts))
	for i, act := range acts {
		e := ledger.Entry{Act: act, Result: ledger.OK, Job: fmt.Sprintf("job-%08d", n), Attempt: 1, Operator: "op-1", Host: "host",
			Office: fmt.Sprintf("office-%02d", n%40), Function: ledger.Bulk}
		switch act {
		case ledger.Opened:
			e.Counts = map[string]int64{"rows": 1200}
		case ledger.Matched:
			e.Generation, e.Codes = digest, map[string]int64{"R203": 2}
			e.Counts = map[string]int64{"rows": 1200, "00": 1000, "10": 198, "80": 2, "grade:name:same": 900, "grade:birth:same": 1000, "grade:address:partial": 340}
		case ledger.Sealed:
			e.Digests = map[string]string{"manifest": digest}
		case ledger.Delivered:
			e.Medium, e.Digests = "brought", map[string]string{"result.csv.zst.age": digest, "notes.txt.age": digest, "result.manifest.json": digest}
		case ledger.ReceiptConfirmed:
			e.Counts, e.Digests = map[string]int64{ledger.ReceivedOn: 20261104}, map[string]string{"manifest": digest}
		}
		list[i] = e
	}
	return list
}

// BenchmarkLargeLedger is what papers cost that are made of a large ledger, beside
// reading its bytes and nothing else.
func BenchmarkLargeLedger(b *testing.B) {
	r, dir := largeLedger(b)
	entries := func(b *testing.B) {
		b.ReportMetric(float64(r.Size())*float64(b.N)/b.Elapsed().Seconds(), "entries/s")
	}
	run := func(name string, make func() error) {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := make(); err != nil {
					b.Fatal(err)
				}
			}
			entries(b)
		})
	}
	run("bare read", func() error { return readAll(filepath.Join(dir, "tile", "entries")) })
	run("all entries", func() error {
		for _, err := range r.All(0) {
			if err != nil {
				return err
			}
		}
		return nil
	})
	s := setting("ja")
	run("month", func() error {
		m, err := MonthOf(r.All(0), at(1, 0, 0, 0).AddDate(0, -2, 0))
		if err == nil {
			err = s.WriteMonth(io.Discard, m)
		}
		return err
	})
	run("book of a month", func() error {
		k, err := BookOf(r.All(0), at(1, 0, 0, 0).AddDate(0, -2, 0), at(1, 0, 0, 0).AddDate(0, -1, 0))
		if err == nil {
			err = s.WriteBook(io.Discard, k)
		}
		return err
	})
	run("book of everything", func() error {
		k, err := BookOf(r.All(0), at(1, 0, 0, 0).AddDate(-9, 0, 0), at(1, 0, 0, 0).AddDate(9, 0, 0))
		if err == nil {
			err = s.WriteBook(io.Discard, k)
		}
		return err
	})
	run("job", func() error {
		j, err := JobOf(r.All(0), "job-00000100")
		if err == nil {
			err = s.WriteJob(io.Discard, j)
		}
		return err
	})
}

// readAll reads files and lets go of what it read.
func readAll(dir string) error {
	return filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasPrefix(d.Name(), ".") {
			return err
		}
		_, err = os.ReadFile(path)
		return err
	})
}
