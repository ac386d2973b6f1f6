package job_test

import (
	"context"
	"errors"
	"os"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"baitai/pipeline/issue"
	"baitai/pipeline/job"
	"baitai/spool/ledger"
)

func today() time.Time { return time.Now().In(time.FixedZone("JST", 9*3600)) }

// receiver is a name that must stand nowhere in plain.
const receiver = "見本受領子"

// confirmWith confirms a receipt with a fault, in a run of its own.
func confirmWith(t *testing.T, p *place, f *fault, id string) error {
	t.Helper()
	s := p.openAs(t, first, f.step)
	f.armed = true
	_, err := s.Confirm(job.Receipt{Job: id, On: today(), By: receiver})
	f.armed = false
	return errors.Join(err, s.Close())
}

// waitsFor is whom status says that a job waits for.
func waitsFor(t *testing.T, p *place, id string) string {
	t.Helper()
	list, err := job.Status(context.Background(), p.site(), true)
	must(t, err)
	for _, s := range list {
		if s.Job == id {
			return s.WaitsFor
		}
	}
	return ""
}

// handedOver is a place with one result that was handed over.
func handedOver(t *testing.T) (*place, string) {
	t.Helper()
	p, id := waiting(t)
	must(t, deliverWith(t, p, &fault{}, id, p.path("medium")))
	if w := waitsFor(t, p, id); w != job.WaitsReceipt {
		t.Fatalf("a delivery waits for %q", w)
	}
	return p, id
}

// TestAReceiptIsConfirmedOnceWhateverFails at each step of it: on a full disk, on a
// failing one, and where the process is killed.
func TestAReceiptIsConfirmedOnceWhateverFails(t *testing.T) {
	template, id := handedOver(t)
	trial, trace := template.copy(t), &fault{}
	must(t, confirmWith(t, trial, trace, id))
	causes := []error{unix.ENOSPC, unix.EIO}
	again := func(t *testing.T, p *place) {
		must(t, p.open(t).Close()) // what was broken off is brought into step
		if n := count(p.checkCustody(t), ledger.ReceiptConfirmed, id); n == 0 {
			if w := waitsFor(t, p, id); w != job.WaitsReceipt {
				t.Errorf("it waits for %q although nothing was entered", w)
			}
			must(t, confirmWith(t, p, &fault{}, id))
		}
		if n := count(p.checkCustody(t), ledger.ReceiptConfirmed, id); n != 1 {
			t.Errorf("%d confirmations", n)
		}
		if w := waitsFor(t, p, id); w != job.WaitsNobody {
			t.Errorf("it waits for %q", w)
		}
		if where := grep(t, p.site(), receiver); where != "" {
			t.Errorf("the name stands in plain in %s", where)
		}
	}
	forEachStep(t, trace.steps, 1, func(t *testing.T, k int) {
		p := template.copy(t)
		err := confirmWith(t, p, &fault{at: k, do: func() error { return causes[k%len(causes)] }}, id)
		if err == nil {
			t.Fatal("nobody said so")
		}
		again(t, p)
	})
	forEachStep(t, template.copy(t).steps(t, "confirm", id), 1, func(t *testing.T, k int) {
		p := template.copy(t)
		die(t, p, "confirm", id, k)
		again(t, p)
	})
}

func TestAReceiptNeedsADeliveryAndADayAfterIt(t *testing.T) {
	p, id := waiting(t)
	s := p.open(t)
	confirm := func(r job.Receipt, want issue.Code) {
		t.Helper()
		r.Job, r.By = id, receiver
		if _, err := s.Confirm(r); !errors.Is(err, issue.New(want, issue.Pos{})) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	confirm(job.Receipt{On: today()}, issue.NotDelivered)
	first, second := p.path("medium"), p.path("tmp")
	for _, to := range []string{first, second} { // the first medium was lost on its way
		if _, err := s.Deliver(context.Background(), id, to, ""); err != nil {
			t.Fatal(err)
		}
	}
	confirm(job.Receipt{On: today().AddDate(0, 0, -1)}, issue.ReceiptDay)
	confirm(job.Receipt{On: today().AddDate(0, 0, 2)}, issue.ReceiptDay)
	confirm(job.Receipt{On: today(), Manifest: "ffffffffff"}, issue.ReceiptOfAnother)
	c, err := s.Confirm(job.Receipt{Job: id, On: today(), By: receiver, Witness: receiver})
	must(t, err)
	confirm(job.Receipt{On: today()}, issue.ReceiptConfirmedBefore) // nobody has to confirm the lost one
	list, err := s.Receipts(id)
	must(t, err)
	if len(list) != 1 || list[0].By != receiver || list[0].Witness != receiver || list[0].On != c.On || !list[0].Delivered.Equal(c.Delivered) {
		t.Errorf("got %+v", list)
	}
	must(t, s.Close())
	all := p.checkCustody(t)
	var handed []int64
	for _, e := range all {
		switch {
		case e.Entry.Act == ledger.Delivered:
			handed = append(handed, e.Index)
		case e.Entry.Act == ledger.ReceiptConfirmed && e.Entry.Result == ledger.OK:
			if len(e.Entry.About) != 1 || e.Entry.About[0] != handed[1] || e.Entry.Counts[ledger.ReceivedOn] != ledger.DayNumber(today()) || e.Entry.Digests["manifest"] == "" {
				t.Errorf("entered: %+v", e.Entry)
			}
		}
	}
	if n := count(all, ledger.OpenedByOperator, id); n != 1 {
		t.Errorf("a look at the names was entered %d times", n)
	}
	must(t, os.RemoveAll(p.path("site", "detail"))) // names that were erased or lost are no names
	if _, err := p.open(t).Receipts(id); err == nil {
		t.Error("names that are not there were shown")
	}
}
