package report

import (
	"time"

	"baitai/spool/ledger"
)

// A Passing is one line of the custody book (受渡簿): something came in, or went out.
type Passing struct {
	Index    int64      `json:"index"`
	Time     time.Time  `json:"time"`
	Act      ledger.Act `json:"act"` // medium-read, received, turned-away, delivered or receipt-confirmed
	Job      string     `json:"job"`
	Office   string     `json:"office"`
	Medium   string     `json:"medium,omitempty"`
	Operator string     `json:"operator"`
	Files    int64      `json:"files,omitempty"`
	Received string     `json:"received_on,omitempty"` // the day of receipt, as the office says (受領確認)
}

// A Book is the custody book of a period (受渡簿).
type Book struct {
	From     time.Time `json:"from"`
	Until    time.Time `json:"until"` // the first moment after it
	Passings []Passing `json:"passings"`
}

// BookOf gathers receipts and deliveries from a moment on, until before another.
func BookOf(entries Entries, from, until time.Time) (Book, error) {
	b := Book{From: from, Until: until, Passings: []Passing{}}
	for s, err := range entries {
		if err != nil {
			return Book{}, err
		}
		e := &s.Entry
		if e.Time.Before(from) || !e.Time.Before(until) {
			continue
		}
		p := Passing{Index: s.Index, Time: e.Time, Act: e.Act, Job: e.Job, Office: e.Office, Medium: e.Medium, Operator: e.Operator}
		switch e.Act {
		case ledger.Delivered:
			p.Files = int64(len(e.Digests))
		case ledger.MediumRead:
			p.Files = e.Counts["files"]
		case ledger.ReceiptConfirmed:
			if e.Result != ledger.OK {
				continue // the office holds something else: nothing was passed
			}
			p.Received = ledger.DayOf(e.Counts[ledger.ReceivedOn])
		case ledger.Received, ledger.TurnedAway:
		default:
			continue
		}
		b.Passings = append(b.Passings, p)
	}
	return b, nil
}
