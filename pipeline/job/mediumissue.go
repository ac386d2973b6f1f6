package job

import (
	"errors"
	"io/fs"

	"baitai/pipeline/issue"
	"baitai/spool/medium"
)

// mediumIssue says what is wrong with a medium, and with which figures.
func mediumIssue(err error) error {
	var e *medium.Error
	if !errors.As(err, &e) {
		e = &medium.Error{}
	}
	format, need := any(e.Type), any(e.Need)
	if e.Type == "" {
		format = "?"
	}
	if e.Need == 0 {
		need = "?"
	}
	tooLarge, limits := issue.MediumFileLimit, []any{format, e.Have, need}
	if e.Have == 0 { // the kernel said so, not the format
		tooLarge, limits = issue.NoSpace, []any{need}
	}
	for _, known := range []struct {
		err  error
		code issue.Code
		args []any
	}{
		{medium.ErrReadBack, issue.ReadBackDiffers, nil},
		{medium.ErrDisc, issue.MediumIsDisc, []any{format}},
		{medium.ErrNoSpace, issue.NoSpace, []any{need}},
		{medium.ErrNoEntries, issue.MediumEntries, []any{need, e.Have}},
		{medium.ErrExists, issue.TargetExists, nil},
		{medium.ErrReadOnly, issue.MediumReadOnly, []any{format}},
		{medium.ErrTooLarge, tooLarge, limits},
		{medium.ErrName, issue.MediumName, []any{format}},
		{medium.ErrNameLong, issue.MediumNameLong, []any{format}},
		{medium.ErrSameName, issue.MediumNameTwice, []any{format}},
		{medium.ErrDiscSmall, issue.DiscTooSmall, []any{need, e.Have}},
		{medium.ErrPulledOut, issue.MediumGone, nil},
		{medium.ErrChanged, issue.Changing, nil},
		{fs.ErrPermission, issue.CannotWrite, nil},
	} {
		if errors.Is(err, known.err) {
			return issue.New(known.code, issue.Pos{}, known.args...).Because(err)
		}
	}
	if i := fileIssue(err, ""); i != nil {
		return i
	}
	return siteIssue(err)
}
