package report

import (
	"errors"
	"maps"
	"testing"
	"time"

	"baitai/spool/ledger"
)

func TestAJobIsWhatItsLastAttemptSays(t *testing.T) {
	j := must[Job](t)(JobOf(entries(course()), oneJob))
	if j.ID != oneJob || j.Office != "fukushi" || j.Purpose != "fukushi-01" || j.End != ledger.Published || j.Opened != 1200 {
		t.Errorf("got %+v", j)
	}
	if want := map[string]int64{"00": 1000, "01": 40, "10": 100, "30": 57, "80": 3}; j.Rows != 1200 || !maps.Equal(j.Answers, want) {
		t.Errorf("answers %v of %d rows: the first attempt must not count", j.Answers, j.Rows)
	}
	if want := map[string]int64{"R203": 2, "R206": 1}; !maps.Equal(j.Faults, want) {
		t.Errorf("faults %v", j.Faults)
	}
	if len(j.Grades) != 9 || j.Grades["grade:name:variant"] != 140 {
		t.Errorf("grades %v", j.Grades)
	}
	if !j.Delivered || j.Received != "2026-11-04" {
		t.Errorf("delivered %t, received %q", j.Delivered, j.Received)
	}
	if len(j.Steps) != 13 {
		t.Errorf("%d steps", len(j.Steps))
	}
	var took time.Duration
	for _, l := range j.Lapses {
		took += l.Took
	}
	if first := j.Lapses[0]; first.From != ledger.Opened || first.Took != time.Second || took != at(3, 13, 0, 0).Sub(at(2, 9, 5, 2)) {
		t.Errorf("lapses %v", j.Lapses)
	}
	if none := must[Job](t)(JobOf(entries(course()), "none")); none.ID != "" {
		t.Error("a job that the ledger does not have")
	}
}

func TestAMonthCountsWhatWasClosedInIt(t *testing.T) {
	m := must[Month](t)(MonthOf(entries(course()), at(1, 0, 0, 0)))
	if m.Received != 2 || m.Published != 1 || m.Refused != 1 || m.Delivered != 1 || m.Confirmed != 1 || m.Failed != 1 || m.Rows != 1200 || m.Answers["00"] != 1000 || m.Faults["F117"] != 1 || m.Away != 1 || m.Faults["M102"] != 1 {
		t.Errorf("got %+v", m)
	}
	want := []OfficeMonth{{Office: "fukushi", Published: 1, Rows: 1200, Found: 1040, Delivered: 1, Confirmed: 1}, {Office: "zeimu", Refused: 1}}
	if len(m.Offices) != 2 || m.Offices[0] != want[0] || m.Offices[1] != want[1] {
		t.Errorf("offices %+v", m.Offices)
	}
	december := must[Month](t)(MonthOf(entries(course()), at(1, 0, 0, 0).AddDate(0, 1, 0)))
	if december.Received != 1 || december.Rows != 0 || len(december.Offices) != 0 {
		t.Errorf("December has %+v", december)
	}
}

// A list may come in one month and be answered in the next: it is counted once.
func TestAListOfTwoMonthsIsCountedInTheSecond(t *testing.T) {
	received := ledger.Entry{Time: at(30, 23, 0, 0), Act: ledger.Received, Job: oneJob, Office: "o", Attempt: 1}
	matched := ledger.Entry{Time: at(31, 1, 0, 0), Act: ledger.Matched, Job: oneJob, Office: "o", Attempt: 1, Counts: map[string]int64{"rows": 2, "10": 2}}
	published := ledger.Entry{Time: at(31, 1, 0, 1), Act: ledger.Published, Job: oneJob, Office: "o", Attempt: 1}
	all := entries([]ledger.Entry{received, matched, published})
	first, second := must[Month](t)(MonthOf(all, at(1, 0, 0, 0))), must[Month](t)(MonthOf(all, at(31, 0, 0, 0)))
	if first.Received != 1 || first.Rows != 0 || second.Received != 0 || second.Rows != 2 || second.Published != 1 {
		t.Errorf("first %+v\nsecond %+v", first, second)
	}
}

func TestTheCustodyBookHasWhatPassedInThePeriod(t *testing.T) {
	b := must[Book](t)(BookOf(entries(course()), at(2, 9, 0, 0), at(30, 23, 59, 58)))
	var acts []ledger.Act
	for _, p := range b.Passings {
		acts = append(acts, p.Act)
	}
	if len(acts) != 5 || acts[4] != ledger.ReceiptConfirmed || b.Passings[4].Received != "2026-11-04" || acts[0] != ledger.MediumRead || acts[1] != ledger.Received || acts[2] != ledger.Delivered || acts[3] != ledger.TurnedAway || b.Passings[0].Files != 2 || b.Passings[2].Files != 2 {
		t.Errorf("got %+v", b.Passings)
	}
}

func TestTheEntryOfAResultIsThatOfItsManifest(t *testing.T) {
	index, manifest, handed, err := EntryOf(entries(course()), oneJob)
	if err != nil || index != 8 || manifest != digest || len(handed) != 1 || handed[0].Medium != "brought" {
		t.Errorf("got %d %s %v %v", index, manifest, handed, err)
	}
}

// A ledger that cannot be read to its end gives no report at all.
func TestAnErrorOfTheLedgerIsPassedOn(t *testing.T) {
	wrong := errors.New("changed")
	all := func(yield func(ledger.Stored, error) bool) { yield(ledger.Stored{}, wrong) }
	_, job := JobOf(all, oneJob)
	_, month := MonthOf(all, at(1, 0, 0, 0))
	_, book := BookOf(all, at(1, 0, 0, 0), at(2, 0, 0, 0))
	_, _, _, entry := EntryOf(all, oneJob)
	for _, err := range []error{job, month, book, entry} {
		if !errors.Is(err, wrong) {
			t.Errorf("got %v", err)
		}
	}
}
