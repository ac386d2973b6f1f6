package job

import (
	"context"

	"baitai/pipeline/answer"
	"baitai/pipeline/authority"
	"baitai/pipeline/identity"
	"baitai/pipeline/issue"
	"baitai/pipeline/normal"
	"baitai/pipeline/person"
	"baitai/spool"
	"baitai/spool/ledger"
)

// An Explanation says why a row was answered as it was (回答の説明). It holds
// personal data: it is for the operator who asked, and who is on the record.
type Explanation struct {
	Row    answer.OwnRow
	People []Beside // whom the row was compared with
}

// A Beside is one person next to the row.
type Beside struct {
	Looked answer.OwnLooked
	Lines  []answer.Line
}

// Explain opens the prefecture's own copy of an answered job, finds one row, and
// sets it beside everybody whom it was compared with, as they stood in the
// generation that the job was answered from. The act is entered before anything
// is opened.
func (s *Site) Explain(ctx context.Context, id string, no int64) (Explanation, error) {
	grant, err := s.may(authority.ActExplain)
	if err != nil {
		return Explanation{}, err
	}
	j, err := s.answeredJob(id)
	if err != nil {
		return Explanation{}, err
	}
	if of, err := s.reviewOf(j); err != nil {
		return Explanation{}, siteIssue(err)
	} else if of != "" {
		return Explanation{}, issue.New(issue.NothingToReview, issue.Pos{}) // explain the list itself
	}
	entry := ledger.Entry{Act: ledger.OpenedByOperator, Result: ledger.OK, Job: j.ID, Office: j.Office, Operator: s.operatorID(),
		Host: s.host, Function: ledger.Bulk, Counts: map[string]int64{"row": no}}
	if err := s.append(entry); err != nil {
		return Explanation{}, siteIssue(err)
	}
	own, err := s.ownRow(j, no)
	if err != nil {
		return Explanation{}, siteIssue(err)
	}
	out := Explanation{Row: own}
	out.Row.Looked = nil // in People, masked where they must be
	if len(own.Looked) == 0 {
		return out, nil
	}
	queries, err := s.queries(ctx, j, []answer.OwnRow{own})
	if err != nil {
		return Explanation{}, siteIssue(err)
	}
	file, err := s.generation(j)
	if err != nil {
		return Explanation{}, siteIssue(err)
	}
	defer file.Close()
	people, err := s.lookedAt(file, grant, own)
	if err != nil {
		return Explanation{}, siteIssue(err)
	}
	for i, looked := range own.Looked {
		if looked.Protected && !grant.SeesSupport() {
			continue // that somebody came near may tell where they live
		}
		out.People = append(out.People, Beside{looked, answer.Beside(queries[no], people[i], looked, grant.SeesSupport())})
	}
	return out, nil
}

// ownRow finds one row in the own copy.
func (s *Site) ownRow(j *spool.Job, no int64) (answer.OwnRow, error) {
	rows, err := s.ownRows(j, func(r answer.OwnRow) bool { return r.No == no })
	if err != nil {
		return answer.OwnRow{}, err
	}
	if len(rows) == 0 {
		return answer.OwnRow{}, issue.New(issue.BadArgument, issue.Pos{}, no)
	}
	return rows[0], nil
}

// lookedAt gives the present version of everybody whom rows were compared with, in
// the order of the own copy.
func (s *Site) lookedAt(file *identity.File, grant authority.OperatorGrant, rows ...answer.OwnRow) ([]*person.Version, error) {
	var codes []person.ResidentCode
	for _, r := range rows {
		for _, l := range r.Looked {
			code, err := person.ParseResidentCode(l.Person)
			if err != nil {
				return nil, err
			}
			codes = append(codes, code)
		}
	}
	found, err := file.ByCodes(grant.Lookup(), codes...)
	if err != nil {
		return nil, err
	}
	versions := make([]*person.Version, len(found))
	for i, c := range found {
		w := new(normal.Workspace) // of the version too
		known, err := c.Read(w)
		if err != nil {
			return nil, err
		}
		versions[i] = new(person.Version)
		if err := known.Current(versions[i], true, w); err != nil {
			return nil, err
		}
	}
	return versions, nil
}
