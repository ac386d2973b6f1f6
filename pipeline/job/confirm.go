package job

import (
	"errors"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"baitai/pipeline/authority"
	"baitai/pipeline/issue"
	"baitai/spool"
	"baitai/spool/ledger"
)

// A Receipt is what an office says of a result that it has received and opened
// (受領確認), as the signed slip of the letter tells it, or a mail or a call.
type Receipt struct {
	Job      string
	On       time.Time // the day of receipt, in Japanese time; the time of day does not count
	By       string    // 受領者: who received it; kept sealed
	Witness  string    // 立会者; may be ""
	Manifest string    // the SHA-256 of the manifest, or its first digits, as the office reads it; may be ""
}

// A Confirmed is a confirmation as it was entered.
type Confirmed struct {
	Job       string    `json:"job"`
	Office    string    `json:"office"`
	Delivered time.Time `json:"delivered"` // when what it confirms was handed over
	On        string    `json:"on"`
	By        string    `json:"by,omitempty"` // only to whom may see it, see Receipts
	Witness   string    `json:"witness,omitempty"`
}

// receiptDetail is sealed beside the entry: the names of people have no place in a
// ledger that outsiders read.
type receiptDetail struct {
	By      string `json:"by"`
	Witness string `json:"witness,omitempty"`
}

// A handing is one delivery of a result, by its entry.
type handing struct {
	index int64
	at    time.Time
}

// confirmedMark lies in the folder of a job whose last delivery was confirmed: so
// status need not read the ledger.
const confirmedMark = "confirmed"

// receiptNameMax bounds the name of a person, in characters.
const receiptNameMax = 100

// manifestDigitsMin is how many digits of a digest a clerk has to copy at least.
const manifestDigitsMin = 8

// Confirm enters that an office has received and opened what was handed over to it
// (受領確認). It confirms the last delivery until that day that nobody has confirmed.
// An office that holds something else is entered too, as refused.
func (s *Site) Confirm(r Receipt) (Confirmed, error) {
	if _, err := s.may(authority.ActCarry); err != nil {
		return Confirmed{}, err
	}
	if err := r.check(); err != nil {
		return Confirmed{}, err
	}
	j, c, err := s.handed(r.Job)
	if err != nil {
		return Confirmed{}, err
	}
	of, err := c.confirmable(r.On, s.env.Now())
	if err != nil {
		return Confirmed{}, errors.Join(err, siteIssue(s.markReceipt(j)))
	}
	e := ledger.Entry{Act: ledger.ReceiptConfirmed, Result: ledger.OK, Job: j.ID, Attempt: c.attempt, Office: j.Office, Operator: s.operatorID(),
		Host: s.host, Function: ledger.Bulk, About: []int64{of.index}, Counts: map[string]int64{ledger.ReceivedOn: ledger.DayNumber(r.On)}}
	manifest := c.manifest()
	if !strings.HasPrefix(manifest, strings.ToLower(r.Manifest)) {
		e.Result, e.Codes = ledger.ResultRefused, map[string]int64{string(issue.ReceiptOfAnother): 1}
		return Confirmed{}, errors.Join(issue.New(issue.ReceiptOfAnother, issue.Pos{}), siteIssue(s.append(e)))
	}
	e.Digests = map[string]string{manifestKey: manifest}
	if e.Detail, err = s.details.Add(receiptDetail{By: r.By, Witness: r.Witness}); err != nil {
		return Confirmed{}, siteIssue(err)
	}
	if err := s.append(e); err != nil {
		return Confirmed{}, siteIssue(err)
	}
	s.env.Log.Info("receipt confirmed", "job", j.ID, "office", j.Office)
	out := Confirmed{Job: j.ID, Office: j.Office, Delivered: of.at.In(jst), On: r.On.Format(time.DateOnly)}
	return out, siteIssue(s.markReceipt(j))
}

// check refuses what cannot be a receipt, whichever job it is of.
func (r *Receipt) check() error {
	for _, name := range []struct{ flag, value string }{{"--by", r.By}, {"--witness", r.Witness}} {
		if name.value == "" && name.flag != "--by" {
			continue
		}
		if strings.TrimSpace(name.value) == "" || !utf8.ValidString(name.value) || utf8.RuneCountInString(name.value) > receiptNameMax ||
			strings.ContainsFunc(name.value, unicode.IsControl) {
			return issue.New(issue.BadArgument, issue.Pos{}, name.flag)
		}
	}
	if r.Manifest != "" && (len(r.Manifest) < manifestDigitsMin || strings.Trim(strings.ToLower(r.Manifest), "0123456789abcdef") != "") {
		return issue.New(issue.BadArgument, issue.Pos{}, "--manifest")
	}
	return nil
}

// handed finds a job of which something was handed over.
func (s *Site) handed(id string) (*spool.Job, *course, error) {
	j, err := s.spool.Job(id)
	if err != nil {
		return nil, nil, siteIssue(err)
	}
	c := s.history.jobs[j.ID]
	if c == nil {
		return nil, nil, ErrNotInLedger
	}
	if c.handed == 0 {
		return nil, nil, issue.New(issue.NotDelivered, issue.Pos{})
	}
	return j, c, nil
}

// confirmable is the delivery that a receipt of that day confirms.
func (c *course) confirmable(on, now time.Time) (handing, error) {
	if len(c.unconfirmed) == 0 {
		return handing{}, issue.New(issue.ReceiptConfirmedBefore, issue.Pos{})
	}
	day := ledger.DayNumber(on)
	for i := len(c.unconfirmed) - 1; i >= 0 && day <= ledger.DayNumber(now.In(jst)); i-- {
		if h := c.unconfirmed[i]; ledger.DayNumber(h.at.In(jst)) <= day {
			return h, nil
		}
	}
	return handing{}, issue.New(issue.ReceiptDay, issue.Pos{}, c.unconfirmed[0].at.In(jst).Format(time.DateOnly))
}

// confirm takes the entry of a confirmation: whoever has received one delivery needs
// to confirm none before it.
func (c *course) confirm(e ledger.Entry) {
	if e.Result != ledger.OK || len(e.About) != 1 {
		return
	}
	for len(c.unconfirmed) > 0 && c.unconfirmed[0].index <= e.About[0] {
		if c.unconfirmed[0].index == e.About[0] {
			c.receipts = append(c.receipts, receiptOf{c.unconfirmed[0], e.Counts[ledger.ReceivedOn], e.Detail})
		}
		c.unconfirmed = c.unconfirmed[1:]
	}
}

// A receiptOf is a confirmation as the ledger has it.
type receiptOf struct {
	of     handing
	on     int64
	detail string
}

// manifest is the digest of the manifest of what the job has to be handed over.
func (c *course) manifest() string {
	if c.final == ledger.Refused {
		return c.acts[ledger.Refused].Digests[manifestKey]
	}
	return c.acts[ledger.Sealed].Digests[manifestKey]
}

// markReceipt brings the mark for status into step with the ledger.
func (s *Site) markReceipt(j *spool.Job) error {
	c := s.history.jobs[j.ID]
	if c == nil || c.handed == 0 {
		return nil
	}
	switch marked, confirmed := there(j.Path(confirmedMark)), len(c.unconfirmed) == 0; {
	case marked && !confirmed:
		return s.disk.RemoveAll(j.Path(confirmedMark))
	case confirmed && !marked:
		return put(s.disk, j.Dir, confirmedMark, "")
	}
	return nil
}

// Receipts shows the confirmations of a job with the names of those who received it,
// on the record.
func (s *Site) Receipts(id string) ([]Confirmed, error) {
	if _, err := s.may(authority.ActOpen); err != nil {
		return nil, err
	}
	j, c, err := s.handed(id)
	if err != nil {
		return nil, err
	}
	e := ledger.Entry{Act: ledger.OpenedByOperator, Result: ledger.OK, Job: j.ID, Office: j.Office, Operator: s.operatorID(), Host: s.host, Function: ledger.Bulk}
	if err := s.append(e); err != nil {
		return nil, siteIssue(err)
	}
	list := []Confirmed{}
	for _, r := range c.receipts {
		var d receiptDetail
		if err := s.details.Get(r.detail, s.keys.Site(), &d); err != nil {
			return nil, siteIssue(err)
		}
		list = append(list, Confirmed{Job: j.ID, Office: j.Office, Delivered: r.of.at.In(jst), On: ledger.DayOf(r.on), By: d.By, Witness: d.Witness})
	}
	return list, nil
}
