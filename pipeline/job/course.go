package job

import (
	"encoding/hex"
	"errors"

	"baitai/pipeline/issue"
	"baitai/spool"
	"baitai/spool/ledger"
)

// A history is what the ledger says of all jobs, gathered once when a site is
// opened and kept up to date by enter.
type history struct {
	jobs    map[string]*course
	numbers map[string][]string        // keyed hash of office and 依頼番号 → jobs that were granted under it
	reviews map[int64][]string         // index of «received» of a list → jobs that are reviews of its rows
	parts   map[int64]map[int64]string // index of «received» of a container → number of a list inside → its job
	removed map[string]bool            // digests of generations of the identity file that were too old
	loaded  string                     // digest of the last generation of the identity file; "" if there is none
	entered map[string]bool            // digests of all generations, whatever became of them
	handed  string                     // the job that was delivered last
	got     string                     // the job whose receipt was confirmed last
}

// A course is what the ledger says of one job.
type course struct {
	attempt  int
	acts     map[ledger.Act]ledger.Entry // of the current attempt
	closed   bool                        // the current attempt has its closing act
	final    ledger.Act                  // Published, Refused or Unpacked; "" while the job can go on
	office   string
	received int64           // index of the entry
	sealed   int64           // index of the entry «sealed» of the current attempt
	refused  int64           // index of the entry «refused»
	handed   int             // how often the result was delivered
	heldBy   string          // 操作者ID under which the job was last held
	carried  map[string]bool // 操作者ID of all who took it in or ran it, in whichever attempt
	granted  ledger.Entry    // the last «granted», in whichever attempt
	rows     int64           // of the list, as last opened
	broken   bool            // it was last held because it was interrupted too often
	asks     string          // hash of the grant under which it was last held for a second person
	approved string          // hash of the grant that a second person has approved (二人承認), in whichever attempt
	begun    int             // how often the job had been begun when the ledger last said how that ended
	crashes  int             // runs that were broken off since the job was received or released

	unconfirmed []handing   // deliveries, the oldest first, until one of them or a later one is confirmed (受領確認)
	receipts    []receiptOf // the confirmations
}

const (
	numberDigest = "request-number" // key in Entry.Digests
	grantDigest  = "grant"          // key in Entry.Digests: what is permitted, keyed
	begunCount   = "begun"          // key in Entry.Counts: how often the job was begun until then
)

func readHistory(l *ledger.Ledger) (*history, error) {
	h := &history{jobs: make(map[string]*course), numbers: make(map[string][]string), reviews: make(map[int64][]string),
		parts: make(map[int64]map[int64]string), removed: make(map[string]bool), entered: make(map[string]bool)}
	for s, err := range l.All(0) {
		if err != nil {
			return nil, err
		}
		h.add(s.Index, s.Entry)
	}
	return h, nil
}

func (h *history) add(index int64, e ledger.Entry) {
	switch {
	case e.Act == ledger.IdentityLoaded && e.Generation != "":
		h.loaded = e.Generation
		h.entered[e.Generation] = true
	case e.Act == ledger.GenerationRemoved:
		h.removed[e.Generation] = true
	}
	if e.Job == "" || e.Act == ledger.MediumRead { // the latter names the job that is to come
		return
	}
	c := h.jobs[e.Job]
	if c == nil {
		c = &course{office: e.Office, acts: make(map[ledger.Act]ledger.Entry), carried: make(map[string]bool)}
		h.jobs[e.Job] = c
	}
	switch e.Act {
	case ledger.Delivered:
		c.handed++
		c.unconfirmed = append(c.unconfirmed, handing{index, e.Time})
		h.handed = e.Job
		return
	case ledger.ReceiptConfirmed:
		c.confirm(e)
		h.got = e.Job
		return
	case ledger.Received, ledger.Opened, ledger.Granted, ledger.Held, ledger.Released, ledger.Matched,
		ledger.Sealed, ledger.Published, ledger.Refused, ledger.Unpacked, ledger.Failed, ledger.Interrupted:
	default:
		return
	}
	if e.Attempt > c.attempt {
		c.attempt, c.closed, c.acts = e.Attempt, false, make(map[ledger.Act]ledger.Entry)
	}
	c.acts[e.Act] = e
	if n, ok := e.Counts[begunCount]; ok {
		c.begun = int(n)
	}
	if e.Act != ledger.Released && e.Act != ledger.Interrupted {
		c.carried[e.Operator] = true
	}
	h.note(c, index, e)
}

// note takes what a single act says of a job.
func (h *history) note(c *course, index int64, e ledger.Entry) {
	switch e.Act {
	case ledger.Held:
		c.heldBy = e.Operator
		_, c.broken = e.Codes[string(issue.TooManyAttempts)]
		c.asks = e.Digests[grantDigest]
	case ledger.Released:
		if !c.broken {
			c.approved = c.asks
		}
		c.crashes = 0
	case ledger.Received:
		c.received = index
		h.notePart(e)
	case ledger.Opened:
		c.rows = e.Counts["rows"]
		for _, of := range e.About {
			h.reviews[of] = append(h.reviews[of], e.Job)
		}
	case ledger.Sealed:
		c.sealed = index
	case ledger.Granted:
		c.granted = e
		if n := e.Digests[numberDigest]; n != "" {
			h.numbers[n] = append(h.numbers[n], e.Job)
		}
	case ledger.Published, ledger.Refused, ledger.Unpacked:
		c.final, c.closed = e.Act, true
		if e.Act == ledger.Refused {
			c.refused = index
		}
	case ledger.Failed:
		c.closed = true
	case ledger.Interrupted:
		c.closed = true
		if e.Codes[string(issue.Interrupted)] == 0 { // nobody stopped it on purpose
			c.crashes++
		}
	}
}

func (c *course) did(a ledger.Act) bool {
	if c == nil {
		return false
	}
	_, ok := c.acts[a]
	return ok
}

// ready reports whether a sealed result waits to be published: exactly that one
// is, never a new one.
func (c *course) ready() bool { return c.did(ledger.Sealed) && !c.closed }

// waits reports whether the job waits for a person.
func (c *course) waits() bool {
	return c.did(ledger.Held) && !c.did(ledger.Released) && !c.closed
}

// alive reports whether the job was answered, or may still be: a refused job
// does not stand in the way of the same list or number again.
func (c *course) alive() bool { return c != nil && c.final != ledger.Refused }

// usedNumber finds another job that was granted under the same 依頼番号.
func (h *history) usedNumber(hash, job string) string {
	for _, other := range h.numbers[hash] {
		if other != job && h.jobs[other].alive() {
			return other
		}
	}
	return ""
}

// enter appends an act of the current attempt of a job, unless the attempt has
// it already: each act stands at most once in an attempt.
func (s *Site) enter(j *spool.Job, act ledger.Act, e ledger.Entry) error {
	c := s.history.jobs[j.ID]
	if c.did(act) && !c.closed {
		return nil
	}
	e.Act, e.Job, e.Office = act, j.ID, j.Office
	e.Function, e.Operator, e.Host = ledger.Bulk, s.operatorID(), s.host
	if e.Result == "" {
		e.Result = ledger.OK
	}
	switch act {
	case ledger.Held, ledger.Failed, ledger.Interrupted: // how this run of the job ended
		e.Counts = map[string]int64{begunCount: int64(j.Attempts)}
	}
	e.Attempt = 1
	if c != nil {
		e.Attempt = c.attempt
	}
	if c != nil && c.closed {
		e.Attempt++
	}
	return s.append(e)
}

// append writes an entry and keeps the history in step with the ledger.
func (s *Site) append(e ledger.Entry) error {
	e.Time = s.env.Now() // here, so that the history knows it, too
	index, err := s.ledger.Append(e)
	if err != nil {
		var field *ledger.FieldError
		s.dead = s.dead || !errors.As(err, &field)
		return err
	}
	s.history.add(index, e)
	return nil
}

// numberHash is what the ledger keeps of a 依頼番号: keyed, because numbers may be
// guessed, and with the office, because each office counts for itself.
func (s *Site) numberHash(office, number string) string {
	if number == "" {
		return ""
	}
	h := s.keys.MAC().Sum("baitai request number v0", []byte(office), []byte(number))
	return hex.EncodeToString(h[:])
}
