package job

import (
	"context"
	"errors"
	"io"
	"io/fs"

	"baitai/crypto"
	"baitai/pipeline/answer"
	"baitai/pipeline/authority"
	"baitai/pipeline/intake"
	"baitai/pipeline/issue"
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
	j, err := s.reviewable(id)
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

// reviewable finds an answered job whose rows an operator may decide: a list,
// answered from the generation that is still current. What has changed since –
// 支援措置, 消除, another address – must not be decided from an old picture.
func (s *Site) reviewable(id string) (*spool.Job, error) {
	j, err := s.answeredJob(id)
	if err != nil {
		return nil, err
	}
	if of, err := s.reviewOf(j); err != nil {
		return nil, siteIssue(err)
	} else if of != "" {
		return nil, issue.New(issue.NothingToReview, issue.Pos{})
	}
	file, err := s.Identity()
	if err != nil {
		return nil, err
	}
	if file.Generation() != s.generationOf(j) {
		return nil, issue.New(issue.ReviewOutdated, issue.Pos{})
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
	file, err := s.generation(j)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	people, err := s.lookedAt(file, grant, own...)
	if err != nil {
		return nil, err
	}
	rows := make([]answer.Review, len(own))
	n := 0
	for i, r := range own {
		rows[i] = answer.Review{Row: r, Query: queries[r.No]}
		for _, looked := range r.Looked {
			if looked.Fits {
				rows[i].People = append(rows[i].People, answer.ReviewPerson{Looked: looked, Version: people[n]})
			}
			n++
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
	open := func() (io.ReadCloser, error) {
		r, err := crypto.Open(f, s.keys.Site())
		return io.NopCloser(r), err
	}
	if errors.Is(err, fs.ErrNotExist) {
		f, err = j.OpenFile(ownFilePacked)
		open = func() (io.ReadCloser, error) { return crypto.Unpack(f, s.keys.Site()) }
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	r, err := open()
	if err != nil {
		return nil, ownIssue(j, err)
	}
	defer r.Close()
	var rows []answer.OwnRow
	for row, err := range answer.ReadOwn(r) {
		if err != nil {
			return nil, ownIssue(j, err)
		}
		if want(row) {
			rows = append(rows, row)
		}
	}
	return rows, nil
}

// errOtherRows says that the own copy of a job is not that of its list.
var errOtherRows = errors.New("job: the own copy and the list have other rows")

// ownIssue says of which job an own copy is damaged, where that is what err says.
func ownIssue(j *spool.Job, err error) error {
	if errors.Is(err, answer.ErrOwn) || errors.Is(err, errOtherRows) || errors.Is(err, crypto.ErrDamaged) {
		return issue.New(issue.OwnCopyDamaged, issue.Pos{}, j.ID).Because(err)
	}
	return err
}

// queries reads the list that was received once more, for the rows given: that they are
// the same ones is told by their 整理番号, because a row set beside the candidates of
// another one would be given out as one of them.
func (s *Site) queries(ctx context.Context, j *spool.Job, rows []answer.OwnRow) (map[int64]person.Query, error) {
	wanted := make(map[int64]string, len(rows))
	for _, r := range rows {
		wanted[r.No] = r.Reference
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
		if ref, ok := wanted[row.No]; ok && ref == row.Ref.Reveal() {
			queries[row.No] = row.Value
		}
	}
	if len(queries) != len(wanted) {
		return nil, ownIssue(j, errOtherRows)
	}
	return queries, nil
}

// reopen opens the list of a job that was answered already.
func (s *Site) reopen(ctx context.Context, j *spool.Job) (*intake.List, error) {
	src, stated, err := s.source(j)
	if err != nil {
		return nil, err
	}
	return intake.Open(ctx, src, stated, s.intakeOptions(j.Office))
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
	j, err := s.claim(ctx, spool.Incoming{Office: of.Office, ListPath: spool.NewPath(path), Keep: true}, m)
	if err != nil {
		if i := fileIssue(err, m.ListName); i != nil {
			return nil, i
		}
		return nil, siteIssue(err)
	}
	if erase { // it is entered as received now
		if err := s.disk.Erase(path); err != nil {
			return nil, siteIssue(err)
		}
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
		return nil, s.reviewIssue(err)
	}
	return s.reviewable(id)
}

// reviewIssue says what is wrong with a review list that came back.
func (s *Site) reviewIssue(err error) error {
	var line *answer.DecisionError
	switch {
	case errors.As(err, &line):
		return issue.New(issue.BadDecision, issue.Pos{Row: line.Line, Name: "決定"}).Because(err)
	case errors.Is(err, answer.ErrNoDecisions):
		return issue.New(issue.NothingDecided, issue.Pos{}).Because(err)
	case errors.Is(err, answer.ErrNotReview):
		return issue.New(issue.NotAReviewList, issue.Pos{}).Because(err)
	}
	if i := intake.ReaderIssue(err, s.limits(), issue.Pos{}); i != nil {
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
