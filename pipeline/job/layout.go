package job

import (
	"context"

	"baitai/pipeline/answer"
	"baitai/pipeline/authority"
	"baitai/pipeline/intake"
	"baitai/pipeline/issue"
)

// intakeOptions bound how lists of an office are read, and say which headers it has of
// its own, and by which layout (様式) its lists without headers are read.
func (s *Site) intakeOptions(office string) intake.Options {
	return intake.Options{Limits: s.limits(), PlacesMax: s.Config.Intake.Places, Headers: s.Register.Headers(office), Workers: s.workers(),
		Layout: func(r authority.Request) (*authority.Layout, error) { return authority.ListLayout(s.Register, r) }}
}

// checkRoom refuses a list of which a 整理番号, or the number of rows, has no room in
// the layout of the result.
func (s *Site) checkRoom(ctx context.Context, list *intake.List, g authority.Grant) error {
	if g.Form() != authority.FormFixed || g.TotalsOnly() {
		return nil
	}
	room := answer.NewRoom(g)
	wrong := intake.Refuse()
	for _, p := range s.parts(g, list.Totals.Rows) {
		if !room.Rows(p.Rows) {
			wrong.Add(issue.New(issue.CountTooLong, issue.Pos{}, p.Rows))
			break
		}
	}
	for row, err := range list.Rows(ctx) {
		if err != nil {
			return err
		}
		if code := room.Reference(row.Ref.Reveal()); code != "" {
			pos := row.Pos
			pos.Name = "整理番号"
			wrong.Add(issue.New(code, pos))
		}
	}
	if len(wrong.Counts) == 0 {
		return nil
	}
	return wrong
}
