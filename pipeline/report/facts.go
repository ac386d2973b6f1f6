package report

import (
	"cmp"
	"iter"
	"slices"
	"time"

	"baitai/pipeline/verdict"
	"baitai/spool/ledger"
)

// Entries are those of a ledger, in their order.
type Entries = iter.Seq2[ledger.Stored, error]

// A Step is one act of custody (受渡しの段階) as it was entered.
type Step struct {
	Index    int64      `json:"index"`
	Time     time.Time  `json:"time"`
	Act      ledger.Act `json:"act"`
	Result   string     `json:"result"`
	Attempt  int        `json:"attempt,omitempty"`
	Operator string     `json:"operator"`
	Medium   string     `json:"medium,omitempty"`
}

// A Lapse is the time between two acts of one attempt.
type Lapse struct {
	From ledger.Act    `json:"from"`
	To   ledger.Act    `json:"to"`
	Took time.Duration `json:"took_ns"`
}

// Counted is what was counted of the rows of lists.
type Counted struct {
	Rows    int64            `json:"rows"`
	Answers map[string]int64 `json:"answers"` // by 回答区分
	Faults  map[string]int64 `json:"faults"`  // by issue code
	Grades  map[string]int64 `json:"grades,omitempty"`
}

func newCounted() Counted {
	return Counted{Answers: make(map[string]int64), Faults: make(map[string]int64), Grades: make(map[string]int64)}
}

// add takes the entry of a match, or of a refusal.
func (c *Counted) add(e *ledger.Entry) {
	for key, n := range e.Counts {
		switch {
		case key == "rows":
			c.Rows += n
		case verdict.IsTallyKey(key):
			c.Grades[key] += n
		case len(key) == 2:
			c.Answers[key] += n
		}
	}
	for code, n := range e.Codes {
		c.Faults[code] += n
	}
}

// A Job is what the ledger says of one job (受付).
type Job struct {
	ID         string     `json:"job"`
	Office     string     `json:"office"`
	Purpose    string     `json:"purpose,omitempty"`
	Basis      string     `json:"basis,omitempty"`
	Generation string     `json:"generation,omitempty"`
	End        ledger.Act `json:"end,omitempty"` // what closed it; "" while it is open
	Opened     int64      `json:"rows_opened"`   // rows that the list had
	Delivered  bool       `json:"delivered"`
	Received   string     `json:"received_on,omitempty"` // the day of receipt of the last delivery, once it is confirmed (受領確認)
	Counted
	Steps  []Step  `json:"steps"`
	Lapses []Lapse `json:"lapses"` // of the last attempt, and until it was handed over
}

// JobOf gathers what the ledger says of a job; its ID is "" where it says nothing.
func JobOf(entries Entries, id string) (Job, error) {
	j := Job{Counted: newCounted()}
	for s, err := range entries {
		if err != nil {
			return Job{}, err
		}
		if s.Entry.Job == id {
			j.add(s)
		}
	}
	return j, nil
}

func (j *Job) add(s ledger.Stored) {
	e := &s.Entry
	j.ID, j.Office = e.Job, cmp.Or(e.Office, j.Office)
	j.Purpose, j.Basis, j.Generation = cmp.Or(e.Purpose, j.Purpose), cmp.Or(e.Basis, j.Basis), cmp.Or(e.Generation, j.Generation)
	if n := len(j.Steps); n > 0 && e.Attempt > j.Steps[n-1].Attempt {
		j.Lapses, j.Counted = nil, newCounted() // only the last attempt was answered
	} else if n > 0 && timed(e.Act) && timed(j.Steps[n-1].Act) {
		last := j.Steps[n-1]
		j.Lapses = append(j.Lapses, Lapse{last.Act, e.Act, max(0, e.Time.Sub(last.Time))})
	}
	switch e.Act {
	case ledger.Opened:
		j.Opened = e.Counts["rows"]
	case ledger.Matched, ledger.Refused:
		j.Counted.add(e)
	}
	switch e.Act {
	case ledger.Published, ledger.Refused, ledger.Unpacked:
		j.End = e.Act
	case ledger.Delivered:
		j.Delivered, j.Received = true, ""
	case ledger.ReceiptConfirmed:
		if e.Result == ledger.OK {
			j.Received = ledger.DayOf(e.Counts[ledger.ReceivedOn])
		}
	}
	j.Steps = append(j.Steps, Step{s.Index, e.Time, e.Act, e.Result, e.Attempt, e.Operator, e.Medium})
}

// timed reports whether an act ends a stage of the work; when somebody looks into a
// result, that says nothing of how long it took.
func timed(a ledger.Act) bool {
	switch a {
	case ledger.MediumRead, ledger.Received, ledger.Opened, ledger.Granted, ledger.Held, ledger.Released, ledger.Matched, ledger.Sealed,
		ledger.Published, ledger.Refused, ledger.Unpacked, ledger.HandingOver, ledger.Delivered, ledger.Failed, ledger.Interrupted:
		return true
	}
	return false
}

// A Month is what the ledger says of the lists that were closed in a month, and of
// what was handed over in it.
type Month struct {
	From      time.Time `json:"from"`
	Until     time.Time `json:"until"` // the first moment after it
	Received  int64     `json:"received"`
	Published int64     `json:"published"`
	Refused   int64     `json:"refused"`
	Unpacked  int64     `json:"unpacked"`
	Delivered int64     `json:"delivered"`
	Confirmed int64     `json:"receipts_confirmed"`
	Away      int64     `json:"turned_away"` // files that never became a job
	Failed    int64     `json:"failed"`      // attempts that ended with a fault or were broken off
	Counted
	Offices []OfficeMonth `json:"offices"` // by their codes
	Stages  []Stage       `json:"stages"`  // in the order in which they first came
}

// An OfficeMonth is the share of one office (照会元) in a month.
type OfficeMonth struct {
	Office    string `json:"office"`
	Published int64  `json:"published"`
	Refused   int64  `json:"refused"`
	Rows      int64  `json:"rows"`
	Found     int64  `json:"found"` // rows answered with a person
	Delivered int64  `json:"delivered"`
	Confirmed int64  `json:"receipts_confirmed"`
}

// A Stage is how long the same two acts lay apart in many jobs.
type Stage struct {
	From    ledger.Act    `json:"from"`
	To      ledger.Act    `json:"to"`
	Jobs    int           `json:"jobs"`
	Median  time.Duration `json:"median_ns"`
	Longest time.Duration `json:"longest_ns"`
}

// MonthOf gathers what the ledger says of the month that begins at from. It needs the
// entries from before, too: of a list that was taken in earlier.
func MonthOf(entries Entries, from time.Time) (Month, error) {
	m := Month{From: from, Until: from.AddDate(0, 1, 0), Counted: newCounted()}
	g := monthGatherer{month: &m, open: make(map[string]*Job), offices: make(map[string]*OfficeMonth), took: make(map[Lapse][]time.Duration)}
	for s, err := range entries {
		if err != nil {
			return Month{}, err
		}
		if !s.Entry.Time.Before(m.Until) {
			continue // clocks may go back a little: a later entry may still be of the month
		}
		g.add(s)
	}
	g.finish()
	return m, nil
}

type monthGatherer struct {
	month   *Month
	open    map[string]*Job // not closed yet
	offices map[string]*OfficeMonth
	took    map[Lapse][]time.Duration // by the two acts
	order   []Lapse
}

func (g *monthGatherer) add(s ledger.Stored) {
	e := &s.Entry
	within := !e.Time.Before(g.month.From)
	if within {
		g.count(e)
	}
	if e.Job == "" {
		return
	}
	j := g.open[e.Job]
	if j == nil && (e.Act == ledger.Received || e.Act == ledger.MediumRead) {
		j = &Job{Counted: newCounted()}
		g.open[e.Job] = j
	}
	if j == nil {
		return // handed over, or looked at, after it was closed
	}
	j.add(s)
	if j.End == "" {
		return
	}
	delete(g.open, e.Job)
	if within {
		g.close(j)
	}
}

func (g *monthGatherer) count(e *ledger.Entry) {
	m := g.month
	switch e.Act {
	case ledger.Received:
		m.Received++
	case ledger.Published:
		m.Published++
	case ledger.Refused:
		m.Refused++
	case ledger.Unpacked:
		m.Unpacked++
	case ledger.TurnedAway:
		m.Away++
		for code, n := range e.Codes {
			m.Faults[code] += n
		}
	case ledger.Failed, ledger.Interrupted:
		m.Failed++
	case ledger.Delivered:
		m.Delivered++
		g.of(e.Office).Delivered++
	case ledger.ReceiptConfirmed:
		if e.Result == ledger.OK {
			m.Confirmed++
			g.of(e.Office).Confirmed++
		}
	}
}

func (g *monthGatherer) of(office string) *OfficeMonth {
	o := g.offices[office]
	if o == nil {
		o = &OfficeMonth{Office: office}
		g.offices[office] = o
	}
	return o
}

func (g *monthGatherer) close(j *Job) {
	g.month.Rows += j.Rows
	for _, m := range []struct{ to, from map[string]int64 }{{g.month.Answers, j.Answers}, {g.month.Faults, j.Faults}, {g.month.Grades, j.Grades}} {
		for key, n := range m.from {
			m.to[key] += n
		}
	}
	o := g.of(j.Office)
	switch j.End {
	case ledger.Published:
		o.Published++
	case ledger.Refused:
		o.Refused++
	}
	o.Rows += j.Rows
	for code, n := range j.Answers {
		if verdict.Answer(code).Provides() {
			o.Found += n
		}
	}
	for _, l := range j.Lapses {
		key := Lapse{From: l.From, To: l.To}
		if g.took[key] == nil {
			g.order = append(g.order, key)
		}
		g.took[key] = append(g.took[key], l.Took)
	}
}

func (g *monthGatherer) finish() {
	for _, o := range g.offices {
		g.month.Offices = append(g.month.Offices, *o)
	}
	slices.SortFunc(g.month.Offices, func(a, b OfficeMonth) int { return cmp.Compare(a.Office, b.Office) })
	for _, key := range g.order {
		took := g.took[key]
		slices.Sort(took)
		g.month.Stages = append(g.month.Stages, Stage{key.From, key.To, len(took), took[len(took)/2], took[len(took)-1]})
	}
}
