package job_test

import (
	"context"
	"errors"
	"net"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"golang.org/x/sys/unix"

	"baitai/pipeline/authority"
	"baitai/pipeline/issue"
	"baitai/pipeline/job"
	"baitai/spool"
	"baitai/spool/ledger"
)

// A way in: dropped into the inbox, received from a medium, given by hand.
type way struct {
	name  string
	where func(p *place) string // the folder in which the file lies
	step  string                // when the file was read once and is to be read again
	enter func(p *place, s *job.Site, path string) error
}

func ways() []way {
	background := context.Background()
	return []way{
		{"drop", func(p *place) string { return p.path("site", "spool", "inbox", plain) }, "create:link", func(_ *place, s *job.Site, _ string) error {
			r, err := s.Run(background, nil)
			return errors.Join(append(r.Faults, err)...)
		}},
		{"receive", func(p *place) string { return p.path("medium") }, "create:check", func(_ *place, s *job.Site, path string) error {
			_, err := s.Receive(background, path, plain, "")
			return err
		}},
		{"by hand", func(p *place) string { return p.path("medium") }, "create:link", func(_ *place, s *job.Site, path string) error {
			h := job.ByHand{Path: path, Office: plain, Request: authority.NewRequest(authority.Command)}
			h.Request.Rows = -1
			j, err := s.Take(background, h)
			if err == nil {
				_, err = s.Answer(background, j)
			}
			return err
		}},
	}
}

// A hazard is a thing under a list's name that no list may be.
type hazard struct {
	name  string
	file  string // name of the file; list.csv where empty
	lay   func(t *testing.T, path, outside string) error
	while func(path, outside string) error // what happens to a good list between its two readings
	// What must come of it by each way in; none in the ledger where it only waits.
	drop, receive, hand issue.Code
	also                issue.Code // what a drop refuses beside the list
}

const waits = issue.Code("")

// text lays a file that could be a list.
func text(_ *testing.T, path, _ string) error {
	return os.WriteFile(path, []byte("整理番号,氏名\n"), 0o600)
}

func hazards() []hazard {
	all := func(name string, code issue.Code, lay func(t *testing.T, path, outside string) error) hazard {
		return hazard{name: name, lay: lay, drop: code, receive: code, hand: code}
	}
	named := func(name, file string, drop, hand issue.Code) hazard {
		return hazard{name: name, file: file, lay: text, drop: drop, receive: issue.BadName, hand: hand}
	}
	return append(changes(), []hazard{
		all("symbolic link", issue.Symlink, func(_ *testing.T, path, outside string) error { return os.Symlink(outside, path) }),
		all("broken link", issue.Symlink, func(_ *testing.T, path, _ string) error { return os.Symlink("nowhere", path) }),
		all("hard link", issue.HardLink, func(_ *testing.T, path, outside string) error { return os.Link(outside, path) }),
		all("pipe", issue.NotRegularFile, func(_ *testing.T, path, _ string) error { return unix.Mkfifo(path, 0o600) }),
		all("socket", issue.NotRegularFile, func(t *testing.T, path, _ string) error {
			l, err := net.Listen("unix", path)
			if err == nil {
				t.Cleanup(func() { _ = l.Close() })
			}
			return err
		}),
		all("folder", issue.SubFolder, func(_ *testing.T, path, _ string) error { return os.Mkdir(path, 0o700) }),
		{name: "too large", lay: func(_ *testing.T, path, _ string) error {
			return errors.Join(os.WriteFile(path, nil, 0o600), os.Truncate(path, 5<<30))
		},
			drop: issue.FileTooLarge, receive: issue.FileTooLarge, hand: issue.FileTooLarge},
		{name: "zero bytes", lay: func(_ *testing.T, path, _ string) error { return os.WriteFile(path, nil, 0o600) },
			drop: issue.EmptyFile, receive: waits, hand: issue.EmptyFile}, // received; the next run refuses it as one that was dropped
		{name: "request that is a link", lay: func(t *testing.T, path, outside string) error {
			return errors.Join(text(t, path, ""), os.Symlink(outside, path+".request.toml"))
		}, drop: issue.BadRequest, receive: issue.BadRequest, hand: issue.BadRequest, also: issue.Symlink},
		all("request that may be another's", issue.TwoRequests, func(t *testing.T, path, _ string) error {
			stem := path[:len(path)-len(".csv")]
			return errors.Join(text(t, path, ""), text(t, stem+".request.toml", ""), text(t, path+".request.toml", ""))
		}),
		named("control characters", "a\nb\x1b[31m.csv", issue.BadName, issue.BadName),
		named("neither UTF-8 nor CP932", "\x81.csv", issue.BadName, issue.BadName),
		named("name of a file that is being written", "list.csv.part", waits, issue.NoSearchKey), // by hand it is the operator's word
		{name: "open for writing", lay: func(t *testing.T, path, _ string) error {
			f, err := os.Create(path)
			if err == nil {
				t.Cleanup(func() { _ = f.Close() })
			}
			return err
		}, drop: waits, receive: issue.Changing, hand: issue.Changing},
	}...)
}

// changes are what may happen to a good list between its two readings.
func changes() []hazard {
	during := func(name string, while func(path, outside string) error) hazard {
		return hazard{name: name, lay: text, while: while, drop: waits, receive: issue.Changing, hand: issue.Changing}
	}
	return []hazard{
		during("grows while it is read", func(path, _ string) error {
			f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
			if err != nil {
				return err
			}
			_, err = f.WriteString("1,\n")
			return errors.Join(err, f.Close())
		}),
		during("is rewritten while it is read", func(path, _ string) error {
			was, err := os.Stat(path)
			if err != nil {
				return err
			}
			text, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			text[0] ^= 1
			return errors.Join(os.WriteFile(path, text, 0o600), os.Chtimes(path, was.ModTime(), was.ModTime()))
		}),
		during("is renamed while it is read", func(path, outside string) error { return os.Rename(path, outside+".moved") }),
		during("vanishes while it is read", func(path, _ string) error { return os.Remove(path) }),
		during("is exchanged while it is read", func(path, outside string) error {
			return errors.Join(os.Rename(path, outside+".moved"), os.WriteFile(path, []byte("整理番号,氏名\n"), 0o600))
		}),
	}
}

// Whatever is no list is refused by its name, whichever way it comes in, and the
// ledger says so; what may yet become one waits. Nothing outside is touched.
func TestWhatIsNoListIsTurnedAwayWhicheverWayItComesIn(t *testing.T) {
	base := newPlace(t, true)
	for _, h := range hazards() {
		for i, w := range ways() {
			t.Run(h.name+"/"+w.name, func(t *testing.T) {
				p := base.copy(t)
				want := []issue.Code{h.drop, h.receive, h.hand}[i]
				outside := p.path("outside.csv")
				must(t, os.WriteFile(outside, []byte("secret"), 0o600))
				file := h.file
				if file == "" {
					file = "list.csv"
				}
				path := filepath.Join(w.where(p), file)
				must(t, h.lay(t, path, outside))
				armed := false
				s := p.openAs(t, first, func(step string) error {
					if armed && h.while != nil && step == w.step {
						armed = false
						return h.while(path, outside)
					}
					return nil
				})
				before, _ := p.story(t)
				armed = true
				err := w.enter(p, s, path)
				must(t, s.Close())
				if w.name == "receive" && (err == nil) != (want == waits) {
					t.Errorf("receive says %v", err)
				}
				after, _ := p.story(t)
				wants := []string{string(want), string(h.also)}
				if w.name != "drop" {
					wants = wants[:1]
				}
				p.checkTurnedAway(t, after[len(before):], slices.DeleteFunc(wants, func(c string) bool { return c == "" }))
				if got, err := os.ReadFile(outside); err != nil || string(got) != "secret" {
					t.Error("something outside was touched")
				}
				if p.checkCustody(t); w.name == "receive" && want != waits {
					p.emptyInbox(t)
				}
			})
		}
	}
}

// checkTurnedAway holds the entries of one file against the codes that refuse it.
func (p *place) checkTurnedAway(t *testing.T, entries []ledger.Stored, want []string) {
	t.Helper()
	var codes []string
	for _, s := range entries {
		if s.Entry.Act != ledger.Refused && s.Entry.Act != ledger.TurnedAway {
			continue
		}
		if s.Entry.Office != plain || s.Entry.Operator != "op-1" || s.Entry.Result != ledger.ResultRefused {
			t.Errorf("the entry names office %s, operator %s, result %s", s.Entry.Office, s.Entry.Operator, s.Entry.Result)
		}
		for code := range s.Entry.Codes {
			codes = append(codes, code)
		}
	}
	slices.Sort(codes)
	if !slices.Equal(codes, want) {
		t.Errorf("the ledger has %v, want %v", codes, want)
	}
}

// A list that waited is taken when it is still, under the name that it then has.
func TestAListThatWaitedIsTakenAtTheNextLook(t *testing.T) {
	p := newPlace(t, true)
	p.drop(t, plain, 3, "依頼1")
	inbox := p.path("site", "spool", "inbox", plain)
	path := filepath.Join(inbox, marker+"依頼1.csv")
	armed := true
	s := p.openAs(t, first, func(step string) error {
		if armed && step == "create:link" {
			armed = false
			return errors.Join(os.Rename(path, filepath.Join(inbox, "別名.csv")), os.Rename(path+".request.toml", filepath.Join(inbox, "別名.csv.request.toml")))
		}
		return nil
	})
	r, err := s.Run(context.Background(), nil)
	must(t, errors.Join(err, s.Close()))
	if len(r.Outcomes) != 0 || r.Waiting != 1 {
		t.Fatalf("%d outcomes, %d wait", len(r.Outcomes), r.Waiting)
	}
	if out := outcome(t, p.run(t)); out.State != spool.Outbox {
		t.Errorf("state %s", out.State)
	}
	p.checkCustody(t)
	p.emptyInbox(t)
}

// A receipt that was broken off between the request and the list goes on; the list
// itself is never received twice.
func TestAReceiptThatWasBrokenOffGoesOn(t *testing.T) {
	p := newPlace(t, true)
	list, request := p.newList(plain, 3, "依頼1")
	path := p.path("medium", "list.csv")
	must(t, os.WriteFile(path, list, 0o600))
	must(t, os.WriteFile(path+".request.toml", request, 0o600))
	side := p.path("site", "spool", "inbox", plain, "list.csv.request.toml")
	must(t, os.WriteFile(side, []byte("other"), 0o600))
	s := p.open(t)
	if _, err := s.Receive(context.Background(), path, plain, ""); !errors.Is(err, issue.New(issue.TargetExists, issue.Pos{})) {
		t.Errorf("over another request: %v", err)
	}
	must(t, os.WriteFile(side, request, 0o600))
	h, err := s.Receive(context.Background(), path, plain, "")
	must(t, err)
	if len(h.Files) != 2 || h.Job == "" {
		t.Errorf("%d files", len(h.Files))
	}
	if _, err := s.Receive(context.Background(), path, plain, ""); !errors.Is(err, issue.New(issue.TargetExists, issue.Pos{})) {
		t.Errorf("twice: %v", err)
	}
	must(t, s.Close())
	if out := outcome(t, p.run(t)); out.State != spool.Outbox || out.Job != h.Job {
		t.Errorf("state %s, job %s after %s", out.State, out.Job, h.Job)
	}
	// Brought once more after it was answered, it is received, and refused by its content.
	s = p.open(t)
	_, err = s.Receive(context.Background(), path, plain, "")
	must(t, errors.Join(err, s.Close()))
	if out := outcome(t, p.run(t)); !refusedAs(out, issue.SameContent) {
		t.Errorf("the same content again: %s", out.State)
	}
	all := p.checkCustody(t)
	if a, b, c := count(all, ledger.MediumReading, ""), count(all, ledger.MediumRead, ""), count(all, ledger.TurnedAway, ""); a != 4 || b != 2 || c != 2 {
		t.Errorf("%d begun, %d received, %d turned away", a, b, c)
	}
}

// Killed at any step of a receipt, the medium is received again, or was received:
// the list is answered once, with its request.
func TestAReceiptKilledAtAnyStepIsOneList(t *testing.T) {
	p := newPlace(t, true)
	list, request := p.newList(plain, 3, "依頼1")
	must(t, os.WriteFile(p.path("medium", marker+".csv"), list, 0o600))
	must(t, os.WriteFile(p.path("medium", marker+".csv.request.toml"), request, 0o600))
	trial := p.copy(t)
	steps := trial.steps(t, "receive", trial.path("medium", marker+".csv"))
	for k := range steps {
		q := p.copy(t)
		path := q.path("medium", marker+".csv")
		die(t, q, "receive", path, k+1)
		s := q.open(t)
		if _, err := s.Receive(context.Background(), path, plain, ""); err != nil && !errors.Is(err, issue.New(issue.TargetExists, issue.Pos{})) {
			t.Fatalf("again after %s: %v", steps[k], err)
		}
		must(t, s.Close())
		if out := outcome(t, q.run(t)); out.State != spool.Outbox || out.Totals.Rows != 3 {
			t.Errorf("after %s: %s", steps[k], out.State)
		}
		q.checkCustody(t)
		q.checkClean(t)
		q.emptyInbox(t)
	}
}

// Poison: a list that kills the program three times is held, whichever way it came in.
func TestAListThatKillsTheProgramIsHeldWhicheverWayItCameIn(t *testing.T) {
	for _, w := range ways()[1:] {
		t.Run(w.name, func(t *testing.T) {
			p := newPlace(t, true)
			list, request := p.newList(plain, 12, "依頼1")
			path := p.path("medium", "list.csv")
			must(t, os.WriteFile(path, list, 0o600))
			must(t, os.WriteFile(path+".request.toml", request, 0o600))
			s := p.open(t)
			if w.name == "receive" {
				_, err := s.Receive(context.Background(), path, plain, "")
				must(t, err)
				_, _, err = s.TakeArrivals(context.Background())
				must(t, err)
			} else {
				h := job.ByHand{Path: path, Office: plain, Request: authority.NewRequest(authority.Command)}
				h.Request.Rows = -1
				_, err := s.Take(context.Background(), h) // and the program dies before it answers
				must(t, err)
			}
			must(t, s.Close())
			p.breakOff(t, 3)
			if out := outcome(t, p.run(t)); out.State != spool.Held {
				t.Errorf("after three kills: %s", out.State)
			}
			p.story(t)
		})
	}
}
