package job

import (
	"context"
	"slices"

	"baitai/pipeline"
	"baitai/pipeline/answer"
	"baitai/pipeline/authority"
	"baitai/pipeline/issue"
	"baitai/pipeline/match"
	"baitai/pipeline/normal"
	"baitai/pipeline/person"
	"baitai/pipeline/verdict"
	"baitai/spool"
	"baitai/spool/ledger"
)

// answerReview answers the rows that an operator has decided (要確認の審査): a job of
// its own, with a grant of its own, in the form of the first one.
func (s *Site) answerReview(ctx context.Context, j *spool.Job, id string, out Outcome) (Outcome, error) {
	if _, err := s.may(authority.ActReview); err != nil {
		return out, err // of whoever runs it, not of the office: it waits for a reviewer
	}
	of, err := s.reviewable(id)
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
	grant, err := s.permit(ctx, list)
	if err == nil && grant.TotalsOnly() {
		err = issue.New(issue.NothingToReview, issue.Pos{})
	}
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
	result, err := s.writeResult(ctx, j, grant, review, answer.SourceOf(stream(hits)))
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
		return nil, s.reviewIssue(err)
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
		rows[i].Value = decidedHit(s.tables, g, r, d.Candidate)
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
func decidedHit(tables *normal.Tables, g authority.Grant, r answer.Review, candidate int) verdict.Hit {
	if g.NeedsConsent() && r.Query.Consent.Empty() { // nobody decides that away
		return verdict.Hit{Decision: verdict.Decide(verdict.Asked{}, nil, false, match.PolicyOf(g))}
	}
	if candidate == 0 {
		return verdict.Hit{Decision: verdict.Reviewed(nil, match.PolicyOf(g))}
	}
	p := r.People[candidate-1]
	c := verdict.Considered{State: p.Version.State, Protected: p.Version.Support.Protected(), HoldsCode: p.Looked.HoldsCode}
	query := r.Query
	c.Grades = verdict.Compare(tables.FoldQuery(&query), []*normal.Folded{tables.FoldVersion(p.Version)})
	hit := verdict.Hit{Decision: verdict.Reviewed(&c, match.PolicyOf(g))}
	if hit.Answer.Provides() {
		hit.Person, hit.Grades = p.Version, c.Grades
	}
	hit.Looked = []verdict.Looked{{Code: p.Version.Code, Grades: c.Grades, Protected: c.Protected, HoldsCode: c.HoldsCode}}
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
