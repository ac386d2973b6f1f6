package ledger

import (
	"cmp"
	"iter"
	"slices"
	"time"
)

// A Rule of custody: what the entries of one job must be like, beyond being
// unchanged.
type Rule string

// The rules.
const (
	Doubled      Rule = "doubled"        // an act stands twice in one attempt
	ClosedTwice  Rule = "closed-twice"   // an act after the attempt was closed
	AfterFinal   Rule = "after-final"    // an attempt after the job was closed
	NotReceived  Rule = "not-received"   // an act of a job that was never received
	NotClosed    Rule = "not-closed"     // a later attempt while one was open
	WrongAttempt Rule = "wrong-attempt"  // an attempt that is no number, or goes back
	NotPublished Rule = "not-published"  // handed over without having been published
	NotDelivered Rule = "not-delivered"  // a receipt of what was never handed over
	NoJob        Rule = "no-job"         // an act of a job without the job's id
	TimeBack     Rule = "time-goes-back" // more than a minute before the entry before it
)

// Finding is one breach of a rule of custody. It is no tampering: the entries
// are what was written, but what was written is not as it should be.
type Finding struct {
	Rule    Rule
	Index   int64
	Job     string
	Attempt int
	Act     Act
}

// OpenJob is a job that was received and not closed.
type OpenJob struct {
	Job     string
	Office  string
	Attempt int       // the last
	Act     Act       // the last
	Index   int64     // of the last act
	Since   time.Time // when it was received
}

// Custody is what the entries say about the jobs.
type Custody struct {
	Jobs     int64     // received
	Closed   int64     // with exactly one end: published, refused, unpacked or failed
	Open     []OpenJob // in the order of their receipt
	Findings []Finding // in the order of the entries
}

// CheckCustody checks the rules that every job keeps: each act at most once in
// an attempt, received before anything else, every attempt closed by exactly one
// act, nothing after the job was published, refused or unpacked.
func CheckCustody(entries iter.Seq2[Stored, error]) (Custody, error) {
	c := newCustody()
	for s, err := range entries {
		if err != nil {
			return Custody{}, err
		}
		c.add(s)
	}
	return c.result(), nil
}

type custody struct {
	jobs     map[string]*course
	findings []Finding
	last     time.Time
}

// course is what is known of one job.
type course struct {
	order    int64
	attempt  int
	done     map[Act]bool // in this attempt
	closed   Act          // what closed this attempt
	final    bool
	received bool
	handed   bool
	open     OpenJob
}

func newCustody() *custody { return &custody{jobs: map[string]*course{}} }

func (c *custody) find(r Rule, s Stored) {
	c.findings = append(c.findings, Finding{r, s.Index, s.Entry.Job, s.Entry.Attempt, s.Entry.Act})
}

// clockSlack is how far a clock may be set back without being reported.
const clockSlack = time.Minute

func (c *custody) add(s Stored) {
	e := &s.Entry
	if e.Time.Before(c.last.Add(-clockSlack)) {
		c.find(TimeBack, s)
	}
	c.last = e.Time
	if e.Job == "" {
		if e.Act.ofJob() {
			c.find(NoJob, s)
		}
		return
	}
	j := c.jobs[e.Job]
	if e.Act == Delivered || e.Act == ReceiptConfirmed {
		switch {
		case j == nil || !j.final: // an error file of a refusal is handed over too
			c.find(NotPublished, s)
		case e.Act == Delivered:
			j.handed = true
		case !j.handed:
			c.find(NotDelivered, s)
		}
	}
	if !e.Act.ofJob() {
		return
	}
	if j == nil {
		j = &course{order: s.Index, done: map[Act]bool{}, open: OpenJob{Job: e.Job, Since: e.Time}}
		c.jobs[e.Job] = j
	}
	c.step(j, s)
}

// step takes an act that belongs to the course of an attempt.
func (c *custody) step(j *course, s Stored) {
	e := &s.Entry
	switch {
	case j.final:
		c.find(AfterFinal, s)
	case e.Attempt < 1 || e.Attempt < j.attempt:
		c.find(WrongAttempt, s)
		return
	case e.Attempt > j.attempt:
		if j.attempt > 0 && j.closed == "" {
			c.find(NotClosed, s)
		}
		j.attempt, j.closed, j.done = e.Attempt, "", map[Act]bool{}
	case j.done[e.Act]:
		c.find(Doubled, s)
	case j.closed != "":
		c.find(ClosedTwice, s)
	}
	if e.Act == Received {
		j.received = true
	} else if !j.received {
		c.find(NotReceived, s)
		j.received = true // reported once a job
	}
	j.done[e.Act] = true
	if e.Act.closesAttempt() && j.closed == "" {
		j.closed = e.Act
	}
	j.final = j.final || e.Act.closesJob()
	j.open.Attempt, j.open.Act, j.open.Index = e.Attempt, e.Act, s.Index
	j.open.Office = cmp.Or(e.Office, j.open.Office)
}

func (c *custody) result() Custody {
	r := Custody{Jobs: int64(len(c.jobs)), Findings: c.findings}
	var open []*course
	for _, j := range c.jobs {
		// An attempt that was interrupted is closed, its job is not: it runs again.
		if j.final || j.closed == Failed {
			r.Closed++
		} else {
			open = append(open, j)
		}
	}
	slices.SortFunc(open, func(a, b *course) int { return cmp.Compare(a.order, b.order) })
	for _, j := range open {
		r.Open = append(r.Open, j.open)
	}
	return r
}
