package job

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"time"

	"baitai/spool"
)

// A Standing is one thing in the spool, as status shows it: by job id, never by
// the name of a file.
type Standing struct {
	Job      string    `json:"job,omitempty"`
	Office   string    `json:"office"`
	State    string    `json:"state"`
	Since    time.Time `json:"since"`
	WaitsFor string    `json:"waits_for"` // a word of Waits
	Attempts int       `json:"attempts,omitempty"`
}

// Whom something waits for.
const (
	WaitsSender  = "sender"   // the file is still being written, or its list is missing
	WaitsFolder  = "folder"   // it lies outside of the folders of the offices
	WaitsRun     = "run"      // the next run
	WaitsSecond  = "second"   // a second person (baitai approve)
	WaitsHandOut = "handover" // to be handed over (baitai deliver)
	WaitsErase   = "erase"    // it could not be opened and lies in the inbox in plain: a person has to erase it
	WaitsReceipt = "receipt"  // handed over; the office has not said that it has it (baitai confirm)
	WaitsNobody  = "nobody"
)

// Status lists what is in the spool of a site, whoever is working in it. Jobs
// that rest in done and refused are listed only if all is set.
func Status(ctx context.Context, dir string, all bool) ([]Standing, error) {
	if _, err := LoadConfig(dir); err != nil {
		return nil, err
	}
	v, err := spool.View(filepath.Join(dir, spoolDir))
	if err != nil {
		return nil, siteIssue(err)
	}
	var list []Standing
	arrivals, err := v.Arrivals(ctx)
	if err != nil {
		return nil, siteIssue(err)
	}
	for _, a := range arrivals {
		w := WaitsRun
		switch {
		case errors.Is(a.Waiting, spool.ErrNoOffice):
			w = WaitsFolder
		case a.Waiting != nil:
			w = WaitsSender
		}
		list = append(list, Standing{Office: a.Office, State: string(spool.Inbox), Since: a.Since.In(jst), WaitsFor: w})
	}
	expelled, err := expelledIn(dir)
	if err != nil {
		return nil, siteIssue(err)
	}
	list = append(list, expelled...)
	states := []spool.State{spool.Work, spool.Held, spool.Outbox, spool.Refused}
	if all {
		states = append(states, spool.Done)
	}
	var damaged []error
	for _, state := range states {
		jobs, err := v.Jobs(state)
		if err != nil {
			damaged = append(damaged, err)
		}
		for _, j := range jobs {
			w := waits(v, j)
			if state == spool.Refused && (w == WaitsNobody || w == WaitsReceipt) && !all {
				continue
			}
			list = append(list, Standing{Job: j.ID, Office: j.Office, State: string(state), Since: j.Claimed.In(jst), WaitsFor: w, Attempts: j.Attempts})
		}
	}
	return list, siteIssue(errors.Join(damaged...))
}

// Unconfirmed counts what was handed over and of which no office has said yet that it
// has it (受領確認); a status without all does not list it, because it waits for others.
func Unconfirmed(dir string) (int64, error) {
	v, err := spool.View(filepath.Join(dir, spoolDir))
	if err != nil {
		return 0, siteIssue(err)
	}
	var n int64
	for _, state := range []spool.State{spool.Done, spool.Refused} {
		jobs, err := v.Jobs(state)
		if err != nil {
			return 0, siteIssue(err)
		}
		for _, j := range jobs {
			if waits(v, j) == WaitsReceipt {
				n++
			}
		}
	}
	return n, nil
}

// expelledMark begins the names of what was expelled (see spool.Expel).
const expelledMark = ".refused-"

// expelledIn lists what was refused without being opened and still lies in plain
// in an inbox, so that nobody forgets it.
func expelledIn(dir string) ([]Standing, error) {
	left, err := filepath.Glob(filepath.Join(dir, spoolDir, string(spool.Inbox), "*", expelledMark+"*"))
	if err != nil {
		return nil, err
	}
	var list []Standing
	for _, path := range left {
		info, err := os.Lstat(path)
		if err != nil {
			continue // erased meanwhile
		}
		list = append(list, Standing{Job: strings.TrimPrefix(filepath.Base(path), expelledMark), Office: filepath.Base(filepath.Dir(path)),
			State: string(spool.Inbox), Since: info.ModTime().In(jst), WaitsFor: WaitsErase})
	}
	return list, nil
}

func waits(v *spool.Spool, j *spool.Job) string {
	switch j.State {
	case spool.Work:
		return WaitsRun
	case spool.Held:
		return WaitsSecond
	case spool.Outbox:
		return WaitsHandOut
	case spool.Refused:
		if there(j.Path(deliveredMark)) {
			return waitsReceipt(j)
		}
		if there(v.ResultDir(j)) {
			return WaitsHandOut
		}
	case spool.Done:
		if there(v.ResultDir(j)) { // a container that was unpacked has none
			return waitsReceipt(j)
		}
	}
	return WaitsNobody
}

// waitsReceipt is whom a job waits for that was handed over.
func waitsReceipt(j *spool.Job) string {
	if there(j.Path(confirmedMark)) {
		return WaitsNobody
	}
	return WaitsReceipt
}

func there(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
