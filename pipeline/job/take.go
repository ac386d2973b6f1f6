package job

import (
	"context"
	"encoding/base32"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"

	"baitai/pipeline/authority"
	"baitai/pipeline/issue"
	"baitai/spool"
	"baitai/spool/ledger"
)

// A meta is what a job remembers sealed beside its list: names that may be
// personal, and what the operator said.
type meta struct {
	ListName string `json:"list_name"`
	SideName string `json:"side_name,omitempty"`
	// Command is what the command line said about the request; nil for a file that
	// was dropped into the inbox.
	Command *command `json:"command,omitempty"`
	// Again is the reason for answering the same content once more; "" otherwise.
	Again  string `json:"again,omitempty"`
	Medium string `json:"medium,omitempty"` // number of the medium it came on
	// Refused is why the spool let the file in only to be refused: its name, or a
	// request that cannot be told to be its own.
	Refused issue.Code `json:"refused,omitempty"`
	// ReviewOf is the job whose review list (要確認一覧) this is, filled in; "" for a
	// list of an office.
	ReviewOf string `json:"review_of,omitempty"`
	// Of a list that came in a container (容器): the container's job, and which one
	// of its lists this is, from 1.
	Container string `json:"container,omitempty"`
	Part      int64  `json:"part,omitempty"`
}

// command is the part of an authority.Request that a command line can state.
type command struct {
	Purpose string   `json:"purpose"`
	Number  string   `json:"number,omitempty"`
	Basis   string   `json:"basis,omitempty"`
	Rows    int64    `json:"rows"`
	Fields  []string `json:"fields,omitempty"`
	Form    string   `json:"form,omitempty"`
	Charset string   `json:"charset,omitempty"`
	Way     string   `json:"way,omitempty"`
	Sheet   string   `json:"sheet,omitempty"`
	Layout  string   `json:"layout,omitempty"`
	Result  string   `json:"result_layout,omitempty"`
}

// A ByHand is one list that an operator answers from the command line.
type ByHand struct {
	Path, SidePath string // without SidePath, the request that lies beside the list, if any
	Office         string
	Request        authority.Request // what the command line states; Source is authority.Command
	Again          string            // the reason, where the same content is asked for once more
	Erase          bool              // erase the plain file once it is taken in
	Medium         string
}

// Take takes an operator's own file in (受付) and returns its job. The plain file
// stays where it is unless ByHand says otherwise.
func (s *Site) Take(ctx context.Context, h ByHand) (*spool.Job, error) {
	if _, err := os.Lstat(h.Path); errors.Is(err, os.ErrNotExist) { // from an inbox it would have vanished
		return nil, issue.New(issue.NoSuchPath, issue.Pos{File: spool.NewPath(h.Path).Base().Reveal()})
	}
	if _, ok := s.Register.Office(h.Office); !ok {
		return nil, issue.New(issue.UnknownOffice, issue.Pos{})
	}
	m := meta{ListName: spool.NewPath(h.Path).Base().Reveal(), Again: h.Again, Medium: h.Medium}
	if err := spool.CheckName(m.ListName); errors.Is(err, spool.ErrBadName) { // one of a file that is being written is the operator's word
		return nil, s.turnAway(h.Office, h.Medium, fileIssue(err, ""))
	}
	if h.SidePath == "" {
		var err error
		if h.SidePath, err = spool.SideOf(h.Path); err != nil {
			return nil, s.cannotTake(h, err)
		}
	}
	if h.SidePath != "" {
		m.SideName = spool.NewPath(h.SidePath).Base().Reveal()
	}
	r := h.Request
	m.Command = &command{Purpose: r.Purpose, Number: r.Number, Basis: r.Basis, Rows: r.Rows, Fields: r.Fields,
		Form: r.Form, Charset: r.Charset, Way: r.Way, Sheet: r.Sheet, Layout: r.Layout, Result: r.ResultLayout}
	in := spool.Incoming{Office: h.Office, ListPath: spool.NewPath(h.Path), Keep: true}
	if h.SidePath != "" {
		in.SidePath = spool.NewPath(h.SidePath)
	}
	job, err := s.claim(ctx, in, m)
	if err != nil {
		return nil, s.cannotTake(h, err)
	}
	if h.Erase { // it is entered as received now, so the sealed one is what counts
		for _, path := range []string{h.Path, h.SidePath} {
			if path == "" {
				continue
			}
			if err := s.disk.Erase(path); err != nil {
				return nil, siteIssue(err)
			}
		}
	}
	return job, nil
}

// cannotTake says why an operator's file is not taken in, and enters it.
func (s *Site) cannotTake(h ByHand, err error) error {
	if i := fileIssue(err, spool.NewPath(h.Path).Base().Reveal()); i != nil {
		return s.turnAway(h.Office, h.Medium, i)
	}
	return siteIssue(err)
}

// claim seals a file into work/, enters it as received, and only then lets the
// plain file go.
func (s *Site) claim(ctx context.Context, in spool.Incoming, m meta) (*spool.Job, error) {
	raw, err := json.Marshal(m)
	if err != nil {
		return nil, err
	}
	in.Seal, in.Meta = s.seal, raw
	in.ID = func(list, side [32]byte) (string, error) { return s.newID(in.Office, list, side), nil }
	job, err := s.spool.Claim(ctx, in)
	if err != nil {
		return nil, err
	}
	return job, s.enterReceived(job)
}

// enterReceived enters a claimed job and finishes its claim. It is what recovery
// does too, so both steps may already be done.
func (s *Site) enterReceived(job *spool.Job) error {
	if s.history.jobs[job.ID] == nil {
		e := ledger.Entry{}
		if !job.Expelled {
			digests, err := s.sealedDigests(job, spool.ListFile, spool.RequestFile)
			if err != nil {
				return err
			}
			m, err := s.readMeta(job)
			if err != nil {
				return err
			}
			e.Digests, e.Medium = digests, m.Medium
			s.aboutContainer(&e, m)
			if e.Detail, err = s.details.Add(m); err != nil {
				return err
			}
		}
		if err := s.enter(job, ledger.Received, e); err != nil {
			return err
		}
		s.env.Log.Info("received", "job", job.ID, "office", job.Office)
	}
	return s.spool.FinishClaim(job)
}

// newID makes the id of a job: a keyed hash of office and raw bytes of list and
// request. Keyed, because a list of one row could be guessed from a bare hash
// that stands in the ledger for everybody to see. The same content again gets
// the same id with a number behind it.
func (s *Site) newID(office string, list, side [32]byte) string {
	sum := s.keys.MAC().Sum("baitai job v0", []byte(office), list[:], side[:])
	text := strings.ToLower(base32.StdEncoding.EncodeToString(sum[:10])) // 80 bits, 16 characters
	base := text[:4] + "-" + text[4:8] + "-" + text[8:12] + "-" + text[12:]
	id := base
	for n := 2; s.history.jobs[id] != nil || s.taken(id); n++ {
		id = fmt.Sprintf("%s-%d", base, n)
	}
	return id
}

func (s *Site) taken(id string) bool {
	_, err := s.spool.Job(id)
	return !errors.Is(err, spool.ErrNoJob)
}

// baseLength is the length of an id without the number of the repetition.
const baseLength = 4*4 + 3

// sameContent finds an earlier job of the same content that was answered or is
// being worked on; "" if there is none.
func (s *Site) sameContent(id string) string {
	base := id[:min(len(id), baseLength)]
	for n := 1; ; n++ {
		other := base
		if n > 1 {
			other = fmt.Sprintf("%s-%d", base, n)
		}
		c := s.history.jobs[other]
		if c == nil || other == id {
			return ""
		}
		if c.alive() {
			return other
		}
	}
}

// TakeArrivals claims everything in the inbox that is ready, and expels what can
// never be a list. It returns the jobs to be worked on, and how many files are
// still waiting. An arrival that cannot be taken does not stop the others; the
// error joins what was wrong with each.
func (s *Site) TakeArrivals(ctx context.Context) (jobs []*spool.Job, waiting int, err error) {
	jobs, waiting, faults := s.takeArrivals(ctx)
	return jobs, waiting, errors.Join(faults...)
}

func (s *Site) takeArrivals(ctx context.Context) (jobs []*spool.Job, waiting int, faults []error) {
	arrivals, err := s.spool.Arrivals(ctx)
	if err != nil {
		return nil, 0, []error{siteIssue(err)}
	}
	for _, a := range arrivals {
		if s.hopeless(errors.Join(faults...)) || ctx.Err() != nil {
			break
		}
		if a.Waiting != nil {
			waiting++
			continue
		}
		job, err := s.takeArrival(ctx, a)
		if errors.Is(err, spool.ErrChanged) || errors.Is(err, spool.ErrOpenForWriting) || errors.Is(err, spool.ErrVanished) {
			waiting++ // somebody is still at it; the next look will tell
			continue
		}
		if err != nil {
			s.env.Log.Error("not taken in", "office", a.Office, "error", loggable(err))
			faults = append(faults, claimIssue(err))
			continue
		}
		jobs = append(jobs, job)
	}
	return jobs, waiting, faults
}

func (s *Site) takeArrival(ctx context.Context, a spool.Arrival) (*spool.Job, error) {
	if a.Claimable() {
		m := meta{ListName: a.Name.Reveal()}
		if !a.SidePath.Empty() {
			m.SideName = a.SidePath.Base().Reveal()
		}
		if i := fileIssue(a.Refuse, ""); i != nil {
			m.Refused = i.Code
		}
		return s.claim(ctx, a.Incoming(), m)
	}
	// What cannot be read cannot be hashed: its name and time make the id.
	sum := s.keys.MAC().Sum("baitai expelled v0", []byte(a.Office), []byte(a.Name.Reveal()), []byte(a.Since.String()))
	var list, side [32]byte
	copy(list[:], sum[:])
	id := s.newID(a.Office, list, side)
	code := issue.NotRegularFile
	if i := fileIssue(a.Refuse, ""); i != nil {
		code = i.Code
	}
	job, err := s.spool.Expel(ctx, a, id, []byte(code))
	if err != nil {
		return nil, err
	}
	return job, s.enterReceived(job)
}
