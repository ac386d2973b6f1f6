package job

import (
	"baitai/pipeline/issue"
	"baitai/spool"
)

// An Asked is what a held job asks for, as the second person has to see it before
// it is approved (二人承認). Nothing in it is about a person of the list.
type Asked struct {
	Job     string   `json:"job"`
	Office  string   `json:"office"`
	Purpose string   `json:"purpose"` // 事務コード and name
	Basis   string   `json:"basis"`
	Clause  string   `json:"clause"`
	Number  string   `json:"number"`
	Fields  []string `json:"fields"`
	Rows    int64    `json:"rows"`
	HeldBy  string   `json:"held_by"` // 操作者ID
	Broken  bool     `json:"broken"`  // held because its runs were broken off
}

// Held tells what a held job asks for.
func (s *Site) Held(id string) (Asked, error) {
	j, err := s.spool.Job(id)
	if err != nil {
		return Asked{}, siteIssue(err)
	}
	if j.State != spool.Held {
		return Asked{}, issue.New(issue.WrongState, issue.Pos{}, j.State)
	}
	c := s.history.jobs[j.ID]
	a := Asked{Job: j.ID, Office: j.Office, HeldBy: c.heldBy, Broken: c.broken, Rows: c.rows}
	granted := c.granted
	if granted.Detail == "" {
		return a, nil
	}
	var d grantDetail
	if err := s.details.Get(granted.Detail, s.keys.Site(), &d); err != nil {
		return a, siteIssue(err)
	}
	a.Purpose, a.Basis, a.Clause, a.Number, a.Fields = granted.Purpose+" "+d.PurposeName, granted.Basis, d.Clause, d.Number, d.Fields
	return a, nil
}
