package report

import (
	"bytes"
	"iter"
	"strings"
	"testing"
	"time"

	"baitai/crypto/manifest"
	"baitai/pipeline/issue"
	"baitai/spool/ledger"
)

func jst() *time.Location { return time.FixedZone("JST", 9*3600) }

// at is a moment of the invented November.
func at(day, hour, minute, second int) time.Time {
	return time.Date(2026, 11, day, hour, minute, second, 0, jst())
}

const (
	oneJob = "aaaa-bbbb-cccc-dddd"
	badJob = "eeee-ffff-gggg-hhhh"
	digest = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
)

// course is an invented ledger: one list that is answered in its second attempt and
// handed over, and one that is refused.
func course() []ledger.Entry {
	e := func(t time.Time, act ledger.Act, job, office string, attempt int) ledger.Entry {
		return ledger.Entry{Time: t, Act: act, Result: ledger.OK, Job: job, Office: office, Attempt: attempt, Operator: "op-1", Host: "host"}
	}
	read := e(at(2, 9, 0, 0), ledger.MediumRead, oneJob, "fukushi", 0)
	read.Medium, read.Counts = "usb-001", map[string]int64{"files": 2, "bytes": 999}
	opened := e(at(2, 9, 5, 2), ledger.Opened, oneJob, "fukushi", 2)
	opened.Counts = map[string]int64{"rows": 1200}
	granted := e(at(2, 9, 5, 3), ledger.Granted, oneJob, "fukushi", 2)
	granted.Purpose, granted.Basis = "fukushi-01", "juki-30-44-6-1-2"
	stale := e(at(2, 9, 4, 0), ledger.Matched, oneJob, "fukushi", 1)
	stale.Counts, stale.Codes = map[string]int64{"rows": 7, "00": 7}, map[string]int64{"R203": 7}
	matched := e(at(2, 9, 5, 9), ledger.Matched, oneJob, "fukushi", 2)
	matched.Counts = map[string]int64{"rows": 1200, "00": 1000, "01": 40, "10": 100, "30": 57, "80": 3,
		"grade:name:same": 900, "grade:name:variant": 140, "grade:kana:missing": 1040, "grade:birth:same": 1030, "grade:birth:slip": 10,
		"grade:sex:missing": 1000, "grade:sex:differs": 40, "grade:address:same": 700, "grade:address:partial": 340}
	matched.Codes, matched.Generation = map[string]int64{"R203": 2, "R206": 1}, digest
	sealed := e(at(2, 9, 5, 10), ledger.Sealed, oneJob, "fukushi", 2)
	sealed.Digests = map[string]string{"manifest": digest}
	delivered := e(at(3, 13, 0, 0), ledger.Delivered, oneJob, "fukushi", 2)
	delivered.Medium, delivered.Digests = "brought", map[string]string{"result.csv.zst.age": digest, "notes.txt.age": digest}
	other := e(at(4, 9, 0, 0), ledger.ReceiptConfirmed, oneJob, "fukushi", 2)
	other.Result, other.Codes, other.Counts = ledger.ResultRefused, map[string]int64{"M213": 1}, map[string]int64{"received-on": 20261104}
	confirmed := e(at(5, 9, 0, 0), ledger.ReceiptConfirmed, oneJob, "fukushi", 2)
	confirmed.Counts, confirmed.Digests = map[string]int64{"received-on": 20261104}, map[string]string{"manifest": digest}
	refused := e(at(30, 23, 59, 59), ledger.Refused, badJob, "zeimu", 1)
	refused.Result, refused.Codes = ledger.ResultRefused, map[string]int64{"F117": 1}
	away := e(at(4, 10, 0, 0), ledger.TurnedAway, "", "zeimu", 0)
	away.Result, away.Medium, away.Codes = ledger.ResultRefused, "brought", map[string]int64{"M102": 1}
	failed := e(at(2, 9, 4, 30), ledger.Failed, oneJob, "fukushi", 1)
	failed.Result = ledger.ResultFailed
	return []ledger.Entry{
		e(at(1, 0, 0, 0), ledger.Initialized, "", "", 0), read,
		e(at(2, 9, 3, 0), ledger.Received, oneJob, "fukushi", 1), stale, failed, opened, granted, matched, sealed,
		e(at(2, 9, 5, 11), ledger.Published, oneJob, "fukushi", 2),
		e(at(3, 12, 59, 0), ledger.HandingOver, oneJob, "fukushi", 2), delivered, away, other, confirmed,
		e(at(30, 23, 59, 58), ledger.Received, badJob, "zeimu", 1), refused,
		e(at(30, 24, 0, 0), ledger.Received, "late-late-late-late", "zeimu", 1), // in December
	}
}

func entries(list []ledger.Entry) Entries {
	return iter.Seq2[ledger.Stored, error](func(yield func(ledger.Stored, error) bool) {
		for i, e := range list {
			if !yield(ledger.Stored{Index: int64(i), Entry: e}, nil) {
				return
			}
		}
	})
}

// note is a checkpoint as long as real ones are; its signature is invented.
const note = "pref.example.lg.jp/baitai\n15\nqZfUkkN1oOq4VvmlVjhsXN2rS0VOw9wJ7aTAdJ0vJg8=\n\n" +
	"— pref.example.lg.jp/baitai AZ1rAffzzB8Sm8/6XNjI2OwmpUPIVOvFMcMHQ7xsJqZMuqq77Tqwqnqsm5Uj79MW6cGM+s3hK/MHXl7srvk5l7dN0QI=\n"

func setting(lang issue.Lang) *Setting {
	return &Setting{
		Lang: lang, Site: "見本県", Made: at(30, 12, 0, 0),
		Checkpoint: Checkpoint{Origin: "pref.example.lg.jp/baitai", Size: 15, Root: [32]byte{1, 2, 3}, Note: note},
		Office:     func(code string) string { return map[string]string{"fukushi": "福祉課"}[code] },
		Act:        func(a ledger.Act) string { return string(a) },
	}
}

func letter() Letter {
	return Letter{Job: oneJob, Office: "fukushi", Created: at(2, 9, 5, 10), Rows: 1200, Found: 1040, Entry: 8, Manifest: digest,
		Keys: []string{"SHA256:abc"}, Files: []manifest.File{{Name: "notes.txt.age", SHA256: digest, Bytes: 3885}, {Name: "result.csv.zst.age", SHA256: digest, Bytes: 1234567}},
		Handed: []Passing{{Index: 11, Time: at(3, 13, 0, 0), Act: ledger.Delivered, Medium: "brought"}}}
}

// pages writes every kind of paper.
func pages(t *testing.T, lang issue.Lang) map[string]string {
	t.Helper()
	s, all := setting(lang), entries(course())
	j := must[Job](t)(JobOf(all, oneJob))
	m := must[Month](t)(MonthOf(all, at(1, 0, 0, 0)))
	b := must[Book](t)(BookOf(all, at(1, 0, 0, 0), at(31, 0, 0, 0)))
	refusal := letter()
	refusal.Refusal, refusal.Rows = true, 0
	mail := letter()
	mail.Mail, mail.Keys = true, nil
	empty := must[Month](t)(MonthOf(all, at(1, 0, 0, 0).AddDate(1, 0, 0)))
	out := make(map[string]string)
	for name, write := range map[string]func(*bytes.Buffer) error{
		"job":     func(w *bytes.Buffer) error { return s.WriteJob(w, j) },
		"month":   func(w *bytes.Buffer) error { return s.WriteMonth(w, m) },
		"empty":   func(w *bytes.Buffer) error { return s.WriteMonth(w, empty) },
		"book":    func(w *bytes.Buffer) error { return s.WriteBook(w, b) },
		"letter":  func(w *bytes.Buffer) error { return s.WriteLetter(w, letter()) },
		"refusal": func(w *bytes.Buffer) error { return s.WriteLetter(w, refusal) },
		"mail":    func(w *bytes.Buffer) error { return s.WriteLetter(w, mail) },
	} {
		var w bytes.Buffer
		if err := write(&w); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		out[name] = strings.TrimSpace(w.String()) + "\n"
	}
	return out
}

func must[T any](t *testing.T) func(T, error) T {
	t.Helper()
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}
