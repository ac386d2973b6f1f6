package intake

import (
	"errors"
	"io"

	"baitai/formats/wrap"
	"baitai/pipeline/issue"
)

// Unwrap looks into a file that may be a container (容器) of lists. A request that
// came beside it belongs to the one list inside. What refuses the container is an
// issue; any other error is a fault.
func Unwrap(src Source, file io.ReaderAt, o wrap.Options) (*wrap.Container, error) {
	o.Name = src.Name
	c, err := wrap.Open(file, src.Size, o)
	if err != nil {
		return nil, ContainerIssue(err, src.Name, o.Limits)
	}
	if src.Side == nil || c.Bare() {
		return c, nil
	}
	text, err := readAtMost(src, o.Limits.WithDefaults().SideBytesMax)
	if err == nil {
		err = c.Attach(src.SideName, text)
	}
	if err != nil {
		return nil, errors.Join(ContainerIssue(err, src.Name, o.Limits), c.Close())
	}
	return c, nil
}

func readAtMost(src Source, bytesMax int64) ([]byte, error) {
	r, err := src.Side()
	if err != nil {
		return nil, err
	}
	text, err := io.ReadAll(io.LimitReader(r, bytesMax+1))
	if int64(len(text)) > bytesMax {
		err = errors.Join(err, &wrap.Error{Err: wrap.ErrSideLarge})
	}
	return text, errors.Join(err, r.Close())
}

// ContainerIssue says what a clerk can do about a container that is not opened;
// an error that is none of its reasons is returned as it is.
func ContainerIssue(err error, name string, limits wrap.Limits) error {
	found, ok := errors.AsType[*wrap.Error](err)
	if !ok {
		return err
	}
	pos := issue.Pos{File: name}
	if found.Entry > 0 && found.Name != "" {
		pos.File += "/" + found.Name
	}
	limits = limits.WithDefaults()
	for _, known := range []struct {
		err  error
		code issue.Code
		args []any
	}{
		{wrap.ErrEncrypted, issue.ContainerEncrypted, nil},
		{wrap.ErrTooDeep, issue.ContainerTooDeep, []any{limits.DepthMax}},
		{wrap.ErrRatio, issue.ContainerRatio, []any{limits.RatioMax}},
		{wrap.ErrTooLarge, issue.ContainerTooLarge, []any{limits.UnpackedBytesMax}},
		{wrap.ErrTooMany, issue.ContainerTooMany, []any{limits.EntriesMax}},
		{wrap.ErrPath, issue.ContainerPath, nil},
		{wrap.ErrLink, issue.ContainerLink, nil},
		{wrap.ErrDuplicate, issue.ContainerDuplicate, nil},
		{wrap.ErrChecksum, issue.ContainerChecksum, nil},
		{wrap.ErrTrailing, issue.ContainerTrailing, nil},
		{wrap.ErrOverlap, issue.ContainerOverlap, nil},
		{wrap.ErrMismatch, issue.ContainerMismatch, nil},
		{wrap.ErrTruncated, issue.ContainerCut, nil},
		{wrap.ErrDamaged, issue.ContainerDamaged, nil},
		{wrap.ErrMethod, issue.ContainerMethod, nil},
		{wrap.ErrNameCharset, issue.ContainerNameCharset, []any{found.Entry}},
		{wrap.ErrNameLong, issue.ContainerNameLong, []any{limits.NameBytesMax}},
		{wrap.ErrWindow, issue.ContainerWindow, []any{limits.WindowBytesMax}},
		{wrap.ErrPassphrase, issue.ContainerPassphrase, nil},
		{wrap.ErrSealHeader, issue.ContainerSealHeader, []any{limits.HeaderBytesMax}},
		{wrap.ErrOtherKey, issue.ContainerOtherKey, nil},
		{wrap.ErrSeal, issue.ContainerSeal, nil},
		{wrap.ErrEmpty, issue.ContainerEmpty, nil},
		{wrap.ErrSide, issue.ContainerSide, nil},
		{wrap.ErrSideLarge, issue.ContainerSideLarge, []any{limits.SideBytesMax}},
	} {
		if errors.Is(found.Err, known.err) {
			return issue.New(known.code, pos, known.args...).Because(err)
		}
	}
	return err
}
