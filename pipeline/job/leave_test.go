package job_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"baitai/pipeline/issue"
	"baitai/spool"
	"baitai/spool/ledger"
)

// TestNothingLeavesThatTheLedgerDoesNotHave: a file laid into the outbox, or one
// that was changed there, keeps the whole result in.
func TestNothingLeavesThatTheLedgerDoesNotHave(t *testing.T) {
	for name, spoil := range map[string]func(dir string) error{
		"a file more": func(dir string) error { return os.WriteFile(filepath.Join(dir, "extra.txt"), []byte(marker), 0o600) },
		"a byte more": func(dir string) error {
			f, err := os.OpenFile(filepath.Join(dir, "result.csv.zst.age"), os.O_APPEND|os.O_WRONLY, 0)
			if err != nil {
				return err
			}
			_, err = f.Write([]byte{0})
			return errors.Join(err, f.Close())
		},
		"a file less": func(dir string) error { return os.Remove(filepath.Join(dir, "notes.txt.age")) },
	} {
		t.Run(name, func(t *testing.T) {
			p := newPlace(t, true)
			p.drop(t, plain, 12, "依頼1")
			out := outcome(t, p.run(t))
			must(t, spoil(p.path("site", "spool", "outbox", plain, out.Job)))
			s := p.open(t)
			_, err := s.Deliver(context.Background(), out.Job, p.path("medium"), "")
			must(t, s.Close())
			if !errors.Is(err, issue.New(issue.ResultChanged, issue.Pos{})) {
				t.Errorf("deliver: %v", err)
			}
			left, err := os.ReadDir(p.path("medium"))
			must(t, err)
			if len(left) > 0 {
				t.Error("something is on the medium")
			}
			if n := count(p.checkCustody(t), ledger.Delivered, ""); n != 0 {
				t.Error("it was entered as delivered")
			}
		})
	}
}

// TestAReviewIsOfTheCurrentGenerationAlone: what is decided from an old picture of
// a person could give out what must not be given out any more.
func TestAReviewIsOfTheCurrentGenerationAlone(t *testing.T) {
	p := newPlace(t, true)
	id := doubtful(t, p)
	rows, about := reviewList(t, p, id)
	path := fillIn(t, p, rows, about, map[string]string{"R2": "1"})
	p.writeExtract(t, "new.csv", 1)
	s := p.open(t)
	_, err := s.Load(context.Background(), []string{p.path("new.csv")}, false, false)
	must(t, errors.Join(err, s.Close()))
	if _, err := takeReview(t, p, path); !errors.Is(err, issue.New(issue.ReviewOutdated, issue.Pos{})) {
		t.Errorf("take: %v", err)
	}
	if n := count(p.checkCustody(t), ledger.Published, ""); n != 1 {
		t.Errorf("%d results", n)
	}
}

// TestWhoeverTookItInMayNotApproveItThoughAnotherRanIt (二人承認).
func TestWhoeverTookItInMayNotApproveItThoughAnotherRanIt(t *testing.T) {
	p := newPlace(t, true)
	p.drop(t, paired, 12, "依頼1")
	s := p.openAs(t, second, nil)
	_, _, err := s.TakeArrivals(context.Background())
	must(t, errors.Join(err, s.Close()))
	out := outcome(t, p.run(t)) // by the first
	if out.State != spool.Held {
		t.Fatalf("it is %s", out.State)
	}
	s = p.openAs(t, second, nil)
	if _, err := s.Approve(out.Job); !errors.Is(err, issue.New(issue.SameOperator, issue.Pos{})) {
		t.Errorf("approve: %v", err)
	}
	asked, err := s.Held(out.Job)
	must(t, errors.Join(err, s.Close()))
	if asked.Rows != 12 || asked.Office != paired || len(asked.Fields) == 0 || asked.Basis == "" {
		t.Errorf("the second person sees %+v", asked)
	}
}
