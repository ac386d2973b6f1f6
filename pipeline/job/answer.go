package job

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"

	"baitai/pipeline"
	"baitai/pipeline/answer"
	"baitai/pipeline/authority"
	"baitai/pipeline/intake"
	"baitai/pipeline/issue"
	"baitai/pipeline/match"
	"baitai/pipeline/register"
	"baitai/spool"
	"baitai/spool/ledger"
)

// An Outcome is how one run of a job ended.
type Outcome struct {
	Job     string
	Office  string
	State   spool.State     // Outbox, Refused or Held; Done for a container that was unpacked
	Totals  pipeline.Totals // rows by answer, of an answered list
	Refusal *intake.Refusal // why the list was not answered; nil if it was
	Faulty  int64           // rows answered 80, 81, 82 or 99
	Listed  bool            // an error file goes with the answer, that tells where they are
	Ignored []string        // columns that nobody knows
	Broken  bool            // held because its runs were broken off too often
	Lists   int64           // how many lists were in a container
	Parts   []*spool.Job    // the jobs of those that are still to be answered
}

// Answer carries out one 一括提供: a list that was taken in goes through, a sealed
// answer lies in the outbox, and the ledger says so at every step, whether or
// not it worked. A list that cannot be answered is refused, with an error file.
// An error is a fault: the job stays in work/ and may be run again.
func (s *Site) Answer(ctx context.Context, j *spool.Job) (out Outcome, err error) {
	out = Outcome{Job: j.ID, Office: j.Office}
	if err := s.begin(j); err != nil {
		return out, err
	}
	defer func() { err = s.end(ctx, j, err) }()

	if of, err := s.reviewOf(j); err != nil {
		return out, err
	} else if of != "" {
		return s.answerReview(ctx, j, of, out)
	}
	if unpacked, err := s.unpack(ctx, j, &out); err != nil {
		return s.refuse(j, out, err)
	} else if unpacked {
		return out, nil // it was a container: its lists are jobs of their own
	}
	list, err := s.openList(ctx, j) // detect, decode, request, counts and digests
	if err != nil {
		return s.refuse(j, out, err)
	}
	defer list.Close()
	out.Ignored = list.Ignored
	if err := s.enter(j, ledger.Opened, ledger.Entry{Counts: map[string]int64{"rows": list.Totals.Rows}}); err != nil {
		return out, err
	}
	grant, err := s.decide(ctx, j, list) // a refusal, or what may be answered
	if err != nil {
		return s.refuse(j, out, err)
	}
	if err := s.enterGrant(j, grant, list.Request); err != nil {
		return out, err
	}
	if grant.TwoPeople() && !s.released(j, grant) {
		return s.hold(j, grant, out)
	}
	file, err := s.Identity()
	if err != nil {
		return out, err
	}
	found := match.LookUp(match.In(file), grant, s.matching())(ctx, list.Batches(ctx))
	hits := answer.Deciding(found, match.DecidersFor(grant))
	result, err := s.writeResult(ctx, j, grant, askedIn(list), hits) // sealed to the office; our own copy to ourselves
	if err != nil {
		return out, err
	}
	if err := result.Totals.Balance(list.Totals); err != nil { // as many out as in
		return out, err
	}
	out.Totals, out.Faulty, out.Listed = result.Totals, faulty(result.Totals), result.listed
	return s.publishResult(j, grant, list.Request, result, out)
}

func askedIn(l *intake.List) asked {
	return asked{Request: l.Request, Totals: l.Totals, Ignored: l.Ignored}
}

// begin starts an attempt: what an earlier one left behind is thrown away, for
// it was never sealed (see recover).
func (s *Site) begin(j *spool.Job) error {
	if s.history.jobs[j.ID] == nil {
		return ErrNotInLedger
	}
	if err := s.spool.Attempt(j); err != nil {
		return siteIssue(err)
	}
	for _, name := range []string{spool.OutDir, ownFile, ownFilePacked, ownErrorsFile, providedFile} {
		if err := s.disk.RemoveAll(j.Path(name)); err != nil {
			return siteIssue(err)
		}
	}
	s.env.Log.Info("begin", "job", j.ID, "office", j.Office, "attempt", j.Attempts)
	return nil
}

// end enters a fault. The ledger may be what failed: then the entry is missing
// and recovery enters the attempt as interrupted.
func (s *Site) end(ctx context.Context, j *spool.Job, err error) error {
	if err == nil {
		return nil
	}
	s.env.Log.Error("fault", "job", j.ID, "office", j.Office, "error", loggable(err))
	c := s.history.jobs[j.ID]
	if c.final != "" || c.ready() || c.waits() {
		return siteIssue(err) // only a move is missing: settle makes up for it
	}
	act, e := ledger.Failed, ledger.Entry{Result: ledger.ResultFailed}
	if ctx.Err() != nil {
		act, e = ledger.Interrupted, stoppedEntry()
	}
	if entering := s.enter(j, act, e); entering != nil {
		err = errors.Join(err, entering)
	}
	return siteIssue(err)
}

// stoppedEntry is how an attempt ends that was stopped on purpose, which does not
// count against the job.
func stoppedEntry() ledger.Entry {
	return ledger.Entry{Result: ledger.ResultBrokeOff, Codes: map[string]int64{string(issue.Interrupted): 1}}
}

// loggable keeps to codes where there are any: the text of a cause may come from
// a library that quotes.
func loggable(err error) string {
	if i := issue.Find(err); i != nil {
		return string(i.Code)
	}
	return err.Error()
}

// openList reads the whole list once and settles what is asked.
func (s *Site) openList(ctx context.Context, j *spool.Job) (*intake.List, error) {
	if j.Expelled {
		return nil, s.expelledIssue(j)
	}
	m, err := s.readMeta(j)
	if err != nil {
		return nil, err
	}
	if m.Refused != "" {
		return nil, issue.New(m.Refused, issue.Pos{}, "request.toml")
	}
	if other := s.sameContent(j.ID); other != "" && m.Again == "" {
		return nil, issue.New(issue.SameContent, issue.Pos{}, other)
	}
	src, stated, err := s.source(j)
	if err != nil {
		return nil, err
	}
	return intake.Open(ctx, src, stated, s.intakeOptions(j.Office))
}

// decide holds the request against the register.
func (s *Site) decide(ctx context.Context, j *spool.Job, list *intake.List) (authority.Grant, error) {
	req := list.Request
	if other := s.history.usedNumber(s.numberHash(j.Office, req.Number), j.ID); other != "" && req.Number != "" {
		if m, err := s.readMeta(j); err != nil {
			return authority.Grant{}, err
		} else if m.Again == "" {
			return authority.Grant{}, issue.New(issue.RequestNumberUsed, req.Pos(authority.ItemNumber), other)
		}
	}
	return s.permit(ctx, list)
}

// permit asks the register, and holds what this program can do against its answer.
func (s *Site) permit(ctx context.Context, list *intake.List) (authority.Grant, error) {
	req, rows := list.Request, list.Totals.Rows
	grant, err := authority.Decide(s.Register, req, s.operator, s.env.Now())
	if err != nil {
		return authority.Grant{}, err
	}
	if i := grant.CheckRows(rows); i != nil {
		return authority.Grant{}, i
	}
	if grant.TotalsOnly() && rows < totalsLeast {
		return authority.Grant{}, issue.New(issue.TooFewForTotals, issue.Pos{}, totalsLeast)
	}
	if err := s.checkWay(grant, rows, req.Pos(authority.ItemPasswordRef)); err != nil {
		return authority.Grant{}, err
	}
	if err := s.checkRoom(ctx, list, grant); err != nil {
		return authority.Grant{}, err
	}
	return grant, nil
}

func (s *Site) enterGrant(j *spool.Job, g authority.Grant, req authority.Request) error {
	e := ledger.Entry{Purpose: ledgerToken(g.Purpose()), Basis: basisToken(g.Basis())}
	e.Digests = map[string]string{"register": g.RegisterDigest()}
	if h := s.numberHash(j.Office, req.Number); h != "" {
		e.Digests[numberDigest] = h
	}
	if before, ok := s.history.jobs[j.ID].acts[ledger.Granted]; ok && !s.history.jobs[j.ID].closed {
		if before.Purpose == e.Purpose && before.Basis == e.Basis && maps.Equal(before.Digests, e.Digests) {
			return nil
		}
		// The register was changed while the job was held. The ledger must say under
		// what it is answered, so that goes into an attempt of its own.
		if err := s.enter(j, ledger.Interrupted, stoppedEntry()); err != nil {
			return err
		}
	}
	detail, err := s.details.Add(grantDetail{Number: req.Number, Source: string(req.Source), Clause: g.Clause(),
		PurposeName: g.PurposeName(), PasswordRef: g.PasswordRef(), Date: req.Date, Fields: fieldNames(g)})
	if err != nil {
		return err
	}
	e.Detail = detail
	return s.enter(j, ledger.Granted, e)
}

// totalsLeast is how many rows a list for totals (統計) must have: the total of a
// few rows is the answer of a person.
const totalsLeast = 10

// grantDetail is what is kept sealed of a grant.
type grantDetail struct {
	Number      string   `json:"number"`
	Date        string   `json:"date,omitempty"`
	Source      string   `json:"source"`
	PurposeName string   `json:"purpose_name"`
	Clause      string   `json:"clause"`
	PasswordRef string   `json:"password_ref,omitempty"`
	Fields      []string `json:"fields,omitempty"`
}

func fieldNames(g authority.Grant) []string {
	var names []string
	for _, f := range g.Fields() {
		names = append(names, f.String())
	}
	return names
}

// basisToken writes a basis as the ledger can hold it: the paragraph of 住民基本台帳法.
// The kind of basis stands before it: use by the governor, provision to another
// agency, or disclosure.
func basisToken(b authority.Basis) string {
	switch b {
	case register.Table5:
		return "juki-30-44-6-1-1"
	case register.OrdinanceUse:
		return "juki-30-44-6-1-2"
	case register.Consent:
		return "juki-30-44-6-1-3"
	case register.Statistics:
		return "juki-30-44-6-1-4"
	case register.Table6:
		return "juki-30-44-6-2-1"
	case register.OrdinanceProvide:
		return "juki-30-44-6-2-2"
	case register.Paragraph3:
		return "juki-30-44-6-3"
	case register.Disclosure:
		return "juki-30-44-13"
	}
	return "unknown"
}

// released reports whether a second person has approved exactly this (二人承認): where
// the register was changed since, somebody has to look again.
func (s *Site) released(j *spool.Job, g authority.Grant) bool {
	return s.history.jobs[j.ID].approved == s.grantHash(g)
}

// grantHash stands for everything that a grant permits.
func (s *Site) grantHash(g authority.Grant) string {
	layout, _ := g.Layout()
	text := fmt.Sprint(g.Office(), "|", g.Purpose(), "|", g.Basis(), "|", g.Clause(), "|", fieldNames(g), "|", match.PolicyOf(g), "|", g.TotalsOnly(), "|",
		g.MaxRows(), "|", g.Form(), "|", g.Charset(), "|", g.Way(), "|", g.PasswordRef(), "|", g.Recipients(), "|", layout.Digest())
	if own := s.Register.Headers(g.Office()); len(own) > 0 { // with another table the same list asks something else
		text += fmt.Sprint("|", own)
	}
	h := s.keys.MAC().Sum("baitai grant v0", []byte(text))
	return hex.EncodeToString(h[:])
}

// hold lets the job wait for a second person.
func (s *Site) hold(j *spool.Job, g authority.Grant, out Outcome) (Outcome, error) {
	if s.history.jobs[j.ID].did(ledger.Held) && !s.history.jobs[j.ID].closed {
		// This attempt was held before, because others had been broken off; whoever
		// released it then did not approve what is asked (二人承認).
		if err := s.enter(j, ledger.Interrupted, stoppedEntry()); err != nil {
			return out, err
		}
	}
	if err := s.enter(j, ledger.Held, ledger.Entry{Digests: map[string]string{grantDigest: s.grantHash(g)}}); err != nil {
		return out, err
	}
	out.State = spool.Held
	return out, s.spool.Move(j, spool.Held)
}

func (s *Site) matching() match.Options {
	return match.Options{Chunk: s.Config.Work.Chunk, Workers: s.workers(), Tables: s.tables}
}
