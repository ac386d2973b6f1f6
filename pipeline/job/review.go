package job

import (
	"context"
	"errors"
	"io"
	"slices"

	"baitai/crypto"
	"baitai/pipeline"
	"baitai/pipeline/answer"
	"baitai/pipeline/authority"
	"baitai/pipeline/identity"
	"baitai/pipeline/intake"
	"baitai/pipeline/issue"
	"baitai/pipeline/match"
	"baitai/pipeline/normal"
	"baitai/pipeline/person"
	"baitai/pipeline/verdict"
	"baitai/spool"
	"baitai/spool/ledger"
)

// reviewFile is the review list (要確認一覧) of a job, sealed to the prefecture.
const reviewFile = "review.xlsx.age"

// ReviewList writes the rows of a job that were answered 30 side by side with
// their candidates, as a workbook: sealed beside the job, and opened for the
// operator into a new file, on the record. It returns how many rows there are.
func (s *Site) ReviewList(ctx context.Context, id string, to io.Writer) (int, error) {
	grant, err := s.may(authority.ActReview)
	if err != nil {
		return 0, err
	}
	j, err := s.answeredJob(id)
	if err != nil {
		return 0, err
	}
	if err := s.enterOpened(j); err != nil {
		return 0, siteIssue(err)
	}
	rows, err := s.reviews(ctx, j, grant)
	if err != nil {
		return 0, siteIssue(err)
	}
	err = s.disk.Replace(j.Dir, reviewFile, 0o600, func(w io.Writer) error {
		sealed, err := s.seal(w)
		if err != nil {
			return err
		}
		if err := answer.WriteReview(io.MultiWriter(sealed, to), j.ID, rows, s.tmp.path, grant.SeesSupport()); err != nil {
			return err
		}
		return sealed.Close()
	})
	return len(rows), siteIssue(err)
}

// answeredJob finds a job that was answered.
func (s *Site) answeredJob(id string) (*spool.Job, error) {
	j, err := s.spool.Job(id)
	if err != nil {
		return nil, siteIssue(err)
	}
	if j.State != spool.Outbox && j.State != spool.Done {
		return nil, issue.New(issue.WrongState, issue.Pos{}, j.State)
	}
	return j, nil
}

// reviews gathers the rows answered 30, with what the list says and everybody
// whom they may mean, as these stood in the generation that was asked.
func (s *Site) reviews(ctx context.Context, j *spool.Job, grant authority.OperatorGrant) ([]answer.Review, error) {
	own, err := s.ownRows(j, func(r answer.OwnRow) bool { return r.Answer == string(verdict.NeedsReview) })
	if err != nil || len(own) == 0 {
		return nil, err
	}
	queries, err := s.queries(ctx, j, own)
	if err != nil {
		return nil, err
	}
	file, err := identity.OpenGeneration(s.path(identityDir), s.generationOf(j), s.keys.Site())
	if err != nil {
		return nil, err
	}
	defer file.Close()
	rows := make([]answer.Review, len(own))
	for i, r := range own {
		rows[i] = answer.Review{Row: r, Query: queries[r.No]}
		for _, looked := range r.Looked {
			if !looked.Fits {
				continue
			}
			c, err := file.ByNumber(grant.Lookup(), looked.Person)
			if err != nil {
				return nil, err
			}
			versions, _, err := c.Read()
			if err != nil {
				return nil, err
			}
			rows[i].People = append(rows[i].People, answer.ReviewPerson{Looked: looked, Version: versions[0]})
		}
	}
	return rows, nil
}

func (s *Site) generationOf(j *spool.Job) string {
	return s.history.jobs[j.ID].acts[ledger.Matched].Generation
}

// ownRows reads those rows of the own copy that want wants.
func (s *Site) ownRows(j *spool.Job, want func(answer.OwnRow) bool) ([]answer.OwnRow, error) {
	f, err := j.OpenFile(ownFile)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	r, err := crypto.Unpack(f, s.keys.Site())
	if err != nil {
		return nil, err
	}
	defer r.Close()
	var rows []answer.OwnRow
	for row, err := range answer.ReadOwn(r) {
		if err != nil {
			return nil, err
		}
		if want(row) {
			rows = append(rows, row)
		}
	}
	return rows, nil
}

// queries reads the list that was received once more, for the rows given.
func (s *Site) queries(ctx context.Context, j *spool.Job, rows []answer.OwnRow) (map[int64]person.Query, error) {
	wanted := make(map[int64]bool, len(rows))
	for _, r := range rows {
		wanted[r.No] = true
	}
	list, err := s.reopen(ctx, j)
	if err != nil {
		return nil, err
	}
	defer list.Close()
	queries := make(map[int64]person.Query, len(rows))
	for row, err := range list.Rows(ctx) {
		if err != nil {
			return nil, err
		}
		if wanted[row.No] {
			queries[row.No] = row.Value
		}
	}
	return queries, nil
}

// reopen opens the list of a job that was answered already.
func (s *Site) reopen(ctx context.Context, j *spool.Job) (*intake.List, error) {
	src, stated, err := s.source(j)
	if err != nil {
		return nil, err
	}
	return intake.Open(ctx, src, stated, intake.Options{Limits: s.limits()})
}

// TakeReview takes a filled-in review list back as a new job. The file itself
// stays where it is unless erase is set.
func (s *Site) TakeReview(ctx context.Context, path string, erase bool) (*spool.Job, error) {
	if _, err := s.may(authority.ActReview); err != nil {
		return nil, err
	}
	of, err := s.reviewedJob(path)
	if err != nil {
		return nil, err
	}
	m := meta{ListName: spool.NewPath(path).Base().Reveal(), ReviewOf: of.ID}
	j, err := s.claim(ctx, spool.Incoming{Office: of.Office, ListPath: spool.NewPath(path), Keep: !erase}, m)
	if err != nil {
		if i := fileIssue(err, m.ListName); i != nil {
			return nil, i
		}
		return nil, siteIssue(err)
	}
	return j, nil
}

// reviewedJob finds the job that a review list is of.
func (s *Site) reviewedJob(path string) (*spool.Job, error) {
	f, err := spool.OpenRegular(path)
	if err != nil {
		return nil, issue.New(issue.CannotRead, issue.Pos{}).Because(err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, issue.New(issue.CannotRead, issue.Pos{}).Because(err)
	}
	id, _, err := answer.ReadReview(f, info.Size(), s.limits())
	if err != nil {
		return nil, reviewIssue(err)
	}
	return s.answeredJob(id)
}

// reviewIssue says what is wrong with a review list that came back.
func reviewIssue(err error) error {
	var line *answer.DecisionError
	switch {
	case errors.As(err, &line):
		return issue.New(issue.BadDecision, issue.Pos{Row: line.Line, Name: "決定"}).Because(err)
	case errors.Is(err, answer.ErrNoDecisions):
		return issue.New(issue.NothingDecided, issue.Pos{}).Because(err)
	case errors.Is(err, answer.ErrNotReview):
		return issue.New(issue.NotAReviewList, issue.Pos{}).Because(err)
	}
	if i := intake.ReaderIssue(err, issue.Pos{}); i != nil {
		return i
	}
	return err
}

// reviewOf tells of which job's rows a job is the review; "" for a list.
func (s *Site) reviewOf(j *spool.Job) (string, error) {
	if j.Expelled {
		return "", nil
	}
	m, err := s.readMeta(j)
	return m.ReviewOf, err
}

// answerReview answers the rows that an operator has decided (要確認の審査): a job of
// its own, with a grant of its own, in the form of the first one.
func (s *Site) answerReview(ctx context.Context, j *spool.Job, id string, out Outcome) (Outcome, error) {
	if _, err := s.may(authority.ActReview); err != nil {
		return s.refuse(j, out, err)
	}
	of, err := s.answeredJob(id)
	if err != nil {
		return s.refuse(j, out, err)
	}
	decided, err := s.decisions(j)
	if err != nil {
		return s.refuse(j, out, err)
	}
	list, err := s.reopen(ctx, of)
	if err != nil {
		return out, err
	}
	defer list.Close()
	rows := int64(len(decided))
	if err := s.enter(j, ledger.Opened, ledger.Entry{Counts: map[string]int64{"rows": rows}, About: []int64{s.history.jobs[of.ID].received}}); err != nil {
		return out, err
	}
	grant, err := authority.Decide(s.Register, list.Request, s.operator, s.env.Now())
	if err != nil {
		return s.refuse(j, out, err)
	}
	review := asked{Request: list.Request, Review: of.ID}
	review.Request.Number = "" // the number is that of the list, which was answered
	if err := s.enterGrant(j, grant, review.Request); err != nil {
		return out, err
	}
	if grant.TwoPeople() && !s.released(j, grant) {
		return s.hold(j, grant, out)
	}
	hits, err := s.decidedHits(ctx, of, grant, decided)
	if err != nil {
		return s.refuse(j, out, err)
	}
	for _, row := range hits {
		review.Totals.Add(row.No, "")
	}
	if _, err := s.Identity(); err != nil { // the result names a generation
		return out, err
	}
	result, err := s.writeResult(j, grant, review, stream(hits))
	if err != nil {
		return out, err
	}
	if err := result.Totals.Balance(review.Totals); err != nil {
		return out, err
	}
	out.Totals = result.Totals
	return s.publishResult(j, grant, review.Request, result, out)
}

// decisions reads the decisions of a job that is a review, by row.
func (s *Site) decisions(j *spool.Job) ([]answer.Decided, error) {
	f, size, err := s.openSealed(j, spool.ListFile)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	_, decided, err := answer.ReadReview(f, size, s.limits())
	if err != nil {
		return nil, reviewIssue(err)
	}
	slices.SortFunc(decided, func(a, b answer.Decided) int { return int(a.No - b.No) })
	for i := 1; i < len(decided); i++ {
		if decided[i].No == decided[i-1].No {
			return nil, issue.New(issue.BadDecision, issue.Pos{Row: decided[i].Line, Name: "決定"})
		}
	}
	return decided, nil
}

// decidedHits turns decisions into answers. A decision for a row that was not
// under review, or for a candidate that it does not have, refuses them all.
func (s *Site) decidedHits(ctx context.Context, of *spool.Job, g authority.Grant, decided []answer.Decided) ([]pipeline.Row[verdict.Hit], error) {
	lookup, err := s.may(authority.ActReview)
	if err != nil {
		return nil, err
	}
	reviews, err := s.reviews(ctx, of, lookup)
	if err != nil {
		return nil, err
	}
	answered, err := s.reviewedBefore(of)
	if err != nil {
		return nil, err
	}
	byNo := make(map[int64]answer.Review, len(reviews))
	for _, r := range reviews {
		if !answered[r.Row.Reference] { // a row is decided once
			byNo[r.Row.No] = r
		}
	}
	rows := make([]pipeline.Row[verdict.Hit], len(decided))
	for i, d := range decided {
		r, ok := byNo[d.No]
		if !ok || r.Row.Reference != d.Reference || d.Candidate > len(r.People) {
			return nil, issue.New(issue.BadDecision, issue.Pos{Row: d.Line, Name: "決定"})
		}
		rows[i] = pipeline.Row[verdict.Hit]{No: int64(i) + 1, Pos: issue.Pos{Row: r.Row.Row}, Ref: person.NewText(d.Reference)}
		rows[i].Value = decidedHit(g, r, d.Candidate)
	}
	return rows, nil
}

// reviewedBefore gives the 整理番号 of the rows that an earlier review has answered.
func (s *Site) reviewedBefore(of *spool.Job) (map[string]bool, error) {
	answered := make(map[string]bool)
	for _, id := range s.history.reviews[s.history.jobs[of.ID].received] {
		if s.history.jobs[id].final != ledger.Published {
			continue
		}
		j, err := s.spool.Job(id)
		if err != nil {
			return nil, err
		}
		rows, err := s.ownRows(j, func(answer.OwnRow) bool { return true })
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			answered[r.Reference] = true
		}
	}
	return answered, nil
}

// decidedHit is the answer to one reviewed row. The purpose still has to cover
// the person, and 支援措置 still holds: a reviewer decides who is meant, not what
// may be given out.
func decidedHit(g authority.Grant, r answer.Review, candidate int) verdict.Hit {
	if candidate == 0 {
		return verdict.Hit{Decision: verdict.Reviewed(nil, match.PolicyOf(g))}
	}
	p := r.People[candidate-1]
	c := verdict.Considered{State: p.Version.State, Protected: p.Version.Support.Protected(), HoldsCode: p.Looked.HoldsCode}
	query := r.Query
	c.Grades = verdict.Compare(normal.FoldQuery(&query), []*normal.Folded{normal.FoldVersion(p.Version)})
	hit := verdict.Hit{Decision: verdict.Reviewed(&c, match.PolicyOf(g))}
	if hit.Answer.Provides() {
		hit.Person, hit.Grades = p.Version, c.Grades
	}
	hit.Looked = []verdict.Looked{{Number: p.Looked.Person, Grades: c.Grades, Protected: c.Protected, HoldsCode: c.HoldsCode}}
	return hit
}

func stream(rows []pipeline.Row[verdict.Hit]) pipeline.Rows[verdict.Hit] {
	return func(yield func(pipeline.Row[verdict.Hit], error) bool) {
		for _, row := range rows {
			if !yield(row, nil) {
				return
			}
		}
	}
}
